"""The draft's page under somebody's hands: rows, what is typed in them, and what is told beside each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from billing import breakdown, drafts, queries
from billing.domain import LineTerms
from billing.forms import LineForm, OtherForm, PaymentForm, TermsForm
from billing.models import Invoice, InvoiceLine
from clinic.refusals import Refusal
from inventory.models import Balance
from staff.models import Practitioner, User

BILL_FIELDS = {"invoice_discount": "discount", "discount": "discount", "print_address": "print_address"}


@dataclass
class Row:
    line: InvoiceLine
    form: LineForm
    stock: list[Balance]
    told: list[str] = field(default_factory=list)

    @property
    def left(self) -> Decimal | None:
        """What lies on the shelf of a product, in base units; None for what is none."""
        return sum((balance.quantity for balance in self.stock), Decimal(0)) if self.line.item_id else None

    @property
    def messages(self) -> list[str]:
        typed = [str(message) for messages in self.form.errors.values() for message in messages]
        return list(dict.fromkeys([*typed, *self.told]))


class Editor:
    """A draft, and what was typed over it where `data` is given. Computes on the rows in memory, saves nothing."""

    def __init__(self, invoice: Invoice, user: User, data: Mapping[str, Any] | None = None) -> None:
        self.invoice, self.user = invoice, user
        self.lines = queries.lines_of(invoice)
        self.today = timezone.localdate(timezone=invoice.branch.zone)
        self.stock = queries.stock_of(self.lines, invoice.branch)
        self.terms = TermsForm(data, invoice=invoice)
        self.other = OtherForm(data if data and data.get("other-description") else None)
        self.payment = PaymentForm(data if data and "pay" in data else None, later=True)
        self.rows = [self._row(line, data) for line in self.lines]
        self.is_computed = False
        self.told: dict[str, list[str]] = {"": [], "discount": [], "print_address": []}

    def _row(self, line: InvoiceLine, data: Mapping[str, Any] | None) -> Row:
        # A line that a colleague added meanwhile was not on the page: it shows what is saved.
        typed = data if data and f"line-{line.pk}-quantity" in data else None
        stock = list(self.stock[line.item_id]) if line.item_id else []
        return Row(line, LineForm(typed, line=line, practitioners=self.practitioners, stock=stock), stock)

    @cached_property
    def practitioners(self) -> dict[str, Practitioner]:
        found = Practitioner.objects.visible_to(self.user).active().select_related("resource")
        return {str(practitioner.pk): practitioner for practitioner in found}

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in [self.terms, *self._bound()])

    def _bound(self) -> list[LineForm]:
        return [row.form for row in self.rows if row.form.is_bound]

    @property
    def line_terms(self) -> dict[UUID, LineTerms]:
        return {row.line.pk: row.form.terms for row in self.rows if row.form.is_bound}

    def compute(self) -> None:
        """Work out the typed figures in memory, and tell beside each field what stands against issuing."""
        if self.terms.is_bound and not self.is_valid():
            return
        try:
            for row in self.rows:
                if row.form.is_bound:
                    drafts.set_line(row.line, row.form.terms)
            if self.terms.is_bound:
                drafts.set_terms(self.invoice, self.terms.terms)
            figures = drafts.compute(self.invoice, self.lines)
            self.is_computed = True
        except Refusal as refusal:
            self.tell(refusal.message, refusal.field)
            return
        problems = [
            *(figures.problems if figures else []),
            *queries.stock_problems(self.lines, self.stock, self.today),
        ]
        for problem in problems:
            self.tell(problem.message, problem.field)

    def tell(self, message: str, field: str | None) -> None:
        """Put a sentence beside the line or field it speaks of; "<line id>:<field>", or a field of the bill."""
        line, colon, _name = (field or "").partition(":")
        row = next((row for row in self.rows if colon and str(row.line.pk) == line), None)
        if row:
            row.told.append(message)
        else:
            self.told[BILL_FIELDS.get(field or "", "")].append(message)

    @property
    def is_clean(self) -> bool:
        """Nothing typed is wrong: the figures shown are those of what is typed."""
        return (
            not any(row.messages for row in self.rows)
            and not any(self.told.values())
            and not self.terms.errors
        )

    @property
    def seen(self) -> str:
        """The version on the page, part of the ids that a preview replaces: a late one for an older page finds none."""
        return str(self.terms["version"].value())

    @property
    def told_at_top(self) -> list[str]:
        if self.terms.is_bound and self.terms.errors.get("version"):
            return [_("This page is out of date. Reload it and try again.")]
        return self.told[""]

    @property
    def discount_told(self) -> list[str]:
        return [*self.terms.errors.get("discount", []), *self.told["discount"]]

    @cached_property
    def held(self) -> list[Invoice]:
        """Other drafts with something on them, the latest first."""
        return queries.held_drafts(self.user, apart_from=self.invoice)

    @property
    def parts(self) -> list[breakdown.Part]:
        return breakdown.parts(self.invoice, self.lines)

    @property
    def place(self) -> str:
        return breakdown.place(self.invoice.place_of_supply)

    @property
    def change(self) -> Decimal | None:
        return self.payment.change(self.invoice.total)
