"""What papers say in two languages: English, and Hindi beside it where that is asked for.

The law knows papers in English and Hindi; a Hindi paper carries both, so that an accountant elsewhere can read it.
The words are in `locale/hi`, in the context "paper"; names and texts of the house are printed as they were typed.
"""

from functools import lru_cache

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

ENGLISH, HINDI = "en", "hi"
LANGUAGES = ((ENGLISH, _("English")), (HINDI, _("Hindi and English")))
CONTEXT = "paper"


def chosen(wanted: str) -> str:
    """The language of a paper that was asked for; English where it isn't one of ours."""
    return HINDI if wanted == HINDI else ENGLISH


def language_for(spoken: str) -> str:
    """Of somebody who speaks `spoken`, a language tag."""
    return HINDI if spoken.split("-")[0] == HINDI else ENGLISH


@lru_cache(maxsize=1024)
def in_hindi(english: str) -> str:
    """Empty where there is no word for it: a number, a name, CGST."""
    with translation.override(HINDI):
        found = pgettext(CONTEXT, english)
    return "" if found == english else found
