"""How Django admin saves here: never over somebody else's edit, and a refusal stands in the form, not on an error page."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.apps import apps
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from clinic import versions
from clinic.idempotency import once
from clinic.models import Editable
from clinic.refusals import Refusal

REFUSED = (IntegrityError, DataError, Refusal)
DEFAULT_SENTENCE = models.BaseConstraint.default_violation_error_message


class Guarded:
    """Mixed into every admin form: carries the version it was opened with, and a refusal met while saving."""

    refusal: str | None = None
    instance: Any
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.instance, Editable) and not self.instance._state.adding:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
            self.initial["version"] = self.instance.version

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.refusal:
            raise ValidationError(self.refusal)
        if "version" in self.fields:
            self._refuse_stale(cleaned.get("version"))
        return cleaned

    def _refuse_stale(self, version: int | None) -> None:
        """Lock the row and compare; what was typed stays, and saving once more is then meant."""
        locked = type(self.instance)._base_manager.order_by().select_for_update(no_key=True)
        rows = locked.filter(pk=self.instance.pk)
        now = rows.values_list("version", flat=True).first()
        if version == now:
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(now)
        raise ValidationError(
            _(
                "Somebody else changed this record while you had it open. Open it in a second window to see what is saved"
                " now; what you typed is below, and saving again replaces theirs."
            )
        )


def guard(form: type[forms.ModelForm], refusal: str | None) -> type[forms.ModelForm]:
    return type(form)(form.__name__, (Guarded, form), {"refusal": refusal})


def save(row: models.Model, form: forms.ModelForm, *, change: bool) -> None:
    """An edit through the version check, a new row as it is."""
    if not (change and isinstance(row, Editable)):
        row.save()
        return
    names = [
        field.name
        for field in row._meta.concrete_fields
        if field.name in form.cleaned_data and field.editable
    ]
    for name in names:
        row._meta.get_field(name).pre_save(row, add=False)  # an uploaded file is written here
    versions.save(row, fields=names, version=form.cleaned_data["version"])


def add_once(view: Callable[[HttpRequest], HttpResponse], request: HttpRequest) -> HttpResponse:
    """Add by a form that carries a key: a second click finds the first one's record, a form with errors may be sent again.

    A window that adds a row for another one answers with a page of its own, so it goes without.
    """
    if "idempotency_key" not in request.POST or IS_POPUP_VAR in request.POST:
        return view(request)

    def judged(request: HttpRequest) -> HttpResponse:
        response = view(request)
        if response.status_code == HTTPStatus.OK:  # Django shows a form with errors as any other page
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    return once(judged)(request)


def sentence(problem: Exception, known: dict[str, Any]) -> str:
    """What to tell the person: the refusal's own words, those of the violated constraint, or that it clashes."""
    if isinstance(problem, Refusal):
        return problem.message
    name = getattr(getattr(problem.__cause__, "diag", None), "constraint_name", None) or ""
    if name in known:
        return str(known[name])
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name and constraint.violation_error_message != DEFAULT_SENTENCE:
                return constraint.get_violation_error_message()
    return _(
        "This can't be saved: it contradicts another record, or a rule of the database. Nothing was changed."
    )
