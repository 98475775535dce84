"""The sentences of flaws in the reader's language."""

from django.utils.translation import gettext as _

from clinic.backups.flaws import SENTENCES, Broken


def of(broken: Broken) -> str:
    return _(SENTENCES[broken.flaw]) % broken.facts
