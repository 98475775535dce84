"""Sealed columns: nobody reads them without a key, old keys go on reading, equal texts are found."""

import pytest

from clinic import sealing


@pytest.fixture(autouse=True)
def keys(settings):
    settings.SEALING_KEYS, settings.INDEX_KEY = ["first key"], "for comparing"


def test_what_was_sealed_is_read_again_and_looks_different_each_time():
    first, second = sealing.seal("2345 6789 0123"), sealing.seal("2345 6789 0123")
    assert first != second
    assert "2345" not in first
    assert sealing.unseal(first) == sealing.unseal(second) == "2345 6789 0123"
    assert sealing.unseal(sealing.seal("प्रिया 😀")) == "प्रिया 😀"


def test_nothing_stays_nothing():
    assert (sealing.seal(""), sealing.unseal(""), sealing.reseal(""), sealing.index("")) == ("", "", "", "")


def test_a_new_key_seals_and_the_old_one_goes_on_reading(settings):
    old = sealing.seal("ABCDE1234F")
    settings.SEALING_KEYS = ["second key", "first key"]
    assert sealing.unseal(old) == "ABCDE1234F"
    new = sealing.reseal(old)
    settings.SEALING_KEYS = ["second key"]
    assert sealing.unseal(new) == "ABCDE1234F"
    with pytest.raises(ValueError, match="SEALING_KEYS"):
        sealing.unseal(old)


@pytest.mark.parametrize("changed", ["", "x", "gAAAA"])
def test_what_was_tampered_with_is_noticed(changed):
    with pytest.raises(ValueError, match="SEALING_KEYS"):
        sealing.unseal(f"{changed}{sealing.seal('a')[:-2]}")


def test_the_index_is_equal_for_equals_and_has_a_key_of_its_own(settings):
    one = sealing.index("ABCDE1234F")
    assert one == sealing.index("ABCDE1234F") != sealing.index("ABCDE1234G")
    assert len(one) == 64
    settings.SEALING_KEYS = ["another"]
    assert sealing.index("ABCDE1234F") == one
    settings.INDEX_KEY = "another"
    assert sealing.index("ABCDE1234F") != one
