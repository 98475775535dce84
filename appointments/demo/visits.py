"""Two months of visits at the demo clinic, today's list as it stands at this hour, and two weeks of bookings."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from appointments.models import Appointment, Hold, NumberYear, StatusChange
from clinic.demo import backdated, dice
from clinic.models import Branch, Holiday
from customers import domain as customers
from customers.demo import AT_SECOND, NAMED, OTHERS
from customers.models import Customer
from packages.demo import Sold, sold
from packages.models import Session, Treatment
from staff.demo import MAIN, SECOND
from staff.models import Practitioner, User

DAYS_BACK, DAYS_AHEAD = 60, 14
OPENS, LUNCH_BEGINS, LUNCH_ENDS, CLOSES = 9 * 60, 13 * 60, 14 * 60, 19 * 60  # minutes of the day
ARRIVES_BEFORE, STARTS_AFTER = datetime.timedelta(minutes=6), datetime.timedelta(minutes=2)
#: practitioner: what they do besides the programmes
MENUS = {
    "Dr. Vivek Kapoor": ["Laser Hair Removal", "Hair treatment"],
    "Dr. Reena Sharma": ["Consultation", "Consultation", "Botox", "Acne treatment"],
    "Asha Thomas": ["Hydra facial", "LED therapy"],
    "Dr. Imran Sheikh": ["Consultation", "Acne treatment"],
}
TREATS = {
    "Laser Hair Removal": "Dr. Vivek Kapoor", "Hair PRP": "Dr. Vivek Kapoor", "Hair treatment": "Dr. Vivek Kapoor",
    "Skin Brightening": "Dr. Reena Sharma", "Acne treatment": "Dr. Reena Sharma", "Botox": "Dr. Reena Sharma",
    "Consultation": "Dr. Reena Sharma", "Anti-Aging Facial": "Asha Thomas", "Hydra facial": "Asha Thomas",
    "LED therapy": "Asha Thomas",
}  # fmt: skip
TODAY = [
    (9, 0, "Priya Mehta", "Laser Hair Removal"), (9, 30, "Divya Shah", "Hydra facial"),
    (10, 0, "Anjali Singh", "Skin Brightening"), (10, 0, "Karthik Raman", "Laser Hair Removal"),
    (11, 0, "Meera Iyer", "Acne treatment"), (11, 30, "Neha Patel", "Hair PRP"), (12, 0, "Pooja Das", "LED therapy"),
    (12, 0, "Rohan Mathew", "Consultation"), (14, 0, "Ritika Joshi", "Consultation"),
    (14, 30, "Farah Khan", "Anti-Aging Facial"), (15, 0, "Kavya Nair", "Hair treatment"),
    (16, 0, "Sunita Rao", "Botox"), (16, 30, "Ananya Bose", "Laser Hair Removal"), (17, 0, "Isha Malhotra", "Consultation"),
]  # fmt: skip
ALWAYS_WAITS = "Neha Patel"  # so that at any hour a doctor has a visit to open and complete
NOTES = ["3 passes, full coverage.", "Well tolerated.", "Slight redness, cold pack given.", "As planned.", ""]

DESK_HOURS = range(8, 20)  # in which somebody books
NO_TIME_YET = datetime.datetime.max.replace(tzinfo=datetime.UTC)


@dataclass
class Wish:
    """A visit somebody wants on a day; with `session` it uses up that session of a programme."""

    customer: Customer
    treatment: Treatment
    session: Session | None = None
    starts_at: datetime.datetime = NO_TIME_YET


class Book:
    """What the steps of the visits share: who and what there is at one branch, and the rows being made."""

    def __init__(self, code: str, today: datetime.date) -> None:
        self.branch = Branch.objects.get(code=code)
        self.today, self.now = today, timezone.now()
        self.by = User.objects.get(username="receptionist" if code == MAIN else "farida")
        self.people = {customer.full_name: customer for customer in Customer.objects.all()}
        self.treatments = {
            each.name: each for each in Treatment.objects.prefetch_related("resources__resource")
        }
        found = Practitioner.objects.active().select_related("resource", "user")
        self.practitioners = {each.resource.name: each for each in found.filter(resource__branch=self.branch)}
        self.closed = set(Holiday.objects.filter(branch=self.branch).values_list("day", flat=True))
        self.engaged: dict[datetime.date, set[str]] = defaultdict(set)  # nobody comes twice on a day
        self.appointments: list[Appointment] = []
        self.holds: list[Hold] = []
        self.history: list[StatusChange] = []
        self.sessions: list[Session] = []

    def at(self, day: datetime.date, minute: int) -> datetime.datetime:
        return datetime.datetime.combine(day, datetime.time(*divmod(minute, 60)), self.branch.zone)

    def write(self) -> None:
        with backdated(Appointment, StatusChange, Hold):
            _number(self.branch, self.appointments)
            Appointment.objects.bulk_create(self.appointments, batch_size=500)
            Hold.objects.bulk_create(self.holds, batch_size=500)
            StatusChange.objects.bulk_create(
                sorted(self.history, key=lambda each: each.created_at), batch_size=500
            )
        Session.objects.bulk_update(
            self.sessions,
            ["status", "appointment_id", "practitioner", "completed_at", "completed_by", "note"],
            batch_size=100,
        )


def load(today: datetime.date) -> None:
    main = Book(MAIN, today)
    sessions = _sessions()
    wishes = _sessions_done(main, sessions)
    for day, practitioner in _days(main, -DAYS_BACK, 0):
        _fill(
            main,
            day,
            practitioner,
            wishes[(day, practitioner)],
            dice(f"{day.toordinal() - today.toordinal()} {practitioner}"),
        )
    _today(main, sessions)
    _ahead(main, sessions)
    main.write()
    second = Book(SECOND, today)
    for day, practitioner in _days(second, -DAYS_BACK, DAYS_AHEAD):
        _fill(second, day, practitioner, [], dice(f"second {day.toordinal() - today.toordinal()}"))
    second.write()
    _note_last_visits()


def _sessions() -> dict[tuple[str, str], list[Session]]:
    """The sessions still to come by customer and programme, the next one first."""
    found: dict[tuple[str, str], list[Session]] = defaultdict(list)
    for session in Session.objects.select_related("enrolment__customer").order_by("number"):
        found[(session.enrolment.customer.full_name, session.enrolment.plan_name)].append(session)
    return found


def _days(book: Book, begin: int, end: int) -> Iterator[tuple[datetime.date, str]]:
    for days in range(begin, end):
        day = book.today + datetime.timedelta(days=days)
        if day not in book.closed:
            yield from ((day, name) for name in book.practitioners)


def _sessions_done(
    book: Book, sessions: dict[tuple[str, str], list[Session]]
) -> dict[tuple[datetime.date, str], list[Wish]]:
    """The sessions done by yesterday, spread evenly from the day of the sale, each on an open day."""
    wishes: dict[tuple[datetime.date, str], list[Wish]] = defaultdict(list)
    for each in sold():
        mine = sessions[(each.customer, each.programme.name)]
        for place in range(each.done):
            wish = Wish(
                book.people[each.customer], book.treatments[each.programme.treatment], session=mine.pop(0)
            )
            day = _day_of(book, each, place)
            book.engaged[day].add(each.customer)
            wishes[(day, TREATS[each.programme.treatment])].append(wish)
    return wishes


def _day_of(book: Book, each: Sold, place: int) -> datetime.date:
    first, last = min(each.days_ago, DAYS_BACK) - 1, 1
    step = (first - last) / max(each.done, 1)
    day = book.today - datetime.timedelta(days=round(first - step * place))
    while day in book.closed or each.customer in book.engaged[day]:
        day += datetime.timedelta(days=1)
    return day


def _fill(book: Book, day: datetime.date, practitioner: str, wishes: list[Wish], chance: Random) -> None:
    """One practitioner's day: the sessions wanted, then others, one after the other, lunch left free."""
    pool = AT_SECOND if book.branch.code == SECOND else [each["full_name"] for each in NAMED] + OTHERS[:-8]
    singles = max(chance.randint(2, 4 if day.weekday() == 6 else 6) - len(wishes), 0)
    names = chance.sample([name for name in pool if name not in book.engaged[day]], singles)
    book.engaged[day].update(names)
    menu = MENUS[practitioner]
    wishes = wishes + [Wish(book.people[name], book.treatments[chance.choice(menu)]) for name in names]
    minute = OPENS
    for wish in wishes:
        minute += chance.choice([0, 0, 15, 30])
        if minute < LUNCH_ENDS and minute + wish.treatment.minutes > LUNCH_BEGINS:
            minute = LUNCH_ENDS
        if minute + wish.treatment.minutes > CLOSES:
            break
        wish.starts_at = book.at(day, minute)
        minute += wish.treatment.minutes
        _visit(book, practitioner, wish, _fate(book, wish, chance), chance)


