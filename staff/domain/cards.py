"""ID cards: a new one ends the one before, and any can be made void. For whoever holds one; a colleague's are here."""

from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import events, locks, phones, versions
from clinic.models import Branch
from clinic.plain import plain, plainly
from clinic.refusals import Refusal
from staff.models import Card, Practitioner, StaffCard, User


def write_card(
    *, by: User, cards: models.QuerySet, snapshot: dict[str, Any], portrait: bytes | None, **holder: Any
) -> Card:  # fmt: skip
    """The next edition among `cards`, which are all of one `holder` (the column and its value), locked by the caller."""
    for old in cards.filter(revoked_at__isnull=True):
        void_card(by=by, card=old, reason=plain(gettext_lazy("Replaced by a new card")))
    last = cards.aggregate(last=Max("edition"))["last"] or 0
    return cards.model._base_manager.create(
        edition=last + 1,
        snapshot=snapshot,
        portrait=portrait,
        issued_at=timezone.now(),
        issued_by=by,
        **holder,
    )


def void_card(*, by: User, card: Card, reason: str) -> Card:
    """The caller holds the lock of whose card it is."""
    if card.revoked_at:
        raise Refusal(_("This card is void already."))
    if not reason.strip():
        raise Refusal(_("Say why the card is made void."), field="reason")
    card.revoked_at, card.revoked_by, card.revoked_because = timezone.now(), by, reason.strip()[:200]
    return versions.save(card, fields=["revoked_at", "revoked_by", "revoked_because"], version=card.version)


def house_on_card(*, by: User | None, branch: Branch) -> dict[str, str]:
    """What a card says of the house, as it is today."""
    return {
        "name": branch.trade_name,
        "tagline": branch.tagline,
        "address": f"{branch.address}, {branch.city} {branch.postal_code}",
        "phone": phones.shown(branch.phone),
        "email": branch.email,
        "website": branch.website,
        "logo": str(branch.logo or ""),
        "brand": branch.brand_colour,
    }


@transaction.atomic
def issue_staff_card(*, by: User, person: User, branch: Branch) -> StaffCard:
    """Write down what the card says today and make it the good one; the one before is void from now on."""
    locks.lock_row(User, person.pk)
    person = User.objects.select_related("employee").get(pk=person.pk)
    if not person.is_active or not hasattr(person, "employee"):
        raise Refusal(_("%(name)s doesn't work here, so no card can be issued.") % {"name": person})
    employee = person.employee
    with plainly():
        snapshot = _snapshot(person, branch)
    card: Any = write_card(
        by=by, cards=StaffCard.objects.filter(person=person), snapshot=snapshot,
        portrait=bytes(employee.portrait) if employee.portrait else None, person=person,
    )  # fmt: skip
    _tell("staff_card.issued", card, by)
    return card


def _snapshot(person: User, branch: Branch) -> dict[str, Any]:
    """All words of the card. Dates are written out: a card shows what it showed when it was printed."""
    employee: Any = person.employee
    practice = (
        Practitioner.objects.filter(user=person, resource__branch=branch).select_related("department").first()
    )
    emergency = phones.shown(employee.emergency_phone) if employee.emergency_phone else ""
    return {
        "name": practice.resource.name if practice else person.full_name,
        "reference": employee.number,
        "facts": [
            (_("Code"), employee.code),
            (_("Post"), employee.position or (practice.speciality if practice else "")),
            (_("Joined"), date_format(employee.joined_on, "j M Y") if employee.joined_on else ""),
            (_("Reg. no."), practice.registration_number if practice else ""),
        ],
        "blood_group": employee.blood_group,
        "phone": phones.shown(person.phone) if person.phone else "",
        "emergency": " · ".join(filter(None, [employee.emergency_name, emergency])),
        "clinic": house_on_card(by=None, branch=branch),
    }


@transaction.atomic
def revoke_staff_card(*, by: User, card: StaffCard, reason: str) -> StaffCard:
    """Make a card void: it was lost, stolen or is wrong."""
    locks.lock_row(User, card.person_id)
    kept: Any = void_card(by=by, card=StaffCard.objects.get(pk=card.pk), reason=reason)
    _tell("staff_card.revoked", kept, by)
    return kept


def _tell(verb: str, card: StaffCard, by: User) -> None:
    events.record(verb, subject=card, by=by, branch_id=by.branch_id, person_id=str(card.person_id))
