"""Setting up an empty clinic from the command line."""

import io

import pytest
from django.core.management import CommandError, call_command

from clinic import gst
from clinic.models import Branch, Organisation, Registration, TaxRule
from staff.models import Practitioner, User

FLAGS = {
    "name": "Linqs Cosmetology Clinic",
    "gstin": "29AABCL1234A1Z4",
    "address": "14-B, MG Road",
    "city": "Bengaluru",
    "pin": "560001",
    "phone": "98100 55555",
    "aesthetic_rate": "18",
    "owner_name": "Reena Sharma",
    "username": "Reena",
    "email": "reena@clinic.example",
    "password": "correct-horse-battery",
}


def run(**changes) -> str:
    said = io.StringIO()
    call_command("first_run", stdout=said, stderr=said, **{"no_input": True} | FLAGS | changes)
    return said.getvalue()


def test_the_clinic_of_the_story(client, db):
    said = run(doctor=["Dr. Vivek Kapoor", "Reena Sharma"], upi="linqs@upi", code="lcb")
    branch = Branch.objects.get()
    assert (branch.code, branch.state, branch.upi_id, branch.phone) == (
        "LCB",
        "29",
        "linqs@upi",
        "+919810055555",
    )
    assert (branch.registration.gstin, branch.registration.scheme) == ("29AABCL1234A1Z4", "regular")
    assert TaxRule.objects.get(category__code="cosmetic_procedure", valid_to=None).rate == 18
    assert "Sign in as reena" in said
    assert "correct-horse" not in said
    assert {str(doctor) for doctor in Practitioner.objects.all()} == {"Dr. Vivek Kapoor", "Dr. Reena Sharma"}
    assert not User.objects.get(username="vivek.kapoor").has_usable_password()
    signed_in = client.post("/sign-in/", {"username": "reena", "password": FLAGS["password"]})
    assert signed_in.status_code == 302
    assert client.get("/customers/").status_code == 200
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"gstin": "07AABCU9603R1ZX"}, "check character would be"),
        ({"gstin": "29AABCL1234A1Z5"}, "check character would be 4, but it ends in 5"),
        ({"state": "Delhi"}, "belongs to Karnataka"),
        ({"state": "Atlantis", "gstin": ""}, "no State"),
        ({"pin": "0560"}, "PIN code has six digits"),
        ({"phone": "12345"}, "ten digits"),
        ({"aesthetic_rate": "12"}, "5 or 18"),
        ({"code": "9X"}, "a letter first"),
        ({"upi": "nonsense"}, "name@bank"),
        ({"email": "reena@"}, "valid email"),
        ({"username": "two words"}, "without spaces"),
        ({"password": "12345678"}, "too common"),
        ({"password": "ReenaSharma"}, "too similar"),
        ({"name": ""}, "--name: An answer is needed"),
        ({"name": "x" * 151}, "At most 150"),
        ({"password": None}, "--password: An answer is needed"),
    ],
)
def test_what_cannot_be_is_said_with_its_flag_and_nothing_is_written(db, changes, said):
    with pytest.raises(CommandError, match=said.replace("?", r"\?")):
        run(**changes)
    assert not Organisation.objects.exists()
    assert not User.objects.exists()


def test_everything_wrong_is_said_at_once(db):
    with pytest.raises(CommandError) as problem:
        run(pin="0", phone="1", name="")
    assert len(str(problem.value).splitlines()) == 3


def test_a_clinic_without_registration(db):
    run(gstin="", state="karnataka")
    registration = Registration.objects.get()
    assert (registration.scheme, registration.gstin, registration.state) == ("unregistered", "", "29")


def test_a_composition_dealer(db):
    run(composition="yes")
    assert Registration.objects.get().scheme == "composition"


@pytest.mark.parametrize("typed", ["29", "Karnataka", "29 karnataka"])
def test_a_state_by_code_or_name(db, typed):
    run(gstin="", state=typed)
    assert gst.STATES[Branch.objects.get().state].name == "Karnataka"


def test_five_percent_without_credit(db):
    run(aesthetic_rate="5 %")
    rule = TaxRule.objects.get(category__code="cosmetic_procedure", valid_to=None)
    assert (rule.rate, rule.credit_barred) == (5, True)


def test_a_second_time_changes_nothing(db):
    run()
    with pytest.raises(CommandError, match="already holds a clinic"):
        run(name="Another")
    assert Organisation.objects.get().name == FLAGS["name"]


def test_the_password_may_come_from_the_environment(db, monkeypatch):
    monkeypatch.setenv("CLINIC_OWNER_PASSWORD", "from-the-environment-1")
    run(password=None)
    assert User.objects.get().check_password("from-the-environment-1")


class TestAsking:
    def answer(self, monkeypatch, answers, passwords=("correct-horse-battery",) * 2):
        asked: list[str] = []
        typed, secret = iter(answers), iter(passwords)

        def reply(prompt):
            asked.append(prompt)
            return next(typed)

        monkeypatch.setattr("builtins.input", reply)
        monkeypatch.setattr("getpass.getpass", lambda prompt: next(secret))
        said = io.StringIO()
        call_command("first_run", stdout=said, stderr=said)
        return said.getvalue(), asked

    def test_a_wrong_answer_is_explained_and_asked_again(self, db, monkeypatch):
        said, asked = self.answer(
            monkeypatch,
            ["Linqs", "29AABCL1234A1Z5", "29AABCL1234A1Z4", "", "MG Road", "Bengaluru", "560001", "98100 55555", "7",
             "18", "", "", "Reena Sharma", "", ""],
            ("12345678", "12345678", "correct-horse-battery", "typo", "correct-horse-battery",
             "correct-horse-battery"),
        )  # fmt: skip
        assert "check character would be 4" in said
        assert "Type 5 or 18" in said
        assert "too common" in said
        assert "don't match" in said
        assert "correct-horse" not in said
        assert not any(prompt.startswith("State") for prompt in asked), "the GSTIN tells the State"
        assert (Branch.objects.get().code, User.objects.get().username) == ("MAIN", "owner")

    def test_stopping_half_way_saves_nothing(self, db, monkeypatch):
        def stop(prompt):
            raise KeyboardInterrupt

        monkeypatch.setattr("builtins.input", stop)
        with pytest.raises(CommandError, match="nothing was saved"):
            call_command("first_run")
        assert not Organisation.objects.exists()
