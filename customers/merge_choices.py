"""What is chosen between when two records of one person become one."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import phones
from customers.models import Customer

KEPT, MERGED, BOTH = "kept", "merged", "both"


@dataclass(frozen=True)
class Choice:
    """Columns that belong together. Of `joined` ones both texts may be kept, one under the other."""

    name: str
    label: Any
    columns: tuple[str, ...]
    joined: bool = False

    def values(self, customer: Customer) -> tuple[Any, ...]:
        return tuple(getattr(customer, column) for column in self.columns)

    def is_told(self, customer: Customer) -> bool:
        return any(value not in (None, "", False) for value in self.values(customer))

    def shown(self, customer: Customer) -> str:
        parts = [_shown(customer, column) for column in self.columns]
        return ", ".join(part for part in parts if part)

    def proposed(self, kept: Customer, merged: Customer) -> str:
        """What is ticked at first: nothing that either record says gets lost by not looking."""
        if self.values(kept) == self.values(merged) or not self.is_told(merged):
            return KEPT
        if not self.is_told(kept):
            return MERGED
        return BOTH if self.joined else KEPT


CHOICES = [
    Choice("full_name", gettext_lazy("Name"), ("full_name",)),
    Choice("phone", gettext_lazy("Phone"), ("phone",)),
    Choice("second_phone", gettext_lazy("Second phone"), ("second_phone",)),
    Choice("email", gettext_lazy("E-mail"), ("email",)),
    Choice("gender", gettext_lazy("Gender"), ("gender",)),
    Choice("birth", gettext_lazy("Date of birth"), ("born_on", "birth_is_estimated")),
    Choice("marital_status", gettext_lazy("Marital status"), ("marital_status",)),
    Choice("blood_group", gettext_lazy("Blood group"), ("blood_group",)),
    Choice("allergies", gettext_lazy("Allergies"), ("allergies",), joined=True),
    Choice("alert", gettext_lazy("Alert"), ("alert",), joined=True),
    Choice("chronic", gettext_lazy("Chronic conditions"), ("chronic_conditions",), joined=True),
    Choice("concern", gettext_lazy("Chief concern"), ("chief_concern",)),
    Choice("skin_type", gettext_lazy("Skin type"), ("skin_type",)),
    Choice("address", gettext_lazy("Address"), ("address", "city", "postal_code", "state")),
    Choice("emergency", gettext_lazy("Emergency contact"), ("emergency_name", "emergency_phone", "emergency_relation")),
    Choice("identity", gettext_lazy("National id"), ("identity_kind", "identity_ending", "identity_sealed", "identity_index")),
    Choice("guardian", gettext_lazy("Guardian"), ("guardian", "guardian_relation")),
    Choice("household", gettext_lazy("Household"), ("household",)),
    Choice("photo", gettext_lazy("Portrait"), ("photo",)),
    Choice("gstin", gettext_lazy("GSTIN"), ("gstin",)),
    Choice("notes", gettext_lazy("Notes"), ("notes",), joined=True),
    Choice("language", gettext_lazy("Language"), ("language",)),
]  # fmt: skip


def chosen_values(kept: Customer, merged: Customer, chosen: dict[str, str]) -> dict[str, Any]:
    """By column, what the kept record is to say where that isn't what it says already."""
    values: dict[str, Any] = {}
    for choice in CHOICES:
        side = chosen.get(choice.name, KEPT)
        for column in choice.columns:
            ours, theirs = getattr(kept, column), getattr(merged, column)
            wanted = {KEPT: ours, MERGED: theirs, BOTH: _joined(ours, theirs)}[side]
            if wanted != ours:
                values[column] = wanted
    return values


def _joined(ours: Any, theirs: Any) -> Any:
    if not (ours and theirs) or ours == theirs:
        return ours or theirs
    return f"{ours}\n{theirs}"


def _shown(customer: Customer, column: str) -> str:
    field: Any = Customer._meta.get_field(column)
    value = getattr(customer, column)
    if value in (None, "") or column in ("identity_sealed", "identity_index"):
        return ""
    if column in ("household", "photo"):
        return str(_("yes"))
    if isinstance(field, models.BooleanField):
        return str(_("estimated")) if value else ""
    if isinstance(field, models.DateField):
        return date_format(value, "j M Y")
    if column.endswith("phone"):
        return phones.shown(value)
    return str(dict(field.flatchoices).get(value, value))
