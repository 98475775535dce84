"""Bills, receipts, notes and reminders reach the customer: by chat, by mail with the paper, by SMS; and what failed is told."""

import datetime
import re
from decimal import Decimal
from urllib.parse import unquote

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from billing import domain as billing
from billing.models import BillingRules, Invoice
from clinic.gateways import mail, sms
from notifications import leaving, papers
from notifications.models import Message, MessageText
from tests.billing.conftest import stocked
from tests.factories import papers as written


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.PUBLIC_URL = "https://linqs.example/"


@pytest.fixture
def shop(world):
    return stocked(world.branch, world.receptionist)


@pytest.fixture
def bill(shop):
    shop.customer.email = "priya@example.com"
    shop.customer.save()
    return Invoice.objects.get(pk=shop.issue(shop.laser).pk)


@pytest.fixture
def mail_server(settings):
    settings.EMAIL_URL = "smtp://mail.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def press(client, paper, document, **body):
    return client.post(reverse("billpaper-send", args=[paper, document.pk]), body)


def link_in(text: str) -> str:
    return re.search(r"https://linqs\.example(/papers/\S+/)", text)[1]


def test_whatsapp_opens_with_the_words_and_a_link_that_works(desk, client, bill):
    answer = press(desk, "invoice", bill, channel="whatsapp")
    assert answer.status_code == 303 and answer["Location"].startswith("https://wa.me/")
    said = unquote(answer["Location"])
    assert "Tax invoice LCB/" in said and "₹5,310.00 is due" in said
    message = Message.objects.get()
    assert (message.status, message.kind, message.document_id) == ("sent", "bill", bill.pk)
    client.logout()
    assert client.get(link_in(said)).status_code == 200
    assert len(message.body) < 320, "two SMS"


def test_a_second_click_writes_no_second_message(desk, bill):
    for _click in range(2):
        assert press(desk, "invoice", bill, channel="whatsapp").status_code == 303
    assert Message.objects.count() == 1


def test_a_mail_carries_the_pdf(desk, bill, mail_server, django_capture_on_commit_callbacks):
    bill.branch.email = "desk@linqs.example"
    bill.branch.save()
    panel = reverse("billpaper-messages", args=["invoice", bill.pk])
    assert "E-mail with the PDF" in desk.get(panel).content.decode()
    assert press(desk, "invoice", bill, channel="email").status_code == 302
    message = Message.objects.get()
    assert message.status == "sending"
    leaving.go_on(message.pk)
    leaving.go_on(message.pk)
    message.refresh_from_db()
    assert message.status == "sent"
    (sent,) = outbox.outbox
    assert sent.to == ["priya@example.com"] and sent.reply_to == ["desk@linqs.example"]
    assert bill.number in sent.subject and link_in(sent.body)
    name, content, kind = sent.attachments[0]
    assert (name, content[:5], kind) == (f"{bill.number.replace('/', '-')}.pdf", b"%PDF-", "application/pdf")
    assert "Sent" in desk.get(panel).content.decode()


def test_without_a_mail_server_it_is_said_and_ones_own_program_opens(desk, bill):
    shown = desk.get(reverse("billpaper-messages", args=["invoice", bill.pk])).content.decode()
    assert "No mail server is set up" in shown
    assert press(desk, "invoice", bill, channel="email")["Location"].startswith("mailto:priya@example.com")


def test_what_the_server_refuses_is_tried_again_then_told_and_can_be_tried_by_hand(
    desk, bill, mail_server, monkeypatch
):
    def refuse(*_args, **_more):
        raise ConnectionRefusedError

    monkeypatch.setattr(mail, "send", refuse)
    press(desk, "invoice", bill, channel="email")
    message = Message.objects.get()
    for attempt in range(len(leaving.PAUSES)):
        leaving.keep()
        message.refresh_from_db()
        assert (message.status, message.attempts) == ("sending", attempt + 1)
        assert message.try_at > timezone.now()
        leaving.keep()  # too early: nothing happens
        Message.objects.update(try_at=timezone.now())
    leaving.keep()
    message.refresh_from_db()
    assert (message.status, message.failure) == ("failed", "The server could not be reached.")
    listed = desk.get(reverse("message-list"), {"show": "leaving"}).content.decode()
    assert "Could not be sent" in listed and "could not be reached" in listed
    assert "priya@example.com" not in message.failure
    monkeypatch.undo()
    desk.post(reverse("message-again", args=[message.pk]))
    leaving.keep()
    message.refresh_from_db()
    assert message.status == "sent" and len(outbox.outbox) == 1


