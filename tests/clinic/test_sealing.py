"""Sealed columns: nobody reads them without a key, old keys go on reading, equal texts are found."""

import base64
import hmac

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clinic import sealing


@pytest.fixture(autouse=True)
def keys(settings):
    settings.SEALING_KEYS, settings.INDEX_KEYS = ["first key"], ["for comparing"]


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


def test_it_is_aes_256_gcm_under_a_nonce_of_its_own():
    """Opened here by the standard alone: NIST SP 800-38D, the key by RFC 5869 with empty salt."""
    whole = base64.urlsafe_b64decode(sealing.seal("ABCDE1234F").removeprefix("gcm."))
    early = hmac.digest(bytes(32), b"first key", "sha256")
    key = hmac.digest(early, b"clinic sealing AES-256-GCM\x01", "sha256")
    assert AESGCM(key).decrypt(whole[:12], whole[12:], None) == b"ABCDE1234F"
    nonces = {base64.urlsafe_b64decode(sealing.seal("a").removeprefix("gcm."))[:12] for _ in range(100)}
    assert len(nonces) == 100


#: Sealed under "first key" by the version before, which used Fernet.
SEALED_BEFORE = (
    "gAAAAABqGKUAu88OWJ3K1pjMtmzhXxJNMRr4xPVPtkwb_BQ_y3hCBrVgsCWdS2jPe9YVDvhgo0NoXbGRcvI6FUPlXgX0FU2_HA=="
)


def test_what_an_earlier_version_sealed_is_read_and_sealed_anew(settings):
    settings.SEALING_KEYS = ["second key", "first key"]
    assert sealing.unseal(SEALED_BEFORE) == "ABCDE1234F"
    new = sealing.reseal(SEALED_BEFORE)
    assert new.startswith("gcm.")
    settings.SEALING_KEYS = ["second key"]
    assert sealing.unseal(new) == "ABCDE1234F"
    with pytest.raises(ValueError, match="SEALING_KEYS"):
        sealing.unseal(SEALED_BEFORE)


@pytest.mark.parametrize("sealed", [sealing.GCM, "gcm.AAAA", "gcm.*", "gcm.é", SEALED_BEFORE[:-4], "é", "x"])
def test_what_nobody_sealed_is_noticed(sealed):
    with pytest.raises(ValueError, match="SEALING_KEYS"):
        sealing.unseal(sealed)


def test_what_was_tampered_with_is_noticed():
    """Each letter changed, left out, and put in front."""
    sealed = sealing.seal("ABCDE1234F")
    letters = range(len(sealing.GCM), len(sealed))
    changed = [sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :] for at in letters]
    for each in [
        *changed,
        *(sealed[:at] + sealed[at + 1 :] for at in letters),
        f"x{sealed}",
        f"gcm.{sealed}",
    ]:
        with pytest.raises(ValueError, match="SEALING_KEYS"):
            sealing.unseal(each)


def test_the_index_is_equal_for_equals_and_has_a_key_of_its_own(settings):
    one = sealing.index("ABCDE1234F")
    assert one == sealing.index("ABCDE1234F") != sealing.index("ABCDE1234G")
    assert len(one) == 64
    settings.SEALING_KEYS = ["another"]
    assert sealing.index("ABCDE1234F") == one
    settings.INDEX_KEYS = ["another"]
    assert sealing.index("ABCDE1234F") != one


def test_an_index_under_an_older_key_is_found_while_that_is_there(settings):
    old = sealing.index("ABCDE1234F")
    settings.INDEX_KEYS = ["newer", "for comparing"]
    assert sealing.index("ABCDE1234F") != old
    assert sealing.indexes("ABCDE1234F") == [sealing.index("ABCDE1234F"), old]
