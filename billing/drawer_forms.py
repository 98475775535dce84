"""What is typed about a drawer: the float, cash moved, the blind count, the remark of who verifies."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing import drawers
from billing.forms import FigureField
from billing.models import CashMovement, Drawer, Payment
from staff.models import Practitioner, User

MOST = 9_999  # notes of one worth
#: Counted by their slips, the rest of what a desk takes.
DECLARED = [mode for mode in Payment.DESK if mode != Payment.Mode.CASH]


class OpenForm(forms.Form):
    opening_float = FigureField(
        label=_("Cash in the drawer, ₹"), max_digits=12, decimal_places=2, min_value=0,
        help_text=_("Counted before the first payment."),
    )  # fmt: skip


class MoveForm(forms.Form):
    kind = forms.ChoiceField(label=_("What for"), choices=CashMovement.Kind.choices)
    amount = FigureField(
        label=_("Amount, ₹"), max_digits=12, decimal_places=2,
        help_text=_("Petty cash, bank and tips go out, change comes in. Other: with a minus when it goes out."),
    )  # fmt: skip
    practitioner = forms.ModelChoiceField(
        Practitioner.objects.none(), label=_("Tips of"), required=False, empty_label=_("Nobody in particular")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["practitioner"]
        field.queryset = Practitioner.objects.visible_to(user).active().select_related("resource")


class CountForm(forms.Form):
    """Notes and coins, and the sums of the slips of each other mode. Nothing on it says what should come out."""

    left_in = FigureField(
        label=_("Cash left in the drawer, ₹"), max_digits=12, decimal_places=2, min_value=0, required=False,
        help_text=_("As change for the next. The rest is taken out."),
    )  # fmt: skip
    handed_to = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Handed over to"),
        required=False,
        empty_label=_("Nobody, I go on next time"),
    )
    remark = forms.CharField(
        label=_("Remark"), max_length=300, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("Needed where what you counted is not what came in."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for worth in drawers.DENOMINATIONS:
            self.fields[f"of_{worth}"] = forms.IntegerField(
                label=drawers.told(Decimal(worth) / 100), min_value=0, max_value=MOST, required=False,
                widget=forms.NumberInput({"class": "num", "inputmode": "numeric", "autocomplete": "off"}),
            )  # fmt: skip
        for mode in DECLARED:
            self.fields[f"in_{mode}"] = FigureField(
                label=mode.label, max_digits=12, decimal_places=2, required=False,
                widget=forms.TextInput({"class": "num", "inputmode": "decimal", "autocomplete": "off"}),
            )  # fmt: skip
        colleagues = User.objects.visible_to(user).filter(is_active=True).exclude(pk=user.pk)
        self.fields["handed_to"].queryset = colleagues

    @property
    def notes(self) -> list[forms.BoundField]:
        return [self[f"of_{worth}"] for worth in drawers.DENOMINATIONS]

    @property
    def slips(self) -> list[forms.BoundField]:
        return [self[f"in_{mode}"] for mode in DECLARED]

    @property
    def rest(self) -> list[forms.BoundField]:
        return [self[name] for name in ("left_in", "handed_to", "remark")]

    def counted(self) -> dict[str, Any]:
        """As `domain.close_drawer` takes it."""
        known = self.cleaned_data
        return {
            "counted": {worth: known[f"of_{worth}"] or 0 for worth in drawers.DENOMINATIONS},
            "declared": {str(mode): known[f"in_{mode}"] or Decimal(0) for mode in DECLARED},
            "left_in": known["left_in"] or Decimal(0),
            "handed_to": known["handed_to"],
            "remark": known["remark"],
        }


class VerifyForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(
        label=_("Remark"), max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )


def version_of(data: Any, drawer: Drawer) -> int:
    """The version the page was opened with; whatever else was sent counts as an old one."""
    try:
        return int(data.get("version", ""))
    except (TypeError, ValueError):
        return drawer.version - 1
