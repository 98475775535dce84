"""What happens to the menu: treatments with who gives them, what they need, ask for, note and use up."""

from collections.abc import Sequence
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from clinic import events, locks, versions
from clinic.models import Organisation, Resource
from clinic.refusals import Refusal
from packages.models import Treatment
from staff.models import User


@transaction.atomic
def create_treatment(
    *, by: User, organisation: Organisation, kept: Sequence[models.Model] = (), **values: Any
) -> Treatment:
    """Put a treatment on the menu: `values` are its columns, `kept` unsaved rows below it (consumables, performers...)."""
    treatment = Treatment(organisation=organisation, **values)
    _named_once(treatment)
    treatment.save(force_insert=True)
    _write(treatment, kept, ())
    events.record("treatment.created", subject=treatment, by=by)
    return treatment


@transaction.atomic
def change_treatment(
    *,
    by: User,
    treatment: Treatment,
    version: int,
    kept: Sequence[models.Model] = (),
    dropped: Sequence[models.Model] = (),
    **values: Any,
) -> Treatment:
    """Change a treatment and rows below it: `kept` are written, `dropped` deleted, others stay as they are.

    Every booking reads the treatment under the lock of its practitioner: so it changes under all of theirs. Refuses when
    somebody else has changed it since `version`.
    """
    who = Resource.objects.filter(
        kind=Resource.Kind.PRACTITIONER, branch__organisation=treatment.organisation_id
    )
    locks.lock_resources(who.values_list("pk", flat=True))
    for name, value in values.items():
        setattr(treatment, name, value)
    _named_once(treatment)
    versions.save(treatment, fields=list(values), version=version)
    _write(treatment, kept, dropped)
    events.record("treatment.changed", subject=treatment, by=by)
    return treatment


def _named_once(treatment: Treatment) -> None:
    same = Treatment.objects.filter(
        organisation=treatment.organisation_id, name=treatment.name, is_active=True
    )
    if treatment.is_active and same.exclude(pk=treatment.pk).exists():
        raise Refusal(_("There is already a treatment of that name."), field="name")


def _write(treatment: Treatment, kept: Sequence[Any], dropped: Sequence[Any]) -> None:
    """Deleted first: the same item or person may come back in another row."""
    for row in dropped:
        row.delete()
    for row in kept:
        row.treatment = treatment
        row.save()
