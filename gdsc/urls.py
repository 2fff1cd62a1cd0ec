from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

# The admin's own login stands outside allauth: no limits, and later no second factor.
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("account/", include("allauth.account.urls")),
    path("beheer/", admin.site.urls),
]
