"""Links that open one paper without a login, for so many days as the branch has decided. Pure.

A link names the kind of document, its id and its last day, signed with the installation's secret: nothing in it is
personal, nothing can be guessed, and it opens no other paper. Nothing is stored of it, so a single link can't be taken
back; a new SECRET_KEY (without the old one among its fallbacks) ends them all.
"""

import base64
import datetime
import struct
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone

from billing.models import BillingRules
from billing.paper.kinds import KINDS, kind_of

SALT = "billing.links"
EPOCH = datetime.date(2020, 1, 1)
LAYOUT = struct.Struct(">B16sH")  # kind, id, days since EPOCH
#: Each kind's number for ever: links that are out there carry it.
NUMBERS = {"invoice": 1, "note": 2, "receipt": 3, "refund": 4, "estimate": 5}
KINDS_BY_NUMBER = {number: name for name, number in NUMBERS.items()}


class Unknown(Exception):
    """No link of ours."""


@dataclass(frozen=True)
class Link:
    """What a link opens. `until` is its last day, in the zone of the document's branch."""

    name: str
    pk: UUID
    until: datetime.date

    def document(self) -> Any | None:
        return KINDS[self.name].rows().filter(pk=self.pk).first()


def can_link(document: Any) -> bool:
    """A gift card's paper is money, and is handed over."""
    return kind_of(document).name in NUMBERS


def last_day(document: Any) -> datetime.date:
    days = BillingRules.of(document.branch).link_days
    return timezone.localdate(timezone=document.branch.zone) + datetime.timedelta(days=days)


def token(document: Any, until: datetime.date) -> str:
    told = LAYOUT.pack(NUMBERS[kind_of(document).name], document.pk.bytes, (until - EPOCH).days)
    return _signer().sign(base64.urlsafe_b64encode(told).decode().rstrip("="))


def url(document: Any, until: datetime.date | None = None) -> str:
    """The whole address, for a message."""
    until = until or last_day(document)
    return urljoin(settings.PUBLIC_URL, reverse("paper-link", args=[token(document, until)]))


def read(given: str) -> Link:
    """Raises Unknown for whatever wasn't signed here. Whether it has expired is for the reader to ask."""
    try:
        text = _signer().unsign(given)
        number, key, days = LAYOUT.unpack(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return Link(KINDS_BY_NUMBER[number], UUID(bytes=key), EPOCH + datetime.timedelta(days=days))
    except (BadSignature, ValueError, KeyError, struct.error):
        raise Unknown from None


def _signer() -> Signer:
    return Signer(salt=SALT, sep=".")
