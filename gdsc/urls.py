from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from gdsc import mailbox, statements, views, wellknown
from gdsc.api.views import documentation
from gdsc.health import health
from gdsc.participants.views import participant
from gdsc.sitemap import sitemap
from gdsc.staff import invitation_views, sign_on_views
from gdsc.styleguide import styleguide

# The admin's own login stands outside allauth: no limits, no second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler404 = "gdsc.views.not_found"
handler500 = "gdsc.views.server_error"

pages: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("<int:year>/deelnemers/<slug:slug>/", participant, name="participant"),
    path("archief/", views.archive, name="archive"),
    path("archief/<int:year>/", views.archive_edition, name="archive_of"),
    path("privacy/", statements.privacy, name="privacy"),
    path("toegankelijkheid/", statements.accessibility, name="accessibility"),
    path("", include("scoring.urls")),
    path("", include("solutions.urls")),
    path("goed-opgelost/", include("solutions.library_urls")),
    path("", include("meetups.urls")),
    path("nieuws/", include("news.urls")),
    path("api/", documentation, name="api_documentation"),
    path("mijn/", include("gdsc.staff_urls")),
    path("uitnodiging/", invitation_views.answer, name="invitation"),
    path("account/oidc/<slug:provider_id>/login/", sign_on_views.login, name="openid_connect_login"),
    path("account/", include("allauth.urls")),
    path("beheer/", admin.site.urls),
]
if settings.DEBUG:
    pages += [
        path("stijlgids/", styleguide, name="styleguide"),
        path("postbus/", mailbox.mailbox, name="mailbox"),
        path("postbus/<slug:file>/<int:number>/", mailbox.mail, name="mail"),
        path("postbus/<slug:file>/<int:number>/html/", mailbox.mail_html, name="mail_html"),
    ]

# What machines read stands at one address, whatever language a page that leads to it is in.
urlpatterns = [
    path("sitemap.xml", sitemap, name="sitemap"),
    path("robots.txt", wellknown.robots, name="robots"),
    path(".well-known/security.txt", wellknown.security, name="security"),
    path("gezondheid/", health, name="health"),
    path("api/v1/", include("gdsc.api.urls")),
    path("", include("scoring.file_urls")),
    # Last: it holds what begins with nothing.
    *i18n_patterns(*pages, prefix_default_language=False),
]
