"""Who is alike already: by phone, name, date of birth; told of others' branches only that there is one."""

import datetime

import pytest
from django.db import connection
from django.urls import reverse

from customers import domain
from customers.likeness import alike
from customers.models import Customer
from tests import factories
from tests.customers.test_change import form_of
from tests.customers.test_whole_record import NEW, typed

BORN = datetime.date(1990, 5, 1)


@pytest.fixture
def preethi(world):
    return factories.customer(
        world.branch, world.receptionist, full_name="Preethi Lakshmi Mehta", phone="+919876543210",
        second_phone="+919876543211", born_on=BORN,
    )  # fmt: skip


def sounds(name: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT customers_sounds(%s)", [name])
        return set(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Priti", "Preethi"), ("Lakshmi", "Laxmi"), ("Sunita", "Suneetha"), ("Kavya", "Kaavya"), ("Shah", "Sah"),
        ("Philip", "Filip"), ("Vikram", "Wikram"), ("Zoya", "Joya"), ("PRIYA", "priya"), ("Mehta", "Mehtha"),
        ("प्रिया", "प्रि\u200dया"),
    ],
)  # fmt: skip
def test_what_sounds_alike(one, other):
    assert sounds(one) == sounds(other)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other"), [("Priya", "Riya"), ("Rama", "Rana"), ("Meera", "Meeta"), ("प्रिया", "प्रीति"), ("Anil", "Sunil")]
)  # fmt: skip
def test_what_does_not(one, other):
    assert sounds(one) != sounds(other)


def reasons(world, **asked) -> list[list[str]]:
    return [match.reasons for match in alike(user=world.receptionist, **asked).here]


def test_by_either_phone(world, preethi):
    for number in ("98765 43210", "+91 98765 43211"):
        assert reasons(world, phones_typed=["junk", number]) == [["same phone"]]
    assert reasons(world, phones_typed=["98765 4321"]) == []


def test_by_name_and_birth(world, preethi):
    assert reasons(world, name="Priti Mehtha") == [["similar name"]]
    assert reasons(world, name="Priti") == [], "half of all names are like one word"
    assert reasons(world, name="Priti", born_on=BORN) == [["similar name and same date of birth"]]
    assert reasons(world, name="Ravi", born_on=BORN) == []
    assert reasons(world, name="Ravi Mehta") == []


def test_an_estimated_birth_date_proves_nothing(world, preethi):
    Customer.objects.update(birth_is_estimated=True)
    assert reasons(world, name="Preethi", born_on=BORN) == []


def test_several_reasons_stand_together_and_the_sure_come_first(world, preethi):
    factories.customer(world.branch, world.receptionist, full_name="Aa Preeti Laxmi Mehta", born_on=None)
    found = alike(
        user=world.receptionist, phones_typed=["9876543210"], name="Preeti Laxmi Mehta", born_on=BORN
    ).here
    assert [match.is_sure for match in found] == [True, False]
    assert found[0].reasons == ["same phone", "similar name and same date of birth"]


def test_of_another_branch_only_that_there_is_one(world, preethi):
    found = alike(user=world.colleague, phones_typed=["9876543210"], name="Preethi Mehta")
    assert (found.here, found.elsewhere, found.is_sure) == ([], True, True)
    assert not alike(user=world.colleague, name="Preethi Mehta"), (
        "a name that sounds alike tells nothing of elsewhere"
    )


def test_a_merged_or_erased_record_is_nobody(world, preethi):
    other = factories.customer(world.branch, world.receptionist)
    Customer.objects.filter(pk=preethi.pk).update(merged_into=other)
    assert not alike(user=world.receptionist, phones_typed=["9876543210"])


def test_a_similar_name_alone_does_not_stop_the_desk(desk, preethi):
    assert desk.post(NEW, typed(full_name="Priti Mehta", phone="9000000001")).status_code == 302


def test_a_same_name_and_birth_date_asks_first(desk, preethi):
    body = typed(full_name="Priti Mehta", phone="9000000001", born_on="1990-05-01")
    answer = desk.post(NEW, body)
    assert answer.status_code == 422
    assert "•••• 3210" in answer.content.decode()
    body |= {"anyway": answer.context["form"]["anyway"].value()}
    assert desk.post(NEW, body).status_code == 302


def test_while_typing(desk, preethi):
    page = desk.get("/customers/known/", {"full_name": "Priti Mehta", "phone": "9"}).content.decode()
    assert "similar name" in page
    assert preethi.reference in page
    assert "98765" not in page, "only how the phone ends"
    for junk in (
        {"born_on": "2026-13-40"},
        {"full_name": "\0 \0"},
        {"phone": "x" * 5000, "full_name": "' &|!:* \\"},
    ):
        assert desk.get("/customers/known/", junk).status_code == 200


def test_a_change_warns_of_what_was_changed_alone(desk, world, preethi):
    other = factories.customer(world.branch, world.receptionist, full_name="Priti Mehta", phone=preethi.phone)
    edit = reverse("customer-edit", args=[other.pk])
    assert desk.post(edit, form_of(desk, other) | {"city": "Pune"}).status_code == 302
    answer = desk.post(edit, form_of(desk, other) | {"born_on": "1990-05-01"})
    assert "same date of birth" in answer.content.decode()


def test_registered_as_one_of_the_family(desk, preethi):
    body = typed(full_name="Arjun Mehta")
    page = desk.post(NEW, body)
    assert "one family with Preethi" in page.content.decode()
    token = page.context["form"]["anyway"].value()
    desk.post(NEW, body | {"anyway": token, "household_with": str(preethi.pk)})
    arjun = Customer.objects.get(full_name="Arjun Mehta")
    preethi.refresh_from_db()
    assert arjun.household_id == preethi.household_id is not None


@pytest.mark.parametrize("chosen", ["junk", "00000000-0000-7000-8000-000000000000"])
def test_a_family_that_is_not_there_registers_nobody(desk, chosen):
    assert desk.post(NEW, typed(household_with=chosen)).status_code == 404
    assert not Customer.objects.exists()


def test_it_asks_the_database_a_fixed_number_of_times(world, preethi, django_assert_max_num_queries):
    for _ in range(30):
        factories.customer(world.branch, world.receptionist, full_name="Preethi Mehta", phone=preethi.phone)
    with django_assert_max_num_queries(6):
        assert (
            len(alike(user=world.receptionist, phones_typed=["9876543210"], name="Preethi Mehta").here) >= 20
        )


def test_a_stale_domain_call_keeps_the_index_with_the_number(world):
    customer = factories.customer(world.branch, world.receptionist, identity=("pan", "ABCPE1234F"))
    found = alike(user=world.receptionist, identity=("pan", "ABCPE1234F"))
    assert [match.customer for match in found.here] == [customer]
    assert not alike(user=world.receptionist, identity=("voter", "ABCPE1234F"))
    domain.change(by=world.owner, customer=customer, version=1, identity=("", ""))
    assert not alike(user=world.receptionist, identity=("pan", "ABCPE1234F"))
