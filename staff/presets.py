"""What a house of one kind usually decides: hours, and how visits are given out. The first run fills it in. Pure."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

TIME = datetime.time


@dataclass(frozen=True)
class Preset:
    """Hours are local; `mode` is how shifts are given out (`staff.models.Shift.Mode`), `cap` the most people in one."""

    title: Any
    detail: Any
    opens: datetime.time
    closes: datetime.time
    weekdays: tuple[int, ...]
    break_starts: datetime.time | None = None
    break_ends: datetime.time | None = None
    slot_minutes: int = 15
    mode: str = "slot"
    cap: int | None = None
    takes_emergencies: bool = True
    role: str = "doctor"


PRESETS = {
    "skin": Preset(
        _("Skin, hair and laser clinic"),
        _("Doctors and therapists, visits at times of their own, packages of sessions."),
        TIME(10), TIME(19), tuple(range(6)), TIME(14), TIME(15),
    ),
    "salon": Preset(
        _("Salon"),
        _("Stylists and beauticians, open every day, walk-ins between bookings."),
        TIME(10), TIME(20), tuple(range(7)), takes_emergencies=False, role="therapist",
    ),
    "outpatient": Preset(
        _("Hospital outpatients with serial numbers"),
        _("Doctors who see people by serial number, a token with every check-in, emergencies first."),
        TIME(9), TIME(17), tuple(range(6)), TIME(13), TIME(14), slot_minutes=10, mode="serial", cap=40,
    ),
}  # fmt: skip
