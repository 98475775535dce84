"""Counting and sending."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.models import Branch
from inventory.domain import Wanted
from inventory.models import Batch, Item, Transfer
from staff.models import User

from .stock import ItemField, quantity_field

ROWS = 8


class CountForm(forms.Form):
    category = forms.ChoiceField(label=_("What is counted"), required=False)
    as_of = forms.DateTimeField(
        label=_("As of"),
        required=False,
        help_text=_(
            "Empty: each batch as of the moment it is counted. A time: for a list written down earlier."
        ),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("The whole shelf")), *Item.Category.choices]


class CountRecordForm(forms.Form):
    """One batch seen. Its batches are those of the organisation; that it is part of the count the verb checks."""

    batch = forms.ModelChoiceField(Batch.objects.none(), label=_("Batch"))
    quantity = forms.DecimalField(
        label=_("Seen"), max_digits=9, decimal_places=3, min_value=0,
        error_messages={"min_value": _("The quantity can't be below zero.")},
    )  # fmt: skip
    add = forms.BooleanField(label=_("More of it, on another shelf"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["batch"].queryset = Batch.objects.visible_to(user).select_related("item")


class SendForm(forms.Form):
    receiver = forms.ModelChoiceField(Branch.objects.none(), label=_("To"))
    reason = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, branch: Branch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Branch.objects.filter(organisation_id=branch.organisation_id, is_active=True)
        self.fields["receiver"].queryset = others.exclude(pk=branch.pk)


class SendLine(forms.Form):
    item = ItemField(label=_("Item"), max_length=150)
    quantity = quantity_field(_("Quantity"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].items = Item.objects.visible_to(user).active()


class _SendLines(forms.BaseFormSet):
    """Rows left empty are left out."""

    @property
    def wanted(self) -> list[Wanted]:
        rows = (form.cleaned_data for form in self.forms if form.has_changed())
        return [Wanted(row["item"], row["quantity"]) for row in rows if row.get("item")]


SendLines = forms.formset_factory(SendLine, formset=_SendLines, extra=ROWS, max_num=ROWS, absolute_max=ROWS)


class ReceiveForm(forms.Form):
    """A quantity for each line, what was sent unless changed."""

    def __init__(self, *args: Any, transfer: Transfer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(transfer.lines.select_related("batch__item"))
        for line in self.lines:
            self.fields[f"line-{line.pk}"] = forms.DecimalField(
                label=_("Received of %(item)s, batch %(batch)s") % {"item": line.batch.item, "batch": line.batch},
                max_digits=9, decimal_places=3, min_value=0, initial=line.quantity.normalize(),
                error_messages={"min_value": _("The quantity can't be below zero.")},
            )  # fmt: skip
        self.fields["answer"] = forms.CharField(
            label=_("What happened to the rest"), max_length=200, required=False,
            help_text=_("Needed where less arrived than was sent."),
        )  # fmt: skip

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        return [(line, self[f"line-{line.pk}"]) for line in self.lines]

    @property
    def received(self) -> dict[UUID, Decimal]:
        return {line.pk: self.cleaned_data[f"line-{line.pk}"] for line in self.lines}
