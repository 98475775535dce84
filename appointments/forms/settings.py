"""What a branch may decide about its calendar."""

from typing import Any

from django import forms

from appointments.domain.settings import OF_BRANCH
from appointments.models import BookingRules
from clinic.models import Branch

TIME = forms.TimeInput({"type": "time"}, format="%H:%M")


class BookingRulesForm(forms.ModelForm):
    """The rules, and beside them what the branch itself keeps; with the version of each."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    branch_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    class Meta:
        model = BookingRules
        fields = [
            "state_names", "daily_cap", "half_day_at", "availability_lock_at", "follow_up_days", "follow_up_visits",
            "offer_minutes", "queues_on_check_in", "priority_every", "priority_cap",
        ]  # fmt: skip
        widgets = {"half_day_at": TIME, "availability_lock_at": TIME}

    def __init__(self, data: Any = None, *, branch: Branch, initial: dict[str, Any] | None = None) -> None:
        rules = BookingRules.of(branch)
        versions = {"version": 0 if rules._state.adding else rules.version, "branch_version": branch.version}
        own = {name: getattr(branch, name) for name in OF_BRANCH}
        super().__init__(data, instance=rules, initial={**own, **(initial or {}), **versions})
        of_branch = forms.fields_for_model(Branch, OF_BRANCH)
        self.fields = {**of_branch, **self.fields}

    @property
    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in (*self._meta.fields, *OF_BRANCH)}

    def seen_anew(self, branch: Branch) -> None:
        """After a stale save: the next one is meant for what is saved now."""
        rules = BookingRules.of(branch)
        self.data = self.data.copy()
        self.data["version"] = str(0 if rules._state.adding else rules.version)
        self.data["branch_version"] = str(branch.version)
