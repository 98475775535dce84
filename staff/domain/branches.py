"""What a branch decides about itself, and when it is open. Hours change under the locks of those who book them."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clinic import events, locks, versions
from clinic.models import Branch, BranchHours, Holiday, Resource, Series
from clinic.refusals import Refusal
from staff.models import User

FIXED = (
    "organisation",
    "registration",
    "code",
    "is_active",
)  # changed by an administrator of the whole house alone


@transaction.atomic
def change_branch(*, by: User, branch: Branch, version: int, **fields: Any) -> Branch:
    """Write `fields` (columns of Branch) if nobody has saved since `version`. Counts at once, for bookings too."""
    for name in fields:
        if name in FIXED:
            raise ValueError(f"{name} is not for changing here")
    _lock(branch)
    for name, value in fields.items():
        setattr(branch, name, value)
    try:
        branch.clean()
        branch.clean_fields()
    except ValidationError as problem:
        field, sentences = next(iter(problem.message_dict.items()))
        raise Refusal(sentences[0], field=field if field in fields else None) from None
    if "logo" in fields:
        Branch._meta.get_field("logo").pre_save(branch, add=False)  # an uploaded file is written here
    versions.save(branch, fields=list(fields), version=version)
    events.record("branch.changed", subject=branch, by=by, branch_id=branch.pk, fields=sorted(fields))
    return branch


@transaction.atomic
def set_hours(*, by: User, branch: Branch, version: int, hours: list[BranchHours]) -> list[BranchHours]:
    """The opening hours of a week in place of those there are: unsaved rows, none for a day that is closed."""
    _lock(branch)
    for row in hours:
        row.branch = branch
        try:
            row.full_clean(validate_unique=False, validate_constraints=False)
            row.validate_constraints(exclude={"branch"})
        except ValidationError as problem:
            raise Refusal(f"{row.get_weekday_display()}: {' '.join(problem.messages)}") from None
    versions.save(branch, fields=[], version=version)  # the hours are one thing: whoever saves second is told
    BranchHours.objects.filter(branch=branch).delete()
    for row in hours:
        row.save(force_insert=True)
    events.record("branch.hours_set", subject=branch, by=by, branch_id=branch.pk)
    return hours


@transaction.atomic
def add_holiday(*, by: User, branch: Branch, day: datetime.date, name: str) -> Holiday:
    """Close the branch on a local day; visits booked before stand until somebody moves them."""
    _lock(branch)
    if not name.strip():
        raise Refusal(_("Give the holiday a name."), field="name")
    if Holiday.objects.filter(branch=branch, day=day).exists():
        raise Refusal(_("That day is a holiday already."), field="day")
    holiday = Holiday.objects.create(branch=branch, day=day, name=name.strip())
    events.record("branch.holiday_added", subject=holiday, by=by, branch_id=branch.pk, day=str(day))
    return holiday


@transaction.atomic
def remove_holiday(*, by: User, holiday: Holiday) -> Holiday:
    """Open on that day after all."""
    _lock(holiday.branch)
    events.record(
        "branch.holiday_removed", subject=holiday, by=by, branch_id=holiday.branch_id, day=str(holiday.day)
    )
    holiday.delete()
    return holiday


@transaction.atomic
def change_prefix(*, by: User, series: Series, version: int, prefix: str) -> Series:
    """Another prefix for one kind of document; it counts from the next financial year or registration on."""
    series.prefix = prefix.strip().upper()
    try:
        series.clean_fields(exclude=["branch", "kind"])
    except ValidationError as problem:
        raise Refusal(" ".join(problem.messages), field=f"prefix_{series.kind}") from None
    clash = Series.objects.filter(branch=series.branch_id, prefix=series.prefix).exclude(pk=series.pk)
    if clash.exists():
        raise Refusal(_("Another of your papers has that prefix."), field=f"prefix_{series.kind}")
    versions.save(series, fields=["prefix"], version=version)
    events.record("series.changed", subject=series, by=by, branch_id=series.branch_id)
    return series


def _lock(branch: Branch) -> None:
    locks.lock_resources(Resource.objects.filter(branch=branch).values_list("pk", flat=True))
