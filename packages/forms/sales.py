"""What may be chosen when a package is sold."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic import money, prices
from customers.models import Customer
from packages.models import Plan, PlanPart
from staff.models import User


class PlanChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Plan) -> str:
        return f"{obj.name} · {obj.session_count} × · {money.rupees(obj.price_here)}"


class AddOns(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: PlanPart) -> str:
        return f"{obj.name}, {money.rupees(obj.price)}" if obj.price else obj.name


class SaleForm(forms.Form):
    """Who buys which package with which add-ons; the add-ons are those of the plan that is chosen."""

    customer = forms.ModelChoiceField(
        queryset=None, error_messages={"required": _("Choose a customer from the list.")}
    )
    plan = PlanChoice(queryset=None, label=_("Package"), empty_label=_("Choose a package"))
    add_ons = AddOns(queryset=None, required=False, label=_("Add-ons"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.fields["customer"].queryset = Customer.objects.visible_to(user)
        plans = Plan.objects.visible_to(user).active()
        if user.branch:
            plans = prices.with_price_at(plans, user.branch, timezone.localdate(timezone=user.branch.zone))
        self.fields["plan"].queryset = plans.select_related("treatment__tax_category")
        self.fields["add_ons"].queryset = PlanPart.objects.filter(plan=self.chosen("plan"), is_add_on=True)

    def chosen(self, name: str) -> Any:
        """What is chosen in a field already, though the rest may be missing; None if nothing is."""
        try:
            return self.fields[name].clean(self.data.get(name))
        except forms.ValidationError:
            return None

    def chosen_add_ons(self) -> list[PlanPart]:
        """Those ticked that belong to the plan chosen now."""
        ticked = set(self.data.getlist("add_ons")) if hasattr(self.data, "getlist") else set()
        return [part for part in self.fields["add_ons"].queryset if str(part.pk) in ticked]
