"""What papers say in two languages: English, and Hindi beside it where that is asked for.

The law knows papers in English and Hindi; a Hindi paper carries both, so that an accountant elsewhere can read it.
The words are in `locale/hi/LC_MESSAGES/paper.po`; names and texts of the house are printed as they were typed.
"""

import gettext
from functools import cache, lru_cache

from django.conf import settings
from django.utils.translation import gettext_lazy as _

ENGLISH, HINDI = "en", "hi"
LANGUAGES = ((ENGLISH, _("English")), (HINDI, _("Hindi and English")))
DOMAIN = "paper"


def chosen(wanted: str) -> str:
    """The language of a paper that was asked for; English where it isn't one of ours."""
    return HINDI if wanted == HINDI else ENGLISH


def language_for(spoken: str) -> str:
    """Of somebody who speaks `spoken`, a language tag."""
    return HINDI if spoken.split("-")[0] == HINDI else ENGLISH


@cache
def _hindi() -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, settings.LOCALE_PATHS[0], languages=[HINDI])


@lru_cache(maxsize=1024)
def in_hindi(english: str) -> str:
    """Empty where there is no word for it: a number, a name, CGST."""
    found = _hindi().gettext(english)
    return "" if found == english else found
