"""A second pair of eyes: who asked or counted doesn't approve, unless there is nobody else who could."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from clinic.models import Branch
from clinic.permissions import Permission
from clinic.refusals import Refusal
from staff.models import RoleHeld, User


def check_second_person(by: User, branch: Branch, did_it: Collection[UUID | None]) -> None:
    """Refuses who did it themselves; in a house where nobody else may approve, they may."""
    if not by.may(Permission.INVENTORY_APPROVE):
        raise Refusal(_("Only somebody who approves stock corrections can decide this."))
    if by.pk in did_it and _others(by, branch):
        raise Refusal(_("Somebody else has to approve this: it was you who did it."))


def _others(by: User, branch: Branch) -> bool:
    held = RoleHeld.objects.filter(
        Q(branch=branch) | Q(branch__isnull=True),
        role__grants__permission=Permission.INVENTORY_APPROVE,
        role__is_active=True,
        user__is_active=True,
    )
    return held.exclude(user=by).exists()
