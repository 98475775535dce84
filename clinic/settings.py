"""Settings: the environment decides; what is missing has a default that suits the embedded stack."""

from pathlib import Path
from urllib.parse import unquote

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.urls import reverse_lazy

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / ".data")))
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
KEY_FOR_COMMANDS = "only-for-commands-that-need-no-secret"  # nothing is served with it, see wsgi.py
SECRET_KEY = env("SECRET_KEY", default=KEY_FOR_COMMANDS)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SEALING_KEYS = env.list("SEALING_KEYS", default=[KEY_FOR_COMMANDS])  # the newest first, see clinic.sealing
INDEX_KEYS = env.list(
    "INDEX_KEY", default=[KEY_FOR_COMMANDS]
)  # several only while one takes the other's place
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_TLS = env.bool("BEHIND_TLS", default=False)
# So many proxies of ours stand before the web processes and tell whom they heard (see clinic.client_address).
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

INSTALLED_APPS = [
    "clinic",
    "staff",
    "imports",
    "customers",
    "inventory",
    "packages",
    "purchasing",
    "appointments",
    "billing",
    "notifications",
    "reports",
    "clinic.apps.ClinicAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "lucide",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "clinic.middleware.plain_http",
    # What only adds headers comes first: static files and refusals of the others carry them too.
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clinic.middleware.requests",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clinic.limits.limits",
    "clinic.middleware.branch",
    "clinic.middleware.audit_context",
    "clinic.middleware.denials",
    "clinic.middleware.refusals",
    "clinic.middleware.private_pages",
    "staff.sign_in.middleware.owed",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.context.shell",
            ],
            "builtins": [
                "clinic.templatetags.clinic",
                "template_partials.templatetags.partials",
                "lucide.templatetags.lucide",
            ],
        },
    },
]

FORM_RENDERER = "clinic.forms.Renderer"

# The application connects as a role without DDL; migrations run on the alias "owner".
# Where one URL serves both, the session steps down to the application's role.
APPLICATION_ROLE = "clinic_app"


def _database(variable: str, default: str) -> dict:
    found = env.db_url_config(env(variable, default=default))
    return {
        **found,
        "HOST": unquote(found["HOST"]),  # a socket's folder arrives percent-encoded
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


DATABASE_URL = env("DATABASE_URL", default="postgresql://clinic_app@localhost/clinic")
DATABASES = {
    "default": _database("DATABASE_URL", DATABASE_URL),
    "owner": {**_database("DATABASE_OWNER_URL", DATABASE_URL), "CONN_MAX_AGE": 0},
}
if DATABASES["default"]["USER"] == DATABASES["owner"]["USER"]:
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = f"-c role={APPLICATION_ROLE}"
DATABASE_ROUTERS = ["clinic.database.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# How often one person may ask for what is costly (clinic.limits). Far more than anybody does by hand.
LIMITS = {
    "file": "20/minute;200/hour",
    "paper": "60/minute",
    "batch": "6/minute;60/hour",
    "search": "240/minute",
    "record": "300/minute;3000/hour",
    "write": "180/minute",
}
if not env.bool("LIMIT_COSTLY_PAGES", default=True):  # for measuring
    LIMITS = {}

# Backups (clinic.backups): where to, for whose key, how often, which are kept. The private key is only looked for.
BACKUP_DIR = env("BACKUP_DIR", default=str(BASE_DIR / "backups"))
BACKUP_PUBLIC_KEY = env("BACKUP_PUBLIC_KEY", default="")
BACKUP_KEY_FILE = env("BACKUP_KEY_FILE", default="")
BACKUP_HOURS = env.float("BACKUP_HOURS", default=6)  # 0 for none
BACKUP_KEEP = env("BACKUP_KEEP", default="")  # days of all, daily, weekly, monthly: 2,14,8,12

REDIS_URL = env("REDIS_URL", default="redis://localhost:6379/0")
LIMITS_STORE = REDIS_URL
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
# With Redis gone the desk waits a moment, once, instead of six seconds; beat offers the events again.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "socket_connect_timeout": 1,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "Asia/Kolkata"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Times are local to CELERY_TIMEZONE; the hourly jobs take each branch's own day and write each thing once.
CELERY_BEAT_SCHEDULE = {
    "seal-audit": {"task": "clinic.tasks.seal_audit", "schedule": crontab()},
    "answer-password-requests": {"task": "staff.tasks.answer_password_requests", "schedule": crontab()},
    "deliver-pending": {"task": "clinic.tasks.deliver_pending", "schedule": crontab()},
    "keep-backups": {
        "task": "clinic.tasks.keep_backups",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 540},
    },
    "keep-imports": {"task": "imports.tasks.keep_imports", "schedule": crontab()},
    "keep-bulk-runs": {"task": "billing.tasks.keep_bulk_runs", "schedule": crontab()},
    "keep-print-runs": {"task": "billing.tasks.keep_print_runs", "schedule": crontab()},
    "keep-waitlist": {"task": "appointments.tasks.keep_waitlist", "schedule": crontab()},
    "remind-tomorrow": {"task": "notifications.tasks.remind_tomorrow", "schedule": crontab(minute=5)},
    "remind-of-dues": {"task": "notifications.tasks.remind_of_dues", "schedule": crontab(minute=20)},
    "send-messages": {"task": "notifications.tasks.send_messages", "schedule": crontab()},
    "raise-alerts": {"task": "notifications.tasks.raise_alerts", "schedule": crontab(minute=10)},
    "lapse-packages": {"task": "packages.tasks.keep_terms", "schedule": crontab(minute=15)},
    "reconcile-online": {"task": "billing.tasks.reconcile_online", "schedule": crontab(minute="*/10")},
    "expire-stored-values": {"task": "billing.tasks.expire_stored_values", "schedule": crontab(minute=20)},
    "finish-erasures": {"task": "customers.tasks.finish_erasures", "schedule": crontab(hour=3, minute=45)},
    "tidy": {"task": "clinic.tasks.tidy", "schedule": crontab(hour=3, minute=30)},
}
# Backups are made where the folder of backups and PostgreSQL's programs are; see the service "backup" of containers.
CELERY_TASK_ROUTES = {"clinic.tasks.keep_backups": {"queue": "backups"}}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# Where customers reach this clinic from outside: what links in messages begin with.
PUBLIC_URL = env("PUBLIC_URL", default="http://localhost:8000/")

# The mail server, such as smtp+tls://user:password@mail.example:587; without one no mail leaves by itself.
EMAIL_URL = env("EMAIL_URL", default="")
_mail = (
    env.email_url_config(EMAIL_URL)
    if EMAIL_URL
    else {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
)
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _mail.get("EMAIL_HOST") or "localhost", _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (
    _mail.get("EMAIL_HOST_USER") or "",
    _mail.get("EMAIL_HOST_PASSWORD") or "",
)
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=EMAIL_HOST_USER or "clinic@localhost")

# The gateway for text messages; without one no code can be sent to a phone.
SMS_GATEWAY_URL = env("SMS_GATEWAY_URL", default="")
SMS_GATEWAY_TOKEN = env("SMS_GATEWAY_TOKEN", default="")

# Online payments. RAZORPAY_WEBHOOK_SECRET may be two, with a comma: after a change the old one signs for a day longer.
RAZORPAY_KEY_ID = env("RAZORPAY_KEY_ID", default="")
RAZORPAY_KEY_SECRET = env("RAZORPAY_KEY_SECRET", default="")
RAZORPAY_WEBHOOK_SECRETS = env.list("RAZORPAY_WEBHOOK_SECRET", default=[])
RAZORPAY_URL = env("RAZORPAY_URL", default="https://api.razorpay.com")

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "staff.backends.EmailOrUsername"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email", "phone")},
    },
    *(
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in ("MinimumLengthValidator", "CommonPasswordValidator")
    ),
    {"NAME": "staff.passwords.HouseWordsValidator"},
    {"NAME": "staff.passwords.DatesValidator"},
]
PASSWORD_HASHERS = ["staff.hashers.ClinicArgon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
LOGIN_URL = reverse_lazy("sign-in")
LOGIN_REDIRECT_URL = "/"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 5 / 60  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "staff.backends.account_typed"
AXES_CLIENT_IP_CALLABLE = "clinic.client_address.client_address"
AXES_LOCKOUT_TEMPLATE = "staff/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # or a stranger who goes on guessing would keep it shut
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # its ModelAdmins know nothing of our permissions
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # user names are unique without regard to case, by a functional constraint
    "axes.W006",  # locking by address would lock a clinic out with its clumsiest member
]

