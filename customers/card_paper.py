"""The ID card of a customer on paper (`clinic/card_paper.py`)."""

from django.utils.translation import gettext as _

from clinic import card_paper
from customers.models import IdCard


def draw(card: IdCard) -> bytes:
    """A PDF of two pages, from the card's own snapshot."""
    shown = card.snapshot
    rows = [(_("Born"), shown["born"]), (_("Gender"), shown["gender"]), (_("Blood"), shown["blood_group"])]
    terms = _(
        "Bring this card to each visit. It is for its holder alone, stays the property of the clinic and becomes void when a new one is issued. If found, please return it to the address above."
    )
    return card_paper.draw(card, zone=card.customer.home_branch.zone, rows=rows, terms=terms)