def _fate(book: Book, wish: Wish, chance: Random) -> str:
    """How a visit stands: past ones are mostly completed, coming ones partly confirmed."""
    if wish.starts_at > book.now:
        return chance.choice(["scheduled", "scheduled", "confirmed"])
    if wish.starts_at + datetime.timedelta(minutes=wish.treatment.minutes) > book.now:
        return "in_consultation"
    if wish.session:
        return "completed"
    return chance.choices(["completed", "cancelled", "no_show"], [92, 4, 4])[0]


def _today(book: Book, sessions: dict[tuple[str, str], list[Session]]) -> None:
    chance = dice("today")
    for hour, minute, name, treatment in TODAY:
        wish = Wish(
            book.people[name], book.treatments[treatment], starts_at=book.at(book.today, hour * 60 + minute)
        )
        wish.session = _next(sessions, wish)
        _visit(book, TREATS[treatment], wish, _stands(book, wish, chance), chance)


def _stands(book: Book, wish: Wish, chance: Random) -> str:
    """How one of today's visits stands at this hour."""
    name, starts = wish.customer.full_name, wish.starts_at
    if name == ALWAYS_WAITS and starts - datetime.timedelta(minutes=20) < book.now:
        return "arrived"
    if name == "Kavya Nair" and starts + datetime.timedelta(minutes=15) < book.now:
        return "no_show"
    if starts + datetime.timedelta(minutes=wish.treatment.minutes) < book.now:
        return "completed"
    if starts < book.now:
        return "in_consultation"
    return chance.choice(["scheduled", "confirmed"])


