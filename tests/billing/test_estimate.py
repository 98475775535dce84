"""Estimates: a paper with a number, frozen; nothing owed by it; a bill made of it."""

import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from billing import domain
from billing.domain import BillTerms
from billing.models import BillingRules, Estimate
from clinic import gst
from clinic.refusals import Refusal, Stale
from customers.models import Standing
from tests.billing.test_issue import edit, only_line, terms_of


def estimate(shop, draft):
    return domain.estimate(by=shop.by, invoice=draft, version=draft.version)


def test_it_tells_what_the_draft_would_come_to(shop):
    BillingRules.objects.create(branch=shop.branch, estimate_days=10)
    draft = shop.draft(shop.laser, shop.gel)
    made = estimate(shop, draft)
    assert (made.taxable, made.cgst, made.total) == (5000, 450, 5900)
    assert made.number.endswith("/00001")
    assert made.valid_until == made.issued_on + datetime.timedelta(days=10)
    assert [line["description"] for line in made.lines] == [shop.laser.name, shop.gel.name]
    draft.refresh_from_db()
    assert draft.is_draft
    assert Standing.objects.get(customer=shop.customer).due == 0


def test_it_is_frozen(shop):
    made = estimate(shop, shop.draft(shop.laser))
    with pytest.raises(DatabaseError), transaction.atomic():
        Estimate.objects.filter(pk=made.pk).update(total=1)


def test_a_bill_is_made_of_it_at_its_prices(shop):
    draft = shop.draft(shop.laser, shop.gel)
    line = draft.lines.get(item=None)
    terms = terms_of(line, unit_price=Decimal(4000), discount=gst.Discount.percent(Decimal(5)))
    off = BillTerms(discount=gst.Discount.amount(Decimal(100)), discount_reason="Diwali")
    draft = edit(shop, draft, lines={line.pk: terms}, terms=off)
    made = estimate(shop, draft)
    domain.discard(by=shop.by, invoice=draft)
    type(shop.laser).objects.update(price=Decimal(9000))
    bill = domain.bill_estimate(by=shop.by, estimate=made)
    assert (bill.total, bill.discount_reason) == (made.total, "Diwali")
    assert domain.issue(by=shop.by, invoice=bill, version=bill.version).total == made.total


def test_an_empty_draft_and_an_older_one_are_refused(shop):
    with pytest.raises(Refusal, match="nothing on this invoice"):
        estimate(shop, shop.draft())
    draft = shop.draft(shop.laser)
    seen = draft.version
    edit(shop, draft)
    with pytest.raises(Stale):
        domain.estimate(by=shop.by, invoice=draft, version=seen)


def test_why_something_is_exempt_is_told_to_nobody(shop, world):
    draft = shop.draft(shop.laser)
    line = only_line(draft)
    terms = terms_of(line, exempt_reason="Burn scar")
    draft = domain.change_line(by=world.owner, invoice=draft, version=draft.version, line=line, terms=terms)
    made = estimate(shop, draft)
    assert "Burn" not in str(made.lines)
    assert made.lines[0]["tax_treatment"] == "exempt"
