"""The one field that confirms who sits here, and whether what was typed is right."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff import domain
from staff.models import Authenticator, User
from staff.sign_in import guesses

PROOF = "confirm_proof"


class ProofForm(forms.Form):
    """A code of the app for who has one, else the password. Named so that no form it stands in for has such a field."""

    confirm_proof = forms.CharField(label=gettext_lazy("Password"), max_length=1000, strip=False)

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data)
        self.person = person
        self.takes_code = Authenticator.objects.filter(user=person, confirmed_at__isnull=False).exists()
        field = self.fields[PROOF]
        if self.takes_code:
            field.label = gettext_lazy("Code of your authenticator app")
            field.widget = forms.TextInput(
                {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
            )
        else:
            field.widget = forms.PasswordInput({"autocomplete": "current-password", "autofocus": True})


def is_right(request: HttpRequest, form: ProofForm) -> bool:
    """Wrong ones count like those at the door: five shut the account."""
    person, typed = form.person, form.cleaned_data[PROOF].replace("\0", "")
    with guesses.one_at_a_time(person.username.lower()):
        if guesses.is_shut(request, person):
            form.add_error(PROOF, _("Too many wrong ones; wait five minutes."))
            return False
        right = domain.use_code(by=person, code=typed) if form.takes_code else person.check_password(typed)
        if not right:
            guesses.count_wrong(request, person)
    if not right:
        wrong = (
            _("That code doesn't fit, or was used before.")
            if form.takes_code
            else _("That isn't your password.")
        )
        form.add_error(PROOF, wrong)
    return right
