"""A branch's own words, and the ways its messages go."""

import datetime
import smtplib

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from appointments import domain as appointments
from clinic import events
from clinic.models import Branch
from clinic.refusals import Refusal
from notifications import domain, wording
from notifications.models import Message, MessageText
from tests import factories


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


@pytest.fixture
def book(world):
    treatment = factories.treatment(world.branch, name="Hair PRP")

    def booked(hour=11):
        day = timezone.localdate() + datetime.timedelta(days=1)
        at = datetime.datetime.combine(day, datetime.time(hour), world.branch.zone)
        customer = factories.customer(
            world.branch, world.owner, full_name="Priya Mehta", email="priya@example.com"
        )
        visit = appointments.book(
            by=world.owner, branch=world.branch, customer=customer, practitioner=world.doctor, treatment=treatment,
            starts_at=at,
        )  # fmt: skip
        events.deliver_pending()
        return visit

    return booked


def send(client, occasion, body, version=0):
    form = {"body": body, "version": version, "idempotency_key": str(compat.uuid7())}
    return client.post(reverse("message-text", args=[occasion]), form)


@pytest.mark.parametrize("occasion", wording.OCCASIONS.values(), ids=lambda one: one.name)
def test_the_products_own_text_can_be_edited_as_it_stands(occasion):
    assert wording.check(occasion.own, occasion) == occasion.own
    assert "{name}" in occasion.own
    assert "{" not in occasion.preview(occasion.own), "every placeholder is filled in"


def test_messages_speak_in_the_words_of_the_branch(owner, book):
    assert send(owner, "booked", "Namaste {name}: {treatment}, {time}. {{nothing}}").status_code == 422
    assert send(owner, "booked", "Namaste {name}: {treatment}, {time}.").status_code == 302
    book()
    assert Message.objects.get(kind="booked").body == "Namaste Priya: Hair PRP, 11:00 AM."
    assert owner.post(reverse("message-text-reset", args=["booked"])).status_code == 302
    book(14)
    assert Message.objects.filter(kind="booked").latest("id").body.startswith("Hello Priya")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "Write the text"),
        ("Hello {nme}", "There is no {nme} here"),
        ("Hello {name", "brace stands alone"),
        ("x" * 1001, "At most 1000"),
        ("Hello {name.__class__}", "brace stands alone"),
    ],
)
def test_what_can_not_be_filled_in_is_refused_and_kept_on_the_page(owner, body, said):
    response = send(owner, "booked", body)
    assert response.status_code == 422 and said in response.content.decode()
    assert body[:20] in response.content.decode()
    assert not MessageText.objects.exists()


def test_who_saves_second_is_told(owner):
    assert send(owner, "booked", "One {name}").status_code == 302
    second = send(owner, "booked", "Two {name}")
    assert second.status_code == 422 and "Two {name}" in second.content.decode()
    assert MessageText.objects.get().body == "One {name}"
    assert send(owner, "booked", "Two {name}", version=1).status_code == 302


def test_a_customers_name_is_never_taken_for_a_placeholder():
    assert wording.fill("Hello {name}", {"name": "{clinic}", "clinic": "Linqs"}) == "Hello {clinic}"


def test_the_preview_follows_the_typing(owner):
    page = owner.get(reverse("message-text-preview", args=["booked"]), {"body": "Hi {name} <b>"})
    assert "Hi Priya &lt;b&gt;" in page.content.decode()


def test_an_unknown_occasion_is_not_there(owner):
    assert owner.get(reverse("message-text", args=["nothing"])).status_code == 404


def test_another_branch_keeps_the_products_words(owner, world):
    send(owner, "booked", "Ours {name}")
    assert domain.words_of(world.elsewhere) == {}


def test_with_every_way_off_nothing_is_said(owner, book, world):
    version = Branch.objects.get(pk=world.branch.pk).version
    assert (
        owner.post(reverse("message-channels"), {"version": version, "dues_reminder_days": "7"}).status_code
        == 302
    )
    world.branch.refresh_from_db()
    book()
    assert domain.remind_tomorrow(today=timezone.localdate()) == []
    assert not Message.objects.exists()


def test_the_ways_that_are_on_are_offered_and_taken(owner, book, world):
    Branch.objects.filter(pk=world.branch.pk).update(sends_sms=True)
    world.branch.refresh_from_db()
    book()
    message = Message.objects.get(kind="booked")
    page = owner.get(reverse("message-list")).content.decode()
    assert all(f'value="{way}"' in page for way in ("whatsapp", "sms", "email"))
    to = {"sms": "sms:+91", "email": "mailto:priya@example.com?subject=Linqs", "whatsapp": "https://wa.me/91"}
    for way, begins in to.items():
        response = owner.post(reverse("message-sent", args=[message.pk]), {"channel": way})
        assert response.status_code == 303 and response["Location"].startswith(begins)
    message.refresh_from_db()
    assert message.channel == "sms", "sent again, it keeps how it went first"


def test_a_way_that_is_off_is_refused(book, world):
    book()
    message = Message.objects.get(kind="booked")
    Branch.objects.filter(pk=world.branch.pk).update(sends_whatsapp=False)
    with pytest.raises(Refusal, match="nothing by WhatsApp"):
        domain.mark_sent(by=world.owner, message=message)
    assert domain.mark_sent(by=world.owner, message=message, channel="email").channel == "email"


def test_the_desk_words_nothing(desk):
    assert desk.get(reverse("message-channels")).status_code == 403
    assert send(desk, "booked", "Hi").status_code == 403


# A mail to try it


def try_mail(client):
    return client.post(reverse("message-try-mail"), {"idempotency_key": str(compat.uuid7())}, follow=True)


def test_a_mail_to_try_it_goes_to_whoever_asks(world, sign_in, settings):
    settings.EMAIL_URL = "smtp://mail.example"
    type(world.owner).objects.filter(pk=world.owner.pk).update(email="reena@example.com")
    client = sign_in(world.owner)
    assert "A mail is on its way to reena@example.com" in try_mail(client).content.decode()
    [sent] = mail.outbox
    assert sent.to == ["reena@example.com"]
    assert world.branch.trade_name in sent.body


def test_what_stands_against_a_mail_is_said(world, sign_in, settings, monkeypatch):
    client = sign_in(world.owner)
    assert b"EMAIL_URL is not set" in try_mail(client).content
    settings.EMAIL_URL = "smtp://mail.example"
    type(world.owner).objects.filter(pk=world.owner.pk).update(email="")
    assert b"no e-mail address" in try_mail(client).content
    type(world.owner).objects.filter(pk=world.owner.pk).update(email="reena@example.com")

    def refused(*_args, **_more):
        raise smtplib.SMTPAuthenticationError(535, b"wrong password")

    monkeypatch.setattr("clinic.gateways.mail.send", refused)
    assert b"wrong password" in try_mail(client).content
    assert mail.outbox == []
