"""What can be wrong with a backup, each with its sentence. Django isn't needed: it translates where it runs."""

from enum import StrEnum
from typing import Any


def _(sentence: str) -> str:
    """Marks a text for whoever collects them; `clinic.backups.sentences` translates it."""
    return sentence


class Flaw(StrEnum):
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"
    WRONG_KEY = "wrong key"
    WRONG_VERSION = "wrong version"
    INCOMPLETE = "incomplete"


SENTENCES = {
    Flaw.TRUNCATED: _("%(name)s is cut off: %(size)s of %(whole)s bytes are there."),
    Flaw.DAMAGED: _("%(name)s is not as it was written."),
    Flaw.UNREADABLE: _("%(name)s can't be read: it is no backup, or its label is missing."),
    Flaw.WRONG_KEY: _("%(name)s was sealed for another key than the one in use."),
    Flaw.WRONG_VERSION: _("%(name)s was made by a newer version (%(what)s) than the one that runs here."),
    Flaw.INCOMPLETE: _("%(name)s doesn't hold what its list says: %(what)s."),
}


class Broken(Exception):
    """A backup that would not bring the clinic back."""

    def __init__(self, flaw: Flaw, name: str, **facts: Any) -> None:
        self.flaw = flaw
        self.facts = {"name": name, **facts}
        super().__init__(SENTENCES[flaw] % self.facts)


class NotMade(Exception):
    """A backup could not be made; the sentence says why."""
