"""The pages of money: what they offer, what they refuse beside which field, who may, and how often they ask the database."""

from decimal import Decimal

import pytest
from django.urls import reverse
from uuid_utils import compat

from billing import domain
from billing.models import Payment, Receipt, Refund, StoredValue, Tip
from staff.models import Grant
from tests import factories
from tests.billing.money import advance, cash, refunded, rules
from tests.billing.test_stored_value import credit, sell
from tests.factories.money import asked_back, in_advance

HTMX = {"HX-Request": "true"}


def text(response):
    return response.content.decode()


def post(client, name, *args, headers=None, **body):
    body.setdefault("idempotency_key", str(compat.uuid7()))
    return client.post(reverse(name, args=args), body, headers=headers or {})


def get(client, name, *args, **query):
    return text(client.get(reverse(name, args=args), query))


class TestCollect:
    def test_split_with_another_mode_and_its_number(self, desk, shop):
        bill = shop.issue(shop.laser)
        split = {"pay": "split", "split_cash": "3,000", "split_mode": "cheque", "split_amount": "2310"}
        refused = post(desk, "invoice-collect", bill.pk, **split)
        assert refused.status_code == 422
        assert "id_split_reference_error" in text(refused)
        post(desk, "invoice-collect", bill.pk, **split, split_reference="004512")
        assert list(Payment.objects.order_by("pk").values_list("mode", "amount", "reference")) == [
            ("cash", Decimal(3000), ""),
            ("cheque", Decimal(2310), "004512"),
        ]

    def test_a_cheque_without_its_number_is_told_beside_it(self, desk, shop):
        bill = shop.issue(shop.laser)
        refused = post(desk, "invoice-collect", bill.pk, pay="cheque", amount="", reference="")
        assert refused.status_code == 422
        assert "id_reference_error" in text(refused)

    def test_a_tip_comes_on_top(self, desk, shop, world):
        rules(shop.branch, takes_tips=True)
        bill = shop.issue(shop.laser)
        body = {"pay": "cash", "tendered": "6000", "tip": "100"}
        assert "for whom the tip is" in text(post(desk, "invoice-collect", bill.pk, **body))
        post(desk, "invoice-collect", bill.pk, **body, tip_for=world.doctor.pk)
        bill.refresh_from_db()
        assert (bill.due, Tip.objects.get().amount, Payment.objects.get().amount) == (0, 100, Decimal(5410))

    def test_without_tips_nothing_is_asked(self, desk, shop):
        assert "id_tip" not in get(desk, "invoice-detail", shop.issue(shop.laser).pk)

    def test_modes_that_are_not_of_the_desk_are_refused(self, desk, shop):
        bill = shop.issue(shop.laser)
        for mode in ("online", "credit", "gift_card", "opening", "bribe"):
            assert post(desk, "invoice-collect", bill.pk, pay=mode).status_code == 422
        assert not Payment.objects.exists()

    def test_the_code_is_for_exactly_what_is_typed(self, desk, shop):
        bill = shop.issue(shop.laser)
        assert "exactly ₹500.00" in get(desk, "payment-code", invoice=bill.pk, pay="upi", amount="500")
        assert "exactly ₹5,310.00" in get(desk, "payment-code", invoice=bill.pk, pay="upi", amount="")
        assert "exactly ₹310.00" in get(desk, "payment-code", invoice=bill.pk, pay="split", split_upi="310")
        assert "exactly ₹750.00" in get(
            desk, "payment-code", **{"pay": "upi", "advance": "700", "bill-x": "50"}
        )
        assert "scan" not in get(desk, "payment-code", pay="upi", advance="1e400")