def _next(sessions: dict[tuple[str, str], list[Session]], wish: Wish) -> Session | None:
    """The next session of the customer's programme for that treatment, if there is one."""
    for each in sold():
        mine = sessions[(each.customer, each.programme.name)]
        if (each.customer, each.programme.treatment) == (
            wish.customer.full_name,
            wish.treatment.name,
        ) and mine:
            return mine.pop(0)
    return None


def _ahead(book: Book, sessions: dict[tuple[str, str], list[Session]]) -> None:
    """Next sessions of some programmes, and other bookings around them."""
    wishes: dict[tuple[datetime.date, str], list[Wish]] = defaultdict(list)
    days = [day for day, _name in _days(book, 1, DAYS_AHEAD)][:: len(book.practitioners)]
    for place, each in enumerate(sold()):
        mine = sessions[(each.customer, each.programme.name)]
        if mine and place % 2 == 0:
            wish = Wish(
                book.people[each.customer], book.treatments[each.programme.treatment], session=mine.pop(0)
            )
            day = days[place % len(days)]
            book.engaged[day].add(each.customer)
            wishes[(day, TREATS[each.programme.treatment])].append(wish)
    for day, practitioner in _days(book, 1, DAYS_AHEAD):
        _fill(
            book,
            day,
            practitioner,
            wishes[(day, practitioner)],
            dice(f"ahead {day - book.today} {practitioner}"),
        )


#: how a visit came to stand as it does: verbs with the state each leads to
WAYS = {
    "scheduled": [("book", "scheduled")],
    "confirmed": [("book", "scheduled"), ("confirm", "confirmed")],
    "arrived": [("book", "scheduled"), ("check_in", "arrived")],
    "in_consultation": [("book", "scheduled"), ("check_in", "arrived"), ("start", "in_consultation")],
    "completed": [("book", "scheduled"), ("check_in", "arrived"), ("start", "in_consultation"), ("complete", "completed")],
    "cancelled": [("book", "scheduled"), ("cancel", "cancelled")],
    "no_show": [("book", "scheduled"), ("mark_no_show", "no_show")],
}  # fmt: skip


