"""A drawer from opening to verified: what should be in it follows from the rows, the count is blind, closed is closed."""

import datetime
import io
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from uuid_utils import compat

from appointments.models import Appointment
from billing import domain, drawers
from billing.models import CashMovement, Drawer, Payment, Refund
from clinic import audit
from clinic.refusals import Refusal, Stale
from tests import factories

D = Decimal


@pytest.fixture
def drawer(shop) -> Drawer:
    return domain.open_drawer(by=shop.by, branch=shop.branch, opening_float=D(500))


def take(shop, drawer, mode: str, amount: int, **more) -> Payment:
    now = timezone.now()
    return Payment.objects.create(
        branch=shop.branch, customer=shop.customer, drawer=drawer, mode=mode, amount=D(amount),
        received_on=now.date(), received_at=now, by=shop.by, **more,
    )  # fmt: skip


def close(shop, drawer, **changes):
    given = {"counted": {}, "declared": {}, "version": drawer.version, "by": shop.by} | changes
    return domain.close_drawer(drawer=drawer, **given)


class TestWhatShouldBeInside:
    def test_float_payments_refunds_and_movements(self, shop, drawer):
        paid = take(shop, drawer, "cash", 3000)
        take(shop, drawer, "card", 2900)
        take(shop, None, "cash", 9999)
        domain.move_cash(by=shop.by, branch=shop.branch, kind="petty_cash", amount=D(120), reason="Tea")
        domain.move_cash(by=shop.by, branch=shop.branch, kind="float", amount=D(200), reason="Change")
        Refund.objects.create(
            branch=shop.branch, customer=shop.customer, payment=paid, amount=D(100), mode="cash",
            reason="patient_request", requested_by=shop.by,
        )  # fmt: skip
        assert drawers.expected(drawer) == {"cash": D(3580), "card": D(2900)}

    def test_what_is_not_there_cannot_be_paid_out(self, shop, drawer):
        with pytest.raises(Refusal, match=r"only ₹500\.00"):
            domain.move_cash(by=shop.by, branch=shop.branch, kind="bank", amount=D(501), reason="Bank")
        with pytest.raises(Refusal, match="above zero"):
            domain.move_cash(by=shop.by, branch=shop.branch, kind="float", amount=D(-1), reason="x")
        assert not CashMovement.objects.exists()

    def test_over_midnight_a_payment_belongs_to_the_drawer_it_went_into(self, shop, drawer):
        Drawer.objects.filter(pk=drawer.pk).update(opened_at=timezone.now() - datetime.timedelta(hours=20))
        take(shop, drawers.of(shop.by, shop.branch), "cash", 100)
        assert drawers.expected(drawer)["cash"] == D(600)


class TestTheCount:
    def test_what_agrees_closes_and_is_frozen(self, shop, drawer):
        take(shop, drawer, "cash", 1000)
        take(shop, drawer, "upi", 250)
        closed = close(shop, drawer, counted={50000: 3}, declared={"upi": D(250)}, left_in=D(500))
        assert (closed.status, closed.difference) == ("closed", 0)
        assert closed.expected == closed.declared == {"cash": "1500.00", "upi": "250.00"}
        assert drawers.of(shop.by, shop.branch).opening_float == D(500)
        with pytest.raises(DatabaseError, match="kept as it was counted"), transaction.atomic():
            Drawer.objects.filter(pk=closed.pk).update(difference=1)

    def test_a_difference_wants_a_word(self, shop, drawer):
        take(shop, drawer, "card", 250)
        with pytest.raises(Refusal, match="Count again, or say why"):
            close(shop, drawer, counted={50000: 1})
        closed = close(shop, drawer, counted={50000: 1}, remark="The slip is lost")
        assert closed.difference == D(-250)

    def test_two_modes_that_even_out_are_a_difference_too(self, shop, drawer):
        take(shop, drawer, "cash", 500)
        with pytest.raises(Refusal, match="say why"):
            close(shop, drawer, counted={50000: 1}, declared={"upi": D(500)})

    def test_what_is_open_is_settled_first(self, shop, drawer):
        shop.draft(shop.laser)
        with pytest.raises(Refusal, match="1 draft to issue or discard"):
            close(shop, drawer, counted={50000: 1})

    def test_of_two_who_count_the_second_is_told(self, shop, drawer):
        close(shop, drawer, counted={50000: 1})
        with pytest.raises(Stale, match="has changed"):
            close(shop, drawer, counted={50000: 1})

    def test_no_money_goes_into_a_closed_drawer(self, shop, drawer):
        close(shop, drawer, counted={50000: 1})
        with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
            take(shop, drawer, "cash", 1)

    def test_a_colleague_cannot_count_it_but_who_verifies_can(self, shop, drawer, world):
        with pytest.raises(Refusal, match="counted by its cashier"):
            close(shop, drawer, by=factories.person(shop.branch, "receptionist"), counted={50000: 1})
        closed = close(shop, drawer, by=world.owner, counted={50000: 1})
        with pytest.raises(Refusal, match="Somebody else than who counted"):
            domain.verify_drawer(by=world.owner, drawer=closed, version=closed.version)

    def test_handed_over_the_float_begins_the_next_drawer(self, shop, drawer):
        colleague = factories.person(shop.branch, "receptionist")
        close(shop, drawer, counted={50000: 1}, left_in=D(300), handed_to=colleague)
        assert drawers.of(colleague, shop.branch).opening_float == D(300)
        assert drawers.left_before(shop.by, shop.branch) == 0


