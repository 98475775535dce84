"""Reads on roles: how many hold each, and which role at which branch lets a person do what."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from staff import matrix
from staff.models import OWN, Role, RoleHeld, User


@dataclass(frozen=True)
class Why:
    """One right: the roles that grant it and where, whether it counts at the branch looked at, else what would grant it."""

    code: str
    label: str
    granted: list[str]
    counts_here: bool
    would: list[str]


def roles() -> QuerySet[Role]:
    """All of them, the product's own first, each with `people` who hold it and `rights` it grants."""
    return Role.objects.annotate(
        people=Count("holders__user", distinct=True, filter=Q(holders__user__is_active=True)),
        rights=Count("grants", distinct=True),
    ).order_by("-is_system", "name")


def held_by(person: User) -> list[RoleHeld]:
    held = RoleHeld.objects.filter(user=person).select_related("role", "branch", "user")
    return sorted(held, key=lambda one: (one.role.name, one.branch.code if one.branch else ""))


def why(*, person: User, branch: Any, words: str = "", only: str = "") -> list[tuple[Any, list[Why]]]:
    """By module, every right with what grants it to `person`; `only` "may" or "may_not" narrows, `words` search. 2 queries."""
    held = [one for one in held_by(person) if one.role.is_active]
    grants: dict[str, list[Role]] = {}
    for role in Role.objects.filter(is_active=True).prefetch_related("grants"):
        for grant in role.grants.all():
            grants.setdefault(grant.permission, []).append(role)
    found = []
    for line in matrix.lines([]):
        rights = [right for cell in line.cells for right in cell.rights] + line.others
        rows = [_why(right, held, grants.get(right.code, []), person, branch) for right in rights]
        rows = [row for row in rows if _matches(row, words, only)]
        if rows:
            found.append((line.title, rows))
    return found


def _why(right: matrix.Right, held: list[RoleHeld], roles_: list[Role], person: User, branch: Any) -> Why:
    ids = {role.pk for role in roles_}
    mine = [one for one in held if one.role_id in ids and (not one.own_only or right.code in OWN)]
    here = [one for one in mine if one.branch_id in (None, branch.pk if branch else None)]
    granted = [_where(one) for one in mine]
    would = [] if mine else sorted(role.name for role in roles_)
    return Why(right.code, right.label, granted, person.is_active and bool(here), would)


def _where(held: RoleHeld) -> str:
    place = held.branch.trade_name if held.branch else _("every branch")
    own = _(", own visits only") if held.own_only else ""
    return f"{held.role.name}, {place}{own}"


def _matches(row: Why, words: str, only: str) -> bool:
    if (only == "may" and not row.counts_here) or (only == "may_not" and row.counts_here):
        return False
    return words.casefold() in f"{row.label} {row.code}".casefold()
