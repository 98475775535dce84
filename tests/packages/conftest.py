"""What treatments ask for."""

import pytest

from tests import factories


@pytest.fixture
def priya(world):
    return factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")


@pytest.fixture
def laser(world):
    return factories.treatment(world.branch, name="Laser Hair Removal")


@pytest.fixture
def patch_test(laser):
    """Two days before the visit, good for 180 days."""
    return factories.requirement(laser, wait_hours=48, valid_days=180)


@pytest.fixture
def consent(laser):
    return factories.requirement(laser, kind="consent", name="Consent")
