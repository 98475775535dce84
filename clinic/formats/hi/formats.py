"""Pages in Hindi show and take dates and numbers as the English ones do: a house reads both."""

from django.conf.locale.en.formats import *  # noqa: F403
