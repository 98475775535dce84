"""Discounts above one's cap: not issued until somebody else agrees, and only up to what they agreed to."""

from decimal import Decimal

import pytest

from billing import discounts, domain, drafts, loyalty, queries
from billing.domain import BillTerms
from billing.models import Invoice
from clinic import gst
from clinic.models import Event
from clinic.refusals import Refusal, Stale
from staff.models import Role, User
from tests import factories
from tests.billing.test_issue import edit, only_line, terms_of


@pytest.fixture
def capped(shop):
    """The desk may give ten percent."""
    Role.objects.filter(code="receptionist").update(discount_cap=Decimal(10))
    shop.by = User.objects.get(pk=shop.by.pk)
    return shop


def with_discount(shop, percent, invoice=None, reason="Regular customer"):
    terms = BillTerms(discount=gst.Discount.percent(Decimal(percent)), discount_reason=reason)
    return edit(shop, invoice or shop.draft(shop.laser), terms=terms)


def issue(shop, invoice, by=None):
    return domain.issue(by=by or shop.by, invoice=invoice, version=invoice.version)


def ask(shop, invoice):
    return domain.ask_discount(by=shop.by, invoice=invoice, version=invoice.version)


def allow(by, invoice):
    return domain.allow_discount(by=by, invoice=invoice, version=invoice.version)


def test_within_the_cap_nobody_is_asked(capped):
    assert issue(capped, with_discount(capped, 10)).number
    with pytest.raises(Refusal, match="without asking"):
        ask(capped, with_discount(capped, 10))


def test_above_it_the_bill_waits_for_somebody_else(capped, world):
    draft = with_discount(capped, "20.5")
    with pytest.raises(Refusal, match=r"20\.5.% of the whole; you may give 10.%") as told:
        issue(capped, draft)
    assert told.value.field == "invoice_discount"
    draft = ask(capped, draft)
    assert list(Invoice.objects.discount_asked()) == [draft]
    with pytest.raises(Refusal, match="has been asked for"):
        issue(capped, draft)
    draft = allow(world.owner, draft)
    assert (draft.discount_allowed, draft.discount_allowed_by) == (Decimal("20.50"), world.owner)
    assert issue(capped, draft).invoice_discount == Decimal("922.50")
    verbs = ("invoice.discount_asked", "invoice.discount_allowed")
    assert Event.objects.filter(verb__in=verbs, subject_id=draft.pk).count() == 2


def test_discounts_on_lines_and_on_the_bill_count_together(capped):
    draft = capped.draft(capped.laser)
    line = only_line(draft)
    terms = terms_of(line, discount=gst.Discount.percent(Decimal(6)))
    bill = BillTerms(discount=gst.Discount.percent(Decimal(6)))
    draft = edit(capped, draft, lines={line.pk: terms}, terms=bill)
    figures = drafts.compute(draft, queries.lines_of(draft))
    assert discounts.percent(draft, figures) == Decimal("11.64")
    with pytest.raises(Refusal, match=r"11\.64"):
        issue(capped, draft)


def test_points_are_no_discount_of_the_desk(capped, monkeypatch):
    monkeypatch.setattr(
        loyalty, "settle", lambda **known: None
    )  # where they come from is tried in test_points
    draft = capped.draft(capped.laser)
    Invoice.objects.filter(pk=draft.pk).update(points=100, points_value=Decimal(2000))
    draft.refresh_from_db()
    assert issue(capped, with_discount(capped, 10, draft)).number


def test_more_than_was_agreed_to_is_asked_again_and_less_is_not(capped, world):
    draft = allow(world.owner, ask(capped, with_discount(capped, 20)))
    more = with_discount(capped, 25, draft)
    with pytest.raises(Refusal, match=r"25.% by now; 20.% was agreed to. Ask again"):
        issue(capped, more)
    more = ask(capped, more)
    declined = domain.decline_discount(by=world.owner, invoice=more, version=more.version, answer="Too much")
    assert (declined.discount_answer, declined.discount_allowed) == ("Too much", 20)
    assert issue(capped, with_discount(capped, 15, declined)).number


def test_nobody_agrees_to_their_own(capped):
    """Not even with the right to agree and a role without a cap gained meanwhile."""
    draft = ask(capped, with_discount(capped, 20))
    with pytest.raises(Refusal, match="Somebody else has to agree"):
        allow(capped.by, draft)
    taken_back = domain.decline_discount(by=capped.by, invoice=draft, version=draft.version, answer="Mistake")
    assert taken_back.discount_asked_at is None


def test_who_agrees_has_a_cap_too(capped):
    draft = ask(capped, with_discount(capped, 20))
    with pytest.raises(Refusal, match="above your own cap"):
        allow(factories.person(capped.branch, "receptionist"), draft)


@pytest.mark.parametrize("verb", ["allow", "decline"])
def test_what_is_decided_is_what_was_seen(capped, world, verb):
    seen = ask(capped, with_discount(capped, 20))
    with_discount(capped, 90, seen)
    how = {"by": world.owner, "invoice": seen, "version": 3}
    with pytest.raises(Stale):
        domain.allow_discount(**how) if verb == "allow" else domain.decline_discount(answer="No", **how)


def test_asking_says_why_and_declining_too(capped, world):
    draft = with_discount(capped, 20, reason="")
    with pytest.raises(Refusal, match="Say why") as told:
        ask(capped, draft)
    assert told.value.field == "discount_reason"
    draft = ask(capped, with_discount(capped, 20, draft))
    with pytest.raises(Refusal, match="asked for already"):
        ask(capped, draft)
    with pytest.raises(Refusal, match="Say why") as told:
        domain.decline_discount(by=world.owner, invoice=draft, version=draft.version, answer=" ")
    assert told.value.field == "answer"
