from django.urls import path

from meetups import views

app_name = "meetups"
urlpatterns = [
    path("meetups/", views.agenda, name="list"),
    path("<int:year>/meetups/", views.agenda, name="list_of"),
    path("<int:year>/meetups/<slug:slug>/", views.meetup, name="detail"),
]
