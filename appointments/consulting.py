"""Reads of what is written down of a visit."""

from uuid import UUID

from appointments.models import Appointment, ConsultationNote, ParameterValue
from packages.models import Parameter
from staff.models import User


def note_of(appointment: Appointment) -> ConsultationNote | None:
    return ConsultationNote.objects.filter(appointment=appointment).select_related("by").first()


def may_write_private(user: User, note: ConsultationNote | None) -> bool:
    """The private part belongs to whoever wrote it first; while it is empty, to anybody who writes."""
    return note is None or not note.private or note.by_id == user.pk


def parameters_of(appointment: Appointment) -> list[Parameter]:
    """What is to be noted of each session of the treatment, in order."""
    return list(Parameter.objects.filter(treatment=appointment.treatment_id, is_active=True))


def values_of(appointment: Appointment) -> list[ParameterValue]:
    return list(ParameterValue.objects.filter(appointment=appointment).exclude(value=""))


def missing_parameter(appointment: Appointment) -> Parameter | None:
    """The first required one without a value."""
    filled = {value.parameter_id for value in values_of(appointment)}
    wanted = (each for each in parameters_of(appointment) if each.is_required)
    return next((each for each in wanted if each.pk not in filled), None)


def last_values(appointment: Appointment) -> dict[UUID, str]:
    """As it was set in the customer's last completed visit of the same treatment before this one, by parameter."""
    done = Appointment.objects.filter(
        customer=appointment.customer_id,
        treatment=appointment.treatment_id,
        status=Appointment.Status.COMPLETED,
        starts_at__lt=appointment.starts_at,
    ).exclude(pk=appointment.pk)
    last = done.filter(parameters__isnull=False).order_by("-starts_at").values("pk")[:1]
    return dict(
        ParameterValue.objects.filter(appointment__in=last)
        .exclude(value="")
        .values_list("parameter_id", "value")
    )
