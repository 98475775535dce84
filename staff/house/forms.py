"""What may be decided about a branch. A ModelForm cleans the columns; the verb checks them once more and saves."""

import datetime
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import addresses, logo, phones
from clinic.models import Branch, BranchHours, Reason, Series
from clinic.models.organisation import WEEKDAYS
from clinic.refusals import Refusal

TIME = forms.TimeInput({"type": "time"}, format="%H:%M")


class BranchForm(forms.ModelForm):
    """Base of those that edit one branch: the version they were opened with goes along."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    optional: dict[str, Any] = {}

    def __init__(self, data: Any = None, files: Any = None, *, branch: Branch) -> None:
        super().__init__(data, files, instance=branch, initial={"version": branch.version})

    @property
    def given(self) -> dict[str, Any]:
        """The columns as the verb takes them."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class IdentityForm(BranchForm):
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=60)
    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https")
    logo = forms.FileField(
        label=gettext_lazy("Logo"), required=False, help_text=gettext_lazy("PNG, JPEG or WebP, up to 2 MB."),
        widget=forms.FileInput({"accept": "image/png,image/jpeg,image/webp"}),
    )  # fmt: skip
    without_logo = forms.BooleanField(label=gettext_lazy("Take the logo away"), required=False)

    class Meta:
        model = Branch
        fields = [
            "trade_name", "legal_name", "tagline", "address", "city", "postal_code", "state", "country", "phone", "email",
            "website", "registration_number", "time_zone", "brand_colour", "accent_colour", "logo",
        ]  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, branch: Branch) -> None:
        super().__init__(data, files, branch=branch)
        if not branch.logo:
            del self.fields["without_logo"]
        self.initial["phone"] = phones.shown(branch.phone)

    def clean_phone(self) -> str:
        return _cleaned(phones.parse, self.cleaned_data["phone"])

    def clean_postal_code(self) -> str:
        return _cleaned(addresses.pin_code, self.cleaned_data["postal_code"])

    def clean_logo(self) -> Any:
        """Whatever was uploaded is drawn anew; its name and what else it carried is not kept."""
        uploaded = self.files.get("logo")
        if uploaded is None:
            return self.instance.logo
        return ContentFile(_cleaned(logo.redraw, uploaded), name=f"{self.instance.code.lower()}.png")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("without_logo") and not self.files.get("logo"):
            values["logo"] = ""
        return values


class TaxForm(BranchForm):
    class Meta:
        model = Branch
        fields = ["default_tax_category", "upi_id", "round_to_rupee"]

    def __init__(self, data: Any = None, files: Any = None, *, branch: Branch) -> None:
        super().__init__(data, files, branch=branch)
        self.series = list(Series.objects.filter(branch=branch).order_by("kind"))
        for one in self.series:
            self.fields[f"prefix_{one.kind}"] = forms.CharField(
                label=_("Prefix: %(kind)s") % {"kind": one.get_kind_display()},
                max_length=4,
                initial=one.prefix,
            )

    @property
    def changed_prefixes(self) -> list[tuple[Series, str]]:
        typed = [(one, self.cleaned_data[f"prefix_{one.kind}"].strip().upper()) for one in self.series]
        return [(one, prefix) for one, prefix in typed if prefix != one.prefix]


class PapersForm(BranchForm):
    class Meta:
        model = Branch
        fields = ["print_header", "print_footer", "invoice_footer"]
        widgets = dict.fromkeys(fields, forms.Textarea({"rows": 3, "maxlength": 600}))


class RecordsForm(BranchForm):
    class Meta:
        model = Branch
        fields = ["reference_start", "reference_neutral", "retention_years", "adjustment_limit"]


class SlotsForm(BranchForm):
    slot_minutes = forms.IntegerField(label=gettext_lazy("Slot length, minutes"), min_value=5, max_value=720)

    class Meta:
        model = Branch
        fields = ["slot_minutes", "buffer_minutes"]


class DayForm(forms.Form):
    """The opening hours of one weekday; without `is_open` it is closed."""

    is_open = forms.BooleanField(label=gettext_lazy("Open"), required=False)
    opens = forms.TimeField(label=gettext_lazy("From"), required=False, widget=TIME)
    closes = forms.TimeField(label=gettext_lazy("To"), required=False, widget=TIME)
    break_starts = forms.TimeField(label=gettext_lazy("Break from"), required=False, widget=TIME)
    break_ends = forms.TimeField(label=gettext_lazy("Break to"), required=False, widget=TIME)

    def __init__(self, data: Any = None, *, weekday: int, hours: BranchHours | None = None) -> None:
        initial = {"is_open": True, **_times(hours)} if hours else {"opens": "09:00", "closes": "19:00"}
        super().__init__(data, prefix=f"day{weekday}", initial=initial)
        self.weekday, self.title = weekday, dict(WEEKDAYS)[weekday]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("is_open"):
            for name in ("opens", "closes"):
                if name not in self.errors and values.get(name) is None:
                    self.add_error(name, _("Say when."))
            if not self.errors:
                self._check_order(values)
        return values

    def _check_order(self, values: dict[str, Any]) -> None:
        row = self.row
        if row:
            try:
                row.validate_constraints(exclude={"branch"})
            except forms.ValidationError as problem:
                self.add_error("closes", " ".join(problem.messages))

    @property
    def row(self) -> BranchHours | None:
        """The unsaved row; None for a closed day."""
        values = self.cleaned_data
        if not values.get("is_open"):
            return None
        names = ("opens", "closes", "break_starts", "break_ends")
        return BranchHours(weekday=self.weekday, **{name: values.get(name) for name in names})


def _times(hours: BranchHours) -> dict[str, datetime.time | None]:
    return {name: getattr(hours, name) for name in ("opens", "closes", "break_starts", "break_ends")}


def days_of(branch: Branch, data: Any = None) -> list[DayForm]:
    """One form for each weekday, Monday first."""
    known = {hours.weekday: hours for hours in BranchHours.objects.filter(branch=branch)}
    return [DayForm(data, weekday=number, hours=known.get(number)) for number, _name in WEEKDAYS]


class HolidayForm(forms.Form):
    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    name = forms.CharField(label=gettext_lazy("Holiday"), max_length=100)

    def clean_day(self) -> datetime.date:
        day = self.cleaned_data["day"]
        if not 2000 <= day.year <= 2100:
            raise forms.ValidationError(_("That year can't be meant."))
        return day


class ReasonForm(forms.Form):
    purpose = forms.ChoiceField(label=gettext_lazy("For"), choices=Reason.Purpose)
    text = forms.CharField(label=gettext_lazy("Reason"), max_length=100)


def _cleaned(check: Any, typed: Any) -> Any:
    try:
        return check(typed)
    except ValueError as problem:
        raise forms.ValidationError(str(problem)) from None


def tell(form: Any, refusal: Refusal) -> None:
    """The verb's refusal beside its field; in the form's own head where it has no such field."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
