"""Roles: who gives and takes them, and what they may do. The database holds the same rules (staff/migrations/sql)."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from clinic import events, versions
from clinic.models import Branch
from clinic.permissions import Permission
from clinic.refusals import Refusal
from staff.domain.people import lock_owners, refuse_lifting, refuse_lifting_role, require_an_owner
from staff.models import Grant, Role, RoleHeld, User


@transaction.atomic
def give_role(
    *, by: User, person: User, role: Role, branch: Branch | None, own_only: bool = False
) -> RoleHeld:  # fmt: skip
    """`person` holds `role` at `branch` from now on, or at every branch where that is None; with `own_only` for the visits
    they give themselves alone. Held like that already: nothing happens."""
    lock_owners(by=by)
    _not_ones_own(by, person)
    if own_only and branch is None:
        raise Refusal(_("For their own visits a role is given at one branch."), field="where")
    if not role.is_active:
        raise Refusal(_("The role %(role)s is switched off.") % {"role": role.name}, field="role")
    _administers(by, branch)
    refuse_lifting(by=by, person=person)
    refuse_lifting_role(by=by, role=role, branch=branch)
    held, is_new = RoleHeld.objects.get_or_create(
        user=person, role=role, branch=branch, defaults={"own_only": own_only}
    )
    if not is_new and held.own_only != own_only:
        held.own_only = own_only
        held.save(update_fields=["own_only"])
        is_new = True
    if is_new:
        _tell("role.given", held, by)
    return held


@transaction.atomic
def take_role(*, by: User, held: RoleHeld) -> User:
    """The person holds it there no longer; what they open next is refused."""
    lock_owners(by=by)
    _not_ones_own(by, held.user)
    refuse_lifting(by=by, person=held.user)
    _administers(by, held.branch)
    _tell("role.taken", held, by)
    RoleHeld.objects.filter(pk=held.pk).delete()
    require_an_owner(by=by)
    return held.user


def _administers(by: User, branch: Branch | None) -> None:
    """To treat at a branch and to administer people at another is not to administer people at both."""
    if Permission.STAFF_CONFIGURE not in by.granted_at(branch):
        raise Refusal(_("You can give and take roles only at the branches where you administer people."))


def _not_ones_own(by: User, person: User) -> None:
    if by.pk == person.pk:
        raise Refusal(_("Nobody changes their own roles; ask another administrator."))


@transaction.atomic
def add_role(*, by: User, name: str, description: str = "", like: Role | None = None) -> Role:
    """A role of the house's own, with the rights of another or, until some are chosen, with none."""
    lock_owners(by=by)
    _for_all_branches(by)
    name = " ".join(name.split())
    if not name:
        raise Refusal(_("Write the name."), field="name")
    if Role.objects.filter(name__iexact=name).exists():
        raise Refusal(_("There is a role of that name already."), field="name")
    cap = like.discount_cap if like else by.discount_cap_at(None)
    role = Role.objects.create(code=_code(name), name=name, description=description, discount_cap=cap)
    if like:
        _give(by, role, {grant.permission for grant in like.grants.all()})
        _within_ones_cap(by, cap)
    events.record("role.added", subject=role, by=by, branch_id=by.branch_id)
    return role


def _code(name: str) -> str:
    stem = slugify(name)[:30] or "role"
    taken = set(Role.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(each for each in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if each not in taken)


@transaction.atomic
def change_role(
    *, by: User, role: Role, version: int, permissions: set[str], name: str = "", description: str | None = None,
    discount_cap: Decimal | None = None,
) -> Role:  # fmt: skip
    """Let a role grant exactly `permissions`. Not the owner's, which is everything, and none that one holds oneself."""
    lock_owners(by=by)
    role = Role.objects.select_for_update(no_key=True).get(pk=role.pk)
    if sentence := why_fixed(by=by, role=role):
        raise Refusal(sentence)
    before = set(role.grants.values_list("permission", flat=True))
    _give(by, role, permissions - before)
    if (100 if discount_cap is None else discount_cap) > (
        100 if role.discount_cap is None else role.discount_cap
    ):
        _within_ones_cap(by, discount_cap)
    role.grants.filter(permission__in=before - permissions).delete()
    if not role.is_system and name.strip():
        role.name = " ".join(name.split())
    if description is not None:
        role.description = description
    role.discount_cap = discount_cap
    versions.save(role, fields=["name", "description", "discount_cap"], version=version)
    given: dict[str, Any] = {"given": sorted(permissions - before), "taken": sorted(before - permissions)}
    events.record("role.changed", subject=role, by=by, branch_id=by.branch_id, **given)
    return role


@transaction.atomic
def switch_role(*, by: User, role: Role, is_active: bool, version: int) -> Role:
    """A role of the house's own that is switched off grants nothing, and who holds it keeps it for later."""
    lock_owners(by=by)
    role = Role.objects.select_for_update(no_key=True).get(pk=role.pk)
    if role.is_system:
        raise Refusal(_("The product's own roles stay; take their rights away instead."))
    if sentence := why_fixed(by=by, role=role):
        raise Refusal(sentence)
    role.is_active = is_active
    versions.save(role, fields=["is_active"], version=version)
    verb = "role.switched_on" if is_active else "role.switched_off"
    events.record(verb, subject=role, by=by, branch_id=by.branch_id)
    return role


def why_fixed(*, by: User, role: Role) -> str:
    """Why `by` may not change what this role grants; "" where they may. Asked by page and verb."""
    if role.code == "owner":
        return _("The owner may do everything; this role can't be changed.")
    if not by.may_everywhere(Permission.STAFF_CONFIGURE):
        return _("A role counts at every branch; only who administers people at all of them may change it.")
    if RoleHeld.objects.filter(role=role, user=by).exists():
        return _("You hold this role yourself; ask another administrator.")
    return ""


def _for_all_branches(by: User) -> None:
    if not by.may_everywhere(Permission.STAFF_CONFIGURE):
        raise Refusal(
            _("A role counts at every branch; only who administers people at all of them may add one.")
        )


def _give(by: User, role: Role, permissions: set[str]) -> None:
    lacking = permissions - by.granted_at(None)
    if lacking:
        names = [str(Permission(each).label) for each in sorted(lacking) if each in Permission.values]
        raise Refusal(
            _("You can't give rights that you don't hold at every branch yourself: %(rights)s.")
            % {"rights": ", ".join(names) or ", ".join(sorted(lacking))}
        )
    Grant.objects.bulk_create([Grant(role=role, permission=each) for each in sorted(permissions)])


def _within_ones_cap(by: User, cap: Decimal | None) -> None:
    if (100 if cap is None else cap) > by.discount_cap_at(None):
        raise Refusal(_("That is a larger discount than you may give yourself."), field="discount_cap")


def _tell(verb: str, held: RoleHeld, by: User) -> None:
    at = str(held.branch_id) if held.branch_id else ""
    events.record(
        verb, subject=held.user, by=by, branch_id=held.branch_id or by.branch_id, role=held.role.code, at=at,
        own_only=held.own_only,
    )  # fmt: skip
