from django.urls import path

from scoring import chart_views, embed_views

urlpatterns = [
    path("kaart/", chart_views.hexagon_map, name="map"),
    path("<int:year>/kaart/", chart_views.hexagon_map, name="map_of"),
    path("verloop/", chart_views.race, name="race"),
    path("<int:year>/verloop/", chart_views.race, name="race_of"),
    path("<int:year>/ranglijst/deelplaatje.png", chart_views.standing_picture, name="standing_picture"),
    path(
        "<int:year>/deelnemers/<slug:slug>/deelplaatje.png", chart_views.participant_picture, name="participant_picture"
    ),
    path("<int:year>/deelnemers/<slug:slug>/badge.svg", chart_views.badge, name="badge"),
    path("embed/", embed_views.guide, name="embed_guide"),
    path("embed/stand/", embed_views.standing, name="embed_standing"),
    path("embed/deelnemer/<slug:slug>/", embed_views.participant, name="embed_participant"),
]
