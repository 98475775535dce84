"""The administrator's menu: treatments with what they use and need, plans with their parts."""

from threading import Event
from time import sleep

import pytest
from django.db import connection, transaction
from django.urls import reverse

from clinic.locks import lock_resources
from clinic.models import Resource
from packages import queries
from packages.models import Parameter, Performer, Plan, Treatment, TreatmentResource
from tests import factories
from tests.race import race


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
        "minutes_before": "0",
        "minutes_after": "0",
        "min_interval_days": "",
        "tax_category": str(tax),
    }
    none = {}
    for prefix in ("branch_prices", "performers", "resources", "requirements", "parameters", "consumables"):
        none |= rows(prefix)
    return values | {"is_active": "on"} | none | changes


def stored_form(treatment: Treatment, **changes) -> dict[str, str]:
    """The change form of a treatment without rows, as its page would send it."""
    names = [
        "name", "category", "price", "minutes", "minutes_before", "minutes_after", "tax_category_id", "version",
    ]  # fmt: skip
    form = {name.removesuffix("_id"): str(getattr(treatment, name)) for name in names}
    for prefix in ("branch_prices", "performers", "resources", "requirements", "parameters", "consumables"):
        form |= rows(prefix)
    return form | {"is_active": "on", "min_interval_days": ""} | changes


def saved_row(row, **values) -> dict[str, object]:
    """An inline row that is stored already."""
    return {"id": row.pk, "treatment": row.treatment_id, **values}


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
        ({"minutes_before": "721"}, "at most 720 minutes each"),
        ({"min_interval_days": "-1"}, "greater than or equal to 0"),
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


def test_a_treatment_says_who_gives_it_what_it_asks_for_and_what_is_noted(world, admin):
    form = treatment_form(
        world,
        minutes_before="5",
        minutes_after="10",
        min_interval_days="21",
        **rows("performers", {"practitioner": world.doctor.pk}),
        **rows("requirements", {
            "kind": "patch_test", "name": "Patch test", "wait_hours": 48, "valid_days": 180, "is_active": "on",
        }),
        **rows(
            "parameters",
            {"position": 1, "name": "Agent", "kind": "choice", "choices": " Glycolic \r\n\r\nTCA", "is_active": "on"},
            {"position": 2, "name": "Strength", "kind": "number", "unit": "%", "is_required": "on", "is_active": "on"},
        ),
    )  # fmt: skip
    assert admin.post(reverse("admin:packages_treatment_add"), form).status_code == 302
    peel = Treatment.objects.get(name="Chemical peel")
    assert (peel.minutes_before, peel.minutes_after, peel.min_interval_days) == (5, 10, 21)
    assert [each.practitioner for each in peel.performers.all()] == [world.doctor]
    assert [(str(each), each.wait_hours, each.valid_days) for each in peel.requirements.all()] == [
        ("Patch test", 48, 180)
    ]
    agent, strength = peel.parameters.all()
    assert (agent.options, agent.choices) == (["Glycolic", "TCA"], "Glycolic\nTCA")
    assert (strength.unit, strength.is_required, strength.options) == ("%", True, [])


@pytest.mark.parametrize(
    ("kind", "choices", "words"),
    [
        ("choice", "", "at least two different choices"),
        ("choice", "Only one\n  ", "at least two different choices"),
        ("choice", "Same\nSame", "at least two different choices"),
        ("choice", "Short\n" + "x" * 61, "at most 60 characters"),
        ("number", "1\n2", "Only a choice has choices"),
    ],
)
def test_a_choice_needs_choices_and_nothing_else_has_any(world, admin, kind, choices, words):
    row = {"position": 1, "name": "Agent", "kind": kind, "choices": choices, "is_active": "on"}
    form = treatment_form(world, **rows("parameters", row))
    assert words in admin.post(reverse("admin:packages_treatment_add"), form).content.decode()
    assert not Parameter.objects.exists()


