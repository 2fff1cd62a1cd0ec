from django.urls import path

from solutions import views

app_name = "solutions"
urlpatterns = [
    path("oplossingen/", views.catalogue, name="list"),
    path("<int:year>/oplossingen/", views.catalogue, name="list_of"),
    path("<int:year>/oplossingen/<slug:slug>/", views.solution, name="detail"),
]
