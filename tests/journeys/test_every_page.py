"""Every page as it is looked at: wide and light, on a phone and dark, with names as long as names are."""

import datetime
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from appointments.models import Appointment
from clinic.models import Holiday
from staff.models import Role
from tests import factories
from tests.conftest import World
from tests.factories import documents, everything

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.past_the_verbs("places of visits"),
]

LONG = "Venkataramanan Subramanian Lakshminarayanan Iyer"
OPTIONS = {"preload": False}  # it would read style sheets anew by means that our content policy forbids
TOUCH = 44  # CSS pixels

#: Drawn anew in the other colours: the browser keeps those of links it has drawn, and fades others.
DRAWN = """() => { document.body.hidden = true; document.body.offsetHeight; document.body.hidden = false;
  return Promise.allSettled(document.getAnimations().map(each => each.finished)); }"""
#: What a finger has to hit, as "tag text height". Links inside a sentence are as high as the sentence's lines.
TOO_SMALL = """least => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest(".visually-hidden, .skip, p, .hint"))
  .map(e => [e, (e.matches("[type=checkbox], [type=radio]") && e.labels[0] || e).getBoundingClientRect()])
  .filter(([e, box]) => box.width && box.height && Math.round(box.height) < least)
  .map(([e, box]) => `${e.tagName} ${e.textContent.trim() || e.name || e.ariaLabel} ${Math.round(box.height)}`)"""


