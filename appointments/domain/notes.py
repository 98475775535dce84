"""What is written down of a visit: what was done, the consultation note, the session's parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from appointments.consulting import may_write_private
from appointments.models import Appointment, ConsultationNote, ParameterValue
from appointments.steps import locked, save
from clinic.refusals import Refusal, Stale
from packages.models import Parameter
from staff.models import User

Status = Appointment.Status
WRITABLE = frozenset({Status.ARRIVED, Status.IN_QUEUE, Status.IN_CONSULTATION, Status.COMPLETED})


@dataclass(frozen=True)
class WriteUp:
    """What somebody has written of a visit.

    `version` is that of the consultation note they had before them, 0 for none. `consultation` holds the note's texts
    by column, only those that its form has; `parameters` the values by id of the parameter, "" for none.
    """

    visit_note: str = ""
    version: int = 0
    consultation: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[UUID, str] = field(default_factory=dict)


@transaction.atomic
def write_up(*, by: User, appointment: Appointment, written: WriteUp) -> Appointment:
    """Keep what was written, at any time from the arrival on; the audit keeps what stood there before.

    Refuses when somebody else has written since: two people's notes are not laid over each other.
    """
    appointment = locked(appointment)
    if appointment.status not in WRITABLE:
        raise Refusal(_("Notes are written from the arrival on, and not of a visit that was called off."))
    _write_note(by, appointment, written)
    _write_parameters(appointment, written.parameters)
    if appointment.visit_note != written.visit_note.strip():
        appointment.visit_note = written.visit_note.strip()
        save(appointment, "visit_note")
    return appointment


def _write_note(by: User, appointment: Appointment, written: WriteUp) -> None:
    note = ConsultationNote.objects.filter(appointment=appointment).first()
    if written.version != (note.version if note else 0):
        raise Stale(
            _("Somebody else has written in this note while you had it open. Compare, then save again.")
        )
    texts = {name: text.strip() for name, text in written.consultation.items()}
    if "private" in texts and not may_write_private(by, note):
        raise Refusal(_("Only the author changes the private part."), field="private")
    anything = any(texts.values()) or written.visit_note.strip() or any(written.parameters.values())
    if note is None and not anything:
        return
    if note is None:
        ConsultationNote.objects.create(appointment=appointment, by=by, **texts)
        return
    if texts.get("private") and not note.private:
        note.by = by
    for name, text in texts.items():
        setattr(note, name, text)
    note.version += 1
    note.save()


def _write_parameters(appointment: Appointment, values: Mapping[UUID, str]) -> None:
    """Name and unit are kept as they are on the day; a value taken out stays as an empty one."""
    parameters = Parameter.objects.filter(treatment=appointment.treatment_id, pk__in=values)
    known = {each.parameter_id: each for each in ParameterValue.objects.filter(appointment=appointment)}
    for parameter in parameters:
        value, row = values[parameter.pk].strip(), known.get(parameter.pk)
        if row is None and value:
            ParameterValue.objects.create(
                appointment=appointment,
                parameter=parameter,
                name=parameter.name,
                unit=parameter.unit,
                value=value,
            )
        elif row is not None and row.value != value:
            row.name, row.unit, row.value = parameter.name, parameter.unit, value
            row.save(update_fields=["name", "unit", "value"])
