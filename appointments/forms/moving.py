"""Moving a visit: another time, practitioner, length or room."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from appointments.forms.times import TimeForm
from clinic.models import Resource
from staff.models import User


class MoveForm(TimeForm):
    """`version` is that of the visit the mover looks at.

    A board names the moment (`starts_at`, ISO) and only what else becomes different; the page asks for a day and a time.
    """

    starts_at = forms.CharField(required=False, max_length=40)
    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"), required=False, min_value=5, max_value=720
    )
    room = forms.ModelChoiceField(Resource.objects.none(), required=False)
    whole = forms.BooleanField(label=gettext_lazy("All parts of this visit by as much"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        things = Resource.objects.filter(branch=self.branch, is_active=True)
        self.fields["room"].queryset = things.exclude(kind=Resource.Kind.PRACTITIONER)
        if self.data.get("starts_at"):
            self.fields["day"].required = self.fields["practitioner"].required = False

    def _offered(self) -> datetime.datetime | None:
        return self._moment("starts_at") or super()._offered()
