"""The sheet of a gift card. It is money, no supply, so no tax stands on it; whoever knows the code may spend it."""

from django.utils.translation import gettext as _

from billing import codes, snapshots
from billing.breakdown import ZERO
from billing.models import StoredValue
from billing.paper import parts
from billing.paper.sheet import Code, Fact, Party, Sheet
from clinic import money


def state(card: StoredValue) -> str:
    return f"{card.balance}"


def sheet(card: StoredValue) -> Sheet:
    worth = sum((entry.amount for entry in card.entries.all() if entry.amount > 0), ZERO)
    left = [Fact("Left today", money.rupees(card.balance))] if card.balance != worth else []
    owner = Party(label="For", name=card.customer.full_name) if card.customer else None
    return Sheet(
        title=_("Gift card"),
        number="",
        supplier=snapshots.supplier(card.branch, card.branch.registration, []),
        party=owner,
        facts=[
            Fact("Given on", parts.day(card.created_at.astimezone(card.branch.zone).date())),
            *([Fact("Last day", parts.day(card.expires_on), strong=True)] if card.expires_on else []),
            *left,
        ],
        total=Fact("Worth", money.rupees(worth)),
        words=money.in_words(worth),
        big_code=card.code_shown,
        code=Code(
            image=codes.of_text(card.code), label="Code", rows=[_("Show or read it out when you pay.")]
        ),
        remarks=[
            _("Spend it at once or bit by bit. Whoever has the code can spend it: keep it like cash."),
        ],
    )
