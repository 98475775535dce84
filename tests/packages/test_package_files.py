"""What leaves as a file: the list of packages, and what is owed in sessions at the end of a day."""

import csv
import datetime
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from packages import domain
from tests import factories

LIABILITY, FILE = reverse("package-liability"), reverse("package-liability-file")


@pytest.fixture
def owner(world, sign_in):
    return sign_in(world.owner)


@pytest.fixture
def sold(world, laser):
    """9,001 for three sessions forty days ago, one of them used; somebody whose name a spreadsheet would run."""
    plan = factories.plan(laser, name="Full body", session_count=3, price=Decimal(9001))
    customer = factories.customer(world.branch, world.receptionist, full_name="=HYPERLINK(1)")
    day = timezone.localdate() - datetime.timedelta(days=40)
    enrolment = domain.enrol(
        by=world.owner, branch=world.branch, customer=customer, plan=plan, value=plan.price, on=day
    )
    domain.redeem_session(by=world.owner, session=enrolment.sessions.get(number=1), practitioner=world.doctor)
    return enrolment


def rows(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def cells(response) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    return book.get_sheet_by_index(0).to_python()


def test_the_list_is_taken_out_as_it_is_narrowed(owner, sold):
    head, row = rows(owner.get(reverse("package-export")))
    found = dict(zip(head, row, strict=True))
    assert (found["customer"], found["package"], found["left"]) == ("'=HYPERLINK(1)", "Full body", "2")
    assert len(rows(owner.get(reverse("package-export"), {"only": "completed"}))) == 1
    head, row = cells(owner.get(reverse("package-export"), {"format": "xlsx"}))
    found = dict(zip(head, row, strict=True))
    assert (found["customer"], found["value"], found["used"]) == ("=HYPERLINK(1)", 9001, 1)


def test_who_may_not_export_does_not(desk, sold):
    assert desk.get(reverse("package-export")).status_code == 403
    assert reverse("package-export") not in desk.get(reverse("package-list")).content.decode()
    for address in (LIABILITY, FILE):
        assert desk.get(address).status_code == 403


def test_what_is_owed_ties_and_is_told_as_of_a_day(owner, sold):
    """A third of 9,001 is 3,000.33; the last session takes the rest."""
    response = owner.get(LIABILITY)
    figures = response.context["figures"]
    assert (figures.owed, figures.sessions, figures.ties) == (Decimal("6000.67"), 2, True)
    assert "ties to the paisa" in response.content.decode() and "2/3" in response.content.decode()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    assert owner.get(LIABILITY, {"as_of": yesterday}).context["figures"].owed == 9001
    before = timezone.localdate() - datetime.timedelta(days=41)
    response = owner.get(LIABILITY, {"as_of": before})
    assert response.context["figures"].owed == 0
    assert "Nothing was owed" in response.content.decode()


@pytest.mark.parametrize(
    ("asked", "words"),
    [("2026-02-30", "doesn’t exist"), ("x", "doesn’t exist"), ("9999-01-01", "isn’t known")],
)
def test_a_day_that_is_none_is_said(owner, sold, asked, words):
    response = owner.get(LIABILITY, {"as_of": asked})
    assert response.context["as_of"] == timezone.localdate()
    assert words in response.content.decode().replace("&#x27;", "’")


def test_the_list_leads_to_what_is_owed_with_the_same_figure(owner, sold):
    response = owner.get(reverse("package-list"))
    assert f'href="{LIABILITY}"' in response.content.decode()
    assert response.context["figures"].owed == owner.get(LIABILITY).context["figures"].owed


def test_the_liability_as_files_and_on_paper(owner, sold):
    head, row = rows(owner.get(FILE))
    assert dict(zip(head, row, strict=True))["owed"] == "6000.67"
    head, row = cells(owner.get(FILE, {"format": "xlsx"}))
    assert dict(zip(head, row, strict=True))["owed"] == 6000.67
    paper = owner.get(FILE, {"format": "pdf"})
    assert paper.content.startswith(b"%PDF") and "inline" in paper["Content-Disposition"]


def test_it_is_the_branchs_own(world, sign_in, sold):
    stranger = factories.person(world.elsewhere, "owner")
    assert sign_in(stranger).get(LIABILITY).context["figures"].owed == 0


@pytest.mark.parametrize("count", [1, 30])
def test_it_asks_as_much_for_thirty_as_for_one(world, owner, laser, count, django_assert_max_num_queries):
    plan = factories.plan(laser)
    for _number in range(count):
        customer = factories.customer(world.branch, world.owner)
        domain.enrol(by=world.owner, branch=world.branch, customer=customer, plan=plan, value=plan.price)
    with django_assert_max_num_queries(8):
        owner.get(LIABILITY)
