"""With whom an order or a delivery begins."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import Supplier
from purchasing.models import Order
from staff.models import User

from .fields import DayField


class OrderStartForm(forms.Form):
    supplier = forms.ModelChoiceField(Supplier.objects.none(), label=_("Supplier"), empty_label=_("Choose …"))
    expected_on = DayField(
        label=_("Expected on"), required=False, help_text=_("Empty: after the supplier's usual days.")
    )
    note = forms.CharField(label=_("Note to the supplier"), max_length=300, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supplier"].queryset = Supplier.objects.visible_to(user).active()


class DeliveryForm(forms.Form):
    """Of an order that is outstanding, or straight from a supplier."""

    order = forms.ModelChoiceField(
        Order.objects.none(), label=_("Order"), required=False, empty_label=_("Without an order")
    )
    supplier = forms.ModelChoiceField(
        Supplier.objects.none(), label=_("Supplier"), required=False, empty_label=_("That of the order"),
        help_text=_("Needed only without an order."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        orders = Order.objects.visible_to(user).outstanding().select_related("supplier")
        self.fields["order"].queryset = orders
        self.fields["order"].label_from_instance = lambda order: f"{order.number} · {order.supplier}"
        self.fields["supplier"].queryset = Supplier.objects.visible_to(user).active()
