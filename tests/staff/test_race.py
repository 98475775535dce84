"""Two owners who take each other's role at the same moment: one of them remains."""

import pytest
from django.test import Client

from staff.models import RoleHeld
from tests import factories
from tests.race import race
from tests.staff.admin_forms import fill
from tests.staff.test_admin_people import change


@pytest.mark.django_db(transaction=True)
def test_there_is_always_an_owner():
    factories.clinic()
    owners = [factories.person(None, "owner", username=name) for name in ("one", "two")]

    def take_from(by, other):
        client = Client()
        client.force_login(by, backend="staff.backends.EmailOrUsername")
        body = fill(client, change(other), {"roles_held-0-DELETE": "on"})
        return lambda: client.post(change(other), body).status_code

    results = race(take_from(*owners), take_from(*reversed(owners)))
    assert sorted(results) in ([200, 302], [302, 403]), results
    assert RoleHeld.objects.filter(role__code="owner").count() == 1
