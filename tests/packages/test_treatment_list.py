"""The menu: what we offer at a branch, for how much, with what and by whom."""

from decimal import Decimal

import pytest
from django.urls import reverse

from clinic.models import Registration, Resource, TaxCategory
from packages.models import Performer, TreatmentResource
from tests import factories

MENU = reverse("treatment-list")


def offers(response) -> dict[str, object]:
    return {offer.treatment.name: offer for offer in response.context["offers"]}


def the_offer(client, **query):
    (found,) = offers(client.get(MENU, query)).values()
    return found


@pytest.fixture
def several(world):
    for name, category, price, minutes in (
        ("Laser Hair Removal", "laser", 4500, 45), ("Hair PRP", "hair", 5000, 60), ("Consultation", "consultation", 800, 30),
    ):  # fmt: skip
        factories.treatment(world.branch, name=name, category=category, price=Decimal(price), minutes=minutes)
    factories.treatment(world.branch, name="No longer", is_active=False)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Consultation", "Hair PRP", "Laser Hair Removal"]),
        ({"q": "hair"}, ["Hair PRP", "Laser Hair Removal"]),
        ({"q": "hair", "category": "laser"}, ["Laser Hair Removal"]),
        ({"category": "skin"}, []),
        ({"category": "nonsense"}, []),
        ({"sort": "price"}, ["Consultation", "Laser Hair Removal", "Hair PRP"]),
        ({"sort": "minutes"}, ["Consultation", "Laser Hair Removal", "Hair PRP"]),
        ({"q": "a\0b", "page": "x", "sort": "x"}, []),
    ],
)
def test_it_is_searched_filtered_and_sorted(several, desk, query, expected):
    assert list(offers(desk.get(MENU, query))) == expected


def test_nothing_found_and_nothing_there_say_what_to_do(desk, several):
    assert "No treatment is like that." in desk.get(MENU, {"q": "nothing"}).content.decode()


def test_the_price_is_told_with_its_tax(world, desk):
    """Procedures bear 18 %: 4,500 before tax is 5,310; an inclusive price is what is paid."""
    laser = factories.treatment(world.branch, price=Decimal("4500.55"))
    assert (the_offer(desk).rate, the_offer(desk).with_tax) == (18, Decimal("5310.65"))
    assert "₹4,500.55 + 18 % tax" in desk.get(MENU).content.decode()
    laser.price_includes_tax = True
    laser.save()
    assert (the_offer(desk).rate, the_offer(desk).with_tax) == (18, Decimal("4500.55"))
    assert "with 18 % tax" in desk.get(MENU).content.decode()


def test_health_care_bears_no_tax(world, desk):
    factories.treatment(world.branch, tax="health_care", price=Decimal(800))
    assert (the_offer(desk).rate, the_offer(desk).with_tax) == (None, 800)
    assert "no tax" in desk.get(MENU).content.decode()


def test_a_clinic_that_charges_no_tax_adds_none(world, desk):
    factories.treatment(world.branch, price=Decimal(4500))
    Registration.objects.update(scheme="composition")
    assert (the_offer(desk).rate, the_offer(desk).with_tax) == (None, 4500)


def test_a_tax_that_nobody_has_decided_is_said(world, desk):
    laser = factories.treatment(world.branch)
    laser.tax_category = TaxCategory.objects.create(
        code="new", name="New", supply="service_personal", hsn="999722"
    )
    laser.save()
    assert the_offer(desk).is_undecided
    assert "tax undecided" in desk.get(MENU).content.decode()


def test_what_it_takes_is_said(world, desk):
    device, gone = (
        factories.device(world.branch),
        factories.device(world.branch, "Old laser", is_active=False),
    )
    laser = factories.treatment(
        world.branch, needs=device, minutes_before=5, minutes_after=10, min_interval_days=21
    )
    rooms = [Resource.objects.create(branch=world.branch, kind="room", name=f"Room {n}") for n in (1, 2)]
    for each in (gone, *rooms):
        TreatmentResource.objects.create(treatment=laser, resource=each)
    Performer.objects.create(treatment=laser, practitioner=world.doctor)
    factories.requirement(laser, wait_hours=48, valid_days=180)
    factories.requirement(laser, name="No longer asked", is_active=False)
    offer = the_offer(desk)
    assert offer.needs == {"Room": ["Room 1", "Room 2"], "Device": ["Diode laser"]}
    assert (offer.givers, offer.is_bookable) == (["Dr. Vivek Kapoor"], True)
    page = desk.get(MENU).content.decode()
    for words in (
        "45 min", "+ 5 min to prepare", "+ 10 min to clean up", "21 days between sessions", "Patch test", "48 h before",
        "valid for 180 days", f"{reverse('appointment-new')}?treatment={laser.pk}",
    ):  # fmt: skip
        assert words in page
    assert "No longer asked" not in page and "Old laser" not in page


def test_what_this_branch_cannot_give_is_not_booked_from_here(world, sign_in):
    laser = factories.treatment(world.branch, name="Laser", needs=factories.device(world.branch))
    peel = factories.treatment(world.branch, name="Peel")
    Performer.objects.create(treatment=peel, practitioner=world.doctor)
    response = sign_in(world.colleague).get(MENU)
    page, found = response.content.decode(), offers(response)
    assert (found["Laser"].needs, found["Laser"].givers) == ({"Device": []}, None)
    assert found["Peel"].givers == []
    assert "No device here" in page and "Nobody here" in page
    assert f"?treatment={laser.pk}" not in page and f"?treatment={peel.pk}" not in page


def test_who_may_not_book_is_offered_no_way_and_who_sees_no_packages_no_page(world, sign_in):
    laser = factories.treatment(world.branch)
    therapist = sign_in(factories.person(world.branch, "therapist"))
    assert f"?treatment={laser.pk}" not in therapist.get(MENU).content.decode()
    assert sign_in(factories.person(world.branch)).get(MENU).status_code == 403


def test_long_menus_have_pages(world, desk):
    for _ in range(51):
        factories.treatment(world.branch)
    assert len(desk.get(MENU).context["offers"]) == 50
    assert len(desk.get(MENU, {"page": 2}).context["offers"]) == 1


@pytest.mark.parametrize("rows", [1, 30])
def test_it_asks_as_much_for_thirty_as_for_one(world, desk, rows, django_assert_max_num_queries):
    for number in range(rows):
        laser = factories.treatment(world.branch, needs=factories.device(world.branch, f"Laser {number}"))
        Performer.objects.create(treatment=laser, practitioner=world.doctor)
        factories.requirement(laser)
    with django_assert_max_num_queries(8):
        assert len(offers(desk.get(MENU))) == rows


def test_the_packages_pages_lead_here(desk):
    for name in ("package-list", "plan-list"):
        assert f'href="{MENU}"' in desk.get(reverse(name)).content.decode()
