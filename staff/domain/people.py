"""Logins, passwords, and who may change whose."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import events
from clinic.models import Branch
from clinic.refusals import Refusal
from staff.models import Role, RoleHeld, User


@transaction.atomic
def add_person(
    *, by: User | None, username: str, full_name: str, password: str | None, roles: list[str],
    branch: Branch | None, email: str = "", phone: str = "", must_change_password: bool = False,
) -> User:  # fmt: skip
    """A login that holds `roles` (codes) at `branch`, or at every branch where that is None."""
    person = User(
        username=username.strip().lower(), full_name=full_name, email=email.lower(), phone=phone,
        must_change_password=must_change_password, password_set_at=timezone.now() if password else None,
    )  # fmt: skip
    person.set_password(password)
    person.full_clean(exclude=["password"])
    person.save()
    for code in roles:
        RoleHeld.objects.create(user=person, role=Role.objects.get(code=code), branch=branch)
    events.record("person.added", subject=person, by=by)
    return person


@transaction.atomic
def set_password(*, by: User, person: User, password: str) -> User:
    """Give somebody a new password; whoever is signed in as them is signed out by it. One that another person has chosen
    serves for signing in once: the owner of the login chooses the next."""
    refuse_lifting(by=by, person=person)
    person.set_password(password)
    person.password_set_at, person.must_change_password = timezone.now(), by.pk != person.pk
    person.save(update_fields=["password", "password_set_at", "must_change_password"])
    events.record("person.password_set", subject=person, by=by)
    return person


@transaction.atomic
def change_preferences(*, by: User, language: str, time_zone: str) -> User:
    """One's own language, and the time zone for what is about oneself; both at once, the last word counts."""
    if (by.language, by.time_zone) == (language, time_zone):
        return by
    by.language, by.time_zone = language, time_zone
    by.full_clean(exclude=["password"])
    by.save(update_fields=["language", "time_zone", "updated_at"])
    events.record("person.preferences_changed", subject=by, by=by)
    return by


def refuse_lifting(*, by: User, person: User) -> None:
    """Who administers people doesn't rise by it: not through an account that may do more than their own, anywhere."""
    if person.pk != by.pk and not by.covers(person):
        raise Refusal(
            _(
                "%(name)s may do things that you may not; only somebody who may do them too can change this login."
            )
            % {"name": person.full_name}
        )


def refuse_lifting_role(*, by: User, role: Role, branch: Branch | None) -> None:
    """Nobody hands out a right they don't hold there, or at a branch where they hold none, or a wider discount."""
    if not by.is_everywhere and (branch is None or branch not in by.branches):
        raise Refusal(_("You can give roles only at the branches where you hold one."))
    if not {grant.permission for grant in role.grants.all()} <= by.granted_at(branch):
        raise Refusal(_("The role %(role)s has rights that you don't hold yourself.") % {"role": role.name})
    cap = 100 if role.discount_cap is None else role.discount_cap
    if cap > by.discount_cap_at(branch):
        raise Refusal(_("The role %(role)s may give larger discounts than you.") % {"role": role.name})


def lock_owners(*, by: User | None) -> None:
    """Two owners who take each other's role at the same moment must not both succeed.

    Rows that point to the role stay free: whoever gives one waits for the database's own turn (`staff_roles_in_turn`).
    """
    Role.objects.select_for_update(no_key=True).filter(code="owner").first()


def require_an_owner(*, by: User) -> None:
    """There is always somebody who may do everything everywhere; called after a change of people or roles."""
    owners = RoleHeld.objects.filter(
        role__code="owner", role__is_active=True, branch=None, user__is_active=True
    )
    if not owners.exists():
        raise Refusal(_("The clinic needs at least one active owner at every branch; this is the last."))


@transaction.atomic
def note_sign_in(*, by: User) -> None:
    """Leave a trace of who came in; the session's own rows come and go."""
    events.record("person.signed_in", subject=by, by=by, branch_id=by.branch_id)


@transaction.atomic
def note_sign_out(*, by: User) -> None:
    events.record("person.signed_out", subject=by, by=by, branch_id=by.branch_id)
