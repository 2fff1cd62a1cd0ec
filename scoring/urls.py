from django.urls import path

from scoring import views

urlpatterns = [
    path("ranglijst/", views.leaderboard, name="leaderboard"),
    path("<int:year>/ranglijst/", views.leaderboard, name="leaderboard_of"),
    path("<int:year>/deelnemers/<slug:slug>/", views.participant, name="participant"),
    path("spelregels/", views.rules, name="rules"),
    path("<int:year>/spelregels/", views.rules, name="rules_of"),
    path("finalisten/", views.finalists, name="finalists"),
    path("<int:year>/finalisten/", views.finalists, name="finalists_of"),
]
