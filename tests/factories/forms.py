"""Every form of the product, as its page would send it: what is done to all forms is done to these."""

import base64
import datetime
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from appointments import domain as appointments
from appointments.models import Appointment, BookingRules, Charge, FollowUp, QueueEntry, VisitPolicy
from billing import domain as billing
from billing import pay_links
from billing.models import Invoice, OnlinePayment, Refund
from clinic.models import Branch, BranchHours, Holiday, Reason, Series
from customers import domain as customers
from customers.models import Customer
from inventory import domain as inventory
from notifications import domain as notifications
from notifications.models import Alert, Message
from packages import domain as packages
from packages.models import Treatment
from staff import domain as staff
from staff.models import Practitioner, User, WeeklyHours
from tests import factories
from tests.factories import (
    bulk,
    colleagues,
    documents,
    everything,
    money,
    online,
    papers,
    pictures,
    purchases,
    signs,
)
from tests.factories.files import Upload, checked_import

#: A picture of one white dot.
DRAWN = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEA"
    "sTj2FAAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True)
class Form:
    """One form. `body` is accepted as it is; `leads_on` says that sending it ends or moves the session."""

    name: str
    url: str
    body: dict[str, Any] = field(default_factory=dict)
    leads_on: bool = False

    def with_key(self, **changes: Any) -> dict[str, Any]:
        """The body with a fresh key, as a freshly loaded page has it."""
        key = {"idempotency_key": str(compat.uuid7())} if "idempotency_key" in self.body else {}
        return self.body | key | {name: str(value) for name, value in changes.items()}


@dataclass(frozen=True)
class Stage:
    """What the forms are about, all of it at one branch."""

    branch: Branch
    by: User
    customer: Customer
    doctor: Practitioner
    treatment: Treatment
    scheduled: Appointment
    arrived: Appointment
    missed: Appointment
    cancelled: Appointment
    charge: Charge
    asked: FollowUp
    waitlisted: Appointment
    waiting: QueueEntry
    called: QueueEntry
    skipped: QueueEntry
    draft: Invoice
    unpaid: Invoice
    batch: Any
    item: Any
    message: Message
    sent: Message
    alert: Alert


def stage(at: Branch, by: User, *, name: str = "Priya Mehta") -> Stage:
    """A branch open day and night, a visit in each state a form is for, a draft, a bill, a message, an alert."""
    _never_closed(at)
    customer = factories.customer(at, by, full_name=name)
    doctor = factories.practitioner(at, full_name=f"{name} senior")
    _never_closed(at)
    treatment, item = factories.treatment(at, minutes=5), factories.item(at)
    batch = factories.batch(item, at, by, quantity=10)
    now = timezone.now()
    tomorrow = datetime.datetime.combine(
        timezone.localdate(now, at.zone) + datetime.timedelta(days=1), datetime.time(11), at.zone
    )

    def visit(hour: int, status: str = "scheduled", starts_at: datetime.datetime | None = None):
        made = appointments.book(
            by=by, branch=at, customer=customer, practitioner=doctor, treatment=treatment,
            starts_at=tomorrow + datetime.timedelta(hours=hour),
        )  # fmt: skip
        if starts_at:
            ends_at = starts_at + datetime.timedelta(minutes=5)
            Appointment.objects.filter(pk=made.pk).update(status=status, starts_at=starts_at, ends_at=ends_at)
        return Appointment.objects.get(pk=made.pk)

    draft = billing.draft(by=by, branch=at, customer=customer)
    for what in (treatment, item):
        draft.refresh_from_db()
        billing.add_line(by=by, invoice=draft, version=draft.version, what=what)
    draft.refresh_from_db()
    other = billing.draft(by=by, branch=at, customer=factories.customer(at, by, full_name=name))
    billing.add_line(by=by, invoice=other, version=other.version, what=treatment)
    other.refresh_from_db()
    waiting, called, skipped = (_token(visit(hour, "arrived", now), by) for hour in (6, 7, 8))
    for entry in (called, skipped):
        QueueEntry.objects.filter(pk=entry.pk).update(status="called", called_at=now, call_count=1)
    sent = _message(at, customer, "walk-sent")
    charge, asked = _owed_and_asked(at, visit(4))
    # two days ahead: tomorrow the doctor is off
    cancelled = appointments.cancel(by=by, appointment=visit(24 + 5), reason="Ill")
    return Stage(
        waitlisted=factories.waiting(at, by, treatment, doctor), cancelled=cancelled, charge=charge, asked=asked,
        branch=at, by=by, customer=customer, doctor=doctor, treatment=treatment, item=item, batch=batch,
        scheduled=visit(0), arrived=visit(1, "arrived", now), missed=visit(2, "scheduled", now),
        waiting=waiting, called=called, skipped=appointments.skip(by=by, entry=skipped),
        draft=draft, unpaid=billing.issue(by=by, invoice=other, version=other.version),
        message=_message(at, customer, "walk-waiting"),
        sent=notifications.mark_sent(by=by, message=sent),
        alert=Alert.objects.create(
            branch=at, kind=Alert.Kind.LOW_STOCK, subject_id=item.pk, raised_on=timezone.localdate(),
            text=f"{name} gel is low", url="/",
        ),
    )  # fmt: skip


