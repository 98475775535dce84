"""What may be typed about files, consents and cards."""

import base64
import binascii
import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import ngettext_lazy as plural

from clinic import images
from customers.models import Consent, ConsentText, Document

ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif,application/pdf"
MOST_AT_ONCE = 20
SIGNATURE_STARTS = "data:image/png;base64,"
LONGEST_SIGNATURE = 280_000  # characters: 200 kB in base64


class Several(forms.FileInput):
    allow_multiple_selected = True


class Uploads(forms.FileField):
    """Several files, each judged by its content; the sentences of all refused ones together."""

    widget = Several

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        clean = [super(Uploads, self).clean(file, initial) for file in files] or [super().clean(None, None)]
        if len(clean) > MOST_AT_ONCE:
            raise forms.ValidationError(plural("At most %d file at once.", "At most %d files at once.", MOST_AT_ONCE) % MOST_AT_ONCE)  # fmt: skip
        problems = [problem for file in clean if (problem := _wrong(file))]
        if problems:
            raise forms.ValidationError(problems)
        return clean


def _wrong(file: UploadedFile) -> str:
    """Why it can't be kept; a file far too large isn't even read."""
    name = (file.name or "")[-80:]
    try:
        images.check_size(file.size or 0, name)
        images.recognise(file.read(), name)
    except ValueError as problem:
        return str(problem)
    finally:
        file.seek(0)
    return ""


class AboutForm(forms.ModelForm):
    """What is said about a file."""

    class Meta:
        model = Document
        fields = ["kind", "taken_on", "body_area", "title"]
        widgets = {
            "taken_on": forms.DateInput({"type": "date", "min": "1900-01-01"}, format="%Y-%m-%d"),
            "body_area": forms.TextInput({"list": "areas", "autocomplete": "off"}),
            "title": forms.TextInput({"autocomplete": "off"}),
        }

    def clean_taken_on(self) -> datetime.date:
        day = self.cleaned_data["taken_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("That day is still to come."))
        if day.year < 1900:
            raise forms.ValidationError(_("That is too long ago."))
        return day

    @property
    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in AboutForm.Meta.fields}


class ChangeDocumentForm(AboutForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.is_picture:
            kind = self.fields["kind"]
            kind.choices = [choice for choice in kind.choices if choice[0] not in Document.PHOTOGRAPHS]


class AddDocumentForm(AboutForm):
    """Several files that are said the same of. Where a visit or session is named, they belong to it."""

    files = Uploads(
        label=gettext_lazy("Files"),
        widget=Several({"accept": ACCEPTED, "data-files": ""}),
        error_messages={"required": gettext_lazy("Choose at least one file.")},
    )
    session = forms.UUIDField(required=False, widget=forms.HiddenInput)
    appointment = forms.UUIDField(required=False, widget=forms.HiddenInput)

    field_order = ["files", "kind", "taken_on", "body_area", "title"]


class ConsentForm(forms.Form):
    """An answer to one text. Drawn on the screen, or the name typed where nobody can draw."""

    treatment = forms.ChoiceField(label=gettext_lazy("For"), required=False)
    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        choices=[("accepted", gettext_lazy("I accept")), ("declined", gettext_lazy("I decline"))],
        widget=forms.RadioSelect,
    )
    signer = forms.CharField(
        label=gettext_lazy("Name of the person who signs"),
        max_length=Consent._meta.get_field("signer").max_length,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    relation = forms.CharField(
        label=gettext_lazy("If somebody else signs: who that is"),
        max_length=Consent._meta.get_field("relation").max_length,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "list": "relations"}),
    )
    typed = forms.BooleanField(label=gettext_lazy("The typed name counts as the signature"), required=False)
    signature = forms.CharField(required=False, max_length=LONGEST_SIGNATURE, widget=forms.HiddenInput)
    text = forms.UUIDField(widget=forms.HiddenInput)
    appointment = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, text: ConsentText, treatments: list[tuple[UUID, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if text.kind == "treatment":
            self.fields["treatment"].required = True
            self.fields["treatment"].choices = [("", _("Choose a treatment")), *treatments]
            self._treatments = {str(pk): (pk, name) for pk, name in treatments}
        else:
            del self.fields["treatment"]

    def clean_signature(self) -> bytes | None:
        drawn = self.cleaned_data["signature"]
        if not drawn:
            return None
        if not drawn.startswith(SIGNATURE_STARTS):
            raise forms.ValidationError(_("The signature can't be read. Clear it and sign again."))
        try:
            return base64.b64decode(drawn.removeprefix(SIGNATURE_STARTS), validate=True)
        except binascii.Error:
            raise forms.ValidationError(_("The signature can't be read. Clear it and sign again.")) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "signature" in cleaned and not cleaned["signature"] and not cleaned.get("typed"):
            self.add_error("typed", _("Sign in the box, or let the typed name count."))
        return cleaned

    @property
    def given(self) -> dict[str, Any]:
        """For the verb; the text is the one that was shown."""
        clean = self.cleaned_data
        treatment_id, about = self._treatments[clean["treatment"]] if clean.get("treatment") else (None, "")
        return {
            "is_accepted": clean["answer"] == "accepted", "signer": clean["signer"], "relation": clean["relation"],
            "signature": None if clean["typed"] else clean["signature"], "treatment_id": treatment_id,
            "about": about, "appointment_id": clean["appointment"],
        }  # fmt: skip


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason, if one is told"), max_length=200, required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
