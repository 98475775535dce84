"""A signed link opens one paper without a login until its last day, and nothing else ever."""

import datetime

import pytest
from django.core.signing import Signer
from django.urls import reverse
from django.utils import timezone

from billing import links
from billing.models import BillingRules, Invoice
from tests.factories import papers

LOOKED_AT = ("paper-link", "paper-file")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def bill(shop):
    return Invoice.objects.get(pk=shop.issue(shop.laser).pk)


def opened(client, token):
    return [client.get(reverse(name, args=[token])) for name in LOOKED_AT]


def test_a_stranger_opens_the_bill(client, bill):
    page, file = opened(client, links.token(bill, links.last_day(bill)))
    assert (page.status_code, file.status_code) == (200, 200)
    shown = page.content.decode()
    assert bill.number in shown and "₹5,310.00" in shown
    assert "Priya" not in shown and "Laser" not in shown, (
        "whose it is and what was done stand on the paper alone"
    )
    assert file.content[:5] == b"%PDF-"
    for answer in (page, file):
        assert answer["Cache-Control"] == "no-store"
        assert "noindex" in answer["X-Robots-Tag"]


def test_the_address_names_nobody_and_differs_by_document(bill, shop):
    other = shop.issue(shop.gel)
    until = links.last_day(bill)
    one, two = links.token(bill, until), links.token(other, until)
    assert one != two
    assert links.read(one).pk == bill.pk
    for word in (
        "Priya",
        bill.number,
        bill.number.replace("/", "-"),
        bill.customer.phone[-10:],
        str(bill.pk),
    ):
        assert word not in one


def test_it_works_to_the_end_of_its_last_day_and_then_says_so(client, bill):
    today = timezone.localdate(timezone=bill.branch.zone)
    assert [answer.status_code for answer in opened(client, links.token(bill, today))] == [200, 200]
    for answer in opened(client, links.token(bill, today - datetime.timedelta(days=1))):
        shown = answer.content.decode()
        assert answer.status_code == 410
        assert "This link has expired" in shown and "98100 55555" in shown
        assert bill.number not in shown and "₹" not in shown
        assert answer["Cache-Control"] == "no-store"


def test_the_branch_decides_for_how_long(bill):
    today = timezone.localdate(timezone=bill.branch.zone)
    assert links.last_day(bill) == today + datetime.timedelta(days=30)
    BillingRules.objects.create(branch=bill.branch, link_days=3)
    assert links.last_day(bill) == today + datetime.timedelta(days=3)


def test_what_was_not_signed_here_is_not_found(client, bill, settings):
    good = links.token(bill, links.last_day(bill))
    told, signature = good.split(".")
    swapped = links.token(bill, links.last_day(bill) + datetime.timedelta(days=300)).split(".")[0]
    bad = [
        "x", "…", told, f"{told}.", f"{told}.{signature[::-1]}", f"{swapped}.{signature}", good + "A", good.upper(),
        Signer(salt="another", sep=".").sign(told), Signer(salt=links.SALT, sep=".").sign("AAAA"),
        Signer(salt=links.SALT, sep=".").sign("_" * 26), Signer(salt=links.SALT, sep=".").sign("é"),
    ]  # fmt: skip
    for token in bad:
        assert [answer.status_code for answer in opened(client, token)] == [404, 404], token
    settings.SECRET_KEY = "a new one"
    assert opened(client, good)[0].status_code == 404, "a new secret ends every link"
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]


def test_every_paper_but_a_gift_card_has_a_link(client, shop, world, bill):
    voucher = papers.receipt(bill, shop.by)
    documents = [
        papers.note(bill, shop.by), voucher, papers.refund(voucher, bill, shop.by, world.owner), papers.estimate(bill, shop.by),
    ]  # fmt: skip
    for document in documents:
        page, file = opened(client, links.token(document, links.last_day(document)))
        assert page.status_code == 200 and document.number in page.content.decode()
        assert file.content[:5] == b"%PDF-"
    assert not links.can_link(papers.gift_card(bill, shop.by))


def test_a_draft_and_a_cancelled_bill(client, shop, bill):
    draft = shop.draft(shop.gel)
    assert opened(client, links.token(draft, links.last_day(draft)))[0].status_code == 404
    Invoice.objects.filter(pk=bill.pk).update(
        status="cancelled", cancelled_at=timezone.now(), cancelled_by=shop.by, cancel_reason="Wrong"
    )
    page = opened(client, links.token(bill, links.last_day(bill)))[0].content.decode()
    assert "was cancelled" in page and "Due" not in page
