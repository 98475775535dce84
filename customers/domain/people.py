"""The verbs on customers, and what upper apps tell about them."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import pgbulk
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import events, sealing, versions
from clinic.models import Branch
from clinic.refusals import Refusal
from customers import identities, references
from customers.models import Customer, ReferenceCounter, SeenAt, Standing
from staff.models import User

GIVEN_HERE = ("organisation", "home_branch", "reference", "registered_by")  # never taken from a form


@transaction.atomic
def register(*, by: User, branch: Branch, full_name: str, phone: str, gender: str, **fields: Any) -> Customer:
    """Add a customer whose home is `branch`. `phone` as typed or E.164; `fields` are columns of Customer.

    `identity` among them is a national id as (kind, clean number), kept sealed. A phone that somebody else has too is
    allowed: families share one. The page warns before.
    """
    if not branch.is_active:
        raise Refusal(_("%(branch)s is closed down and takes no registrations.") % {"branch": branch})
    customer = Customer(
        full_name=full_name,
        phone=phone,
        gender=gender,
        **_sealed(fields),
        organisation_id=branch.organisation_id,
        home_branch=branch,
        registered_by=by,
    )
    _check(customer)
    (customer.reference,) = next_references(branch=branch, genders=[customer.gender])
    customer.save(force_insert=True)
    Standing.objects.create(customer=customer)
    events.record("customer.registered", subject=customer, by=by, branch_id=branch.pk)
    return customer


def _sealed(fields: dict[str, Any]) -> dict[str, Any]:
    """`identity` as the columns it is kept in: sealed, comparable, and its last four characters."""
    kind, number = fields.get("identity") or ("", "")
    if "identity" not in fields:
        return fields
    columns = {
        "identity_kind": kind if number else "",
        "identity_sealed": sealing.seal(number),
        "identity_index": sealing.index(identities.compared(kind, number)) if number else "",
        "identity_ending": number[-4:],
    }
    return {name: value for name, value in fields.items() if name != "identity"} | columns


def _check_there(customer: Customer) -> None:
    """A record that is part of another, or erased, stays as it is."""
    if customer.merged_into_id or customer.erased_at:
        raise Refusal(_("This record was merged with another or erased; it can't be changed any more."))


def _check(customer: Customer) -> None:
    """The rules of the fields, said as one refusal; forms have said them beside each field before."""
    try:
        customer.clean()
        customer.clean_fields(exclude={*GIVEN_HERE, "language"})
    except ValidationError as problem:
        field, sentences = next(iter(problem.message_dict.items()))
        raise Refusal(sentences[0], field=field) from None
    guardian = customer.guardian
    if guardian and (guardian.pk == customer.pk or guardian.guardian_id == customer.pk):
        raise Refusal(_("Two people can't be each other's guardian."), field="guardian")
    if guardian and guardian.organisation_id != customer.organisation_id:
        raise Refusal(_("The guardian is a customer of another clinic."), field="guardian")


def next_references(*, branch: Branch, genders: list[str]) -> list[str]:
    """The next reference numbers, one for each gender in its order; the counter stays locked until the transaction ends."""
    stem = branch.code[:2]
    month = references.month_of(timezone.now().astimezone(branch.zone).date())
    ReferenceCounter.objects.bulk_create([ReferenceCounter(stem=stem, month=month)], ignore_conflicts=True)
    counter = ReferenceCounter.objects.select_for_update().get(stem=stem, month=month)
    serial = max(counter.last_serial, branch.reference_start - 1)
    neutral = branch.reference_neutral
    given: list[str] = []
    while len(given) < len(genders):
        missing = genders[len(given) :]
        if serial + len(missing) > references.LAST_SERIAL:
            raise Refusal(_("This month's reference numbers are used up."))
        next_ones = [
            references.build(stem=stem, gender=gender, month=month, serial=number, neutral=neutral)
            for number, gender in enumerate(missing, serial + 1)
        ]
        taken = set(Customer.objects.filter(reference__in=next_ones).values_list("reference", flat=True))
        clear = next((at for at, number in enumerate(next_ones) if number in taken), len(next_ones))
        given += next_ones[:clear]
        serial += clear + bool(taken)  # past one that was brought along and looks like ours
    counter.last_serial = serial
    counter.save(update_fields=["last_serial"])
    return given


@transaction.atomic
def change(*, by: User, customer: Customer, version: int, **fields: Any) -> Customer:
    """Write `fields` if nobody has saved since `version`; the reference number and the home stay.

    `identity` among them is a national id as (kind, clean number); an empty number removes the one that is kept.
    """
    for name in fields:
        if name in GIVEN_HERE:
            raise ValueError(f"{name} is not for changing")
    fields = _sealed(fields)
    _check_there(customer)
    for name, value in fields.items():
        setattr(customer, name, value)
    _check(customer)
    versions.save(customer, fields=list(fields), version=version)
    events.record(
        "customer.changed", subject=customer, by=by, branch_id=customer.home_branch_id, fields=len(fields)
    )
    return customer


@transaction.atomic
def deactivate(*, by: User, customer: Customer) -> Customer:
    """Hide a customer from search and choice lists; everything about them is kept."""
    return _switch(by, customer, active=False)


@transaction.atomic
def reactivate(*, by: User, customer: Customer) -> Customer:
    return _switch(by, customer, active=True)


def _switch(by: User, customer: Customer, *, active: bool) -> Customer:
    kept = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    _check_there(kept)
    if kept.is_active == active:
        return kept
    kept.is_active = active
    versions.save(kept, fields=["is_active"], version=kept.version)
    verb = "customer.reactivated" if active else "customer.deactivated"
    events.record(verb, subject=kept, by=by, branch_id=kept.home_branch_id)
    return kept


def note_standing(
    *,
    customer_id: UUID,
    active_packages: int | None = None,
    last_visit_on: datetime.date | None = None,
    due: Decimal | None = None,
) -> None:
    """Write what is given onto the customer's summary row: figures derived anew by the caller, never differences."""
    told = {"active_packages": active_packages, "last_visit_on": last_visit_on, "due": due}
    given = {name: value for name, value in told.items() if value is not None}
    if given:
        Standing.objects.filter(customer_id=customer_id).update(**given)


def note_dues(*, dues: Mapping[UUID, Decimal]) -> None:
    """What many customers owe, as `note_standing` writes it of one."""
    pgbulk.update(Standing, [Standing(customer_id=key, due=due) for key, due in dues.items()], ["due"])


def know_at(*, customer: Customer, branch: Branch) -> None:
    """From now on this branch sees the customer too; nothing to do at home or the second time."""
    if customer.home_branch_id != branch.pk:
        SeenAt.objects.bulk_create(
            [SeenAt(customer_id=customer.pk, branch_id=branch.pk)], ignore_conflicts=True
        )


@transaction.atomic
def note_export(*, by: User, branch: Branch, count: int) -> None:
    """Leave a trace of who took how many customers out of the house as a file."""
    events.record("customer.exported", subject=branch, by=by, branch_id=branch.pk, count=count)
