"""What may be decided about a department."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from staff.models import Department, Practitioner, User


class DepartmentForm(forms.ModelForm):
    code = forms.CharField(label=gettext_lazy("Code"), max_length=8)
    members = forms.ModelMultipleChoiceField(
        Practitioner.objects.none(), label=gettext_lazy("Practitioners"), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Each belongs to one department; choosing somebody here takes them from the other."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)

    class Meta:
        model = Department
        fields = ["name", "code", "head", "position", "description", "is_active"]

    def __init__(self, data: Any = None, *, user: User, department: Department) -> None:
        members = Practitioner.objects.filter(department=department) if department.pk else ()
        super().__init__(
            data, instance=department, initial={"members": members, "version": department.version}
        )
        here = Practitioner.objects.visible_to(user).select_related("resource").order_by("resource__name")
        self.fields["head"].queryset = self.fields["members"].queryset = here
        if department._state.adding:
            del self.fields["is_active"], self.fields["version"]

    def _post_clean(self) -> None:
        """The verb checks the row; here it would be written half."""

    @property
    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