class TestWhatIsHeld:
    def use(self, desk, bill, what, **more):
        return post(desk, "invoice-use", bill.pk, what=what, **more)

    def test_an_advance_by_one_click(self, desk, shop):
        money, bill = advance(shop, 2000), shop.issue(shop.laser)
        assert "₹2,000.00" in get(desk, "invoice-detail", bill.pk)
        assert self.use(desk, bill, f"advance:{money.pk}").status_code == 302
        bill.refresh_from_db()
        assert bill.due == Decimal(3310)

    def test_store_credit_and_a_gift_card(self, desk, shop):
        credit(shop, 300)
        card, bill = sell(shop, 10_000), shop.issue(shop.laser)
        self.use(desk, bill, "credit")
        self.use(desk, bill, "card", code=card.code_shown)
        bill.refresh_from_db()
        card.refresh_from_db()
        assert (bill.due, card.balance) == (0, Decimal(10_000 - 5010))

    def test_a_wrong_code_is_told_and_stays_typed(self, desk, shop):
        bill = shop.issue(shop.laser)
        refused = self.use(desk, bill, "card", code="NOPE 1234")
        assert refused.status_code == 422
        assert "no gift card with this code" in text(refused)
        assert 'value="NOPE 1234"' in text(refused)

    @pytest.mark.parametrize("what", ["", "advance:", "advance:x", "bribe", "credit"])
    def test_nonsense_pays_nothing(self, desk, shop, what):
        bill = shop.issue(shop.laser)
        assert self.use(desk, bill, what).status_code in (404, 422)
        assert not Payment.objects.exists()

    def test_an_advance_of_another_branch_is_not_found(self, desk, shop, world):
        money = in_advance(
            world.elsewhere, by=world.colleague, customer=factories.customer(world.elsewhere, world.colleague)
        )
        assert self.use(desk, shop.issue(shop.laser), f"advance:{money.pk}").status_code == 404


class TestTake:
    def test_first_from_whom(self, desk, shop):
        assert "From whom?" in get(desk, "payment-take")

    def test_over_two_bills_and_in_advance(self, desk, shop):
        bills = [shop.issue(shop.laser), shop.issue(shop.gel)]
        page = get(desk, "payment-take", customer=shop.customer.pk)
        assert all(bill.number in page for bill in bills)
        body = {
            f"bill-{bills[0].pk}": "5310",
            f"bill-{bills[1].pk}": "100",
            "advance": "1,000",
            "purpose": "Peel",
        }
        done = post(desk, "payment-take", customer=shop.customer.pk, pay="cash", tendered="7000", **body)
        paid, ahead = Receipt.objects.order_by("pk")
        assert done["Location"] == reverse("payment-receipt", args=[paid.pk])
        assert (paid.total, ahead.total, ahead.purpose) == (Decimal(5410), Decimal(1000), "Peel")

    def test_more_than_is_due_is_told_beside_its_bill(self, desk, shop):
        bill = shop.issue(shop.laser)
        name = f"bill-{bill.pk}"
        refused = post(desk, "payment-take", customer=shop.customer.pk, pay="upi", **{name: "5311"})
        assert refused.status_code == 422
        assert f"id_{name}_error" in text(refused)

    def test_nothing_is_no_payment(self, desk, shop):
        refused = post(desk, "payment-take", customer=shop.customer.pk, pay="upi")
        assert "Enter what is paid" in text(refused)


class TestOneReceipt:
    def test_shows_where_the_money_went_and_what_can_be_done(self, desk, shop):
        bill = shop.issue(shop.laser)
        domain.collect(by=shop.by, invoice=bill, payments=[cash(5310, 6000)])
        payment = Payment.objects.get()
        domain.correct_payment(by=shop.by, payment=payment, mode="card", reason="Keyed wrongly")
        page = text(desk.get(payment.get_absolute_url(), follow=True))
        for words in (
            payment.receipt.number,
            bill.number,
            "Recorded as Cash, put right to Card",
            "Put the mode right",
        ):
            assert words in page
        assert reverse("payment-fail", args=[payment.pk]) not in page  # the desk may not

    def test_the_dialog_puts_a_mode_right(self, desk, shop):
        payment = advance(shop, 500)
        dialog = text(
            desk.get(reverse("payment-correct", args=[payment.pk]), headers={**HTMX, "HX-Target": "dialog"})
        )
        assert "<html" not in dialog
        assert "recorded as UPI" in dialog
        same = post(desk, "payment-correct", payment.pk, mode="upi", reason="x")
        assert same.status_code == 422
        post(desk, "payment-correct", payment.pk, mode="card", reason="Keyed wrongly")
        payment.refresh_from_db()
        assert payment.mode == "card"

    def test_money_that_never_came(self, sign_in, shop, world):
        payment = advance(shop, 500, mode="cheque")
        done = post(sign_in(world.owner), "payment-fail", payment.pk, detail="Came back")
        assert done["Location"] == Refund.objects.get().get_absolute_url()


