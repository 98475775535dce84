"""Many bills in one file: chosen or all that the list shows, drawn by the worker, there for a day."""

import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from uuid_utils import compat

from billing import domain, paper, printing
from billing.models import Invoice, Paper, PrintRun
from clinic.refusals import Refusal

URL = "printrun-new"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def bills(shop):
    return [shop.issue(thing) for thing in (shop.laser, shop.gel, shop.laser)]


def begin(client, query="", **changes):
    body = {"form": "a5", "language": "en", "copy": "duplicate", "idempotency_key": str(compat.uuid7())}
    return client.post(reverse(URL) + query, body | changes)


def test_ticked_bills_come_in_the_order_of_their_numbers(desk, bills, shop):
    wanted = [bills[2], bills[0]]
    query = "?" + "&".join(f"invoice={bill.pk}" for bill in wanted) + "&invoice=nonsense&q=ignored"
    assert "2 bills" in desk.get(reverse(URL) + query).content.decode()
    answer = begin(desk, query)
    run = PrintRun.objects.get()
    assert answer["Location"] == reverse("printrun-detail", args=[run.pk])
    assert "hx-trigger" in desk.get(answer["Location"]).content.decode()
    assert "is gone" in desk.get(reverse("printrun-file", args=[run.pk]), follow=True).content.decode()
    printing.go_on(run.pk)
    assert "Open the file" in desk.get(answer["Location"]).content.decode()
    file = desk.get(reverse("printrun-file", args=[run.pk]))
    pages = PdfReader(io.BytesIO(b"".join(file.streaming_content))).pages
    assert [next(bill for bill in bills if bill.number in page.extract_text()) for page in pages] == [
        bills[0],
        bills[2],
    ]
    assert round(float(pages[0].mediabox.width) / 72 * 25.4) == 148
    assert "Duplicate" in pages[0].extract_text()


def test_without_ticks_it_is_the_list_as_it_is_narrowed(desk, bills, shop):
    shop.draft(shop.gel)
    shown = desk.get(reverse(URL)).content.decode()
    assert "3 bills" in shown, "a draft has no paper"
    assert "1 bill," in desk.get(reverse(URL), {"q": bills[1].number}).content.decode()
    assert "No bill is chosen" in desk.get(reverse(URL), {"show": "draft"}).content.decode()
    assert begin(desk, "?show=draft").status_code == 422


def test_too_many_and_none_are_refused(shop, bills, monkeypatch):
    monkeypatch.setattr(PrintRun, "MOST", 2)
    start = {"by": shop.by, "branch": shop.branch, "form": "a4", "language": "en", "copy": "original"}
    with pytest.raises(Refusal, match="at most 2"):
        domain.start_print(invoices=[bill.pk for bill in bills], **start)
    with pytest.raises(Refusal, match="No bill"):
        domain.start_print(invoices=[], **start)


def test_kept_papers_are_used_and_a_second_worker_stands_back(shop, bills, monkeypatch):
    run = domain.start_print(
        by=shop.by,
        branch=shop.branch,
        invoices=[bill.pk for bill in bills],
        form="a4",
        language="en",
        copy="original",
    )
    paper.ready(Invoice.objects.get(pk=bills[0].pk), "a4")
    printing.go_on(run.pk)
    assert Paper.objects.count() == 3
    monkeypatch.setattr(printing, "_drawn", lambda _run: pytest.fail("drawn twice"))
    printing.go_on(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done) == ("done", 3)


def test_one_that_a_worker_left_behind_is_taken_up_and_one_that_breaks_says_so(shop, bills, monkeypatch):
    start = {"by": shop.by, "branch": shop.branch, "form": "a4", "language": "en", "copy": "original"}
    left = domain.start_print(invoices=[bills[0].pk], **start)
    PrintRun.objects.filter(pk=left.pk).update(state="drawing", taken_at=timezone.now())
    printing.keep()
    left.refresh_from_db()
    assert left.state == "drawing", "a worker is at it"
    PrintRun.objects.filter(pk=left.pk).update(taken_at=timezone.now() - datetime.timedelta(minutes=6))
    printing.keep()
    left.refresh_from_db()
    assert left.state == "done"
    monkeypatch.setattr(paper, "ready", lambda *a: 1 / 0)
    broken = domain.start_print(invoices=[bills[0].pk], **start)
    printing.go_on(broken.pk)
    broken.refresh_from_db()
    assert broken.state == "failed" and not broken.file


def test_the_file_is_forgotten_after_a_day(desk, shop, bills):
    run = domain.start_print(
        by=shop.by, branch=shop.branch, invoices=[bills[0].pk], form="a4", language="en", copy="original"
    )
    printing.go_on(run.pk)
    run.refresh_from_db()
    name, storage = run.file.name, run.file.storage
    PrintRun.objects.update(ended_at=timezone.now() - datetime.timedelta(hours=25))
    printing.keep()
    run.refresh_from_db()
    assert (run.state, run.invoices, storage.exists(name)) == ("expired", [], False)
    assert (
        "Print the bills anew"
        in desk.get(reverse("printrun-file", args=[run.pk]), follow=True).content.decode()
    )


def test_another_branch_finds_neither_run_nor_bills(sign_in, world, shop, bills):
    run = domain.start_print(
        by=shop.by, branch=shop.branch, invoices=[bills[0].pk], form="a4", language="en", copy="original"
    )
    colleague = sign_in(world.colleague)
    for name in ("printrun-detail", "printrun-file"):
        assert colleague.get(reverse(name, args=[run.pk])).status_code == 404
    assert begin(colleague, f"?invoice={bills[0].pk}").status_code == 422
