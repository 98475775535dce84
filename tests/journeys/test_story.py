"""The product's main job as its users do it: from an empty clinic to a paid, printed bill, in a real browser."""

import datetime
import io
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from billing.models import Invoice
from clinic import events, numbering
from clinic.models import Branch, Resource
from clinic.tasks import deliver_pending
from customers.models import Customer
from inventory.models import Balance, Item
from notifications import tasks
from notifications.models import Alert, Message
from packages.models import Enrolment
from staff import domain as staff
from staff.models import Practitioner, User
from tests import factories

INDIA = ZoneInfo("Asia/Kolkata")
WEDNESDAY = datetime.datetime(2026, 12, 2, 10, 5, tzinfo=INDIA)
THURSDAY = datetime.datetime(2026, 12, 3, 10, 50, tzinfo=INDIA)
LASER = "Laser Hair Removal, full body"
pytestmark = pytest.mark.slow


@pytest.fixture
def clinic(transactional_db, monkeypatch) -> Branch:
    """The first-run command on an empty database, then what an administrator adds: people, menu, stock."""
    monkeypatch.setattr(numbering, "_clock", timezone.now)
    with time_machine.travel(WEDNESDAY):
        call_command(
            "first_run", name="Linqs Cosmetology Clinic", gstin=factories.GSTIN, address="14-B, MG Road",
            city="Bengaluru", pin="560001", phone="+919810055555", code="LCB", upi="linqs@upi", aesthetic_rate="18",
            owner_name="Reena Sharma", username="owner", email="", password=factories.PASSWORD, doctor=["Vivek Kapoor"],
            no_input=True, verbosity=0,
        )  # fmt: skip
        branch = Branch.objects.get()
        owner = User.objects.get(username="owner")
        doctor = Practitioner.objects.get()
        doctor.user.set_password(factories.PASSWORD)
        doctor.user.save()
        staff.add_person(
            by=owner, username="meena", full_name="Meena Joshi", password=factories.PASSWORD,
            roles=["receptionist"], branch=branch,
        )  # fmt: skip
        fill_the_shelves(branch, owner)
    return branch


def fill_the_shelves(branch: Branch, owner: User) -> None:
    device = factories.device(branch)
    laser = factories.treatment(branch, name=LASER, needs=device, minutes=45)
    factories.plan(laser, name=LASER, session_count=8, price=Decimal(36000))
    pads = factories.item(
        branch, name="Prep pad", category=Item.Category.CONSUMABLE, price=None, reorder_level=Decimal(1)
    )
    factories.batch(pads, branch, owner, quantity=20, number="LATE", days=300)
    factories.batch(pads, branch, owner, quantity=20, number="EARLY", days=100)
    factories.consumable(laser, pads, 2)
    gel = factories.item(branch, name="Laser Cooling Gel", mrp=Decimal(650), reorder_level=Decimal(10))
    factories.batch(gel, branch, owner, quantity=10, number="B2026-012", days=400)


def sign_in(page: Page, username: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("User name or e-mail").fill(username)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".rail")).to_be_visible()


def add_to_bill(page: Page, words: str, kind: str) -> None:
    page.wait_for_load_state("networkidle")
    box = page.get_by_role("combobox", name="Add treatment, package or product")
    box.fill(words)
    page.get_by_role("option").filter(has_text=kind).first.click()


def test_from_a_fresh_clinic_to_a_paid_printed_bill(clinic, new_page):
    with time_machine.travel(WEDNESDAY):
        desk = new_page()
        sign_in(desk, "meena")
        priya = register_priya(desk)
        sell_the_package(desk, priya)
        book_session_one(desk, priya, clinic)
        remind()
        send_the_messages(desk, {"booked", "confirmed", "reminder"})
    with time_machine.travel(THURSDAY):
        desk = new_page()
        sign_in(desk, "meena")
        check_in(desk)
        complete_on_the_phone(new_page(phone=True))
        bill = bill_the_extras(desk, priya)
        print_it(desk, bill)
        look_as_owner(new_page(), bill)
        send_the_messages(desk, {"session"})
        administer(new_page(), clinic)
        jobs_raise_each_alert_once(clinic)


