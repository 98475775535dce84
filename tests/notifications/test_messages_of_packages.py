"""A package's progress as its customer hears of it."""

import json
from decimal import Decimal
from threading import Thread

import pytest
from django.utils import timezone

from notifications.models import Alert, Message
from packages import domain as packages
from packages import queries
from packages.codes import code_of
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


def test_a_session_taken_back_is_told_of_no_more_until_it_is_completed_again(world, enrolment, tell):
    session = packages.redeem_session(
        by=world.owner, session=queries.next_session(enrolment), practitioner=None
    )
    completed(tell, enrolment, 1, 7)
    packages.undo_session(by=world.owner, session=session, reason="Wrong person")
    tell("session.undone", session.pk, enrolment_id=str(enrolment.pk), number=1)
    assert Message.objects.get().status == "withdrawn"
    packages.redeem_session(by=world.owner, session=session, practitioner=None)
    completed(tell, enrolment, 1, 7)
    assert Message.objects.get().status == "waiting"


def test_what_a_session_used_up_raises_an_alert(world, enrolment, tell):
    gel = factories.item(world.branch, name="Gel", reorder_level=Decimal(5))
    factories.batch(gel, world.branch, world.owner, quantity=5)
    factories.consumable(enrolment.plan.treatment, gel)
    session = packages.redeem_session(
        by=world.owner, session=queries.next_session(enrolment), practitioner=None
    )
    completed(tell, enrolment, 1, 7)
    assert [alert.subject_id for alert in Alert.objects.filter(kind="low_stock")] == [gel.pk]
    assert session.status == "completed"


@pytest.fixture
def texting(world):
    world.branch.sends_sms = True
    world.branch.save()


@pytest.fixture
def gateway(settings, texting):
    """A gateway that keeps what it is handed."""
    from http.server import BaseHTTPRequestHandler, HTTPServer

    taken: list[tuple] = []

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            taken.append((self.headers["Authorization"], body))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Gateway)
    thread = Thread(target=server.serve_forever)
    thread.start()
    settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/"
    settings.SMS_GATEWAY_TOKEN = "a token"
    yield taken
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_code_goes_to_the_phone_while_it_is_good(world, enrolment, gateway, tell):
    code = packages.send_code(by=world.owner, session=queries.next_session(enrolment))
    tell("session.code_asked", code.pk)
    assert gateway == [
        (
            "Bearer a token",
            {
                "to": enrolment.customer.phone,
                "text": f"{code_of(code.pk)} is the code for session 1 of Laser, full body at Linqs Cosmetology Clinic."
                " Read it out at the desk if you are there now; otherwise tell nobody.",
            },
        )
    ]
    code.expires_at = timezone.now()
    code.save()
    tell("session.code_asked", code.pk)
    assert len(gateway) == 1


def test_a_gateway_that_is_gone_is_tried_again(world, enrolment, settings, texting):
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:9/"
    code = packages.send_code(by=world.owner, session=queries.next_session(enrolment))
    from notifications.packages import code_asked

    with pytest.raises(OSError):
        code_asked(type("Told", (), {"subject_id": code.pk}))
