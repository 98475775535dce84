"""Closing the books of a registration up to a day, and opening them again."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.models import PeriodLock
from clinic import events
from clinic.locks import lock_row
from clinic.models import Branch, Registration
from clinic.refusals import Refusal
from staff.models import User

LONGEST = 200


@transaction.atomic
def close_period(*, by: User, branch: Branch, until: datetime.date, reason: str) -> PeriodLock:
    """Nothing of the branch's registration dated `until` or before may be issued, cancelled or noted any more."""
    before = _hold(branch)
    if until >= timezone.localdate(timezone=branch.zone):
        raise Refusal(_("Only days that are over can be closed: choose one before today."), field="until")
    if before and until <= before:
        sentence = _("The books are closed up to %(day)s already. To open some of it again, say so.")
        raise Refusal(sentence % {"day": date_format(before, "j M Y")}, field="until")
    return _set(by, branch, until, reason, "period.closed")


@transaction.atomic
def open_period(*, by: User, branch: Branch, until: datetime.date | None, reason: str) -> PeriodLock:
    """Open the books again, closed up to an earlier day from now on; None for not at all."""
    before = _hold(branch)
    if before is None:
        raise Refusal(_("The books are open."))
    if until and until >= before:
        sentence = _("Choose a day before %(day)s, or leave it empty to open all.")
        raise Refusal(sentence % {"day": date_format(before, "j M Y")}, field="until")
    return _set(by, branch, until, reason, "period.opened")


def _hold(branch: Branch) -> datetime.date | None:
    """Whoever issues with an earlier date, or cancels, holds the same row."""
    lock_row(Registration, branch.registration_id)
    return PeriodLock.closed_until(branch.registration)


def _set(by: User, branch: Branch, until: datetime.date | None, reason: str, verb: str) -> PeriodLock:
    reason = reason.strip()
    if not reason:
        raise Refusal(_("Say why."), field="reason")
    if len(reason) > LONGEST:
        raise Refusal(_("Say it in %(most)s characters at most.") % {"most": LONGEST}, field="reason")
    lock = PeriodLock.objects.create(registration=branch.registration, until=until, reason=reason, by=by)
    events.record(verb, subject=lock, by=by, branch_id=branch.pk, until=str(until or ""))
    return lock
