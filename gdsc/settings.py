"""Settings of the portal, one file for every place where it runs.

Safe for production unless told otherwise: without ``DEBUG=1`` every secret and address has to be given.
"""

import logging
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import django_stubs_ext
import environ
from csp.constants import NONE, SELF

from gdsc import single_sign_on
from gdsc.logs import logging_config

# Lets ModelForm[Claim] and ModelAdmin[Claim] stand in the code, as type checkers want them.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = BASE_DIR / ".local"
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="only-for-development") if DEBUG else env.str("SECRET_KEY")
# Former keys. What they sealed, such as the secrets of second factors, can still be read.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# The address that the public uses: links in mails come from it, never from a request.
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000") if DEBUG else env.str("SITE_URL")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"] if DEBUG else [urlsplit(SITE_URL).hostname])

INSTALLED_APPS = [
    "gdsc.apps.GdscConfig",
    "news",
    "meetups",
    "solutions",
    "scoring",
    "competition",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_structlog",
    "csp",
    "gdsc.apps.OrganisersAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "gdsc.page_cache.PageCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "gdsc.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "competition.access.ClosedUnlessPublicMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "competition.session_limits.SessionLimitMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "gdsc.request_log.RequestLogMiddleware",
    "gdsc.missing.NotFoundMiddleware",
]

ROOT_URLCONF = "gdsc.urls"
WSGI_APPLICATION = "gdsc.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["gdsc.templatetags.languages", "gdsc.templatetags.forms"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gdsc.context.site",
            ],
        },
    }
]

# Our own field template (templates/django/forms/field.html) draws every form.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Time and language ---------------------------------------------------------------------------

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
FORMAT_MODULE_PATH = "gdsc.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

# ./dev run --as-of moves the clock of the whole site to another day; see competition.clock.
_today = datetime.now(ZoneInfo(TIME_ZONE)).date().isoformat()
_as_of = env.str("GDSC_AS_OF", default="") if DEBUG else ""
GDSC_AS_OF = date.fromisoformat(_as_of) if _as_of else None
GDSC_STARTED_ON = date.fromisoformat(env.str("GDSC_STARTED_ON", default=_today))

# --- Database ------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 3
if env.bool("DATABASE_POOL", default=False):
    # Only the web server's processes share connections among threads; gdsc.wsgi turns this on.
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 5}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache, sessions, messages -------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    # allauth counts its limits here. In the database they outlive a Redis that is down, frozen or flushed.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "gdsc_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    # For what may be lost at any moment.
    "redis": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.str("CACHE_REDIS_URL", default=REDIS_URL),
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
        "KEY_PREFIX": "gdsc",
    },
}
# Public pages are kept in the memory of each process; off where templates are being written.
PAGE_CACHE = env.bool("PAGE_CACHE", default=not DEBUG)
# A new point has to be seen within a second, the time to make the page included.
PAGE_CACHE_SECONDS = 0.5
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# How long somebody stays logged in: without doing anything, and in all (docs/accounts.md).
SESSION_LIMITS = (timedelta(hours=8), timedelta(days=14))
SESSION_LIMITS_OF_ORGANISERS = (timedelta(minutes=30), timedelta(hours=12))
SESSION_COOKIE_AGE = int(SESSION_LIMITS[1].total_seconds())
# The cookie storage would set a cookie for a visitor who only reads.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Accounts ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "competition.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "competition.access.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# Codes, not links: a mail scanner that opens every link cannot use one up, and no log ever holds one.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_FORMS = {
    "request_login_code": "competition.account_forms.CodeByMailForm",
    "confirm_login_code": "competition.account_forms.CodeFromMailForm",
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme

# The second factor: an app with codes or a passkey, and recovery codes for who lost it (docs/accounts.md).
MFA_ADAPTER = "competition.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "competition.account_forms.ShowFactorForm",
    "reauthenticate": "competition.account_forms.ShowFactorAgainForm",
    "activate_totp": "competition.account_forms.StartAppForm",
    "add_webauthn": "competition.account_forms.AddPasskeyForm",
    "edit_webauthn": "competition.account_forms.RenamePasskeyForm",
}
# Nobody enters the admin without one. Only on a developer's machine can it be off, and is it by default: whoever
# tries the demonstration has no app for it.
ADMIN_NEEDS_SECOND_FACTOR = env.bool("ADMIN_NEEDS_SECOND_FACTOR", default=False) if DEBUG else True
# Municipalities that let their staff log in with the account of their work: a list in JSON (docs/accounts.md).
SSO_PROVIDERS = env.json("SSO_PROVIDERS", default=[])
SOCIALACCOUNT_ADAPTER = "competition.single_sign_on.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = single_sign_on.providers(SSO_PROVIDERS, insecure=DEBUG)
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
# How many proxies of our own stand in front; a client's own X-Forwarded-For is never believed.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# --- Mail ----------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portaal@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if DEBUG:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = LOCAL_DIR / "mail"
else:
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 10

