"""Refunds through the gateway, against the stand-in: given back once, its words kept, by hand only where it won't."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from uuid_utils import compat

from billing import domain, drawer_proofs, drawers, gateways, money_proofs, tasks
from billing.models import Drawer, Refund
from billing.paper import refunds
from clinic.gateways import razorpay as gateway
from clinic.refusals import Refusal, Stale
from tests.billing.money import boss
from tests.billing.test_online import ask, send
from tests.stand_ins import razorpay

pytestmark = pytest.mark.django_db
WORDS = "Your account does not have enough balance to carry out the refund operation."


@pytest.fixture
def stand_in(settings):
    with razorpay.running() as (known, address):
        settings.RAZORPAY_KEY_ID, settings.RAZORPAY_KEY_SECRET = razorpay.KEY_ID, razorpay.KEY_SECRET
        settings.RAZORPAY_WEBHOOK_SECRETS = [razorpay.WEBHOOK_SECRET]
        settings.RAZORPAY_URL = address
        yield known


@pytest.fixture
def agreed(shop, client, stand_in) -> Refund:
    """₹100 of a payment that came online for a bill paid in cash meanwhile."""
    bill = shop.issue(shop.laser)
    online = ask(shop, bill, as_order=True)
    domain.collect(by=shop.by, invoice=bill, payments=[domain.NewPayment("cash", bill.due)])
    send(client, stand_in.message("payment.captured", payment=stand_in.pay(order=online.gateway_order)))
    online.refresh_from_db()
    refund = domain.request_refund(
        by=shop.by, payment=online.payment, amount=Decimal(100), mode="online", reason="patient_request"
    )
    return domain.approve_refund(by=boss(shop), refund=refund, version=refund.version)


def post(client, name, refund, **body):
    body.setdefault("idempotency_key", str(compat.uuid7()))
    return client.post(reverse(name, args=[refund.pk]), body)


def page(client, refund) -> str:
    return client.get(reverse("refund-detail", args=[refund.pk])).content.decode()


def now(refund) -> tuple[str, str, str]:
    refund.refresh_from_db()
    return refund.status, refund.mode, refund.gateway_status


class TestThePage:
    def test_the_button_gives_it_back_once(self, sign_in, shop, agreed, stand_in):
        desk = sign_in(shop.by)
        assert "Give back online" in page(desk, agreed)
        assert "Pay out" not in page(desk, agreed)
        assert [post(desk, "refund-online", agreed).status_code for _ in range(2)] == [302, 409]
        assert (now(agreed), len(stand_in.refunds)) == (("processed", "online", "pending"), 1)
        assert "On its way" in page(desk, agreed)
        stand_in.refunds[agreed.pk.hex]["status"] = "processed"
        post(desk, "refund-reconcile", agreed)
        assert now(agreed)[2] == "processed"
        assert "Given back" in page(desk, agreed)

    def test_its_words_stay_and_it_is_given_by_hand(self, sign_in, shop, agreed, stand_in):
        stand_in.refuses = WORDS
        desk = sign_in(shop.by)
        post(desk, "refund-online", agreed)
        assert (now(agreed), agreed.gateway_said) == (("approved", "online", "failed"), WORDS)
        shown = page(desk, agreed)
        assert WORDS in shown
        assert "Ask the gateway again" in shown
        assert "Failed at the gateway" in desk.get(reverse("refund-list")).content.decode()
        assert post(desk, "refund-by-hand", agreed, mode="cheque", reference="").status_code == 422
        assert now(agreed)[:2] == ("approved", "online")
        post(desk, "refund-by-hand", agreed, mode="cash", reference="")
        assert (now(agreed)[:2], agreed.gateway_said) == (("processed", "cash"), WORDS)
        assert agreed.drawer == Drawer.objects.get(cashier=shop.by)
        assert stand_in.refunds == {}

    def test_who_may_not_refund_sees_no_button(self, sign_in, shop, agreed, world):
        doctor = sign_in(world.doctor.user)
        assert post(doctor, "refund-online", agreed).status_code in (403, 404)
        assert now(agreed) == ("approved", "online", "")


class TestWithoutAnAnswer:
    def test_it_waits_and_asking_again_gives_one(self, sign_in, shop, agreed, stand_in, monkeypatch):
        stand_in.broken = True
        with pytest.raises(Refusal, match="nothing back twice"):
            domain.refund_online(by=shop.by, refund=agreed)
        assert now(agreed) == ("approved", "online", "asked")
        assert len(stand_in.refunds) == 1  # it did, and only its answer was lost
        for by_hand in (
            lambda: domain.refund_by_hand(by=shop.by, refund=agreed, mode="cash"),
            lambda: domain.reject_refund(by=shop.by, refund=agreed, version=agreed.version, answer="No"),
            lambda: domain.process_refund(by=shop.by, refund=agreed),
            lambda: domain.fail_payment(by=shop.by, payment=agreed.payment, detail="Charged back"),
        ):
            with pytest.raises(Refusal):
                by_hand()
        assert "has not answered" in page(sign_in(shop.by), agreed)
        stand_in.broken = False
        domain.refund_online(by=shop.by, refund=agreed)
        assert (now(agreed), len(stand_in.refunds)) == (("processed", "online", "pending"), 1)

    def test_the_database_lets_nobody_pay_it_meanwhile(self, agreed):
        Refund.objects.filter(pk=agreed.pk).update(gateway_status="asked")
        with pytest.raises(IntegrityError, match="refund_asked_waits"), transaction.atomic():
            Refund.objects.filter(pk=agreed.pk).update(mode="cash")
        with pytest.raises(IntegrityError, match="refund_asked_waits"), transaction.atomic():
            Refund.objects.filter(pk=agreed.pk).update(status="rejected")

    def test_what_was_agreed_to_go_online_is_no_cash_before_the_gateway_refuses(self, sign_in, shop, agreed):
        with pytest.raises(Stale, match="has refused"):
            domain.refund_by_hand(by=shop.by, refund=agreed, mode="cash")
        assert "Give it by hand" not in page(sign_in(shop.by), agreed)

    def test_without_keys_nothing_is_asked(self, shop, agreed, settings):
        settings.RAZORPAY_KEY_ID = ""
        with pytest.raises(Refusal, match="isn't configured"):
            domain.refund_online(by=shop.by, refund=agreed)
        assert now(agreed) == ("approved", "online", "")

    def test_given_by_hand_while_the_gateway_thinks(self, shop, agreed, monkeypatch):
        def thinks(*_args, **_more):
            with pytest.raises(Stale):
                domain.refund_by_hand(by=shop.by, refund=agreed, mode="cash")
            return "rfnd_1", "processed"

        monkeypatch.setattr(gateways, "give_back", thinks)
        domain.refund_online(by=shop.by, refund=agreed)
        assert now(agreed) == ("processed", "online", "processed")


class TestFailedAfterwards:
    @pytest.fixture
    def failed(self, client, shop, agreed, stand_in) -> Refund:
        domain.refund_online(by=shop.by, refund=agreed)
        send(
            client,
            stand_in.message("refund.failed", refund=stand_in.refunds[agreed.pk.hex] | {"status": "failed"}),
        )
        agreed.refresh_from_db()
        return agreed

    def test_it_is_given_from_an_open_drawer_and_keeps_its_number(self, sign_in, shop, failed):
        assert now(failed) == ("processed", "online", "failed")
        assert "could not give it back" in page(sign_in(shop.by), failed)
        number, before = failed.number, drawers.expected(drawers.of(shop.by, shop.branch))["cash"]
        kept = refunds.state(failed)
        domain.refund_by_hand(by=shop.by, refund=failed, mode="cash")
        failed.refresh_from_db()
        assert refunds.state(failed) != kept, "its paper is drawn anew"
        failed.payment.refresh_from_db()
        assert (failed.number, failed.mode, failed.payment.refunded) == (number, "cash", Decimal(100))
        assert drawers.expected(failed.drawer)["cash"] == before - 100
        assert [*money_proofs.payments(), *drawer_proofs.drawers()] == []
        with pytest.raises(Stale):
            domain.refund_by_hand(by=shop.by, refund=failed, mode="upi")

    def test_the_database_moves_no_other(self, shop, agreed):
        done = domain.refund_online(by=shop.by, refund=agreed)
        with pytest.raises(DatabaseError, match="kept as it was written"), transaction.atomic():
            Refund.objects.filter(pk=done.pk).update(mode="cash")

    def test_the_job_asks_about_what_is_on_its_way(self, shop, agreed, stand_in, monkeypatch):
        domain.refund_online(by=shop.by, refund=agreed)
        stand_in.refunds[agreed.pk.hex]["status"] = "failed"
        monkeypatch.setattr(tasks, "LATE", -tasks.LATE)
        tasks.reconcile_online()
        assert now(agreed)[2] == "failed"


def test_the_gateway_module_knows_unknown_refunds(stand_in):
    with pytest.raises(gateway.Refused, match="does not exist"):
        gateway.refund_status("rfnd_none")
