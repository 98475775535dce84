"""Practitioners with their hours and fees, and the days on which people are off."""

import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import admin_saving
from clinic.admin_site import ClinicAdmin, ClinicInline, NamedFormSet
from clinic.models import Branch
from clinic.permissions import Permission
from staff import domain, shifts
from staff.models import DayHours, Department, Fee, Practitioner, TimeOff, User, WeeklyHours


def say_visits_may_stand(request: HttpRequest, practitioner: Practitioner) -> None:
    """Who stops treating keeps the visits that are booked; the calendar's page knows them, and moves them."""
    address = reverse("practitioner-hits", args=[practitioner.pk])
    messages.warning(
        request,
        format_html(
            '{} <a href="{}">{}</a>',
            _("%(name)s takes no more bookings; visits booked before still stand.") % {"name": practitioner},
            address,
            _("See and move them"),
        ),
    )


class PractitionerForm(forms.ModelForm):
    """On adding, person and branch are chosen; then the name on the calendar and whether they still treat here."""

    name = forms.CharField(
        label=gettext_lazy("Name on the calendar"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Empty: title and full name."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("Treats here"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial |= {
                "name": self.instance.resource.name,
                "is_active": self.instance.resource.is_active,
            }
        if "department" in self.fields:
            here = Department.objects.filter(branch=self.instance.resource.branch_id)
            self.fields["department"].queryset = here


class NewPractitionerForm(PractitionerForm):
    branch = forms.ModelChoiceField(label=gettext_lazy("Branch"), queryset=Branch.objects.none())
    branches: list[Branch] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = Branch.objects.filter(pk__in=[branch.pk for branch in self.branches])


class ShiftFormSet(NamedFormSet):
    """The shifts of one practitioner, which must not overlap on a day."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form not in self.deleted_forms and _is_filled(form)]
        if wrong := shifts.why_not([form.instance for form in kept]):
            raise forms.ValidationError(wrong)


def _is_filled(form: Any) -> bool:
    return form.instance.pk is not None and (not form.instance._state.adding or form.has_changed())


class ShiftInline(ClinicInline):
    """One shift a box: when it is, and folded away, how its visits are given out."""

    permission = Permission.STAFF_CONFIGURE
    formset = ShiftFormSet
    template = "admin/edit_inline/stacked.html"
    when: tuple[Any, ...] = ()
    more: tuple[Any, ...] = ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        given_out = [
            ("mode", "per_slot", "cap", "overflow"),
            ("slot_minutes", "minutes_before", "minutes_after"),
        ]
        rest = {"fields": [*given_out, *self.more], "classes": ["collapse"]}
        return [(None, {"fields": [self.when]}), (_("How visits are given out"), rest)]


class WeeklyHoursInline(ShiftInline):
    model = WeeklyHours
    verbose_name = gettext_lazy("shift of every week")
    verbose_name_plural = gettext_lazy("weekly hours, local time of the branch")
    when = ("weekday", "name", "starts", "ends", "break_starts", "break_ends")
    more = (("valid_from", "valid_to"),)


class DayHoursFormSet(ShiftFormSet):
    """Those of later days; today's and tomorrow's go through the calendar's own page, where the evening lock holds."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(day__gt=self._tomorrow())

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            if form.has_changed() and form.cleaned_data.get("day") and form.instance.day <= self._tomorrow():
                raise forms.ValidationError(
                    _("The hours of today and tomorrow are changed in the calendar, under Availability.")
                )

    def _tomorrow(self) -> datetime.date:
        zone = self.instance.resource.branch.zone
        return timezone.localdate(timezone=zone) + datetime.timedelta(days=1)


class DayHoursInline(ShiftInline):
    model = DayHours
    formset = DayHoursFormSet
    verbose_name = gettext_lazy("shift of one day")
    verbose_name_plural = gettext_lazy(
        "hours of single days, in place of that weekday's; from the day after tomorrow"
    )
    when = ("day", "name", "starts", "ends", "break_starts", "break_ends")


@admin.register(Practitioner)
class PractitionerAdmin(ClinicAdmin):
    permission = Permission.STAFF_CONFIGURE
    form = PractitionerForm
    list_display = ["__str__", "person", "speciality", "branch", "treats"]
    list_select_related = ["user", "resource__branch"]
    search_fields = ["resource__name", "user__full_name", "speciality"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Practitioner]:
        return Practitioner.objects.filter(resource__branch__in=request.user.branches)

    @admin.display(description=gettext_lazy("person"))
    def person(self, practitioner: Practitioner) -> str:
        return practitioner.user.full_name

    @admin.display(description=gettext_lazy("branch"))
    def branch(self, practitioner: Practitioner) -> str:
        return practitioner.resource.branch.trade_name

    @admin.display(description=gettext_lazy("treats here"), boolean=True)
    def treats(self, practitioner: Practitioner) -> bool:
        return practitioner.resource.is_active

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        rest = ["department", "title", "speciality", "name", "registration_number"]
        calendar = ["daily_cap", "position", "is_available", "is_active"]
        return ["user", *rest, *calendar] if obj else ["user", "branch", *rest[1:]]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["user"] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """A new practitioner begins with the hours of the branch; they are changed afterwards."""
        return [WeeklyHoursInline, DayHoursInline] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if change:
            return super().get_form(request, obj, change, **kwargs)
        form = super().get_form(request, obj, change, **{**kwargs, "form": NewPractitionerForm})
        form.branches = request.user.branches
        return form

    def formfield_for_foreignkey(self, field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if field.name == "user":
            kwargs["queryset"] = User.objects.visible_to(request.user).filter(is_active=True)
        return super().formfield_for_foreignkey(field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Practitioner, form: Any, change: bool) -> None:
        clean = form.cleaned_data
        if change:
            domain.change_practitioner(
                by=request.user, practitioner=obj, name=clean["name"], is_active=clean["is_active"]
            )
            admin_saving.save(obj, form, change=True)
            if "is_active" in form.changed_data and not clean["is_active"]:
                say_visits_may_stand(request, obj)
            return
        added = domain.add_practitioner(
            by=request.user, person=obj.user, branch=clean["branch"], title=obj.title, speciality=obj.speciality,
            name=clean["name"], registration_number=obj.registration_number,
        )  # fmt: skip
        obj.pk, obj.resource, obj._state.adding = added.pk, added.resource, False


@admin.register(Fee)
class FeeAdmin(ClinicAdmin):
    """Fees of the branch worked at. A changed fee is added from its day on; the latest that has begun counts."""

    list_display = ["kind", "practitioner", "amount", "valid_from", "valid_to", "is_active"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["practitioner__resource"]
    search_fields = ["practitioner__resource__name"]
    fields = ["kind", "practitioner", "amount", "valid_from", "valid_to", "is_active"]
    refusals = {"fee_once_per_start": gettext_lazy("There is a fee of that kind from that day on already.")}

    def formfield_for_foreignkey(self, field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if field.name == "practitioner":
            kwargs["queryset"] = Practitioner.objects.visible_to(request.user).select_related("resource")
        return super().formfield_for_foreignkey(field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["kind", "practitioner"] if obj else []

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and request.user.branch is not None

    def save_model(self, request: HttpRequest, obj: Fee, form: Any, change: bool) -> None:
        if not change:
            obj.branch = request.user.branch
        super().save_model(request, obj, form, change)


@admin.register(TimeOff)
class TimeOffAdmin(ClinicAdmin):
    """Days off as they are known; they are marked and taken back in the calendar, under Availability."""

    permission = Permission.STAFF_CONFIGURE
    list_display = ["person", "first_day", "last_day", "part", "status", "decided_by"]
    list_filter = ["status", "part"]
    list_select_related = ["person", "decided_by"]
    search_fields = ["person__full_name"]
    fields = [
        "person", "first_day", "last_day", "part", "reason", "status", "asked_by", "decided_by", "decided_at", "comment",
    ]  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
