"""The demo's queue at the hours of a day: somebody waits while the clinic is open, nobody at night."""

import datetime
import io

import pytest
import time_machine
from django.core.management import call_command

from appointments.models import QueueEntry


@pytest.mark.django_db
@pytest.mark.parametrize(("hour", "waits"), [(10, True), (22, False)])
def test_the_demos_queue_follows_its_clock(hour, waits):
    local = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    with time_machine.travel(datetime.datetime(2026, 3, 3, hour, 40, tzinfo=local), tick=True):
        call_command("demo", stdout=io.StringIO())
    states = set(QueueEntry.objects.values_list("status", flat=True))
    assert states == ({"in_consultation", "called", "waiting"} if waits else set())