def _owed_and_asked(at: Branch, visit: Appointment) -> tuple[Charge, FollowUp]:
    policy = VisitPolicy.objects.create(
        branch=at, kind="deposit", amount=Decimal(500), valid_from=timezone.localdate()
    )
    charge = Charge.objects.create(appointment=visit, policy=policy, kind="deposit", amount=Decimal(500))
    due_on = timezone.localdate() + datetime.timedelta(days=28)
    return charge, FollowUp.objects.create(branch=at, appointment=visit, due_on=due_on)


def _token(visit: Appointment, by: User) -> QueueEntry:
    """Each for somebody else: nobody is called to two doors."""
    Appointment.objects.filter(pk=visit.pk).update(customer=factories.customer(visit.branch, by))
    return appointments.enter_queue(by=by, appointment=Appointment.objects.get(pk=visit.pk))


def _never_closed(at: Branch) -> None:
    whole_day = {"break_starts": None, "break_ends": None}
    last = datetime.time(23, 59)
    BranchHours.objects.filter(branch=at).update(opens=datetime.time.min, closes=last, **whole_day)
    hours = WeeklyHours.objects.filter(practitioner__resource__branch=at)
    hours.update(starts=datetime.time.min, ends=last, **whole_day)


def _message(at: Branch, customer: Customer, key: str) -> Message:
    today = timezone.localdate()
    return Message.objects.create(
        branch=at, customer=customer, kind=Message.Kind.BOOKED, key=f"{key}-{at.pk}-{compat.uuid7()}",
        phone=customer.phone, body="Dear customer", send_from=today, send_until=today,
    )  # fmt: skip


def every_form(on: Stage) -> dict[str, Form]:
    """All of them, by the name of their URL."""
    found = [
        *_people(on),
        *_files(on),
        *_house(on),
        *colleagues.forms(on),
        *_treatments(on),
        *_packages(on),
        *_visits(on),
        *_absences(on),
        *_stock(on),
        *purchases.forms(on),
        *_bills(on),
        *money.forms(on),
        *documents.forms(on),
        *papers.forms(on),
        *_drawers(on),
        *_online(on),
        *_words(on),
        *_queue(on),
        *_waitlist(on),
        *_imports(on),
    ]
    return {form.name: form for form in found}


def _form(name: str, /, *args: UUID | str, key: bool = False, leads_on: bool = False, **body: Any) -> Form:
    sent = {field: value if isinstance(value, Upload) else str(value) for field, value in body.items()}
    if key:
        sent["idempotency_key"] = str(compat.uuid7())
    return Form(name, reverse(name, args=args), sent, leads_on)


def _people(on: Stage) -> list[Form]:
    person = {
        "full_name": "Neha Patel", "phone": "98765 43299", "gender": "female", "born_on": "1990-01-31",
        "email": "neha@example.com", "address": "12 Hill Road", "city": "Mumbai", "state": "27",
        "postal_code": "400050", "language": "en-in", "blood_group": "O+", "skin_type": "3", "allergies": "None",
        "chief_concern": "Acne", "notes": "Likes mornings", "gstin": "", "anyway": "",
        "second_phone": "98765 43298", "marital_status": "married", "country": "IND", "alert": "Faints at needles",
        "chronic_conditions": "Asthma", "emergency_name": "Ravi Patel", "emergency_phone": "98765 43297",
        "emergency_relation": "Husband", "guardian": "", "guardian_relation": "", "identity_kind": "pan",
        "identity_number": "ABCPE1234F", "age_years": "", "age_months": "",
    }  # fmt: skip
    customer = on.customer
    relative, member, other = (factories.customer(on.branch, on.by) for _ in range(3))
    customers.join_household(by=on.by, customer=member, other=other)
    known = factories.customer(on.branch, on.by, identity=("aadhaar", "234567890124"))
    view = staff.save_view(
        by=User.objects.get(username="owner"), page="customer-list", name="Kept", query="show=due"
    )
    return [
        _form("saved-view-save", key=True, page="customer-list", query="show=packages", name="Packages"),
        _form("saved-view-rename", view.pk, name="Renamed"),
        _form("saved-view-delete", view.pk),
        _form("sign-in", username="meena", password=factories.PASSWORD, next="/", leads_on=True),
        *signs.forms(on.branch),
        _form("sign-out", leads_on=True),
        _form("switch-branch", branch=on.branch.pk, leads_on=True),
        _form(
            "set-password",
            old_password=factories.PASSWORD,
            new_password1="another horse, another staple",
            new_password2="another horse, another staple",
            leads_on=True,
        ),
        _form("customer-new", key=True, **person),
        _form("customer-edit", customer.pk, version=customer.version, **person),
        _form("customer-join-household", customer.pk, key=True, other=relative.pk),
        _form("customer-leave-household", member.pk),
        _form("customer-show-identity", known.pk),
        _form("customer-deactivate", customer.pk),
        _form("customer-reactivate", customer.pk),
        *_one_person(on),
    ]


