"""Leave: asked for, decided by somebody else, and only then closing the calendar."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from appointments import domain as appointments
from appointments.models import Appointment, BookingRules
from clinic.models import BranchHours, Event, Holiday
from clinic.refusals import Refusal
from staff import domain
from staff.models import TimeOff, User
from tests import factories
from tests.factories import colleagues
from tests.race import race

FAR = datetime.timedelta(days=40)


@pytest.fixture
def day(world):
    Holiday.objects.filter(branch=world.branch).delete()
    return timezone.localdate(timezone=world.branch.zone) + FAR


@pytest.fixture
def who(world) -> User:
    return world.doctor.user


@pytest.fixture
def manager(world):
    return factories.person(world.branch, "manager", full_name="Mala Manager")


def ask(who, world, first, last=None, **more) -> TimeOff:
    given = {"reason": "Wedding"} | more
    return domain.ask_for_leave(by=who, branch=world.branch, first_day=first, last_day=last or first, **given)


def book(world, day, hour=11) -> Appointment:
    return appointments.book(
        by=world.receptionist, branch=world.branch, customer=factories.customer(world.branch, world.receptionist),
        practitioner=world.doctor, treatment=factories.treatment(world.branch),
        starts_at=datetime.datetime.combine(day, datetime.time(hour), world.branch.zone),
    )  # fmt: skip


def url(name: str, *args) -> str:
    return reverse(name, args=[getattr(each, "pk", each) for each in args])


class TestAskedFor:
    def test_through_the_page(self, sign_in, who, world, day):
        client = sign_in(who)
        body = {
            "first_day": day,
            "last_day": "",
            "part": "morning",
            "reason": "Dentist",
            "idempotency_key": compat.uuid7(),
        }
        assert client.post(url("leave-ask"), body).status_code == 302
        leave = TimeOff.objects.get()
        assert (leave.status, leave.days, leave.last_day, leave.person) == (
            "pending",
            Decimal("0.5"),
            day,
            who,
        )
        page = client.get(url("leave-list")).content.decode()
        assert "Dentist" in page and "Asked for" in page and "Approve" not in page

    def test_days_leave_out_closed_weekdays_and_holidays(self, world, who, day):
        monday = day + datetime.timedelta(days=(7 - day.weekday()) % 7)
        BranchHours.objects.filter(branch=world.branch, weekday=6).delete()
        Holiday.objects.create(branch=world.branch, day=monday + datetime.timedelta(days=2), name="Diwali")
        assert ask(who, world, monday, monday + datetime.timedelta(days=6)).days == 5

    def test_bookings_go_on_until_it_is_approved(self, world, who, manager, day):
        leave = ask(who, world, day)
        book(world, day)
        domain.approve_leave(by=manager, leave=leave, branch=world.branch)
        with pytest.raises(Refusal):
            book(world, day, hour=15)
        assert book(world, day + datetime.timedelta(days=1))

    @pytest.mark.parametrize(
        ("first", "last", "said"), [(2, 1, "before the first"), (-50, -50, "passed"), (0, 400, "a year")]
    )
    def test_days_that_cannot_be(self, world, who, day, first, last, said):
        one = datetime.timedelta(days=1)
        with pytest.raises(Refusal, match=said):
            ask(who, world, day + first * one, day + last * one)

    def test_when_the_house_is_closed(self, world, who, day):
        Holiday.objects.create(branch=world.branch, day=day, name="Holi")
        with pytest.raises(Refusal, match="house is closed"):
            ask(who, world, day)

    def test_the_same_days_twice(self, world, who, manager, day):
        leave = ask(who, world, day)
        with pytest.raises(Refusal, match="asked for"):
            ask(who, world, day)
        domain.approve_leave(by=manager, leave=leave, branch=world.branch)
        with pytest.raises(Refusal, match="off already"):
            ask(who, world, day)

    def test_a_morning_and_an_afternoon(self, world, who, day):
        ask(who, world, day, part="morning")
        ask(who, world, day, part="afternoon")
        assert TimeOff.objects.count() == 2

    def test_junk(self, sign_in, who, day):
        client = sign_in(who)
        for changes in ({"part": "evening"}, {"first_day": "0000-00-00"}, {"reason": ""}, {"first_day": ""}):
            body = {
                "first_day": day,
                "last_day": "",
                "part": "full_day",
                "reason": "x",
                "idempotency_key": compat.uuid7(),
            }
            assert client.post(url("leave-ask"), body | changes).status_code == 422, changes
        assert not TimeOff.objects.exists()


class TestDecided:
    def test_the_manager_approves_and_the_person_reads_it(self, sign_in, world, who, manager, day):
        leave = ask(who, world, day)
        client = sign_in(manager)
        assert "Wedding" in client.get(url("leave-list")).content.decode()
        assert client.post(url("leave-approve", leave), {"comment": "Enjoy"}).status_code == 302
        leave.refresh_from_db()
        assert (leave.status, leave.comment, leave.decided_by) == ("approved", "Enjoy", manager)
        assert Event.objects.filter(verb="leave.approved", subject_id=leave.pk).exists()
        page = sign_in(who).get(url("leave-list")).content.decode()
        assert "Approved" in page and "Enjoy" in page

    def test_rejected_needs_a_word_and_closes_nothing(self, world, who, manager, day):
        leave = ask(who, world, day)
        with pytest.raises(Refusal, match="Say why"):
            domain.reject_leave(by=manager, leave=leave, branch=world.branch, comment=" ")
        domain.reject_leave(by=manager, leave=leave, branch=world.branch, comment="Camp that week")
        assert book(world, day)

    def test_decided_once(self, world, who, manager, day):
        leave = ask(who, world, day)
        domain.approve_leave(by=manager, leave=leave, branch=world.branch)
        with pytest.raises(Refusal, match="decided already"):
            domain.reject_leave(by=manager, leave=leave, branch=world.branch, comment="No")

    def test_nobody_decides_their_own(self, world, manager, day):
        leave = ask(manager, world, day)
        with pytest.raises(Refusal, match="their own leave"):
            domain.approve_leave(by=manager, leave=leave, branch=world.branch)
        with pytest.raises(IntegrityError), transaction.atomic():  # past the domain
            TimeOff.objects.filter(pk=leave.pk).update(
                status="approved", decided_by=manager, decided_at=timezone.now()
            )

    @pytest.mark.parametrize("role", ["doctor", "receptionist", "employee", "cashier"])
    def test_who_may_not_decide(self, sign_in, world, who, day, role):
        leave = ask(who, world, day)
        client = sign_in(factories.person(world.branch, role))
        assert client.post(url("leave-approve", leave), {"comment": ""}).status_code == 403
        assert client.post(url("leave-take-back", leave)).status_code == 404
        leave.refresh_from_db()
        assert leave.status == "pending"

    def test_not_by_a_manager_of_another_branch(self, sign_in, world, who, day):
        leave = ask(who, world, day)
        client = sign_in(factories.person(world.elsewhere, "manager"))
        assert client.post(url("leave-approve", leave), {}).status_code == 404

    def test_taken_back_while_undecided(self, world, who, manager, day):
        leave = ask(who, world, day)
        domain.take_leave_back(by=who, leave=leave, branch=world.branch)
        with pytest.raises(Refusal, match="decided already"):
            domain.approve_leave(by=manager, leave=leave, branch=world.branch)

    def test_the_evening_lock_holds_for_leave_too(self, world, who, manager, day):
        tomorrow = colleagues.open_day(world.branch, 1)
        rules = BookingRules.of(world.branch)
        rules.availability_lock_at = datetime.time(0)
        rules.save()
        leave = ask(who, world, tomorrow)
        with pytest.raises(Refusal, match="owner or an administrator"):
            domain.approve_leave(by=manager, leave=leave, branch=world.branch, override="Ill")
        with pytest.raises(Refusal, match="what the emergency is"):
            domain.approve_leave(by=world.owner, leave=leave, branch=world.branch)
        done = domain.approve_leave(by=world.owner, leave=leave, branch=world.branch, override="Ill")
        assert (done.status, done.comment) == ("approved", "Ill")

    def test_what_is_not_approved_moves_nothing(self, sign_in, world, who, day):
        leave = ask(who, world, day)
        page = sign_in(world.owner).get(url("time-off-hits", leave)).content.decode()
        assert "not approved: nothing needs to move" in page

    def test_what_the_leave_hits_is_listed(self, sign_in, world, who, manager, day):
        visit = book(world, day)
        leave = domain.approve_leave(by=manager, leave=ask(who, world, day), branch=world.branch)
        page = sign_in(manager).get(url("leave-list")).content.decode()
        assert url("time-off-hits", leave) in page
        assert (
            visit.customer.full_name in sign_in(world.owner).get(url("time-off-hits", leave)).content.decode()
        )

    def test_queries(self, sign_in, world, manager, django_assert_max_num_queries):
        for number in range(20):
            colleagues.leave(world.branch, factories.person(world.branch, "nurse"), days_ahead=50 + number)
        client = sign_in(manager)
        with django_assert_max_num_queries(12):
            client.get(url("leave-list"))


@pytest.mark.django_db(transaction=True)
def test_approved_and_rejected_at_the_same_moment():
    branch = factories.clinic()
    who = factories.practitioner(branch).user
    one, two = (factories.person(branch, "manager") for _ in range(2))
    leave = colleagues.leave(branch, who)
    results = race(
        lambda: domain.approve_leave(by=one, leave=leave, branch=branch),
        lambda: domain.reject_leave(by=two, leave=leave, branch=branch, comment="No"),
    )
    assert sorted(isinstance(each, Refusal) for each in results) == [False, True], results


@pytest.mark.django_db(transaction=True)
def test_booked_and_approved_at_the_same_moment_no_visit_is_lost():
    """Either the visit is there before and listed among those hit, or it is refused."""
    from appointments.absences import hit_by

    branch = factories.clinic()
    doctor = factories.practitioner(branch)
    desk, manager = factories.person(branch, "receptionist"), factories.person(branch, "manager")
    leave = colleagues.leave(branch, doctor.user)
    customer, treatment = factories.customer(branch, desk), factories.treatment(branch)
    starts_at = datetime.datetime.combine(leave.first_day, datetime.time(11), branch.zone)
    booked, decided = race(
        lambda: appointments.book(
            by=desk,
            branch=branch,
            customer=customer,
            practitioner=doctor,
            treatment=treatment,
            starts_at=starts_at,
        ),
        lambda: domain.approve_leave(by=manager, leave=leave, branch=branch),
    )
    assert isinstance(decided, TimeOff), decided
    hit = hit_by(decided, user=manager, branch=branch)
    assert hit == [booked] if isinstance(booked, Appointment) else isinstance(booked, Refusal) and hit == []
