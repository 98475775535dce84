"""Completed, brought back, asked to come again: what the customer is told, once."""

import datetime
from urllib.parse import unquote

import pytest
from django.urls import reverse
from django.utils import timezone

from appointments.models import FollowUp
from notifications.models import Message


@pytest.fixture
def done(visits):
    now = timezone.now()
    return visits(days=0, status="completed", completed_at=now, started_at=now, arrived_at=now)


@pytest.fixture
def asked(world, done):
    due = timezone.localdate() + datetime.timedelta(days=28)
    return FollowUp.objects.create(branch=world.branch, appointment=done, due_on=due)


def test_a_completed_visit_is_thanked_for_once(tell, done):
    tell("appointment.completed", done.pk, times=2)
    message = Message.objects.get()
    assert message.kind == "completed" and "thank you for your visit" in message.body
    assert message.send_until == timezone.localdate() + datetime.timedelta(days=3)


def test_thanks_name_the_day_to_come_back(tell, done, asked):
    tell("appointment.completed", done.pk)
    assert "Please come again around" in Message.objects.get().body


def test_a_follow_up_is_asked_for_when_it_is_near_and_withdrawn_when_settled(tell, asked):
    tell("follow_up.planned", asked.pk, times=2)
    message = Message.objects.get()
    assert (message.kind, message.send_from) == ("follow_up", asked.due_on - datetime.timedelta(days=3))
    asked.due_on += datetime.timedelta(days=7)
    asked.save()
    tell("follow_up.planned", asked.pk)
    assert sorted(Message.objects.values_list("status", flat=True)) == ["waiting", "withdrawn"]
    tell("follow_up.booked", asked.pk)
    assert set(Message.objects.values_list("status", flat=True)) == {"withdrawn"}


def test_the_desk_asks_now_with_one_click(desk, asked):
    url = reverse("follow-up-message", args=[asked.pk])
    for _click in range(2):
        response = desk.post(url)
        assert response.status_code == 303 and "would like to see you again" in unquote(response["Location"])
    assert Message.objects.get().status == "sent"


def test_a_visit_brought_back_is_told_again(tell, visits):
    visit = visits(days=1)
    tell("appointment.booked", visit.pk)
    tell("appointment.cancelled", visit.pk)
    tell("appointment.reinstated", visit.pk)
    assert sorted(Message.objects.values_list("status", flat=True)) == ["waiting", "withdrawn"]


def test_who_comes_for_several_treatments_is_told_once(tell, visits):
    first = visits(days=1)
    second = visits(days=1, hour=10, first_part=first, part_number=2)
    for visit in (first, second):
        tell("appointment.booked", visit.pk)
    assert "Laser Hair Removal and Laser Hair Removal" in Message.objects.get().body


def test_the_visit_page_carries_its_messages(desk, sign_in, world, tell, visits):
    visit = visits(days=1)
    tell("appointment.booked", visit.pk)
    url = reverse("appointment-messages", args=[visit.pk])
    assert url in desk.get(reverse("appointment-detail", args=[visit.pk])).content.decode()
    panel = desk.get(
        url, headers={"HX-Request": "true", "HX-Target": "appointment-messages"}
    ).content.decode()
    assert "is booked" in panel and "WhatsApp" in panel and "<html" not in panel
    assert sign_in(world.colleague).get(url).status_code == 404
