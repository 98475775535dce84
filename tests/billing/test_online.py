"""Paying through Razorpay, against the stand-in: believed when the gateway says so, booked once, never lost."""

from decimal import Decimal

import pytest
from django.urls import reverse
from uuid_utils import compat

from billing import domain, pay_links, tasks
from billing.models import GatewayEvent, OnlinePayment, Payment
from clinic.gateways import razorpay as gateway
from clinic.refusals import Refusal
from tests.stand_ins import razorpay

D = Decimal
BACK = "https://clinic.example/back/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def stand_in(settings):
    with razorpay.running() as (known, address):
        settings.RAZORPAY_KEY_ID, settings.RAZORPAY_KEY_SECRET = razorpay.KEY_ID, razorpay.KEY_SECRET
        settings.RAZORPAY_WEBHOOK_SECRETS = [razorpay.WEBHOOK_SECRET]
        settings.RAZORPAY_URL = address
        yield known


@pytest.fixture
def bill(shop):
    return shop.issue(shop.laser)


def ask(shop, bill, **more) -> OnlinePayment:
    return domain.ask_online(by=shop.by, invoice=bill, back=BACK, **more)


def send(client, message, **changes):
    """Deliver a webhook and work it through."""
    body, headers = message
    response = client.generic(
        "POST", reverse("pay-webhook"), body, content_type="application/json", headers=headers | changes
    )
    tasks.reconcile_online()
    return response


def booked() -> list[Decimal]:
    return list(Payment.objects.filter(mode="online").order_by("pk").values_list("amount", flat=True))


