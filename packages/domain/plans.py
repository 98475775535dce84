"""What happens to the packages we sell: offered, and changed in editions."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import events, versions
from clinic.models import Organisation
from clinic.refusals import Refusal
from packages.models import Plan, PlanEdition, PlanPart
from staff.models import User

COLUMNS = ("name", "description", "is_active", *Plan.TERMS)


@transaction.atomic
def create_plan(
    *, by: User | None, organisation: Organisation, parts: Sequence[PlanPart] = (), **values: Any
) -> Plan:
    """Put a package on sale: `values` are columns of the plan (see `COLUMNS`), `parts` unsaved rows in their order.

    `by` is None where nobody is there yet: the demo, the first run.
    """
    plan = Plan(organisation=organisation, **values)
    _check(plan, parts)
    _named_once(plan)
    plan.save(force_insert=True)
    _write_parts(plan, parts)
    _note_edition(plan, by)
    events.record("plan.created", subject=plan, by=by)
    return plan


@transaction.atomic
def change_plan(
    *, by: User, plan: Plan, version: int, parts: Sequence[PlanPart] | None = None, **values: Any
) -> Plan:
    """Change a package, its parts too where they are given. Other terms make a new edition: what was sold keeps its own.

    Refuses when somebody else has changed it since `version`.
    """
    plan = Plan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.pk)
    before, edition = plan.terms(), plan.edition
    for name, value in values.items():
        setattr(plan, name, value)
    wanted = list(plan.parts.all()) if parts is None else parts
    _check(plan, wanted)
    _named_once(plan)
    if plan.terms(wanted) != before:
        _note_edition(plan, None, before)
        plan.edition += 1
    versions.save(plan, fields=[*values, "edition"], version=version)
    if plan.edition > edition:
        _write_parts(plan, wanted)
        _note_edition(plan, by)
    events.record("plan.changed", subject=plan, by=by, edition=plan.edition)
    return plan


def _check(plan: Plan, parts: Sequence[PlanPart]) -> None:
    if plan.payment != Plan.Payment.INSTALMENTS:
        plan.instalments = 1
    elif plan.instalments < 2:
        raise Refusal(_("Paid in instalments: say in how many, at least two."), field="instalments")
    if plan.instalments > plan.session_count:
        raise Refusal(
            _("A package is paid in at most as many instalments as it has sessions."), field="instalments"
        )
    names = [part.name.casefold() for part in parts]
    if len(set(names)) < len(names):
        raise Refusal(_("Two components have the same name."))


def _named_once(plan: Plan) -> None:
    same = Plan.objects.filter(organisation=plan.organisation_id, name=plan.name, is_active=True)
    if plan.is_active and same.exclude(pk=plan.pk).exists():
        raise Refusal(_("There is already a package of that name."), field="name")


def _write_parts(plan: Plan, parts: Sequence[PlanPart]) -> None:
    """A part that keeps its name keeps its row: a draft bill may name it."""
    stored = {part.name.casefold(): part for part in plan.parts.all()}
    for position, part in enumerate(parts, 1):
        row = stored.pop(part.name.casefold(), None) or PlanPart(plan=plan)
        row.name, row.is_add_on, row.treatment, row.position = (
            part.name,
            part.is_add_on,
            part.treatment,
            position,
        )
        row.price = part.price if part.is_add_on else None
        row.save()
    for row in stored.values():
        row.delete()


def _note_edition(plan: Plan, by: User | None, terms: dict[str, Any] | None = None) -> None:
    """Of a plan older than editions the terms it had are noted with its first change, by nobody."""
    PlanEdition.objects.get_or_create(
        plan=plan, edition=plan.edition, defaults={"terms": terms or plan.terms(), "by": by}
    )
