"""The counter: the last bill once more, a fee, free text, dates and exemptions on the page, other drafts at hand."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from billing import domain
from clinic.models import TaxCategory
from clinic.refusals import Refusal
from tests import factories

D = Decimal


def typed(invoice, **changes) -> dict[str, str]:
    """The editor's page as it is sent."""
    body = {
        "version": str(invoice.version),
        "discount": "",
        "discount_reason": "",
        "idempotency_key": str(compat.uuid7()),
    }
    for line in invoice.lines.all():
        body |= {
            f"line-{line.pk}-quantity": str(line.quantity),
            f"line-{line.pk}-unit_price": str(line.unit_price),
        }
    return body | changes


class TestRepeating:
    def test_all_of_the_last_bill_at_the_prices_of_today(self, shop):
        shop.issue(shop.laser, shop.gel)
        shop.laser.price = D(5000)
        shop.laser.save()
        draft = shop.draft()
        domain.repeat(by=shop.by, invoice=draft, version=draft.version)
        lines = list(draft.lines.values_list("description", "unit_price"))
        assert lines == [(shop.laser.name, D(5000)), (shop.gel.name, shop.gel.price)]

    def test_by_two_keys_in_the_search(self, sign_in, shop):
        shop.issue(shop.laser)
        draft = shop.draft()
        desk = sign_in(shop.by)
        offered = desk.get(reverse("invoice-choices", args=[draft.pk]), {"q": "="}).content.decode()
        assert "All of the last invoice" in offered
        desk.post(reverse("invoice-edit", args=[draft.pk]), typed(draft, q="="))
        assert draft.lines.get().treatment == shop.laser

    def test_nothing_before_and_what_is_gone_are_told(self, shop):
        draft = shop.draft()
        with pytest.raises(Refusal, match="nothing on an earlier"):
            domain.repeat(by=shop.by, invoice=draft, version=draft.version)
        domain.discard(by=shop.by, invoice=draft)
        shop.issue(shop.laser)
        shop.laser.is_active = False
        shop.laser.save()
        draft = shop.draft()
        with pytest.raises(Refusal, match="not for sale"):
            domain.repeat(by=shop.by, invoice=draft, version=draft.version)


class TestOnThePage:
    def test_free_text_with_a_category(self, sign_in, shop):
        draft, desk = shop.draft(), sign_in(shop.by)
        category = TaxCategory.objects.get(pk=shop.laser.tax_category_id)
        address = reverse("invoice-other-add", args=[draft.pk])
        wrong = desk.post(address, typed(draft, **{"other-description": "Certificate"}))
        assert (wrong.status_code, 'value="Certificate"' in wrong.content.decode()) == (422, True)
        body = {
            "other-description": "Certificate",
            "other-price": "₹1,200",
            "other-tax_category": str(category.pk),
        }
        assert desk.post(address, typed(draft, **body)).status_code == 302
        line = draft.lines.get()
        assert (line.kind, line.description, line.unit_price) == ("other", "Certificate", D(1200))

    def test_dates_and_another_name_are_kept(self, sign_in, shop):
        draft, desk = shop.draft(shop.laser), sign_in(shop.by)
        day = timezone.localdate() - datetime.timedelta(days=1)
        body = {
            "dated": str(day),
            "buyer_name": "Walk-in",
            "note": "With thanks",
            "due_on": "",
            "paid_on": "",
            "buyer_phone": "",
        }
        desk.post(reverse("invoice-edit", args=[draft.pk]), typed(draft, **body))
        draft.refresh_from_db()
        assert (draft.dated, draft.buyer_name, draft.note) == (day, "Walk-in", "With thanks")
        desk.post(reverse("invoice-edit", args=[draft.pk]), typed(draft))  # a page without that part
        draft.refresh_from_db()
        assert (draft.dated, draft.buyer_name) == (day, "Walk-in")

    def test_exempt_only_by_who_may_and_with_a_reason(self, sign_in, shop, world):
        draft = shop.draft(shop.laser)
        line = draft.lines.get()
        reason = {f"line-{line.pk}-exempt_reason": "Scar after a burn", f"line-{line.pk}-performed_on": ""}
        refused = sign_in(shop.by).post(reverse("invoice-edit", args=[draft.pk]), typed(draft, **reason))
        assert refused.status_code == 422
        sign_in(world.owner).post(reverse("invoice-edit", args=[draft.pk]), typed(draft, **reason))
        draft.refresh_from_db()
        assert (draft.total, draft.untaxed) == (D(4500), D(4500))

    def test_other_drafts_are_one_press_away(self, sign_in, shop):
        other = shop.draft(
            shop.gel, customer=factories.customer(shop.branch, shop.by, full_name="Anjali Singh")
        )
        page = sign_in(shop.by).get(reverse("invoice-edit", args=[shop.draft().pk])).content.decode()
        assert reverse("invoice-edit", args=[other.pk]) in page
