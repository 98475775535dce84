"""The list, its search, filters, sorting and export; the picker."""

import csv
import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook
from uuid_utils import compat

from clinic.models import Event
from customers import domain, facts
from customers.models import Customer
from staff.models import Grant, Role
from tests import factories


@pytest.fixture
def people(world):
    made = {
        name: factories.customer(world.branch, world.receptionist, full_name=name, phone=phone)
        for name, phone in (
            ("Priya Mehta", "+919876543210"),
            ("Anjali Singh", "+919812300001"),
            ("Neha Patel", "+919812300002"),
        )
    }
    domain.note_standing(
        customer_id=made["Priya Mehta"].pk,
        active_packages=2,
        due=2800,
        last_visit_on=datetime.date(2026, 3, 1),
    )
    domain.note_standing(customer_id=made["Neha Patel"].pk, last_visit_on=datetime.date(2026, 5, 1))
    factories.customer(world.elsewhere, world.colleague, full_name="Elsewhere Person", phone="+919876543219")
    return made


def names(client, **query) -> list[str]:
    return [customer.full_name for customer in client.get("/customers/", query).context["page"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Anjali Singh", "Neha Patel", "Priya Mehta"]),
        ({"q": "mehta priya"}, ["Priya Mehta"]),
        ({"q": "pri"}, ["Priya Mehta"]),
        ({"q": "76543"}, ["Priya Mehta"]),
        ({"q": "98765 43210"}, ["Priya Mehta"]),
        ({"q": "nobody"}, []),
        ({"q": "a:* | b & ! ( \\ '"}, []),
        ({"q": "%_"}, []),
        ({"q": "\0pri"}, ["Priya Mehta"]),
        ({"show": "packages"}, ["Priya Mehta"]),
        ({"show": "due"}, ["Priya Mehta"]),
        ({"show": "inactive"}, []),
        ({"show": "junk", "sort": "junk", "page": "junk"}, ["Anjali Singh", "Neha Patel", "Priya Mehta"]),
        ({"sort": "-name"}, ["Priya Mehta", "Neha Patel", "Anjali Singh"]),
        ({"sort": "-due"}, ["Priya Mehta", "Neha Patel", "Anjali Singh"]),
        ({"sort": "-visit"}, ["Neha Patel", "Priya Mehta", "Anjali Singh"]),
        ({"sort": "visit"}, ["Priya Mehta", "Neha Patel", "Anjali Singh"]),
        ({"sort": "-packages"}, ["Priya Mehta", "Neha Patel", "Anjali Singh"]),
    ],
)
def test_searching_filtering_sorting(desk, people, query, expected):
    assert names(desk, **query) == expected


@pytest.fixture
def crowd(world):
    """Three who differ in everything that can be filtered."""
    today = timezone.localdate(timezone=world.branch.zone)
    made = [
        factories.customer(
            world.branch, world.receptionist, full_name=name, gender=gender, born_on=born, **more
        )
        for name, gender, born, more in (
            (
                "Thirty",
                "female",
                facts.age_to_birth(30, 0, today),
                {"blood_group": "O+", "allergies": "Nickel"},
            ),
            (
                "Almost",
                "male",
                facts.age_to_birth(30, 0, today) + datetime.timedelta(days=1),
                {"alert": "Faints"},
            ),
            ("Ageless", "other", None, {"blood_group": "A-"}),
        )
    ]
    for customer, days in zip(made, (10, 100, 400), strict=True):
        at = timezone.now() - datetime.timedelta(days=days)
        Customer.objects.filter(pk=customer.pk).update(created_at=at)
    domain.note_standing(customer_id=made[0].pk, last_visit_on=today - datetime.timedelta(days=5))
    domain.note_standing(customer_id=made[1].pk, last_visit_on=today - datetime.timedelta(days=90))
    guest = factories.customer(world.elsewhere, world.colleague, full_name="Guest", born_on=None)
    domain.know_at(customer=guest, branch=world.branch)
    return today


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"gender": "male"}, ["Almost"]),
        ({"age_from": "30"}, ["Thirty"]),
        ({"age_to": "29"}, ["Almost"]),
        ({"age_from": "29", "age_to": "30"}, ["Almost", "Thirty"]),
        ({"blood": "A-"}, ["Ageless"]),
        ({"home": "elsewhere"}, ["Guest"]),
        ({"home": "here", "gender": "female"}, ["Thirty"]),
        ({"registered_from": 100}, ["Almost", "Guest", "Thirty"]),
        ({"registered_to": 101}, ["Ageless"]),
        ({"registered_from": 100, "registered_to": 100}, ["Almost"]),
        ({"last_visit_before": 5}, ["Almost"]),
        ({"last_visit_before": 4}, ["Almost", "Thirty"]),
        ({"allergies": "on"}, ["Almost", "Thirty"]),
        ({"age_from": "junk", "blood": "Z", "registered_to": "9999-12-31", "home": "?"}, ["Ageless", "Almost", "Guest", "Thirty"]),
        ({"age_to": "125", "registered_from": "0001-01-01"}, ["Almost", "Thirty"]),
    ],
)  # fmt: skip
def test_every_filter(desk, crowd, query, expected):
    dated = {
        name: (crowd - datetime.timedelta(days=value)).isoformat() if isinstance(value, int) else value
        for name, value in query.items()
    }
    assert names(desk, **dated) == expected


