"""Beginning a draft: one for a customer, a visit's treatment on it, prices of today, what is not for sale."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from appointments import domain as appointments
from billing import domain, menu
from billing.domain import LineTerms
from billing.models import InvoiceLine
from clinic.refusals import Refusal, Stale
from packages import domain as packages
from staff.models import Grant
from tests import factories


def book(shop, doctor, what=None, **more):
    tomorrow = timezone.localdate(timezone=shop.branch.zone) + datetime.timedelta(days=1)
    at = datetime.datetime.combine(tomorrow, datetime.time(11), shop.branch.zone)
    return appointments.book(
        by=shop.by, branch=shop.branch, customer=shop.customer, practitioner=doctor, treatment=what or shop.laser,
        starts_at=at, **more,
    )  # fmt: skip


def draft(shop, appointment=None):
    return domain.draft(by=shop.by, branch=shop.branch, customer=shop.customer, appointment=appointment)


def test_a_visit_brings_its_treatment_and_practitioner(shop, world):
    line = draft(shop, book(shop, world.doctor)).lines.get()
    assert (line.treatment, line.practitioner, line.line_total) == (shop.laser, world.doctor, Decimal(5310))


def test_a_visit_that_a_package_pays_for_brings_nothing_and_is_named_on_the_bill(shop, world):
    today = timezone.localdate()
    enrolment = packages.enrol(
        by=shop.by, branch=shop.branch, customer=shop.customer, plan=shop.plan, value=Decimal(36000), on=today
    )
    visit = book(shop, world.doctor, session=enrolment.sessions.get(number=1))
    invoice = draft(shop, visit)
    assert not invoice.lines.exists()
    domain.add_line(by=shop.by, invoice=invoice, version=invoice.version, what=shop.gel)
    invoice.refresh_from_db()
    issued = domain.issue(by=shop.by, invoice=invoice, version=invoice.version)
    assert issued.buyer["visit"] == {
        "treatment": shop.laser.name, "practitioner": str(world.doctor),
        "plan": shop.plan.name, "session": 1, "of": 8,
    }  # fmt: skip


def test_a_visit_is_billed_once(shop, world):
    visit = book(shop, world.doctor)
    invoice = draft(shop, visit)
    domain.issue(by=shop.by, invoice=invoice, version=invoice.version)
    assert not draft(shop, visit).lines.exists()


def test_somebody_elses_visit_is_refused(shop, world):
    other = factories.customer(shop.branch, shop.by)
    with pytest.raises(Refusal, match="belongs to somebody else"):
        domain.draft(by=shop.by, branch=shop.branch, customer=other, appointment=book(shop, world.doctor))


def test_the_open_draft_is_found_again(shop):
    first = draft(shop)
    assert draft(shop) == first
    domain.discard(by=shop.by, invoice=first)
    assert draft(shop) != first


@pytest.mark.parametrize("change", [{"is_active": False}, {"price": None}])
def test_what_is_not_for_sale_is_refused(shop, change):
    for name, value in change.items():
        setattr(shop.gel, name, value)
    shop.gel.save()
    with pytest.raises(Refusal, match="not for sale"):
        shop.draft(shop.gel)


def test_a_draft_keeps_the_price_it_was_told(shop):
    invoice = shop.draft(shop.laser)
    shop.laser.price = Decimal(9999)
    shop.laser.save()
    assert domain.issue(by=shop.by, invoice=invoice, version=invoice.version).taxable == Decimal(4500)


def test_a_price_that_includes_tax_is_kept_to_the_paisa(shop):
    shop.gel.price, shop.gel.price_includes_tax = Decimal("590.00"), True
    shop.gel.save()
    invoice = shop.issue(shop.gel)
    assert (invoice.total, invoice.taxable) == (Decimal("590.00"), Decimal("500.00"))


def test_two_of_a_package_are_two_lines(shop):
    invoice = shop.draft(shop.plan)
    line = InvoiceLine.objects.get(invoice=invoice)
    terms = LineTerms(quantity=Decimal(2), unit_price=line.unit_price)
    with pytest.raises(Refusal, match="one to a line"):
        domain.change_line(by=shop.by, invoice=invoice, version=invoice.version, line=line, terms=terms)


def test_every_change_counts_the_version_up(shop):
    invoice = shop.draft(shop.laser, shop.gel)
    line = invoice.lines.get(item=shop.gel)
    terms = LineTerms(quantity=Decimal(2), unit_price=line.unit_price)
    changed = domain.change_line(by=shop.by, invoice=invoice, version=invoice.version, line=line, terms=terms)
    assert (changed.total, changed.version) == (Decimal(6490), invoice.version + 1)
    with pytest.raises(Stale):
        domain.remove_line(by=shop.by, invoice=invoice, version=invoice.version, line=line)
    removed = domain.remove_line(by=shop.by, invoice=invoice, version=changed.version, line=line)
    assert removed.total == Decimal(5310)


def test_rounding_to_the_rupee_where_the_branch_wants_it(shop):
    shop.branch.round_to_rupee = True
    shop.branch.save()
    shop.laser.price = Decimal("999.50")
    shop.laser.save()
    invoice = shop.issue(shop.laser)
    assert (invoice.round_off, invoice.total) == (Decimal("-0.42"), Decimal("1179.00"))


def test_a_package_is_on_the_menu_of_those_who_may_enrol(shop, world):
    may_not = factories.person(world.branch, "receptionist")
    value = f"plan:{shop.plan.pk}"
    assert menu.find(user=world.owner, value=value) == shop.plan
    Grant.objects.filter(permission="packages.enrol").exclude(role__code="owner").delete()
    assert menu.find(user=may_not, value=value) is None
    found = menu.choices(user=may_not, words="laser hair", today=timezone.localdate())
    assert [choice.value.partition(":")[0] for choice in found] == ["treatment"]
