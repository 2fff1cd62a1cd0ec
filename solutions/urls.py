from django.urls import path

from solutions import views

app_name = "solutions"
urlpatterns = [
    path("oplossingen/", views.catalogue, name="list"),
    path("<int:year>/oplossingen/", views.catalogue, name="list_of"),
    path("<int:year>/oplossingen/<slug:slug>/", views.solution, name="detail"),
    path("overnames/", views.matrix, name="matrix"),
    path("<int:year>/overnames/", views.matrix, name="matrix_of"),
    path("gevers-en-nemers/", views.givers_and_takers, name="givers_and_takers"),
    path("<int:year>/gevers-en-nemers/", views.givers_and_takers, name="givers_and_takers_of"),
]
