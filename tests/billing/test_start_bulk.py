"""Many completed visits billed in one go: each once, whoever starts it twice and wherever a worker dies; a report row by row."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from billing import bulk, domain
from billing.models import BulkRow, BulkRun, Invoice
from clinic.refusals import Refusal
from customers.models import Customer
from packages.models import Treatment
from staff.models import RoleHeld
from tests import factories
from tests.factories.bulk import done_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def visits(shop, world):
    """Three people's, the earliest first."""
    return [
        done_visit(
            shop.branch, shop.by, customer=factories.customer(shop.branch, shop.by, full_name=f"Guest {place}"),
            doctor=world.doctor, treatment=shop.laser, minutes_ago=60 - place,
        )
        for place in range(3)
    ]  # fmt: skip


def start(shop, visits, issues=True) -> BulkRun:
    return domain.start_bulk(
        by=shop.by, branch=shop.branch, visits=[visit.pk for visit in visits], issues=issues
    )


def told(run) -> list[tuple[str, str]]:
    return list(run.rows.values_list("state", "said"))


def test_each_is_issued_with_its_own_number(shop, visits, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(
        execute=True
    ):  # the worker is eager in tests, or the broker is gone
        run = start(shop, visits)
    bulk.go_on(run.pk)
    assert told(run) == [("issued", "")] * 3
    bills = Invoice.objects.issued().order_by("number")
    assert [bill.appointment for bill in bills] == visits
    assert {bill.issued_by for bill in bills} == {shop.by}
    run.refresh_from_db()
    assert (run.state, run.ended_at is not None) == ("done", True)


def test_drafts_stay_drafts_and_are_issued_by_a_second_run(shop, visits):
    run = start(shop, visits, issues=False)
    bulk.go_on(run.pk)
    assert told(run) == [("drafted", "")] * 3
    drafts = set(Invoice.objects.drafts().values_list("pk", flat=True))
    again = start(shop, visits)
    bulk.go_on(again.pk)
    assert set(Invoice.objects.issued().values_list("pk", flat=True)) == drafts
    assert Invoice.objects.count() == 3


class TestTheReport:
    def test_what_could_not_be_issued_says_why_and_the_others_go_on(self, shop, visits, world):
        Customer.objects.filter(pk=visits[0].customer_id).update(is_active=False)
        gone = factories.treatment(shop.branch, name="Gone")
        visits[1].treatment = gone
        visits[1].save()
        Treatment.objects.filter(pk=gone.pk).update(is_active=False)
        run = start(shop, visits)
        bulk.go_on(run.pk)
        states = told(run)
        assert [state for state, _said in states] == ["refused", "refused", "issued"]
        assert "inactive" in states[0][1]
        assert "not for sale" in states[1][1]
        assert Invoice.objects.count() == 1

    def test_what_is_drafted_but_not_issued_stays_a_draft(self, shop, visits, monkeypatch):
        issue = domain.issue

        def refuses(**given):
            if given["invoice"].appointment_id == visits[1].pk:
                raise Refusal("The series has no number left.")
            return issue(**given)

        monkeypatch.setattr(domain, "issue", refuses)
        run = start(shop, visits)
        bulk.go_on(run.pk)
        assert told(run) == [("issued", ""), ("drafted", "The series has no number left."), ("issued", "")]
        assert Invoice.objects.drafts().get().appointment == visits[1]

    def test_a_free_visit_leaves_no_empty_draft(self, shop, visits):
        visits[0].fee = 0
        visits[0].save()
        run = start(shop, visits[:1])
        bulk.go_on(run.pk)
        assert told(run) == [("refused", "There is nothing to bill for this visit.")]
        assert not Invoice.objects.exists()

    def test_what_breaks_is_told_and_the_others_go_on(self, shop, visits, monkeypatch):
        draft = domain.draft

        def breaks(**given):
            return 1 / 0 if given["appointment"] == visits[0] else draft(**given)

        monkeypatch.setattr(domain, "draft", breaks)
        run = start(shop, visits)
        bulk.go_on(run.pk)
        assert [state for state, _said in told(run)] == ["refused", "issued", "issued"]
        assert "Something went wrong" in told(run)[0][1]

    def test_who_may_not_bill_any_more_bills_nothing(self, shop, visits):
        run = start(shop, visits)
        RoleHeld.objects.filter(user=shop.by).delete()
        bulk.go_on(run.pk)
        assert [state for state, _said in told(run)] == ["refused"] * 3
        assert not Invoice.objects.exists()


class TestOnce:
    def test_started_twice_the_second_finds_them_waiting(self, shop, visits):
        run = start(shop, visits[:2])
        with pytest.raises(Refusal, match="being billed already"):
            start(shop, visits[:2])
        other = start(shop, visits)
        assert [row.appointment for row in other.rows.all()] == [visits[2]]
        for each in (run, other, run):
            bulk.go_on(each.pk)
        assert Invoice.objects.issued().count() == 3

    def test_the_database_lets_a_visit_wait_once(self, shop, visits):
        run = start(shop, visits)
        later = BulkRun.objects.create(branch=shop.branch, by=shop.by)
        with pytest.raises(IntegrityError, match="bulkrow_visit_waits_once"), transaction.atomic():
            BulkRow.objects.create(run=later, appointment=visits[0], position=1)
        with pytest.raises(IntegrityError, match="bulkrow_bill_when_there_is_one"), transaction.atomic():
            run.rows.update(state="issued")

    def test_billed_at_the_desk_meanwhile(self, shop, visits):
        run = start(shop, visits[:1])
        bill = domain.draft(
            by=shop.by, branch=shop.branch, customer=visits[0].customer, appointment=visits[0]
        )
        domain.issue(by=shop.by, invoice=bill, version=bill.version)
        bulk.go_on(run.pk)
        assert told(run)[0][0] == "refused"
        assert "billed already" in told(run)[0][1]
        assert Invoice.objects.count() == 1

    def test_a_worker_that_dies_half_way_is_followed_and_nothing_is_double(self, shop, visits, monkeypatch):
        class Killed(BaseException):
            pass

        issue, count = domain.issue, iter(range(9))

        def dies(**given):
            done = issue(**given)
            if next(count) == 1:
                raise Killed  # after the second number was taken, before its commit
            return done

        run = start(shop, visits)
        monkeypatch.setattr(domain, "issue", dies)
        with pytest.raises(Killed):
            bulk.go_on(run.pk)
        assert [state for state, _said in told(run)] == ["issued", "waiting", "waiting"]
        assert Invoice.objects.issued().count() == 1
        monkeypatch.setattr(domain, "issue", issue)
        bulk.keep()
        assert Invoice.objects.issued().count() == 1, "the first may still be at it"
        BulkRun.objects.update(taken_at=timezone.now() - datetime.timedelta(minutes=6))
        bulk.keep()
        assert told(run) == [("issued", "")] * 3
        numbers = sorted(Invoice.objects.issued().values_list("number", flat=True))
        assert [number[-5:] for number in numbers] == ["00001", "00002", "00003"]

    def test_none_too_many_and_of_another_branch(self, shop, visits, world, monkeypatch):
        with pytest.raises(Refusal, match="No visit is chosen"):
            start(shop, [])
        with pytest.raises(Refusal, match="No visit is chosen"):
            domain.start_bulk(
                by=world.colleague, branch=world.elsewhere, visits=[visit.pk for visit in visits], issues=True
            )
        monkeypatch.setattr(BulkRun, "MOST", 2)
        with pytest.raises(Refusal, match="At most 2"):
            start(shop, visits)


class TestThePages:
    def body(self, visits, how="issue", **more):
        return {
            "visit": [str(visit.pk) for visit in visits],
            "how": how,
            "idempotency_key": str(compat.uuid7()),
        } | more

    def test_from_the_day_to_the_report(self, sign_in, world, shop, visits):
        owner = sign_in(world.owner)
        day = str(timezone.localdate(visits[0].starts_at, timezone=shop.branch.zone))
        address = reverse("bulkrun-new") + f"?day={day}"
        assert address in owner.get(reverse("billing-day"), {"day": day}).content.decode()
        page = owner.get(address).content.decode()
        assert all(str(visit.pk) in page for visit in visits)
        body = self.body(visits[:2], visit=[str(visits[0].pk), str(visits[1].pk), "rubbish"])
        first, second = owner.post(address, body), owner.post(address, body)
        run = BulkRun.objects.get()
        assert first["Location"] == second["Location"] == reverse("bulkrun-detail", args=[run.pk])
        waiting = owner.get(first["Location"]).content.decode()
        assert "every 1s" in waiting
        assert "0 of 2" in waiting
        bulk.go_on(run.pk)
        done = owner.get(first["Location"]).content.decode()
        assert "2 issued, 0 as drafts, 0 not billed." in done
        assert all(bill.number in done for bill in Invoice.objects.issued())
        assert "every 1s" not in done
        assert str(visits[0].pk) not in owner.get(address).content.decode()

    def test_none_ticked_is_told(self, desk, visits):
        refused = desk.post(reverse("bulkrun-new"), self.body([]))
        assert refused.status_code == 422
        assert "No visit is chosen" in refused.content.decode()
        assert desk.get(reverse("bulkrun-new"), {"day": "2026-99-99"}).status_code == 200

    def test_another_branch_sees_no_run(self, sign_in, world, shop, visits):
        run = start(shop, visits)
        assert sign_in(world.colleague).get(reverse("bulkrun-detail", args=[run.pk])).status_code == 404

    def test_the_report_asks_as_often_with_many_rows(
        self, sign_in, shop, visits, world, django_assert_num_queries
    ):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        desk, counts = sign_in(shop.by), []
        for some in (visits[:1], visits[1:]):
            run = start(shop, some)
            bulk.go_on(run.pk)
            desk.get(reverse("bulkrun-detail", args=[run.pk]))
            with CaptureQueriesContext(connection) as asked:
                desk.get(reverse("bulkrun-detail", args=[run.pk]))
            counts.append(len(asked))
        assert counts[0] == counts[1]
