"""Making two records of one person one, and taking that back."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import events, registries
from clinic.plain import plain
from clinic.privacy import handling
from clinic.refusals import Refusal, Stale
from customers import registry
from customers.domain.cards import revoke_cards
from customers.merge_choices import chosen_values
from customers.models import Customer, Merge, Move, SeenAt, Standing
from staff.models import User


@transaction.atomic
def merge(
    *,
    by: User,
    kept: Customer,
    merged: Customer,
    chosen: dict[str, str] | None = None,
    versions: tuple[int, int] | None = None,
) -> Merge:
    """Point all that belongs to `merged` to `kept` and hide `merged`; each moved row is written down.

    `chosen` says by name of `merge_choices.CHOICES` whose value is kept ("kept", "merged", "both"), `versions` are
    those of the two records as they were looked at.
    """
    check_merge(by=by, kept=kept, merged=merged)
    kept, merged = _hold(kept.pk, merged.pk)
    check_merge(by=by, kept=kept, merged=merged)
    if versions and versions != (kept.version, merged.version):
        raise Stale(_("One of the two records was changed while you compared them. Compare them once more."))
    revoke_cards(
        by=by,
        customer=merged,
        reason=plain(gettext_lazy("Merged with %(reference)s")) % {"reference": kept.reference},
    )
    made = Merge.objects.create(kept=kept, merged=merged, by=by, was_active=merged.is_active)
    _move_all(made)
    _write_chosen(made, chosen_values(kept, merged, chosen or {}))
    _make_known(kept, merged)
    _switch(merged, merged_into=kept, is_active=False)
    _rederive(made)
    events.record(
        "customer.merged", subject=kept, by=by, branch_id=kept.home_branch_id, merged_id=str(merged.pk)
    )
    return made


def check_merge(*, by: User, kept: Customer, merged: Customer) -> None:
    """Refuse what can't be one person."""
    if kept.pk == merged.pk:
        raise Refusal(_("A record can't be merged with itself. Choose the other record of this person."))
    if kept.organisation_id != merged.organisation_id:
        raise Refusal(_("Records of two organisations can't be merged."))
    for each in (kept, merged):
        if each.erased_at:
            raise Refusal(_("Erased data can't be merged."))
        if each.merged_into_id:
            raise Refusal(_("%(reference)s was merged already.") % {"reference": each.reference})
    if kept.guardian_id == merged.pk or merged.guardian_id == kept.pk:
        raise Refusal(_("One of the two is the guardian of the other, so they are two people."))


def _hold(*pks: UUID) -> tuple[Customer, ...]:
    """Lock records by ascending id; in the order asked for. Nobody can point to them meanwhile."""
    rows = {row.pk: row for row in Customer.objects.select_for_update().filter(pk__in=pks).order_by("pk")}
    return tuple(rows[pk] for pk in pks)


def _move_all(made: Merge) -> None:
    with handling("merge"):
        for model, field in registry.pointers():
            rows = model._base_manager.filter(**{field.name: made.merged_id})
            keys = list(rows.order_by().values_list("pk", flat=True))
            if not keys:
                continue
            Move.objects.bulk_create(
                (
                    Move(merge=made, model=model._meta.label, row_id=str(key), column=field.column)
                    for key in keys
                ),
                batch_size=1000,
            )
            _point(model, field.name, keys, made.kept_id)


def _point(model: Any, name: str, keys: list[Any], to: UUID) -> None:
    """A rule of the database that holds once per person may stand against it: then a person decides."""
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=keys).update(**{name: to})
    except IntegrityError:
        told = {"what": model._meta.verbose_name_plural}
        raise Refusal(
            _("Both records have %(what)s of which a person has only one. End one of them first.") % told
        ) from None


def _write_chosen(made: Merge, values: dict[str, Any]) -> None:
    kept = Customer.objects.get(pk=made.kept_id)
    made.changed = {
        column: [_plain(getattr(kept, column)), _plain(value)] for column, value in values.items()
    }
    made.save(update_fields=["changed"])
    _switch(kept, **values)


def _plain(value: Any) -> Any:
    """As JSON keeps it: a row by its id."""
    return str(value.pk) if isinstance(value, models.Model) else value


def _switch(row: Customer, **values: Any) -> None:
    changes = {**values, "version": row.version + 1, "updated_at": timezone.now()}
    too_long = next((name for name in ("alert",) if len(values.get(name) or "") > 200), None)
    if too_long:
        raise Refusal(_("Both alerts together are too long. Choose one and put the rest into the notes."))
    Customer.objects.filter(pk=row.pk).update(**changes)


def _make_known(kept: Customer, merged: Customer) -> None:
    """The branches that knew the merged record know the kept one."""
    branches = set(SeenAt.objects.filter(customer=merged.pk).values_list("branch_id", flat=True))
    branches |= {merged.home_branch_id}
    SeenAt.objects.bulk_create(
        [SeenAt(customer_id=kept.pk, branch_id=each) for each in branches - {kept.home_branch_id}],
        ignore_conflicts=True,
    )


def _rederive(made: Merge) -> None:
    for customer_id in (made.kept_id, made.merged_id):
        Standing.objects.filter(customer=customer_id).update(active_packages=0, last_visit_on=None, due=0)
        registries.rederive_standing(customer_id)


@transaction.atomic
def undo_merge(*, by: User, merge: Merge) -> Merge:
    """Give back what a merge moved, within its days. What was written since then stays with the kept record.

    A value of the kept record that somebody has changed since the merge is left as it is.
    """
    kept, merged = _hold(merge.kept_id, merge.merged_id)
    merge = Merge.objects.select_for_update(no_key=True).get(pk=merge.pk)
    if merge.undone_at:
        raise Refusal(_("This merge was undone already."))
    if not merge.may_be_undone:
        raise Refusal(_("A merge can be undone for 30 days; this one is older."))
    if kept.erased_at or kept.merged_into_id or merged.merged_into_id != kept.pk:
        raise Refusal(_("The kept record was merged on or erased since. Undo the later merge first."))
    _move_back(merge)
    kept.refresh_from_db()
    _switch(kept, **_as_before(kept, merge.changed))
    _switch(merged, merged_into=None, is_active=merge.was_active)
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    _rederive(merge)
    events.record(
        "customer.merge_undone", subject=kept, by=by, branch_id=kept.home_branch_id, merged_id=str(merged.pk)
    )
    return merge


def _move_back(merge: Merge) -> None:
    """Rows that still point to the kept record; one that was moved on since then is left."""
    by_column = {(model._meta.label, field.column): (model, field) for model, field in registry.pointers()}
    moved: dict[tuple[str, str], list[str]] = {}
    for model_name, column, row_id in merge.moves.values_list("model", "column", "row_id"):
        moved.setdefault((model_name, column), []).append(row_id)
    with handling("merge"):
        for key, row_ids in moved.items():
            if key in by_column:
                model, field = by_column[key]
                rows = model._base_manager.filter(pk__in=row_ids, **{field.name: merge.kept_id})
                rows.update(**{field.name: merge.merged_id})


def _as_before(kept: Customer, changed: dict[str, list[Any]]) -> dict[str, Any]:
    """Foreign keys are kept by id, so they are written by their column."""
    values = {}
    for column, (before, after) in changed.items():
        field: Any = Customer._meta.get_field(column)
        if field.to_python(after) == getattr(kept, field.attname):
            values[field.attname] = field.to_python(before)
    return values