def test_kept_views_stand_above_the_list(desk, people):
    page = desk.get("/customers/", {"show": "due", "q": "meh"}).content.decode()
    assert 'name="query" value="show=due"' in page
    desk.post(
        reverse("saved-view-save"),
        {"page": "customer-list", "query": "show=due", "name": "Who owes", "idempotency_key": str(compat.uuid7())},
    )  # fmt: skip
    page = desk.get("/customers/", {"show": "due"}).content.decode()
    assert '<a href="/customers/?show=due" aria-current="true">Who owes</a>' in page


def test_a_merged_or_erased_record_is_in_no_list(desk, people):
    neha, anjali = people["Neha Patel"], people["Anjali Singh"]
    Customer.objects.filter(pk=neha.pk).update(merged_into=people["Priya Mehta"])
    Customer.objects.filter(pk=anjali.pk).update(erased_at=timezone.now())
    for query in ({}, {"show": "inactive"}, {"q": "patel"}, {"q": "98123"}):
        assert not {"Neha Patel", "Anjali Singh"} & set(names(desk, **query))
    for page in ("/customers/options/", "/search/"):
        text = (
            desk.get(page, {"q": "neha"}).content.decode() + desk.get(page, {"q": "anjali"}).content.decode()
        )
        assert "Neha Patel" not in text
        assert "Anjali Singh" not in text


def test_very_long_lists_are_counted_as_far_as_anybody_turns(desk, people, monkeypatch):
    monkeypatch.setattr("clinic.paging.MOST", 2)
    monkeypatch.setattr("customers.views.lists.PER_PAGE", 1)
    response = desk.get("/customers/", {"page": "99"})
    page = response.context["page"]
    assert (page.number, page.paginator.num_pages, page.paginator.is_more) == (2, 2, True)
    assert "search or filter" in response.content.decode()


def test_an_alert_is_shown_with_the_allergies(desk, world):
    one = factories.customer(
        world.branch, world.receptionist, full_name="Priya", alert="Faints at needles", allergies="Nickel"
    )
    for page in ("/customers/", one.get_absolute_url()):
        text = desk.get(page).content.decode()
        assert "Faints at needles" in text
        assert "Nickel" in text


def test_by_second_phone(desk, people):
    Customer.objects.filter(full_name="Neha Patel").update(second_phone="+918022334455")
    assert names(desk, q="2233") == ["Neha Patel"]
    assert names(desk, q="080 2233") == []
    assert names(desk, q="8022334455") == ["Neha Patel"]


def test_by_reference_number(desk, people):
    neha = people["Neha Patel"]
    assert names(desk, q=neha.reference.lower()) == ["Neha Patel"]
    assert names(desk, q=neha.reference[4:]) == ["Neha Patel"]


def test_who_is_shared_with_this_branch_is_there(desk, world, people):
    stranger = factories.customer(world.elsewhere, world.colleague, full_name="Shared Person")
    assert "Shared Person" not in names(desk)
    domain.know_at(customer=stranger, branch=world.branch)
    assert "Shared Person" in names(desk)


def test_money_is_not_for_everybody(sign_in, world, people):
    """A therapist sees no balance, and can't sift or sort by it to find out."""
    therapist = sign_in(factories.person(world.branch, "therapist"))
    for query in ({}, {"show": "due"}, {"sort": "-due"}):
        assert names(therapist, **query) == ["Anjali Singh", "Neha Patel", "Priya Mehta"]
    for page in ("/customers/", people["Priya Mehta"].get_absolute_url()):
        assert "2,800" not in therapist.get(page).content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_do_not_grow_with_rows(desk, world, rows, django_assert_max_num_queries):
    for _ in range(rows):
        factories.customer(world.branch, world.receptionist)
    with django_assert_max_num_queries(8):
        assert len(desk.get("/customers/").context["page"]) == rows


