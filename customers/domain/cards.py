"""The verbs on ID cards: a new one ends the one before, and any can be made void."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import events, phones
from clinic.models import Branch
from clinic.plain import plainly
from clinic.refusals import Refusal
from customers.models import Customer, IdCard
from staff import domain as staff
from staff.models import User


@transaction.atomic
def issue_card(*, by: User, customer: Customer, branch: Branch) -> IdCard:
    """Write down what the card says today and make it the good one; the one before is void from now on."""
    kept = _held(customer.pk)
    if not kept.is_active or kept.erased_at or kept.merged_into_id:
        raise Refusal(_("%(name)s is not an active customer, so no card can be issued.") % {"name": kept})
    with plainly():
        snapshot = _snapshot(kept, branch)
    card: Any = staff.write_card(
        by=by, cards=IdCard.objects.filter(customer=kept), snapshot=snapshot, portrait=_portrait(kept),
        customer=kept,
    )  # fmt: skip
    _tell("card.issued", card, by)
    return card


def _held(pk: UUID) -> Customer:
    """One person's cards are written one after the other; the constraint is the net."""
    return Customer.objects.select_for_update(no_key=True).get(pk=pk)


def _snapshot(customer: Customer, branch: Branch) -> dict[str, Any]:
    """All words of the card. Dates are written out: a card shows what it showed when it was printed."""
    return {
        "name": customer.full_name,
        "reference": customer.reference,
        "gender": str(customer.get_gender_display()),
        "born": date_format(customer.born_on, "j M Y") if customer.born_on else "",
        "blood_group": customer.blood_group,
        "phone": phones.shown(customer.phone),
        "allergies": customer.allergies[:120],
        "emergency": " · ".join(
            filter(
                None,
                [
                    customer.emergency_name,
                    customer.emergency_relation,
                    phones.shown(customer.emergency_phone) if customer.emergency_phone else "",
                ],
            )
        ),
        "clinic": staff.house_on_card(by=None, branch=branch),
    }


def _portrait(customer: Customer) -> bytes | None:
    """A copy of the photo as it is now; none where there is none, or its file is lost."""
    if customer.photo is None or not customer.photo.thumbnail:
        return None
    try:
        with customer.photo.thumbnail.open("rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


@transaction.atomic
def revoke_card(*, by: User, card: IdCard, reason: str) -> IdCard:
    """Make a card void: it was lost, stolen or is wrong."""
    _held(card.customer_id)
    kept: Any = staff.void_card(by=by, card=IdCard.objects.get(pk=card.pk), reason=reason)
    _tell("card.revoked", kept, by)
    return kept


def revoke_cards(*, by: User, customer: Customer, reason: str) -> None:
    """Make the good card void, if there is one: the record it leads to ends. The customer is locked by the caller."""
    for card in IdCard.objects.filter(customer=customer).live():
        staff.void_card(by=by, card=card, reason=reason)
        _tell("card.revoked", card, by)


def _tell(verb: str, card: IdCard, by: User) -> None:
    events.record(verb, subject=card, by=by, branch_id=by.branch_id, customer_id=str(card.customer_id))
