from django.urls import path

from gdsc.staff import (
    adoption_views,
    attendance_views,
    code_views,
    contribution_views,
    dashboard_views,
    host_views,
    objection_views,
    signup_views,
)

urlpatterns = [
    path("", dashboard_views.dashboard, name="dashboard"),
    path("meetup/<int:year>/<slug:meetup_slug>/", signup_views.choose, name="choose_for_signup"),
    path("meetup/<int:year>/<slug:meetup_slug>/code/", code_views.choose, name="choose_for_code"),
    path("gastheer/", host_views.hosting, name="hosting"),
    path("gastheer/<int:year>/<slug:meetup_slug>/", host_views.attendance_list, name="host_list"),
    path("gastheer/<int:year>/<slug:meetup_slug>/code/", host_views.slide, name="host_code"),
    path("gastheer/<int:year>/<slug:meetup_slug>/sluiten/", host_views.close, name="host_close"),
    path("gastheer/<int:year>/<slug:meetup_slug>/materiaal/", host_views.materials, name="host_materials"),
    path(
        "gastheer/<int:year>/<slug:meetup_slug>/materiaal/<int:pk>/weg/",
        host_views.remove_material,
        name="host_remove_material",
    ),
    path("<slug:slug>/", dashboard_views.dashboard_of, name="dashboard_of"),
    path("<slug:slug>/meetups/<slug:meetup_slug>/", attendance_views.report, name="report_attendance"),
    path("<slug:slug>/meetups/<slug:meetup_slug>/intrekken/", attendance_views.withdraw, name="withdraw_attendance"),
    path("<slug:slug>/meetups/<slug:meetup_slug>/aanmelden/", signup_views.sign_up, name="sign_up"),
    path("<slug:slug>/meetups/<slug:meetup_slug>/code/", code_views.enter, name="enter_code"),
    path("<slug:slug>/meetups/<slug:meetup_slug>/afmelden/", signup_views.sign_off, name="sign_off"),
    path("<slug:slug>/meetups/<slug:meetup_slug>/plaats/", signup_views.offer, name="meetup_offer"),
    path("<slug:slug>/oplossingen/<slug:solution_slug>/", adoption_views.report, name="report_adoption"),
    path("<slug:slug>/oplossingen/<slug:solution_slug>/intrekken/", adoption_views.withdraw, name="withdraw_adoption"),
    path(
        "<slug:slug>/oplossingen/<slug:solution_slug>/bestanden/<int:pk>/",
        adoption_views.evidence,
        name="adoption_evidence",
    ),
    path(
        "<slug:slug>/oplossingen/<slug:solution_slug>/bestanden/verwijderen/",
        adoption_views.remove_evidence,
        name="remove_adoption_evidence",
    ),
    path("<slug:slug>/goed-opgelost/", contribution_views.offer, name="offer_contribution"),
    path("<slug:slug>/goed-opgelost/<int:pk>/", contribution_views.contribution, name="own_contribution"),
    path("<slug:slug>/goed-opgelost/<int:pk>/intrekken/", contribution_views.withdraw, name="withdraw_contribution"),
    path("<slug:slug>/bezwaren/", objection_views.bookings, name="own_objections"),
    path("<slug:slug>/bezwaren/boeking-<int:number>/", objection_views.object_to, name="object_to"),
    path("<slug:slug>/bezwaren/<int:pk>/", objection_views.objection, name="own_objection"),
    path("<slug:slug>/bezwaren/<int:pk>/intrekken/", objection_views.withdraw, name="withdraw_objection"),
]
