"""What may be typed about a package on sale."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from packages.models import Plan, PlanPart, Treatment
from staff.models import User

MOST_PARTS = 12


class PlanForm(forms.ModelForm):
    """A plan's own columns; `version` is that of the row as it was opened."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Plan
        fields = [
            "name", "treatment", "session_count", "price", "price_includes_tax", "description", "valid_days", "grace_days",
            "starts_at_first_use", "payment", "instalments", "asks_for", "is_active",
        ]  # fmt: skip
        widgets = {
            "description": forms.Textarea({"rows": 2}),
            "payment": forms.RadioSelect,
            "asks_for": forms.RadioSelect,
        }
        labels = {"is_active": _("on sale")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        menu = Treatment.objects.visible_to(user)
        self.fields["treatment"].queryset = menu.active() | menu.filter(pk=self.instance.treatment_id)
        self.fields["asks_for"].choices = Plan.Proof.choices
        self.fields["price"].widget.attrs |= {"inputmode": "decimal", "min": "0"}
        self.initial.setdefault("version", self.instance.version)

    @property
    def given(self) -> dict[str, Any]:
        """The plan's columns, clean; for the verbs."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class PlanPartForm(forms.ModelForm):
    """One component or add-on; without a name it is none."""

    class Meta:
        model = PlanPart
        fields = ["name", "is_add_on", "price", "treatment"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["treatment"].queryset = Treatment.objects.visible_to(user)
        self.fields["treatment"].empty_label = _("none")
        self.fields["price"].widget.attrs |= {"inputmode": "decimal", "min": "0"}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("name") and (values.get("price") is not None or values.get("treatment")):
            self.add_error("name", _("What is it called?"))
        if values.get("price") is not None and not values.get("is_add_on"):
            self.add_error(
                "price", _("Only an add-on has a price of its own; the components are in the package's.")
            )
        return values


class Parts(forms.BaseFormSet):
    """The components of a plan in their order, with a few empty rows; a row without a name falls away."""

    def __init__(self, *args: Any, user: User, plan: Plan | None = None, **kwargs: Any) -> None:
        parts = list(plan.parts.select_related("treatment")) if plan else []
        names = PlanPartForm._meta.fields
        initial = [{name: getattr(part, name) for name in names} for part in parts]
        super().__init__(*args, prefix="part", initial=initial, form_kwargs={"user": user}, **kwargs)

    @property
    def given(self) -> list[PlanPart]:
        """Unsaved rows, for the verbs."""
        return [PlanPart(**form.cleaned_data) for form in self.forms if form.cleaned_data.get("name")]


PlanPartForms = forms.formset_factory(
    PlanPartForm, formset=Parts, extra=3, max_num=MOST_PARTS, absolute_max=MOST_PARTS
)
