"""What speaks against a booking besides the place: the house's rules, the customer's other visits."""

import datetime
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appointments.asks import Ask, Batch, next_free
from appointments.models import Appointment
from appointments.steps import Overlap, spoken
from clinic.models import Branch
from clinic.refusals import Refusal
from packages import domain as packages

Priority = Appointment.Priority


def check_wish(ask: Ask, batch: Batch) -> None:
    """What can't be booked whatever the time."""
    visit, session = ask.appointment, ask.session
    branch = Branch.objects.get(pk=visit.branch_id)  # as it is now, not when the page was opened
    if not branch.is_active:
        raise Refusal(
            _("%(branch)s is closed for good and takes no bookings.") % {"branch": visit.branch.trade_name}
        )
    if not visit.customer.is_active:
        raise Refusal(
            _("%(name)s is no longer an active customer.") % {"name": visit.customer}, field="customer"
        )
    if not visit.treatment.is_active:
        raise Refusal(_("%(name)s is no longer on the menu.") % {"name": visit.treatment}, field="what")
    if visit.follows and visit.follows.customer_id != visit.customer_id:
        raise Refusal(_("A follow-up belongs to an earlier visit of the same customer."), field="follows")
    if session and session.enrolment.customer_id != visit.customer_id:
        raise Refusal(_("That package belongs to another customer."), field="what")
    if session and session.enrolment.plan.treatment_id != visit.treatment_id:
        raise Refusal(_("That package is for another treatment."), field="what")
    if visit.is_walk_in and not branch.allows_walk_ins:
        raise Refusal(_("This branch takes no walk-ins."), field="is_walk_in")
    if ask.is_squeezed_in and not branch.allows_emergencies:
        raise Refusal(_("This branch takes no emergencies beside booked visits."), field="priority")
    if ask.is_squeezed_in and not visit.priority_reason:
        raise Refusal(_("Say why this visit can't wait."), field="priority_reason")


def check_person(ask: Ask, batch: Batch) -> None:
    """What speaks against this time for this customer and practitioner, once it is known."""
    _check_available(ask)
    packages.check_treatable(
        customer=ask.appointment.customer,
        treatment=ask.appointment.treatment,
        practitioner=ask.practitioner,
        starts_at=ask.visit.starts,
        branch=batch.branch,
    )
    _check_priority_cap(ask, batch)
    _check_interval(ask, batch)
    _check_overlap(ask, batch)


def _check_available(ask: Ask) -> None:
    """Who has switched themselves off takes no walk-ins; read under the practitioner's lock."""
    if ask.appointment.is_walk_in and not ask.practitioner.is_available:
        raise Refusal(
            _("%(name)s takes no walk-ins just now.") % {"name": ask.practitioner}, field="practitioner"
        )


def _check_priority_cap(ask: Ask, batch: Batch) -> None:
    """Counted under the practitioner's lock; those moved along don't count."""
    if ask.appointment.priority != Priority.PRIORITY:
        return
    cap = batch.rules.priority_cap
    if cap is None:
        return
    day = timezone.localdate(ask.visit.starts, timezone=batch.branch.zone)
    rows = Appointment.objects.for_day(day, batch.branch).standing()
    rows = rows.filter(practitioner=ask.practitioner, priority=Priority.PRIORITY)
    mine = [each.appointment.pk for each in batch.asks]
    beside = sum(
        each is not ask
        and each.appointment.priority == Priority.PRIORITY
        and each.practitioner == ask.practitioner
        for each in batch.asks[: batch.asks.index(ask)]
    )
    if rows.exclude(pk__in=mine).count() + beside >= cap:
        raise Refusal(
            _("%(name)s has %(count)s priority visits on that day already, which is the most there can be.")
            % {"name": ask.practitioner, "count": cap},
            field="priority",
        )


def _check_interval(ask: Ask, batch: Batch) -> None:
    """The treatment's days between two sessions, towards the customer's visits before and after, booked or done.

    Parts of one visit don't count: two areas on one day are one session.
    """
    treatment, branch = ask.appointment.treatment, batch.branch
    if not treatment.min_interval_days:
        return
    gap = datetime.timedelta(days=treatment.min_interval_days)
    day = timezone.localdate(ask.visit.starts, timezone=branch.zone)
    moved = [each.appointment.pk for each in batch.asks]
    rows = Appointment.objects.standing().filter(customer=ask.appointment.customer_id, treatment=treatment)
    rows = rows.exclude(pk__in=moved).exclude(Q(pk=ask.whole) | Q(first_part=ask.whole))
    others = [timezone.localdate(at, timezone=branch.zone) for at in rows.values_list("starts_at", flat=True)]
    others += [
        timezone.localdate(each.visit.starts, timezone=branch.zone)
        for each in batch.left[: batch.left.index(ask)]
        if each.whole != ask.whole and each.appointment.treatment == treatment and not each.is_waitlisted
    ]
    near = next((other for other in others if abs(other - day) < gap), None)
    if near is None:
        return
    first = earliest(day, others, gap)
    midnight = datetime.datetime.combine(first, datetime.time.min, branch.zone)
    raise Refusal(
        _(
            "%(treatment)s needs %(days)s days between two sessions, and there is one on %(other)s. "
            "The earliest day is %(first)s."
        )
        % {
            "treatment": treatment,
            "days": gap.days,
            "other": date_format(near, "j F Y"),
            "first": date_format(first, "j F Y"),
        },
        field="time",
        offers=next_free(ask, midnight),
    )


def earliest(day: datetime.date, others: Iterable[datetime.date], gap: datetime.timedelta) -> datetime.date:
    """The first day from `day` on that is at least `gap` away from each of the others."""
    for other in sorted(others):
        if abs(other - day) < gap:
            day = other + gap
    return day


def _check_overlap(ask: Ask, batch: Batch) -> None:
    """A customer is in one place at a time, at whichever branch; the parts of one visit follow each other anyway."""
    if batch.despite_overlap:
        return
    moved = [each.appointment.pk for each in batch.asks]
    rows = Appointment.objects.standing().filter(
        customer=ask.appointment.customer_id,
        starts_at__lt=ask.visit.ends,
        ends_at__gt=ask.visit.starts,
        completed_at=None,
    )
    rows = rows.exclude(pk__in=moved).exclude(Q(pk=ask.whole) | Q(first_part=ask.whole))
    other = rows.select_related("branch", "treatment", "practitioner__resource").first()
    if other:
        raise Overlap(_overlapping(other, batch), field="time")
    for each in batch.left[: batch.left.index(ask)]:
        if each.whole != ask.whole and each.visit.overlaps(ask.visit):
            raise Overlap(_("Two dates of the series overlap."), field="time")


def _overlapping(other: Appointment, batch: Batch) -> str:
    """At a branch where one doesn't work, only that there is a visit."""
    name = other.customer.full_name
    if other.branch not in batch.by.branches:
        return _("%(name)s has a visit at another branch at that time.") % {"name": name}
    return _("%(name)s already has a visit then: %(treatment)s with %(who)s, %(when)s.") % {
        "name": name,
        "treatment": other.treatment,
        "who": other.practitioner,
        "when": spoken(other),
    }
