"""Phone numbers as people type them."""

import pytest

from clinic import phones


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("98765 43210", "+919876543210"),
        ("+91 98765 43210", "+919876543210"),
        ("098765-43210", "+919876543210"),
        ("+1 415 555 2671", "+14155552671"),
    ],
)
def test_stored_as_e164(typed, stored):
    assert phones.parse(typed) == stored


@pytest.mark.parametrize(
    "typed", ["1234567890123456", "98765", "00000 00000", "not a number", "", "5555555555", "٩٨٧٦"]
)
def test_what_is_not_a_phone_number_is_named(typed):
    with pytest.raises(ValueError, match=r"."):
        phones.parse(typed)


def test_shown_as_people_write_it():
    assert phones.shown("+919876543210") == "+91 98765 43210"
    assert phones.shown("+14155552671") == "+1 415-555-2671"
