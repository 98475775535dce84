"""The waitlist's pages: who is shown, what is pressed, what is typed wrong."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from appointments import domain
from appointments.models import Appointment, Offer
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, world):
    client.force_login(world.receptionist)
    return client


@pytest.fixture
def waiting(world, hair_removal):
    def wait(**changes):
        return factories.waiting(world.branch, world.receptionist, hair_removal, world.doctor, **changes)

    return wait


@pytest.fixture
def offered(world, hair_removal, at):
    def make(hour=10, **changes):
        return factories.offer(
            world.branch, world.receptionist, hair_removal, world.doctor, at(hour), **changes
        )

    return make


def key() -> dict[str, str]:
    return {"idempotency_key": str(compat.uuid7())}


def slot(world, moment) -> dict[str, str]:
    return {"slot": f"{moment.isoformat()}|{world.doctor.pk}", **key()}


def test_the_list_begins_with_what_has_to_be_answered(desk, waiting, offered, priya):
    page = desk.get(reverse("waitlist")).content.decode()
    assert "No offer is open" in page
    waiting(customer=priya)
    assert "Priya Mehta" in desk.get(reverse("waitlist")).content.decode()
    made = offered()
    page = desk.get(reverse("waitlist")).content.decode()
    assert made.customer.full_name in page and "kept until 09:00" in page and "30 minutes left" in page
    assert "Priya Mehta" not in page
    assert "Priya Mehta" in desk.get(reverse("waitlist") + "?show=waiting&q=priya").content.decode()
    assert "fits this search" in desk.get(reverse("waitlist") + "?show=waiting&q=zz").content.decode()


def test_lists_read_the_same_for_one_and_for_thirty(desk, waiting, offered, django_assert_max_num_queries):
    for show, make in (("waiting", waiting), ("offers", lambda: offered(10 + Offer.objects.count()))):
        make()
        url = reverse("waitlist") + f"?show={show}"
        with django_assert_max_num_queries(11) as one:
            desk.get(url)
        for _ in range(29 if show == "waiting" else 2):
            make()
        with django_assert_max_num_queries(len(one.captured_queries)):
            assert desk.get(url).status_code == 200


def test_what_was_typed_on_the_booking_page_goes_along(desk, world, priya, hair_removal):
    sent = {
        "customer": str(priya.pk), "what": f"treatment:{hair_removal.pk}", "practitioner": str(world.doctor.pk),
        "day": "2026-03-05", "note": "Mornings", **key(),
    }  # fmt: skip
    response = desk.post(reverse("waitlist-join"), sent)
    assert response.status_code == 422 and not Appointment.objects.exists()
    form = response.context["form"]
    assert response.context["customer"] == priya
    assert str(form["treatment"].value()) == str(hair_removal.pk)
    assert form["first_day"].value() == datetime.date(2026, 3, 5) and form["note"].value() == "Mornings"


def test_somebody_is_put_on_the_list(desk, world, priya, hair_removal):
    sent = {
        "customer": str(priya.pk), "treatment": str(hair_removal.pk), "practitioner": "", "first_day": "2026-03-03",
        "last_day": "2026-03-10", "earliest": "10:00", "latest": "", "note": "Mornings", **key(),
    }  # fmt: skip
    wrong = desk.post(reverse("waitlist-join"), sent | {"last_day": "2026-03-01"})
    assert wrong.status_code == 422 and "before the first" in wrong.content.decode()
    assert 'value="2026-03-01"' in wrong.content.decode()
    response = desk.post(reverse("waitlist-join"), sent)
    assert response.status_code == 302
    visit = Appointment.objects.get()
    assert (visit.status, visit.wish.any_practitioner, visit.note) == ("waitlisted", True, "Mornings")
    again = desk.post(reverse("waitlist-join"), sent | key())
    assert again.status_code == 422 and "already" in again.content.decode()


def test_a_wish_is_changed_and_a_stale_one_told(desk, world, waiting):
    visit = waiting()
    url = reverse("waitlist-wish", args=[visit.pk])
    assert desk.get(url).status_code == 200
    sent = {
        "practitioner": str(world.doctor.pk), "first_day": "2026-03-04", "last_day": "2026-03-06", "earliest": "",
        "latest": "12:00", "version": visit.version,
    }  # fmt: skip
    assert desk.post(url, sent).status_code == 302
    stale = desk.post(url, sent | {"latest": "13:00"})
    assert stale.status_code == 422 and "Somebody else changed" in stale.content.decode()
    assert 'value="13:00"' in stale.content.decode()


def test_the_times_shown_are_those_of_the_wish_and_one_is_given(desk, world, waiting, at):
    visit = waiting()
    url = reverse("waitlist-schedule", args=[visit.pk])
    page = desk.get(url).content.decode()
    assert "Tuesday 3 March" in page and slot(world, at(9))["slot"] in page
    assert "No time is free on" not in desk.get(url + "?day=2026-03-05").content.decode()
    nothing = desk.post(url, {"slot": "", **key()})
    assert nothing.status_code == 422 and "Choose a time." in nothing.content.decode()
    response = desk.post(url, slot(world, at(10)))
    assert response.status_code == 302
    visit.refresh_from_db()
    assert (visit.status, visit.starts_at) == ("scheduled", at(10))
    late = desk.post(url, slot(world, at(12)))
    assert late.status_code == 422 and "This visit is only booked" in late.content.decode()


def test_a_taken_time_is_said_beside_the_times_with_others(desk, world, waiting, booked, at):
    booked(10)
    visit = waiting()
    response = desk.post(reverse("waitlist-schedule", args=[visit.pk]), slot(world, at(10)))
    assert response.status_code == 422
    assert "already has a visit at that time" in response.content.decode()
    assert response.context["offers"][0]["value"] == f"{at(10, 45).isoformat()}|{world.doctor.pk}"


def test_a_second_visit_at_that_time_is_booked_when_meant(desk, world, waiting, booked, at, priya):
    other = factories.practitioner(world.branch, full_name="Reena Sharma")
    booked(10, treatment=factories.treatment(world.branch), practitioner=other)
    visit = waiting(customer=priya)
    url = reverse("waitlist-schedule", args=[visit.pk])
    refused = desk.post(url, slot(world, at(10)))
    assert refused.status_code == 422 and "Book anyway" in refused.content.decode()
    assert desk.post(url, slot(world, at(10)) | {"despite_overlap": "1"}).status_code == 302


def test_a_time_is_kept_and_offered(desk, world, waiting, at):
    visit = waiting()
    response = desk.post(reverse("waitlist-offer", args=[visit.pk]), slot(world, at(10)))
    assert response.status_code == 302
    assert Offer.objects.get().appointment == visit
    again = desk.post(reverse("waitlist-offer", args=[visit.pk]), slot(world, at(12)))
    assert again.status_code == 422 and "has an open offer already" in again.content.decode()


def test_an_offer_is_accepted_once(desk, offered):
    made = offered()
    url = reverse("offer-accept", args=[made.pk])
    assert desk.post(url, key()).status_code == 302
    again = desk.post(url, key())
    assert again.status_code == 422 and "accepted already" in again.content.decode()


def test_an_offer_is_declined_with_a_reason(desk, offered):
    made = offered()
    url = reverse("offer-decline", args=[made.pk])
    assert desk.post(url, {"reason": "Too early"}).status_code == 302
    assert made.appointment.history.last().note == "Too early"
    assert desk.post(url, {"reason": ""}).status_code == 422


def test_a_request_is_put_on_the_list(desk, waiting):
    visit = waiting(verb="request")
    assert visit.number in desk.get(reverse("waitlist")).content.decode()
    assert desk.post(reverse("appointment-waitlist", args=[visit.pk])).status_code == 302
    visit.refresh_from_db()
    assert visit.status == "waitlisted"


def test_the_visit_page_shows_the_wish_and_the_way_to_a_time(desk, waiting):
    page = desk.get(reverse("appointment-detail", args=[waiting().pk])).content.decode()
    assert "Find a time" in page and "<dt>Wish</dt>" in page


def test_the_customer_is_told_until_the_offer_ends(desk, world, offered):
    from notifications import domain as notifications
    from notifications.models import Message

    made = offered()
    response = desk.post(reverse("offer-message", args=[made.pk]))
    assert response.status_code == 303 and response["Location"].startswith("https://wa.me/")
    body = Message.objects.get().body
    assert "on Tue, 3 Mar 2026 at 10:00 AM. We keep it for you until 9:00 AM" in body
    Message.objects.update(status="waiting", sent_at=None, sent_by=None)
    domain.decline(by=world.receptionist, offer=made)
    notifications.withdraw_offer(offer_id=made.pk)
    assert Message.objects.get().status == "withdrawn"
    assert desk.post(reverse("offer-message", args=[made.pk])).status_code == 404


def test_another_branch_has_its_own_list(client, world, waiting, offered):
    visit, made = waiting(), offered()
    client.force_login(world.colleague)
    for name, pk in (("waitlist-wish", visit.pk), ("waitlist-schedule", visit.pk)):
        assert client.get(reverse(name, args=[pk])).status_code == 404
    for name in ("offer-accept", "offer-decline"):
        assert client.post(reverse(name, args=[made.pk]), key()).status_code == 404
    assert timezone.now() < made.held_until
