"""A package's progress as its customer hears of it."""

from decimal import Decimal

import pytest
from django.utils import timezone

from notifications.models import Message
from packages import domain as packages
from tests import factories


@pytest.fixture
def enrolment(world):
    plan = factories.plan(factories.treatment(world.branch), name="Laser, full body")
    customer = factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")
    return packages.enrol(
        by=world.receptionist,
        branch=world.branch,
        customer=customer,
        plan=plan,
        value=Decimal(36000),
        on=timezone.localdate(),
    )


def completed(tell, enrolment, number, remaining, times=1):
    session = enrolment.sessions.get(number=number)
    data = {"enrolment_id": str(enrolment.pk), "number": number, "remaining": remaining}
    tell("session.completed", session.pk, times=times, **data)


def test_a_session_tells_what_remains_once(enrolment, tell):
    completed(tell, enrolment, 1, 7, times=2)
    assert Message.objects.get().body == (
        "Hello Priya, session 1 of 8 of your package Laser, full body is done, 7 remain."
        " Thank you for choosing Linqs Cosmetology Clinic."
    )


def test_with_one_left_a_second_message_offers_to_go_on(enrolment, tell):
    completed(tell, enrolment, 7, 1)
    told = dict(Message.objects.values_list("kind", "body"))
    assert set(told) == {"session", "nearly_done"}
    assert "session 7 of 8" in told["session"] and "1 remains" in told["session"]
    assert "one session of your package Laser, full body is left" in told["nearly_done"]


def test_the_last_session_says_so(enrolment, tell):
    completed(tell, enrolment, 8, 0)
    message = Message.objects.get()
    assert message.kind == "session" and "it was the last one" in message.body
