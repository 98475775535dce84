"""The menu, written in the app: a treatment with who gives it, what it needs, asks for, notes and uses up."""

import pytest
from django.urls import reverse
from uuid_utils import compat

from clinic.models import Resource
from packages.models import Performer, Treatment, TreatmentResource
from tests import factories


@pytest.fixture
def owner(world, sign_in):
    return sign_in(world.owner)


def rows(prefix: str, *given: dict[str, object], kept: int = 0) -> dict[str, str]:
    form = {f"{prefix}-TOTAL_FORMS": str(len(given)), f"{prefix}-INITIAL_FORMS": str(kept)}
    return form | {
        f"{prefix}-{n}-{name}": str(value) for n, row in enumerate(given) for name, value in row.items()
    }


def form(world, **changes) -> dict[str, object]:
    tax = factories.treatment(world.branch).tax_category_id
    values = {
        "idempotency_key": str(compat.uuid7()), "name": "Chemical peel", "category": "skin", "price": "3000",
        "tax_category": str(tax), "is_active": "on", "minutes": "30", "minutes_before": "5", "minutes_after": "10",
        "min_interval_days": "21",
    }  # fmt: skip
    for prefix in ("requirement", "parameter", "consumable"):
        values |= rows(prefix)
    return values | changes


def test_a_treatment_is_made_with_all_that_belongs_to_it(world, owner):
    gel, device = factories.item(world.branch), factories.device(world.branch)
    sent = form(
        world, givers=[world.doctor.pk], places=[device.pk],
        **rows("consumable", {"item": gel.pk, "quantity": "0.5"}),
        **rows("requirement", {"kind": "consent", "name": "Consent", "wait_hours": 0, "is_active": "on"}),
        **rows("parameter", {"name": "Agent", "kind": "choice", "choices": "TCA\nGlycolic", "position": 1, "is_active": "on"}),
    )  # fmt: skip
    assert owner.post(reverse("treatment-new"), sent).status_code == 302
    peel = Treatment.objects.get(name="Chemical peel")
    assert (peel.organisation, peel.minutes_before) == (world.branch.organisation, 5)
    assert [row.practitioner for row in peel.performers.all()] == [world.doctor]
    assert [row.resource for row in peel.resources.all()] == [device]
    assert [str(row) for row in peel.consumables.all()] == [f"0.500 {gel}"]
    assert [(str(row), row.options) for row in peel.parameters.all()] == [("Agent", ["TCA", "Glycolic"])]
    assert [str(row) for row in peel.requirements.all()] == ["Consent"]


def test_rows_are_changed_and_taken_away(world, owner):
    gel = factories.item(world.branch)
    peel = factories.treatment(world.branch, name="Peel", needs=factories.device(world.branch))
    row = factories.consumable(peel, gel)
    Performer.objects.create(treatment=peel, practitioner=world.doctor)
    page = owner.get(reverse("treatment-edit", args=[peel.pk])).content.decode()
    assert "Dr. Vivek Kapoor" in page and gel.name in page
    gone = rows("consumable", {"id": row.pk, "item": gel.pk, "quantity": "1", "DELETE": "on"}, kept=1)
    sent = form(world, name="Peel", version=peel.version, **gone)
    assert owner.post(reverse("treatment-edit", args=[peel.pk]), sent).status_code == 302
    peel.refresh_from_db()
    assert (peel.minutes, peel.version) == (30, 2)
    assert [peel.performers.count(), peel.resources.count(), peel.consumables.count()] == [0, 0, 0]


def test_what_other_branches_name_stays(world, sign_in):
    """An administrator of one branch sees its people and rooms alone."""
    peel = factories.treatment(world.branch, name="Peel")
    room = Resource.objects.create(branch=world.elsewhere, kind="room", name="Room there")
    TreatmentResource.objects.create(treatment=peel, resource=room)
    there = factories.practitioner(world.elsewhere, full_name="Far Away")
    Performer.objects.create(treatment=peel, practitioner=there)
    admin = sign_in(factories.person(world.branch, "administrator"))
    address = reverse("treatment-edit", args=[peel.pk])
    assert "Far Away" not in admin.get(address).content.decode()
    sent = form(world, name="Peel", version=1, givers=[world.doctor.pk])
    assert admin.post(address, sent).status_code == 302
    assert {row.practitioner for row in peel.performers.all()} == {there, world.doctor}
    assert [row.resource for row in peel.resources.all()] == [room]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"price": "-1"}, "negative"),
        ({"minutes": "3"}, "5 to 720 minutes"),
        ({"name": ""}, "This field is required."),
        ({"name": "Taken"}, "already a treatment of that name"),
        ({"givers": [str(compat.uuid7())]}, "valid"),
        (rows("consumable", {"item": "", "quantity": "1"}), "This field is required."),
        (rows("requirement", {"kind": "patch_test", "name": "Test", "wait_hours": 49, "valid_days": 2, "is_active": "on"}),
         "It would lapse"),
        (rows("parameter", {"name": "Agent", "kind": "choice", "choices": "One", "position": 1}), "at least two different"),
        ({"consumable-TOTAL_FORMS": "x"}, "ManagementForm"),
    ],
)  # fmt: skip
def test_impossible_ones_are_refused_with_what_was_typed(world, owner, changes, words):
    factories.treatment(world.branch, name="Taken")
    response = owner.post(reverse("treatment-new"), form(world, **{"min_interval_days": "77", **changes}))
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page and 'value="77"' in page
    assert not Treatment.objects.filter(category="skin").exists()


def test_somebody_elses_change_is_said(world, owner):
    peel = factories.treatment(world.branch, name="Peel")
    address = reverse("treatment-edit", args=[peel.pk])
    assert owner.post(address, form(world, name="Peel", version=1)).status_code == 302
    response = owner.post(address, form(world, name="Peel", version=1, price="3100"))
    assert response.status_code == 422 and "Somebody else changed" in response.content.decode()
    assert owner.post(address, form(world, name="Peel", version=2, price="3100")).status_code == 302


def test_what_is_off_the_menu_is_found_apart_and_not_booked(world, owner):
    gone = factories.treatment(world.branch, name="No longer", is_active=False)
    page = owner.get(reverse("treatment-list"), {"show": "ended"}).content.decode()
    assert reverse("treatment-edit", args=[gone.pk]) in page and f"?treatment={gone.pk}" not in page