def _files(on: Stage) -> list[Form]:
    """A file, a photograph, one that was taken away, a portrait that isn't shown; a text to sign, a consent, a card."""
    person, by, today = on.customer, on.by, timezone.localdate()
    about = {"kind": "before", "taken_on": today, "body_area": "Chin", "title": "First visit"}
    kept = pictures.document(person, by, title="Left")
    gone = customers.remove_document(
        by=by, document=pictures.document(person, by, title="Right", kind="after")
    )
    faces = [
        pictures.document(person, by, kind="portrait", content=pictures.picture(colour=colour))
        for colour in ("tan", "pink")
    ]
    text = pictures.consent_text(on.branch)
    given, card = pictures.consent(person, by, text), pictures.card(person, by)
    drawn = f"data:image/png;base64,{base64.b64encode(pictures.signature()).decode()}"
    add = _form("document-add", person.pk, key=True, session="", appointment="", **about)
    sign = _form(
        "consent-record", person.pk, key=True, text=text.pk, answer="accepted", signer="Priya Mehta", relation="",
        typed="", signature=drawn, appointment="",
    )  # fmt: skip
    return [
        replace(add, body=add.body | {"files": pictures.upload(content=pictures.picture(colour="olive"))}),
        _form("document-change", kept.pk, version=kept.version, **about),
        _form("document-remove", kept.pk),
        _form("document-restore", gone.pk),
        _form("document-choose-portrait", faces[1].pk),
        replace(sign, url=f"{sign.url}?kind=photo"),
        _form("consent-withdraw", given.pk, key=True, reason="Moved away"),
        _form("consent-standard-texts", key=True),
        _form("card-issue", person.pk, key=True),
        _form("card-revoke", card.pk, reason="Lost"),
    ]


def _one_person(on: Stage) -> list[Form]:
    """Two records to make one, and one that was."""
    kept, other, merged = (factories.customer(on.branch, on.by) for _ in range(3))
    customers.merge(by=on.by, kept=kept, merged=merged)
    kept.refresh_from_db()
    versions = {"kept_version": kept.version, "merged_version": other.version}
    return [
        _form("customer-merge", kept.pk, key=True, **{"with": other.pk}, **versions, take_email="kept"),
        _form("customer-merge-undo", merged.pk),
        _form("customer-hand-out", kept.pk, key=True),
        _form("customer-erase", kept.pk, key=True, reference=kept.reference),
    ]


def _imports(on: Stage) -> list[Form]:
    table = Upload("people.csv", b"Full name,Phone,Gender\nRavi Rao,98450 99999,Male\n")
    started, dropped = (checked_import(on.branch, on.by, name) for name in ("Asha Rao", "Uma Rao"))
    return [
        _form("import-new", "customers", key=True, file=table),
        _form("import-start", started.pk, key=True),
        _form("import-drop", dropped.pk),
    ]