def _visit(book: Book, practitioner: str, wish: Wish, status: str, chance: Random) -> None:
    who = book.practitioners[practitioner]
    ends_at = wish.starts_at + datetime.timedelta(minutes=wish.treatment.minutes)
    booked_at = _by_day(min(wish.starts_at, book.now) - datetime.timedelta(hours=chance.randint(3, 200)))
    arrived_at = min(wish.starts_at - ARRIVES_BEFORE, book.now - 2 * ARRIVES_BEFORE)
    if status == "arrived":
        arrived_at = book.now - 2 * ARRIVES_BEFORE
    times = {
        "book": booked_at,
        "confirm": min(booked_at + datetime.timedelta(hours=24), book.now),
        "check_in": arrived_at,
        "start": min(max(wish.starts_at + STARTS_AFTER, arrived_at), book.now),
        "complete": ends_at,
        "cancel": max(booked_at, wish.starts_at - datetime.timedelta(hours=20)),
        "mark_no_show": wish.starts_at + datetime.timedelta(minutes=15),
    }
    verbs = [verb for verb, _to in WAYS[status]]
    appointment = Appointment(
        branch=book.branch,
        customer=wish.customer,
        practitioner=who,
        treatment=wish.treatment,
        starts_at=wish.starts_at,
        ends_at=ends_at,
        status=status,
        arrived_at=times["check_in"] if "check_in" in verbs else None,
        started_at=times["start"] if "start" in verbs else None,
        completed_at=times["complete"] if "complete" in verbs else None,
        visit_note=chance.choice(NOTES) if status == "completed" else "",
        cancel_reason="Called: unwell" if status == "cancelled" else "",
        booked_by=book.by,
        created_at=booked_at,
    )
    book.appointments.append(appointment)
    _remember(book, appointment, WAYS[status], times)
    _hold(book, appointment, released_at=times[verbs[-1]] if status in ("cancelled", "no_show") else None)
    if wish.session:
        _use(book, wish.session, appointment)


def _number(branch: Branch, appointments: list[Appointment]) -> None:
    """In the order of booking, each year from 1; the counters go on from there."""
    counters: dict[int, NumberYear] = {}
    for appointment in sorted(appointments, key=lambda one: one.created_at):
        year = timezone.localdate(appointment.created_at, branch.zone).year
        counter = counters.setdefault(year, NumberYear(branch=branch, year=year))
        counter.last_number += 1
        appointment.number = f"APT-{year}-{counter.last_number:05d}"
    NumberYear.objects.bulk_create(counters.values())


def _by_day(at: datetime.datetime) -> datetime.datetime:
    """Nobody books at night: half a day earlier then."""
    return at if timezone.localtime(at).hour in DESK_HOURS else at - datetime.timedelta(hours=12)


def _remember(
    book: Book, appointment: Appointment, way: list[tuple[str, str]], times: dict[str, datetime.datetime]
) -> None:
    former = ""
    for verb, to in way:
        treats = verb in ("start", "complete")
        by = appointment.practitioner.user if treats else book.by
        book.history.append(
            StatusChange(appointment=appointment, verb=verb, from_status=former, to_status=to, by=by, created_at=times[verb])
        )  # fmt: skip
        former = to


def _hold(book: Book, appointment: Appointment, released_at: datetime.datetime | None) -> None:
    here = [
        each.resource
        for each in appointment.treatment.resources.all()
        if each.resource.branch_id == book.branch.pk
    ]
    for resource in [appointment.practitioner.resource, *here]:
        book.holds.append(
            Hold(
                appointment=appointment,
                resource=resource,
                during=DateTimeTZRange(appointment.starts_at, appointment.ends_at),
                released_at=released_at,
                created_at=appointment.created_at,
            )
        )


def _use(book: Book, session: Session, appointment: Appointment) -> None:
    if appointment.status in ("cancelled", "no_show"):
        return
    session.appointment_id = appointment.pk
    session.status = Session.Status.RESERVED
    if appointment.status == "completed":
        session.status, session.practitioner = Session.Status.COMPLETED, appointment.practitioner
        session.completed_at, session.completed_by = (
            appointment.completed_at,
            appointment.practitioner.user,
        )
        session.note = appointment.visit_note
    book.sessions.append(session)


def _note_last_visits() -> None:
    done = Appointment.objects.filter(status=Appointment.Status.COMPLETED).select_related("branch")
    last = {each.customer_id: each for each in done.order_by("starts_at")}
    for customer_id, visit in last.items():
        day = visit.starts_at.astimezone(visit.branch.zone).date()
        customers.note_standing(customer_id=customer_id, last_visit_on=day)
