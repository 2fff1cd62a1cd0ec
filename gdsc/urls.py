from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from gdsc import statements, views, wellknown
from gdsc.health import health
from gdsc.sitemap import sitemap
from gdsc.styleguide import styleguide

# The admin's own login stands outside allauth: no limits, and later no second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.home, name="home"),
    path("archief/", views.archive, name="archive"),
    path("archief/<int:year>/", views.archive_edition, name="archive_of"),
    path("privacy/", statements.privacy, name="privacy"),
    path("toegankelijkheid/", statements.accessibility, name="accessibility"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("robots.txt", wellknown.robots, name="robots"),
    path(".well-known/security.txt", wellknown.security, name="security"),
    path("gezondheid/", health, name="health"),
    path("", include("scoring.urls")),
    path("", include("solutions.urls")),
    path("goed-opgelost/", include("solutions.library_urls")),
    path("", include("meetups.urls")),
    path("nieuws/", include("news.urls")),
    path("api/", include("gdsc.api.urls")),
    path("mijn/", include("gdsc.staff_urls")),
    path("account/", include("allauth.account.urls")),
    path("beheer/", admin.site.urls),
]

if settings.DEBUG:
    urlpatterns.append(path("stijlgids/", styleguide, name="styleguide"))
