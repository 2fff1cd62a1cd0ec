from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

# The admin's own login stands outside allauth: no limits, and later no second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("scoring.urls")),
    path("", include("solutions.urls")),
    path("goed-opgelost/", include("solutions.library_urls")),
    path("", include("meetups.urls")),
    path("mijn/", include("gdsc.staff_urls")),
    path("account/", include("allauth.account.urls")),
    path("beheer/", admin.site.urls),
]
