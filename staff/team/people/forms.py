"""What may be typed about somebody who works here."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import phones
from staff.domain.employees import RECORD
from staff.forms import PreferencesForm
from staff.models import Department, Employee, Practitioner, Role, User
from staff.questions import username as username_rule

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
ANY = [("", gettext_lazy("Any"))]


def checked(check: Any, typed: str) -> str:
    try:
        return check(typed) if typed else ""
    except ValueError as problem:
        raise forms.ValidationError(str(problem)) from None


class FilterForm(forms.Form):
    """Anything unknown counts as not asked."""

    STATES = [
        ("", gettext_lazy("Who work here")),
        ("off", gettext_lazy("Deactivated")),
        ("all", gettext_lazy("Everybody")),
    ]

    q = forms.CharField(
        label=gettext_lazy("Search"), required=False, max_length=100,
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "placeholder": gettext_lazy("Name, code, number, phone")}),
    )  # fmt: skip
    state = forms.ChoiceField(label=gettext_lazy("Show"), required=False, choices=STATES)
    role = forms.ChoiceField(label=gettext_lazy("Role"), required=False)
    department = forms.ChoiceField(label=gettext_lazy("Department"), required=False)
    sort = forms.ChoiceField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, choices: dict[str, list[tuple[str, str]]], orders: dict[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, known in choices.items():
            self.fields[name].choices = [*ANY, *known]
        self.fields["sort"].choices = [(f"{way}{name}", name) for name in orders for way in ("", "-")]

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data


class NewPersonForm(forms.Form):
    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=150)
    username = forms.CharField(
        label=gettext_lazy("User name"), max_length=60,
        help_text=gettext_lazy("Without spaces; signs in with it or with the e-mail."),
    )  # fmt: skip
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=60, required=False)
    position = forms.CharField(label=gettext_lazy("Position"), max_length=80, required=False)
    on = forms.DateField(label=gettext_lazy("Works here from"), widget=DAY)
    role = forms.ModelChoiceField(
        Role.objects.none(), label=gettext_lazy("Role"), required=False, empty_label=gettext_lazy("none yet"),
        help_text=gettext_lazy("Only roles whose rights you hold yourself. Others give more, or more roles, afterwards."),
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = by.granted_at(by.branch)
        known = Role.objects.filter(is_active=True).prefetch_related("grants")
        may = [role.pk for role in known if {grant.permission for grant in role.grants.all()} <= mine]
        self.fields["role"].queryset = Role.objects.filter(pk__in=may)
        self.fields["on"].initial = timezone.localdate()

    def clean_username(self) -> str:
        return checked(username_rule, self.cleaned_data["username"])

    def clean_phone(self) -> str:
        return checked(phones.parse, self.cleaned_data["phone"])


class RecordForm(PreferencesForm, forms.ModelForm):
    """The employee's record with what of the login is about the person; the verb checks and saves both."""

    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=60, required=False)
    registration_number = forms.CharField(
        label=gettext_lazy("Council registration"), max_length=60, required=False
    )
    emergency_phone = forms.CharField(
        label=gettext_lazy("Phone in an emergency"), max_length=60, required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    login_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    class Meta:
        model = Employee
        fields = RECORD
        widgets = {"joined_on": DAY, "left_on": DAY, "about": forms.Textarea({"rows": 3, "maxlength": 1000})}

    field_order = [
        "full_name", "email", "phone", "language", "time_zone", "position", "qualification", "registration_number",
    ]  # fmt: skip

    def __init__(self, data: Any = None, *, person: User, employee: Employee | None) -> None:
        practice = Practitioner.objects.filter(user=person).first()
        initial = {
            "full_name": person.full_name, "email": person.email,
            "phone": phones.shown(person.phone) if person.phone else "",
            "language": person.language, "time_zone": person.time_zone,
            "registration_number": practice.registration_number if practice else "",
            "version": employee.version if employee else 0, "login_version": person.version,
        }  # fmt: skip
        if employee and employee.emergency_phone:
            initial["emergency_phone"] = phones.shown(employee.emergency_phone)
        super().__init__(data, instance=employee or Employee(user=person), initial=initial)
        if practice is None:
            del self.fields["registration_number"]
        if employee is None:
            for name in RECORD:
                self.fields.pop(name, None)

    def _post_clean(self) -> None:
        """The verb checks the row; here it would be written half."""

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean_phone(self) -> str:
        return checked(phones.parse, self.cleaned_data["phone"])

    def clean_emergency_phone(self) -> str:
        return checked(phones.parse, self.cleaned_data["emergency_phone"])


class PostingForm(forms.Form):
    branch = forms.ChoiceField(label=gettext_lazy("Branch"))
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("Department"),
        required=False,
        empty_label=gettext_lazy("none"),
    )
    valid_from = forms.DateField(label=gettext_lazy("From"), widget=DAY)
    valid_to = forms.DateField(label=gettext_lazy("To, inclusive"), widget=DAY, required=False)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["branch"].choices = [(str(branch.pk), branch.trade_name) for branch in by.branches]
        self.fields["branch"].initial = str(by.branch_id)
        branches = [branch.pk for branch in by.branches]
        self.fields["department"].queryset = Department.objects.filter(branch__in=branches, is_active=True)

    def clean_branch(self) -> Any:
        wanted = self.cleaned_data["branch"]
        return next(branch for branch in self.by.branches if str(branch.pk) == wanted)


class LastDayForm(forms.Form):
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=DAY)


class PortraitForm(forms.Form):
    photo = forms.FileField(
        label=gettext_lazy("Photo"), widget=forms.FileInput({"accept": "image/*"}), required=False,
        help_text=gettext_lazy("JPG, PNG, WebP or HEIC, up to 8 MB. It is drawn anew, without where it was taken."),
    )  # fmt: skip
    without = forms.BooleanField(label=gettext_lazy("Take the photo away"), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors and not values.get("photo") and not values.get("without"):
            self.add_error("photo", _("Choose a photo."))
        return values


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
