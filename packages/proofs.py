"""What must be true of packages, whatever happened to them; for `manage.py prove`."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from customers.models import Standing
from packages import liability
from packages.models import Enrolment, Entry, Session, Tally

Status, Kind = Enrolment.Status, Entry.Kind
IN_HAND = [Status.ACTIVE, Status.FROZEN]


def standings() -> Iterator[str]:
    """Each customer's count of active packages is derived from the enrolments."""
    counts = dict(Enrolment.objects.active().order_by().values_list("customer").annotate(count=Count("pk")))
    for customer, noted in Standing.objects.values_list("customer", "active_packages"):
        if counts.pop(customer, 0) != noted:
            sentence = _(
                "Customer %(customer)s is noted with %(count)s active packages, which isn't their number."
            )
            yield sentence % {"customer": customer, "count": noted}
    for customer in counts:
        yield _("Customer %(customer)s has active packages and no standing.") % {"customer": customer}


def sessions() -> Iterator[str]:
    """An enrolment has all its sessions; those completed are the ones its ledger used, and those to come remain."""
    state = {
        name: Count("sessions", filter=Q(sessions__status__in=states))
        for name, states in {
            "completed": [Session.Status.COMPLETED],
            "to_come": [Session.Status.PENDING, Session.Status.RESERVED],
        }.items()
    }
    rows = Enrolment.objects.with_progress().annotate(made=Count("sessions"), **state)
    wrong = ~Q(made=F("session_count")) | ~Q(completed=F("done")) | ~Q(to_come=F("remaining"))
    wrong |= Q(status=Status.COMPLETED, remaining__gt=0) | Q(status__in=IN_HAND, remaining=0)
    wrong |= Q(remaining__gt=0) & ~Q(status__in=IN_HAND)
    for each in rows.filter(wrong).iterator():
        sentence = _(
            "Enrolment %(enrolment)s (%(status)s): %(made)s sessions, %(completed)s completed and %(to_come)s to come;"
            " its ledger says %(done)s used and %(left)s left."
        )
        yield sentence % {
            "enrolment": each.pk,
            "status": each.get_status_display(),
            "made": each.made,
            "completed": each.completed,
            "to_come": each.to_come,
            "done": each.done,
            "left": each.remaining,
        }


def ledgers() -> Iterator[str]:
    """Sessions used, left and given up make up those bought, in number and to the paisa; tallies equal their entries."""
    tallies = {tally.pk: tally for tally in Tally.objects.iterator()}
    sums: dict[Any, dict[str, tuple]] = defaultdict(dict)
    for pk, kind, *numbers in (
        Entry.objects.order_by()
        .values_list("enrolment", "kind")
        .annotate(Sum("sessions"), Sum("amount"), Sum("money"))
    ):
        sums[pk][kind] = tuple(numbers)
    for enrolment in Enrolment.objects.iterator():
        tally, entries = tallies.get(enrolment.pk), sums.get(enrolment.pk, {})
        if tally is None or not _ties(enrolment, tally, entries):
            yield _("Enrolment %(enrolment)s: its ledger doesn't add up.") % {"enrolment": enrolment.pk}


def _ties(enrolment: Enrolment, tally: Tally, entries: dict[str, tuple]) -> bool:
    def total(place: int, *kinds: str) -> Decimal:
        return sum((entries[kind][place] for kind in kinds if kind in entries), Decimal(0))

    used = -total(0, Kind.USED, Kind.UNDONE)
    earned = -total(1, Kind.USED, Kind.UNDONE)
    return (
        (used, earned) == (tally.used, tally.earned)
        and (total(0, *entries), total(1, *entries), total(2, *entries)) == (tally.remaining, tally.owed, tally.paid)
        and (total(0, *Entry.BOUGHT), total(1, *Entry.BOUGHT)) == (enrolment.session_count, enrolment.value)
        and tally.owed == liability.unused(enrolment.value, enrolment.session_count, tally.remaining)
    )  # fmt: skip
