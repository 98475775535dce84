"""One of everything that an address can name."""

import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from appointments import domain as appointments
from appointments.models import Appointment, Charge, FollowUp, QueueEntry, VisitPolicy
from billing import domain as billing
from billing import drawers
from billing.models import Invoice
from clinic.models import AuditRow, Branch, Holiday, Reason
from inventory import domain as inventory
from notifications.models import Alert, Message
from packages import domain as packages
from staff import domain as staff
from staff.models import Fee, Practitioner, User
from tests import factories
from tests.factories import bulk, colleagues, documents, money, online, papers, pictures, purchases, signs
from tests.factories.files import checked_import


def one_of_everything(at: Branch, *, by: User, name: str) -> dict[str, UUID]:
    """Ids by the first word of the URLs that take them; `name` stands in every text of the branch's own."""
    customer = factories.customer(at, by, full_name=name)
    doctor = factories.practitioner(at, full_name=f"Dr {name}")
    treatment, item = factories.treatment(at), factories.item(at)  # the catalogue is the organisation's
    plan = factories.plan(treatment)
    requirement = factories.requirement(factories.treatment(at))
    batch = factories.batch(item, at, by, quantity=10)
    today = timezone.localdate(timezone=at.zone)
    enrolment = packages.enrol(by=by, branch=at, customer=customer, plan=plan, value=Decimal(36000), on=today)
    noon = datetime.datetime.combine(today + datetime.timedelta(days=1), datetime.time(11), at.zone)
    appointment = appointments.book(
        by=by, branch=at, customer=customer, practitioner=doctor, treatment=treatment, starts_at=noon
    )
    entry = _waiting(appointment, by)
    screen = appointments.renew_display(by=by, branch=at)
    draft = billing.draft(by=by, branch=at, customer=customer)
    line = billing.add_line(by=by, invoice=draft, version=draft.version, what=treatment)
    message = Message.objects.create(
        branch=at, customer=customer, kind=Message.Kind.BOOKED, key=f"walk-{at.pk}", phone=customer.phone,
        body=f"Dear {name}", send_from=today, send_until=today,
    )  # fmt: skip
    alert = Alert.objects.create(
        branch=at,
        kind=Alert.Kind.LOW_STOCK,
        subject_id=item.pk,
        raised_on=today,
        text=f"{name} gel is low",
        url="/",
    )
    policy = VisitPolicy.objects.create(branch=at, kind="deposit", amount=Decimal(500), valid_from=today)
    charge, _made = (
        Charge.objects.get_or_create(  # a deposit was asked for already where the branch has a policy
            appointment=appointment,
            kind=VisitPolicy.Kind.DEPOSIT,
            defaults={"policy": policy, "amount": Decimal(500)},
        )
    )
    asked = FollowUp.objects.create(
        branch=at, appointment=appointment, due_on=today + datetime.timedelta(days=28), reason=f"For {name}"
    )
    in_half_a_year = today + datetime.timedelta(days=180)
    time_off = staff.mark_off(
        by=doctor.user, person=doctor.user, first_day=in_half_a_year, last_day=in_half_a_year, reason=name
    )
    outage = staff.take_out_of_service(
        by=by, resource=factories.device(at, f"Laser of {name}"), starts_at=noon, ends_at=None, reason=name
    )
    offer = factories.offer(
        at, by, treatment, doctor, noon + datetime.timedelta(hours=4),
        customer=factories.customer(at, by, full_name=name),
    )  # fmt: skip
    waiting = factories.waiting(
        at, by, treatment, doctor, customer=factories.customer(at, by, full_name=name), note=f"For {name}"
    )
    photo = pictures.document(customer, by, title=name, kind="portrait")
    consent = pictures.consent(
        customer,
        by,
        pictures.consent_text(at, title=f"Photographs of {name}"),
        signature=pictures.signature(),
    )
    Fee.objects.create(
        branch=at, practitioner=doctor, kind="consultation", amount=Decimal(500), valid_from=today
    )
    view = staff.save_view(by=by, page="customer-list", name=f"Like {name}"[:40], query="show=due")
    holiday = Holiday.objects.create(branch=at, day=in_half_a_year, name=f"Day of {name}")
    reason = Reason.objects.create(organisation=at.organisation, purpose="cancel", text=f"{at.code} rain")
    department = staff.open_department(
        by=by, branch=at, name=f"Department of {name}"[:80], code="DEPT", members=[doctor]
    )
    adjustment = inventory.adjust(by=by, branch=at, batch=batch, quantity=Decimal(-1), note=f"For {name}")
    count = inventory.start_count(by=by, branch=at)
    transfer = inventory.send_transfer(
        by=by, branch=at, receiver=factories.third_branch(at), wanted=[inventory.Wanted(item, Decimal(1))],
        reason=f"For {name}",
    )  # fmt: skip
    of_money = money.one_of_each(at, by=by, customer=customer)
    with transaction.atomic():
        drawer = drawers.of(by, at)
    return {
        **colleagues.one_of_each(at, by=by, doctor=doctor, name=name),
        "department": department.pk,
        "adjustment": adjustment.pk,
        "count": count.pk,
        "transfer": transfer.pk,
        "document": photo.pk,
        "consent": consent.pk,
        "card": pictures.card(customer, by).pk,
        "import": checked_import(at, by, name).pk,
        "audit": AuditRow.objects.get(
            table_name="customers_customer", row_id=str(customer.pk), action="I"
        ).pk,
        "table": "customers_customer",
        "record": customer.pk,
        "kind": "customers",
        "saved": view.pk,
        "offer": offer.pk,
        "waitlist": waiting.pk,
        "charge": charge.pk,
        "follow": asked.pk,
        "visitpolicy": policy.pk,
        "customer": customer.pk,
        "appointment": appointment.pk,
        "enrolment": enrolment.pk,
        "item": item.pk,
        "stock": batch.pk,
        "plan": plan.pk,
        "treatment": treatment.pk,
        "invoice": draft.pk,
        "bulkrun": bulk.run_over(appointment, by, said=f"{name} is inactive").pk,
        "drawer": drawer.pk,
        "line": line.pk,
        "line_pk": line.pk,
        "message": message.pk,
        "alert": alert.pk,
        "practitioner": doctor.pk,
        "batch": batch.pk,
        "queue": entry.pk,
        "display_key": screen.display_key,
        "availability": doctor.pk,
        "time": time_off.pk,
        "outage": outage.pk,
        "requirement": requirement.pk,
        **signs.one_of_each(by, name=name),
        "session": enrolment.sessions.first().pk,
        "holiday": holiday.pk,
        "occasion": "booked",
        "figure": "visits",
        "purpose": "cancel",
        "reason": reason.pk,
        **purchases.one_of_each(at, by=by, name=name),
        **of_money,
        **papers.one_of_each(issued_invoice(at, by=by, name=name), by=by, documents=of_money),
        **online.one_of_each(at, by=by, invoice=issued_invoice(at, by=by, name=name)),
        **documents.one_of_each(at, by=by, name=name),
    }


