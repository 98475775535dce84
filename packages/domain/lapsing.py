"""What time does to packages by itself."""

import datetime
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from clinic import events
from clinic.models import Branch
from packages import ledger
from packages.models import Enrolment, Entry, Session

from .terms import unfreeze

Status = Enrolment.Status


def lapse(*, today: datetime.date | None = None) -> list[Enrolment]:
    """Close the packages whose last day, grace included, is over; `today` is each branch's own unless given.

    Their sessions are owed no more. One of which a session is booked waits until that visit is done or called off.
    """
    done = []
    for branch, day in _branches(today):
        over = Enrolment.objects.filter(branch=branch, status=Status.ACTIVE, usable_until__lt=day)
        for enrolment in over.order_by("pk"):
            if lapsed := _lapse(enrolment, day):
                done.append(lapsed)
    return done


def unfreeze_due(*, today: datetime.date | None = None) -> list[Enrolment]:
    """Make the packages usable that were frozen up to today."""
    done = []
    for branch, day in _branches(today):
        due = Enrolment.objects.filter(branch=branch, status=Status.FROZEN, frozen_until__lte=day)
        done += [unfreeze(by=None, enrolment=enrolment) for enrolment in due.order_by("pk")]
    return done


def _branches(today: datetime.date | None) -> Iterator[tuple[Branch, datetime.date]]:
    for branch in Branch.objects.filter(is_active=True):
        yield branch, today or timezone.localdate(timezone=branch.zone)


@transaction.atomic
def _lapse(enrolment: Enrolment, day: datetime.date) -> Enrolment | None:
    enrolment = ledger.lock_with_customer(enrolment)
    booked = enrolment.sessions.filter(status=Session.Status.RESERVED).exists()
    if booked or enrolment.status != Status.ACTIVE or not enrolment.has_lapsed(day):
        return None
    left = ledger.tally_of(enrolment).remaining
    ledger.enter(by=None, enrolment=enrolment, kind=Entry.Kind.LAPSED, sessions=-left, on=day)
    ledger.drop_sessions(enrolment)
    enrolment.status = Status.LAPSED
    ledger.save(enrolment)
    ledger.note_standing(enrolment.customer_id)
    events.record("enrolment.lapsed", subject=enrolment, by=None, branch_id=enrolment.branch_id)
    return enrolment
