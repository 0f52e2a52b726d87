"""Settings of the whole project; every deployment difference comes from the environment."""

import os
import sys
from pathlib import Path
from typing import Any

import environ

from agencies.access.keys import Keyring, make_key_file

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

SANDBOX = env.bool("SINERGI_SANDBOX", False)
VAR_DIR = Path(env.str("SINERGI_VAR", str(BASE_DIR / "var")))
KEYS_FILE = env.str("SINERGI_KEYS", str(VAR_DIR / "keys.json"))
TESTING = "pytest" in sys.modules
if SANDBOX or TESTING:
    make_key_file(Path(KEYS_FILE))
KEYS = Keyring(KEYS_FILE)

SECRET_KEY = KEYS.now.django
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])


def database(url: str) -> dict[str, Any]:
    """Django's database dictionary of a URL; a Unix socket is given as `?host=/directory`."""
    parsed: dict[str, Any] = environ.Env.db_url_config(url)
    options = parsed.setdefault("OPTIONS", {})
    parsed["HOST"] = options.pop("host", parsed.get("HOST", ""))
    parsed["ENGINE"] = "django.db.backends.postgresql"
    parsed["CONN_MAX_AGE"] = None
    parsed["CONN_HEALTH_CHECKS"] = True
    parsed["DISABLE_SERVER_SIDE_CURSORS"] = True
    options.setdefault("connect_timeout", 5)
    options.setdefault("prepare_threshold", 5)  # Django's own None would forbid preparing where we ask for it
    return parsed


RUNTIME_URL = env.str("DATABASE_URL", "postgresql://sinergi_app@127.0.0.1/sinergi")
OWNER_URL = env.str("DATABASE_OWNER_URL", "")
# Commands that change the schema run as its owner; everything else runs as the runtime login.
OWNER_COMMANDS = {
    "migrate",
    "apply_access",
    "load_regions",
    "load_joint_leave",
    "load_schools",
    "load_livelihoods",
    "load_demo",
    "sandbox_credentials",
    "enrol_agency",
    "rotate_keys",
}
AS_OWNER = bool(OWNER_URL) and len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS
DATABASES = {"default": database(OWNER_URL if AS_OWNER else RUNTIME_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "agencies",
    "agencies.access",
    "agencies.jobs",
    "agencies.web",
    "households.register",
    "households.intake",
    "coordination.training",
    "coordination.trainees",
    "coordination.business_groups",
    "coordination.schools",
    "coordination.matching",
    "coordination.referrals",
    "coordination.schooling",
    "coordination.queue",
    "coordination.monitoring",
    "coordination.cohorts",
    "coordination.apps.CoordinationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "coordination.apps.SinergiAdminConfig",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "agencies.web.front.FrontDoor",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "agencies.web.front.PagesOnly",
]
# The layers of pages for people; calls of programs pass them by.
PAGE_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "coordination.site.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "coordination.site.ActingOfficer",
]
ROOT_URLCONF = "coordination.urls"
WSGI_APPLICATION = "coordination.wsgi.application"
AUTH_USER_MODEL = "agencies.Officer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "coordination" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_SAMESITE = True, not SANDBOX, "Lax"
LOCALE_PATHS = [BASE_DIR / "coordination" / "locale"]
TIME_ZONE = env.str("SINERGI_TIME_ZONE", "Asia/Jakarta")
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", "") or None  # unset: whitenoise serves the files where they lie
WHITENOISE_USE_FINDERS = True
APPEND_SLASH = False

