"""The audit as it is read: sentences, filters, who sees what, one record's history, the file."""

import csv
import datetime
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from appointments.models import ConsultationNote
from clinic import audit
from clinic.audit import seals
from clinic.audit.telling import tell
from clinic.models import AuditPersonalValue, AuditRow, AuditSeal, Branch, Holiday
from clinic.permissions import Permission
from customers import domain as customers
from customers.models import Customer
from packages.models import Treatment
from staff.house.audit import queries
from staff.models import Grant, Role, RoleHeld
from tests import factories
from tests.factories import everything

LIST = "/settings/audit/"
RIGHTS = (Permission.AUDIT_VIEW, Permission.AUDIT_EXPORT)


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


@pytest.fixture
def facial(world):
    return factories.treatment(world.branch, name="Hydra facial", price=Decimal(2500))


@pytest.fixture
def administrator(world):
    return factories.person(world.branch, "administrator", full_name="Asha Rao")


def auditor(branch: Branch | None, *more: str):
    """Somebody who holds the audit's rights, and `more`, and nothing else."""
    role = Role.objects.create(code="auditor", name="Auditor")
    Grant.objects.bulk_create(Grant(role=role, permission=name) for name in (*RIGHTS, *more))
    person = factories.person(branch, full_name="Audit Or")
    RoleHeld.objects.create(user=person, role=role, branch=branch)
    return person


def acting(by, at: Branch | None = None, **more):
    return audit.acting(
        audit.Context(by=str(by.pk), branch=str(at.pk) if at else "", **more), connection
    )  # fmt: skip


def said(row: AuditRow, reader) -> str:
    return tell([row], user=reader)[0].sentence


def latest(**wanted) -> AuditRow:
    return AuditRow.objects.filter(**wanted).latest("id")


def lines(client, **asked) -> list[str]:
    return [told.sentence for told in client.get(LIST, asked).context["page"].told]


class TestSentences:
    def test_a_price_before_and_after(self, world, administrator, facial):
        with acting(administrator):
            Treatment.objects.filter(pk=facial.pk).update(price=Decimal(2800))
        sentence = said(latest(action="U"), world.owner)
        assert sentence == "Asha Rao changed the price of Hydra facial from ₹2,500.00 to ₹2,800.00"

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"is_active": False}, "Asha Rao switched “active” of Hydra facial off"),
            ({"minutes": 50, "price": Decimal(9)}, "Asha Rao changed duration and price of Hydra facial"),
            (
                {"minutes": 50, "price": Decimal(9), "minutes_before": 5},
                "Asha Rao changed duration, minutes to prepare and 1 more of Hydra facial",
            ),
            ({"version": 7}, "Asha Rao saved Hydra facial"),
        ],
    )
    def test_columns_in_plain_words(self, world, administrator, facial, changes, sentence):
        with acting(administrator):
            Treatment.objects.filter(pk=facial.pk).update(**changes)
        assert said(latest(action="U"), world.owner) == sentence

    def test_keys_are_named_dates_and_choices_are_words(self, world, administrator):
        holiday = Holiday.objects.create(branch=world.branch, day="2030-01-26", name="Republic Day")
        with acting(administrator):
            Holiday.objects.filter(pk=holiday.pk).update(day="2030-01-27")
        assert said(latest(action="U"), world.owner).endswith(
            "of Republic Day from 26 Jan 2030 to 27 Jan 2030"
        )
        with acting(administrator):
            RoleHeld.objects.create(
                user=world.doctor.user,
                role=Role.objects.get(code="therapist"),
                branch=world.branch,
            )
        assert said(latest(action="I"), world.owner) == "Asha Rao created role held of Vivek Kapoor"

    def test_what_is_gone_is_called_as_it_was(self, world, administrator):
        holiday = Holiday.objects.create(branch=world.branch, day="2030-01-26", name="Republic Day")
        with acting(administrator):
            holiday.delete()
        assert said(latest(action="D"), world.owner) == "Asha Rao deleted holiday Republic Day"

    def test_a_personal_value_stands_in_no_sentence(self, world):
        priya = factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")
        with acting(world.receptionist):
            Customer.objects.filter(pk=priya.pk).update(phone="+919000000001")
        row = latest(action="U")
        assert said(row, world.owner) == "Meena Joshi changed the phone of Priya Mehta"
        reader = auditor(world.branch)
        assert said(row, reader) == f"Meena Joshi changed the phone of customer {str(priya.pk)[-6:]}"

    def test_jobs_and_the_system_are_told_as_such(self, world):
        Holiday.objects.create(branch=world.branch, day="2030-01-01", name="New Year")
        assert said(latest(action="I"), world.owner) == "The system created holiday New Year"
        with audit.acting(audit.Context(path="task clinic.tasks.tidy"), connection):
            Holiday.objects.filter(name="New Year").update(name="Holi")
        assert said(latest(action="U"), world.owner).startswith("A job changed the name of Holi")

    def test_what_changed_no_row(self, owner, desk, client, world):
        priya = factories.customer(world.branch, world.receptionist, full_name="Priya Mehta")
        client.force_login(world.receptionist, backend="staff.backends.EmailOrUsername")
        client.get(priya.get_absolute_url())
        client.get("/settings/")
        client.post("/sign-out/")
        client.post("/sign-in/", {"username": "meena", "password": "x"})
        client.post("/sign-in/", {"username": "who", "password": "x"})
        rows = AuditRow.objects.exclude(action__in=AuditRow.CHANGES).order_by("-id")[:5]
        assert [said(row, world.owner) for row in rows] == [
            "Somebody failed to sign in under a name that nobody has",
            "Somebody failed to sign in as Meena Joshi",
            "Meena Joshi signed out",
            "Meena Joshi was refused the page “settings”",
            "Meena Joshi looked at Priya Mehta (customer detail)",
        ]