def test_verified_once_by_somebody_else_who_says_what_becomes_of_a_difference(shop, drawer, world):
    closed = close(shop, drawer, counted={20000: 2}, remark="Two hundred short")
    with pytest.raises(Refusal, match="what becomes of the difference"):
        domain.verify_drawer(by=world.owner, drawer=closed, version=closed.version)
    verified = domain.verify_drawer(
        by=world.owner, drawer=closed, version=closed.version, answer="Paid by the cashier"
    )
    assert (verified.status, verified.verified_by) == ("verified", world.owner)
    with pytest.raises(Stale, match="once"):
        domain.verify_drawer(by=world.owner, drawer=verified, version=verified.version)


class TestPages:
    def test_the_count_shows_nothing_of_what_came_in(self, sign_in, shop, drawer):
        take(shop, drawer, "cash", 7531)
        desk = sign_in(shop.by)
        for name in ("drawer-close", "drawer-detail"):
            assert "7,531" not in desk.get(reverse(name, args=[drawer.pk])).content.decode()
        body = {"version": drawer.version, "of_50000": "1", "idempotency_key": str(compat.uuid7())}
        refused = desk.post(reverse("drawer-close", args=[drawer.pk]), body)
        assert refused.status_code == 422
        assert "7,531" not in refused.content.decode()
        body |= {"remark": "Short", "idempotency_key": str(compat.uuid7())}
        assert desk.post(reverse("drawer-close", args=[drawer.pk]), body).status_code == 302
        assert "₹8,031.00" in desk.get(reverse("drawer-detail", args=[drawer.pk])).content.decode()

    def test_nobody_sees_a_colleagues_drawer_but_who_may(self, sign_in, shop, drawer, world):
        colleague = sign_in(factories.person(shop.branch, "receptionist"))
        assert colleague.get(reverse("drawer-detail", args=[drawer.pk])).status_code == 404
        assert not colleague.get(reverse("drawer-list")).context["page"].object_list
        owner = sign_in(world.owner)
        assert owner.get(reverse("drawer-detail", args=[drawer.pk])).status_code == 200

    def test_the_day_names_visits_without_a_bill(self, sign_in, shop, world):
        now = timezone.now()
        visit = Appointment.objects.create(
            number=factories.number(), branch=shop.branch, customer=shop.customer, practitioner=world.doctor,
            treatment=shop.laser, starts_at=now, ends_at=now + datetime.timedelta(minutes=5), booked_by=shop.by, status="completed",
            arrived_at=now, started_at=now, completed_at=now,
        )  # fmt: skip
        page = sign_in(world.owner).get(
            reverse("billing-day"), {"day": str(timezone.localdate(visit.starts_at))}
        )
        assert [found.pk for found in page.context["unbilled"]] == [visit.pk]

    def test_the_sheet_is_drawn(self, sign_in, shop, drawer):
        desk = sign_in(shop.by)
        assert desk.get(reverse("drawer-print", args=[drawer.pk])).status_code == 409
        close(shop, drawer, counted={50000: 1})
        response = desk.get(reverse("drawer-print", args=[drawer.pk]))
        assert response.content.startswith(b"%PDF")

    @pytest.mark.parametrize("seal", ["3f2a 9b1c 0d4e, 28 Nov 2026 22:10", ""])
    def test_the_last_seal_of_the_audit_leaves_the_house_on_the_sheet(
        self, sign_in, shop, drawer, monkeypatch, seal
    ):
        monkeypatch.setattr(audit, "last_seal", lambda: seal)
        close(shop, drawer, counted={50000: 1})
        sheet = sign_in(shop.by).get(reverse("drawer-print", args=[drawer.pk])).content
        text = " ".join(PdfReader(io.BytesIO(sheet)).pages[0].extract_text().split())
        assert (f"Audit: {seal}" in text) == bool(seal)
