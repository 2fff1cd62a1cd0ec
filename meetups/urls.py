from django.urls import path

from meetups import agenda_views, views

app_name = "meetups"
urlpatterns = [
    path("meetups/", views.agenda, name="list"),
    path("meetups/agenda.ics", agenda_views.feed, name="feed"),
    path("<int:year>/meetups/", views.agenda, name="list_of"),
    path("<int:year>/meetups/agenda.ics", agenda_views.feed, name="feed_of"),
    path("<int:year>/meetups/maand/<slug:name>/", views.month, name="month"),
    path("<int:year>/meetups/<slug:slug>/", views.meetup, name="detail"),
    path("<int:year>/meetups/<slug:slug>/agenda.ics", agenda_views.file, name="file"),
]
