"""What goes back: so much of each batch that came from a supplier."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Batch
from purchasing.domain import Sent
from purchasing.models import Return

from .fields import figure


class ReturnForm(forms.Form):
    """A field for each batch, named "batch-<id>"; empty ones stay."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", gettext_lazy("Choose …")), *Return.Reason.choices]
    )
    note = forms.CharField(label=gettext_lazy("Note to the supplier"), max_length=200, required=False)

    def __init__(self, data: Any, *, batches: list[Batch]) -> None:
        super().__init__(data)
        self.batches = batches
        for batch in batches:
            name, words = f"batch-{batch.pk}", {"item": batch.item, "batch": batch}
            label = _("Send back of %(item)s, batch %(batch)s") % words
            self.fields[name] = figure(label, places=3, required=False, css="control qty num")
            self.fields[name].widget.attrs["aria-label"] = label

    @property
    def rows(self) -> list[tuple[Batch, Any]]:
        return [(batch, self[f"batch-{batch.pk}"]) for batch in self.batches]

    @property
    def sent(self) -> list[Sent]:
        typed = [(batch, self.cleaned_data.get(f"batch-{batch.pk}")) for batch in self.batches]
        return [Sent(batch, quantity) for batch, quantity in typed if quantity]
