"""Files to recount the edition with: the same bytes for everybody, so that a checksum is of one file."""

from django.urls import path

from scoring import control_views

urlpatterns = [
    path("<int:year>/controle/export.json", control_views.export_json, name="export_json"),
    path("<int:year>/controle/boekingen.csv", control_views.bookings_csv, name="bookings_csv"),
    path("controle/verify.py", control_views.verifier, name="verifier"),
]
