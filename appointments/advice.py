"""What stands against a treatment for somebody, said while it is chosen: before a time is, and long before it is saved."""

import datetime
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appointments.checks import earliest
from appointments.models import Appointment
from clinic.models import Branch
from customers.models import Customer
from packages.models import Treatment
from packages.queries import unmet


@dataclass(frozen=True)
class Advice:
    """Sentences to stand beside the treatment; `not_before` is from when on nothing speaks against it, if that is known."""

    said: list[str] = field(default_factory=list)
    not_before: datetime.datetime | None = None
    is_missing: bool = False  # something has to be recorded on the customer's page first


def advise(branch: Branch, customer: Customer, treatment: Treatment, at: datetime.datetime) -> Advice:
    """For a visit that is to begin `at` or later. Three queries at most."""
    said, not_before = [], at
    for each in unmet(customer.pk, treatment, at.astimezone(branch.zone)):
        said.append(each.sentence)
        not_before = max(not_before, each.holds_from or not_before)
    is_missing = bool(said) and not_before == at
    rested = _rested(branch, customer, treatment, not_before)
    if rested:
        said.append(
            _("%(treatment)s needs %(days)s days between two sessions: the earliest day is %(first)s.")
            % {
                "treatment": treatment,
                "days": treatment.min_interval_days,
                "first": date_format(rested, "j F Y"),
            }
        )
        not_before = datetime.datetime.combine(rested, datetime.time.min, branch.zone)
    return Advice(said, not_before if not_before > at else None, is_missing)


def _rested(
    branch: Branch, customer: Customer, treatment: Treatment, at: datetime.datetime
) -> datetime.date | None:
    """The first day far enough from the customer's other visits for it, where that isn't the day asked about."""
    if not treatment.min_interval_days:
        return None
    rows = Appointment.objects.standing().filter(customer=customer, treatment=treatment)
    others = [moment.astimezone(branch.zone).date() for moment in rows.values_list("starts_at", flat=True)]
    day = at.astimezone(branch.zone).date()
    first = earliest(day, others, datetime.timedelta(days=treatment.min_interval_days))
    return first if first > day else None
