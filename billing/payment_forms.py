"""How money is taken: in which modes, for which bills, in advance, as a gift card. No side effects."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.domain import NewAdvance, NewPayment, NewTip
from billing.fields import RupeesField
from billing.models import Invoice, Payment
from clinic.models import TaxCategory
from staff.models import Practitioner

Mode = Payment.Mode
DESK = [(mode.value, mode.label) for mode in Payment.DESK]


class PaymentForm(forms.Form):
    """How something is paid: at once in one mode, split over several, or later.

    `fixed`: the amount follows from the page around it. `practitioners` are whom a tip can be for; without, none is taken.
    """

    SPLIT = (("split_cash", Mode.CASH), ("split_upi", Mode.UPI), ("split_card", Mode.CARD))
    OTHERS = [
        ("", _("Another mode")),
        *(choice for choice in DESK if choice[0] not in ("cash", "upi", "card")),
    ]

    pay = forms.ChoiceField(label=_("Paid by"), widget=forms.RadioSelect)
    amount = RupeesField(label=_("Amount, ₹"), required=False)
    tendered = RupeesField(label=_("Cash handed over, ₹"), required=False)
    reference = forms.CharField(label=_("Reference"), required=False, max_length=60)
    split_cash = RupeesField(label=_("Cash, ₹"), required=False)
    split_upi = RupeesField(label=_("UPI, ₹"), required=False)
    split_card = RupeesField(label=_("Card, ₹"), required=False)
    split_mode = forms.ChoiceField(label=_("Another mode"), required=False, choices=OTHERS)
    split_amount = RupeesField(label=_("Its amount, ₹"), required=False)
    split_reference = forms.CharField(label=_("Its reference"), required=False, max_length=60)
    tip = RupeesField(label=_("Tip, ₹"), required=False)
    tip_for = forms.TypedChoiceField(label=_("For"), required=False, empty_value=None)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        later: bool = False,
        fixed: bool = False,
        practitioners: Sequence[Practitioner] = (),
    ) -> None:
        super().__init__(data, initial={"pay": "cash"})
        more = [("later", _("Later"))] if later else []
        self.fields["pay"].choices = [*DESK, ("split", _("Split")), *more]
        self.fields["amount"].widget.attrs["placeholder"] = _("All that is due")
        for name in ("reference", "split_reference"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["reference"].help_text = _("Of a cheque or transfer it is needed: its number.")
        if fixed:
            del self.fields["amount"]
        if practitioners:
            people = {str(one.pk): one for one in practitioners}
            self.fields["tip_for"].choices = [("", "–"), *((key, str(one)) for key, one in people.items())]
            self.fields["tip_for"].coerce = people.__getitem__
        else:
            del self.fields["tip"], self.fields["tip_for"]

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        if known.get("tip") and not known.get("tip_for"):
            self.add_error("tip_for", _("Choose for whom the tip is."))
        if known.get("split_amount") and not known.get("split_mode"):
            self.add_error("split_mode", _("Choose how it was paid."))
        return known

    @property
    def tip_amount(self) -> Decimal:
        return self.cleaned_data.get("tip") or Decimal(0)

    @property
    def tips(self) -> list[NewTip]:
        known = self.cleaned_data
        return [NewTip(known["tip_for"], known["tip"])] if known.get("tip") else []

    def payments(self, due: Decimal) -> list[NewPayment]:
        """What was typed, as payments; an amount left empty is all that is due, and a tip comes on top.

        None for later or nothing due.
        """
        known = self.cleaned_data
        if known["pay"] == "later" or not due:
            return []
        if known["pay"] == "split":
            return [new for _name, new in self._split()]
        typed = known.get("amount")
        amount = (due if typed is None else typed) + self.tip_amount
        if known["pay"] == Mode.CASH:
            return [NewPayment(Mode.CASH, amount, known["tendered"])]
        return [NewPayment(known["pay"], amount, None, known["reference"])]

    def _split(self) -> list[tuple[str, NewPayment]]:
        """The parts that were typed, each with the field of its amount."""
        known = self.cleaned_data
        parts = [(name, NewPayment(mode, known[name])) for name, mode in self.SPLIT if known[name]]
        if known["split_amount"]:
            other = NewPayment(known["split_mode"], known["split_amount"], None, known["split_reference"])
            parts.append(("split_amount", other))
        return parts

    def change(self, due: Decimal) -> Decimal | None:
        """What goes back over the desk, while the typed figures make sense."""
        known = self.cleaned_data if self.is_bound and self.is_valid() else {}
        if known.get("pay") != Mode.CASH or known.get("tendered") is None:
            return None
        typed = known.get("amount")
        amount = (due if typed is None else typed) + self.tip_amount
        return known["tendered"] - amount if known["tendered"] >= amount else None

    def by_upi(self, due: Decimal) -> Decimal:
        """What of it is to come by UPI: what the code on the page is for."""
        known = self.cleaned_data if self.is_bound and self.is_valid() else {}
        if known.get("pay") == "split":
            return known["split_upi"] or Decimal(0)
        typed = known.get("amount")
        return (due if typed is None else min(typed, due)) + (known.get("tip") or Decimal(0))

    def tell(self, message: str, field: str | None) -> None:
        """Put a refusal of the verb beside the field it speaks of."""
        place, _colon, name = (field or "").partition(":")
        if place in self.fields and not name:
            self.add_error(place, message)
        elif not place.isdigit():
            self.add_error(None, message)
        elif self.cleaned_data["pay"] == "split":
            typed = [part for part, _new in self._split()] or ["split_cash"]
            part = typed[min(int(place), len(typed) - 1)]
            by_reference = name == "reference" and part == "split_amount"
            self.add_error("split_reference" if by_reference else part, message)
        else:
            self.add_error(name if name in self.fields else None, message)


class TakeForm(forms.Form):
    """What money is for: so much of each open bill, and so much in advance."""

    advance = RupeesField(label=_("In advance, ₹"), required=False)
    purpose = forms.CharField(
        label=_("What the advance is for"), required=False, max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "placeholder": _("Laser session in May")}),
    )  # fmt: skip
    category = forms.ModelChoiceField(
        TaxCategory.objects.order_by("name"), label=_("Taxed as"), required=False, empty_label=_("Not known yet"),
        help_text=_("Not known yet: 18 % are taken to be inside it. On goods no tax falls due in advance."),
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None, *, bills: Sequence[Invoice]) -> None:
        super().__init__(data)
        self.bills = bills
        for bill in bills:
            field = RupeesField(label=bill.number, required=False, initial=f"{bill.due:.2f}")
            field.widget.attrs["aria-label"] = _("Paid now on %(number)s") % {"number": bill.number}
            self.fields[f"bill-{bill.pk}"] = field

    @property
    def rows(self) -> list[tuple[Invoice, forms.BoundField]]:
        return [(bill, self[f"bill-{bill.pk}"]) for bill in self.bills]

    @property
    def paid(self) -> list[tuple[Invoice, Decimal]]:
        typed = ((bill, self.cleaned_data.get(f"bill-{bill.pk}")) for bill in self.bills)
        return [(bill, amount) for bill, amount in typed if amount]

    @property
    def in_advance(self) -> NewAdvance | None:
        known = self.cleaned_data
        return NewAdvance(known["purpose"], known["category"]) if known.get("advance") else None

    @property
    def total(self) -> Decimal:
        return sum((amount for _bill, amount in self.paid), self.cleaned_data.get("advance") or Decimal(0))

    def tell(self, message: str, field: str | None) -> bool:
        """Put a refusal beside the bill it speaks of; whether it speaks of one."""
        name = (field or "").replace("bill:", "bill-")
        if name in self.fields:
            self.add_error(name, message)
        return name in self.fields


class GiftCardForm(forms.Form):
    """What a gift card is worth."""

    worth = RupeesField(label=_("Worth, ₹"))

    def tell(self, message: str, field: str | None) -> bool:
        if field == "worth":
            self.add_error("worth", message)
        return field == "worth"


class CodeForm(forms.Form):
    """The code of a gift card, as it is printed."""

    code = forms.CharField(
        label=_("Code of the gift card"), max_length=30,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )  # fmt: skip
