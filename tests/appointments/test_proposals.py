"""Times proposed for visits that can't stay where they are."""

import datetime

from appointments import proposals
from clinic.models import Holiday
from tests.appointments.conftest import TUESDAY


def test_no_time_is_proposed_that_comes_too_near_to_another_session(world, booked, hair_removal, at):
    Holiday.objects.all().delete()
    stays, goes = booked(10, days=7), booked(10)
    free = proposals.propose([goes], branch=world.branch, not_before=at(10))[goes.pk]
    assert free and free[0].starts_at.date() == TUESDAY
    type(hair_removal).objects.filter(pk=hair_removal.pk).update(min_interval_days=21)
    goes.refresh_from_db()
    spaced = proposals.propose([goes], branch=world.branch, not_before=at(10))[goes.pk]
    assert spaced
    rested = stays.starts_at + datetime.timedelta(days=21)
    assert all(each.starts_at.date() >= rested.date() for each in spaced)
