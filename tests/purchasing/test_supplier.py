"""Suppliers: a GSTIN that is wrong, one that is known, the State that follows from it."""

import pytest

from clinic.refusals import Refusal, Stale
from purchasing import domain
from tests.purchasing.conftest import gstin


def add(store, **values):
    return domain.add_supplier(by=store.keeper, branch=store.branch, **{"name": "AlphaChem"} | values)


@pytest.mark.parametrize(
    "wrong",
    [
        "29ABCDE1234F1Z",
        gstin("29")[:-1] + "!",
        gstin("29", "AAACC9999D")[:-1] + "#",
        "00" + gstin("29")[2:],
        "x",
    ],
)
def test_a_wrong_gstin_is_refused_with_a_sentence(store, wrong):
    with pytest.raises(Refusal) as refused:
        add(store, gstin=wrong)
    assert refused.value.field == "gstin"
    assert "GSTIN" in refused.value.message


def test_a_mistyped_character_is_found(store):
    right = gstin("29", "AAACC9999D")
    typo = right[:5] + ("A" if right[5] != "A" else "B") + right[6:]
    with pytest.raises(Refusal, match="mistyped"):
        add(store, gstin=typo)


def test_the_state_follows_from_the_gstin(store):
    supplier = add(store, gstin=gstin("27", "AAACB1234D").lower(), state="29")
    assert (supplier.gstin, supplier.state) == (gstin("27", "AAACB1234D"), "27")


def test_one_gstin_one_supplier(store):
    with pytest.raises(Refusal, match="Cosmo Labs has this GSTIN"):
        add(store, gstin=store.near.gstin)
    with pytest.raises(Refusal, match="of this name"):
        add(store, name="cosmo labs")


def test_a_change_meets_another_change(store):
    changed = domain.change_supplier(by=store.keeper, supplier=store.near, version=1, rating=5, lead_days=3)
    assert (changed.rating, changed.lead_days) == (5, 3)
    with pytest.raises(Stale):
        domain.change_supplier(by=store.keeper, supplier=store.near, version=1, rating=1)


def test_nothing_is_ordered_from_one_switched_off(store):
    domain.change_supplier(by=store.keeper, supplier=store.near, version=1, is_active=False)
    store.near.refresh_from_db()
    with pytest.raises(Refusal, match="any more"):
        store.order()
