"""What may be typed about a treatment on the menu."""

from typing import Any

from django import forms
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Resource
from inventory.models import Item
from packages.models import Consumable, Parameter, Performer, Requirement, Treatment, TreatmentResource
from staff.models import Practitioner, User

MOST_ROWS = 30


class Somewhere(forms.ModelMultipleChoiceField):
    """Practitioners, rooms and devices with the name of their branch."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=None, required=False, widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        branch = obj.resource.branch if isinstance(obj, Practitioner) else obj.branch
        return f"{obj}, {branch.trade_name}"


class TreatmentForm(forms.ModelForm):
    """A treatment with who gives it and what it holds; those of branches that this person doesn't see stay as they are."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    givers = Somewhere(label=_("Given by"), help_text=_("Nobody named: everybody, at every branch."))
    places = Somewhere(
        label=_("Rooms and devices"), help_text=_("Of several of one kind, whichever is free is held.")
    )

    class Meta:
        model = Treatment
        fields = [
            "name", "category", "price", "price_includes_tax", "tax_category", "is_active",
            "minutes", "minutes_before", "minutes_after", "min_interval_days",
        ]  # fmt: skip
        labels = {"is_active": _("on the menu")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["price"].widget.attrs |= {"inputmode": "decimal", "min": "0"}
        self.fields["givers"].queryset = self._people()
        self.fields["places"].queryset = self._things()
        self.initial.setdefault("version", self.instance.version)
        if self.instance.pk and not self.instance._state.adding:
            self.initial["givers"] = [row.practitioner_id for row in self._rows_here(Performer)]
            self.initial["places"] = [row.resource_id for row in self._rows_here(TreatmentResource)]

    @property
    def given(self) -> dict[str, Any]:
        """The treatment's columns, clean; for the verbs."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    @property
    def chosen(self) -> tuple[list[Model], list[Model]]:
        """The rows to write and to delete so that those ticked are named, and of these branches no other."""
        write: list[Model] = []
        drop: list[Model] = []
        for model, column, field in (
            (Performer, "practitioner", "givers"),
            (TreatmentResource, "resource", "places"),
        ):
            here = {getattr(row, f"{column}_id"): row for row in self._rows_here(model)}
            wanted = {each.pk: each for each in self.cleaned_data[field]}
            write += [model(**{column: each}) for key, each in wanted.items() if key not in here]
            drop += [row for key, row in here.items() if key not in wanted]
        return write, drop

    def _people(self) -> Any:
        works = Q(pk__in=Practitioner.objects.active())
        named = Q(pk__in=Performer.objects.filter(treatment=self.instance.pk).values("practitioner"))
        rows = Practitioner.objects.filter(works | named, resource__branch__in=self.user.branches)
        return rows.select_related("resource__branch").order_by("resource__branch", "resource__name")

    def _things(self) -> Any:
        named = Q(pk__in=TreatmentResource.objects.filter(treatment=self.instance.pk).values("resource"))
        rows = Resource.objects.filter(Q(is_active=True) | named, branch__in=self.user.branches)
        things = rows.exclude(kind=Resource.Kind.PRACTITIONER)
        return things.select_related("branch").order_by("branch", "-kind", "name")

    def _rows_here(self, model: Any) -> Any:
        if self.instance._state.adding:
            return model.objects.none()
        path = "practitioner__resource" if model is Performer else "resource"
        return model.objects.filter(treatment=self.instance, **{f"{path}__branch__in": self.user.branches})


class ConsumableForm(forms.ModelForm):
    class Meta:
        model = Consumable
        fields = ["item", "quantity"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = Item.objects.visible_to(user)
        used = items.filter(pk=self.instance.item_id) if self.instance.item_id else items.none()
        self.fields["item"].queryset = items.active() | used


class RequirementForm(forms.ModelForm):
    class Meta:
        model = Requirement
        fields = ["kind", "name", "wait_hours", "valid_days", "is_active"]
        labels = {"is_active": _("asked for")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class ParameterForm(forms.ModelForm):
    class Meta:
        model = Parameter
        fields = ["name", "kind", "unit", "choices", "is_required", "position", "is_active"]
        widgets = {"choices": forms.Textarea({"rows": 3})}
        labels = {"is_active": _("noted")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


#: By the prefix of their fields: the form of a row, and whether rows may be deleted.
ROWS = {
    "requirement": (Requirement, RequirementForm),
    "parameter": (Parameter, ParameterForm),
    "consumable": (Consumable, ConsumableForm),
}


def row_forms(data: Any = None, *, user: User, treatment: Treatment) -> dict[str, Any]:
    """The rows below a treatment by kind, each with two empty ones to fill."""
    found = {}
    for prefix, (model, form) in ROWS.items():
        made = forms.inlineformset_factory(
            Treatment, model, form=form, extra=2, can_delete=model.deletable, max_num=MOST_ROWS, absolute_max=MOST_ROWS
        )  # fmt: skip
        found[prefix] = made(data, instance=treatment, prefix=prefix, form_kwargs={"user": user})
    return found
