"""What is asked for a refund, for putting a payment right, and for lists of money. No side effects."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing import paybacks
from billing.fields import RupeesField
from billing.models import Payment, Refund, StoredValue

Reason = Refund.Reason
DESK = [(mode.value, mode.label) for mode in Payment.DESK]


class RefundForm(forms.Form):
    """How much of a payment goes back, how and why."""

    amount = RupeesField(label=_("Amount, ₹"))
    mode = forms.ChoiceField(label=_("Goes back by"))
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            (one.value, one.label) for one in (Reason.NOT_PROVIDED, Reason.BILLING_ERROR, Reason.REQUEST)
        ],
    )
    detail = forms.CharField(
        label=_("In your own words"), required=False, max_length=300, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, data: Mapping[str, Any] | None, *, payment: Payment, free: Decimal) -> None:
        ways = paybacks.modes(payment)
        first = payment.mode if payment.mode in ways else ways[0]
        super().__init__(data, initial={"amount": f"{free:.2f}", "mode": first})
        labels = dict(Payment.Mode.choices)
        self.fields["mode"].choices = [(way, labels[way]) for way in ways]


class ApproveForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(label=_("Remark"), required=False, max_length=300)


class RejectForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(label=_("Why not"), max_length=300)


class PayOutForm(forms.Form):
    reference = forms.CharField(
        label=_("Reference"), required=False, max_length=60,
        help_text=_("Number of the cheque or of the transfer, where there is one."),
    )  # fmt: skip


class ByHandForm(forms.Form):
    """How it is given after all, since the gateway won't."""

    mode = forms.ChoiceField(label=_("Given by"), choices=DESK)
    reference = forms.CharField(
        label=_("Reference"), required=False, max_length=60,
        help_text=_("Number of the cheque or of the transfer, where there is one."),
    )  # fmt: skip


class CorrectForm(forms.Form):
    """In which mode a payment really came."""

    mode = forms.ChoiceField(label=_("It was paid by"), choices=DESK)
    reference = forms.CharField(label=_("Reference"), required=False, max_length=60)
    reason = forms.CharField(label=_("Why it is put right"), max_length=200)


class FailForm(forms.Form):
    detail = forms.CharField(
        label=_("What happened"),
        max_length=300,
        widget=forms.TextInput({"placeholder": _("The cheque came back")}),
    )


class _Filter(forms.Form):
    """What a list is narrowed to; what isn't understood of it is ignored, as in any address."""

    q = forms.CharField(
        label=_("Number or customer"), required=False, max_length=100,
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def wanted(self) -> dict[str, str]:
        self.is_valid()
        known = getattr(self, "cleaned_data", {})
        return {
            "words": known.get("q", "").strip(),
            "show": known.get("show", ""),
            "sort": known.get("sort", ""),
        }


class RefundFilter(_Filter):
    SHOW = [("", _("Waiting")), *Refund.Status.choices, ("all", _("All"))]
    show = forms.ChoiceField(label=_("Show"), required=False, choices=SHOW)


class AdvanceFilter(_Filter):
    pass


class StoredFilter(_Filter):
    SHOW = [("", _("With something left")), *StoredValue.Kind.choices, ("all", _("All"))]
    show = forms.ChoiceField(label=_("Show"), required=False, choices=SHOW)
