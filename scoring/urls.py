from django.urls import include, path

from scoring import board_views, control_views, log_views, objection_views, views

urlpatterns = [
    path("ranglijst/", board_views.leaderboard, name="leaderboard"),
    path("<int:year>/ranglijst/", board_views.leaderboard, name="leaderboard_of"),
    path("<int:year>/ranglijst/stand.csv", board_views.board_csv, name="board_csv"),
    path("<int:year>/ranglijst/<slug:month>/", board_views.month, name="month"),
    path("<int:year>/ranglijst/<slug:month>/versie-<int:number>/", board_views.month, name="month_version"),
    path("<int:year>/ranglijst/<slug:month>/versie-<int:number>/stand.csv", board_views.month_csv, name="month_csv"),
    path("spelregels/", views.rules, name="rules"),
    path("<int:year>/spelregels/", views.rules, name="rules_of"),
    path("finalisten/", views.finalists, name="finalists"),
    path("<int:year>/finalisten/", views.finalists, name="finalists_of"),
    path("controle/", control_views.control, name="control"),
    path("<int:year>/controle/", control_views.control, name="control_of"),
    path("correcties/", log_views.corrections, name="log"),
    path("<int:year>/correcties/", log_views.corrections, name="log_of"),
    path("bezwaren/", objection_views.objections, name="objections"),
    path("<int:year>/bezwaren/", objection_views.objections, name="objections_of"),
    path("", include("scoring.chart_urls")),
]
