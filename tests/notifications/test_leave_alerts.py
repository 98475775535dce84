"""Leave rings: at whoever may approve it there, and, when it is decided, at the person."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic import events
from clinic.models import Event
from notifications import domain
from notifications.models import Alert
from staff import domain as staff
from staff.models import TimeOff
from tests import factories
from tests.factories import colleagues


@pytest.fixture
def nurse(world):
    return colleagues.employee(world.branch, "nurse", full_name="Nita Nurse")


@pytest.fixture
def manager(world):
    return factories.person(world.branch, "manager", full_name="Mala Manager")


@pytest.fixture
def leave(world, nurse) -> TimeOff:
    return ask(world, nurse)


@pytest.fixture
def browse():
    """A browser of their own for each."""

    def as_(user) -> Client:
        client = Client()
        client.force_login(user, backend="staff.backends.EmailOrUsername")
        return client

    return as_


def ask(world, who, days: int = 40) -> TimeOff:
    day = colleagues.open_day(world.branch, days)
    asked = staff.ask_for_leave(by=who, branch=world.branch, first_day=day, last_day=day, reason="Wedding")
    tell()
    return asked


def tell() -> None:
    """What the worker does after each commit."""
    for event in Event.objects.filter(verb__startswith="leave.").order_by("pk"):
        events.deliver(event.pk)


def bell(client) -> str:
    return client.get(reverse("alert-list")).content.decode()


def test_who_may_approve_there_hears_of_it_and_is_led_to_it(browse, world, nurse, manager, leave):
    page = bell(browse(manager))
    assert "Leave asked for: Nita Nurse" in page and "1 day, " in page
    assert f'href="{reverse("leave-list")}#leave-{leave.pk}"' in page
    assert f'id="leave-{leave.pk}"' in browse(manager).get(reverse("leave-list")).content.decode()
    assert "Wedding" not in page, "why is on the page of leave alone"
    for other in (nurse, world.receptionist, factories.person(world.elsewhere, "manager")):
        assert "Leave asked for" not in bell(browse(other))


def test_nobody_is_rung_for_their_own(browse, world, manager):
    ask(world, manager)
    assert "Leave asked for" not in bell(browse(manager))
    assert "Leave asked for: Mala Manager" in bell(browse(world.owner))


def test_the_person_hears_how_it_was_decided_until_they_have_seen_it(browse, world, nurse, manager, leave):
    staff.approve_leave(by=manager, leave=leave, branch=world.branch)
    tell()
    assert "Leave asked for" not in bell(browse(world.owner)), "nobody else needs to look"
    mine = browse(nurse)
    assert "Your leave is decided" in bell(mine) and ": approved" in bell(mine)
    assert "Your leave is decided" not in bell(browse(manager))
    Alert.objects.update(raised_on=timezone.localdate() - datetime.timedelta(days=3))
    told = Alert.objects.get(kind=Alert.Kind.DECIDED)
    assert "Your leave is decided" in bell(mine), "whoever was off reads it afterwards"
    assert browse(world.owner).post(reverse("alert-seen", args=[told.pk])).status_code == 404
    assert mine.post(reverse("alert-seen", args=[told.pk])).status_code == 302
    assert "Your leave is decided" not in bell(mine)


def test_a_refusal_too_without_its_words(browse, world, nurse, manager, leave):
    staff.reject_leave(by=manager, leave=leave, branch=world.branch, comment="Two are off then")
    tell()
    page = bell(browse(nurse))
    assert ": rejected" in page and "Two are off" not in page


def test_taken_back_rings_no_more_and_nobody_is_told(browse, world, nurse, manager, leave):
    staff.take_leave_back(by=nurse, leave=leave, branch=world.branch)
    tell()
    assert "Nita" not in bell(browse(manager)) and "decided" not in bell(browse(nurse))


def test_what_waits_rings_again_the_next_day_and_not_twice_a_day(world, leave):
    tomorrow = timezone.localdate(timezone=world.branch.zone) + datetime.timedelta(days=1)
    for _twice in range(2):
        domain.raise_alerts(today=tomorrow)
    assert Alert.objects.filter(kind=Alert.Kind.LEAVE).count() == 2
    domain.raise_alerts(today=leave.last_day + datetime.timedelta(days=1))
    assert Alert.objects.filter(kind=Alert.Kind.LEAVE).count() == 2, "the days have passed"


def test_events_that_come_late_ring_for_nothing(world, nurse, manager):
    day = colleagues.open_day(world.branch, 50)
    asked = staff.ask_for_leave(by=nurse, branch=world.branch, first_day=day, last_day=day, reason="Wedding")
    staff.approve_leave(by=manager, leave=asked, branch=world.branch)
    for event in Event.objects.filter(verb__startswith="leave.").order_by("-pk"):
        events.deliver(event.pk)
    assert not Alert.objects.filter(kind=Alert.Kind.LEAVE).exists()
