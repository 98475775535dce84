"""Before a person's calendar is closed: the lock of those who book it, and what is closed already."""

import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import locks
from clinic.refusals import Refusal
from staff.models import Practitioner, TimeOff, User


def lock_calendar(person: User) -> None:
    """The person's row, for those who treat nowhere, and the line of each of their practices."""
    locks.lock_row(User, person.pk)
    locks.lock_resources(Practitioner.objects.filter(user=person).values_list("resource_id", flat=True))


def refuse_overlap(person: User, first_day: datetime.date, last_day: datetime.date, part: str) -> None:
    """Two mornings clash, a morning and an afternoon don't; a whole day clashes with all."""
    found = TimeOff.objects.approved().filter(person=person, first_day__lte=last_day, last_day__gte=first_day)
    if part != TimeOff.Part.FULL_DAY:
        found = found.filter(part__in=[part, TimeOff.Part.FULL_DAY])
    other = found.order_by("first_day").first()
    if other:
        raise Refusal(
            _("%(name)s is off already from %(first)s to %(last)s (%(part)s).")
            % {
                "name": person.full_name,
                "first": date_format(other.first_day, "j F"),
                "last": date_format(other.last_day, "j F"),
                "part": other.get_part_display().lower(),
            },
            field="first_day",
        )