class TestRefunds:
    def test_from_the_desk_to_the_owner_and_back(self, desk, sign_in, shop, world):
        payment = advance(shop, 500)
        assert (
            post(
                desk, "payment-refund", payment.pk, amount="501", mode="cash", reason="patient_request"
            ).status_code
            == 422
        )
        post(desk, "payment-refund", payment.pk, amount="500", mode="cash", reason="patient_request")
        refund = Refund.objects.get()
        assert "Somebody else has to agree" in get(desk, "refund-detail", refund.pk)
        assert post(desk, "refund-approve", refund.pk, version=refund.version).status_code == 403
        owner = sign_in(world.owner)
        assert refund.customer.full_name in get(owner, "refund-list")
        assert post(owner, "refund-approve", refund.pk, version=refund.version + 1).status_code == 422
        post(owner, "refund-approve", refund.pk, version=refund.version)
        desk.force_login(world.receptionist, backend="staff.backends.EmailOrUsername")
        key = str(compat.uuid7())
        for _again in range(2):
            assert post(desk, "refund-process", refund.pk, idempotency_key=key).status_code == 302
        payment.refresh_from_db()
        assert payment.refunded == Decimal(500)
        assert "Refund voucher" in get(desk, "refund-detail", refund.pk)

    def test_one_s_own_is_not_agreed_to(self, desk, shop):
        Grant.objects.bulk_create([Grant(role=shop.by.roles_held.first().role, permission="billing.approve")])
        refund = asked_back(advance(shop, 500), by=shop.by)
        refused = post(desk, "refund-approve", refund.pk, version=refund.version)
        assert refused.status_code == 422
        assert "Somebody else has to agree" in text(refused)


class TestLists:
    def filled(self, shop, count):
        for number in range(count):
            customer = factories.customer(shop.branch, shop.by, full_name=f"Guest {number:02d}")
            money = in_advance(shop.branch, by=shop.by, customer=customer, amount=1000 + number)
            asked_back(money, by=shop.by)
            domain.sell_gift_card(
                by=shop.by, branch=shop.branch, customer=customer, amount=Decimal(100), payments=[cash(100)]
            )

    @pytest.mark.parametrize("name", ["advance-list", "refund-list", "stored-list"])
    def test_as_many_questions_for_thirty_rows_as_for_one(
        self, desk, shop, name, django_assert_max_num_queries
    ):
        self.filled(shop, 1)
        get(desk, name)
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as one:
            get(desk, name)
        self.filled(shop, 29)
        with django_assert_max_num_queries(len(one)):
            get(desk, name)

    def test_search_sort_and_show(self, desk, shop):
        self.filled(shop, 3)
        page = get(desk, "advance-list", sort="-amount")
        assert page.index("Guest 02") < page.index("Guest 00")
        assert "Guest 01" not in get(desk, "advance-list", q="Guest 02")
        assert "₹900.00" in page  # 100 of it are asked back
        assert "Guest 01" in get(desk, "refund-list", show="requested")
        assert "No refund is like that" in get(desk, "refund-list", show="processed")
        assert "bought by Guest 01" in get(desk, "stored-list", show="gift_card")
        assert "Nothing is like that" in get(desk, "stored-list", show="points")
        for name in ("advance-list", "refund-list", "stored-list"):
            assert desk.get(reverse(name), {"sort": "nonsense", "show": "x", "page": "z"}).status_code == 200

    def test_the_export_of_advances_is_of_those_who_may(self, desk, sign_in, shop, world):
        self.filled(shop, 2)
        assert desk.get(reverse("advance-export")).status_code == 403
        rows = text_of(sign_in(world.owner).get(reverse("advance-export"), {"q": "Guest 01"}))
        assert len(rows) == 2
        assert rows[1].endswith("1001.00,1001.00,901.00")

    def test_empty(self, desk, shop):
        assert "No money is held" in get(desk, "advance-list")
        assert "No refund waits" in get(desk, "refund-list")
        assert "No store credit, gift card or points" in get(desk, "stored-list")