class TestFilters:
    @pytest.fixture
    def rows(self, world, administrator, facial):
        with acting(administrator, world.branch, path="/packages/treatments/x/edit/", request="r-77"):
            Treatment.objects.filter(pk=facial.pk).update(price=Decimal(2800))
        with acting(world.receptionist, world.branch, path="/customers/new/"):
            factories.customer(world.branch, world.receptionist)

    @pytest.mark.parametrize(
        "asked",
        [
            lambda facial, who: {"person": who.pk, "action": "U"},
            lambda facial, who: {"kind": "packages_treatment", "action": "U"},
            lambda facial, who: {"q": str(facial.pk), "action": "U"},
            lambda facial, who: {"q": "treatments/x"},
            lambda facial, who: {"q": "r-77"},
            lambda facial, who: {"q": "TREATMENTS/X", "since": timezone.localdate(), "until": timezone.localdate()},
        ],
        ids=["person", "kind", "record", "path", "request", "day"],
    )  # fmt: skip
    def test_each_narrows(self, owner, rows, facial, administrator, asked):
        (only,) = lines(owner, **asked(facial, administrator))
        assert only.startswith("Asha Rao changed the price of Hydra facial")

    def test_days_are_those_of_the_branch(self, owner, rows):
        tomorrow = timezone.localdate() + datetime.timedelta(days=1)
        assert lines(owner, since=tomorrow) == []
        assert lines(owner, until=timezone.localdate() - datetime.timedelta(days=1)) == []
        assert lines(owner, since=timezone.localdate()) != []

    def test_words_are_looked_for_in_the_last_month_and_the_page_says_so(self, owner, rows):
        assert "Looked for since" in owner.get(LIST, {"q": "treatments/x"}).content.decode()
        asked = {"q": "treatments/x", "since": "2020-01-01"}
        assert "Looked for since" not in owner.get(LIST, asked).content.decode()

    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            ({"person": "nonsense"}, "Select a valid choice"),
            ({"action": "Q"}, "Select a valid choice"),
            ({"since": "2026-02-30"}, "Enter a valid date"),
            ({"since": "2026-02-03", "until": "2026-02-01"}, "comes before the first"),
            ({"q": "x" * 101}, "at most 100 characters"),
        ],
    )
    def test_nonsense_is_said_beside_the_field_and_narrows_nothing(self, owner, rows, asked, sentence):
        page = owner.get(LIST, asked)
        assert page.status_code == 200
        assert sentence in page.content.decode()
        assert page.context["page"].told

    @pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "²", "\0"])
    def test_a_damaged_place_begins_anew(self, owner, rows, before):
        assert owner.get(LIST, {"before": before, "until": "9999-12-31"}).status_code == 200

    def test_earlier_rows_follow_without_gap_or_overlap(self, owner, rows, monkeypatch):
        monkeypatch.setattr(queries, "PAGE", 3)
        found, before = [], ""
        while True:
            page = owner.get(LIST, {"before": before, "kind": "clinic_branchhours"}).context["page"]
            found += [told.row.pk for told in page.told]
            before = page.before
            if not before:
                break
        everything = AuditRow.objects.filter(table_name="clinic_branchhours").order_by("-id")
        assert found == list(everything.values_list("pk", flat=True))
        assert len(found) == 14


