"""What is paid of a bill is written into the ledgers of the packages on it."""

from decimal import Decimal

import pytest
from django.db import connections

from billing import domain, proofs
from billing.domain import NewPayment
from clinic.refusals import Refusal
from packages import domain as packages
from packages import proofs as package_proofs
from packages import queries
from tests import factories


def collect(shop, invoice, *amounts):
    new = [NewPayment("upi", Decimal(amount)) for amount in amounts]
    return domain.collect(by=shop.by, invoice=invoice, payments=new)


def paid(enrolment) -> list[Decimal]:
    return [entry.money for entry in queries.ledger(enrolment) if entry.kind == "paid"]


def sound() -> bool:
    return [*proofs.bills(), *package_proofs.ledgers(), *package_proofs.sessions()] == []


def test_each_payment_counts_by_its_part_of_the_value(shop):
    invoice = shop.issue(shop.plan, shop.gel)
    enrolment = invoice.lines.get(plan=shop.plan).enrolment
    part = (invoice.total / 3).quantize(Decimal(1))
    collect(shop, invoice, part, part)
    assert enrolment.tally.paid < enrolment.value
    assert sound()
    invoice.refresh_from_db()
    collect(shop, invoice, invoice.due)
    enrolment.tally.refresh_from_db()
    assert (enrolment.tally.paid, len(paid(enrolment))) == (enrolment.value, 3)
    assert sound()


def test_a_bill_without_a_package_tells_none(shop):
    invoice = shop.issue(shop.gel)
    collect(shop, invoice, invoice.total)
    assert sound()


def test_of_a_package_in_instalments_what_is_paid_may_be_used(shop):
    plan = factories.plan(
        shop.laser,
        name="In thirds",
        session_count=3,
        price=Decimal(3000),
        payment="instalments",
        instalments=3,
    )
    invoice = shop.issue(plan)
    enrolment = invoice.lines.get().enrolment

    def use():
        packages.redeem_session(by=shop.by, session=queries.next_session(enrolment), practitioner=None)

    with pytest.raises(Refusal, match="0 of 3 sessions of In thirds are paid"):
        use()
    collect(shop, invoice, invoice.total / 3)
    use()
    with pytest.raises(Refusal, match="1 of 3 sessions of In thirds are paid"):
        use()
    invoice.refresh_from_db()
    collect(shop, invoice, invoice.due)
    use()
    use()
    assert sound()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_proof_finds_a_payment_that_no_ledger_tells_of(shop):
    invoice = shop.issue(shop.plan)
    collect(shop, invoice, invoice.total)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE packages_entry DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM packages_entry WHERE kind = 'paid'")
        cursor.execute("ALTER TABLE packages_entry ENABLE TRIGGER USER")
    assert list(proofs.bills()) == [
        f"{invoice.number}: what was paid is not what the ledgers of its packages say"
    ]
