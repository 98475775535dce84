"""The forms of an order's and a delivery's page: its head, its lines, and one line more."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Item
from purchasing.domain import LineTerms, NewLine, ReceiptTerms, Terms
from purchasing.models import Order, OrderLine, Receipt, ReceiptLine
from staff.models import User

from .fields import DayField, ItemField, figure

PACKS = [("", gettext_lazy("single units")), ("packs", gettext_lazy("packs"))]


def plain(amount: Any) -> str:
    """A figure as one types it: 4500, 1.5."""
    return "" if amount is None else f"{amount.normalize():f}"


class LineForm(forms.Form):
    """What lines of orders and deliveries share. Named for the eye by the head of the table."""

    in_packs = forms.ChoiceField(
        label=gettext_lazy("Counted in"), required=False, widget=forms.Select(attrs={"class": "control s"})
    )
    price = figure(gettext_lazy("Price, ₹"))
    tax_rate = figure(gettext_lazy("GST, %"), max_value=40, css="control qty num")
    remove = forms.BooleanField(label=gettext_lazy("Take out"), required=False)

    def __init__(self, data: Any, *, line: OrderLine | ReceiptLine, **initial: Any) -> None:
        start = {
            "in_packs": "packs" if line.in_packs else "", "price": plain(line.price), "tax_rate": plain(line.tax_rate),
            **initial,
        }  # fmt: skip
        super().__init__(data, prefix=f"line-{line.pk}", initial=start)
        item = line.item
        choices = [("", item.base_unit)]
        if item.units_per_pack > 1 or line.in_packs:
            size = max(item.units_per_pack, line.unit_size)
            pack = item.pack_unit or _("pack")
            choices.append(("packs", _("%(pack)s of %(size)s") % {"pack": pack, "size": size}))
        self.fields["in_packs"].choices = choices
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}, {item}"

    @property
    def is_removed(self) -> bool:
        return bool(self.data) and bool(self["remove"].value())

    @property
    def told(self) -> list[str]:
        return [str(message) for messages in self.errors.values() for message in messages]


class OrderForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    expected_on = DayField(label=gettext_lazy("Expected on"), required=False)
    note = forms.CharField(label=gettext_lazy("Note to the supplier"), max_length=300, required=False)

    def __init__(self, data: Any, *, order: Order) -> None:
        names = ("version", "expected_on", "note")
        super().__init__(data, initial={name: getattr(order, name) for name in names})


class OrderLineForm(LineForm):
    quantity = figure(gettext_lazy("Quantity"), places=3, css="control qty num")

    def __init__(self, data: Any, *, line: OrderLine) -> None:
        super().__init__(data, line=line, quantity=plain(line.quantity))

    @property
    def terms(self) -> LineTerms:
        typed = self.cleaned_data
        return LineTerms(typed["quantity"], bool(typed["in_packs"]), typed["price"], typed["tax_rate"])


class ReceiptForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    invoice_number = forms.CharField(
        label=gettext_lazy("Supplier's invoice number"), max_length=30, required=False
    )
    invoice_date = DayField(label=gettext_lazy("Date of the invoice"), required=False)
    invoice_total = figure(gettext_lazy("Total of the invoice with tax, ₹"), required=False)
    difference_reason = forms.CharField(
        label=gettext_lazy("Why the totals differ"), max_length=200, required=False,
        help_text=gettext_lazy("Only if the lines don't come to the invoice."),
    )  # fmt: skip
    over_reason = forms.CharField(
        label=gettext_lazy("Why more came than was ordered"), max_length=200, required=False,
        help_text=gettext_lazy("Only if more is accepted; by somebody who may approve orders."),
    )  # fmt: skip

    def __init__(self, data: Any, *, receipt: Receipt) -> None:
        names = ("version", "invoice_number", "invoice_date", "difference_reason", "over_reason")
        start = {name: getattr(receipt, name) for name in names}
        super().__init__(data, initial=start | {"invoice_total": plain(receipt.invoice_total)})
        if receipt.order_id is None:
            del self.fields["over_reason"]

    @property
    def terms(self) -> ReceiptTerms:
        return ReceiptTerms(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


class ReceiptLineForm(LineForm):
    received = figure(gettext_lazy("Came"), places=3, css="control qty num")
    accepted = figure(gettext_lazy("Accepted"), places=3, css="control qty num")
    reason = forms.ChoiceField(
        label=gettext_lazy("Why not all"), required=False, choices=[("", "–"), *ReceiptLine.Reason.choices],
        widget=forms.Select(attrs={"class": "control s"}),
    )  # fmt: skip
    batch_number = forms.CharField(
        label=gettext_lazy("Batch"), max_length=50, required=False,
        widget=forms.TextInput(attrs={"class": "control", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    made_on = DayField(label=gettext_lazy("Made on"), required=False)
    expires_on = DayField(label=gettext_lazy("Expires on"), required=False)
    mrp = figure(gettext_lazy("MRP, ₹"), required=False)
    creditable = forms.BooleanField(label=gettext_lazy("Input tax credit"), required=False)

    def __init__(self, data: Any, *, line: ReceiptLine) -> None:
        names = ("reason", "batch_number", "made_on", "expires_on", "creditable")
        start = {name: getattr(line, name) for name in names}
        for name in ("received", "accepted", "mrp"):
            start[name] = plain(getattr(line, name))
        super().__init__(data, line=line, **start)

    @property
    def terms(self) -> Terms:
        typed = {name: value for name, value in self.cleaned_data.items() if name != "remove"}
        return Terms(**typed | {"in_packs": bool(typed["in_packs"])})


class AddForm(forms.Form):
    """One line more; nothing typed, nothing added. What is left empty is what was paid last, and the item's rate."""

    item = ItemField(label=gettext_lazy("Item"), max_length=150, required=False)
    quantity = figure(gettext_lazy("Quantity"), places=3, required=False, css="control qty num")
    in_packs = forms.ChoiceField(
        label=gettext_lazy("Counted in"), choices=PACKS, required=False,
        widget=forms.Select(attrs={"class": "control s"}),
    )  # fmt: skip
    price = figure(gettext_lazy("Price, ₹"), required=False)
    tax_rate = figure(gettext_lazy("GST, %"), required=False, max_value=40, css="control qty num")

    def __init__(self, data: Any, *, user: User, autofocus: bool = False) -> None:
        super().__init__(data, prefix="add")
        self.fields["item"].items = Item.objects.visible_to(user).active()
        if autofocus:
            self.fields["item"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if typed.get("item") and typed.get("quantity") is None and "quantity" not in self.errors:
            self.add_error("quantity", _("Enter how many."))
        if typed.get("quantity") is not None and "item" in typed and not typed["item"]:
            self.add_error("item", _("Choose an item."))
        return typed

    @property
    def lines(self) -> list[NewLine]:
        typed = self.cleaned_data
        return [NewLine(**typed | {"in_packs": bool(typed["in_packs"])})] if typed.get("item") else []
