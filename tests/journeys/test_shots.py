import datetime

import pytest
from django.utils import timezone

from appointments.models import Appointment, Hold, Sitting
from clinic.models import Holiday, OutOfService, Resource
from tests import factories

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_x(new_page, world):
    Holiday.objects.all().delete()
    b = world.branch
    day = timezone.localdate()
    at = lambda h, m=0: datetime.datetime.combine(day, datetime.time(h, m), b.zone)
    room = Resource.objects.create(branch=b, kind="room", name="Room 1")
    room2 = Resource.objects.create(branch=b, kind="room", name="Room 2")
    laser = factories.device(b)
    OutOfService.objects.create(resource=laser, starts_at=at(15), ends_at=at(17), reason="Lamp is changed")
    t = factories.treatment(b, name="Laser Hair Removal", minutes=45)
    f = factories.treatment(b, name="Hydra facial", minutes=60)
    docs = [
        world.doctor,
        factories.practitioner(b, full_name="Reena Rao", username="reena"),
        factories.practitioner(b, full_name="Asha Thomas", username="asha", role="therapist"),
    ]
    names = [
        "Priya Mehta",
        "Divya Shah",
        "Neha Patel",
        "Anjali Singh",
        "Kavya Nair",
        "Sunita Rao",
        "Farah Khan",
        "Ritika Joshi",
    ]
    cs = [factories.customer(b, world.receptionist, full_name=n) for n in names]
    sts = [
        "completed",
        "no_show",
        "in_consultation",
        "arrived",
        "confirmed",
        "scheduled",
        "cancelled",
        "in_queue",
    ]
    for i, (c, s) in enumerate(zip(cs, sts)):
        st = at(9 + i, 15 * (i % 3))
        a = Appointment.objects.create(
            number=factories.number(),
            branch=b,
            customer=c,
            practitioner=docs[i % 3],
            treatment=[t, f][i % 2],
            starts_at=st,
            ends_at=st + datetime.timedelta(minutes=45),
            status=s,
            booked_by=world.receptionist,
            priority=["normal", "emergency", "priority"][i % 3],
            completed_at=timezone.now() if s == "completed" else None,
        )
        Hold.objects.create(
            appointment=a, resource=[room, room2, laser][i % 3], during=(a.starts_at, a.ends_at)
        ) if i % 4 else None
    sit = Sitting.objects.create(
        branch=b,
        practitioner=docs[2],
        day=day,
        starts_at=at(17),
        ends_at=at(19),
        mode="serial",
        last_serial=12,
    )
    for i in range(12):
        Appointment.objects.create(
            number=factories.number(),
            branch=b,
            customer=cs[i % 8],
            practitioner=docs[2],
            treatment=t,
            starts_at=at(17),
            ends_at=at(17, 30),
            sitting=sit,
            serial=i + 1,
            status=["scheduled", "arrived", "completed"][i % 3],
            booked_by=world.receptionist,
            completed_at=timezone.now() if i % 3 == 2 else None,
        )
    a = Appointment.objects.create(
        number=factories.number(),
        branch=b,
        customer=cs[0],
        practitioner=docs[0],
        treatment=t,
        starts_at=at(16),
        ends_at=at(16, 30),
        booked_by=world.receptionist,
    )
    Appointment.objects.create(
        number=factories.number(),
        branch=b,
        customer=cs[0],
        practitioner=docs[1],
        treatment=f,
        starts_at=at(16, 30),
        ends_at=at(17, 30),
        booked_by=world.receptionist,
        first_part=a,
        part_number=2,
    )
    import os

    for phone in (False, True):
        for dark in (False, True):
            page = new_page(world.owner, phone=phone, dark=dark)
            for name, url in {
                "day": "/appointments/?cancelled=1",
                "room": "/appointments/?by=room",
                "list": "/appointments/schedule/?cancelled=1",
                "week": "/appointments/week/",
                "week1": f"/appointments/week/?practitioner={docs[0].pk}",
                "month": "/appointments/month/",
                "move": f"/appointments/{a.pk}/reschedule/",
            }.items():
                if os.environ.get("ONLY") and name not in os.environ["ONLY"].split(","):
                    continue
                r = page.goto(url)
                if r.status != 200:
                    print(name, r.status)
                    continue
                page.wait_for_timeout(300)
                page.screenshot(
                    path=f"/tmp/board-shots/{name}-{'phone' if phone else 'desk'}-{'dark' if dark else 'light'}.png"
                )
                w = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                if w > 0:
                    print("SIDEWAYS", name, phone, w)
    page = new_page(world.owner)
    page.goto("/appointments/")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_timeout(200)
    page.screenshot(path="/tmp/board-shots/filter.png")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More").first.click()
    page.wait_for_timeout(200)
    page.screenshot(path="/tmp/board-shots/more.png")
    page.keyboard.press("Escape")
    page.locator(".stack").click()
    page.wait_for_timeout(600)
    page.screenshot(path="/tmp/board-shots/stack.png")
