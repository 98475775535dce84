"""A package paid session by session: each session is billed as it is used, once, at what it is worth."""

from decimal import Decimal

import pytest
from django.urls import reverse

from billing import domain, proofs
from billing.domain import NewPayment
from billing.models import Invoice, InvoiceLine
from clinic.refusals import Refusal
from packages import domain as packages
from packages import queries
from tests import factories


@pytest.fixture
def enrolment(shop):
    plan = factories.plan(
        shop.laser, name="Peels", session_count=3, price=Decimal(1000), payment="per_session"
    )
    return packages.enrol(
        by=shop.by, branch=shop.branch, customer=shop.customer, plan=plan, value=Decimal(1000)
    )


def use(shop, enrolment):
    return packages.redeem_session(by=shop.by, session=queries.next_session(enrolment), practitioner=None)


def draft(shop, session, **more):
    return domain.draft(by=shop.by, branch=shop.branch, customer=shop.customer, session=session, **more)


def test_each_session_is_billed_once_at_what_it_is_worth(shop, enrolment):
    prices = []
    for number in (1, 2, 3):
        invoice = draft(shop, use(shop, enrolment))
        line = invoice.lines.get()
        assert (line.description, line.enrolment) == (f"Peels, session {number} of 3", enrolment)
        prices.append(line.unit_price)
        invoice = domain.issue(by=shop.by, invoice=invoice, version=invoice.version)
        domain.collect(by=shop.by, invoice=invoice, payments=[NewPayment("upi", invoice.total)])
    assert prices == [Decimal("333.33"), Decimal("333.33"), Decimal("333.34")]
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.tally.paid) == ("completed", 1000)
    assert list(proofs.bills()) == []


def test_a_session_stands_on_one_bill(shop, enrolment):
    session = use(shop, enrolment)
    first = draft(shop, session)
    assert draft(shop, session) == first and first.lines.count() == 1
    domain.issue(by=shop.by, invoice=first, version=first.version)
    assert not draft(shop, session).lines.exists()


def test_the_next_session_has_its_price_before_it_is_used(shop, enrolment):
    assert draft(shop, queries.next_session(enrolment)).lines.get().unit_price == Decimal("333.33")


def test_a_prepaid_package_bills_no_session(shop):
    plan = factories.plan(shop.laser, session_count=3)
    paid = packages.enrol(
        by=shop.by, branch=shop.branch, customer=shop.customer, plan=plan, value=Decimal(900)
    )
    assert not draft(shop, use(shop, paid)).lines.exists()


def test_somebody_elses_session_is_refused(shop, enrolment):
    other = factories.customer(shop.branch, shop.by)
    with pytest.raises(Refusal, match="belongs to somebody else"):
        domain.draft(by=shop.by, branch=shop.branch, customer=other, session=use(shop, enrolment))


def test_the_page_begins_the_bill_of_a_session(shop, enrolment, client):
    client.force_login(shop.by)
    session = use(shop, enrolment)
    answer = client.post(reverse("invoice-new"), {"session": session.pk})
    assert answer.url == reverse("invoice-edit", args=[Invoice.objects.get().pk])
    assert InvoiceLine.objects.get().session == session


def test_the_page_of_the_package_offers_it(shop, enrolment, client):
    client.force_login(shop.by)
    page = reverse("enrolment-detail", args=[enrolment.pk])
    session = queries.next_session(enrolment)
    offer = f'name="session" value="{session.pk}"'
    assert offer not in client.get(page).content.decode()
    use(shop, enrolment)
    assert offer in client.get(page).content.decode()


def test_a_session_of_another_branch_isnt_found(shop, enrolment, world, client):
    client.force_login(world.colleague)
    session = queries.next_session(enrolment)
    assert client.post(reverse("invoice-new"), {"session": session.pk}).status_code == 404
