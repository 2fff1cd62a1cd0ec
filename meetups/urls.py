from django.urls import URLPattern, URLResolver

app_name = "meetups"
urlpatterns: list[URLPattern | URLResolver] = []
