"""What a customer has to meet before treatments: the panel, and recording a result in it."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from packages import domain
from packages.models import RequirementMet
from tests import factories

HTMX = {"HX-Request": "true"}


@pytest.fixture
def therapist(world, sign_in):
    return sign_in(factories.person(world.branch, "therapist", full_name="Nisha Thomas"))


def panel(customer) -> str:
    return reverse("requirement-list", args=[customer.pk])


def send(client, customer, requirement, **typed):
    body = {"idempotency_key": str(compat.uuid7()), "outcome": "passed", "note": ""}
    return client.post(reverse("requirement-meet", args=[customer.pk, requirement.pk]), body | typed)


def record(world, customer, requirement, *, is_passed=True, note="") -> RequirementMet:
    return domain.meet(
        by=world.owner, requirement=requirement, customer=customer, is_passed=is_passed, note=note
    )


def rows(response) -> list[tuple[str, bool]]:
    """Names of the requirements, and whether they stand in sight."""
    context = response.context
    return [
        (str(row["readiness"].requirement), near)
        for near, some in ((True, context["near"]), (False, context["others"]))
        for row in some
    ]


def test_it_is_a_fragment_and_a_page(world, priya, patch_test, desk):
    fragment = desk.get(panel(priya), headers=HTMX).content.decode()
    assert fragment.lstrip().startswith("<section") and "Patch test" in fragment
    assert "<!doctype html>" in desk.get(panel(priya)).content.decode()
    assert panel(priya) in desk.get(reverse("customer-detail", args=[priya.pk])).content.decode()


def test_where_nothing_is_asked_for_the_panel_takes_no_room(priya, desk):
    assert desk.get(panel(priya), headers=HTMX).content.decode().strip() == ""
    assert "No treatment asks for" in desk.get(panel(priya)).content.decode()


def test_what_matters_to_her_is_in_sight(world, priya, laser, patch_test, desk):
    """Treatments she has a package of, and what has a result; the rest is folded away."""
    peel = factories.treatment(world.branch, name="Chemical peel")
    met = factories.requirement(peel, name="Peel test")
    factories.requirement(factories.treatment(world.branch), name="Other test")
    off = factories.requirement(peel, name="No longer", is_active=False)
    factories.requirement(factories.treatment(world.branch, is_active=False), name="Off the menu")
    record(world, priya, met)
    domain.enrol(
        by=world.owner, branch=world.branch, customer=priya, plan=factories.plan(laser), value=Decimal(1),
        on=timezone.localdate(),
    )  # fmt: skip
    assert off.name not in dict(rows(desk.get(panel(priya))))
    assert rows(desk.get(panel(priya))) == [("Patch test", True), ("Peel test", True), ("Other test", False)]


@pytest.mark.parametrize(
    ("kind", "is_passed", "words"),
    [
        ("patch_test", True, "Passed"),
        ("patch_test", False, "Reacted"),
        ("consent", True, "Given"),
        ("consent", False, "Declined"),
    ],
)
def test_the_latest_result_is_told(world, priya, laser, desk, kind, is_passed, words):
    asked = factories.requirement(laser, kind=kind, valid_days=180)
    record(world, priya, asked, is_passed=is_passed, note="Left forearm")
    page = desk.get(panel(priya), headers=HTMX).content.decode()
    assert f">{words}<" in page.replace("\n", "") and "Left forearm" in page and "Reena Sharma" in page
    assert ("valid to" in page) == is_passed


def test_waiting_and_lapsed_are_told(world, priya, patch_test, desk):
    record(world, priya, patch_test)
    begins = timezone.localtime(timezone=world.branch.zone) + datetime.timedelta(hours=48)
    assert f"From {begins:%a} {begins.day} {begins:%b}, " in desk.get(panel(priya)).content.decode()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=181)):
        desk.force_login(world.receptionist, backend="staff.backends.EmailOrUsername")
        assert ">Lapsed<" in desk.get(panel(priya), headers=HTMX).content.decode()


@pytest.mark.parametrize(("outcome", "is_passed"), [("passed", True), ("failed", False)])
def test_a_result_is_recorded(world, priya, patch_test, therapist, outcome, is_passed):
    response = send(therapist, priya, patch_test, outcome=outcome, note=" Slight redness ")
    assert response["Location"] == reverse("customer-detail", args=[priya.pk])
    met = RequirementMet.objects.get()
    assert (met.is_passed, met.note, met.by.full_name) == (is_passed, "Slight redness", "Nisha Thomas")
    assert (met.customer, met.requirement) == (priya, patch_test)


def test_a_second_click_records_nothing(priya, patch_test, therapist):
    key = str(compat.uuid7())
    answers = [send(therapist, priya, patch_test, idempotency_key=key).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert RequirementMet.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"outcome": ""}, "This field is required."),
        ({"outcome": "perhaps"}, "Select a valid choice."),
        ({"note": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_was_typed_stays_beside_what_is_wrong(priya, patch_test, therapist, typed, words):
    response = send(therapist, priya, patch_test, **{"note": "Left forearm"} | typed)
    page = response.content.decode()
    assert response.status_code == 422 and words in page
    assert f'value="{typed.get("note", "Left forearm")}"' in page
    assert '<details class="more" open>' in page
    assert not RequirementMet.objects.exists()


def test_one_no_longer_asked_for_says_so_and_keeps_what_was_typed(priya, patch_test, therapist):
    patch_test.is_active = False
    patch_test.save()
    response = send(therapist, priya, patch_test, note="Left forearm")
    page = response.content.decode()
    assert response.status_code == 422
    assert "Patch test is no longer asked for." in page and "Left forearm" in page


def test_the_desk_sees_and_does_not_record(world, priya, patch_test, desk):
    """Whoever wants to book can't open the way for it."""
    assert "Record a result" not in desk.get(panel(priya)).content.decode()
    assert send(desk, priya, patch_test).status_code == 403
    assert not RequirementMet.objects.exists()


def test_nothing_of_another_branch_or_clinic(world, priya, patch_test, sign_in):
    client = sign_in(factories.person(world.elsewhere, "therapist"))
    assert client.get(panel(priya)).status_code == 404
    assert send(client, priya, patch_test).status_code == 404
    assert send(sign_in(world.owner), priya, priya).status_code == 404
    assert not RequirementMet.objects.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_it_asks_as_much_for_thirty_as_for_one(
    world, priya, laser, desk, count, django_assert_max_num_queries
):
    for number in range(count):
        record(world, priya, factories.requirement(laser, name=f"Test {number}"))
    with django_assert_max_num_queries(9):  # eight, and the trace that a person's page was read
        assert len(rows(desk.get(panel(priya)))) == count