def test_pages_of_fifty(desk, world):
    for _ in range(51):
        factories.customer(world.branch, world.receptionist)
    assert len(names(desk)) == 50
    assert len(names(desk, page="2")) == 1
    assert len(names(desk, page="99")) == 1


def test_htmx_gets_the_table_alone(desk, people):
    response = desk.get("/customers/", {"q": "pri"}, headers={"HX-Request": "true", "HX-Target": "customers"})
    body = response.content.decode()
    assert body.lstrip().startswith("<section")
    assert "Priya Mehta" in body
    assert "HX-Request" in response["Vary"]


def test_an_empty_clinic_says_what_to_do(desk):
    assert "Register a customer" in desk.get("/customers/").content.decode()


class TestPicker:
    def test_it_offers_who_matches_here(self, desk, people):
        page = desk.get("/customers/options/", {"q": "98765"}).content.decode()
        assert page.count('role="option"') == 1
        assert f'data-value="{people["Priya Mehta"].pk}"' in page
        assert "Elsewhere" not in page

    def test_nobody_found_offers_to_register(self, desk, people):
        page = desk.get("/customers/options/", {"q": "Zoya", "next": "/appointments/new/"}).content.decode()
        assert 'role="listbox"' not in page
        assert "/customers/new/?q=Zoya&amp;next=%2Fappointments%2Fnew%2F" in page

    @pytest.mark.parametrize("typed", ["", "   ", "\0", "'\"><script>", "x" * 5000])
    def test_odd_input(self, desk, people, typed):
        response = desk.get("/customers/options/", {"q": typed})
        assert response.status_code == 200
        assert "<script>" not in response.content.decode()


def test_search_finds_customers(desk, people):
    page = desk.get("/search/", {"q": "meh"}).content.decode()
    assert people["Priya Mehta"].get_absolute_url() in page


class TestExport:
    def cells(self, response) -> list[list[str]]:
        text = (b"".join(response.streaming_content) if response.streaming else response.content).decode(
            "utf-8-sig"
        )
        return list(csv.reader(io.StringIO(text)))

    def test_the_owner_takes_the_narrowed_list_out_and_it_is_noted(self, sign_in, world, people):
        owner = sign_in(world.owner)
        rows = self.cells(owner.get("/customers/export/", {"show": "packages"}))
        assert [row[1] for row in rows] == ["full_name", "Priya Mehta"]
        event = Event.objects.get(verb="customer.exported")
        assert (event.by_id, event.data) == (world.owner.pk, {"count": 1})

    def test_as_a_workbook(self, sign_in, world, people):
        answer = sign_in(world.owner).get("/customers/export/", {"show": "packages", "format": "xlsx"})
        book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
        rows = book.get_sheet_by_index(0).to_python()
        priya = dict(zip(rows[0], rows[1], strict=False))
        assert len(rows) == 2
        assert (priya["full_name"], priya["phone"], priya["due"]) == ("Priya Mehta", "+919876543210", 2800)
        assert priya["last_visit_on"] == datetime.date(2026, 3, 1)

    @pytest.mark.parametrize("start", ["=", "+", "-", "@"])
    def test_no_cell_is_a_formula(self, sign_in, world, start):
        factories.customer(
            world.branch, world.receptionist, full_name=f"{start}HYPERLINK(1)", notes="x", address=f"{start}1+1",
            allergies=f"{start}cmd",
        )  # fmt: skip
        rows = self.cells(sign_in(world.owner).get("/customers/export/"))
        assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in rows[1])
        assert f"'{start}HYPERLINK(1)" in rows[1]

    @pytest.mark.parametrize("role", ["receptionist", "doctor", "therapist"])
    def test_it_is_a_right_of_its_own(self, sign_in, world, people, role):
        client = sign_in(factories.person(world.branch, role))
        assert client.get("/customers/export/").status_code == 403
        assert reverse("customer-export") not in client.get("/customers/").content.decode()

    def test_who_may_not_see_money_exports_none(self, sign_in, world, people):
        role = Role.objects.create(code="keeper", name="Keeper")
        Grant.objects.create(role=role, permission="customers.view")
        Grant.objects.create(role=role, permission="customers.export")
        rows = self.cells(sign_in(factories.person(world.branch, "keeper")).get("/customers/export/"))
        assert "due" not in rows[0]
        assert not any("2800.00" in row for row in rows)