def _house(on: Stage) -> list[Form]:
    """What an administrator decides about the branch. Hours as they are, so that other forms find it open."""
    branch = Branch.objects.get(pk=on.branch.pk)
    seen = {"version": branch.version}
    identity = {
        "trade_name": branch.trade_name, "legal_name": branch.legal_name, "tagline": "Skin", "address": "14-B, MG Road",
        "city": "Bengaluru", "postal_code": "560001", "state": branch.state, "country": "IND", "phone": "98100 55555",
        "email": "desk@linqs.example", "website": "https://linqs.example", "registration_number": "KA-1",
        "time_zone": "Asia/Kolkata", "brand_colour": "#0f766e", "accent_colour": "#9a3412",
    }  # fmt: skip
    rules = BookingRules.objects.filter(branch=branch).first()
    prefixes = {f"prefix_{one.kind}": one.prefix for one in Series.objects.filter(branch=branch)}
    week = {"slot_minutes": "15", "buffer_minutes": "5"}
    for hours in BranchHours.objects.filter(branch=branch):
        stem = f"day{hours.weekday}"
        week |= {f"{stem}-is_open": "on", f"{stem}-opens": "00:00", f"{stem}-closes": "23:59"}
    in_a_year = timezone.localdate() + datetime.timedelta(days=365)
    skin = staff.open_department(by=on.by, branch=branch, name="Skins", code="SKIN")
    holiday = Holiday.objects.create(branch=branch, day=in_a_year, name="Diwali")
    rain = Reason.objects.create(
        organisation=branch.organisation, purpose="cancel", text=f"{branch.code} fog"
    )
    return [
        _form("branch-identity", **seen, **identity),
        _form("branch-tax", **seen, **prefixes, default_tax_category="", upi_id="linqs@upi", round_to_rupee="on"),
        _form("branch-hours", key=True, **seen, **week),
        _form("holiday-add", key=True, day=in_a_year + datetime.timedelta(days=1), name="Holi"),
        _form("holiday-remove", holiday.pk),
        _form("branch-papers", **seen, print_header="On time", print_footer="Thank you", invoice_footer="Come again"),
        _form(
            "branch-records", **seen, reference_start="7", reference_neutral="X", retention_years="9",
            adjustment_limit="100",
        ),
        _form(
            "booking-rules", key=True, version=rules.version if rules else 0, branch_version=branch.version,
            allows_walk_ins="on", allows_emergencies="on", consultation_fee="500", state_names="own", daily_cap="40",
            half_day_at="13:00", availability_lock_at="", follow_up_days="7", follow_up_visits="1", offer_minutes="30",
            queues_on_check_in="on", priority_every="3", priority_cap="",
        ),
        _form("message-channels", **seen, sends_whatsapp="on", sends_sms="on", sends_email="on", dues_reminder_days="7"),
        _form("message-try-mail", key=True),
        _form("message-text", "booked", key=True, version="0", body="Hello {name}, booked at {clinic}."),
        _form("message-text-reset", "moved"),
        *(_form(name, key=True) for name in ("setup-kind", "setup-hours", "setup-people", "setup-menu", "setup-booking")),
        _form("setup"),
        _form("department-new", key=True, name="Night clinic", code="NIGHT", position="3", description="", head=""),
        _form(
            "department-edit", skin.pk, name="Skin", code="SKIN", position="1", description="Peels", head=on.doctor.pk,
            members=on.doctor.pk, is_active="on", version=skin.version,
        ),
        _form("reason-add", key=True, purpose="cancel", text=f"Storm at {branch.code}"),
        _form("reason-remove", rain.pk),
        _form("backup-make", key=True),
    ]  # fmt: skip


def _treatments(on: Stage) -> list[Form]:
    asked = factories.requirement(factories.treatment(on.branch))
    result = {"outcome": "passed", "note": "Left forearm"}
    treatment = factories.treatment(on.branch)
    plan = factories.plan(treatment)
    by_session = factories.plan(treatment, payment="per_session", price=Decimal(9000))
    terms = {
        "name": "Glow, six times", "treatment": treatment.pk, "session_count": "6", "price": "15000.00",
        "price_includes_tax": "on", "description": "For dull skin", "valid_days": "365", "grace_days": "10",
        "starts_at_first_use": "on", "payment": "instalments", "instalments": "3", "asks_for": "signature",
        "is_active": "on", **_rows("part", 4, {"name": "Vitamin C peel"}, {"name": "LED", "is_add_on": "on", "price": "900"}),
    }  # fmt: skip
    menu = {
        "category": "skin", "price": "3000.00", "price_includes_tax": "on", "tax_category": treatment.tax_category_id,
        "is_active": "on", "minutes": "30", "minutes_before": "5", "minutes_after": "10", "min_interval_days": "21",
        "givers": on.doctor.pk,
        **_rows("requirement", 1, {
            "kind": "consent", "name": "Consent", "wait_hours": "0", "valid_days": "90", "is_active": "on",
        }),
        **_rows("parameter", 1, {
            "name": "Strength", "kind": "number", "unit": "%", "choices": "", "is_required": "on", "position": "1",
            "is_active": "on",
        }),
        **_rows("consumable", 1, {"item": on.item.pk, "quantity": "0.5"}),
    }  # fmt: skip
    return [
        _form("requirement-meet", on.customer.pk, asked.pk, key=True, **result),
        _form("plan-new", key=True, version="", **terms),
        _form(
            "plan-price", plan.pk, key=True, price="", valid_from=timezone.localdate(timezone=on.branch.zone)
        ),
        _form("plan-edit", plan.pk, key=True, version=plan.version, **terms | {"name": "Glow, changed"}),
        _form("treatment-new", key=True, version="", name="Chemical peel", **menu),
        _form(
            "treatment-price",
            on.treatment.pk,
            key=True,
            price="5000",
            valid_from=timezone.localdate(timezone=on.branch.zone),
        ),
        _form(
            "treatment-edit",
            on.treatment.pk,
            key=True,
            version=on.treatment.version,
            name="Peel, changed",
            **menu,
        ),
        _form("package-sell", key=True, customer=on.customer.pk, plan=by_session.pk),
    ]


