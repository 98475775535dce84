"""Everything that people do without changing a row is in the audit: pages of patients, papers, files, refusals, sign-ins.

Which views leave a row is not listed here: every URL is asked, and what its answer holds says what it must leave.
"""

from datetime import timedelta

import pytest
from django.urls import reverse
from uuid_utils import compat

from clinic.audit import notes
from clinic.models import AuditRow
from customers.models import Customer
from tests import factories
from tests.factories import everything
from tests.test_permission_walk import OURS, address

PATIENT = "Patient Zeta"
#: Forms and fragments about one patient that show no more of them than a list does: the name beside what is asked.
ONLY_A_NAME = {
    "appointment-new", "appointment-prioritise", "appointment-reschedule", "appointment-series", "invoice-new",
    "package-sell", "session-give-proof", "session-redeem", "session-undo", "waitlist-join", "waitlist-schedule",
    "waitlist-wish", "enrolment-exchange", "enrolment-extend", "enrolment-freeze", "enrolment-give-back",
    "enrolment-transfer", "appointment-messages", "time-off-hits", "outage-hits", "practitioner-hits", "figure-rows",
}  # fmt: skip
#: A picture within pages that have left their row.
WITHIN_A_PAGE = {"document-thumbnail", "branch-logo"}
FILES = ("text/csv", "application/vnd.openxmlformats", "application/zip")


@pytest.fixture
def found(world):
    found = everything.one_of_everything(world.branch, by=world.owner, name="Canary")
    Customer.objects.filter(pk=found["customer"]).update(full_name=PATIENT)
    found["invoice"] = everything.issued_invoice(world.branch, by=world.owner, name=PATIENT).pk
    return found


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


