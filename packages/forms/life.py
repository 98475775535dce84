"""What may be typed about a package in somebody's hands: what changes its terms, and the use of a session."""

import base64
import binascii
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from inventory.domain import Wanted
from inventory.models import Item
from packages.models import Enrolment, Plan, Session
from packages.proving import Proof
from staff.models import Practitioner, User

REASON = 200  # characters
DATES = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y"]
SIGNATURE_START = "data:image/png;base64,"


class ReasonForm(forms.Form):
    """Every change of a package says why."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON)
    field_order: list[str] = []

    def __init__(self, data: Any = None, *, user: User, enrolment: Enrolment) -> None:
        super().__init__(data)
        self.user, self.enrolment = user, enrolment
        self.order_fields([name for name in self.fields if name != "reason"])

    @property
    def given(self) -> dict[str, Any]:
        """For the verb."""
        return dict(self.cleaned_data)


class FreezeForm(ReasonForm):
    until = forms.DateField(
        label=_("Usable again from"),
        required=False,
        input_formats=DATES,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until somebody unfreezes it."),
    )


class ExtendForm(ReasonForm):
    days = forms.IntegerField(label=_("Days more"), min_value=1, max_value=3650)


class GiveBackForm(ReasonForm):
    pass


class TransferForm(ReasonForm):
    customer = forms.ModelChoiceField(
        queryset=Customer.objects.none(),
        label=_("To whom"),
        error_messages={"required": _("Choose a customer from the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"].queryset = Customer.objects.visible_to(self.user)


class ExchangeForm(ReasonForm):
    plan = forms.ModelChoiceField(
        queryset=Plan.objects.none(), label=_("For which package"), empty_label=_("Choose")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = Plan.objects.visible_to(self.user).active().select_related("treatment__tax_category")
        self.fields["plan"].queryset = plans


class ProofForm(forms.Form):
    """What proves a session: the code from the customer's phone, or a drawn signature with a name."""

    code = forms.CharField(
        label=_("Code from the customer’s phone"), required=False, max_length=12,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip
    signature = forms.CharField(required=False, widget=forms.HiddenInput, max_length=400_000)
    signed_by = forms.CharField(label=_("Name of who signs"), required=False, max_length=100)

    def __init__(self, data: Any = None, *, session: Session) -> None:
        super().__init__(data)
        self.initial["signed_by"] = session.enrolment.customer.full_name

    def clean_signature(self) -> bytes:
        text = self.cleaned_data["signature"]
        if not text:
            return b""
        try:
            return base64.b64decode(text.removeprefix(SIGNATURE_START), validate=True)
        except (binascii.Error, ValueError):
            raise forms.ValidationError(
                _("The signature couldn't be read. Clear it and sign again.")
            ) from None

    @property
    def proof(self) -> Proof | None:
        """A drawn signature, else the code; None where neither is given."""
        values = self.cleaned_data
        if values["signature"]:
            return Proof(signature=values["signature"], signed_by=values["signed_by"])
        return Proof(code=values["code"]) if values["code"].strip() else None


class RedeemForm(ProofForm):
    """A session used at the desk: who gave it, a note, what it used up, and the proof where the package asks for one."""

    practitioner = forms.ModelChoiceField(queryset=None, label=_("Practitioner"), empty_label=_("Choose"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    more = forms.ModelChoiceField(
        queryset=None, label=_("Something else used"), required=False, empty_label=_("Nothing else")
    )
    more_quantity = forms.DecimalField(
        label=_("How much of it"), required=False, min_value=Decimal("0.001"), max_digits=9, decimal_places=3
    )

    def __init__(self, data: Any = None, *, user: User, session: Session) -> None:
        super().__init__(data, session=session)
        treatment = session.enrolment.plan.treatment
        people = Practitioner.objects.active().filter(resource__branch=session.enrolment.branch_id)
        named = treatment.performers.values("practitioner")
        people = people.filter(pk__in=named) if named else people
        self.fields["practitioner"].queryset = people.select_related("resource").order_by("resource__name")
        self.initial["practitioner"] = people.filter(user=user).values_list("pk", flat=True).first()
        self.fields["more"].queryset = Item.objects.visible_to(user).active()
        self.consumables = list(treatment.consumables.select_related("item").order_by("item__name"))
        for each in self.consumables:
            self.fields[f"used-{each.item_id}"] = forms.DecimalField(
                label=each.item.name, required=False, min_value=0, max_digits=9, decimal_places=3,
                initial=each.quantity.normalize(),
            )  # fmt: skip

    @property
    def used(self) -> list[forms.BoundField]:
        return [self[f"used-{each.item_id}"] for each in self.consumables]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("more") and not values.get("more_quantity"):
            self.add_error("more_quantity", _("How much?"))
        return values

    @property
    def wanted(self) -> list[Wanted]:
        """What leaves stock; a quantity of nothing falls away."""
        used = [(each.item, self.cleaned_data.get(f"used-{each.item_id}")) for each in self.consumables]
        used.append((self.cleaned_data.get("more"), self.cleaned_data.get("more_quantity")))
        return [Wanted(item=item, quantity=quantity) for item, quantity in used if item and quantity]


class UndoForm(forms.Form):
    """Taking a completed session back."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON)
    return_consumables = forms.BooleanField(
        label=_("What it used up goes back into stock"), required=False, initial=True
    )
