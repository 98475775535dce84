"""Packages on sale: made in the app, changed in editions, and what was sold before keeps its terms."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from packages import domain
from packages.models import Plan, PlanEdition, PlanPart
from tests import factories


@pytest.fixture
def owner(world, sign_in):
    return sign_in(world.owner)


@pytest.fixture
def laser(world):
    return factories.treatment(world.branch, name="Laser Hair Removal")


def form(of, /, *parts: dict[str, str], **changes) -> dict[str, str]:
    values = {
        "idempotency_key": str(compat.uuid7()), "name": "Full body", "treatment": str(of.pk), "session_count": "8",
        "price": "36000", "description": "", "valid_days": "365", "grace_days": "0", "payment": "prepaid",
        "instalments": "1", "asks_for": "", "is_active": "on", "part-TOTAL_FORMS": str(len(parts)),
        "part-INITIAL_FORMS": "0",
    }  # fmt: skip
    rows = {f"part-{n}-{name}": value for n, row in enumerate(parts) for name, value in row.items()}
    return values | rows | {name: str(value) for name, value in changes.items()}


SPF = {"name": "SPF shield", "is_add_on": "on", "price": "900"}
COOLING = {"name": "Cooling therapy"}


def test_a_package_is_put_on_sale_with_its_parts(owner, laser):
    response = owner.post(
        reverse("plan-new"),
        form(laser, COOLING, {}, SPF, payment="instalments", instalments=4, asks_for="otp", grace_days=14),
    )
    plan = Plan.objects.get()
    assert response["Location"] == reverse("plan-detail", args=[plan.pk])
    assert (plan.payment, plan.instalments, plan.asks_for, plan.grace_days) == ("instalments", 4, "otp", 14)
    assert [(part.name, part.is_add_on, part.price) for part in plan.parts.all()] == [
        ("Cooling therapy", False, None), ("SPF shield", True, Decimal(900)),
    ]  # fmt: skip
    edition = plan.editions.get()
    assert (edition.edition, edition.terms["price"]) == (1, "36000.00")
    page = owner.get(response["Location"]).content.decode()
    for words in ("₹36,000.00", "SPF shield", "Paid in instalments (4)", "A code sent to the phone"):
        assert words in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"price": "-1"}, "a price"),
        ({"session_count": "0"}, "1 to 100 sessions"),
        ({"session_count": "101"}, "1 to 100 sessions"),
        ({"valid_days": "0"}, "at least one day"),
        ({"payment": "instalments", "instalments": "9"}, "at most as many instalments"),
        ({"payment": "instalments", "instalments": "1"}, "at least two"),
        ({"payment": "barter"}, "valid choice"),
        ({"treatment": str(compat.uuid7())}, "valid choice"),
        ({"part-TOTAL_FORMS": "1", "part-0-price": "9"}, "What is it called?"),
        ({"part-TOTAL_FORMS": "1", "part-0-name": "Peel", "part-0-price": "9"}, "Only an add-on has a price"),
        ({"part-TOTAL_FORMS": "2", "part-0-name": "Peel", "part-1-name": "peel"}, "the same name"),
        ({"part-TOTAL_FORMS": "x"}, "ManagementForm"),
    ],
)
def test_what_can_not_be_sold_is_refused_with_what_was_typed(owner, laser, changes, words):
    response = owner.post(reverse("plan-new"), form(laser, description="For dull skin", **changes))
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page and "For dull skin" in page
    assert not Plan.objects.exists()


def test_two_packages_of_one_name_are_refused_while_both_are_sold(owner, laser):
    factories.plan(laser, name="Full body")
    response = owner.post(reverse("plan-new"), form(laser))
    assert (response.status_code, Plan.objects.count()) == (422, 1)
    assert "already a package of that name" in response.content.decode()
    Plan.objects.update(is_active=False)
    assert owner.post(reverse("plan-new"), form(laser)).status_code == 302


def test_other_terms_make_an_edition_and_what_was_sold_keeps_its_own(world, owner, laser):
    plan = factories.plan(laser, name="Full body")
    bought = domain.enrol(
        by=world.owner, branch=world.branch, customer=factories.customer(world.branch, world.owner), plan=plan,
        value=Decimal(36000), on=timezone.localdate(),
    )  # fmt: skip
    address = reverse("plan-edit", args=[plan.pk])
    response = owner.post(address, form(laser, SPF, session_count=6, price=30000, version=plan.version))
    assert response.status_code == 302
    plan.refresh_from_db()
    assert (plan.edition, plan.session_count, plan.parts.count()) == (2, 6, 1)
    bought.refresh_from_db()
    assert (bought.session_count, bought.value, bought.sessions.count()) == (8, 36000, 8)
    assert [(row.edition, row.terms["price"], row.by) for row in plan.editions.all()] == [
        (2, "30000.00", world.owner), (1, "36000.00", None),
    ]  # fmt: skip
    page = owner.get(reverse("plan-detail", args=[plan.pk])).content.decode()
    assert "Edition 1" in page and "₹36,000.00" in page and "1 enrolment at this branch" in page


def test_another_name_makes_none(owner, laser):
    plan = factories.plan(laser, name="Full body")
    owner.post(reverse("plan-edit", args=[plan.pk]), form(laser, name="Whole body", version=plan.version))
    plan.refresh_from_db()
    assert (plan.name, plan.edition, plan.editions.count()) == ("Whole body", 1, 0)


def test_a_part_that_stays_keeps_its_row_and_one_left_out_goes(world, laser):
    plan = domain.create_plan(
        by=world.owner, organisation=world.branch.organisation, name="Full body", treatment=laser, session_count=8,
        price=Decimal(36000), parts=[PlanPart(name="Cooling"), PlanPart(name="SPF", is_add_on=True, price=Decimal(900))],
    )  # fmt: skip
    spf = plan.parts.get(name="SPF")
    domain.change_plan(
        by=world.owner, plan=plan, version=1, parts=[PlanPart(name="spf", is_add_on=True, price=Decimal(800))]
    )
    assert [(part.pk, part.price) for part in plan.parts.all()] == [(spf.pk, 800)]


def test_a_change_of_what_somebody_else_changed_is_said_and_can_be_meant(owner, laser):
    plan = factories.plan(laser, name="Full body")
    address = reverse("plan-edit", args=[plan.pk])
    assert owner.post(address, form(laser, price=30000, version=1)).status_code == 302
    response = owner.post(address, form(laser, price=31000, version=1))
    page = response.content.decode()
    assert response.status_code == 422 and "Somebody else changed" in page and 'value="31000"' in page
    assert Plan.objects.get().price == 30000
    again = form(laser, price=31000, version=response.context["form"]["version"].value())
    assert owner.post(address, again).status_code == 302
    assert (Plan.objects.get().price, Plan.objects.get().edition) == (31000, 3)


def test_an_edition_can_not_be_rewritten(world, owner, laser):
    owner.post(reverse("plan-new"), form(laser))
    edition = PlanEdition.objects.get()
    with (
        pytest.raises(Exception, match=r"append|kept|permission"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE packages_planedition SET terms = '{}' WHERE id = %s", [edition.pk])


def test_the_database_refuses_more_instalments_than_sessions(laser):
    with pytest.raises(IntegrityError, match="plan_instalments"), transaction.atomic():
        factories.plan(laser, session_count=2, instalments=3)


def test_what_is_no_longer_sold_is_found_apart(world, desk, laser):
    factories.plan(laser, name="Old one", is_active=False)
    factories.plan(laser, name="New one")
    assert [plan.name for plan in desk.get(reverse("plan-list")).context["page"]] == ["New one"]
    ended = desk.get(reverse("plan-list"), {"show": "ended"})
    assert [plan.name for plan in ended.context["page"]] == ["Old one"]
    assert reverse("package-sell") + "?plan" not in ended.content.decode()


def test_who_may_not_configure_changes_nothing(world, desk, laser):
    plan = factories.plan(laser)
    for address in (reverse("plan-new"), reverse("plan-edit", args=[plan.pk]), reverse("treatment-new")):
        assert desk.get(address).status_code == 403
    assert reverse("plan-edit", args=[plan.pk]) not in desk.get(reverse("plan-list")).content.decode()
