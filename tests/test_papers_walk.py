"""Every paper that an address prints carries what the house put at the top and the foot, its logo and its colour."""

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from billing import domain as billing
from billing.models import Refund
from clinic import press
from clinic.models import Branch
from purchasing import domain as purchasing
from purchasing.models import Order
from tests import factories
from tests.factories import everything, pictures
from tests.test_permission_walk import OURS, address, ask

TOP, FOOT, COLOUR = "Open on Sundays", "Thank you and come again", "#7c2d12"
#: An ID card of 85 mm has a face of its own; labels are no papers.
PAPERS = [
    place for place in OURS
    if place.name.endswith(("-paper", "-print", "-slip", "liability-file")) and place.name not in ("card-paper", "staffcard-paper")
]  # fmt: skip
ROLLS = {"queue-slip", "appointment-slip"}  # printed black by heat, no logo
ASKED = {"package-liability-file": "?format=pdf"}


@pytest.fixture
def drawn(monkeypatch):
    """What would have been drawn, as (page, colour); drawing itself takes most of a second each."""
    pages = []

    def draw(page, *sheets, cut=False, colour=""):
        pages.append((page, colour))
        return b"%PDF-"

    monkeypatch.setattr(press, "draw", draw)
    return pages


def test_every_paper_says_whose_it_is(world, client, drawn):
    branch = Branch.objects.get(pk=world.branch.pk)
    branch.print_header, branch.print_footer, branch.brand_colour = TOP, FOOT, COLOUR
    branch.logo.save("logo.png", ContentFile(pictures.signature()), save=True)
    found = everything.one_of_everything(branch, by=world.owner, name="Somebody")
    found["invoice"] = everything.issued_invoice(branch, by=world.owner).pk
    clerk = factories.person(branch, "receptionist")
    drawer = billing.open_drawer(by=clerk, branch=branch, opening_float=Decimal(0))
    closed = billing.close_drawer(by=clerk, drawer=drawer, version=drawer.version, counted={}, declared={})
    found["drawer"] = closed.pk
    boss = factories.person(branch, "owner")
    refund = Refund.objects.get(pk=found["refund"])
    if refund.status == "requested":
        refund = billing.approve_refund(by=boss, refund=refund, version=refund.version)
    billing.process_refund(by=boss, refund=refund)
    purchasing.submit_order(by=world.owner, order=Order.objects.get(pk=found["order"]))
    client.force_login(factories.person(branch, "owner"), backend="staff.backends.EmailOrUsername")
    assert len(PAPERS) >= 7
    wrong = []
    for place in PAPERS:
        drawn.clear()
        ask(client, "get", address(place, found) + ASKED.get(place.name, ""))
        if not drawn:
            wrong.append(f"{place.name}: nothing was drawn")
            continue
        page, colour = drawn[-1]
        wrong += [f"{place.name}: {words}" for words in (TOP, FOOT) if words not in page]
        if place.name not in ROLLS and not (colour == COLOUR and "data:image/png" in page):
            wrong.append(f"{place.name}: logo or colour")
    assert not wrong, "\n".join(wrong)
