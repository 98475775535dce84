"""The administrator's door to the texts that customers sign."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from clinic.admin_site import CatalogueAdmin
from customers import domain
from customers.models import ConsentText


@admin.register(ConsentText)
class ConsentTextAdmin(CatalogueAdmin):
    """A text is never changed, because people have signed it: new words are a new edition, which holds from then on."""

    list_display = ["title", "kind", "language", "edition", "created_at"]
    list_filter = ["kind", "language"]
    search_fields = ["title", "text"]
    fields = ["kind", "language", "title", "text"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The words there are, to be put right: `?kind=` and `?language=` as the list links them."""
        given = super().get_changeform_initial_data(request)
        texts = ConsentText.objects.visible_to(request.user).latest()
        last = texts.filter(kind=given.get("kind", ""), language=given.get("language", "en-in")).first()
        return {"title": last.title, "text": last.text, **given} if last else given

    def save_model(self, request: HttpRequest, obj: ConsentText, form: forms.ModelForm, change: bool) -> None:
        made = domain.add_consent_text(
            by=request.user, organisation=request.user.branch.organisation,
            **{name: form.cleaned_data[name] for name in self.fields},
        )  # fmt: skip
        obj.pk, obj.edition, obj.organisation_id = made.pk, made.edition, made.organisation_id
