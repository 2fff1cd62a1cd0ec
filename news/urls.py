from django.urls import path

from news import feeds, views

app_name = "news"
urlpatterns = [
    path("", views.news_list, name="list"),
    path("atom.xml", feeds.atom, name="feed"),
    path("<slug:slug>/", views.item, name="item"),
]
