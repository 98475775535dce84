"""Fees, the free follow-up, and "come back in four weeks"."""

import datetime
from decimal import Decimal
from threading import Barrier, BrokenBarrierError

import pytest
import time_machine
from django.urls import reverse
from uuid_utils import compat

from appointments import domain, places
from appointments.domain import booking
from appointments.models import Appointment, BookingRules, FollowUp, FreeFollowUp
from clinic.refusals import Refusal, Stale
from staff.models import Fee
from tests import factories
from tests.appointments.conftest import TUESDAY
from tests.race import race

DAY = datetime.timedelta(days=1)


@pytest.fixture
def consultation(world):
    return factories.treatment(
        world.branch, name="Consultation", category="consultation", minutes=15, price=Decimal(500)
    )


@pytest.fixture
def fee(world):
    def set_(kind, amount, practitioner=None, since=-30, until=None):
        return Fee.objects.create(
            branch=world.branch, practitioner=practitioner, kind=kind, amount=Decimal(amount),
            valid_from=TUESDAY + since * DAY, valid_to=None if until is None else TUESDAY + until * DAY,
        )  # fmt: skip

    return set_


@pytest.fixture
def seen(world, booked, consultation):
    """A completed consultation of today."""
    visit = domain.check_in(by=world.receptionist, appointment=booked(9, treatment=consultation))
    return domain.complete(by=world.doctor.user, appointment=visit, note="")


def test_the_fee_is_the_practitioners_own_else_the_houses_else_the_price(world, booked, consultation, fee):
    assert booked(9, treatment=consultation).fee == 500
    fee("consultation", 700)
    assert booked(10, treatment=consultation).fee == 700
    fee("consultation", 900, world.doctor, until=0)
    dear = booked(11, treatment=consultation)
    assert (dear.fee, dear.fee_kind) == (900, "consultation")
    assert booked(9, days=1, treatment=consultation).fee == 700, "the doctor's own fee ended yesterday"
    fee("consultation", 1000, world.doctor, since=-1)
    dear.refresh_from_db()
    assert dear.fee == 900, "frozen"


def test_what_is_no_consultation_has_the_treatments_price(booked, fee):
    fee("consultation", 700)
    assert (booked(9).fee, booked(10).fee_kind) == (None, "")


@pytest.mark.parametrize(
    ("priority", "kind", "amount"),
    [("priority", "priority", 900), ("urgent", "priority", 900), ("emergency", "emergency", 1500)],
)
def test_priority_and_emergency_have_their_own_fee(booked, consultation, fee, priority, kind, amount):
    fee("priority", 900)
    fee("emergency", 1500)
    visit = booked(9, treatment=consultation, priority=priority, priority_reason="Swollen")
    assert (visit.fee_kind, visit.fee) == (kind, amount)


def test_a_free_follow_up_is_used_once_and_given_back(world, booked, consultation, fee, seen):
    fee("follow_up", 300)
    right = FreeFollowUp.objects.get()
    assert (right.first_visit, right.valid_until) == (seen, TUESDAY + 7 * DAY)
    first = booked(9, days=7, treatment=consultation, follows=seen)
    assert (first.fee, first.fee_kind) == (0, "free_follow_up")
    second = booked(10, days=7, treatment=consultation, follows=seen)
    assert (second.fee, second.fee_kind) == (300, "follow_up")
    domain.cancel(by=world.receptionist, appointment=first, reason="Ill")
    right.refresh_from_db()
    assert right.used_by is None
    third = booked(11, days=7, treatment=consultation, follows=seen)
    assert third.fee_kind == "free_follow_up"
    back = domain.reinstate(by=world.receptionist, appointment=first)
    assert (back.fee_kind, back.fee) == ("follow_up", 300), "its right has gone to another visit"


def test_neither_too_late_nor_with_another_doctor_nor_for_a_treatment(world, booked, consultation, seen):
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    assert booked(9, days=8, treatment=consultation, follows=seen).fee_kind == "follow_up"
    elsewhere = booked(9, days=2, treatment=consultation, follows=seen, practitioner=other)
    assert elsewhere.fee_kind == "follow_up"
    assert booked(9, days=3, follows=seen).fee is None
    assert FreeFollowUp.objects.get().used_by is None


@pytest.mark.parametrize(("days", "kind"), [(7, "free_follow_up"), (8, "follow_up")])
def test_a_free_follow_up_moved_too_far_is_free_no_more(world, booked, at, consultation, seen, days, kind):
    visit = booked(9, days=2, treatment=consultation, follows=seen)
    moved = domain.reschedule(
        by=world.receptionist, appointment=visit, starts_at=at(9, days=days), version=visit.version
    )
    assert (moved.fee_kind, moved.fee) == (kind, 0 if kind == "free_follow_up" else 500)
    assert FreeFollowUp.objects.filter(used_by=visit).exists() == (kind == "free_follow_up")