def text_of(response):
    return response.content.decode("utf-8-sig").strip().splitlines()


class TestGiftCards:
    def test_sell_and_look_up(self, desk, shop):
        assert "Who buys it?" in get(desk, "gift-new")
        post(desk, "gift-new", customer=shop.customer.pk, worth="1,000", pay="cash", tendered="2000")
        card = StoredValue.objects.get()
        assert card.code_shown in get(desk, "stored-detail", card.pk)
        found = text(desk.post(reverse("gift-find"), {"code": card.code_shown.lower()}))
        assert "₹1,000.00" in found
        assert card.code not in get(desk, "customer-stored", shop.customer.pk)

    def test_whoever_guesses_is_stopped(self, desk, shop):
        card = sell(shop)
        for _guess in range(10):
            assert "no gift card" in text(desk.post(reverse("gift-find"), {"code": "ABCD2345EFGH"}))
        assert "Too many wrong codes" in text(desk.post(reverse("gift-find"), {"code": card.code}))
        bill = shop.issue(shop.laser)
        assert "Too many wrong codes" in text(post(desk, "invoice-use", bill.pk, what="card", code=card.code))


class TestOnOtherPages:
    def test_the_profile_tells_what_is_held(self, desk, shop):
        assert "Nothing is held" in get(desk, "customer-stored", shop.customer.pk)
        rules(shop.branch, points_per_hundred=Decimal(1), point_value=Decimal(2))
        advance(shop, 700)
        credit(shop, 300)
        shop.issue(shop.laser)
        page = get(desk, "customer-stored", shop.customer.pk)
        for words in ("₹700.00", "₹300.00", "45", "worth ₹90.00"):
            assert words in page

    def test_paying_everything_marks_the_visit_paid(self, desk, shop, world):
        from tests.factories.everything import visit_with_bill

        visit, bill = visit_with_bill(shop.branch, by=shop.by, doctor=world.doctor)
        assert "Visit paid" not in get(desk, "appointment-invoices", visit.pk)
        domain.collect(by=shop.by, invoice=bill, payments=[cash(bill.due)])
        assert "Visit paid" in get(desk, "appointment-invoices", visit.pk)

    def test_points_on_a_draft(self, desk, shop):
        from tests.billing.test_editor import form_of

        rules(shop.branch, points_per_hundred=Decimal(1), point_value=Decimal(2))
        shop.issue(shop.laser)
        draft = shop.draft(shop.laser)
        assert "45 are there, worth ₹90.00" in get(desk, "invoice-edit", draft.pk)
        url = reverse("invoice-points", args=[draft.pk])
        refused = desk.post(url, form_of(draft, points="46"))
        assert refused.status_code == 422
        assert "Only 45 points are there" in text(refused)
        assert desk.post(url, form_of(draft, points="x")).status_code == 422
        assert desk.post(url, form_of(draft, points="45")).status_code == 302
        page = get(desk, "invoice-edit", draft.pk)
        assert "Points redeemed" in page
        draft.refresh_from_db()
        assert draft.taxable == Decimal(4410)

    def test_money_that_is_held_stands_against_erasing(self, shop):
        from billing import person

        advance(shop, 700)
        refunded(shop, advance(shop, 100), 100, mode="credit")
        told = list(person.objections(shop.customer.pk))
        assert any("₹700.00" in sentence for sentence in told)
        assert any("store credit" in sentence for sentence in told)
