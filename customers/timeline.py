"""What happened to one person, put together from what each app tells."""

import datetime
import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import registries
from clinic.registries import Moment
from customers.models import Customer, Document
from staff.models import User

PAGE = 30


@dataclass(frozen=True)
class Page:
    moments: list[Moment]
    before: str  # where the next page begins, empty on the last one


def read(*, user: User, customer_id: UUID, only: str = "", before: datetime.datetime | None = None) -> Page:
    """The latest moments before a time. What happened at the same instant stays on one page."""
    before = before or timezone.now() + datetime.timedelta(minutes=1)
    providers = registries.timeline_for(user)
    parts = [
        sorted(provider.read(user, customer_id, before, PAGE + 1), key=_at, reverse=True)
        for name, provider in providers.items()
        if only in ("", name)
    ]
    found = list(heapq.merge(*parts, key=_at, reverse=True))
    shown = found[:PAGE]
    while shown and len(shown) < len(found) and found[len(shown)].at == shown[-1].at:
        shown.append(found[len(shown)])
    more = len(found) > len(shown)
    return Page(shown, shown[-1].at.isoformat() if more else "")


def _at(moment: Moment) -> datetime.datetime:
    return moment.at


def of_record(user: User, customer_id: UUID, before: datetime.datetime, limit: int) -> Iterator[Moment]:
    """That the person was registered."""
    rows = Customer.objects.filter(pk=customer_id, created_at__lt=before)
    for row in rows.select_related("registered_by", "home_branch")[:limit]:
        yield Moment(
            row.created_at, "user-plus", _("Registered"), str(row.home_branch), by=str(row.registered_by)
        )


def of_files(user: User, customer_id: UUID, before: datetime.datetime, limit: int) -> Iterator[Moment]:
    rows: Any = Document.objects.visible_to(user).filter(customer=customer_id, created_at__lt=before)
    for row in rows.select_related("added_by").order_by("-created_at")[:limit]:
        yield Moment(
            row.created_at, "image" if row.kind in Document.PHOTOGRAPHS else "file-text",
            _("%(kind)s added") % {"kind": row.get_kind_display()}, row.title, by=str(row.added_by),
        )  # fmt: skip