@pytest.fixture
def pages(world: World) -> dict[str, str]:
    """Addresses by name, for one row of everything and a few more."""
    Holiday.objects.all().delete()
    branch, desk = world.branch, world.receptionist
    ids = everything.one_of_everything(branch, by=world.owner, name=LONG)
    ids["preset"] = Role.objects.get(code="doctor").pk
    issued = everything.issued_invoice(branch, by=desk, name="Neha Patel")
    gel = factories.item(branch, name="Cooling gel")
    factories.batch(gel, branch, world.owner, quantity=2, number="OLD")
    noted = documents.bill(branch, desk, gel, factories.plan(factories.treatment(branch)), name=LONG)
    asked = documents.asked(branch, desk, factories.treatment(branch), name=LONG)
    serum = factories.item(branch, name="Hyaluronic Acid Serum with Vitamin C 20 %", reorder_level=Decimal(5))
    factories.batch(serum, branch, world.owner, quantity=2, number="SOON", days=20)
    allergic = factories.customer(
        branch, desk, full_name="Anjali Singh", allergies="Fragrance, lidocaine and all kinds of plaster"
    )
    visit = Appointment.objects.create(
        number=factories.number(),
        branch=branch, customer=allergic, practitioner=world.doctor, treatment=factories.treatment(branch),
        starts_at=timezone.now(), ends_at=timezone.now() + datetime.timedelta(minutes=45),
        booked_by=desk, status="arrived", arrived_at=timezone.now(),
    )  # fmt: skip
    return {
        "my sign-in": "/account/", "authenticator app": "/account/authenticator/", "my PIN": "/account/pin/",
        "is it me": "/confirm/?next=/customers/export/", "change over": "/sign-in/pin/", "rules of signing in": "/settings/sign-in/",
        "forgotten password": "/sign-in/forgotten/", "link that is over": "/sign-in/link/",
        "dashboard": "/", "board": "/appointments/", "schedule": "/appointments/schedule/",
        "rooms": "/appointments/?by=room", "week": "/appointments/week/", "month": "/appointments/month/",
        "week of one": f"/appointments/week/?practitioner={world.doctor.pk}",
        "book": "/appointments/new/", "walk-in": f"/appointments/new/?walk_in=1&customer={allergic.pk}",
        "newcomer": "/appointments/new/?customer=new&q=98450",
        "series": f"/appointments/series/?package={ids['enrolment']}", "visit": f"/appointments/{visit.pk}/",
        "reschedule": f"/appointments/{ids['appointment']}/reschedule/",
        "board by room": "/appointments/?by=room",
        "waitlist": "/appointments/waitlist/", "on the waitlist": f"/appointments/waitlist/new/?customer={allergic.pk}",
        "queue": "/appointments/queue/", "put first": f"/appointments/{visit.pk}/prioritise/",
        "waiting room": f"/queue/{ids['display_key']}/",
        "availability": "/appointments/availability/", "day off": "/appointments/time-off/new/",
        "day off and its visits": f"/appointments/time-off/{ids['time']}/",
        "visits of one who left": f"/appointments/availability/{ids['availability']}/visits/",
        "hours of a day": f"/appointments/availability/{ids['availability']}/day/?day={timezone.localdate()}",
        "hours of every week": f"/appointments/availability/{ids['availability']}/weekly/",
        "fees of one": f"/staff/practitioners/{world.doctor.pk}/fees/",
        "out of service": "/appointments/out-of-service/new/",
        "out of service and its visits": f"/appointments/out-of-service/{ids['outage']}/",
        "follow-ups": "/appointments/follow-ups/?show=later",
        "open matters": f"/appointments/of/{ids['customer']}/open/",
        "visit booked": f"/appointments/{ids['appointment']}/",
        "customers": "/customers/", "nobody": "/customers/?q=nobody+at+all",
        "customer": f"/customers/{ids['customer']}/", "register": "/customers/new/",
        "family": f"/customers/{ids['customer']}/household/", "filtered": "/customers/?gender=female&sort=-due",
        "edit customer": f"/customers/{allergic.pk}/edit/",
        "files": f"/customers/{ids['customer']}/files/", "photographs": f"/customers/{ids['customer']}/photos/",
        "add files": f"/customers/{ids['customer']}/files/new/", "edit file": f"/customers/files/{ids['document']}/edit/",
        "nothing to compare": f"/customers/{ids['customer']}/photos/compare/",
        "consents": f"/customers/{ids['customer']}/consents/", "consent": f"/customers/consents/{ids['consent']}/",
        "to be signed": f"/customers/{ids['customer']}/consents/new/?kind=photo",
        "cards": f"/customers/{ids['customer']}/cards/",
        "packages": "/packages/", "enrolment": f"/packages/{ids['enrolment']}/", "plans": "/packages/plans/",
        "treatments": "/packages/treatments/", "sell": f"/packages/sell/?plan={ids['plan']}&customer={allergic.pk}",
        "plan": f"/packages/plans/{ids['plan']}/", "new plan": "/packages/plans/new/",
        "edit plan": f"/packages/plans/{ids['plan']}/edit/", "new treatment": "/packages/treatments/new/",
        "edit treatment": f"/packages/treatments/{ids['treatment']}/edit/", "liability": "/packages/liability/",
        "redeem": f"/packages/sessions/{ids['session']}/redeem/", "exchange": f"/packages/{ids['enrolment']}/exchange/",
        "transfer": f"/packages/{ids['enrolment']}/transfer/",
        "before treatment": f"/packages/customers/{ids['customer']}/requirements/",
        "departments": "/settings/departments/", "department": f"/settings/departments/{ids['department']}/",
        "import": "/imports/new/customers/", "kept long enough": "/customers/past/",
        "inventory": "/inventory/", "item": f"/inventory/{ids['item']}/", "stock in": "/inventory/stock-in/",
        "adjust": f"/inventory/batches/{ids['batch']}/adjust/",
        "note": f"/billing/notes/{ids['note']}/", "credit note": f"/billing/{noted.pk}/credit/?reason=returned",
        "cancel": f"/billing/{issued.pk}/cancel/", "estimate": f"/billing/estimates/{ids['estimate']}/",
        "package back": f"/billing/packages/{noted.lines.get(plan__isnull=False).enrolment_id}/credit/",
        "discounts": "/billing/discounts/", "discount declined": f"/billing/{asked.pk}/discount/decline/",
        "discount asked": f"/billing/{asked.pk}/", "books": "/billing/period/", "rules": "/billing/rules/",
        "bills": "/billing/", "whose bill": "/billing/new/", "draft": f"/billing/{ids['invoice']}/edit/",
        "bill": f"/billing/{issued.pk}/", "print many": f"/billing/print/new/?invoice={issued.pk}",
        "print run": f"/billing/print/{ids['printrun']}/", "send a paper": f"/messages/of-paper/invoice/{issued.pk}/",
        "messages on their way": "/messages/?show=leaving", "a paper by its link": f"/papers/{ids['token']}/",
        "take money": f"/billing/payments/take/?customer={issued.customer_id}", "take from whom": "/billing/payments/take/",
        "receipt of money": f"/billing/receipts/{ids['receipt_pk']}/",
        "ask for a refund": f"/billing/payments/{ids['payment']}/refund/",
        "refunds": "/billing/refunds/", "refund": f"/billing/refunds/{ids['refund']}/",
        "drawers": "/billing/drawers/", "day of money": "/billing/day/", "paid online": "/billing/online/",
        "bill many visits": f"/billing/bulk/?day={timezone.localdate()}", "many visits billed": f"/billing/bulk/{ids['bulkrun']}/",
        "price of a treatment here": f"/packages/treatments/{ids['treatment']}/price/",
        "price of an item here": f"/inventory/{ids['item']}/price/",
        "advances": "/billing/advances/", "stored value": "/billing/stored/",
        "one stored value": f"/billing/stored/{ids['stored']}/",
        "gift cards": "/billing/gift-cards/", "sell a gift card": f"/billing/gift-cards/new/?customer={ids['customer']}",
        "payments": "/billing/payments/", "notes": "/billing/notes/", "outstanding": "/billing/outstanding/",
        "registers": "/billing/registers/", "by code": "/billing/registers/?show=codes", "sales": "/billing/sales/?by=treatment",
        "lines of sales": "/billing/sales/lines/?by=practitioner", "statement": f"/billing/statement/{issued.customer_id}/",
        "messages": "/messages/", "alerts": "/messages/alerts/", "search": "/search/?q=neha",
        "unknown": f"/customers/{ids['item']}/",
        "staff": "/staff/", "new person": "/staff/new/", "my page": "/staff/me/", "leave": "/staff/leave/",
        "person": f"/staff/{ids['person']}/", "edit person": f"/staff/{ids['person']}/edit/",
        "why a person may": f"/staff/{ids['person']}/why/", "deactivate": f"/staff/{ids['person']}/deactivate/",
        "roles": "/staff/roles/", "new role": "/staff/roles/new/", "role": f"/staff/roles/{ids['role']}/",
        "role as in a preset": f"/staff/roles/{ids['preset']}/?preset=parth",
        "audit": "/settings/audit/", "audit row": f"/settings/audit/{ids['audit']}/",
        "audit of a record": f"/settings/audit/of/customers_customer/{ids['customer']}/",
        "administration": "/admin/", "admin item": f"/admin/inventory/item/{ids['item']}/change/",
    }  # fmt: skip


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_every_page(new_page, world, pages, phone):
    problems = []
    stranger = new_page(phone=phone, dark=phone)
    stranger.goto("/sign-in/")
    problems += wrong(stranger, "sign-in", phone)
    page = new_page(world.owner, phone=phone, dark=phone)
    for name, address in pages.items():
        page.goto(address)
        expect(page.locator("[aria-busy=true], .htmx-request")).to_have_count(0)
        problems += wrong(page, name, phone)
    assert not problems, "\n".join(problems)


def wrong(page: Page, name: str, phone: bool) -> list[str]:
    """What axe and a finger find. The colours are the same whatever the width, so that each width has one of the two."""
    page.emulate_media(color_scheme="dark" if phone else "light")
    page.evaluate(DRAWN)
    found = Axe().run(page, options=OPTIONS).response["violations"]
    said = [
        f"{name}: {each['id']} {node['target']} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        said.append(f"{name}: scrolls {wide} px sideways")
    if phone:
        said += [f"{name}: {target} px high" for target in page.evaluate(TOO_SMALL, TOUCH)]
    return said