class TestWhoSeesWhat:
    @pytest.fixture
    def rows(self, world):
        """One of this branch by its record, one of the other, one by where it was written, and one of a job."""
        Holiday.objects.create(branch=world.branch, day="2030-03-01", name="Here")
        Holiday.objects.create(branch=world.elsewhere, day="2030-03-01", name="There")
        with acting(world.owner, world.branch):
            facial = factories.treatment(world.branch, name="By hand")
        Treatment.objects.filter(pk=facial.pk).update(minutes=50)

    def test_an_owner_of_all_branches_sees_all(self, owner, world, rows):
        found = " ".join(lines(owner))
        assert all(
            name in found for name in ("Here", "There", "created treatment By hand", "duration of By hand")
        )
        asked = {"branch": world.elsewhere.pk, "action": "I", "kind": "clinic_holiday"}
        assert lines(owner, **asked)[0] == "The system created holiday There"
        assert "Here" not in str(lines(owner, **asked))

    def test_an_administrator_of_one_branch_sees_that_branch(self, sign_in, world, administrator, rows):
        client = sign_in(administrator)
        found = " ".join(lines(client))
        assert "Here" in found and "created treatment By hand" in found
        assert "There" not in found and "duration of By hand" not in found
        assert "branch" not in client.get(LIST).context["filters"].fields
        asked = {"branch": world.elsewhere.pk, "kind": "clinic_holiday"}
        assert lines(client, **asked)[0] == "The system created holiday Here"

    def test_nor_one_row_or_record_of_another_by_its_id(self, sign_in, world, administrator, rows):
        client = sign_in(administrator)
        row = latest(table_name="clinic_holiday", branch_id=world.elsewhere.pk)
        assert client.get(reverse("audit-detail", args=[row.pk])).status_code == 404
        assert client.get(reverse("audit-record", args=["clinic_holiday", row.row_id])).status_code == 404
        mine = latest(table_name="clinic_holiday", branch_id=world.branch.pk)
        assert client.get(reverse("audit-detail", args=[mine.pk])).status_code == 200

    def test_a_role_elsewhere_is_none_here(self, world, administrator):
        """The right at one branch and any other role at all of them: still that one branch."""
        RoleHeld.objects.create(user=administrator, role=Role.objects.get(code="receptionist"), branch=None)
        fresh = type(administrator).objects.get(pk=administrator.pk)
        assert not fresh.may_everywhere(Permission.AUDIT_VIEW)

    @pytest.mark.parametrize("role", ["doctor", "therapist", "receptionist", "stockkeeper"])
    def test_who_administers_holds_the_rights_and_others_do_not(self, role):
        held = set(Grant.objects.filter(permission__in=RIGHTS).values_list("role__code", "permission"))
        assert held == {(code, right) for code in ("owner", "administrator") for right in RIGHTS}
        assert not Grant.objects.filter(role__code=role, permission__in=RIGHTS).exists()

    def test_the_file_takes_a_right_of_its_own(self, sign_in, world, administrator):
        Grant.objects.filter(role__code="administrator", permission=Permission.AUDIT_EXPORT).delete()
        client = sign_in(administrator)
        assert client.get(LIST).status_code == 200
        assert "CSV" not in client.get(LIST).content.decode()
        assert client.get("/settings/audit/export/").status_code == 403


