"""Money that the demo clinic holds today: an advance, a refund that waits, store credit, a gift card, points; asked for online, credited."""

import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy

from billing import domain, points, purse
from billing.domain import BillTerms, NewAdvance, NewPayment
from billing.models import BillingRules, Invoice, Note, Payment, StoredValue, StoredValueEntry
from billing.notes import CreditTerms
from clinic import gst
from clinic.gateways import dummy
from clinic.models import Branch
from clinic.registries import add_demo
from customers.models import Customer
from packages.models import Treatment
from staff.demo import MAIN
from staff.models import Role, User

POINTS_OF = datetime.timedelta(days=30)  # bills so old earned points


def load(today: datetime.date) -> None:
    branch = Branch.objects.select_related("registration").get(code=MAIN)
    rules, _made = BillingRules.objects.update_or_create(
        branch=branch,
        defaults={
            "takes_tips": True,
            "points_per_hundred": Decimal(1),
            "point_value": Decimal(1),
            "least_points": 50,
        },
    )
    desk = User.objects.get(username="receptionist")
    laser = Treatment.objects.select_related("tax_category").filter(name__startswith="Laser").first()
    advance = NewAdvance("Laser session next month", laser.tax_category if laser else None)
    _ahead(desk, branch, "Priya Mehta", 5000, advance)
    held = _ahead(desk, branch, "Kavya Nair", 2000, NewAdvance("Peel"))
    _ask(desk, held, 2000, "cash")
    credit = _ask(desk, _ahead(desk, branch, "Ritika Joshi", 1500, NewAdvance("Facial")), 1500, "credit")
    owner = User.objects.get(username="owner")
    domain.approve_refund(by=owner, refund=credit, version=credit.version)
    domain.process_refund(by=desk, refund=credit)
    domain.sell_gift_card(
        by=desk, branch=branch, customer=_customer("Anjali Singh"), amount=Decimal(2000),
        payments=[NewPayment("card", Decimal(2000), reference="4471")],
    )  # fmt: skip
    _points(branch, today, rules)
    if laser:
        _ask_discount(desk, branch, laser)
        _online(desk, branch, laser)


def _ask_discount(desk: User, branch: Branch, laser: Treatment) -> None:
    """The desk of the demo gives ten percent by itself; a draft with more waits for the owner."""
    Role.objects.filter(code="receptionist").update(discount_cap=Decimal(10))
    draft = domain.draft(by=desk, branch=branch, customer=_customer("Anjali Singh"))
    draft = domain.add_line(by=desk, invoice=draft, version=draft.version, what=laser).invoice
    terms = BillTerms(
        discount=gst.Discount.percent(Decimal(20)), discount_reason="Third course of laser with us"
    )
    draft.refresh_from_db()
    draft = domain.edit(by=desk, invoice=draft, version=draft.version, terms=terms, lines={})
    domain.ask_discount(by=User.objects.get(pk=desk.pk), invoice=draft, version=draft.version)


def _online(desk: User, branch: Branch, laser: Treatment) -> None:
    """A bill that was paid by its link and of which a part was credited; one that waits, one whose payment failed."""
    draft = domain.draft(by=desk, branch=branch, customer=_customer("Ritika Joshi"))
    domain.add_line(by=desk, invoice=draft, version=draft.version, what=laser)
    draft.refresh_from_db()
    bill = domain.issue(by=desk, invoice=draft, version=draft.version)
    paid = domain.ask_online(by=desk, invoice=bill, back="")
    domain.note_payment(by=None, online=paid, told=dummy.pay(dummy.TAKEN, paid.amount, paid.pk))
    terms = CreditTerms(line=bill.lines.get(), amount=Decimal(590))
    domain.credit(
        by=desk, invoice=bill, reason=Note.Reason.DEFICIENT, detail="One area was left out", lines=[terms]
    )
    waiting, failed = Invoice.objects.unpaid().filter(branch=branch).order_by("-issued_at")[:2]
    domain.ask_online(by=desk, invoice=waiting, back="")
    refused = domain.ask_online(by=desk, invoice=failed, back="")
    domain.note_payment(by=None, online=refused, told=dummy.pay("nobody@upi.id", refused.amount, refused.pk))


def _customer(name: str) -> Customer:
    return Customer.objects.get(full_name=name)


def _ahead(desk: User, branch: Branch, name: str, amount: int, advance: NewAdvance) -> Payment:
    new = NewPayment("upi", Decimal(amount))
    return domain.take(
        by=desk, branch=branch, customer=_customer(name), payments=[new], advance=advance
    ).payments.get()


def _ask(desk: User, payment: Payment, amount: int, mode: str):
    return domain.request_refund(
        by=desk, payment=payment, amount=Decimal(amount), mode=mode, reason="patient_request", detail="Travels"
    )  # fmt: skip


def _points(branch: Branch, today: datetime.date, rules: BillingRules) -> None:
    """What the bills of the last weeks earned."""
    bills = (
        Invoice.objects.issued().filter(branch=branch, issued_on__gt=today - POINTS_OF).order_by("issued_at")
    )
    earned = [(bill, points.earned(bill.taxable + bill.untaxed, rules)) for bill in bills]
    earned = [(bill, count) for bill, count in earned if count]
    lots = StoredValue.objects.bulk_create(
        StoredValue(
            kind=StoredValue.Kind.POINTS, branch=branch, customer_id=bill.customer_id,
            expires_on=purse.last_day(bill.issued_on, rules.points_months),
        )
        for bill, _count in earned
    )  # fmt: skip
    StoredValueEntry.objects.bulk_create(
        StoredValueEntry(
            value=lot, kind=StoredValueEntry.Kind.EARNED, amount=count, on=bill.issued_on, invoice=bill, by=bill.issued_by
        )
        for lot, (bill, count) in zip(lots, earned, strict=True)
    )  # fmt: skip


def register() -> None:
    add_demo(72, gettext_lazy("Money held"), load)
