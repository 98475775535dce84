"""What the pages of packages list: the sessions of one, the rows of exports."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from packages.models import Enrolment, Session, SessionProof

from .liability import consumed

EXPORTED = (
    "customer", "reference", "phone", "package", "status", "sessions", "used", "left", "value", "enrolled_on",
    "valid_until", "grace_days", "payment",
)  # fmt: skip
LIABILITY_HEAD = (
    "customer", "reference", "package", "enrolled_on", "valid_until", "sessions", "left", "value", "given", "paid", "owed",
)  # fmt: skip


@dataclass(frozen=True)
class SessionRow:
    """A session as the page of its package shows it; `used` are (item, quantity) pairs, `may_undo` only today."""

    session: Session
    used: list[tuple[str, Decimal]]
    proof: SessionProof | None
    may_undo: bool

    @property
    def may_redeem(self) -> bool:
        return self.session.status == Session.Status.PENDING


def sessions(enrolment: Enrolment, today: datetime.date) -> list[SessionRow]:
    """In their order, with what they used up and how they were proven; four queries however many there are."""
    rows = list(
        enrolment.sessions.select_related("practitioner__resource", "completed_by").order_by("number")
    )
    used = consumed(rows)
    proofs = {each.session_id: each for each in SessionProof.objects.filter(session__in=rows).order_by("pk")}
    zone = enrolment.branch.zone
    return [
        SessionRow(
            session=row,
            used=used.get(row.pk, []),
            proof=proofs.get(row.pk) if row.completed_at else None,
            may_undo=row.completed_at is not None
            and timezone.localdate(row.completed_at, timezone=zone) == today,
        )
        for row in rows
    ]


def exported(enrolment: Any, today: datetime.date) -> list[Any]:
    """A row of `with_cards` as the export has it, in the order of `EXPORTED`."""
    person = enrolment.customer
    status = "lapsed" if enrolment.has_lapsed(today) else enrolment.status
    return [
        person.full_name, person.reference, person.phone, enrolment.plan_name, status, enrolment.session_count,
        enrolment.done, enrolment.remaining, enrolment.value, enrolment.enrolled_on, enrolment.valid_until,
        enrolment.grace_days, enrolment.payment,
    ]  # fmt: skip


def liability_cells(row: Any) -> list[Any]:
    """A row of `liability_rows` in the order of `LIABILITY_HEAD`; rupees before tax."""
    return [
        row.customer.full_name, row.customer.reference, row.plan_name, row.enrolled_on, row.valid_until,
        row.session_count, int(row.left), row.value, row.used_value, row.paid_by_then, row.unused,
    ]  # fmt: skip