def test_a_test_that_lapses_before_it_holds_is_refused(world, admin):
    row = {"kind": "patch_test", "name": "Patch test", "wait_hours": 49, "valid_days": 2, "is_active": "on"}
    form = treatment_form(world, **rows("requirements", row))
    page = admin.post(reverse("admin:packages_treatment_add"), form).content.decode()
    assert "It would lapse before the waiting time is over." in page
    row["wait_hours"] = 48
    form = treatment_form(world, **rows("requirements", row))
    assert admin.post(reverse("admin:packages_treatment_add"), form).status_code == 302


def test_who_has_left_stays_named_until_taken_away(world, admin):
    """A treatment only they gave is given by nobody now; taking them away gives it to everybody."""
    laser = factories.treatment(world.branch)
    row = Performer.objects.create(treatment=laser, practitioner=world.doctor)
    world.doctor.resource.is_active = False
    world.doctor.resource.save()
    address = reverse("admin:packages_treatment_change", args=[laser.pk])
    kept = saved_row(row, practitioner=world.doctor.pk)
    form = stored_form(laser, price="4600", **rows("performers", kept, kept=1))
    assert admin.post(address, form).status_code == 302
    laser.refresh_from_db()
    assert (laser.price, laser.performers.count()) == (4600, 1)
    gone = rows("performers", kept | {"DELETE": "on"}, kept=1)
    assert admin.post(address, stored_form(laser, **gone)).status_code == 302
    assert queries.performers_of(laser) is None


def test_the_administrator_of_one_branch_leaves_the_rows_of_others_alone(world, sign_in):
    laser = factories.treatment(world.branch)
    there = factories.practitioner(world.elsewhere, full_name="Far Away")
    room = Resource.objects.create(branch=world.elsewhere, kind="room", name="Room there")
    Performer.objects.create(treatment=laser, practitioner=there)
    TreatmentResource.objects.create(treatment=laser, resource=room)
    client = sign_in(factories.person(world.branch, "administrator"))
    address = reverse("admin:packages_treatment_change", args=[laser.pk])
    page = client.get(address).content.decode()
    assert "Far Away" not in page and "Room there" not in page
    assert "Dr. Vivek Kapoor, Linqs Cosmetology Clinic" in page
    smuggled = rows("performers", {"practitioner": there.pk})
    assert "Select a valid choice" in client.post(address, stored_form(laser, **smuggled)).content.decode()
    added = rows("performers", {"practitioner": world.doctor.pk})
    assert client.post(address, stored_form(laser, **added)).status_code == 302
    assert queries.performers_of(laser) == {there.pk, world.doctor.pk}
    assert [row.resource for row in laser.resources.all()] == [room]


@pytest.mark.django_db(transaction=True)
def test_a_change_waits_for_whoever_is_booking(world, admin):
    """A booking holds its practitioner's line; until it is through, the rules it read stay as they are."""
    laser = factories.treatment(world.branch)
    address = reverse("admin:packages_treatment_change", args=[laser.pk])
    booking, read_again = Event(), []

    def book():
        with transaction.atomic():
            lock_resources([world.doctor.resource_id])
            booking.set()
            waited_for()
            read_again.append(Treatment.objects.get(pk=laser.pk).minutes_before)

    def change():
        booking.wait(10)
        return admin.post(address, stored_form(laser, minutes_before="15")).status_code

    assert race(book, change) == [None, 302]
    assert read_again == [0]
    assert Treatment.objects.get(pk=laser.pk).minutes_before == 15


def waited_for() -> None:
    """Until another connection stands in the line of advisory locks."""
    for _ in range(1000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
                " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
            )
            if cursor.fetchone()[0]:
                return
        sleep(0.01)
    raise AssertionError("Nobody waits.")


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
    } | rows("parts", {"name": "Peel", "position": "1"}, {"name": "LED", "position": "2", "is_add_on": "on"}) | rows("branch_prices")  # fmt: skip
    assert admin.post(reverse("admin:packages_plan_add"), form).status_code == 302
    assert [str(part) for part in Plan.objects.get(name="Glow").parts.all()] == ["Peel", "LED"]
    again = admin.post(reverse("admin:packages_plan_add"), form)
    assert "There is already a package of that name." in again.content.decode()
    none = admin.post(reverse("admin:packages_plan_add"), form | {"name": "None", "session_count": "0"})
    assert "1 to 100 sessions" in none.content.decode()
