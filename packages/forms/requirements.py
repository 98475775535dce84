"""What people may type about a requirement."""

from django import forms
from django.utils.translation import gettext_lazy as _

from packages.models import Requirement, RequirementMet

PASSED, FAILED = "passed", "failed"


class MeetForm(forms.Form):
    """The result of a patch test, or the answer to a consent."""

    outcome = forms.ChoiceField(label=_("Result"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=RequirementMet._meta.get_field("note").max_length
    )

    def __init__(self, requirement: Requirement, *args: object) -> None:
        super().__init__(*args, auto_id=f"{requirement.pk}-%s")
        is_consent = requirement.kind == Requirement.Kind.CONSENT
        self.fields["outcome"].choices = (
            [(PASSED, _("Given")), (FAILED, _("Declined"))]
            if is_consent
            else [(PASSED, _("Passed")), (FAILED, _("The skin reacted"))]
        )

    @property
    def is_passed(self) -> bool:
        return self.cleaned_data["outcome"] == PASSED
