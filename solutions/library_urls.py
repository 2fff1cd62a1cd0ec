from django.urls import path

from solutions import views

app_name = "contributions"
urlpatterns = [
    path("", views.library, name="list"),
    path("<int:pk>/", views.contribution, name="detail"),
    path("<int:pk>/beelden/<int:image_pk>/", views.contribution_image, name="image"),
]
