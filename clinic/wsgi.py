"""The WSGI door for gunicorn."""

import gc
import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")


def refuse_known_key() -> None:
    """Sessions signed with a key from the source code would be anybody's to forge."""
    if settings.SECRET_KEY == settings.KEY_FOR_COMMANDS:
        raise ImproperlyConfigured("SECRET_KEY is missing: set it in the environment to a long random text.")


refuse_known_key()
application = get_wsgi_application()

# What is loaded by now is shared with the processes forked later, and stays so: the collector doesn't write on it.
gc.collect()
gc.freeze()