# Sealed files of attachments: a directory outside of the web root, or S3 by `storages.backends.s3.S3Storage`.
ATTACHMENTS_OPTIONS = {"location": str(VAR_DIR / "attachments"), "file_permissions_mode": 0o600}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "attachments": {
        "BACKEND": env.str("ATTACHMENTS_STORAGE", "django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.json("ATTACHMENTS_OPTIONS", ATTACHMENTS_OPTIONS),
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", 64 * 1024 * 1024)

TOKEN_SECONDS = 600
CLIENT_SECRETS_ALLOWED = env.bool("CLIENT_SECRETS_ALLOWED", SANDBOX or TESTING)
if SANDBOX:  # elsewhere the token endpoints answer over https only
    os.environ.setdefault("AUTHLIB_INSECURE_TRANSPORT", "1")
PUBLIC_ORIGINS = env.list("PUBLIC_ORIGINS", default=["http://127.0.0.1:8000", "http://localhost:8000"])
RATE_LIMIT_PER_MINUTE = env.int("RATE_LIMIT_PER_MINUTE", 6000)
LOOKUPS_PER_HOUR = env.int("LOOKUPS_PER_HOUR", 5000)
IDEMPOTENCY_DAYS = 7
# Absent from more of a course than this, or so many times in a row: a warning; beyond the share no test is taken.
ABSENCE_PERCENT = env.int("ABSENCE_PERCENT", 20)
ABSENCES_IN_A_ROW = env.int("ABSENCES_IN_A_ROW", 2)
CHECK_IN_SECONDS = env.int("CHECK_IN_SECONDS", 180)
LATE_AFTER_MINUTES = env.int("LATE_AFTER_MINUTES", 15)
# Calls a minute without log-in, from one address: certificates that are checked, codes that are handed in.
PUBLIC_CALLS_PER_MINUTE = env.int("PUBLIC_CALLS_PER_MINUTE", 60)
CLIENT_ADDRESS_HEADER = env.str("CLIENT_ADDRESS_HEADER", "")  # that of the proxy in front, such as X-Real-IP
SMALL_CELL = 5
ANCHOR_FILE = VAR_DIR / "access_log.anchor"
# A second holder's copy, such as a directory that another agency keeps.
ANCHOR_COPY = Path(env.str("ANCHOR_COPY")) if env.str("ANCHOR_COPY", "") else None

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["agencies.web.authentication.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": ["agencies.web.permissions.Granted"],
    "DEFAULT_PARSER_CLASSES": ["agencies.web.parsing.StrictJSON"],
    "DEFAULT_RENDERER_CLASSES": ["agencies.web.rendering.JSON"],
    "DEFAULT_SCHEMA_CLASS": "agencies.web.schema.Operation",
    "EXCEPTION_HANDLER": "agencies.web.problems.answer_to",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "agencies.web.rendering.AlwaysJSON",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS would describe serializers past the table: the contract stands elsewhere
    "UNAUTHENTICATED_USER": None,
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%S.%fZ",
}

# Its own check walks the views without our declarations; `manage.py openapi --check` and a test stand in for it.
SPECTACULAR_SETTINGS = {"OAS_VERSION": "3.1.0", "ENABLE_DJANGO_DEPLOY_CHECK": False}

SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not SANDBOX
SESSION_COOKIE_AGE = 8 * 3600
SECURE_SSL_REDIRECT = False  # TLS ends at the proxy
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if SANDBOX else 31_536_000
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "coordination.site.OfficerBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
SILENCED_SYSTEM_CHECKS = [
    # These layers stand in PAGE_MIDDLEWARE, where the checks do not look.
    "admin.E408",
    "admin.E409",
    "admin.E410",
    "axes.W002",
    "security.W002",
    "security.W003",
    # Whether all subdomains of a city keep to TLS is not for one of its services to promise.
    "security.W005",
    "security.W021",
    "security.W008",  # TLS ends at the proxy
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(message)s"},
        "full": {"format": "%(levelname)s %(name)s %(message)s"},
    },
    "handlers": {
        "line": {"class": "logging.StreamHandler", "formatter": "line"},
        "full": {"class": "logging.StreamHandler", "formatter": "full"},
    },
    "loggers": {
        "sinergi.calls": {"handlers": ["line"], "level": "INFO", "propagate": False},
        "sinergi": {"handlers": ["full"], "level": "INFO", "propagate": False},
        # Django's own request log would print query strings.
        "django.request": {"handlers": [], "propagate": False},
    },
}