def _packages(on: Stage) -> list[Form]:
    """A package in each state that a form is for, at a branch that sends text messages."""
    Branch.objects.filter(pk=on.branch.pk).update(sends_sms=True)
    plan, other = (factories.plan(on.treatment, price=Decimal(price)) for price in (9000, 12000))
    signed = factories.plan(on.treatment, asks_for="otp")

    def sold(what: Any = plan) -> Any:
        return packages.enrol(by=on.by, branch=on.branch, customer=on.customer, plan=what, value=what.price)

    def first(enrolment: Any) -> Any:
        return enrolment.sessions.order_by("number").first()

    done, told, frozen = first(sold()), first(sold()), sold()
    for session in (done, told):
        packages.redeem_session(by=on.by, session=session, practitioner=on.doctor, consumables=[])
    packages.freeze(by=on.by, enrolment=frozen, reason="Travels")
    later = timezone.localdate(timezone=on.branch.zone) + datetime.timedelta(days=30)
    heir = factories.customer(on.branch, on.by)
    redeem = {
        "practitioner": on.doctor.pk, "note": "Well tolerated", "code": "", "signature": "", "signed_by": "Priya",
        "more": on.item.pk, "more_quantity": "1",
    }  # fmt: skip
    return [
        _form("session-redeem", first(sold()).pk, key=True, **redeem),
        _form(
            "session-give-proof",
            first(sold(signed)).pk,
            key=True,
            code="",
            signature=DRAWN,
            signed_by="Priya",
        ),
        _form("session-send-code", first(sold(signed)).pk, key=True),
        _form("session-undo", done.pk, key=True, reason="The wrong person", return_consumables="on"),
        _form("session-message", told.pk),
        _form("enrolment-freeze", sold().pk, key=True, until=later, reason="Travels"),
        _form("enrolment-unfreeze", frozen.pk, key=True),
        _form("enrolment-extend", sold().pk, key=True, days="30", reason="Was ill"),
        _form("enrolment-transfer", sold().pk, key=True, customer=heir.pk, reason="To her sister"),
        _form("enrolment-exchange", sold().pk, key=True, plan=other.pk, reason="Prefers it"),
        _form("enrolment-give-back", sold().pk, key=True, reason="Moves away"),
    ]


def _rows(prefix: str, count: int, *given: dict[str, Any], kept: int = 0) -> dict[str, str]:
    """The part of a form that holds rows of one kind, `count` of them at least."""
    form = {f"{prefix}-TOTAL_FORMS": str(max(count, len(given))), f"{prefix}-INITIAL_FORMS": str(kept)}
    return form | {
        f"{prefix}-{n}-{name}": str(value) for n, row in enumerate(given) for name, value in row.items()
    }


def _visits(on: Stage) -> list[Form]:
    day = timezone.localdate(timezone=on.branch.zone) + datetime.timedelta(days=2)
    when = {"practitioner": on.doctor.pk, "day": day, "time": "15:00", "other_time": "", "offer": ""}
    booking = {
        "customer": on.customer.pk, "what": f"treatment:{on.treatment.pk}", "note": "Asked for a quiet room",
        "room": "", "follows": "", **when,
        "priority": "normal", "priority_reason": "", "slot": "", "seen": "",
    }  # fmt: skip
    written = {
        "note": "Three passes", "version": "0", "complaint": "Itching", "finding": "Dry skin", "diagnosis": "Xerosis",
        "plan": "Cream", "private": "Anxious", "come_back": "4", "come_back_on": "", "come_back_reason": "Control",
    }  # fmt: skip
    return [
        _form("appointment-new", key=True, **booking),
        _series(on),
        _form(
            "appointment-reschedule",
            on.scheduled.pk,
            key=True,
            version=on.scheduled.version,
            minutes="",
            room="",
            reason="Asked by phone",
            **when,
        ),
        _form("appointment-confirm", on.scheduled.pk),
        _form("appointment-check-in", on.missed.pk, chief_complaint="Itching", whole_visit=""),
        _form("appointment-undo-check-in", on.arrived.pk),
        _form("appointment-reinstate", on.cancelled.pk),
        _form("appointment-note", on.arrived.pk, key=True, **written),
        _form("charge-waive", on.charge.pk, reason="A regular guest", version=on.charge.version),
        _form("follow-up-drop", on.asked.pk, reason="Moved away", version=on.asked.version),
        _form("follow-up-message", on.asked.pk),
        _form("appointment-no-show", on.missed.pk),
        _form("appointment-start", on.arrived.pk),
        _form("appointment-complete", on.arrived.pk, key=True, **written),
        _form("appointment-cancel", on.scheduled.pk, key=True, reason="Ill", whole_visit=""),
    ]


def _series(on: Stage) -> Form:
    """The last of a package of one session, a week ahead."""
    plan = factories.plan(factories.treatment(on.branch, minutes=5), session_count=1)
    today = timezone.localdate(timezone=on.branch.zone)
    package = packages.enrol(
        by=on.by, branch=on.branch, customer=on.customer, plan=plan, value=Decimal(900), on=today
    )
    at = datetime.datetime.combine(today + datetime.timedelta(days=7), datetime.time(15), on.branch.zone)
    return _form(
        "appointment-series", key=True, package=package.pk, count=1, first=at.date(), every=28, unit="days",
        time="15:00", practitioner=on.doctor.pk, note="Asked for afternoons",
        seen=f"{on.doctor.pk}/{at.date()}/15:00:00/28/days/1", **{"date-1": at.isoformat()},
    )  # fmt: skip