def register_priya(desk: Page) -> Customer:
    desk.goto("/customers/?q=%2B91+98765+43210")
    expect(desk.locator("main")).to_contain_text("Nobody")
    desk.goto("/customers/new/")
    form = desk.locator("main")
    form.get_by_label("Full name").fill("Priya Mehta")
    form.locator("#id_phone").fill("98765 43210")
    form.get_by_label("Female", exact=True).check()
    form.get_by_label("Date of birth").fill("1997-04-15")
    form.get_by_label("Blood group").select_option("O+")
    form.get_by_text("Contact and address").click()
    form.get_by_label("Address", exact=True).fill("Bandra, Mumbai")
    form.get_by_label("PIN code").fill("400050")
    form.get_by_label("Allergies and reactions").fill("Reacts to fragrance-based products")
    desk.get_by_role("button", name="Register").click()
    expect(desk.get_by_role("heading", name="Priya Mehta")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("Reacts to fragrance-based products")
    return Customer.objects.get(phone="+919876543210")


def sell_the_package(desk: Page, priya: Customer) -> None:
    desk.get_by_role("button", name="New invoice").first.click()
    add_to_bill(desk, "laser hair", "8 sessions")
    expect(desk.locator("main")).to_contain_text("₹42,480.00")
    desk.get_by_label("UPI", exact=True).check()
    desk.get_by_role("button", name=re.compile("Issue and collect")).click()
    expect(desk.get_by_role("heading", name="LCB/26-27/00001")).to_be_visible()
    invoice = Invoice.objects.get()
    assert (invoice.total, invoice.paid, invoice.cgst) == (
        Decimal("42480.00"),
        Decimal("42480.00"),
        Decimal("3240.00"),
    )
    enrolment = Enrolment.objects.get(customer=priya)
    assert [session.number for session in enrolment.sessions.all()] == list(range(1, 9))
    assert enrolment.value == Decimal("36000.00")


def book_session_one(desk: Page, priya: Customer, branch: Branch) -> None:
    choose_session_one(desk, priya)
    desk.locator("#times").get_by_text("11:00", exact=True).click()
    desk.get_by_role("button", name="Book", exact=True).click()
    expect(desk.locator("main")).to_contain_text("Session 1 of 8")
    desk.get_by_role("button", name="Confirm").click()
    expect(desk.locator("main")).to_contain_text("Confirmed")
    refuse_the_doctor_twice(desk, branch)
    refuse_the_device_twice(desk, branch)


def choose_session_one(desk: Page, priya: Customer) -> None:
    session = Enrolment.objects.get(customer=priya).sessions.get(number=1)
    desk.goto(f"/appointments/new/?customer={priya.pk}&session={session.pk}&day=2026-12-03")
    expect(desk.get_by_role("combobox", name="Treatment")).to_have_value(re.compile("session 1 of 8"))
    desk.get_by_label("Practitioner").select_option(label="Dr. Vivek Kapoor")


def book_somebody_at_eleven(desk: Page, who: str, treatment: str, practitioner: str) -> None:
    """At a time the page doesn't offer any more, as a page does that was opened before the other booking."""
    desk.goto("/appointments/new/?day=2026-12-03")
    desk.wait_for_load_state("networkidle")
    box = desk.get_by_role("combobox", name="Customer")
    box.fill(who)
    with desk.expect_response(re.compile(r"/appointments/new/.*customer=")):
        desk.get_by_role("option").filter(has_text=who).first.click()
    expect(desk.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    desk.get_by_role("combobox", name="Treatment").fill(treatment.partition(",")[0])
    desk.get_by_role("option", name=treatment).click()
    desk.get_by_label("Practitioner").select_option(label=practitioner)
    desk.get_by_label("At another time").fill("11:15")
    desk.get_by_role("button", name="Book", exact=True).click()


def refuse_the_doctor_twice(desk: Page, branch: Branch) -> None:
    factories.customer(branch, User.objects.get(username="meena"), full_name="Anjali Singh")
    factories.treatment(branch, name="Consultation", tax="health_care", minutes=30)
    book_somebody_at_eleven(desk, "Anjali Singh", "Consultation, 30 min", "Dr. Vivek Kapoor")
    expect(desk.get_by_role("group", name="Next free times")).to_contain_text("11:45")
    assert desk.get_by_label("At another time").input_value() == "11:15"


def refuse_the_device_twice(desk: Page, branch: Branch) -> None:
    other = factories.practitioner(branch, full_name="Reena Rao")
    book_somebody_at_eleven(desk, "Anjali Singh", f"{LASER}, 45 min", str(other))
    expect(desk.get_by_role("group", name="Next free times")).to_contain_text("11:45")
    other.resource.is_active = False
    other.resource.save()


def remind() -> None:
    """Through the task that beat runs, twice: one reminder."""
    tasks.remind_tomorrow()
    tasks.remind_tomorrow()
    reminder = Message.objects.get(kind=Message.Kind.REMINDER)
    assert reminder.whatsapp_url.startswith("https://wa.me/919876543210?text=")
    assert (
        "Priya" in reminder.body and "11:00" in reminder.body and "Linqs Cosmetology Clinic" in reminder.body
    )


def check_in(desk: Page) -> None:
    desk.goto("/appointments/")
    desk.get_by_role("link", name=re.compile("Priya Mehta")).first.click()
    desk.get_by_role("button", name="Check in").click()
    expect(desk.locator("main")).to_contain_text("Arrived")


def complete_on_the_phone(phone: Page) -> None:
    username = Practitioner.objects.get(resource__name="Dr. Vivek Kapoor").user.username
    sign_in(phone, username)
    phone.goto("/appointments/schedule/")
    phone.get_by_role("link", name=re.compile("Priya Mehta")).first.click()
    expect(phone.locator("main")).to_contain_text("Reacts to fragrance-based products")
    phone.get_by_label(re.compile("done", re.IGNORECASE)).first.fill("3 passes, full coverage")
    phone.get_by_role("button", name="Complete session").click()
    expect(phone.locator("main")).to_contain_text("3 passes, full coverage")
    expect(phone.locator(".dots .done")).to_have_count(1)
    enrolment = Enrolment.objects.get(customer__full_name="Priya Mehta")
    assert enrolment.sessions.exclude(status="completed").count() == 7
    stock = {
        balance.batch.number: balance.quantity
        for balance in Balance.objects.filter(batch__item__name="Prep pad")
    }
    assert stock == {"EARLY": Decimal(18), "LATE": Decimal(20)}, "first expiry leaves first"


def bill_the_extras(desk: Page, priya: Customer) -> Invoice:
    desk.goto(f"/customers/{priya.pk}/")
    desk.get_by_role("button", name="New invoice").first.click()
    add_to_bill(desk, "laser hair", "Treatment")
    expect(desk.locator("main")).to_contain_text("₹5,310.00")
    add_to_bill(desk, "cooling", "10 in stock")
    expect(desk.locator("main")).to_contain_text("₹5,900.00")
    desk.get_by_label("Split").check()
    desk.get_by_label("Cash, ₹").fill("3000")
    desk.get_by_label("Card, ₹").fill("2900")
    desk.get_by_role("button", name=re.compile("Issue and collect")).dblclick()
    expect(desk.get_by_role("heading", name="LCB/26-27/00002")).to_be_visible()
    assert Invoice.objects.issued().count() == 2, "a double click makes one invoice"
    bill = Invoice.objects.get(number="LCB/26-27/00002")
    assert (bill.taxable, bill.cgst, bill.sgst, bill.total, bill.paid) == tuple(
        map(Decimal, ("5000.00", "450.00", "450.00", "5900.00", "5900.00"))
    )
    assert {(part.payment.mode, part.amount) for part in bill.allocations.all()} == {
        ("cash", 3000),
        ("card", 2900),
    }
    assert Balance.objects.get(batch__number="B2026-012").quantity == 9
    return bill


def print_it(desk: Page, bill: Invoice) -> None:
    for paper in ("a4", "slip"):
        answer = desk.request.get(f"/billing/{bill.pk}/print/?format={paper}")
        assert answer.headers["content-type"] == "application/pdf"
        text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body())).pages)
        for wanted in (bill.number, factories.GSTIN, "Laser Cooling Gel", "5,900.00", "450.00", "PAID"):
            assert wanted in text, f"{wanted} is missing on the {paper}"
        assert "Bandra" not in text, "a clinical address doesn't flow onto an invoice"