# --- Who runs this portal -------------------------------------------------------------------------

# As the privacy and accessibility statements name the organisation (empty: in general words), and where people write.
ORGANISATION = env.str("ORGANISATION", default="")
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="contact@gdsc.example") if DEBUG else env.str("CONTACT_EMAIL")
# Where a leak is reported: an address that begins with mailto:, tel: or https:. In /.well-known/security.txt, which
# says that it holds for so many days from today. RFC 9116 asks for less than a year.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default=f"mailto:{CONTACT_EMAIL}")
SECURITY_TXT_DAYS = env.int("SECURITY_TXT_DAYS", default=180)

# --- Static files --------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
_static_storage = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}

# --- Files that people send ----------------------------------------------------------------------

# Evidence and pictures: a directory that no web server hands out. Empty: no files can be added.
PRIVATE_FILES_DIR = env.str("PRIVATE_FILES_DIR", default=str(LOCAL_DIR / "files") if DEBUG else "")
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=10 * 1024 * 1024)
UPLOAD_MAX_PIXELS = 25_000_000
# Whoever sends more than this, gets no further than that.
FILE_UPLOAD_HANDLERS = ["competition.uploads.CappedUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# --- What a browser may do -----------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *single_sign_on.origins(SSO_PROVIDERS)],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
if not DEBUG:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    if env.bool("BEHIND_TLS_PROXY", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    # The prefix makes browsers refuse these cookies from another host or over plain HTTP.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

# --- Background work -----------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
# Publishing gives up within seconds: the outbox keeps what a broker that is down or frozen did not take.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "max_retries": 1,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
# Beat only wakes: the functions look in the database for what is due. Intervals, so that no clock change can
# skip or double one, and no ETA or countdown anywhere.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # keeps no file: nothing depends on when beat last ran
CELERY_BEAT_SCHEDULE = {
    "sweep-outbox": {"task": "competition.tasks.sweep_outbox_task", "schedule": 15.0},
    "close-due": {"task": "scoring.tasks.close_due_task", "schedule": 60.0},
    "announce-decisions": {"task": "scoring.tasks.announce_decisions_task", "schedule": 60.0},
    "send-reminders": {"task": "meetups.tasks.send_reminders_task", "schedule": 300.0},
    "verify-due": {"task": "scoring.tasks.verify_due_task", "schedule": 600.0},
    "ask-due": {"task": "solutions.tasks.ask_due_task", "schedule": 600.0},
    "clear-expired": {"task": "gdsc.tasks.clear_expired_task", "schedule": 3600.0},
    "announce-digest": {"task": "gdsc.tasks.announce_digest_task", "schedule": 300.0},
    "forget-names": {"task": "gdsc.tasks.forget_names_task", "schedule": 3600.0},
    "sweep-files": {"task": "gdsc.tasks.sweep_files_task", "schedule": 6 * 3600.0},
    "settle-signups": {"task": "meetups.tasks.settle_signups_task", "schedule": 60.0},
}

# --- The ledger ----------------------------------------------------------------------------------

# A directory, on another disk than the database, in which the heads of the ledger that were published are kept: after
# the restore of an older backup only these tell what is lost (docs/controle.md). Empty: nothing is kept.
PUBLISHED_HEADS_DIR = env.str("PUBLISHED_HEADS_DIR", default="")

# --- Logs: structured, without personal data -----------------------------------------------------

LOGGING = logging_config(readable=DEBUG)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# A task is named at its start, and again when it fails.
DJANGO_STRUCTLOG_CELERY_TASK_SUCCESS_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = None
# The line at the start of a request would hold the visitor's user agent; the one at its end says all we need.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
# An outsider may not choose the number under which a request is found again.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = False
DJANGO_STRUCTLOG_TRUST_UPSTREAM_CORRELATION_ID = False
