"""Registering by hand: what is accepted, what is said beside which field, and who is warned of a double."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from clinic.models import Event
from clinic.refusals import Refusal
from customers import domain, references
from customers.models import Customer, ReferenceCounter, SeenAt, Standing
from tests import factories

NEW = "/customers/new/"


def typed(**changes: str) -> dict[str, str]:
    return {
        "idempotency_key": str(compat.uuid7()),
        "full_name": "Priya Mehta",
        "phone": "98765 43210",
        "gender": "female",
    } | changes


def refused(desk, field: str, **changes: str) -> str:
    """What is said beside the field; nothing was written, and what was typed is still there."""
    response = desk.post(NEW, typed(**changes))
    assert response.status_code == 422
    assert not Customer.objects.exists()
    form = response.context["form"]
    for name, value in changes.items():
        assert form[name].value() == value.replace("\0", "")
    assert f'id="id_{field}_error"' in response.content.decode()
    return " ".join(form.errors[field])


def test_a_receptionist_registers_priya(desk, world):
    response = desk.post(
        NEW,
        typed(born_on="1997-04-15", blood_group="O+", city="Mumbai", postal_code="400 050", state="27",
              address="Bandra", allergies="Reacts to fragrance"),
    )  # fmt: skip
    priya = Customer.objects.get()
    assert response["Location"] == reverse("customer-detail", args=[priya.pk])
    assert (priya.phone, priya.postal_code, priya.home_branch) == ("+919876543210", "400050", world.branch)
    assert priya.registered_by == world.receptionist
    assert Standing.objects.get(customer=priya).due == 0
    event = Event.objects.get(verb="customer.registered")
    assert (event.subject_id, event.by_id, event.data) == (priya.pk, world.receptionist.pk, {})
    page = desk.get(priya.get_absolute_url()).content.decode()
    assert "Reacts to fragrance" in page
    assert 'href="https://wa.me/919876543210"' in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("phone", "9876543210123456", "at most 15 digits; this one has 16"),
        ("phone", "98765", "ten digits"),
        ("phone", "", "required"),
        ("full_name", "", "required"),
        ("full_name", "\u202e\u200e", "name"),
        ("full_name", "x" * 101, "at most 100 characters"),
        ("born_on", "2999-01-01", "future"),
        ("born_on", "1899-12-31", "before 1900"),
        ("born_on", "2026-02-31", "exist"),
        ("born_on", "31/02/1990", "exist"),
        ("postal_code", "012345", "PIN"),
        ("postal_code", "4000501", "PIN"),
        ("postal_code", "१२३४५६", "PIN"),
        ("gstin", "29AABCL1234A1Z5", "check character would be 4"),
        ("gstin", "07AABCU9603R1ZX", "check character"),
        ("gstin", "29AABC", "15 characters"),
        ("email", "priya@", "valid email"),
        ("gender", "robot", "not one of the available choices"),
        ("state", "99", "not one of the available choices"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(desk, field, value, said):
    assert said in refused(desk, field, **{field: value})


def test_a_gstin_of_another_state_is_told(desk):
    assert "another State" in refused(desk, "state", gstin="29AABCL1234A1Z4", state="27")


def test_born_today_is_possible_tomorrow_is_not(desk, world):
    today = timezone.localdate()
    assert desk.post(NEW, typed(born_on=today.isoformat())).status_code == 302
    tomorrow = typed(phone="9876543211", born_on=(today + datetime.timedelta(days=1)).isoformat())
    assert desk.post(NEW, tomorrow).status_code == 422


@pytest.mark.parametrize(
    "name", ["प्रिया मेहता", "Priya 😀", "O'Brien-D’Souza", "<script>alert(1)</script>", "X"]
)
def test_names_of_every_kind_are_kept_and_shown_harmless(desk, name):
    desk.post(NEW, typed(full_name=name))
    customer = Customer.objects.get()
    assert customer.full_name == name
    for page in (customer.get_absolute_url(), "/customers/"):
        assert "<script>alert" not in desk.get(page).content.decode()


def test_nul_characters_are_dropped(desk):
    desk.post(NEW, typed(full_name="Pri\0ya", notes="a\0b", phone="98765\x0043210"))
    customer = Customer.objects.get()
    assert (customer.full_name, customer.notes, customer.phone) == ("Priya", "ab", "+919876543210")


def test_a_double_click_registers_once(desk):
    body = typed()
    first, second = desk.post(NEW, body), desk.post(NEW, body)
    assert Customer.objects.count() == 1
    assert first["Location"] == second["Location"]


class TestKnownPhone:
    @pytest.fixture
    def neha(self, world):
        return factories.customer(
            world.branch, world.receptionist, full_name="Neha Patel", phone="+919876543210"
        )

    def test_it_warns_and_shows_whom_then_does_as_told(self, desk, neha):
        response = desk.post(NEW, typed())
        page = response.content.decode()
        assert response.status_code == 422
        assert Customer.objects.count() == 1
        assert neha.get_absolute_url() in page
        assert neha.reference in page
        assert "Register anyway" in page
        assert 'value="Priya Mehta"' in page
        again = desk.post(NEW, typed(anyway=response.context["form"]["anyway"].value()))
        assert again.status_code == 302
        assert Customer.objects.filter(phone="+919876543210").count() == 2

    def test_being_told_of_one_phone_is_no_leave_for_another(self, desk, world, neha):
        factories.customer(world.branch, world.receptionist, phone="+919876500000")
        assert desk.post(NEW, typed(phone="98765 00000", anyway="+919876543210")).status_code == 422

    def test_of_another_branch_only_that_there_is_one(self, desk, world):
        factories.customer(world.elsewhere, world.colleague, full_name="Secret Person", phone="+919876543210")
        page = desk.post(NEW, typed()).content.decode()
        assert "another branch" in page
        assert "Secret" not in page

    def test_the_warning_while_typing(self, desk, world, neha):
        factories.customer(world.elsewhere, world.colleague, full_name="Secret Person", phone="+919812345678")

        def ask(**query):
            return desk.get("/customers/known/", query).content.decode()

        assert "Neha Patel" in ask(phone="98765 43210")
        assert "Neha" not in ask(phone="98765 4321")
        assert "Neha" not in ask(phone="98765 43210", without=str(neha.pk))
        assert ask(phone="98765 43210", without="junk").count("Neha Patel") == 1
        assert "another branch" in ask(phone="98123 45678")
        assert "Secret" not in ask(phone="98123 45678")

    def test_a_deactivated_person_is_named_as_such(self, desk, world, neha):
        domain.deactivate(by=world.receptionist, customer=neha)
        assert "deactivated" in desk.post(NEW, typed()).content.decode()


def test_where_registering_was_asked_for_gets_the_new_customer(desk):
    response = desk.post(f"{NEW}?next=/appointments/new/%3Fday%3D2026-11-20", typed())
    customer = Customer.objects.get()
    assert response["Location"] == f"/appointments/new/?day=2026-11-20&customer={customer.pk}"


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_it_never_leads_away(desk, evil):
    response = desk.post(f"{NEW}?next={evil}", typed())
    assert response["Location"] == Customer.objects.get().get_absolute_url()


def test_what_was_searched_for_is_filled_in(desk):
    assert desk.get(NEW, {"q": "98765 43210"}).context["form"]["phone"].value() == "98765 43210"
    assert desk.get(NEW, {"q": "Priya"}).context["form"]["full_name"].value() == "Priya"


def test_a_closed_branch_takes_nobody(world):
    world.branch.is_active = False
    with pytest.raises(Refusal, match="no registrations"):
        factories.customer(world.branch, world.receptionist)


def test_references_are_in_order_and_unlike_across_branches_of_one_stem(world):
    """LCB and LCI both begin with LC: their numbers come from one counter."""
    made = [
        factories.customer(at, world.receptionist, gender=gender).reference
        for at, gender in ((world.branch, "female"), (world.elsewhere, "female"), (world.branch, "male"),
                           (world.branch, "undisclosed"))
    ]  # fmt: skip
    month = references.month_of(timezone.localdate())
    assert [reference[:6] + reference[7:] for reference in made] == [
        f"LCF{month}00001", f"LCF{month}00002", f"LCM{month}00003", f"LCO{month}00004"
    ]  # fmt: skip
    assert all(references.is_right(reference) for reference in made)


def test_the_check_character_is_that_of_iso_7064():
    """The example of the Global Release Identifier standard: A1-2425G-ABC1234002-M."""
    assert references.check_character("A12425GABC1234002") == "M"


def test_a_mistyped_reference_is_noticed():
    right = references.build(stem="LC", gender="female", month="26B", serial=42)
    assert (len(right), right[:6], right[7:]) == (12, "LCF26B", "00042")
    assert references.is_right(right)
    wrong = [
        right[:place] + letter + right[place + 1 :]
        for place in range(12) for letter in references.ALPHABET if letter != right[place]
    ]  # fmt: skip
    assert not any(references.is_right(each) for each in wrong)
    assert not any(references.is_right(each) for each in ("", "LCF26B", right + "0", right.lower(), "प" * 12))


def test_a_house_may_leave_gender_out_of_the_number_and_begin_higher(world):
    world.branch.reference_start, world.branch.reference_neutral = 500, "N"
    made = [
        factories.customer(world.branch, world.receptionist, gender=gender) for gender in ("female", "male")
    ]
    assert [one.reference[2] + one.reference[7:] for one in made] == ["N00500", "N00501"]


def test_a_number_that_somebody_brought_along_is_not_given_again(world):
    month = references.month_of(timezone.localdate())
    taken = references.build(stem="LC", gender="female", month=month, serial=1)
    first = factories.customer(world.branch, world.receptionist, gender="male")
    Customer.objects.filter(pk=first.pk).update(reference=taken)
    ReferenceCounter.objects.update(last_serial=0)
    assert factories.customer(world.branch, world.receptionist).reference[7:] == "00002"


def test_october_to_december_are_letters():
    assert [references.month_of(datetime.date(2026, month, 1)) for month in (1, 9, 10, 12)] == [
        "261", "269", "26A", "26C"
    ]  # fmt: skip


def test_the_month_is_the_branch_s_own(world):
    world.branch.time_zone = "Pacific/Kiritimati"
    local = timezone.now().astimezone(world.branch.zone).date()
    reference = factories.customer(world.branch, world.receptionist).reference
    assert reference[3:6] == references.month_of(local)


def test_a_month_has_99999_numbers(world):
    factories.customer(world.branch, world.receptionist)
    ReferenceCounter.objects.update(last_serial=99_998)
    factories.customer(world.branch, world.receptionist)
    with pytest.raises(Refusal, match="used up"):
        factories.customer(world.branch, world.receptionist)


def test_who_may_not_register_may_not(sign_in, world):
    therapist = factories.person(world.branch, "therapist")
    assert sign_in(therapist).post(NEW, typed()).status_code == 403
    assert "customer-new" not in sign_in(therapist).get("/customers/").content.decode()
    assert not Customer.objects.exists()


def test_standing_keeps_what_is_not_told_and_knowing_twice_is_once(world):
    customer = factories.customer(world.branch, world.receptionist)
    domain.note_standing(customer_id=customer.pk, due=100, active_packages=2)
    domain.note_standing(customer_id=customer.pk, active_packages=0)
    standing = Standing.objects.get(customer=customer)
    assert (standing.due, standing.active_packages) == (100, 0)
    for _ in range(2):
        domain.know_at(customer=customer, branch=world.elsewhere)
    domain.know_at(customer=customer, branch=world.branch)
    assert SeenAt.objects.count() == 1
    assert Customer.objects.visible_to(world.colleague).get() == customer
