"""The settings under test: real ones, quick passwords, no manifest, no broker."""

import tempfile

from clinic.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = tempfile.mkdtemp(dir=DATA_DIR)  # noqa: F405
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
CELERY_BROKER_URL = "memory://"
SMS_GATEWAY_URL = "http://127.0.0.1:9/messages"  # nobody listens there
LIMITS: dict[str, str] = {}  # walks ask for everything; see tests/clinic/test_limits.py
LIMITS_STORE = "memory://"
