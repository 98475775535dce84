"""Two months of bills at the demo clinic, with payments and the stock that the visits and bills took.

Issuing takes day and number from the database's clock, so bills of the past can't be issued by the verb. They are
written here in order of time with numbers from the same counters, gapless, their figures by the same arithmetic.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy

from appointments.models import Appointment
from billing import figures, queries, shares, snapshots
from billing.demo_numbers import Counters
from billing.models import Allocation, Invoice, InvoiceLine, LineBatch, Payment, Receipt
from clinic.demo import backdated, dice
from clinic.models import Branch, Series, TaxCategory
from clinic.registries import add_demo
from customers import domain as customers
from customers.models import Customer
from inventory import demo as inventory
from inventory.models import Batch, Item, Movement
from packages.models import Consumable, Enrolment, Session
from staff.demo import MAIN
from staff.models import User

#: customer and what was sold: rupees still due on that bill. Four bills, 8,400 in all.
DUE = {
    ("Anjali Singh", "Skin Brightening Program"): 2400,
    ("Neha Patel", "Hair PRP Therapy"): 3200,
    ("Sunita Rao", "Anti-Aging Facial Program"): 1800,
    ("Sunita Rao", "Vitamin C Serum 20%"): 1000,
}
CLERKS = {MAIN: "receptionist"}
PRODUCT_EVERY = 6  # visits: one in so many takes a product home
SERIES = {"bill_of_supply": Series.Kind.BILL_OF_SUPPLY}


@dataclass
class Sale:
    """One bill to write: when it was issued, to whom, and its lines, unsaved."""

    at: datetime.datetime
    branch: Branch
    customer: Customer
    lines: list[InvoiceLine]
    appointment: Appointment | None = None
    invoice: Invoice = field(init=False)
    number: str = ""

    @property
    def day(self) -> datetime.date:
        return self.at.astimezone(self.branch.zone).date()


def load(today: datetime.date) -> None:
    chance = dice("bills")
    sales = sorted([*_packages(), *_visits(chance), *_counter(today)], key=lambda sale: sale.at)
    clerks = {
        branch.pk: User.objects.get(username=CLERKS.get(branch.code, "farida"))
        for branch in Branch.objects.all()
    }
    counters = Counters()
    for sale in sales:
        sale.invoice = _invoice(sale, clerks[sale.branch.pk])
        _number(sale, counters)
    _write(sales)
    _pay(sales, chance, counters)
    counters.save()
    _move_stock(sales, today)
    for customer in Customer.objects.filter(invoices__isnull=False).distinct():
        customers.note_standing(customer_id=customer.pk, due=queries.due_of(customer.pk))


def _packages() -> Iterator[Sale]:
    """Each enrolment was sold on its day."""
    enrolments = Enrolment.objects.select_related(
        "branch__registration", "customer", "plan__treatment__tax_category"
    )
    for enrolment in enrolments:
        plan = enrolment.plan
        line = _line(
            plan.name, plan.price, plan.treatment.tax_category, kind="plan", plan=plan, enrolment=enrolment
        )
        yield Sale(enrolment.created_at, enrolment.branch, enrolment.customer, [line])


def _visits(chance: Random) -> Iterator[Sale]:
    """A completed visit that no package pays for is billed when it is over; now and then with a product."""
    of_packages = Session.objects.filter(appointment_id__isnull=False).values("appointment_id")
    visits = (
        Appointment.objects.filter(status=Appointment.Status.COMPLETED)
        .exclude(pk__in=of_packages)
        .select_related(
            "branch__registration", "customer", "practitioner__resource", "treatment__tax_category"
        )
    )
    products = list(Item.objects.select_related("tax_category").order_by("name"))
    for visit in visits:
        treatment = visit.treatment
        lines = [
            _line(treatment.name, treatment.price, treatment.tax_category, kind="treatment", treatment=treatment, practitioner=visit.practitioner)
        ]  # fmt: skip
        if visit.branch.code == MAIN and chance.randrange(PRODUCT_EVERY) == 0:
            lines.append(_product(chance.choice(products)))
        at = visit.completed_at or visit.ends_at
        yield Sale(at, visit.branch, visit.customer, lines, appointment=visit)


def _counter(today: datetime.date) -> Iterator[Sale]:
    """A product sold over the counter three days ago, partly on credit."""
    customer = Customer.objects.get(full_name="Sunita Rao")
    branch = Branch.objects.select_related("registration").get(code=MAIN)
    at = datetime.datetime.combine(today - datetime.timedelta(days=3), datetime.time(12, 40), branch.zone)
    item = Item.objects.select_related("tax_category").get(name="Vitamin C Serum 20%")
    yield Sale(at, branch, customer, [_product(item)])


def _line(description: str, price: Decimal | None, tax_category: TaxCategory, **more: Any) -> InvoiceLine:
    return InvoiceLine(
        description=description,
        hsn=tax_category.hsn,
        uqc=tax_category.uqc,
        unit_price=price or Decimal(0),
        tax_category=tax_category,
        quantity=Decimal(1),
        discount_value=Decimal(0),
        **more,
    )


def _product(item: Item) -> InvoiceLine:
    line = _line(item.name, item.price, item.tax_category, kind="product", item=item)
    line.hsn, line.uqc = item.hsn_code, item.uqc
    return line


def _invoice(sale: Sale, clerk: User) -> Invoice:
    """All of the bill but what makes it issued: its lines can be written only to a draft."""
    day, registration = sale.day, sale.branch.registration
    invoice = Invoice(
        branch=sale.branch,
        customer=sale.customer,
        appointment=sale.appointment,
        discount_value=Decimal(0),
        registration=registration,
        issued_on=day,
        issued_by=clerk,
        created_by=clerk,
        created_at=sale.at,
    )
    for position, line in enumerate(sale.lines, 1):
        line.invoice, line.position, line.created_at = invoice, position, sale.at
        snapshots.write_line(line)
    found = figures.work_out(invoice, sale.lines, registration=registration, day=day)
    figures.write(invoice, sale.lines, found)
    invoice.document = Invoice.Document(found.document)
    invoice.supplier = snapshots.supplier(sale.branch, registration, found.legends)
    invoice.buyer = snapshots.buyer(sale.customer, address=found.address)
    invoice.buyer |= {"visit": snapshots.visit(invoice, None)}
    return invoice


def _number(sale: Sale, counters: Counters) -> None:
    kind = SERIES.get(sale.invoice.document, Series.Kind.TAX_INVOICE)
    taken = counters.take(sale.branch, kind, sale.day)
    sale.number = taken["number"]
    sale.invoice.series_year, sale.invoice.financial_year = taken["series_year"], taken["financial_year"]


def _write(sales: list[Sale]) -> None:
    with backdated(Invoice, InvoiceLine):
        Invoice.objects.bulk_create([sale.invoice for sale in sales], batch_size=200)
        InvoiceLine.objects.bulk_create([line for sale in sales for line in sale.lines], batch_size=200)
    for sale in sales:
        sale.invoice.status, sale.invoice.number = Invoice.Status.ISSUED, sale.number
        sale.invoice.issued_at = sale.at
    Invoice.objects.bulk_update(
        [sale.invoice for sale in sales], ["status", "number", "issued_at"], batch_size=100
    )


def _pay(sales: list[Sale], chance: Random, counters: Counters) -> None:
    """All is paid on the day, in one mode or cash and card, but for what `DUE` names; each time with a receipt."""
    receipts, payments, allocations = [], [], []
    for sale in sales:
        left = Decimal(DUE.get((sale.customer.full_name, sale.lines[0].description), 0))
        amount = sale.invoice.total - left
        cash = min(Decimal(1000), amount) if chance.randrange(12) == 0 else Decimal(0)
        parts = [("cash", cash), (chance.choice(["upi", "upi", "card", "cash"]), amount - cash)]
        if amount:
            receipts.append(_receipt(sale, amount, counters))
        for mode, part in parts:
            if part:
                payments.append(_payment(sale, receipts[-1], mode, part))
                allocations.append(Allocation(payment=payments[-1], invoice=sale.invoice, amount=part))
    with backdated(Receipt, Payment):
        Receipt.objects.bulk_create(receipts, batch_size=500)
        Payment.objects.bulk_create(payments, batch_size=500)
    Allocation.objects.bulk_create(allocations, batch_size=500)
    _tell_packages(allocations)


def _receipt(sale: Sale, amount: Decimal, counters: Counters) -> Receipt:
    return Receipt(
        branch=sale.branch, customer=sale.customer, document=Receipt.Document.PAYMENT_RECEIPT, total=amount,
        issued_at=sale.at, created_at=sale.at, by=sale.invoice.issued_by, supplier=sale.invoice.supplier,
        buyer=snapshots.buyer(sale.customer, address=False),
        **counters.take(sale.branch, Series.Kind.RECEIPT, sale.day),
    )  # fmt: skip


def _tell_packages(allocations: list[Allocation]) -> None:
    paid: dict[UUID, Decimal] = {}
    for each in allocations:
        before = paid.setdefault(each.invoice_id, Decimal(0))
        shares.tell_packages(by=each.payment.by, invoice=each.invoice, paid_before=before, allocations=[each])
        paid[each.invoice_id] += each.amount


def _payment(sale: Sale, receipt: Receipt, mode: str, amount: Decimal) -> Payment:
    return Payment(
        receipt=receipt,
        branch=sale.branch,
        customer=sale.customer,
        mode=mode,
        amount=amount,
        tendered=amount if mode == "cash" else None,
        received_on=sale.day,
        received_at=sale.at,
        by=sale.invoice.issued_by,
        created_at=sale.at,
    )


def _move_stock(sales: list[Sale], today: datetime.date) -> None:
    """What visits used up and bills sold, in order of time, from the batch that expired first at that time."""
    branch = Branch.objects.get(code=MAIN)
    movements, batches = [], []
    shelf = list(Batch.objects.order_by("expires_on"))
    for at, by, line, item_id, quantity, kind, cause in sorted(
        _taken(branch, sales), key=lambda each: each[0]
    ):
        day = at.astimezone(branch.zone).date()
        batch = next(each for each in shelf if each.item_id == item_id and each.expires_on > day)
        movements.append(
            Movement(
                batch=batch, branch=branch, kind=kind, quantity=-quantity, by=by, created_at=at,
                cause_kind="invoice" if line else "appointment", cause_id=cause,
            )
        )  # fmt: skip
        if line:
            batches.append(snapshots.line_batch(line, batch, quantity))
    inventory.move(today, movements)
    LineBatch.objects.bulk_create(batches, batch_size=500)


def _taken(branch: Branch, sales: list[Sale]) -> Iterator[tuple]:
    used = {(each.treatment_id): each for each in Consumable.objects.all()}
    visits = Appointment.objects.filter(
        branch=branch, status=Appointment.Status.COMPLETED, treatment__in=used
    ).select_related("practitioner__user")
    for visit in visits:
        each = used[visit.treatment_id]
        yield (
            visit.completed_at,
            visit.practitioner.user,
            None,
            each.item_id,
            each.quantity,
            Movement.Kind.CONSUMPTION,
            visit.pk,
        )
    for sale in sales:
        for line in sale.lines:
            if line.item_id:
                by = sale.invoice.issued_by
                yield sale.at, by, line, line.item_id, line.quantity, Movement.Kind.SALE, sale.invoice.pk


def register() -> None:
    add_demo(70, gettext_lazy("Invoices and payments"), load)