def read(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def left_by(client, url: str, **more) -> tuple[object, bytes, list[AuditRow]]:
    before = AuditRow.objects.latest("id").pk
    response = client.get(url, **more)
    return response, read(response), list(AuditRow.objects.filter(pk__gt=before).order_by("id"))


def test_every_page_of_a_patient_every_paper_and_every_file_leaves_one_row(owner, world, found, monkeypatch):
    monkeypatch.setattr(notes, "ONE_LOOK", timedelta(days=-1))  # each page is another look
    wrong, seen = [], {"R": set(), "P": set(), "X": set(), "N": set()}
    owner.post(
        reverse("customer-hand-out", args=[found["customer"]]), {"idempotency_key": str(compat.uuid7())}
    )
    for place in OURS:
        response, body, rows = left_by(owner, address(place, found))
        kind = response.get("Content-Type", "")
        wanted = ""
        if response.status_code in (403, 404):
            wanted = "N"
        elif response.status_code != 200 or place.name in WITHIN_A_PAGE:
            continue
        elif kind.startswith("application/pdf"):
            wanted = "P"
        elif kind.startswith(FILES):
            wanted = "X"
        elif place.parameters and PATIENT.encode() in body and place.name not in ONLY_A_NAME:
            wanted = "R"
        noted = [row.action for row in rows if not row.is_change]
        if wanted == "P" and noted == ["X"]:
            wanted = "X"  # a list that is drawn as a paper
        if wanted and noted != [wanted]:
            wrong.append((place.name, wanted, noted))
        if wanted and noted == [wanted]:
            seen[wanted].add(place.name)
            assert (rows[-1].by_id, rows[-1].branch_id) == (world.owner.pk, world.branch.pk)
    assert wrong == [], "\n".join(map(str, wrong))
    assert {"customer-detail", "document-list", "appointment-detail", "invoice-detail"} <= seen["R"]
    assert {"invoice-print", "card-paper", "consent-paper"} <= seen["P"]
    assert {"customer-export", "invoice-export", "customer-archive", "audit-export"} <= seen["X"]


def test_one_look_is_one_row_however_many_parts_the_page_asks_for(owner, found):
    url = reverse("customer-detail", args=[found["customer"]])
    _response, _body, rows = left_by(owner, url)
    assert [(row.action, row.table_name, row.row_id) for row in rows] == [
        ("R", "customers_customer", str(found["customer"]))
    ]
    assert rows[0].changed == {"view": "customer-detail"}
    for name in ("customer-packages", "customer-appointments", "customer-invoices", "customer-detail"):
        assert left_by(owner, reverse(name, args=[found["customer"]]))[2] == [], name
    files = left_by(owner, reverse("document-list", args=[found["customer"]]))[2]
    assert [row.changed["view"] for row in files] == ["document-list"], "its files are another look"


def test_a_part_that_is_opened_by_itself_leaves_its_own_row(owner, found):
    _response, _body, rows = left_by(owner, reverse("customer-invoices", args=[found["customer"]]))
    assert [row.changed["view"] for row in rows] == ["customer-invoices"]


def test_another_persons_look_is_another_row(owner, world, client, found):
    url = reverse("customer-detail", args=[found["customer"]])
    owner.get(url)
    client.force_login(world.receptionist, backend="staff.backends.EmailOrUsername")
    _response, _body, rows = left_by(client, url)
    assert [(row.action, row.by_id) for row in rows] == [("R", world.receptionist.pk)]


def test_a_page_costs_one_statement_more(owner, found, django_assert_max_num_queries):
    url = reverse("document-file", args=[found["document"]])
    with django_assert_max_num_queries(7) as asked:
        read(owner.get(url))
    assert sum("clinic_audit_note" in query["sql"] for query in asked.captured_queries) == 1


def test_a_file_tells_how_many_rows_went_out(owner, found):
    _response, body, rows = left_by(owner, reverse("customer-export"))
    lines = body.decode().strip().splitlines()
    assert rows[-1].changed == {"view": "customer-export", "rows": len(lines) - 1}


class TestRefused:
    def test_without_the_right(self, desk, world):
        _response, _body, (row,) = left_by(desk, reverse("customer-export") + "?q=9876543210")
        assert (row.action, row.by_id, row.branch_id) == ("N", world.receptionist.pk, world.branch.pk)
        assert row.changed == {"view": "customer-export", "status": 403, "method": "GET", "ids": {}}
        assert row.path == "/customers/export/"

    def test_another_branchs_record_by_its_id(self, desk, world):
        there = factories.customer(world.elsewhere, world.colleague, full_name="Far Away")
        response = desk.post(reverse("customer-deactivate", args=[there.pk]))
        row = AuditRow.objects.latest("id")
        assert response.status_code == 404
        assert row.changed == {
            "view": "customer-deactivate", "status": 404, "method": "POST", "ids": {"pk": str(there.pk)},
        }  # fmt: skip
        assert row.path == "/customers/<uuid:pk>/deactivate/"
        assert "Far Away" not in str(vars(row))

    def test_words_in_an_address_are_not_kept(self, sign_in, world):
        _response, _body, (row,) = left_by(sign_in(world.owner), "/admin/staff/user/9876543210/delete/")
        assert (row.action, row.changed["ids"]) == ("N", {})
        assert "9876543210" not in str(vars(row))

    def test_strangers_and_addresses_that_are_none_fill_no_table(self, client, desk, world):
        assert left_by(desk, "/nowhere/")[2] == []
        client.logout()
        assert left_by(client, reverse("customer-list"))[2] == []

    def test_a_refusal_within_a_guarded_form_is_told_though_all_is_rolled_back(self, desk, world):
        there = factories.customer(world.elsewhere, world.colleague)
        before = AuditRow.objects.latest("id").pk
        body = {"customer": str(there.pk), "idempotency_key": str(compat.uuid7())}
        assert desk.post(reverse("invoice-new"), body).status_code == 404
        assert [row.action for row in AuditRow.objects.filter(pk__gt=before)] == ["N"]


class TestSignIn:
    def enter(self, client, username="meena", password=factories.PASSWORD):
        before = AuditRow.objects.latest("id").pk
        client.post(
            "/sign-in/", {"username": username, "password": password}, headers={"User-Agent": "Tablet"}
        )
        return list(AuditRow.objects.filter(pk__gt=before).exclude(action__in=AuditRow.CHANGES))

    def test_in_and_out(self, client, world):
        (row,) = self.enter(client)
        assert (row.action, row.by_id, row.row_id) == ("S", world.receptionist.pk, str(world.receptionist.pk))
        assert (row.ip, row.agent, row.path) == ("127.0.0.1", "Tablet", "/sign-in/")
        client.post("/sign-out/")
        row = AuditRow.objects.latest("id")
        assert (row.action, row.by_id) == ("O", world.receptionist.pk)

    @pytest.mark.parametrize("name", ["meena", "MEENA"])
    def test_a_wrong_password_names_the_account_and_never_the_password(self, client, world, name):
        (row,) = self.enter(client, name, "hunter2 is wrong")
        assert (row.action, row.by_id, row.row_id) == ("F", None, str(world.receptionist.pk))
        assert "hunter2" not in str(vars(row))

    def test_a_name_that_nobody_has_is_only_a_hash_the_same_each_time(self, client, world):
        first, again, other = (
            self.enter(client, name, "x")[0] for name in ("my secret", "My Secret ", "another")
        )
        assert first.row_id == ""
        assert first.changed == again.changed != other.changed
        assert "secret" not in str(vars(first)).lower().replace("clinic", "")

    def test_tries_while_it_is_locked_are_told_too(self, client, world):
        for _number in range(5):
            self.enter(client, password="wrong")
        assert [row.action for row in self.enter(client)] == ["F"]
