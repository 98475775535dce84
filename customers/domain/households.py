"""Families: people who share a phone or a home."""

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import events
from clinic.refusals import Refusal
from customers.models import Customer, Household
from staff.models import User


@transaction.atomic
def join_household(*, by: User, customer: Customer, other: Customer) -> Household:
    """Put `customer` into the household of `other`, which begins with the two of them where there was none."""
    if customer.pk == other.pk:
        raise Refusal(_("Choose another person than %(name)s.") % {"name": customer.full_name}, field="other")
    if customer.organisation_id != other.organisation_id:
        raise Refusal(_("They are customers of different clinics."), field="other")
    kept = {one.pk: one for one in _lock(customer, other)}
    one, two = kept[customer.pk], kept[other.pk]
    if one.household and one.household_id == two.household_id:
        return one.household
    if one.household_id and two.household_id:
        sentence = _("%(name)s belongs to another household. Take them out of it first.")
        raise Refusal(sentence % {"name": one.full_name}, field="other")
    existing = one.household or two.household
    household = existing or Household.objects.create(organisation_id=one.organisation_id)
    for person in (one, two):
        if person.household_id != household.pk:
            _settle(person, household)
            events.record("customer.joined_household", subject=person, by=by, branch_id=person.home_branch_id)
    return household


@transaction.atomic
def leave_household(*, by: User, customer: Customer) -> Customer:
    """Take somebody out; whoever would be left alone is in no household either."""
    household_id = Customer.objects.values_list("household_id", flat=True).get(pk=customer.pk)
    members = _lock(*Customer.objects.filter(household_id=household_id)) if household_id else []
    leaving = next((one for one in members if one.pk == customer.pk and one.household_id), None)
    if leaving is None:
        return customer
    still = [one for one in members if one.household_id == household_id]
    for person in still if len(still) <= 2 else [leaving]:
        _settle(person, None)
    events.record("customer.left_household", subject=leaving, by=by, branch_id=leaving.home_branch_id)
    return leaving


def _lock(*people: Customer) -> list[Customer]:
    """Locked by ascending id, and read again."""
    keys = [person.pk for person in people]
    return list(
        Customer.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys).order_by("pk")
    )


def _settle(person: Customer, household: Household | None) -> None:
    """Not counted as a version: it clashes with nothing that a form has open."""
    person.household = household
    person.save(update_fields=["household"])
