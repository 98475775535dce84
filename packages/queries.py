"""Reads across enrolments and their sessions."""

import datetime

from packages.models import Enrolment, Session


def next_session(enrolment: Enrolment) -> Session | None:
    """The first session that is neither booked nor completed."""
    return enrolment.sessions.filter(status=Session.Status.PENDING).order_by("number").first()


def bookable_sessions(customer_id: object, today: datetime.date) -> list[Session]:
    """The next session of each of a customer's packages that can be booked, with its enrolment and treatment."""
    rows = Session.objects.filter(
        enrolment__customer_id=customer_id,
        enrolment__status=Enrolment.Status.ACTIVE,
        enrolment__valid_until__gte=today,
        status=Session.Status.PENDING,
    )
    return list(
        rows.order_by("enrolment_id", "number")
        .distinct("enrolment_id")
        .select_related("enrolment__plan__treatment")
    )
