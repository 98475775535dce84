"""Passwords that whoever knows the house would try first, and passwords as they are typed."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import QueryDict

from staff import passwords
from staff.forms import OwnPasswordForm, SignInForm
from staff.models import User


@pytest.fixture(autouse=True)
def house(monkeypatch):
    monkeypatch.setattr(passwords, "words_of_the_house", lambda: {"linqs", "cosmetology"})


@pytest.mark.parametrize(
    "password",
    [
        "Linqs@2026",
        "linqscosmetology",
        "LINQS-clinic-2026",
        "Reception123",
        "MyClinic#1",
        "Cl1n1cCl1n1c",
        "L1nqsCl1nic!",
    ],
)
def test_words_of_the_house_with_figures_are_refused(password):
    with pytest.raises(ValidationError, match="clinic's name or a word of its work"):
        validate_password(password)


@pytest.mark.parametrize(
    "password", ["Linqs monsoon 2026", "marigold-clinic-7", "receptive-otter", "पुष्पगुच्छ-बारिश", "k7#Qz!m2pL"]
)
def test_such_a_word_among_others_is_fine(password):
    validate_password(password)


@pytest.mark.parametrize("password", ["7302918465", "4810 2957 3316", "𝟟𝟛𝟘𝟚𝟡𝟙𝟠𝟜", "zqvkwmtr", "#!?%&/(§"])
def test_no_kind_of_character_is_asked_for(password):
    """ASVS 6.2.5: figures alone, letters alone, signs alone."""
    validate_password(password)


@pytest.mark.parametrize("password", ["15081984", "1984-08-15", "08/15/1984", "15 08 1984", "01012000"])
def test_a_date_is_refused(password):
    with pytest.raises(ValidationError, match="can't be a date"):
        validate_password(password)


def test_a_password_is_taken_exactly_as_typed_and_may_be_long():
    typed = "  Äb c\u00e9 " + "marigold rain " * 8 + " "
    assert len(typed) > 64
    form = SignInForm({"username": "meena", "password": typed})
    assert form.is_valid() and form.cleaned_data["password"] == typed
    person = User(username="meena", full_name="Meena Joshi")
    person.set_password("old one of hers")
    sent = QueryDict(mutable=True)
    sent.update({"old_password": "old one of hers", "new_password1": typed, "new_password2": typed})
    change = OwnPasswordForm(person, sent)
    assert change.is_valid(), change.errors
    assert change.password == typed
    person.set_password(change.password)
    assert person.check_password(typed)
    assert not person.check_password(typed.strip())
    assert not person.check_password(typed.lower())
    assert not person.check_password(typed[:72])
