"""A general physician who sees people by serial number, the fees, a half day off and a device under repair."""

import datetime
from decimal import Decimal

from clinic.models import Branch, Resource
from staff import domain as staff
from staff.demo import MAIN
from staff.models import Fee, Practitioner, Shift, TimeOff, User, WeeklyHours

FEES = {Fee.Kind.CONSULTATION: 500, Fee.Kind.PRIORITY: 1000, Fee.Kind.FOLLOW_UP: 300}
WEEKDAYS, EVENINGS = range(6), (1, 3)  # from Monday on; Tuesday and Thursday


def load(today: datetime.date) -> None:
    main = Branch.objects.get(code=MAIN)
    owner = User.objects.get(username="owner")
    _general_physician(main)
    Fee.objects.bulk_create(
        Fee(branch=branch, kind=kind, amount=Decimal(amount), valid_from=today - datetime.timedelta(days=120))
        for branch in Branch.objects.all()
        for kind, amount in FEES.items()
    )
    next_week = today + datetime.timedelta(days=7)
    staff.mark_off(
        by=owner,
        person=User.objects.get(username="asha"),
        first_day=next_week,
        last_day=next_week,
        part=TimeOff.Part.AFTERNOON,
        reason="Training on the new laser",
    )
    morning = datetime.datetime.combine(next_week, datetime.time(9), main.zone)
    staff.take_out_of_service(
        by=owner,
        resource=Resource.objects.create(branch=main, kind=Resource.Kind.DEVICE, name="Radiofrequency unit"),
        starts_at=morning,
        ends_at=morning + datetime.timedelta(days=2),
        reason="Yearly service by the maker",
    )


def _general_physician(branch: Branch) -> Practitioner:
    """30 people each half hour from 11:00 to 17:00, 360 in all and later ones in the last half hour; two evening clinics."""
    person = staff.add_person(
        by=None, username="sanjay", full_name="Sanjay Menon", password=None, roles=["doctor"], branch=branch,
        email="sanjay@linqs.example", phone="+919000000008",
    )  # fmt: skip
    made = staff.add_practitioner(
        by=None, person=person, branch=branch, title="Dr.", speciality="General medicine"
    )
    made.weekly_hours.all().delete()
    by_serial = {
        "name": "General OPD", "mode": Shift.Mode.SERIAL, "per_slot": 30, "slot_minutes": 30, "cap": 360,
        "overflow": Shift.Overflow.LAST,
    }  # fmt: skip
    eleven, five = datetime.time(11), datetime.time(17)
    half_past_five, seven = datetime.time(17, 30), datetime.time(19)
    WeeklyHours.objects.bulk_create(
        [
            *(
                WeeklyHours(practitioner=made, weekday=day, starts=eleven, ends=five, **by_serial)
                for day in WEEKDAYS
            ),
            *(
                WeeklyHours(
                    practitioner=made, weekday=day, starts=half_past_five, ends=seven, name="Evening clinic"
                )
                for day in EVENINGS
            ),
        ]
    )
    return made