def _waiting(like: Appointment, by: User) -> QueueEntry:
    """Another visit like this one, of today, with a token."""
    now = timezone.now()
    visit = Appointment.objects.create(
        number=factories.number(), branch=like.branch, customer=like.customer, practitioner=like.practitioner,
        treatment=like.treatment, starts_at=now, ends_at=now + datetime.timedelta(minutes=5), booked_by=by,
        status="arrived", arrived_at=now,
    )  # fmt: skip
    return appointments.enter_queue(by=by, appointment=visit)


def issued_invoice(at: Branch, *, by: User, name: str = "Priya Mehta") -> Invoice:
    """An unpaid tax invoice of 4,500 + 18 % for one laser session."""
    draft = billing.draft(by=by, branch=at, customer=factories.customer(at, by, full_name=name))
    billing.add_line(by=by, invoice=draft, version=draft.version, what=factories.treatment(at))
    draft.refresh_from_db()
    return billing.issue(by=by, invoice=draft, version=draft.version)


def visit_with_bill(at: Branch, *, by: User, doctor: Practitioner) -> tuple[Appointment, Invoice]:
    """A visit and its issued bill for what was done in it."""
    now = timezone.now()
    visit = Appointment.objects.create(
        number=factories.number(), branch=at, customer=factories.customer(at, by), practitioner=doctor,
        treatment=factories.treatment(at), starts_at=now, ends_at=now + datetime.timedelta(minutes=5), booked_by=by,
        status="arrived", arrived_at=now,
    )  # fmt: skip
    draft = billing.draft(by=by, branch=at, customer=visit.customer, appointment=visit)
    draft.refresh_from_db()
    return visit, billing.issue(by=by, invoice=draft, version=draft.version)
