"""A small clinic and its cast, made by the same verbs as in life. Each function takes what matters, defaults the rest."""

import datetime
import itertools
from decimal import Decimal
from typing import Any

from django.utils import timezone

from clinic.models import Branch, Organisation, Registration, Resource, TaxCategory
from customers.models import Customer
from inventory.models import Batch, Item, Movement, Supplier
from packages.models import Consumable, Plan, Requirement, Treatment, TreatmentResource
from staff import domain as staff
from staff.models import Practitioner, User

GSTIN = "29AABCL1234A1Z4"
PASSWORD = "correct horse battery"
_serial = itertools.count(1)


def number() -> str:
    """Of an appointment that a test writes past the verbs."""
    return f"APT-TEST-{next(_serial):05d}"


def clinic(**changes: Any) -> Branch:
    """Linqs of Bengaluru: registered in Karnataka, open Monday to Sunday 9 to 19 with lunch at 13, procedures at 18 %."""
    values: dict[str, Any] = {
        "name": "Linqs Cosmetology Clinic",
        "tagline": "Skin · Hair · Laser",
        "address": "14-B, MG Road",
        "city": "Bengaluru",
        "postal_code": "560001",
        "state": "29",
        "phone": "+919810055555",
        "gstin": GSTIN,
        "aesthetic_rate": "18",
        "code": "LCB",
        "upi_id": "linqs@upi",
        "weekdays": list(range(7)),
    }
    return staff.set_up_clinic(
        by=None, clinic=staff.NewClinic(**values | changes), today=timezone.localdate()
    )


def branch(organisation: Organisation, *, registration: Registration | None = None, **changes: Any) -> Branch:
    """A further branch, under the organisation's first registration unless another is given."""
    values: dict[str, Any] = {
        "name": "Linqs Indiranagar",
        "address": "100 Feet Road",
        "city": "Bengaluru",
        "postal_code": "560038",
        "state": "29",
        "phone": "+919810066666",
        "aesthetic_rate": "18",
        "code": "LCI",
        "weekdays": list(range(7)),
    }
    return staff.open_branch(
        by=None,
        organisation=organisation,
        registration=registration or organisation.registration_set.first(),
        clinic=staff.NewClinic(**values | changes),
        today=timezone.localdate(),
    )


def third_branch(of: Branch) -> Branch:
    """A branch where nobody of the cast works, to send things to."""
    code = f"T{next(_serial)}"[:4]
    return branch(of.organisation, code=code, name=f"Linqs {code}")


def person(at: Branch | None, *roles: str, username: str = "", full_name: str = "") -> User:
    username = username or f"{roles[0] if roles else 'person'}{next(_serial)}"
    return staff.add_person(
        by=None,
        username=username,
        full_name=full_name or username.title(),
        password=PASSWORD,
        roles=list(roles),
        branch=at,
    )


def practitioner(
    at: Branch, *, full_name: str = "Vivek Kapoor", username: str = "", role: str = "doctor"
) -> Practitioner:
    who = person(at, role, username=username, full_name=full_name)
    return staff.add_practitioner(by=None, person=who, branch=at, title="Dr." if role == "doctor" else "")


def device(at: Branch, name: str = "Diode laser", **changes: Any) -> Resource:
    return Resource.objects.create(branch=at, kind=Resource.Kind.DEVICE, name=name, **changes)


def customer(at: Branch, by: User, **changes: Any) -> Customer:
    """Registered through the verb; every one with a name and phone of its own."""
    from customers import domain

    number = next(_serial)
    values: dict[str, Any] = {
        "full_name": f"Customer {number}",
        "phone": f"+9198{number:08d}",
        "gender": Customer.Gender.FEMALE,
        "born_on": datetime.date(1997, 4, 15),
    }
    return domain.register(by=by, branch=at, **values | changes)


