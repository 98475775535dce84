"""What seeing somebody costs, and the free follow-ups that a consultation entitles to. Amounts in rupees, before tax.

All of it happens under the lock of the visit's customer, whom every verb of a visit locks first.
"""

import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from appointments import policies
from appointments.models import Appointment, BookingRules, FollowUp, FreeFollowUp
from clinic import events, prices
from packages.models import Treatment
from staff.models import Fee, User

Kind = Appointment.FeeKind
_BY_PRIORITY = {
    Appointment.Priority.PRIORITY: Kind.PRIORITY,
    Appointment.Priority.URGENT: Kind.PRIORITY,
    Appointment.Priority.EMERGENCY: Kind.EMERGENCY,
}


def settle(*, by: User, appointment: Appointment) -> None:
    """Called once by every booking, after the appointment is saved and under its customer's lock; for one that is
    requested or waitlisted only when it is given a time.

    Freezes the fee, uses up a free follow-up, notes that a follow-up asked for is booked, and what deposit is due.
    """
    if appointment.status in Appointment.UNPLACED:
        return
    set_fee(appointment)
    book_follow_up(by=by, appointment=appointment)
    policies.ask_deposit(by=by, appointment=appointment)


def set_fee(appointment: Appointment) -> None:
    """The fee by kind of visit, practitioner and local day, frozen on the appointment. Only a consultation has one:
    what is done otherwise has the treatment's price."""
    if appointment.treatment.category != Treatment.Category.CONSULTATION:
        return
    if appointment.follows and _use_free_follow_up(appointment, appointment.follows):
        appointment.fee, appointment.fee_kind = Decimal(0), Kind.FREE_FOLLOW_UP
    else:
        kind = kind_of(appointment)
        appointment.fee, appointment.fee_kind = fee_for(appointment, kind), kind
    appointment.save(update_fields=["fee", "fee_kind"])


def kind_of(appointment: Appointment) -> Appointment.FeeKind:
    if appointment.follows_id:
        return Kind.FOLLOW_UP
    return _BY_PRIORITY.get(Appointment.Priority(appointment.priority), Kind.CONSULTATION)


def fee_for(appointment: Appointment, kind: str) -> Decimal:
    """The practitioner's own fee valid on the day of the visit, else the house's, else for a consultation what the branch
    usually asks, else the treatment's price."""
    valid = Fee.objects.filter(branch=appointment.branch_id, kind=kind).valid_on(day_of(appointment))
    mine_or_house = valid.filter(Q(practitioner=appointment.practitioner_id) | Q(practitioner=None))
    fee = mine_or_house.order_by(F("practitioner").asc(nulls_last=True), "-valid_from").first()
    if fee:
        return fee.amount
    usual = appointment.branch.consultation_fee if kind == Kind.CONSULTATION else None
    if usual is not None:
        return usual
    return prices.price_at(appointment.treatment, appointment.branch, day_of(appointment)) or Decimal(0)


def _use_free_follow_up(appointment: Appointment, first: Appointment) -> bool:
    """Take one right of the visit that this one follows, or of that one's own first visit, with the same practitioner."""
    right = (
        FreeFollowUp.objects.filter(
            first_visit__in=[visit.pk for visit in (first, first.follows) if visit],
            first_visit__practitioner=appointment.practitioner_id,
            valid_until__gte=day_of(appointment),
            used_by=None,
        )
        .order_by("valid_until", "number")
        .first()
    )
    if right is None:
        return False
    right.used_by, right.version = appointment, right.version + 1
    right.save(update_fields=["used_by", "version", "updated_at"])
    return True


def open_rights(customer_id: UUID, on: datetime.date) -> QuerySet[FreeFollowUp]:
    """The free follow-ups a customer may still use on a day."""
    rights = FreeFollowUp.objects.filter(first_visit__customer=customer_id, used_by=None, valid_until__gte=on)
    return rights.select_related("first_visit__practitioner__resource").order_by("valid_until", "number")


def grant_follow_ups(*, appointment: Appointment) -> None:
    """A completed consultation that was paid for entitles to free follow-ups, as the branch's rules say."""
    if not appointment.fee_kind or appointment.fee_kind in (Kind.FOLLOW_UP, Kind.FREE_FOLLOW_UP):
        return
    rules = BookingRules.of(appointment.branch)
    until = day_of(appointment) + datetime.timedelta(days=rules.follow_up_days)
    FreeFollowUp.objects.bulk_create(
        FreeFollowUp(first_visit=appointment, number=number, valid_until=until)
        for number in range(1, rules.follow_up_visits + 1)
    )


def give_back(*, by: User, appointment: Appointment) -> None:
    """What a visit that is called off or missed had used up: the free follow-up, and the follow-up that it was."""
    FreeFollowUp.objects.filter(used_by=appointment).update(
        used_by=None, version=F("version") + 1, updated_at=timezone.now()
    )
    FollowUp.objects.filter(booked=appointment).update(
        booked=None, version=F("version") + 1, updated_at=timezone.now()
    )


def take_again(*, by: User, appointment: Appointment) -> None:
    """A visit brought back keeps its fee; a free one is free only while its right has not gone to another visit."""
    if appointment.fee_kind == Kind.FREE_FOLLOW_UP:
        set_fee(appointment)
    book_follow_up(by=by, appointment=appointment)


def keep_up(*, by: User, appointment: Appointment) -> None:
    """After a move. The fee stays as it was agreed; only a free follow-up moved past its last day, or to another
    practitioner, gives its right back and costs what a follow-up costs."""
    right = FreeFollowUp.objects.filter(used_by=appointment).select_related("first_visit").first()
    if right is None:
        return
    covered = right.valid_until >= day_of(appointment)
    if not covered or right.first_visit.practitioner_id != appointment.practitioner_id:
        right.used_by, right.version = None, right.version + 1
        right.save(update_fields=["used_by", "version", "updated_at"])
        set_fee(appointment)


def book_follow_up(*, by: User, appointment: Appointment) -> None:
    """The follow-up that was asked for after the first visit is booked now."""
    if appointment.follows_id is None:
        return
    asked = FollowUp.objects.open().filter(appointment=appointment.follows_id).first()
    if asked is None:
        return
    asked.booked, asked.version = appointment, asked.version + 1
    asked.save(update_fields=["booked", "version", "updated_at"])
    events.record("follow_up.booked", subject=asked, by=by, branch_id=asked.branch_id)


def day_of(appointment: Appointment) -> datetime.date:
    return timezone.localdate(appointment.starts_at, timezone=appointment.branch.zone)