SESSION_ENGINE = "staff.sign_in.sessions"
SESSIONS_AT_ONCE = 10  # of one person; the one that was left alone longest ends when another begins
SESSION_COOKIE_AGE = 12 * 3600  # of who isn't signed in; see staff.SignInRules
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# What is told after a form may name people: in no cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_NAME = "__Host-session" if BEHIND_TLS else env("SESSION_COOKIE_NAME", default="clinic-session")
CSRF_COOKIE_NAME = "__Host-csrf" if BEHIND_TLS else env("CSRF_COOKIE_NAME", default="clinic-csrf")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        # Marking a message as sent answers with its chat, and the policy follows redirects to the end.
        "form-action": [SELF, "https://wa.me", "https://api.whatsapp.com", "sms:", "mailto:"],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY = {
    name: []
    for name in ("accelerometer", "geolocation", "gyroscope", "magnetometer", "microphone", "payment", "usb")
}

LANGUAGE_CODE = "en-in"
LANGUAGES = [("en-in", "English"), ("hi", "हिन्दी")]  # each in itself
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "clinic.formats"  # dates and numbers look alike in every language
LANGUAGE_COOKIE_NAME = "__Host-language" if BEHIND_TLS else "clinic-language"  # chosen before signing in
LANGUAGE_COOKIE_AGE = 180 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = True, "Lax"
LANGUAGE_COOKIE_SECURE = BEHIND_TLS
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Kolkata"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / ".static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env("MEDIA_ROOT", default=str(DATA_DIR / "media"))
STORAGES = {
    # Local by default; UPLOAD_STORAGE=storages.backends.s3.S3Storage and UPLOAD_OPTIONS={"bucket_name": ...} for S3.
    "default": {
        "BACKEND": env("UPLOAD_STORAGE", default="django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.json("UPLOAD_OPTIONS", default={}),
    },
    "staticfiles": {"BACKEND": "clinic.static_files.Storage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # nothing asks for the others: half the first start's compressing
UPLOAD_MEGABYTES = env.int("UPLOAD_MEGABYTES", default=10)  # of one file of a customer
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a delivery of 200 lines with a dozen fields each

DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # it would believe any header; the audit's middleware binds it

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "clinic.logs.formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {name: {"level": "WARNING"} for name in ("axes", "fontTools", "weasyprint")},
}