class TestTheWebhook:
    def test_a_captured_payment_is_booked_on_its_bill(self, client, shop, bill, stand_in):
        online = ask(shop, bill)
        payment = stand_in.pay(link=online.gateway_link)
        message = stand_in.message(
            "payment_link.paid", payment=payment, payment_link=stand_in.links[online.gateway_link]
        )
        assert send(client, message).status_code == 200
        bill.refresh_from_db()
        online.refresh_from_db()
        assert (bill.due, online.status, online.gateway_payment) == (0, "succeeded", payment["id"])
        assert "canary" not in str(GatewayEvent.objects.values_list("told", flat=True))

    def test_delivered_twice_and_by_another_event_it_is_booked_once(self, client, shop, bill, stand_in):
        online = ask(shop, bill, as_order=True)
        payment = stand_in.pay(order=online.gateway_order)
        message = stand_in.message("payment.captured", payment=payment)
        assert [send(client, message).status_code for _ in range(3)] == [200, 200, 200]
        send(client, stand_in.message("order.paid", payment=payment))
        assert booked() == [bill.total]
        assert GatewayEvent.objects.count() == 2

    def test_out_of_order_a_failure_after_success_changes_nothing(self, client, shop, bill, stand_in):
        online = ask(shop, bill, as_order=True)
        failed = stand_in.pay(order=online.gateway_order, status="failed")
        captured = stand_in.pay(order=online.gateway_order)
        send(client, stand_in.message("payment.captured", payment=captured))
        send(client, stand_in.message("payment.failed", payment=failed))
        online.refresh_from_db()
        assert (online.status, booked()) == ("succeeded", [bill.total])

    def test_who_failed_may_try_again(self, client, shop, bill, stand_in):
        online = ask(shop, bill, as_order=True)
        send(
            client,
            stand_in.message(
                "payment.failed", payment=stand_in.pay(order=online.gateway_order, status="failed")
            ),
        )
        online.refresh_from_db()
        assert (online.status, online.failure) == ("failed", "Payment was declined by the bank")
        send(client, stand_in.message("payment.captured", payment=stand_in.pay(order=online.gateway_order)))
        assert booked() == [bill.total]

    @pytest.mark.parametrize(
        "changes",
        [{"X-Razorpay-Signature": "0" * 64}, {"X-Razorpay-Signature": ""}, {"X-Razorpay-Event-Id": ""}],
    )
    def test_what_is_not_signed_or_has_no_id_is_refused(self, client, shop, bill, stand_in, changes):
        online = ask(shop, bill, as_order=True)
        message = stand_in.message("payment.captured", payment=stand_in.pay(order=online.gateway_order))
        body, headers = message
        response = client.generic(
            "POST", reverse("pay-webhook"), body, content_type="application/json", headers=headers | changes
        )
        assert (response.status_code, GatewayEvent.objects.count()) == (400, 0)

    def test_a_changed_body_under_an_old_signature_is_refused(self, client, shop, bill, stand_in):
        online = ask(shop, bill, as_order=True)
        body, headers = stand_in.message(
            "payment.captured", payment=stand_in.pay(order=online.gateway_order, paise=100)
        )
        response = send(client, (body.replace(b'"amount": 100,', b'"amount": 531000,'), headers))
        assert response.status_code == 400
        assert not GatewayEvent.objects.exists()

    def test_the_old_secret_still_signs_for_a_while(self, client, shop, bill, stand_in, settings):
        settings.RAZORPAY_WEBHOOK_SECRETS = ["the new one", razorpay.WEBHOOK_SECRET]
        online = ask(shop, bill, as_order=True)
        send(client, stand_in.message("payment.captured", payment=stand_in.pay(order=online.gateway_order)))
        assert booked() == [bill.total]

    def test_an_unknown_order_is_kept_and_books_nothing(self, client, shop, stand_in):
        stand_in.orders["order_other"] = {"amount": 100}
        message = stand_in.message("payment.captured", payment=stand_in.pay(order="order_other"))
        assert send(client, message).status_code == 200
        assert GatewayEvent.objects.get().outcome == "unknown order"
        assert booked() == []

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"{}",
            b'{"event": 1, "payload": []}',
            b"\xff",
            b'{"event": "x", "payload": {"payment": 7}}',
        ],
    )
    def test_rubbish_that_is_signed_is_no_error(self, client, shop, stand_in, body):
        import hashlib
        import hmac

        signature = hmac.new(razorpay.WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Razorpay-Signature": signature, "X-Razorpay-Event-Id": "evt"}
        assert send(client, (body, headers)).status_code in (200, 400)

    def test_another_amount_waits_for_a_person(self, client, shop, bill, stand_in, world):
        online = ask(shop, bill, as_order=True)
        payment = stand_in.pay(order=online.gateway_order, paise=100_00)
        send(client, stand_in.message("payment.captured", payment=payment))
        online.refresh_from_db()
        assert (online.status, booked()) == ("attention", [])
        domain.settle_online(by=world.owner, online=online)
        bill.refresh_from_db()
        assert (booked(), bill.paid) == ([D(100)], D(100))

    def test_paid_at_the_desk_meanwhile_it_becomes_an_advance(self, client, shop, bill, stand_in):
        online = ask(shop, bill, as_order=True)
        domain.collect(by=shop.by, invoice=bill, payments=[domain.NewPayment("cash", bill.due)])
        send(client, stand_in.message("payment.captured", payment=stand_in.pay(order=online.gateway_order)))
        assert Payment.objects.get(mode="online").unapplied == bill.total


class TestAsking:
    def test_twice_gives_the_same_and_another_amount_withdraws_the_first(self, shop, bill, stand_in):
        first = ask(shop, bill)
        assert ask(shop, bill) == first
        second = ask(shop, bill, amount=D(1000))
        first.refresh_from_db()
        assert (first.status, second.amount) == ("cancelled", D(1000))
        assert stand_in.links[first.gateway_link]["status"] == "cancelled"

    def test_what_was_paid_meanwhile_is_booked_instead_of_withdrawn(self, shop, bill, stand_in):
        online = ask(shop, bill)
        stand_in.pay(link=online.gateway_link)
        assert domain.withdraw_online(by=shop.by, online=online).status == "succeeded"

    def test_without_keys_it_says_so(self, shop, bill, settings):
        settings.DEMO = False
        with pytest.raises(Refusal, match="isn't configured"):
            ask(shop, bill)

    @pytest.mark.parametrize("trouble", ["slow", "broken"])
    def test_a_gateway_that_does_not_answer_leaves_the_desk_free(
        self, shop, bill, stand_in, monkeypatch, trouble
    ):
        monkeypatch.setattr(gateway, "PATIENCE", 0.2)
        setattr(stand_in, trouble, 1.0 if trouble == "slow" else True)
        with pytest.raises(Refusal, match="Take the payment by hand"):
            ask(shop, bill)
        assert not OnlinePayment.objects.exists()
        domain.collect(by=shop.by, invoice=bill, payments=[domain.NewPayment("cash", bill.due)])

    def test_the_job_finds_what_no_webhook_told(self, shop, bill, stand_in, monkeypatch):
        online = ask(shop, bill)
        stand_in.pay(link=online.gateway_link)
        monkeypatch.setattr(tasks, "LATE", -tasks.LATE)
        tasks.reconcile_online()
        online.refresh_from_db()
        assert (online.status, booked()) == ("succeeded", [bill.total])


def test_a_refund_goes_back_once(client, shop, bill, stand_in, world):
    online = ask(shop, bill)
    stand_in.pay(link=online.gateway_link)
    online = domain.reconcile_online(by=shop.by, online=online)
    with pytest.raises(Refusal):
        domain.request_refund(
            by=shop.by, payment=online.payment, amount=D(100), mode="online", reason="patient_request"
        )
    second = shop.issue(shop.laser)
    spare = ask(shop, second, as_order=True)
    domain.collect(by=shop.by, invoice=second, payments=[domain.NewPayment("cash", second.due)])
    send(client, stand_in.message("payment.captured", payment=stand_in.pay(order=spare.gateway_order)))
    spare.refresh_from_db()
    refund = domain.request_refund(
        by=shop.by, payment=spare.payment, amount=D(100), mode="online", reason="patient_request"
    )
    refund = domain.approve_refund(by=world.owner, refund=refund, version=refund.version)
    done = domain.refund_online(by=shop.by, refund=refund)
    assert (done.status, done.gateway_status) == ("processed", "pending")
    with pytest.raises(Refusal):
        domain.refund_online(by=shop.by, refund=done)
    entity = stand_in.refunds[refund.pk.hex] | {"status": "processed"}
    send(client, stand_in.message("refund.processed", refund=entity))
    done.refresh_from_db()
    assert (done.gateway_status, len(stand_in.refunds)) == ("processed", 1)


class TestThePublicPage:
    def test_the_dummy_takes_one_upi_id(self, client, shop, bill, settings):
        settings.DEMO = True
        address = pay_links.path_of(ask(shop, bill))
        assert client.get(address).status_code == 200
        refused = client.post(address, {"vpa": "somebody@bank"})
        assert (refused.status_code, "somebody@bank" in refused.content.decode()) == (422, True)
        assert client.post(address, {"vpa": "parth@upi.id"}).status_code == 302
        assert "Paid online" in client.get(address).content.decode()
        assert client.post(address, {"vpa": "parth@upi.id"}).status_code == 409
        assert booked() == [bill.total]

    def test_a_wrong_address_is_nobodys(self, client, shop, bill, settings):
        settings.DEMO = True
        online = ask(shop, bill)
        token = pay_links.token(online)
        for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), online.pk.hex, "x"):
            assert client.get(reverse("pay-page", args=[wrong])).status_code == 404

    def test_one_that_has_expired_says_so(self, client, shop, bill, settings):
        settings.DEMO = True
        online = ask(shop, bill)
        OnlinePayment.objects.filter(pk=online.pk).update(expires_at=bill.issued_at)
        address = pay_links.path_of(online)
        assert "This link has ended" in client.get(address).content.decode()
        assert client.post(address, {"vpa": "parth@upi.id"}).status_code == 409

    def test_the_browser_is_not_believed(self, client, shop, bill, stand_in):
        online = ask(shop, bill)
        back = reverse("pay-back", args=[pay_links.token(online)])
        said = {
            "razorpay_payment_id": "pay_1",
            "razorpay_payment_link_status": "paid",
            "razorpay_signature": "0" * 64,
        }
        before = len(stand_in.asked)
        assert client.get(back, said).status_code == 302
        assert (len(stand_in.asked), booked()) == (before, [])


class TestThePage:
    def test_figures_filters_and_file(self, sign_in, shop, bill, settings, world):
        settings.DEMO = True
        online = ask(shop, bill)
        owner = sign_in(world.owner)
        page = owner.get(reverse("online-list"), {"q": "Priya", "status": "created"})
        assert [each.pk for each in page.context["page"]] == [online.pk]
        assert page.context["stats"].pending == bill.total
        assert owner.get(reverse("online-list"), {"since": "rubbish", "status": "none"}).status_code == 200
        file = owner.get(reverse("online-export")).content.decode()
        assert (bill.number in file, "5310.00" in file) == (True, True)

    def test_asked_for_from_the_bill(self, sign_in, shop, bill, settings):
        settings.DEMO = True
        desk = sign_in(shop.by)
        assert "Link to pay" in desk.get(reverse("invoice-online", args=[bill.pk])).content.decode()
        body = {"idempotency_key": str(compat.uuid7())}
        address = reverse("invoice-ask-online", args=[bill.pk])
        assert [desk.post(address, body).status_code for _ in range(2)] == [302, 302]
        assert OnlinePayment.objects.count() == 1
