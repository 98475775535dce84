"""The limits of buying: decided on their page, counted at once, told when somebody else has decided meanwhile."""

import pytest
from django.urls import reverse
from uuid_utils import compat

from purchasing import domain
from purchasing.models import BuyingRules


@pytest.fixture
def admin(sign_in, store):
    owner = sign_in(store.owner)
    owner.post(reverse("switch-branch"), {"branch": store.branch.pk})
    return owner


def decide(client, **changes):
    body = {"version": 0, "approval_limit": "5000", "tolerance": "10", "cover_days": "45"} | changes
    return client.post(reverse("buying-rules"), body | {"idempotency_key": compat.uuid7()})


def test_a_limit_counts_at_once(admin, store):
    assert domain.submit_order(by=store.keeper, order=store.order()).status == "approved"
    assert decide(admin).status_code == 302
    assert domain.submit_order(by=store.keeper, order=store.order()).status == "submitted"
    assert decide(admin, version=1, approval_limit="8000").status_code == 302
    assert domain.submit_order(by=store.keeper, order=store.order()).status == "approved"


@pytest.mark.parametrize(
    ("field", "typed"),
    [("approval_limit", "-1"), ("tolerance", "101"), ("cover_days", "0"), ("cover_days", "9999")],
)
def test_what_cannot_be_is_told_beside_its_field(admin, field, typed):
    response = decide(admin, **{field: typed})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not BuyingRules.objects.exists()


def test_a_stale_decision_is_told(admin, store):
    decide(admin)
    decide(admin, version=1, tolerance="3")
    response = decide(admin, version=1, tolerance="7")
    assert response.status_code == 422
    assert BuyingRules.objects.get().tolerance == 3
    assert 'name="version" value="2"' in response.content.decode()
