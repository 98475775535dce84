"""Handing out and erasing all data of one person."""

import datetime
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import events, registries, retention
from clinic.models import IdempotencyKey
from clinic.plain import plain
from clinic.privacy import handling
from clinic.refusals import Refusal
from customers import erasing, registry
from customers.domain.cards import revoke_cards
from customers.models import Customer, Erasure, HandOut
from customers.registry import Holding
from staff.models import User

#: What stands for the name of an erased person wherever a row still leads to them.
NAMELESS = "Erased"
EMERGENCY = ["emergency_name", "emergency_phone", "emergency_relation"]


@transaction.atomic
def hand_out(*, by: User, customer: Customer) -> HandOut:
    """Note that all data of a person is given out now; `archive.write` makes the file."""
    ids = registry.people(customer.pk)
    found = list(registry.holdings())
    made = HandOut.objects.create(
        customer=customer,
        by=by,
        row_count=sum(holding.rows(ids).count() for holding in found),
        file_count=sum(len(erasing.file_names(holding, holding.rows(ids))) for holding in found),
    )
    events.record(
        "customer.handed_out", subject=customer, by=by, branch_id=customer.home_branch_id, rows=made.row_count
    )
    return made


@transaction.atomic
def erase(*, by: User, customer: Customer) -> Erasure:
    """Empty or delete all that the retention document lets go of, the audit's copies and the files included.

    Refuses while something is open (a bill, a coming visit, an active package). Can't be undone.
    """
    ids = registry.people(customer.pk)
    people = list(Customer.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    customer = next(each for each in people if each.pk == customer.pk)
    check_erase(by=by, customer=customer)
    for each in people:
        revoke_cards(by=by, customer=each, reason=plain(gettext_lazy("Erased")))
    parts = erasing.parts(ids)
    made = Erasure.objects.create(
        customer=customer,
        by=by,
        counts={part.holding.label: [part.rule.on_erasure, part.count] for part in parts},
        keep_until=max((part.until for part in parts if part.until), default=None),
    )
    with handling("erase"):
        _forget_beside(people)
        files = [name for part in parts for name in _let_go(part.holding, part.rule.on_erasure, ids)]
    _forget_forms(ids)
    transaction.on_commit(lambda: _delete_files(files), robust=True)
    events.record("customer.erased", subject=customer, by=by, branch_id=customer.home_branch_id)
    return made


def check_erase(*, by: User, customer: Customer) -> None:
    """Refuse with every reason there is, so that they can be settled in one go."""
    if customer.erased_at:
        raise Refusal(_("This person's data was erased already."))
    if customer.merged_into_id:
        raise Refusal(_("This record was merged. Erase the record that it is part of."))
    reasons = [
        sentence for pk in registry.people(customer.pk) for sentence in registries.objections_to_erasing(pk)
    ]
    if reasons:
        raise Refusal(" ".join(reasons), offers=reasons)


def _let_go(holding: Holding, what: str, ids: Iterable[UUID]) -> list[str]:
    """Do to one model's rows what the document says; the names of the files to delete.

    The audit's copies go even of what is kept: the kept document itself is the record.
    """
    rows = holding.rows(ids)
    keys = list(rows.order_by().values_list("pk", flat=True))
    files: list[str] = []
    if what == retention.DELETE:
        files = erasing.file_names(holding, rows)
        holding.model._base_manager.filter(pk__in=keys).delete()
    elif what == retention.MASK:
        files = erasing.mask(holding, rows, **_beside(holding))
    erasing.forget(holding.model, (key[0] if isinstance(key, tuple) else key for key in keys))
    return files


def _beside(holding: Holding) -> dict[str, Any]:
    """Of the customer's own row more is emptied than what is personal by itself."""
    if holding.model is not Customer:
        return {}
    return {
        "full_name": NAMELESS, "state": "", "identity_kind": "", "birth_is_estimated": False, "household": None,
        "guardian": None, "photo": None, "is_active": False, "erased_at": timezone.now(), "version": F("version") + 1,
    }  # fmt: skip


def _forget_beside(people: list[Customer]) -> None:
    """Where other people's records name this person: as the guardian, as the contact in an emergency."""
    others = Customer.objects.exclude(pk__in=[each.pk for each in people])
    wards = others.filter(guardian__in=people)
    _empty(wards, ["guardian_relation"], guardian=None)
    named = Q()
    for each in people:
        numbers = [number for number in (each.phone, each.second_phone) if number]
        named |= Q(emergency_phone__in=numbers, emergency_name__iexact=each.full_name)
    _empty(others.filter(named), EMERGENCY)


def _empty(rows: Any, columns: list[str], **beside: Any) -> None:
    keys = list(rows.values_list("pk", flat=True))
    if keys:
        values = dict.fromkeys(columns, "") | beside
        Customer.objects.filter(pk__in=keys).update(**values, version=F("version") + 1)
        erasing.forget(Customer, keys, columns)


def _forget_forms(ids: Iterable[UUID]) -> None:
    """Forms sent lately about this person, but for the one being answered: hashes of what was typed."""
    about = Q()
    for pk in ids:
        about |= Q(path__contains=str(pk)) | Q(location__contains=str(pk))
    IdempotencyKey.objects.filter(about, status__isnull=False).delete()


def _delete_files(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


def finish_erasures(*, today: datetime.date) -> int:
    """Empty what the law had kept of erased people, once its time is over. Returns how many were finished."""
    due = Erasure.objects.filter(finished_at=None).filter(Q(keep_until=None) | Q(keep_until__lt=today))
    found = list(due.select_related("customer"))
    for erasure in found:
        _finish(erasure)
    return len(found)


@transaction.atomic
def _finish(erasure: Erasure) -> None:
    ids = registry.people(erasure.customer_id)
    kept = {name for name, rule in retention.rules().items() if rule.on_erasure == retention.KEEP}
    with handling("erase"):
        files = [
            name
            for holding in registry.holdings()
            if holding.privacy.retention in kept
            for name in _let_go(holding, retention.MASK, ids)
        ]
    transaction.on_commit(lambda: _delete_files(files), robust=True)
    erasure.finished_at = timezone.now()
    erasure.save(update_fields=["finished_at"])