def look_as_owner(page: Page, bill: Invoice) -> None:
    deliver_pending()
    sign_in(page, "owner")
    page.goto("/")
    main = page.locator("main")
    expect(main).to_contain_text("₹48,380.00")  # 42,480 and 5,900 billed this month
    expect(main).to_contain_text("Priya Mehta")
    expect(main).to_contain_text("Laser Cooling Gel")
    assert Alert.objects.filter(kind=Alert.Kind.LOW_STOCK, text__contains="Laser Cooling Gel").count() == 1


def send_the_messages(desk: Page, kinds: set[str]) -> None:
    """Each button opens the prefilled chat in a tab of its own and marks the message as sent."""
    deliver_pending()
    waiting = Message.objects.filter(status="waiting", customer__full_name="Priya Mehta")
    assert set(waiting.values_list("kind", flat=True)) == kinds
    desk.goto("/messages/")
    buttons = desk.get_by_role("button", name="WhatsApp: Priya Mehta")
    expect(buttons).to_have_count(len(kinds))
    for left in range(len(kinds), 0, -1):
        with desk.context.expect_page() as opened:
            buttons.first.click()
        opened.value.close()
        desk.goto("/messages/")
        expect(buttons).to_have_count(left - 1)
    assert not waiting.exists()


def administer(page: Page, branch: Branch) -> None:
    """The gel's price, the doctor's hours and the invoice footer, in Django admin."""
    sign_in(page, "owner")
    gel, doctor = (
        Item.objects.get(name="Laser Cooling Gel"),
        Resource.objects.get(name="Dr. Vivek Kapoor").practitioner,
    )
    for path, label, value in (
        (f"/admin/inventory/item/{gel.pk}/change/", re.compile("^Price, ₹:"), "520"),
        (
            f"/admin/clinic/branch/{branch.pk}/change/",
            re.compile("^Invoice footer"),
            "Goods once opened stay sold.",
        ),
    ):
        page.goto(path)
        page.get_by_label(label).fill(value)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".success")).to_be_visible()
    page.goto(f"/admin/staff/practitioner/{doctor.pk}/change/")
    page.locator("[name=weekly_hours-0-ends]").fill("17:00:00")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".success")).to_be_visible()
    gel.refresh_from_db()
    branch.refresh_from_db()
    assert (gel.price, branch.invoice_footer) == (Decimal(520), "Goods once opened stay sold.")
    assert doctor.weekly_hours.order_by("weekday").first().ends == datetime.time(17)


def jobs_raise_each_alert_once(branch: Branch) -> None:
    tasks.raise_alerts()
    before = Alert.objects.count()
    tasks.raise_alerts()
    assert Alert.objects.count() == before
    events.deliver_pending()
    assert events.deliver_pending() == 0, "nothing is left to tell"
