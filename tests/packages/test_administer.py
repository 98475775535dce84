"""The administrator's menu: treatments with what they use and need, plans with their parts."""

import pytest
from django.urls import reverse

from packages.models import Plan, Treatment
from tests import factories


@pytest.fixture
def admin(world, sign_in):
    return sign_in(world.owner)


def rows(prefix: str, *given: dict[str, object], kept: int = 0) -> dict[str, str]:
    """The part of an admin form that holds inline rows."""
    form = {f"{prefix}-TOTAL_FORMS": str(len(given)), f"{prefix}-INITIAL_FORMS": str(kept)}
    return form | {
        f"{prefix}-{n}-{name}": str(value) for n, row in enumerate(given) for name, value in row.items()
    }


def treatment_form(world, **changes) -> dict[str, str]:
    tax = factories.treatment(world.branch).tax_category_id
    values = {
        "name": "Chemical peel",
        "category": "skin",
        "price": "3000",
        "minutes": "30",
        "tax_category": str(tax),
    }
    return values | {"is_active": "on"} | rows("consumables") | rows("resources") | changes


def test_a_treatment_comes_with_what_it_uses_and_needs(world, admin):
    gel, laser = factories.item(world.branch), factories.device(world.branch)
    form = treatment_form(
        world,
        **rows("consumables", {"item": gel.pk, "quantity": "0.5"}),
        **rows("resources", {"resource": laser.pk}),
    )
    assert admin.post(reverse("admin:packages_treatment_add"), form).status_code == 302
    peel = Treatment.objects.get(name="Chemical peel")
    assert peel.organisation == world.branch.organisation
    assert [(row.item, float(row.quantity)) for row in peel.consumables.all()] == [(gel, 0.5)]
    assert [row.resource for row in peel.resources.all()] == [laser]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"price": "-1"}, "negative"),
        ({"minutes": "3"}, "5 to 720 minutes"),
        ({"name": ""}, "This field is required."),
    ],
)
def test_impossible_treatments_are_refused(world, admin, changes, words):
    response = admin.post(reverse("admin:packages_treatment_add"), treatment_form(world, **changes))
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Treatment.objects.filter(category="skin").exists()


@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_a_consumable_of_nothing_is_refused(world, admin, quantity):
    used = rows("consumables", {"item": factories.item(world.branch).pk, "quantity": quantity})
    response = admin.post(reverse("admin:packages_treatment_add"), treatment_form(world, **used))
    assert "The quantity must be above zero." in response.content.decode()
    assert not Treatment.objects.filter(category="skin").exists()


def test_a_name_used_twice_is_said_in_the_form(world, admin):
    form = treatment_form(world)
    assert admin.post(reverse("admin:packages_treatment_add"), form).status_code == 302
    response = admin.post(reverse("admin:packages_treatment_add"), form)
    assert "There is already a treatment of that name." in response.content.decode()
    assert Treatment.objects.filter(name="Chemical peel").count() == 1


def test_a_plan_comes_with_its_parts(world, admin):
    treatment = factories.treatment(world.branch)
    form = {
        "name": "Glow", "description": "", "treatment": str(treatment.pk), "session_count": "6", "price": "18000",
        "valid_days": "180", "is_active": "on",
    } | rows("parts", {"name": "Peel", "position": "1"}, {"name": "LED", "position": "2", "is_add_on": "on"})  # fmt: skip
    assert admin.post(reverse("admin:packages_plan_add"), form).status_code == 302
    assert [str(part) for part in Plan.objects.get(name="Glow").parts.all()] == ["Peel", "LED"]
    again = admin.post(reverse("admin:packages_plan_add"), form)
    assert "There is already a package of that name." in again.content.decode()
    none = admin.post(reverse("admin:packages_plan_add"), form | {"name": "None", "session_count": "0"})
    assert "1 to 100 sessions" in none.content.decode()
