"""The whole record of a person: every field, ages, guardians, national ids; what can't be is said beside it."""

import datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from clinic import phones, sealing
from clinic.models import AuditRow, Event
from clinic.refusals import Refusal
from customers import domain, facts, identities
from customers.models import Customer
from tests import factories
from tests.customers.test_change import form_of

NEW = "/customers/new/"
AADHAAR = "2345 6789 0124"


def typed(**changes: str) -> dict[str, str]:
    values = {"full_name": "Priya Mehta", "phone": "98765 43210", "gender": "female"}
    return {"idempotency_key": str(compat.uuid7())} | values | changes


def test_everything_is_kept(desk):
    asked = {
        "second_phone": "98765 43211", "email": "priya@example.com", "marital_status": "married", "alert": "Faints",
        "address": "12 Hill Road", "city": "Kathmandu", "postal_code": "44600", "country": "NPL", "blood_group": "O+",
        "skin_type": "III", "allergies": "Nickel", "chief_concern": "Acne", "chronic_conditions": "Asthma",
        "notes": "Mornings", "emergency_name": "Ravi", "emergency_phone": "022 2345 6789",
        "emergency_relation": "Husband", "identity_kind": "passport", "identity_number": "k1234567",
    }  # fmt: skip
    desk.post(NEW, typed(**asked))
    priya = Customer.objects.get()
    clean = asked | {
        "second_phone": "+919876543211", "emergency_phone": "+912223456789"
    }  # fmt: skip
    del clean["identity_number"]
    assert {name: getattr(priya, name) for name in clean} == clean
    page = desk.get(priya.get_absolute_url()).content.decode()
    for shown in (
        "+91 98765 43211",
        "Married",
        "Nepal",
        "Asthma",
        f"Ravi, Husband, {phones.shown('+912223456789')}",
        "Faints",
    ):
        assert shown in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("second_phone", "12", "ten digits"),
        ("second_phone", "9876543210", "once more"),
        ("second_phone", "x" * 400, "phone number"),
        ("emergency_phone", "123", "ten digits"),
        ("age_years", "126", "less than or equal to 125"),
        ("age_years", "-1", "greater than or equal to 0"),
        ("age_months", "12", "less than or equal to 11"),
        ("country", "Mars", "not one of the available choices"),
        ("marital_status", "complicated", "not one of the available choices"),
        ("guardian", "junk", "not a valid UUID"),
        ("identity_number", "ABCPE1234F", "Choose which"),
        ("full_name", "x" * 300, "at most 100 characters"),
        ("alert", "x" * 201, "at most 200 characters"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(desk, field, value, said):
    answer = desk.post(NEW, typed(**{field: value}))
    assert answer.status_code == 422
    field = "identity_kind" if field == "identity_number" else field
    assert said in " ".join(answer.context["form"].errors[field])
    assert not Customer.objects.exists()


class TestNames:
    @pytest.mark.parametrize(
        "name",
        [
            "प्रिया मेहता",
            "محمد علي",
            "יעל כהן",
            "Priya 😀🎉",
            "𠜎𠜱 王",
            "ಪ್ರಿಯಾ ರಾವ್",
            "Zoë O’Brien-D'Souza",
            "ப்ரியா",
        ],
    )
    def test_any_script_is_kept_shown_and_found(self, desk, name):
        desk.post(NEW, typed(full_name=name))
        customer = Customer.objects.get()
        assert customer.full_name == name
        for word in [name, name.split()[0][:2], name.split()[0]]:
            found = desk.get("/customers/", {"q": word}).context["page"]
            assert [one.pk for one in found] == [customer.pk], word
        assert desk.get(customer.get_absolute_url()).status_code == 200
        assert customer.get_absolute_url() in desk.get("/search/", {"q": name}).content.decode()

    def test_a_devanagari_name_is_not_cut_at_its_vowel_signs(self, desk):
        """प्र alone would find half of all names if प were a word."""
        desk.post(NEW, typed(full_name="राम परमार"))
        assert not desk.get("/customers/", {"q": "प मार"}).context["page"].object_list

    def test_direction_marks_are_dropped_letters_are_not(self, desk):
        desk.post(NEW, typed(full_name="\u202eمحمد\u202c علي"))
        assert Customer.objects.get().full_name == "محمد علي"


class TestAge:
    def test_an_age_makes_an_estimated_birth_date(self, desk):
        desk.post(NEW, typed(age_years="30", age_months="2"))
        customer = Customer.objects.get()
        assert customer.birth_is_estimated
        assert customer.age == 30
        assert customer.born_on == facts.age_to_birth(30, 2, timezone.localdate())
        assert "about" in desk.get(customer.get_absolute_url()).content.decode()

    @pytest.mark.parametrize(
        ("age", "today", "born"),
        [
            ((0, 1), (2026, 3, 31), (2026, 2, 28)),
            ((1, 0), (2024, 2, 29), (2023, 2, 28)),
            ((0, 0), (2026, 11, 20), (2026, 11, 20)),
            ((2, 11), (2026, 1, 15), (2023, 2, 15)),
            ((125, 11), (2026, 1, 15), (1900, 2, 15)),
        ],
    )
    def test_reckoning(self, age, today, born):
        assert facts.age_to_birth(*age, datetime.date(*today)) == datetime.date(*born)

    def test_both_are_too_much(self, desk):
        answer = desk.post(NEW, typed(age_years="30", born_on="1990-01-01"))
        assert "not both" in " ".join(answer.context["form"].errors["age_years"])

    def test_a_date_typed_later_is_no_estimate_and_another_age_is_one_again(self, desk):
        desk.post(NEW, typed(age_years="30"))
        customer = Customer.objects.get()
        edit = reverse("customer-edit", args=[customer.pk])
        desk.post(edit, form_of(desk, customer) | {"city": "Pune"})
        assert Customer.objects.get().birth_is_estimated, "another change leaves it an estimate"
        desk.post(edit, form_of(desk, customer) | {"born_on": "1996-05-04"})
        assert not Customer.objects.get().birth_is_estimated
        desk.post(edit, form_of(desk, customer) | {"age_years": "31"})
        customer = Customer.objects.get()
        assert (customer.birth_is_estimated, customer.age) == (True, 31)

    def test_born_tomorrow_is_said_beside_the_date(self, desk):
        tomorrow = timezone.localdate() + datetime.timedelta(days=1)
        answer = desk.post(NEW, typed(born_on=tomorrow.isoformat()))
        assert "future" in " ".join(answer.context["form"].errors["born_on"])


class TestGuardian:
    def test_a_minor_without_one_is_registered_with_a_reminder(self, desk):
        answer = desk.post(NEW, typed(age_years="9"), follow=True)
        assert "under 18" in answer.content.decode()
        child = Customer.objects.get()
        assert (
            "no guardian is noted"
            in desk.get(reverse("customer-household", args=[child.pk])).content.decode()
        )

    def test_a_guardian_is_chosen_and_shown_on_both_pages(self, desk, world):
        mother = factories.customer(world.branch, world.receptionist, full_name="Meera Iyer")
        answer = desk.post(
            NEW, typed(age_years="9", guardian=str(mother.pk), guardian_relation="Mother"), follow=True
        )
        assert "under 18" not in answer.content.decode()
        child = Customer.objects.get(guardian=mother)
        assert "Meera Iyer" in desk.get(reverse("customer-household", args=[child.pk])).content.decode()
        assert "Priya Mehta" in desk.get(reverse("customer-household", args=[mother.pk])).content.decode()
        assert 'value="Meera Iyer"' in desk.get(reverse("customer-edit", args=[child.pk])).content.decode()

    def test_nobody_from_elsewhere_and_not_oneself(self, desk, world):
        stranger = factories.customer(world.elsewhere, world.colleague)
        assert desk.post(NEW, typed(guardian=str(stranger.pk))).status_code == 422
        one = factories.customer(world.branch, world.receptionist)
        edit = reverse("customer-edit", args=[one.pk])
        answer = desk.post(edit, form_of(desk, one) | {"guardian": str(one.pk)})
        assert "their own guardian" in " ".join(answer.context["form"].errors["guardian"])

    def test_two_are_not_each_other_s(self, world):
        one = factories.customer(world.branch, world.receptionist)
        two = factories.customer(world.branch, world.receptionist, guardian=one)
        with pytest.raises(Refusal, match="guardian"):
            domain.change(by=world.owner, customer=one, version=one.version, guardian=two)


class TestNationalId:
    @pytest.fixture
    def priya(self, desk):
        desk.post(NEW, typed(identity_kind="aadhaar", identity_number=AADHAAR))
        return Customer.objects.get()

    def test_it_is_nowhere_in_the_clear(self, desk, priya):
        assert sealing.unseal(priya.identity_sealed) == "234567890124"
        assert (priya.identity_kind, priya.identity_ending) == ("aadhaar", "0124")
        for page in (priya.get_absolute_url(), reverse("customer-household", args=[priya.pk]),
                     reverse("customer-edit", args=[priya.pk])):  # fmt: skip
            text = desk.get(page).content.decode()
            assert "23456789" not in text
            assert "2345 6789" not in text
        kept = [str(row.changed) for row in AuditRow.objects.all()]
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_personal::text FROM clinic_audit_personal AS audit_personal")
            kept += [text for (text,) in cursor.fetchall()]
        kept += [str(event.data) for event in Event.objects.all()]
        assert not [text for text in kept if "23456789" in text or priya.identity_sealed in text]

    def test_who_may_sees_it_and_leaves_a_trace(self, sign_in, world, priya):
        show = reverse("customer-show-identity", args=[priya.pk])
        page = sign_in(world.owner).post(show).content.decode()
        assert AADHAAR in page
        event = Event.objects.get(verb="customer.identity_shown")
        assert (event.by_id, event.subject_id, event.data) == (world.owner.pk, priya.pk, {})

    def test_who_may_not_does_not(self, desk, priya):
        show = reverse("customer-show-identity", args=[priya.pk])
        assert desk.post(show).status_code == 403
        assert show not in desk.get(reverse("customer-household", args=[priya.pk])).content.decode()

    def test_it_stays_when_other_things_change_and_goes_when_told(self, desk, priya):
        edit = reverse("customer-edit", args=[priya.pk])
        assert desk.post(edit, form_of(desk, priya) | {"city": "Pune"}).status_code == 302
        assert Customer.objects.get().identity_sealed == priya.identity_sealed
        body = form_of(desk, priya) | {"identity_kind": "pan", "identity_number": "abcpe 1234 f"}
        assert desk.post(edit, body).status_code == 302
        assert sealing.unseal(Customer.objects.get().identity_sealed) == "ABCPE1234F"
        assert desk.post(edit, form_of(desk, priya) | {"identity_kind": ""}).status_code == 422
        assert desk.post(edit, form_of(desk, priya) | {"identity_kind": "voter"}).status_code == 422
        assert desk.post(edit, form_of(desk, priya) | {"identity_remove": "on"}).status_code == 302
        gone = Customer.objects.get()
        assert (gone.identity_kind, gone.identity_sealed, gone.identity_index, gone.identity_ending) == (
            "",
        ) * 4

    def test_all_are_sealed_anew_so_that_an_old_key_can_go(self, world, priya, settings, capsys):
        old = settings.SEALING_KEYS
        settings.SEALING_KEYS = ["the new key", *old]
        call_command("reseal")
        assert "1 national ids" in capsys.readouterr().out
        settings.SEALING_KEYS = ["the new key"]
        assert domain.show_identity(by=world.owner, customer=Customer.objects.get()) == AADHAAR

    def test_the_key_of_the_index_changes_and_equal_ids_are_found_all_the_while(self, desk, priya, settings):
        def doubles():
            asked = typed(
                full_name="Somebody Else",
                phone="9811111111",
                identity_kind="aadhaar",
                identity_number=AADHAAR,
            )
            return "same national id" in desk.post(NEW, asked).content.decode()

        before = priya.identity_index
        assert doubles()
        settings.INDEX_KEYS = ["the new key", *settings.INDEX_KEYS]
        assert doubles(), "the old one is still looked for"
        call_command("reseal")
        assert Customer.objects.get().identity_index != before
        settings.INDEX_KEYS = ["the new key"]
        assert doubles()
        assert Customer.objects.count() == 1

    def test_the_same_one_twice_warns(self, desk, priya):
        answer = desk.post(
            NEW, typed(full_name="Somebody Else", phone="9000000001", identity_kind="aadhaar", identity_number="234567890124")
        )  # fmt: skip
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "same national id" in page
        assert priya.get_absolute_url() in page

    @pytest.mark.parametrize(
        ("kind", "number", "said"),
        [
            ("aadhaar", "234567890123", "mistyped"),
            ("aadhaar", "1234 5678 9012", "12 digits"),
            ("aadhaar", "२३४५६७८९०१२४", "12 digits"),
            ("pan", "ABCDE12345", "for example"),
            ("voter", "AB1234567", "for example"),
            ("licence", "12", "for example"),
            ("passport", "A", "for example"),
        ],
    )
    def test_what_cannot_be_one(self, desk, kind, number, said):
        answer = desk.post(NEW, typed(identity_kind=kind, identity_number=number))
        assert said in " ".join(answer.context["form"].errors["identity_number"])

    def test_the_last_digit_is_verhoeff_s(self):
        right = "234567890124"
        assert identities.check("aadhaar", right) == right
        for place in range(1, 12):
            for digit in "0123456789".replace(right[place], ""):
                with pytest.raises(ValueError, match="mistyped"):
                    identities.check("aadhaar", right[:place] + digit + right[place + 1 :])
        with pytest.raises(ValueError, match="mistyped"):
            identities.check("aadhaar", "324567890124")
