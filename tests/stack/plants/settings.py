"""The product with one app more."""

from clinic.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.stack.plants.apps.Plants"]  # noqa: F405
