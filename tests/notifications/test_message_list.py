"""The page of messages to send: who sees what, the chat it opens, and taking a sent one back."""

import datetime

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from notifications.models import Message
from tests import factories

TODAY = datetime.timedelta(0)


@pytest.fixture
def message(world):
    """Makes a message to a customer of its own, to be sent today."""

    def make(at=None, name="Priya Mehta", kind="booked", ago=TODAY, **changes):
        at = at or world.branch
        customer = factories.customer(at, world.receptionist, full_name=name)
        today = timezone.localdate()
        values = {
            "branch": at,
            "customer": customer,
            "kind": kind,
            "key": f"test:{customer.pk}",
            "phone": customer.phone,
            "body": f"Hello {name}, 100% & more?",
            "send_from": today - ago,
            "send_until": today - ago + datetime.timedelta(days=1),
        }
        return Message.objects.create(**values | changes)

    return make


def test_shows_what_can_be_sent_today_and_nothing_else(desk, message, world):
    message(name="Waiting Now")
    message(name="Too Late", ago=datetime.timedelta(days=5))
    message(name="Too Early", ago=datetime.timedelta(days=-3))
    message(name="Taken Back", status="withdrawn")
    message(name="From Elsewhere", at=world.elsewhere)
    page = desk.get(reverse("message-list")).content.decode()
    assert "Waiting Now" in page
    for hidden in ("Too Late", "Too Early", "Taken Back", "From Elsewhere"):
        assert hidden not in page


def test_nothing_to_send(desk):
    assert "Nothing to send" in desk.get(reverse("message-list")).content.decode()


def test_search_kind_and_pages(desk, message, world):
    message(name="Anjali Singh", kind="reminder")
    for number in range(51):
        message(name=f"Customer{number:02d} Rao")
    first = desk.get(reverse("message-list"), {"q": "rao"})
    assert len(first.context["page"].object_list) == 50
    assert len(desk.get(reverse("message-list"), {"q": "rao", "page": 2}).context["page"].object_list) == 1
    only = desk.get(reverse("message-list"), {"kind": "reminder"}).context["page"].object_list
    assert [each.customer.full_name for each in only] == ["Anjali Singh"]
    assert "No message fits" in desk.get(reverse("message-list"), {"q": "nobody"}).content.decode()
    assert desk.get(reverse("message-list"), {"kind": "nonsense", "page": "x", "q": "\0"}).status_code == 200


def test_sending_marks_and_leads_to_the_chat(desk, message, world):
    waiting = message()
    response = desk.post(reverse("message-sent", args=[waiting.pk]))
    digits = waiting.phone.removeprefix("+")
    assert response.status_code == 303
    assert response["Location"] == (
        f"https://wa.me/{digits}?text=Hello%20Priya%20Mehta%2C%20100%25%20%26%20more%3F"
    )
    waiting.refresh_from_db()
    assert (waiting.status, waiting.sent_by) == ("sent", world.receptionist)
    assert "Priya Mehta" not in desk.get(reverse("message-list")).content.decode()
    assert "Sent " in desk.get(reverse("message-list"), {"show": "sent"}).content.decode()


def test_opening_again_keeps_the_first_time(desk, message):
    waiting = message()
    desk.post(reverse("message-sent", args=[waiting.pk]))
    first = Message.objects.get().sent_at
    assert desk.post(reverse("message-sent", args=[waiting.pk])).status_code == 303
    assert Message.objects.get().sent_at == first


def test_not_sent_puts_it_back(desk, message):
    waiting = message()
    desk.post(reverse("message-sent", args=[waiting.pk]))
    response = desk.post(reverse("message-not-sent", args=[waiting.pk]), follow=True)
    assert "Priya Mehta" in response.content.decode()
    waiting.refresh_from_db()
    assert (waiting.status, waiting.sent_at, waiting.sent_by) == ("waiting", None, None)


def test_a_withdrawn_message_is_not_sent(desk, message):
    gone = message(status="withdrawn")
    response = desk.post(reverse("message-sent", args=[gone.pk]))
    assert response.status_code == 409
    assert "was withdrawn" in response.content.decode()


def test_the_content_policy_lets_the_form_reach_the_chat(desk):
    """Browsers follow the redirect of a form only to where form-action allows, to the last hop."""
    header = desk.get(reverse("message-list"))["Content-Security-Policy"]
    allowed = next(part for part in header.split(";") if part.strip().startswith("form-action"))
    assert {"https://wa.me", "https://api.whatsapp.com"} <= set(allowed.split())
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"]


@pytest.mark.parametrize("name", ["message-sent", "message-not-sent"])
def test_another_branchs_message_is_not_there(desk, message, world, name):
    theirs = message(at=world.elsewhere)
    assert desk.post(reverse(name, args=[theirs.pk])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.status == "waiting"


def test_a_doctor_sends_none(sign_in, message, world):
    client = sign_in(world.doctor.user)
    waiting = message()
    assert client.get(reverse("message-list")).status_code == 403
    assert client.post(reverse("message-sent", args=[waiting.pk])).status_code == 403
    assert Message.objects.get().status == "waiting"


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("show", ["waiting", "sent"])
def test_queries_stay_the_same(desk, message, world, rows, show, django_assert_max_num_queries):
    for _row in range(rows):
        message()
    if show == "sent":
        Message.objects.update(status="sent", sent_at=timezone.now(), sent_by=world.owner)
    with django_assert_max_num_queries(8):
        desk.get(reverse("message-list"), {"show": show})
