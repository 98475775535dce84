"""The ledgers of the demo clinic's packages: rows that are written at once, each as its verb would have."""

from collections.abc import Iterable
from decimal import Decimal

from clinic.demo import backdated
from packages import liability
from packages.models import Enrolment, Entry, Session


def open_ledgers(enrolments: Iterable[Enrolment]) -> None:
    """The sale of each, on its day."""
    with backdated(Entry):
        Entry.objects.bulk_create(
            Entry(
                enrolment=each, kind=Entry.Kind.SOLD, on=each.enrolled_on, sessions=each.session_count, amount=each.value,
                by=each.by, created_at=each.created_at,
            )
            for each in enrolments
        )  # fmt: skip


def enter_uses() -> None:
    """Every completed session that no entry tells of yet, in the order of their days."""
    rows = Session.objects.filter(status=Session.Status.COMPLETED, entries=None)
    left: dict[Enrolment, int] = {}
    entries = []
    for session in rows.select_related("enrolment__branch", "enrolment__tally").order_by("completed_at"):
        enrolment, when = session.enrolment, session.completed_at
        if when is None:  # never so: a constraint pairs them
            continue
        remaining = left.setdefault(enrolment, enrolment.tally.remaining) - 1
        left[enrolment] = remaining
        entries.append(
            Entry(
                enrolment=enrolment, kind=Entry.Kind.USED, sessions=-1, amount=_change(enrolment, remaining),
                on=when.astimezone(enrolment.branch.zone).date(), session=session,
                cause_kind="appointment", cause_id=session.appointment_id, by=session.completed_by,
                created_at=when,
            )
        )  # fmt: skip
    with backdated(Entry):
        Entry.objects.bulk_create(entries)


def _change(enrolment: Enrolment, remaining: int) -> Decimal:
    before, after = (
        liability.unused(enrolment.value, enrolment.session_count, left)
        for left in (remaining + 1, remaining)
    )
    return after - before
