"""Saying no in a sentence a person can act on."""

from typing import Any


class Refusal(Exception):
    """A verb declined. `message` is shown as it is; `field` names the form field it belongs to, if one does.

    `offers` are ways out the page can show, for example the next free times.
    """

    def __init__(self, message: str, *, field: str | None = None, offers: list[Any] | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field
        self.offers = offers or []


class Stale(Refusal):
    """Somebody else changed the record since it was opened."""
