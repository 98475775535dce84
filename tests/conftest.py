"""The cast: an owner, a doctor, a receptionist, and a colleague at another branch who must see nothing."""

from dataclasses import dataclass

import pytest
from django.utils import translation
from hypothesis import settings

from clinic.models import Branch
from staff.models import Practitioner, User
from tests import factories
from tests.factories import signs
from tests.factories.forms import stage
from tests.fixtures import django_db_setup, no_network  # noqa: F401 - pytest finds fixtures by their names here

# The same examples on every machine, whatever its speed. --hypothesis-profile=search looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=2000, deadline=None)
settings.load_profile("steady")


@dataclass
class World:
    branch: Branch
    owner: User
    receptionist: User
    doctor: Practitioner
    elsewhere: Branch
    colleague: User


@pytest.fixture
def world(db) -> World:
    """A clinic with two branches under one GSTIN, and the cast."""
    branch = factories.clinic()
    elsewhere = factories.branch(branch.organisation)
    return World(
        branch=branch,
        owner=factories.person(None, "owner", username="owner", full_name="Reena Sharma"),
        receptionist=factories.person(branch, "receptionist", username="meena", full_name="Meena Joshi"),
        doctor=factories.practitioner(branch, username="vivek"),
        elsewhere=elsewhere,
        colleague=factories.person(
            elsewhere, "receptionist", username="colleague", full_name="Colleague Elsewhere"
        ),
    )


@pytest.fixture
def desk(client, world):
    """The receptionist, signed in."""
    client.force_login(world.receptionist, backend="staff.backends.EmailOrUsername")
    signs.stay(client)
    return client


@pytest.fixture(autouse=True)
def _no_language_stays():
    """Django's LocaleMiddleware leaves the language of the last request with the thread."""
    yield
    translation.deactivate()


@pytest.fixture
def sign_in(client):
    def as_(user: User):
        client.force_login(user, backend="staff.backends.EmailOrUsername")
        signs.stay(client)
        return client

    return as_


@pytest.fixture
def on(world):
    """The stage on which every form can be sent (`tests/factories/forms.py`)."""
    return stage(world.branch, world.receptionist)
