"""What may be chosen when two records are merged."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.merge_choices import BOTH, CHOICES, KEPT, MERGED, Choice
from customers.models import Customer


def _field(choice: Choice) -> str:
    return f"take_{choice.name}"


class MergeForm(forms.Form):
    """One choice per line of the comparison; the versions are those of the records as they were looked at."""

    kept_version = forms.IntegerField(widget=forms.HiddenInput)
    merged_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, kept: Customer, merged: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept_version"].initial, self.fields["merged_version"].initial = (
            kept.version,
            merged.version,
        )
        self.lines = [
            (choice, choice.shown(kept), choice.shown(merged), choice.proposed(kept, merged))
            for choice in CHOICES
            if choice.is_told(kept) or choice.is_told(merged)
        ]
        for choice, _ours, _theirs, proposed in self.lines:
            sides = [
                (KEPT, _("Keep")),
                (MERGED, _("Take over")),
                *([(BOTH, _("Both"))] if choice.joined else []),
            ]
            self.fields[_field(choice)] = forms.ChoiceField(
                label=choice.label, choices=sides, initial=proposed, required=False
            )

    @property
    def chosen(self) -> dict[str, str]:
        """By line; one that wasn't sent stays as proposed, so that nothing is lost."""
        return {
            choice.name: self.cleaned_data.get(_field(choice)) or proposed
            for choice, _ours, _theirs, proposed in self.lines
        }

    @property
    def versions(self) -> tuple[int, int]:
        return self.cleaned_data["kept_version"], self.cleaned_data["merged_version"]

    @property
    def compared(self) -> list[dict[str, Any]]:
        """The lines as they are drawn: what both say, and which side is ticked."""
        return [
            {
                "name": _field(choice),
                "label": choice.label,
                "kept": ours,
                "merged": theirs,
                "differs": ours != theirs,
                "joined": choice.joined and ours and theirs and ours != theirs,
                "ticked": self[_field(choice)].value() or proposed,
            }
            for choice, ours, theirs, proposed in self.lines
        ]