def _queue(on: Stage) -> list[Form]:
    return [
        _form("appointment-enter-queue", on.arrived.pk),
        _form(
            "appointment-prioritise", on.arrived.pk, key=True, priority="urgent", reason="In pain",
        ),
        _form("queue-call-next", on.doctor.pk, key=True),
        _form("queue-call", on.waiting.pk),
        _form("queue-recall", on.called.pk, key=True),
        _form("queue-skip", on.called.pk),
        _form("queue-rejoin", on.skipped.pk),
        _form("queue-display-renew", key=True),
    ]  # fmt: skip


def _waitlist(on: Stage) -> list[Form]:
    """A week ahead, where nothing else is."""
    day = timezone.localdate(timezone=on.branch.zone) + datetime.timedelta(days=7)
    line = (on.branch, on.by, on.treatment, on.doctor)

    def at(hour: int) -> datetime.datetime:
        return datetime.datetime.combine(day, datetime.time(hour), on.branch.zone)

    def slot(hour: int) -> str:
        return f"{at(hour).isoformat()}|{on.doctor.pk}"

    when = {
        "practitioner": on.doctor.pk, "anybody": "on", "first_day": day, "last_day": day, "earliest": "10:00",
        "latest": "18:00",
    }  # fmt: skip
    waiting = factories.waiting(*line)
    accepted, declined, told = (factories.offer(*line, at(hour)) for hour in (17, 18, 19))
    return [
        _form(
            "waitlist-join",
            key=True,
            customer=on.customer.pk,
            treatment=on.treatment.pk,
            note="Any day",
            **when,
        ),
        _form("waitlist-wish", waiting.pk, version=waiting.version, **when),
        _form("waitlist-schedule", waiting.pk, key=True, slot=slot(20), offer=""),
        _form("waitlist-offer", factories.waiting(*line).pk, key=True, slot=slot(21), offer=""),
        _form("appointment-waitlist", factories.waiting(*line, verb="request").pk),
        _form("offer-accept", accepted.pk, key=True),
        _form("offer-decline", declined.pk, reason="Too early"),
        _form("offer-message", told.pk),
    ]


def _absences(on: Stage) -> list[Form]:
    """Days off and things under repair, away from what the other forms need; a visit is moved to the day after tomorrow."""
    zone = on.branch.zone
    tomorrow = timezone.localdate(timezone=zone) + datetime.timedelta(days=1)
    later = tomorrow + datetime.timedelta(days=30)
    person = on.doctor.user
    far = later + datetime.timedelta(days=1)
    off = staff.mark_off(by=person, person=person, first_day=far, last_day=far)
    broken = factories.device(on.branch, "Cautery")
    morning = datetime.datetime.combine(tomorrow, datetime.time(9), zone)
    outage = staff.take_out_of_service(
        by=on.by, resource=broken, starts_at=morning, ends_at=None, reason="Cooling fails"
    )
    visit = on.scheduled
    free = (morning + datetime.timedelta(days=2)).isoformat()
    move = {
        "visit": visit.pk, f"version-{visit.pk}": visit.version, f"to-{visit.pk}": f"{free}|{on.doctor.pk}",
        "reason": "Dr is not attending",
    }  # fmt: skip
    hours = {
        "name": "", "starts": "10:00", "ends": "12:00", "break_starts": "", "break_ends": "", "mode": "slot", "per_slot": "1",
        "cap": "", "overflow": "stop", "slot_minutes": "", "minutes_before": "0", "minutes_after": "0",
    }  # fmt: skip
    shift = {f"shift-0-{name}": value for name, value in hours.items()}
    return [
        _form("availability-switch", on.doctor.pk, version=on.doctor.version, is_available="no"),
        _form(
            "availability-day", on.doctor.pk, key=True, day=later, override="", **shift,
            **{"shift-TOTAL_FORMS": "1", "shift-INITIAL_FORMS": "0"},
        ),
        _form(
            "availability-weekly", on.doctor.pk, key=True, valid_from=later, override="", **shift,
            **{"shift-0-weekdays": "2", "shift-TOTAL_FORMS": "1", "shift-INITIAL_FORMS": "0"},
        ),
        _form(
            "time-off-new", key=True, person=person.pk, first_day=later, last_day=later, part="full_day",
            reason="Conference", override="",
        ),
        _form("time-off-move", off.pk, **move),
        _form("time-off-withdraw", off.pk, reason="Works after all", override=""),
        _form("practitioner-move", on.doctor.pk, **move),
        _form(
            "outage-new", key=True, resource=factories.device(on.branch, "Plasma pen").pk, from_day=later,
            from_time="09:00", until_day="", until_time="", reason="Cooling fails",
        ),
        _form("outage-move", outage.pk, **move),
        _form("outage-put-back", outage.pk),
    ]  # fmt: skip