def test_a_follow_up_entitles_to_no_other(world, booked, at, consultation, seen):
    again = booked(9, days=1, treatment=consultation, follows=seen)
    with time_machine.travel(at(9, days=1)):
        domain.check_in(by=world.receptionist, appointment=again)
        domain.complete(by=world.doctor.user, appointment=again, note="")
    assert FreeFollowUp.objects.count() == 1


def test_the_house_decides_how_many_and_how_long(world, booked, consultation):
    BookingRules.objects.create(branch=world.branch, follow_up_days=30, follow_up_visits=2)
    visit = domain.check_in(by=world.receptionist, appointment=booked(9, treatment=consultation))
    domain.complete(by=world.doctor.user, appointment=visit, note="")
    assert set(FreeFollowUp.objects.values_list("valid_until", flat=True)) == {TUESDAY + 30 * DAY}
    assert FreeFollowUp.objects.count() == 2


def test_the_desk_sees_the_free_follow_up(desk, seen, priya):
    for name, key in (("appointment-detail", seen.pk), ("customer-open", priya.pk)):
        assert "ree follow-up until 10 Mar" in desk.get(reverse(name, args=[key])).content.decode()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
class TestRace:
    @pytest.fixture
    def both(self, world, booked, consultation, seen):
        """Two desks book one follow-up each, at different hours."""
        return [
            lambda hour=hour: booked(hour, days=1, treatment=consultation, follows=seen) for hour in (10, 11)
        ]

    def test_two_desks_use_one_right_once(self, both):
        kinds = sorted(visit.fee_kind for visit in race(*both))
        assert kinds == ["follow_up", "free_follow_up"]

    def test_control_without_the_locks_both_are_free(self, both, monkeypatch):
        """Nobody waits for the customer, nor for the doctor whom both happen to want, nor for the next number."""
        monkeypatch.setattr(booking, "lock_row", lambda *_: None)
        monkeypatch.setattr(places, "lock_resources", lambda *_: None)
        monkeypatch.setattr(booking, "take_numbers", lambda *_: [factories.number()])
        together, real = Barrier(2), FreeFollowUp.save

        def both_at_once(*given, **more):
            """Neither writes before both have read."""
            try:
                together.wait(10)
            except BrokenBarrierError:
                pytest.fail("one desk waited for the other")
            return real(*given, **more)

        monkeypatch.setattr(FreeFollowUp, "save", both_at_once)
        assert [visit.fee_kind for visit in race(*both)] == ["free_follow_up", "free_follow_up"]


@pytest.fixture
def asked(world, seen):
    due = TUESDAY + 28 * DAY
    return domain.plan_follow_up(by=world.doctor.user, appointment=seen, due_on=due, reason="Control")


def test_booking_it_settles_it_and_cancelling_opens_it_again(world, booked, consultation, seen, asked):
    visit = booked(9, days=28, treatment=consultation, follows=seen)
    asked.refresh_from_db()
    assert asked.booked == visit
    with pytest.raises(Refusal, match="booked already"):
        domain.plan_follow_up(by=world.owner, appointment=seen, due_on=TUESDAY + 7 * DAY)
    with pytest.raises(Refusal, match="has been booked meanwhile"):
        domain.drop_follow_up(by=world.owner, follow_up=asked, reason="x", version=asked.version)
    domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    assert FollowUp.objects.open().get() == asked


def test_a_visit_of_somebody_else_is_no_follow_up(world, booked, consultation, seen):
    stranger = factories.customer(world.branch, world.receptionist)
    with pytest.raises(Refusal):
        booked(9, days=1, treatment=consultation, follows=seen, customer=stranger)


def test_asked_again_changes_the_day(world, seen, asked):
    again = domain.plan_follow_up(by=world.doctor.user, appointment=seen, due_on=TUESDAY + 7 * DAY)
    assert (again.pk, again.due_on, again.version) == (asked.pk, TUESDAY + 7 * DAY, 2)
    with pytest.raises(Refusal, match="after this visit"):
        domain.plan_follow_up(by=world.doctor.user, appointment=seen, due_on=TUESDAY)


def test_dropping_needs_a_reason_and_the_version_and_works_once(world, asked):
    drop = {"by": world.receptionist, "follow_up": asked}
    with pytest.raises(Refusal, match="Say why"):
        domain.drop_follow_up(**drop, reason=" ", version=1)
    with pytest.raises(Stale):
        domain.drop_follow_up(**drop, reason="Moved away", version=7)
    domain.drop_follow_up(**drop, reason="Moved away", version=1)
    with pytest.raises(Refusal, match="dropped already"):
        domain.drop_follow_up(**drop, reason="Moved away", version=2)
    assert not FollowUp.objects.open().exists()


