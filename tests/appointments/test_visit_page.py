"""The page of one visit: its steps, its parts, its slip, its number in the search, its state by the branch's name."""

import io

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader
from uuid_utils import compat

from appointments import domain, panels
from appointments.models import Appointment, BookingRules, QueueDay, QueueEntry, Sitting
from packages.models import Requirement
from tests.appointments.conftest import TUESDAY


def page(client, visit):
    return client.get(reverse("appointment-detail", args=[visit.pk])).content.decode()


def test_checking_in_takes_the_complaint_and_all_parts(desk, booked):
    first, second = booked(9), booked(10)
    Appointment.objects.filter(pk=second.pk).update(first_part=first, part_number=2)
    shown = page(desk, first)
    assert "part 2, Dr. Vivek Kapoor" in shown and 'name="whole_visit"' in shown
    url = reverse("appointment-check-in", args=[first.pk])
    long = desk.post(url, {"chief_complaint": "x" * 301})
    assert long.status_code == 422 and "x" * 301 in long.content.decode()
    assert desk.post(url, {"chief_complaint": "Itching", "whole_visit": "on"}).status_code == 302
    assert set(Appointment.objects.values_list("status", "chief_complaint")) == {("arrived", "Itching")}
    assert "Itching" in page(desk, second)


def test_a_wrong_press_is_undone(desk, world, booked):
    visit = domain.check_in(by=world.receptionist, appointment=booked(9))
    assert "Undo check-in" in page(desk, visit)
    assert desk.post(reverse("appointment-undo-check-in", args=[visit.pk])).status_code == 302
    assert "Check-in undone" in page(desk, visit)
    assert desk.post(reverse("appointment-undo-check-in", args=[visit.pk])).status_code == 409


def test_bringing_back_says_why_not_and_offers_other_times(desk, world, booked):
    visit = booked(9)
    domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    url = reverse("appointment-reinstate", args=[visit.pk])
    other = booked(9)
    refused = desk.post(url)
    told = refused.content.decode()
    assert refused.status_code == 409 and "already has a visit at that time" in told
    assert "day=2026-03-03&amp;time=09%3A45" in told
    domain.cancel(by=world.receptionist, appointment=other, reason="Ill")
    assert desk.post(url).status_code == 302
    assert "Brought back" in page(desk, visit)


def test_minutes_waited_and_consulted(desk, world, booked, at):
    with time_machine.travel(at(9), tick=False):
        visit = domain.check_in(by=world.receptionist, appointment=booked(9))
    with time_machine.travel(at(9, 12), tick=False):
        domain.start(by=world.doctor.user, appointment=visit)
    with time_machine.travel(at(9, 40), tick=False):
        domain.complete(by=world.doctor.user, appointment=visit, note="")
        shown = page(desk, visit)
    assert "waited 12 min" in shown and "consulting 28 min" in shown


def test_the_desk_gives_the_token_on_the_visit_and_stays_there(desk, world, booked):
    visit = booked(9)
    domain.check_in(by=world.receptionist, appointment=visit)
    assert reverse("appointment-enter-queue", args=[visit.pk]) in page(desk, visit)
    response = desk.post(reverse("appointment-enter-queue", args=[visit.pk]))
    assert response["Location"] == reverse("appointment-detail", args=[visit.pk])
    shown = page(desk, visit)
    assert "<strong>A1</strong>" in shown and reverse("queue-slip", args=[visit.queue_entry.pk]) in shown
    assert reverse("appointment-enter-queue", args=[visit.pk]) not in shown


def test_putting_first_is_offered_until_the_visit_begins(desk, world, booked):
    visit = booked(9)
    link = reverse("appointment-prioritise", args=[visit.pk])
    assert link in page(desk, visit)
    domain.check_in(by=world.receptionist, appointment=visit)
    domain.start(by=world.doctor.user, appointment=visit)
    assert link not in page(desk, visit)


def test_what_is_needed_first_stands_on_a_booked_visit_until_it_begins(desk, world, booked, hair_removal):
    visit = booked(9)
    Requirement.objects.create(treatment=hair_removal, kind="patch_test", name="Patch test", wait_hours=48)
    assert "is needed before Laser Hair Removal" in page(desk, visit)
    domain.cancel(by=world.receptionist, appointment=visit, reason="Ill")
    shown = page(desk, visit)
    assert "is needed before" not in shown and "Leaves stock" not in shown


def test_a_follow_up_and_its_first_visit_lead_to_each_other(desk, booked):
    first = booked(9)
    later = booked(10, follows=first)
    assert f"Followed by {later.number}" in page(desk, first)
    assert f"Follow-up of {first.number}" in page(desk, later)


