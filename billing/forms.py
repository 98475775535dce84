"""What may be typed on a bill, turned into clean values; no side effects."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from billing.domain import KEEP, BillTerms, LineTerms
from billing.fields import FigureField
from billing.models import Invoice, InvoiceLine
from billing.outstanding import AGES
from billing.payment_forms import PaymentForm as PaymentForm
from clinic import gst
from clinic.models import TaxCategory
from inventory.models import Balance, Batch
from staff.models import Practitioner

CLASSES = {
    "quantity": "control qty num", "unit_price": "control num", "discount": "control num",
    "practitioner": "control s", "batch": "control s", "performed_on": "control s", "exempt_reason": "control s",
}  # fmt: skip
DATES = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y"]
DAY = forms.DateInput({"type": "date"}, "%Y-%m-%d")
#: Asked for in a part of the page that not everybody has.
KEPT = ("performed_on", "exempt_reason", "dated", "due_on", "paid_on", "note", "buyer_name", "buyer_phone")


def plain(amount: Decimal) -> str:
    """A figure as one types it: 4500, 1.5."""
    return f"{amount.normalize():f}" if amount else "0"


class DiscountField(forms.CharField):
    """`10%` off, or `250` rupees off; empty for none."""

    def clean(self, value: Any) -> gst.Discount | None:
        text = re.sub(r"[₹,\s]", "", super().clean(value))
        if not text:
            return None
        number = text.removesuffix("%")
        try:
            figure = Decimal(number)
        except InvalidOperation:
            raise forms.ValidationError(_("Enter a discount such as 250 or 10%.")) from None
        if not figure.is_finite() or figure.copy_abs() >= Decimal("1e9"):
            raise forms.ValidationError(_("Enter a discount such as 250 or 10%."))
        if figure != figure.quantize(Decimal("0.01")):
            raise forms.ValidationError(_("A discount has at most two decimals."))
        if text.endswith("%") and figure > 100:
            raise forms.ValidationError(_("A discount can't be above 100 %."))
        if figure < 0:
            raise forms.ValidationError(_("A discount can't be negative."))
        return gst.Discount(figure, is_percent=text.endswith("%")) if figure else None


def discount_as_typed(of: Invoice | InvoiceLine) -> str:
    if not of.discount_value:
        return ""
    return plain(of.discount_value) + ("%" if of.discount_kind == Invoice.DiscountKind.PERCENT else "")


class LineForm(forms.Form):
    """One line of a draft. Choices come ready-made, so that forty lines ask the database no more than one."""

    quantity = FigureField(max_digits=8, decimal_places=3)
    unit_price = FigureField(max_digits=9, decimal_places=2)
    discount = DiscountField(required=False, max_length=20)
    practitioner = forms.TypedChoiceField(required=False, empty_value=None)
    batch = forms.TypedChoiceField(required=False, empty_value=None)
    performed_on = forms.DateField(required=False, input_formats=DATES, widget=DAY)
    exempt_reason = forms.CharField(required=False, max_length=200)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        line: InvoiceLine,
        practitioners: Mapping[str, Practitioner],
        stock: list[Balance],
    ) -> None:
        initial = {
            "quantity": plain(line.quantity),
            "unit_price": f"{line.unit_price:.2f}",
            "discount": discount_as_typed(line),
            "practitioner": str(line.practitioner_id or ""),
            "batch": str(line.batch_id or ""),
            "performed_on": line.performed_on,
            "exempt_reason": line.exempt_reason,
        }
        super().__init__(data, prefix=f"line-{line.pk}", initial=initial)
        people = {**practitioners}
        if line.practitioner:
            people.setdefault(str(line.practitioner_id), line.practitioner)
        batches = {str(row.batch_id): row.batch for row in stock}
        if line.batch:
            batches.setdefault(str(line.batch_id), line.batch)
        self._choose("practitioner", people, _("No practitioner"))
        self._choose("batch", batches, _("First to expire"))
        self._label(line)

    def _choose(self, name: str, found: Mapping[str, Practitioner | Batch], nothing: Any) -> None:
        field = self.fields[name]
        field.choices = [("", nothing), *((key, _shown(thing)) for key, thing in found.items())]
        field.coerce = found.__getitem__

    def _label(self, line: InvoiceLine) -> None:
        names = {
            "quantity": _("Quantity of %(thing)s"),
            "unit_price": _("Rate of %(thing)s"),
            "discount": _("Discount on %(thing)s, rupees or percent"),
            "practitioner": _("Practitioner for %(thing)s"),
            "batch": _("Batch of %(thing)s"),
            "performed_on": _("Day on which %(thing)s was done"),
            "exempt_reason": _("Why %(thing)s bears no tax"),
        }
        for name, sentence in names.items():
            widget = self.fields[name].widget
            widget.attrs |= {
                "aria-label": sentence % {"thing": line.description},
                "aria-describedby": f"told-{line.pk}",
                "class": CLASSES[name],
                "autocomplete": "off",
            }
        for name in ("quantity", "unit_price"):
            self.fields[name].widget.attrs["inputmode"] = "decimal"

    @property
    def terms(self) -> LineTerms:
        return LineTerms(**_asked(self))


def _asked(form: forms.Form) -> dict[str, Any]:
    """The clean values; what the page didn't ask for stays as it is on the draft."""
    return {
        name: KEEP if name in KEPT and form.add_prefix(name) not in form.data else value
        for name, value in form.cleaned_data.items()
    }