def item(at: Branch, *, tax: str = "cosmetic_product", **changes: Any) -> Item:
    """Divisible and without expiry unless said otherwise, so that a test may take any quantity of any batch."""
    values: dict[str, Any] = {
        "name": f"Item {next(_serial)}",
        "category": Item.Category.CREAM,
        "price": Decimal(500),
        "reorder_level": Decimal(5),
        "is_divisible": True,
        "tracks_expiry": False,
    }
    category = TaxCategory.objects.get(code=tax)
    return Item.objects.create(organisation=at.organisation, tax_category=category, **values | changes)


def batch(
    of: Item, at: Branch, by: User, *, quantity: Decimal | int, number: str = "", days: int | None = 365
) -> Batch:
    """Stock of an item, expiring in `days` from today (None: never; negative: already expired)."""
    expires_on = None if days is None else timezone.localdate() + datetime.timedelta(days=days)
    made = Batch.objects.create(
        item=of, number=number or f"B{next(_serial)}", expires_on=expires_on, unit_cost=Decimal(200)
    )
    if quantity:
        Movement.objects.create(
            batch=made, branch=at, kind=Movement.Kind.STOCK_IN, quantity=Decimal(quantity), by=by
        )
    return made


def supplier(at: Branch, **changes: Any) -> Supplier:
    """In the branch's own State, not registered under GST unless told otherwise."""
    values: dict[str, Any] = {
        "name": f"Supplier {next(_serial)}",
        "state": at.state,
        "phone": "+919811100009",
    }
    return Supplier.objects.create(organisation=at.organisation, **values | changes)


def treatment(
    at: Branch, *, tax: str = "cosmetic_procedure", needs: Resource | None = None, **changes: Any
) -> Treatment:
    values: dict[str, Any] = {
        "name": f"Treatment {next(_serial)}",
        "category": Treatment.Category.LASER,
        "price": Decimal(4500),
        "minutes": 45,
    }
    category = TaxCategory.objects.get(code=tax)
    made = Treatment.objects.create(organisation=at.organisation, tax_category=category, **values | changes)
    if needs:
        TreatmentResource.objects.create(treatment=made, resource=needs)
    return made


def consumable(of: Treatment, what: Item, quantity: Decimal | int = 1) -> Consumable:
    return Consumable.objects.create(treatment=of, item=what, quantity=Decimal(quantity))


def requirement(of: Treatment, **changes: Any) -> Requirement:
    """A patch test without a waiting time, good for ever, unless told otherwise."""
    values: dict[str, Any] = {"kind": Requirement.Kind.PATCH_TEST, "name": "Patch test"}
    return Requirement.objects.create(treatment=of, **values | changes)


def plan(of: Treatment, **changes: Any) -> Plan:
    values: dict[str, Any] = {"name": f"Package {next(_serial)}", "session_count": 8, "price": Decimal(36000)}
    return Plan.objects.create(organisation=of.organisation, treatment=of, **values | changes)


def waiting(
    at: Branch, by: User, of: Treatment, who: Practitioner, verb: str = "join_waitlist", **changes: Any
) -> Any:
    """Somebody who waits for a treatment within a fortnight; with `verb="request"` somebody who has only asked."""
    from appointments import domain
    from appointments.matching import When

    today = timezone.localdate(timezone=at.zone)
    wish = {
        "by": by, "branch": at, "treatment": of, "practitioner": who,
        "when": When(today, today + datetime.timedelta(days=14)),
    }  # fmt: skip
    wish["customer"] = changes.pop("customer", None) or customer(at, by)
    return getattr(domain, verb)(**wish | changes)


def offer(
    at: Branch, by: User, of: Treatment, who: Practitioner, starts_at: datetime.datetime, **changes: Any
) -> Any:
    """A time kept for somebody who waits."""
    from appointments import domain

    visit = waiting(at, by, of, who, **changes)
    return domain.offer(by=by, branch=at, practitioner=who, starts_at=starts_at, appointment=visit)