class TestOneRow:
    @pytest.fixture
    def row(self, world):
        priya = factories.customer(
            world.branch, world.receptionist, full_name="Priya Mehta", phone="+919876543210"
        )
        customers.change(by=world.receptionist, customer=priya, version=1, phone="+919000000001")
        return AuditRow.objects.filter(table_name="customers_customer", action="U").latest("id")

    def test_personal_values_are_for_who_sees_the_customer_and_that_is_a_look(self, owner, world, row):
        page = owner.get(reverse("audit-detail", args=[row.pk])).content.decode()
        assert "+919876543210" in page and "+919000000001" in page
        look = AuditRow.objects.latest("id")
        assert (look.action, look.table_name, look.row_id) == ("R", row.table_name, row.row_id)

    def test_others_see_that_it_changed(self, sign_in, world, row):
        page = sign_in(auditor(world.branch)).get(reverse("audit-detail", args=[row.pk])).content.decode()
        assert "Phone" in page and "personal" in page
        assert "9876543210" not in page and "Priya" not in page

    def test_nor_are_they_for_an_owner_at_another_branch(self, owner, world, row):
        owner.post("/switch-branch/", {"branch": str(world.elsewhere.pk)})
        page = owner.get(reverse("audit-detail", args=[row.pk])).content.decode()
        assert "9876543210" not in page and "Priya" not in page

    def test_what_erasure_removed_says_so(self, owner, world, row):
        customers.erase(by=world.owner, customer=Customer.objects.get(pk=row.row_id))
        page = owner.get(reverse("audit-detail", args=[row.pk])).content.decode()
        assert "erased" in page and "9876543210" not in page

    def test_a_note_of_a_visit_is_read_at_the_visit_alone(self, owner, world):
        visit = everything.one_of_everything(world.branch, by=world.owner, name="X")["appointment"]
        ConsultationNote.objects.create(appointment_id=visit, private="Secret Thought", by=world.doctor.user)
        row = latest(table_name="appointments_consultationnote")
        assert AuditPersonalValue.objects.filter(audit_id=row.pk, column_name="private").exists()
        assert "Secret Thought" not in owner.get(reverse("audit-detail", args=[row.pk])).content.decode()

    def test_it_says_whether_it_is_sealed(self, owner, row):
        assert "Not sealed yet" in owner.get(reverse("audit-detail", args=[row.pk])).content.decode()

    def test_a_record_with_who_looked_at_it(self, owner, world, row):
        owner.get(reverse("customer-detail", args=[row.row_id]))
        page = owner.get(reverse("audit-record", args=["customers_customer", row.row_id])).content.decode()
        assert "Reena Sharma looked at Priya Mehta" in page
        assert "changed the phone of Priya Mehta" in page
        assert owner.get(reverse("audit-record", args=["nothing", "1"])).status_code == 404


class TestFile:
    def test_csv_and_xlsx_without_personal_values_and_formulas(self, owner, world):
        priya = factories.customer(
            world.branch, world.receptionist, full_name="Priya Mehta", phone="+919876543210"
        )
        factories.treatment(world.branch, name="=HYPERLINK(1)")
        response = owner.get("/settings/audit/export/", {"since": timezone.localdate()})
        text = response.content.decode()
        table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
        assert table[0][:4] == ["When", "Who", "Action", "What happened"]
        assert len(table) - 1 == AuditRow.objects.filter(pk__lt=latest(action="X").pk).count()
        assert not any(cell.startswith(("=", "+", "@")) for row in table for cell in row)
        (mine,) = [row for row in table if str(priya.pk) == row[5] and row[4] == "customer"]
        assert "Full name: (personal)" in mine[6]
        assert "9876543210" not in text
        sheet = owner.get("/settings/audit/export/", {"format": "xlsx", "kind": "packages_treatment"})
        assert sheet["Content-Type"].endswith("sheet")
        assert latest(action="X").changed == {"view": "audit-export", "rows": sheet.row_count}

    def test_too_many_rows_are_refused_with_a_way_out(self, owner, monkeypatch):
        monkeypatch.setattr(queries, "MOST_IN_FILE", 3)
        response = owner.get("/settings/audit/export/")
        assert response.status_code == 409
        assert "Choose days" in response.content.decode()


def test_the_page_tells_the_lag_and_the_last_seal(owner, monkeypatch):
    page = owner.get(LIST).content.decode()
    assert "Nothing is sealed yet" in page and "wait, the oldest since" in page
    assert "the worker or its clock stands still" not in page
    monkeypatch.setattr(seals, "LATE", datetime.timedelta(0))
    monkeypatch.setattr(seals, "last", lambda: AuditSeal(above=0, to_transaction=0, to_id=0))
    monkeypatch.setattr(seals, "printed", lambda seal: "7: 3f2a 9b1c 0d4e, 1 Dec 2026, 10:00")
    page = owner.get(LIST).content.decode()
    assert "Last seal 7: 3f2a 9b1c 0d4e" in page
    assert "the worker or its clock stands still" in page


def test_more_rows_cost_no_more_queries(owner, world, facial):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries_:
            assert owner.get(LIST, {"kind": "packages_treatment"}).status_code == 200
        return len(queries_)

    asked()
    before = asked()
    for number in range(30):
        Treatment.objects.filter(pk=facial.pk).update(minutes=10 + number)
    assert asked() == before <= 12