def _shown(thing: Practitioner | Batch) -> str:
    if isinstance(thing, Practitioner):
        return str(thing)
    expiry = thing.expires_on
    return f"{thing.number} · {expiry:%d.%m.%Y}" if expiry else thing.number


class TermsForm(forms.Form):
    """What holds for the whole bill."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    discount = DiscountField(label=_("Discount on the whole invoice"), required=False, max_length=20)
    discount_reason = forms.CharField(label=_("Reason for the discount"), required=False, max_length=120)
    print_address = forms.BooleanField(label=_("Print the customer's address"), required=False)
    dated = forms.DateField(
        label=_("Date of the invoice"), required=False, input_formats=DATES, widget=DAY,
        help_text=_("Empty: the day on which it is issued."),
    )  # fmt: skip
    due_on = forms.DateField(label=_("Due on"), required=False, input_formats=DATES, widget=DAY)
    paid_on = forms.DateField(
        label=_("Paid in advance on"), required=False, input_formats=DATES, widget=DAY,
        help_text=_("Only where a rate changed since."),
    )  # fmt: skip
    buyer_name = forms.CharField(
        label=_("Another name on the invoice"), required=False, max_length=150,
        help_text=_("For somebody who walks in, or whom a firm pays for."),
    )  # fmt: skip
    buyer_phone = forms.CharField(label=_("Another phone on it"), required=False, max_length=16)
    note = forms.CharField(
        label=_("Note on the invoice"), required=False, max_length=500, widget=forms.Textarea({"rows": 2})
    )
    MORE = ("dated", "due_on", "paid_on", "buyer_name", "buyer_phone", "note")

    def __init__(self, data: Mapping[str, Any] | None, *, invoice: Invoice) -> None:
        initial = {
            **{name: getattr(invoice, name) for name in self.MORE},
            "version": invoice.version,
            "discount": discount_as_typed(invoice),
            "discount_reason": invoice.discount_reason,
            "print_address": invoice.print_address,
        }
        super().__init__(data, initial=initial)
        self.fields["discount"].widget.attrs |= {
            "placeholder": _("250 or 10%"), "autocomplete": "off", "class": "num", "aria-describedby": "told-discount",
        }  # fmt: skip
        self.fields["print_address"].widget.attrs["aria-describedby"] = "told-print_address"

    @property
    def terms(self) -> BillTerms:
        known = {name: value for name, value in _asked(self).items() if name != "version"}
        return BillTerms(**known | {"discount_reason": known["discount_reason"].strip()})

    @property
    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE]

    @property
    def says_more(self) -> bool:
        """Whether the further part of the page is open: something stands in it, or is wrong there."""
        return any(self[name].value() or self[name].errors for name in self.MORE)


class OtherForm(forms.Form):
    """What is on no menu."""

    description = forms.CharField(label=_("What is billed"), max_length=200)
    price = FigureField(label=_("Price, ₹"), max_digits=9, decimal_places=2, min_value=0)
    tax_category = forms.ModelChoiceField(TaxCategory.objects.all(), label=_("Taxed as"))
    price_includes_tax = forms.BooleanField(label=_("The price includes tax"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix="other")
        for name in ("description", "price"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.use_required_attribute = False


class FilterForm(forms.Form):
    """What the list of bills is narrowed to."""

    SHOW = [
        ("", _("All")),
        ("unpaid", _("Unpaid")),
        ("overdue", _("Overdue")),
        *((age.name, format_lazy(_("Unpaid, {age}"), age=age.label)) for age in AGES),
        ("paid", _("Paid")),
        ("draft", _("Drafts")),
        ("cancelled", _("Cancelled")),
    ]
    q = forms.CharField(
        label=_("Number or customer"), required=False, max_length=100,
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    show = forms.ChoiceField(label=_("Show"), required=False, choices=SHOW)
    document = forms.ChoiceField(
        label=_("Document"), required=False, choices=[("", _("All")), *Invoice.Document.choices]
    )
    since = forms.DateField(
        label=_("From"),
        required=False,
        input_formats=DATES,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("To"),
        required=False,
        input_formats=DATES,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def wanted(self) -> dict[str, Any]:
        """What is understood of it; the rest is ignored, as in any address."""
        self.is_valid()
        known = getattr(self, "cleaned_data", {})
        return {
            "words": known.get("q", "").strip(),
            "show": known.get("show", ""),
            "document": known.get("document", ""),
            "since": known.get("since"),
            "until": known.get("until"),
            "sort": known.get("sort", "") or "-date",
        }
