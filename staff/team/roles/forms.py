"""What may be decided about a role, and which may be given to whom."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.permissions import Permission
from staff.models import Role, User


class NewRoleForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    description = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    like = forms.ModelChoiceField(
        Role.objects.none(), label=_("Begin with the rights of"), required=False, empty_label=_("none"),
        help_text=_("Each can be changed on the next page."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["like"].queryset = Role.objects.filter(is_active=True)


class RoleForm(forms.Form):
    """The matrix draws the permissions itself; here they are only checked."""

    name = forms.CharField(label=_("Name"), max_length=80)
    description = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    discount_cap = forms.DecimalField(
        label=_("Largest discount, percent"), min_value=Decimal(0), max_value=Decimal(100), max_digits=5,
        decimal_places=2, required=False, help_text=_("Of a whole invoice, without somebody's approval. Empty: any."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    permissions = forms.MultipleChoiceField(choices=Permission.choices, required=False)

    def __init__(self, data: Any = None, *, role: Role) -> None:
        initial = {name: getattr(role, name) for name in ("name", "description", "discount_cap", "version")}
        super().__init__(data, initial=initial)
        if role.is_system:
            self.fields["name"].disabled = True

    @property
    def shown(self) -> list[Any]:
        return [self["name"], self["discount_cap"], self["description"]]


class GiveRoleForm(forms.Form):
    """The roles that the giver may give, at the branches where they may."""

    EVERYWHERE = "all"

    role = forms.ModelChoiceField(Role.objects.none(), label=_("Role"))
    where = forms.ChoiceField(label=_("Where"))
    own_only = forms.BooleanField(
        label=_("Only for their own visits"), required=False,
        help_text=_("Sees the visits they give and whom they see in them, and nothing else."),
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["role"].queryset = Role.objects.filter(is_active=True)
        places = [(str(branch.pk), branch.trade_name) for branch in by.branches]
        if by.is_everywhere:
            places.append((self.EVERYWHERE, _("Every branch")))
        self.fields["where"].choices = places
        self.initial.setdefault("where", str(by.branch_id))

    @property
    def branch(self) -> Any:
        where = self.cleaned_data["where"]
        return next((branch for branch in self.by.branches if str(branch.pk) == where), None)