def _stock(on: Stage) -> list[Form]:
    expires_on = timezone.localdate() + datetime.timedelta(days=200)
    blocked = factories.batch(on.item, on.branch, on.by, quantity=4)
    inventory.block_batch(
        by=on.by, branch=on.branch, batch=blocked, why="recalled", note="Letter of the maker"
    )
    gone = factories.item(on.branch, is_active=False)
    empty = factories.item(on.branch)
    asked = [
        inventory.adjust(by=on.by, branch=on.branch, batch=on.batch, quantity=Decimal(-1), note="Broke")
        for _ in range(2)
    ]
    item = {
        "name": "Kojic Serum", "category": "serum", "use": "both", "sku": "KOJ-1", "barcode": "8901234500099",
        "manufacturer": "Cosmo Labs", "base_unit": "bottle", "pack_unit": "box", "units_per_pack": "6", "uqc": "BTL",
        "price": "900", "mrp": "1299", "tax_category": on.item.tax_category_id, "hsn": "3304", "reorder_level": "5",
        "maximum_level": "30", "tracks_expiry": "on", "storage": "Below 25 °C", "generic_name": "", "composition": "",
        "form": "", "strength": "",
    }  # fmt: skip
    unticked = dict.fromkeys(("price_includes_tax", "needs_prescription", "is_controlled"), "false")
    return [
        _form(
            "stock-in", key=True, item=on.item.name, batch_number="NEW-1", quantity="10", unit_cost="180",
            expires_on=expires_on, supplier="", note="First delivery", unit="base", made_on="", mrp="499",
        ),
        _form("stock-adjust", on.batch.pk, key=True, change="out", quantity="1", note="Tube broke"),
        _form(
            "stock-change", on.batch.pk, number="RIGHT-1", expires_on=expires_on, made_on="", mrp="450",
            version=on.batch.version,
        ),
        _form("stock-block", on.batch.pk, why="damaged", note="Leaks"),
        _form("stock-unblock", blocked.pk, note="Was a mistake"),
        _form("item-new", key=True, **item | unticked | {"is_divisible": "false"}, version=""),
        _form("item-price", on.item.pk, key=True, price="700", valid_from=timezone.localdate(timezone=on.branch.zone)),
        _form(
            "item-edit", on.item.pk, **item | unticked | {"name": on.item.name, "is_divisible": "on"},
            version=on.item.version,
        ),
        _form("item-deactivate", empty.pk),
        _form("item-reactivate", gone.pk),
        _form("adjustment-approve", asked[0].pk, key=True, answer=""),
        _form("adjustment-reject", asked[1].pk, answer="It is there"),
        *_counts(on),
        *_transfers(on),
    ]  # fmt: skip


def _counts(on: Stage) -> list[Form]:
    """One of each step; the batch counted is one that no other form touches."""
    batch = factories.batch(on.item, on.branch, on.by, quantity=5)
    begun, handed_in, again, given_up = (inventory.start_count(by=on.by, branch=on.branch) for _ in range(4))
    for count in (begun, handed_in, again):
        inventory.record_count(by=on.by, count=count, batch=batch, quantity=Decimal(4))
    for count in (handed_in, again):
        inventory.submit_count(by=on.by, count=count)
    line = handed_in.lines.get()
    return [
        _form("count-new", key=True, category="", as_of=""),
        _form("count-record", begun.pk, key=True, batch=batch.pk, quantity="5"),
        _form("count-submit", begun.pk, key=True),
        _form("count-approve", handed_in.pk, key=True, **{f"reason-{line.pk}": "Broken"}),
        _form("count-reopen", again.pk, answer="The lower shelf"),
        _form("count-cancel", given_up.pk),
    ]


def _transfers(on: Stage) -> list[Form]:
    there = factories.third_branch(on.branch)
    goods = factories.item(on.branch)
    for branch in (on.branch, there):
        factories.batch(goods, branch, on.by, quantity=9)
    wanted = [inventory.Wanted(goods, Decimal(2))]
    sent = inventory.send_transfer(by=on.by, branch=on.branch, receiver=there, wanted=wanted)
    coming = inventory.send_transfer(by=on.by, branch=there, receiver=on.branch, wanted=wanted)
    line = coming.lines.get()
    rows = {
        "line-TOTAL_FORMS": "1",
        "line-INITIAL_FORMS": "0",
        "line-0-item": goods.name,
        "line-0-quantity": "1",
    }
    return [
        _form("transfer-new", key=True, receiver=there.pk, reason="Asked for by phone", **rows),
        _form("transfer-receive", coming.pk, key=True, answer="One broke", **{f"line-{line.pk}": "1"}),
        _form("transfer-cancel", sent.pk, key=True, answer="Wrong branch"),
    ]


