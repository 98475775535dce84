"""Wherever a person is named, what they react to is said: every page that can be asked for, and the searches on them."""

import pytest

from customers.models import Customer
from tests import factories
from tests.factories import everything
from tests.test_permission_walk import OURS, address, ask

NAME, ALLERGY, ALERT = "Zubeida Ansari", "Penicillin of all kinds", "Faints at needles"
NO_PAGES = (
    "paper",
    "print",
    "slip",
    "file",
    "export",
    "label",
    "thumbnail",
)  # by the last word of their name
#: Who changed what, read by whoever looks after the data, not by whoever treats.
ACCOUNTS = ("audit-list", "audit-record", "audit-detail")
TYPED = {
    "customer-options": "?q=zubeida",
    "customer-known": "?full_name=zubeida+ansari",
    "search": "?q=zubeida",
}


@pytest.fixture
def found(world):
    found = everything.one_of_everything(world.branch, by=world.owner, name="Somebody")
    Customer.objects.update(full_name=NAME, allergies=ALLERGY, alert=ALERT)
    return found


def test_who_is_named_is_named_with_their_allergies(world, found, client):
    client.force_login(factories.person(world.branch, "owner"), backend="staff.backends.EmailOrUsername")
    wrong, named = [], 0
    for place in (
        place for place in OURS if not place.name.endswith(NO_PAGES) and place.name not in ACCOUNTS
    ):
        response = ask(client, "get", address(place, found) + TYPED.get(place.name, ""))
        if response.streaming or not response["Content-Type"].startswith("text/html"):
            continue
        page = response.content.decode()
        if NAME in page:
            named += 1
            wrong += [f"{place.name}: {words}" for words in (ALLERGY, ALERT) if words not in page]
    assert not wrong, "\n".join(wrong)
    assert named > 40
