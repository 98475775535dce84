"""What the clinic owes in sessions that were sold and not given yet, on any day."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import DecimalField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from clinic.models import Branch
from inventory.models import Movement
from packages import liability as arithmetic
from packages.models import Enrolment, Entry, Session, Tally

USES = [Entry.Kind.USED, Entry.Kind.UNDONE]
ZERO = Decimal(0)


@dataclass(frozen=True)
class Liability:
    """Of a branch at the end of the day `as_of`, in rupees before tax: the `owed` value of the sessions left.

    `rows_owed` is the same figure added up row by row and `tallied` as the tallies of today have it (None for an
    earlier day): all must be equal.
    """

    as_of: datetime.date
    enrolments: int
    sessions: int
    owed: Decimal
    rows_owed: Decimal
    tallied: Decimal | None

    @property
    def ties(self) -> bool:
        return self.owed == self.rows_owed and self.tallied in (None, self.owed)


def liability(branch: Branch, as_of: datetime.date, today: datetime.date) -> Liability:
    """Read from the entries up to the day; `today` is the branch's."""
    rows = list(liability_rows(branch, as_of).values_list("left", "unused"))
    owed, tallied = _sums(branch, as_of)
    return Liability(
        as_of=as_of,
        enrolments=len(rows),
        sessions=int(sum(left for left, _unused in rows)),
        owed=owed,
        rows_owed=sum((unused for _left, unused in rows), ZERO),
        tallied=tallied if as_of >= today else None,
    )


def _sums(branch: Branch, as_of: datetime.date) -> tuple[Decimal, Decimal]:
    """What the entries up to the day add up to, and what the tallies of now do; in one query."""
    here = {"enrolment__branch": OuterRef("pk")}
    entries = Entry.objects.filter(**here, on__lte=as_of).order_by().values("enrolment__branch")
    tallies = Tally.objects.filter(**here).order_by().values("enrolment__branch")
    found = Branch.objects.filter(pk=branch.pk).annotate(
        owed=Subquery(entries.annotate(sum=Sum("amount")).values("sum")),
        tallied=Subquery(tallies.annotate(sum=Sum("owed")).values("sum")),
    )
    owed, tallied = found.values_list("owed", "tallied").get()
    return owed or ZERO, tallied or ZERO


def liability_rows(branch: Branch, as_of: datetime.date) -> QuerySet[Any]:
    """The enrolments with sessions left on that day: `left` of them, their value `unused`, what was `used_value` and
    `paid_by_then`; the oldest first, customer read along. Rupees before tax."""
    entries = Entry.objects.filter(enrolment=OuterRef("pk"), on__lte=as_of).order_by().values("enrolment")

    def total(column: str, only: Q | None = None) -> Coalesce:
        found = entries.filter(only or Q()).annotate(sum=Sum(column)).values("sum")
        return Coalesce(Subquery(found), ZERO, output_field=DecimalField(max_digits=12, decimal_places=2))

    return (
        Enrolment.objects.filter(branch=branch, enrolled_on__lte=as_of)
        .annotate(
            left=total("sessions"),
            unused=total("amount"),
            used_value=-total("amount", Q(kind__in=USES)),
            paid_by_then=total("money"),
        )
        .filter(Q(left__gt=0) | ~Q(unused=0))
        .select_related("customer")
        .order_by("enrolled_on", "pk")
    )


def worth(enrolment: Enrolment) -> arithmetic.Worth:
    """What a package would be worth given up now; for the previews of giving back, exchanging and transferring."""
    tally = Tally.objects.filter(pk=enrolment.pk).first() or Tally(enrolment_id=enrolment.pk)
    return arithmetic.Worth(sessions=tally.remaining, unused=tally.owed, used=tally.earned, paid=tally.paid)


def session_value(session: Session) -> Decimal:
    """What one session is worth, in rupees before tax: as it was entered when used, else as the next one would be."""
    used = Entry.objects.filter(session=session).aggregate(sum=Sum("amount"))["sum"]
    if used:
        return -used
    enrolment = session.enrolment
    left = Tally.objects.get(pk=enrolment.pk).remaining
    value, count = enrolment.value, enrolment.session_count
    return arithmetic.unused(value, count, left) - arithmetic.unused(value, count, max(left - 1, 0))


def ledger(enrolment: Enrolment) -> list[Entry]:
    """Its entries in order, each with `left`, the sessions remaining after it, and `owed`, their value."""
    entries = list(enrolment.entries.select_related("session", "by"))
    left, owed = 0, ZERO
    for entry in entries:
        left, owed = left + entry.sessions, owed + entry.amount
        entry.left, entry.owed = left, owed
    return entries


def consumed(sessions: list[Session]) -> dict[UUID, list[tuple[str, Decimal]]]:
    """What each session used up, as (item, quantity in base units), what was put back left out; in one query."""
    causes = {each.appointment_id or each.pk: each.pk for each in sessions}
    rows = (
        Movement.objects.filter(cause_kind__in=["appointment", "session"], cause_id__in=causes)
        .order_by("batch__item__name")
        .values_list("cause_id", "batch__item__name")
        .annotate(total=-Sum("quantity"))
        .filter(total__gt=0)
    )
    found: dict[UUID, list[tuple[str, Decimal]]] = {}
    for cause_id, item, total in rows:
        found.setdefault(causes[cause_id], []).append((item, total))
    return found
