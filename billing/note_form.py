"""A credit or debit note as it is typed: of each line a quantity or an amount, and what became of the goods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import breakdown, drafts, notes
from billing.forms import FigureField, plain
from billing.models import Invoice, InvoiceLine, Note, NoteLine
from billing.notes import CreditTerms, Reckoned
from clinic.gst import LineAmounts
from clinic.money import rupees
from clinic.refusals import Refusal
from inventory.models import Batch

REASONS = {
    Note.Kind.CREDIT: (
        Note.Reason.RETURNED, Note.Reason.DEFICIENT, Note.Reason.DISCOUNT, Note.Reason.TOO_HIGH, Note.Reason.OTHER,
    ),
    Note.Kind.DEBIT: (Note.Reason.TOO_LOW, Note.Reason.OTHER),
}  # fmt: skip


@dataclass
class Row:
    """One line of the bill on the form, with what of it is left to credit."""

    line: InvoiceLine
    left: LineAmounts
    batches: list[tuple[Batch, Decimal]]
    fields: dict[str, forms.BoundField]

    @property
    def errors(self) -> list[str]:
        return [str(each) for bound in self.fields.values() for each in bound.errors]


class NoteForm(forms.Form):
    """`whole` fills in all that is left of every line."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"))
    detail = forms.CharField(
        label=gettext_lazy("In your own words"), required=False, max_length=300,
        help_text=gettext_lazy("Printed on the note."),
    )  # fmt: skip

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        invoice: Invoice,
        lines: Sequence[InvoiceLine],
        kind: str,
        whole: bool = False,
    ) -> None:
        super().__init__(data)
        self.invoice, self.kind, self.lines = invoice, kind, [line for line in lines if line.line_total]
        reason = cast(forms.ChoiceField, self.fields["reason"])
        reason.choices = [(each.value, each.label) for each in REASONS[Note.Kind(kind)]]
        gone = notes.credited(self.lines)
        self.left = {line.pk: _left(line, gone.get(line.pk)) for line in self.lines}
        self.batches = {line.pk: notes.out_of(line) for line in self.lines if line.item_id}
        for line in self.lines:
            self._add(line, whole=whole)

    @property
    def is_credit(self) -> bool:
        return self.kind == Note.Kind.CREDIT

    def _add(self, line: InvoiceLine, *, whole: bool) -> None:
        thing = {"thing": line.description}
        if not line.plan_id:
            left = self.left[line.pk].quantity
            initial = plain(left) if whole and left else None
            self._figure(line, "quantity", _("Quantity of %(thing)s") % thing, 3, initial)
        self._figure(line, "amount", _("Amount of %(thing)s, with tax") % thing, 2)
        if not line.item_id or not self.is_credit:
            return
        goods = forms.ChoiceField(label=_("Goods of %(thing)s") % thing, required=False)
        goods.choices = NoteLine.Goods.choices
        self._put(line, "goods", goods)
        batches = [(batch, left) for batch, left in self.batches[line.pk] if left]
        if len(batches) > 1:
            batch = forms.TypedChoiceField(
                label=_("Batch of %(thing)s") % thing, required=False, empty_value=None
            )
            batch.choices = [
                ("", _("The last to expire")),
                *((str(one.pk), one.number) for one, _n in batches),
            ]
            batch.coerce = {str(one.pk): one for one, _n in batches}.__getitem__
            self._put(line, "batch", batch)

    def _figure(
        self, line: InvoiceLine, name: str, label: str, places: int, initial: str | None = None
    ) -> None:
        field = FigureField(
            label=label, required=False, max_digits=12, decimal_places=places, initial=initial
        )
        field.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "class": "control num"}
        self._put(line, name, field)

    def _put(self, line: InvoiceLine, name: str, field: forms.Field) -> None:
        key = f"line-{line.pk}-{name}"
        field.widget.attrs |= {"aria-label": field.label, "aria-describedby": f"told-{line.pk}"}
        field.widget.attrs.setdefault("class", "control s")
        self.fields[key] = field

    @property
    def rows(self) -> list[Row]:
        names = ("quantity", "amount", "goods", "batch")
        return [
            Row(
                line,
                self.left[line.pk],
                self.batches.get(line.pk, []),
                {name: self[key] for name in names if (key := f"line-{line.pk}-{name}") in self.fields},
            )
            for line in self.lines
        ]

    @property
    def terms(self) -> list[CreditTerms]:
        """The lines of which something is typed."""
        found = []
        for line in self.lines:
            typed = {
                name: self.cleaned_data.get(f"line-{line.pk}-{name}")
                for name in ("quantity", "amount", "batch")
            }
            if typed["quantity"] is not None or typed["amount"] is not None:
                goods = self.cleaned_data.get(f"line-{line.pk}-goods") or ""
                found.append(CreditTerms(line=line, goods=goods, **typed))
        return found

    def tell(self, refusal: Refusal) -> None:
        """Beside the field it speaks of, else at the top."""
        line, colon, name = (refusal.field or "").partition(":")
        field = f"line-{line}-{name}" if colon else line
        self.add_error(field if field in self.fields else None, refusal.message)

    def facts(self) -> list[tuple[str, str]]:
        """What the typed note would come to; nothing while it can't be reckoned. Tells what is wrong with it."""
        if not self.is_valid() or not self.terms:
            return []
        try:
            found = self._reckon()
        except Refusal as refusal:
            self.tell(refusal)
            return []
        return _facts(self.invoice, found, is_credit=self.is_credit)

    def _reckon(self) -> Reckoned:
        if self.is_credit:
            return notes.credit(self.invoice, self.terms, today=drafts.today_of(self.invoice))
        return notes.debit(self.invoice, self.terms)


def _left(line: InvoiceLine, gone: LineAmounts | None) -> LineAmounts:
    whole = LineAmounts(**{name: getattr(line, name) for name in notes.AMOUNTS})
    if gone is None:
        return whole
    return LineAmounts(**{name: getattr(whole, name) - getattr(gone, name) for name in notes.AMOUNTS})


def _facts(invoice: Invoice, found: Reckoned, *, is_credit: bool) -> list[tuple[str, str]]:
    heads = (
        (_("Before tax") if found.changes_tax else _("Amount"), found.sum_of("net_value")),
        ("CGST", found.sum_of("cgst")),
        (breakdown.state_label(invoice), found.sum_of("sgst")),
        ("IGST", found.sum_of("igst")),
        (_("Cess"), found.sum_of("cess")),
        (_("Rounding"), found.round_off),
        (_("The note comes to"), found.total),
    )
    facts = [(name, rupees(amount)) for name, amount in heads if amount]
    after = invoice.owed + (-found.total if is_credit else found.total)
    free = notes.set_free(invoice, found.total) if is_credit else Decimal(0)
    facts.append((_("Due then"), rupees(max(after - invoice.paid, Decimal(0)))))
    return [*facts, (_("Becomes free, of what was paid"), rupees(free))] if free else facts