def test_an_sms_leaves_through_the_gateway_where_there_is_one(desk, bill, monkeypatch, settings):
    taken = []
    monkeypatch.setattr(sms, "send", lambda to, text: taken.append((to, text)))
    bill.branch.sends_sms = True
    bill.branch.save()
    assert press(desk, "invoice", bill, channel="sms").status_code == 302
    leaving.keep()
    assert taken == [(bill.customer.phone, Message.objects.get().body)]
    settings.SMS_GATEWAY_URL = ""
    assert press(desk, "invoice", bill, channel="sms")["Location"].startswith("sms:")


def test_receipts_and_notes_are_told_in_their_own_words(desk, shop, bill):
    note, receipt = written.note(bill, shop.by), written.receipt(bill, shop.by)
    assert "has written Credit note" in unquote(press(desk, "note", note, channel="whatsapp")["Location"])
    assert "has received ₹1,180.00" in unquote(
        press(desk, "receipt", receipt, channel="whatsapp")["Location"]
    )
    assert set(Message.objects.values_list("kind", flat=True)) == {"note", "receipt"}


def test_who_speaks_hindi_reads_hindi_and_the_branch_may_have_its_own_words(desk, bill):
    bill.customer.language = "hi"
    bill.customer.save()
    said = unquote(press(desk, "invoice", bill, channel="whatsapp")["Location"])
    assert "नमस्ते" in said and "कर बीजक" in said
    MessageText.objects.create(branch=bill.branch, occasion="due", language="hi", body="{name}: {due} {link}")
    said = unquote(press(desk, "invoice", bill, channel="whatsapp", remind="1")["Location"])
    assert "Priya: ₹5,310.00 https://linqs.example/papers/" in said


def test_nobody_is_reminded_of_what_is_paid(desk, shop, bill):
    billing.collect(by=shop.by, invoice=bill, payments=[billing.NewPayment("cash", Decimal(5310))])
    assert press(desk, "invoice", bill, channel="whatsapp", remind="1").status_code == 409
    assert "Remind" not in desk.get(reverse("billpaper-messages", args=["invoice", bill.pk])).content.decode()


class TestReminders:
    def on(self, bill, days):
        return bill.issued_on + datetime.timedelta(days=days)

    def test_none_unless_the_branch_wants_them(self, bill):
        assert papers.remind_of_dues(today=self.on(bill, 60)) == []

    def test_a_week_after_the_due_day_and_every_week_at_most_three_times(self, bill):
        bill.branch.reminds_of_dues = True
        bill.branch.save()
        BillingRules.objects.create(branch=bill.branch, payment_days=10)
        assert papers.remind_of_dues(today=self.on(bill, 16)) == []
        (first,) = papers.remind_of_dues(today=self.on(bill, 17))
        assert (first.kind, first.status) == ("due", "waiting") and "still due" in first.body
        assert papers.remind_of_dues(today=self.on(bill, 20)) == []
        later = [papers.remind_of_dues(today=self.on(bill, 10 + 7 * week)) for week in range(2, 6)]
        assert [len(found) for found in later] == [1, 1, 0, 0]

    def test_paying_takes_the_waiting_ones_back(self, tell, shop, bill):
        bill.branch.reminds_of_dues = True
        bill.branch.save()
        papers.remind_of_dues(today=self.on(bill, 30))
        tell("payment.received", bill.pk, invoice_id=str(bill.pk))
        assert Message.objects.get().status == "waiting", "something is due still"
        billing.collect(by=shop.by, invoice=bill, payments=[billing.NewPayment("cash", Decimal(5310))])
        tell("payment.received", bill.pk, invoice_id=str(bill.pk))
        assert Message.objects.get().status == "withdrawn"


def test_doors(sign_in, world, shop, bill):
    colleague = sign_in(world.colleague)
    for name in ("billpaper-messages", "billpaper-send"):
        ask = colleague.get if name.endswith("messages") else colleague.post
        assert ask(reverse(name, args=["invoice", bill.pk])).status_code == 404
    desk = sign_in(world.receptionist)
    assert desk.get(reverse("billpaper-messages", args=["card", bill.pk])).status_code == 404
    assert desk.get(reverse("billpaper-messages", args=["nonsense", bill.pk])).status_code == 404
    bill.branch.sends_whatsapp = bill.branch.sends_email = False
    bill.branch.save()
    assert (
        "sends no messages"
        in desk.get(reverse("billpaper-messages", args=["invoice", bill.pk])).content.decode()
    )
    assert press(desk, "invoice", bill).status_code == 409
