"""The demo clinic looks after its shelf: a count that is done, one that is being made, goods sent to the other branch."""

import datetime
from decimal import Decimal

from clinic.models import Branch
from inventory import domain
from inventory.models import Batch, Item
from staff.demo import MAIN, SECOND
from staff.models import User


def load(today: datetime.date) -> None:
    branch, second = Branch.objects.get(code=MAIN), Branch.objects.get(code=SECOND)
    clerk, owner = User.objects.get(username="receptionist"), User.objects.get(username="owner")
    lots = {batch.number: batch for batch in Batch.objects.select_related("item")}
    serum, acid = lots["B2025-501"], lots["B2025-388"]
    _counted(clerk, owner, branch, {lots["B2025-447"]: 3, serum: 23}, serum)
    begun = domain.start_count(by=clerk, branch=branch, category=Item.Category.MEDICINE)
    domain.record_count(by=clerk, count=begun, batch=acid, quantity=Decimal(6))
    sent = domain.send_transfer(
        by=clerk, branch=branch, receiver=second, wanted=[domain.Wanted(acid.item, Decimal(2))],
        reason="Asked for by Dr. Imran Sheikh",
    )  # fmt: skip
    domain.receive_transfer(
        by=User.objects.get(username="farida"), branch=second, transfer=sent,
        received={line.pk: line.quantity for line in sent.lines.all()},
    )  # fmt: skip
    domain.send_transfer(
        by=clerk, branch=branch, receiver=second, wanted=[domain.Wanted(serum.item, Decimal(2))],
        reason="For the weekend",
    )  # fmt: skip
    domain.adjust(
        by=clerk,
        branch=branch,
        batch=lots["B2025-447"],
        quantity=Decimal(-1),
        note="Bottle broken",
        write_off=True,
    )


def _counted(clerk: User, owner: User, branch: Branch, seen: dict[Batch, int], short: Batch) -> None:
    count = domain.start_count(by=clerk, branch=branch, category=Item.Category.SERUM)
    for batch, quantity in seen.items():
        domain.record_count(by=clerk, count=count, batch=batch, quantity=Decimal(quantity))
    count = domain.submit_count(by=clerk, count=count)
    reasons = {line.pk: "Opened as a tester" for line in count.lines.filter(batch=short)}
    domain.approve_count(by=owner, count=count, reasons=reasons)