def _bills(on: Stage) -> list[Form]:
    draft, page, payment = on.draft, editor(on.draft), how_paid()
    first = draft.lines.order_by("position").first()
    return [
        _form("invoice-new", customer=factories.customer(on.branch, on.by).pk, appointment="", plan=""),
        _form("invoice-edit", draft.pk, key=True, **page),
        _form("invoice-preview", draft.pk, key=True, **page, **payment),
        _form("invoice-line-add", draft.pk, key=True, **page, add=f"treatment:{on.treatment.pk}"),
        _form(
            "invoice-other-add",
            draft.pk,
            key=True,
            **page,
            **{
                "other-description": "Certificate",
                "other-price": "500",
                "other-tax_category": str(on.treatment.tax_category_id),
            },
        ),
        _form("invoice-line-remove", draft.pk, first.pk, key=True, **page),
        _form("invoice-issue", draft.pk, key=True, **page, **payment),
        _form("invoice-discard", draft.pk, version=draft.version),
        _form("invoice-collect", on.unpaid.pk, key=True, **payment | {"amount": on.unpaid.due}),
    ]


def _online(on: Stage) -> list[Form]:
    """Bills that were asked for online, each at another point, and money of such that goes back."""
    bills = [everything.issued_invoice(on.branch, by=on.by) for _ in range(7)]
    looked, ended, other, paid = (online.asked(on.branch, on.by, bill) for bill in bills[:4])
    back, by_hand, pending = (online.to_give_back(on.branch, on.by, bill) for bill in bills[4:])
    pending = billing.refund_online(by=on.by, refund=pending)
    Refund.objects.filter(pk=by_hand.pk).update(gateway_status="failed", gateway_said="No balance")
    OnlinePayment.objects.filter(pk=other.pk).update(status="attention")
    return [
        _form("invoice-ask-online", on.unpaid.pk, key=True),
        _form("online-reconcile", looked.pk),
        _form("online-withdraw", ended.pk, key=True),
        _form("online-settle", other.pk, key=True),
        _form("refund-online", back.pk),
        _form("refund-by-hand", by_hand.pk, key=True, mode="cash", reference=""),
        _form("refund-reconcile", pending.pk),
        _form("pay-page", pay_links.token(paid), vpa="parth@upi.id"),
        _form("pay-back", pay_links.token(looked)),
    ]


def how_paid() -> dict[str, str]:
    """What a page sends of how something is paid: all of it in cash."""
    names = (
        "amount", "tendered", "reference", "split_cash", "split_upi", "split_card", "split_mode", "split_amount",
        "split_reference",
    )  # fmt: skip
    return {"pay": "cash", **dict.fromkeys(names, "")}


def editor(draft: Invoice) -> dict[str, str]:
    """What the editor's page sends of a draft as it stands."""
    page = {
        "version": draft.version,
        "q": "",
        "discount": "",
        "discount_reason": "",
        **dict.fromkeys(("dated", "due_on", "paid_on", "buyer_name", "buyer_phone", "note"), ""),
    }
    for line in draft.lines.order_by("position"):
        page |= {
            f"line-{line.pk}-quantity": line.quantity,
            f"line-{line.pk}-unit_price": line.unit_price,
            f"line-{line.pk}-discount": "",
            f"line-{line.pk}-practitioner": "",
            f"line-{line.pk}-batch": "",
            f"line-{line.pk}-performed_on": "",
            f"line-{line.pk}-exempt_reason": "",
        }
    return {name: str(value) for name, value in page.items()}


def _drawers(on: Stage) -> list[Form]:
    """One to count for somebody who left, and one that somebody else has counted."""
    gone, other = (factories.person(on.branch, "receptionist") for _ in range(2))
    left = billing.open_drawer(by=gone, branch=on.branch, opening_float=Decimal(0))
    counted = billing.open_drawer(by=other, branch=on.branch, opening_float=Decimal(500))
    billing.close_drawer(
        by=other, drawer=counted, version=1, counted={50000: 1}, declared={}, left_in=Decimal(500)
    )
    visit = bulk.done_visit(
        on.branch, on.by, customer=on.customer, doctor=on.doctor, treatment=on.treatment, minutes_ago=400
    )
    return [
        _form("bulkrun-new", key=True, visit=visit.pk, how="issue"),
        _form("drawer-open", key=True, opening_float="500"),
        _form(
            "drawer-move",
            key=True,
            kind="float",
            amount="100",
            practitioner="",
            reason="Change from the bank",
        ),
        _form("drawer-close", left.pk, key=True, version=1, left_in="", handed_to="", remark=""),
        _form("drawer-verify", counted.pk, key=True, version=2, answer=""),
    ]


def _words(on: Stage) -> list[Form]:
    return [
        _form("message-sent", on.message.pk),
        _form("message-not-sent", on.sent.pk),
        _form("alert-seen", on.alert.pk),
    ]
