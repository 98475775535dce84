"""The administrator's door to what belongs to the whole organisation: items, treatments, plans."""

from typing import Any

from django import forms
from django.http import HttpRequest

from clinic.admin_site import ClinicAdmin
from clinic.models import Organisation


class CatalogueForm(forms.ModelForm):
    """Knows the organisation before it validates, so that a name used twice is said beside the form, not a failure."""

    organisation: Organisation | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.instance.organisation = self.organisation

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"organisation"}


class CatalogueAdmin(ClinicAdmin):
    form = CatalogueForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and request.user.branch is not None

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.organisation = request.user.branch.organisation if request.user.branch else None
        return form
