"""Changing a customer: stale forms, doubles, switching off and on, other branches."""

import pytest
from django.urls import reverse

from clinic.models import AuditRow
from clinic.refusals import Stale
from customers import domain
from customers.models import Customer
from tests import factories


@pytest.fixture
def priya(world):
    return factories.customer(
        world.branch, world.receptionist, full_name="Priya Mehta", phone="+919876543210", notes="Mornings"
    )


def form_of(desk, customer: Customer) -> dict[str, str]:
    """What the browser would send back unchanged."""
    form = desk.get(reverse("customer-edit", args=[customer.pk])).context["form"]
    return {field.html_name: str(field.value() if field.value() is not None else "") for field in form}


def test_a_change_is_saved_and_leaves_its_trace(desk, world, priya):
    body = form_of(desk, priya) | {"city": "Mumbai", "gstin": " 29aabcl1234a1z4 "}
    response = desk.post(reverse("customer-edit", args=[priya.pk]), body)
    assert response["Location"] == priya.get_absolute_url()
    priya.refresh_from_db()
    assert (priya.city, priya.gstin, priya.version) == ("Mumbai", "29AABCL1234A1Z4", 2)
    row = AuditRow.objects.filter(table_name="customers_customer", action="U").latest("id")
    assert row.by_id == world.receptionist.pk
    assert row.changed["city"][1].startswith("sha256:"), "personal values stay out of the audit row itself"
    assert row.changed["version"] == [1, 2]


def test_the_second_of_two_is_told_keeps_what_was_typed_and_may_save_again(desk, world, priya):
    body = form_of(desk, priya) | {"notes": "Evenings"}
    domain.change(by=world.owner, customer=Customer.objects.get(pk=priya.pk), version=1, notes="Sundays only")
    response = desk.post(reverse("customer-edit", args=[priya.pk]), body)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Somebody else changed this record" in page
    assert "Sundays only" in page
    assert "Evenings" in page
    assert Customer.objects.get(pk=priya.pk).notes == "Sundays only"
    again = body | {"version": response.context["form"]["version"].value()}
    assert desk.post(reverse("customer-edit", args=[priya.pk]), again).status_code == 302
    assert Customer.objects.get(pk=priya.pk).notes == "Evenings"


def test_a_stale_verb_refuses(world, priya):
    domain.change(by=world.owner, customer=Customer.objects.get(pk=priya.pk), version=1, notes="a")
    with pytest.raises(Stale):
        domain.change(by=world.owner, customer=priya, version=1, notes="b")


def test_a_double_click_is_not_told_of_somebody_else(desk, priya):
    body = form_of(desk, priya) | {"city": "Mysuru"}
    for _click in range(2):
        response = desk.post(reverse("customer-edit", args=[priya.pk]), body)
        assert response["Location"] == priya.get_absolute_url()
    assert Customer.objects.get(pk=priya.pk).version == priya.version + 1


@pytest.mark.parametrize("version", ["", "0", "junk", "9" * 30])
def test_a_damaged_version_is_no_server_error(desk, priya, version):
    response = desk.post(
        reverse("customer-edit", args=[priya.pk]),
        form_of(desk, priya) | {"version": version, "city": "Mysuru"},
    )
    assert response.status_code == 422


def test_an_impossible_change_leaves_everything(desk, priya):
    body = form_of(desk, priya) | {"born_on": "2999-01-01", "city": "Pune"}
    response = desk.post(reverse("customer-edit", args=[priya.pk]), body)
    assert response.status_code == 422
    assert 'value="Pune"' in response.content.decode()
    assert Customer.objects.get(pk=priya.pk).city == ""


def test_a_phone_that_somebody_has_warns_on_changing_too(desk, world, priya):
    other = factories.customer(world.branch, world.receptionist, full_name="Neha Patel")
    body = form_of(desk, other) | {"phone": "98765 43210"}
    response = desk.post(reverse("customer-edit", args=[other.pk]), body)
    assert response.status_code == 422
    assert "Save anyway" in response.content.decode()
    body["anyway"] = response.context["form"]["anyway"].value()
    assert desk.post(reverse("customer-edit", args=[other.pk]), body).status_code == 302


def test_a_shared_phone_that_stays_does_not_warn_again(desk, world, priya):
    other = factories.customer(world.branch, world.receptionist, phone=priya.phone)
    body = form_of(desk, other) | {"city": "Mysuru"}
    assert desk.post(reverse("customer-edit", args=[other.pk]), body).status_code == 302


def test_fields_that_nobody_types_are_not_taken(desk, world, priya):
    body = form_of(desk, priya) | {
        "reference": "LCF26B999999", "home_branch": str(world.elsewhere.pk), "is_active": "", "registered_by": "x"
    }  # fmt: skip
    desk.post(reverse("customer-edit", args=[priya.pk]), body)
    now = Customer.objects.get(pk=priya.pk)
    assert (now.reference, now.home_branch, now.is_active) == (priya.reference, world.branch, True)


def test_a_deactivated_customer_is_hidden_but_kept(desk, priya):
    assert desk.post(reverse("customer-deactivate", args=[priya.pk])).status_code == 302
    desk.get(priya.get_absolute_url())  # takes the message that names her
    assert "Priya Mehta" not in desk.get("/customers/").content.decode()
    assert "Priya Mehta" not in desk.get("/customers/options/", {"q": "priya"}).content.decode()
    assert "Priya Mehta" not in desk.get("/search/", {"q": "priya"}).content.decode()
    assert "Priya Mehta" in desk.get("/customers/", {"show": "inactive"}).content.decode()
    assert "Deactivated" in desk.get(priya.get_absolute_url()).content.decode()
    desk.post(reverse("customer-deactivate", args=[priya.pk]))
    assert Customer.objects.get(pk=priya.pk).version == 2, "the second time changes nothing"
    desk.post(reverse("customer-reactivate", args=[priya.pk]))
    assert "Priya Mehta" in desk.get("/customers/").content.decode()


@pytest.mark.parametrize(
    "name", ["customer-detail", "customer-edit", "customer-deactivate", "customer-reactivate"]
)
def test_another_branch_finds_nothing(sign_in, world, priya, name):
    client = sign_in(world.colleague)
    address = reverse(name, args=[priya.pk])
    answers = {client.get(address).status_code, client.post(address, {"full_name": "Taken"}).status_code}
    assert answers <= {404, 405}
    assert Customer.objects.get(pk=priya.pk).full_name == "Priya Mehta"


@pytest.mark.parametrize("name", ["customer-edit", "customer-deactivate"])
def test_a_therapist_reads_only(sign_in, world, priya, name):
    client = sign_in(factories.person(world.branch, "therapist"))
    assert client.get(priya.get_absolute_url()).status_code == 200
    assert client.post(reverse(name, args=[priya.pk])).status_code == 403