@pytest.mark.parametrize(
    ("choice", "day", "due"), [("1", "", 7), ("4", "", 28), ("day", "2026-03-20", 17), ("", "", None)]
)
def test_come_back_is_chosen_when_completing(sign_in, world, booked, choice, day, due):
    visit = domain.check_in(by=world.receptionist, appointment=booked(9))
    body = {
        "come_back": choice, "come_back_on": day, "come_back_reason": "Control",
        "idempotency_key": str(compat.uuid7()),
    }  # fmt: skip
    url = reverse("appointment-complete", args=[visit.pk])
    assert sign_in(world.doctor.user).post(url, body).status_code == 302
    found = FollowUp.objects.filter(appointment=visit).first()
    assert (found.due_on if found else None) == (TUESDAY + due * DAY if due else None)


@pytest.mark.parametrize("day", ["", "2026-03-01", "0001-01-01", "nonsense"])
def test_a_day_that_can_not_be_keeps_all_and_completes_nothing(sign_in, world, booked, day):
    visit = domain.check_in(by=world.receptionist, appointment=booked(9))
    body = {"note": "Typed", "come_back": "day", "come_back_on": day, "idempotency_key": str(compat.uuid7())}
    response = sign_in(world.doctor.user).post(reverse("appointment-complete", args=[visit.pk]), body)
    assert response.status_code == 422 and "Typed" in response.content.decode()
    assert Appointment.objects.get().status == "arrived" and not FollowUp.objects.exists()


def test_the_list_by_when_whom_and_with_whom(desk, world, seen, asked, at):
    url = reverse("follow-ups")
    page = desk.get(url).content.decode()
    assert "Later (1)" in page and "Priya Mehta" in page and f"follows={seen.pk}" in page
    assert "No follow-up fits" in desk.get(f"{url}?q=nobody").content.decode()
    assert "Priya Mehta" in desk.get(f"{url}?q=priya&practitioner={world.doctor.pk}").content.decode()
    with time_machine.travel(at(9, days=24)):
        desk.force_login(world.receptionist, backend="staff.backends.EmailOrUsername")
        assert "This week (1)" in desk.get(url).content.decode()
    with time_machine.travel(at(9, days=30)):
        desk.force_login(world.receptionist, backend="staff.backends.EmailOrUsername")
        page = desk.get(url).content.decode()
        assert "Overdue (1)" in page and "2 days late" in page


def test_dropping_on_the_page(desk, asked):
    url = reverse("follow-up-drop", args=[asked.pk])
    assert desk.post(url, {"reason": "", "version": 1}).status_code == 422
    stale = desk.post(url, {"reason": "Moved away", "version": 9})
    assert stale.status_code == 422 and "Moved away" in stale.content.decode()
    assert desk.post(url, {"reason": "Moved away", "version": 1}).status_code == 302
    assert not FollowUp.objects.open().exists()


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same(desk, world, priya, hair_removal, at, django_assert_max_num_queries, count):
    for _n in range(count):
        visit = Appointment.objects.create(
            number=factories.number(), branch=world.branch, customer=priya, practitioner=world.doctor,
            treatment=hair_removal, starts_at=at(9), ends_at=at(10), booked_by=world.receptionist,
        )  # fmt: skip
        FollowUp.objects.create(branch=world.branch, appointment=visit, due_on=TUESDAY)
    with django_assert_max_num_queries(8):
        page = desk.get(reverse("follow-ups")).content.decode()
    assert page.count("Drop this follow-up") == count


def follow_up(seen, **changes) -> dict[str, object]:
    """What the booking page sends after "Book a follow-up"."""
    return {
        "idempotency_key": compat.uuid7(), "customer": seen.customer_id, "what": f"treatment:{seen.treatment_id}",
        "practitioner": seen.practitioner_id, "day": "2026-03-06", "time": "10:00", "follows": seen.pk,
    } | changes  # fmt: skip


def test_the_link_to_book_a_follow_up_leads_to_a_free_one(desk, seen):
    address = (
        f"/appointments/new/?customer={seen.customer_id}&treatment={seen.treatment_id}&follows={seen.pk}"
    )
    page = desk.get(address).content.decode()
    assert f'name="follows" value="{seen.pk}"' in page and f"Follow-up of {seen.number}" in page
    assert desk.post("/appointments/new/", follow_up(seen)).status_code == 302
    visit = Appointment.objects.get(follows=seen)
    assert (visit.fee, visit.fee_kind) == (0, "free_follow_up")


def test_a_follow_up_of_somebody_elses_visit_is_refused(desk, world, seen):
    other = factories.customer(world.branch, world.receptionist)
    response = desk.post("/appointments/new/", follow_up(seen, customer=other.pk))
    assert response.status_code == 422
    assert "is another person&#x27;s" in response.content.decode()
    assert not Appointment.objects.filter(follows=seen).exists()