@pytest.mark.parametrize("form", ["", "slip"])
def test_the_slip_says_where_when_with_whom_and_what_is_needed(desk, world, booked, hair_removal, form):
    visit = booked(9, days=1)
    Requirement.objects.create(treatment=hair_removal, kind="patch_test", name="Patch test", wait_hours=48)
    response = desk.get(reverse("appointment-slip", args=[visit.pk]), {"format": form} if form else {})
    assert response["Content-Type"] == "application/pdf"
    pdf = PdfReader(io.BytesIO(response.content))
    words = " ".join(pdf.pages[0].extract_text().split())
    for each in (
        visit.number,
        "Priya Mehta",
        "Wednesday 4 March 2026, 09:00",
        "Dr. Vivek Kapoor",
        "Patch test",
    ):
        assert each in words
    assert "at least 48 hours before" in words and len(pdf.pages) == 1
    assert round(float(pdf.pages[0].mediabox.width)) == (227 if form else 420)


def test_a_slip_with_a_serial_says_when_to_come(desk, world, booked):
    visit = booked(9, days=1)
    sitting = Sitting.objects.create(
        branch=world.branch, practitioner=world.doctor, day=TUESDAY, starts_at=visit.starts_at,
        ends_at=visit.ends_at, mode="serial",
    )  # fmt: skip
    Appointment.objects.filter(pk=visit.pk).update(sitting=sitting, serial=12)
    pdf = PdfReader(io.BytesIO(desk.get(reverse("appointment-slip", args=[visit.pk])).content))
    words = " ".join(pdf.pages[0].extract_text().split())
    assert "No. 12" in words and "Come at Wednesday 4 March 2026, 09:00" in words


def found(client, words):
    return client.get("/search/", {"q": words}).content.decode()


def test_a_visit_is_found_by_its_number_serial_and_token(desk, sign_in, world, booked):
    visit = booked(9)
    sitting = Sitting.objects.create(
        branch=world.branch, practitioner=world.doctor, day=TUESDAY, starts_at=visit.starts_at,
        ends_at=visit.ends_at, mode="serial",
    )  # fmt: skip
    Appointment.objects.filter(pk=visit.pk).update(sitting=sitting, serial=12)
    day = QueueDay.objects.create(branch=world.branch, practitioner=world.doctor, day=TUESDAY)
    QueueEntry.objects.create(queue=day, appointment=visit, token="A5", joined_at=visit.starts_at)
    link = reverse("appointment-detail", args=[visit.pk])
    for words in (visit.number, visit.number.lower(), visit.number[-5:], "12", "a5"):
        assert link in found(desk, words), words
    for words in ("APT-2031", "13", "A6", "99999999999999"):
        assert link not in found(desk, words), words
    assert link not in found(sign_in(world.colleague), visit.number)


@pytest.mark.parametrize(
    ("preset", "scheduled", "arrived", "started"),
    [
        ("own", "Scheduled", "Arrived", "In consultation"),
        ("clinic", "Scheduled", "Arrived", "In consultation"),
        ("hospital", "Scheduled", "Checked in", "With doctor"),
        ("outpatient", "Pending", "Arrived", "Consulting"),
    ],
)
def test_every_page_calls_a_state_as_the_branch_does(
    desk, world, booked, priya, preset, scheduled, arrived, started
):
    BookingRules.objects.create(branch=world.branch, state_names=preset)
    visit = booked(9)
    names = panels.state_names(world.branch)
    assert (names["scheduled"], names["arrived"], names["in_consultation"]) == (scheduled, arrived, started)
    pages = ["/appointments/schedule/", reverse("customer-appointments", args=[priya.pk]), "/"]
    for name, step in ((scheduled, None), (arrived, domain.check_in), (started, domain.start)):
        if step:
            step(by=world.owner, appointment=visit)
        for url in [*pages, reverse("appointment-detail", args=[visit.pk])]:
            assert f"{name}</span>" in desk.get(url).content.decode(), url


def test_the_administrator_sets_rules_and_policies(sign_in, world):
    admin = sign_in(world.owner)
    form = {
        "branch": world.branch.pk, "state_names": "hospital", "daily_cap": "20", "half_day_at": "13:00",
        "follow_up_days": "30", "follow_up_visits": "2", "offer_minutes": "30", "priority_every": "3",
        "idempotency_key": str(compat.uuid7()),
    }  # fmt: skip
    assert admin.post("/admin/appointments/bookingrules/add/", form).status_code == 302
    assert BookingRules.of(world.branch).follow_up_days == 30
    policy = {
        "branch": world.branch.pk, "kind": "deposit", "amount": "500", "percent": "10", "hours": "24",
        "valid_from": "2026-03-01", "is_active": "on", "idempotency_key": str(compat.uuid7()),
    }  # fmt: skip
    refused = admin.post("/admin/appointments/visitpolicy/add/", policy)
    assert (
        refused.status_code in (200, 422) and "either an amount or a percentage" in refused.content.decode()
    )
    policy |= {"percent": "", "idempotency_key": str(compat.uuid7())}
    assert admin.post("/admin/appointments/visitpolicy/add/", policy).status_code == 302
