"""Erasing a person: what is emptied, what the law keeps, and that nothing is left elsewhere."""

import datetime
import json
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, models, transaction
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from appointments import domain as appointments
from appointments.models import Appointment, FollowUp
from billing import domain as billing
from billing.models import Invoice, Payment
from clinic import database, registries, retention
from clinic.models import AuditPersonalValue, AuditRow
from clinic.privacy import handling
from clinic.refusals import Refusal
from customers import domain, erasing, history, registry
from customers.models import Customer, Document, Erasure
from notifications.models import Alert, Message
from packages import domain as packages
from packages.models import Session
from tests import factories
from tests.factories import pictures

NAME, PHONE, SECOND = "Zubaida Quraishi", "+919876501234", "+919812309876"
TRACES = ("zubaida", "quraishi", "9876501234", "9812309876", "98765 01234", "98123 09876")


@pytest.fixture
def zubaida(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return factories.customer(
        world.branch, world.receptionist, full_name=NAME, phone=PHONE, second_phone=SECOND, email="zubaida@example.in",
        notes=f"{NAME} likes mornings", allergies="Latex", alert=f"Call {PHONE}", address="Quraishi Manzil",
    )  # fmt: skip


@pytest.fixture
def life(world, zubaida):
    """Everything that can carry a name: a visit with notes, a bill, a package used up, messages, files, contacts."""
    desk, treatment = world.receptionist, factories.treatment(world.branch)
    visit = Appointment.objects.create(
        number=factories.number(), branch=world.branch, customer=zubaida, practitioner=world.doctor, treatment=treatment,
        starts_at=timezone.now(), ends_at=timezone.now() + datetime.timedelta(minutes=30), booked_by=desk,
        note=f"For {NAME}", status="arrived", arrived_at=timezone.now(),
    )  # fmt: skip
    appointments.complete(by=world.doctor.user, appointment=visit, note=f"{NAME} did well")
    FollowUp.objects.create(
        branch=world.branch, appointment=visit, due_on=timezone.localdate(), reason=f"See {NAME} again"
    )
    draft = billing.draft(by=desk, branch=world.branch, customer=zubaida)
    billing.add_line(by=desk, invoice=draft, version=draft.version, what=treatment)
    draft.refresh_from_db()
    bill = billing.issue(by=desk, invoice=draft, version=draft.version)
    paid = billing.NewPayment(mode="upi", amount=bill.total, reference=f"UPI {PHONE}")
    billing.collect(by=desk, invoice=bill, payments=[paid])
    plan = factories.plan(treatment, session_count=1)
    enrolment = packages.enrol(
        by=desk, branch=world.branch, customer=zubaida, plan=plan, value=Decimal(1), on=timezone.localdate()
    )
    Session.objects.filter(enrolment=enrolment).update(
        status="completed", completed_at=timezone.now(), completed_by=desk, note=f"{NAME} was late"
    )
    type(enrolment).objects.filter(pk=enrolment.pk).update(status="completed")
    requirement = factories.requirement(treatment)
    packages.meet(
        by=desk, requirement=requirement, customer=zubaida, is_passed=True, note=f"{NAME}: no reaction"
    )
    Message.objects.create(
        branch=world.branch, customer=zubaida, kind=Message.Kind.BOOKED, key="erase", phone=PHONE,
        body=f"Dear {NAME}", send_from=timezone.localdate(), send_until=timezone.localdate(),
    )  # fmt: skip
    Alert.objects.create(
        branch=world.branch, kind=Alert.Kind.LAPSING, subject_id=enrolment.pk, raised_on=timezone.localdate(),
        customer=zubaida, text=f"The package of {NAME} lapses", url="/",
    )  # fmt: skip
    photo = Document(
        customer=zubaida, kind="before", title=f"{NAME} before", content_type="image/webp", ending=".webp", size=3,
        taken_on=timezone.localdate(), added_by=desk,
    )  # fmt: skip
    photo.file.save("x.webp", ContentFile(b"abc"))
    factories.customer(
        world.branch, desk, guardian=zubaida, guardian_relation="Aunt Zubaida",
        emergency_name=NAME, emergency_phone=PHONE, emergency_relation="aunt",
    )  # fmt: skip
    _papers(world, zubaida, treatment)
    domain.change(by=desk, customer=Customer.objects.get(pk=zubaida.pk), version=1, notes=f"{NAME} moved")
    return bill


def _papers(world, zubaida, treatment) -> None:
    """A package that rested, a consent signed and taken back, an ID card: each with the name in it."""
    by = world.owner
    rested = packages.enrol(
        by=by, branch=world.branch, customer=zubaida, plan=factories.plan(treatment), value=Decimal(1),
        on=timezone.localdate(),
    )  # fmt: skip
    packages.freeze(by=by, enrolment=rested, reason=f"{NAME} travels")
    packages.unfreeze(by=by, enrolment=rested)
    packages.give_back(by=by, enrolment=rested, reason=f"Asked for on {PHONE}")
    text = pictures.consent_text(world.branch)
    given = pictures.consent(zubaida, by, text, signature=pictures.signature(), relation=f"{NAME} herself")
    domain.withdraw_consent(by=by, consent=given, reason=f"{NAME} said no")
    domain.revoke_card(by=by, card=pictures.card(zubaida, by), reason=f"{NAME} lost it")


def found_in_the_database(*words: str) -> dict[str, int]:
    """How many rows of each table carry one of these words anywhere: text, JSON, arrays, derived columns."""
    like = " OR ".join(["t::text ILIKE %s"] * len(words))
    counts = {}
    with connection.cursor() as cursor:
        for table in database.tables(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS t WHERE {like}', [f"%{word}%" for word in words]
            )
            counts[table] = cursor.fetchone()[0]
    return {table: count for table, count in counts.items() if count}


def erase(world, customer) -> Erasure:
    return domain.erase(by=world.owner, customer=customer)


def test_name_and_phone_are_found_nowhere_but_in_issued_documents(world, zubaida, life):
    before = found_in_the_database(*TRACES)
    assert {
        "customers_customer", "appointments_appointment", "notifications_message", "clinic_audit_personal",
        "customers_document", "packages_requirementmet", "packages_session", "notifications_alert", "packages_entry",
        "customers_consent", "customers_consentwithdrawal", "customers_idcard",
    } <= set(before)  # fmt: skip
    erase(world, zubaida)
    left = found_in_the_database(*TRACES)
    assert left == {"billing_invoice": 1, "billing_payment": 1, "billing_receipt": 1}, (
        "what section 36 CGST keeps"
    )


def test_after_the_time_of_the_law_nothing_is_left_at_all(world, zubaida, life):
    made = erase(world, zubaida)
    assert made.keep_until is not None
    assert domain.finish_erasures(today=made.keep_until) == 0
    assert domain.finish_erasures(today=made.keep_until + datetime.timedelta(days=1)) == 1
    assert found_in_the_database(*TRACES) == {}
    assert domain.finish_erasures(today=datetime.date(2100, 1, 1)) == 0
    assert Invoice.objects.get(pk=life.pk).total == life.total


def test_the_tax_documents_stay_with_their_snapshot_until_the_law_lets_go(world, zubaida, life):
    made = erase(world, zubaida)
    bill = Invoice.objects.get(pk=life.pk)
    assert (bill.buyer["name"], bill.number, bill.total) == (NAME, life.number, life.total)
    first = timezone.localdate().year - (timezone.localdate().month < 4)
    assert made.keep_until == datetime.date(first + 1 + 6, 12, 31)


def test_files_are_deleted(world, zubaida, life, django_capture_on_commit_callbacks):
    name = Document.objects.get().file.name
    assert default_storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        erase(world, zubaida)
    assert not default_storage.exists(name)
    assert not Document.objects.get().file


def test_the_record_stays_without_its_person(world, zubaida, life):
    erase(world, zubaida)
    zubaida.refresh_from_db()
    assert (zubaida.full_name, zubaida.phone, zubaida.is_active, zubaida.born_on) == (
        "Erased",
        "",
        False,
        None,
    )
    assert zubaida.erased_at is not None
    assert Appointment.objects.filter(customer=zubaida).exists(), "figures of past days stay true"


def test_what_proves_the_data_finds_nothing_afterwards(world, zubaida, life):
    before = {name: list(check()) for name, check in registries.proofs().items()}
    erase(world, zubaida)
    assert {name: list(check()) for name, check in registries.proofs().items()} == before


def test_the_history_says_that_values_are_erased(world, zubaida, life):
    erase(world, zubaida)
    world.receptionist.work_at(None)
    changes, page = [], history.read(user=world.receptionist, customer_id=zubaida.pk)
    while changes.extend(page.changes) or page.before:
        page = history.read(user=world.receptionist, customer_id=zubaida.pk, below=int(page.before))
    values = {field.after for change in changes for field in change.fields if field.name == "Full name"}
    assert "erased" in values
    assert NAME not in str(changes)


def test_the_audit_keeps_its_rows_and_hashes(world, zubaida, life):
    rows = AuditRow.objects.count()
    erase(world, zubaida)
    assert AuditRow.objects.count() > rows
    mine = AuditRow.objects.filter(table_name="customers_customer", row_id=str(zubaida.pk))
    assert mine.filter(action="I").get().changed["full_name"][1].startswith("sha256:")
    assert not AuditPersonalValue.objects.filter(audit_id__in=mine.values("pk")).exists()


def test_the_history_of_others_is_left_alone(world, zubaida, life):
    ward = Customer.objects.exclude(pk=zubaida.pk).get(emergency_phone=PHONE)
    name = ward.full_name
    erase(world, zubaida)
    ward.refresh_from_db()
    assert (ward.guardian, ward.emergency_phone, ward.full_name) == (None, "", name)
    mine = AuditRow.objects.filter(table_name="customers_customer", row_id=str(ward.pk)).values("pk")
    kept = AuditPersonalValue.objects.filter(audit_id__in=mine, column_name="full_name")
    assert name in str(list(kept.values_list("before_and_after", flat=True)))


def test_somebody_else_of_the_same_name_is_left_alone(world, zubaida):
    other = factories.customer(world.branch, world.receptionist, full_name=NAME, phone="+919800000001")
    erase(world, zubaida)
    other.refresh_from_db()
    assert (other.full_name, other.phone) == (NAME, "+919800000001")


def test_a_merged_record_of_the_person_is_erased_with_it(world, zubaida):
    twin = factories.customer(world.branch, world.receptionist, full_name=f"{NAME} again", phone=SECOND)
    domain.merge(by=world.owner, kept=zubaida, merged=twin, chosen={"phone": "merged"})
    with pytest.raises(Refusal, match="record that it is part of"):
        erase(world, Customer.objects.get(pk=twin.pk))
    erase(world, Customer.objects.get(pk=zubaida.pk))
    assert found_in_the_database(*TRACES) == {}


# What stands against it


def test_an_open_bill_stands_against_erasing(world, zubaida):
    draft = billing.draft(by=world.receptionist, branch=world.branch, customer=zubaida)
    with pytest.raises(Refusal, match="draft invoice"):
        erase(world, zubaida)
    treatment = factories.treatment(world.branch)
    billing.add_line(by=world.receptionist, invoice=draft, version=draft.version, what=treatment)
    draft.refresh_from_db()
    bill = billing.issue(by=world.receptionist, invoice=draft, version=draft.version)
    with pytest.raises(Refusal, match=bill.number):
        erase(world, zubaida)
    zubaida.refresh_from_db()
    assert zubaida.full_name == NAME


def test_a_coming_visit_and_an_active_package_stand_against_it_and_are_said_together(world, zubaida):
    treatment = factories.treatment(world.branch)
    starts_at = datetime.datetime.combine(
        timezone.localdate() + datetime.timedelta(days=1), datetime.time(11), world.branch.zone
    )
    appointments.book(
        by=world.receptionist, branch=world.branch, customer=zubaida, practitioner=world.doctor,
        treatment=treatment, starts_at=starts_at,
    )  # fmt: skip
    plan = factories.plan(treatment, name="Glow")
    packages.enrol(
        by=world.receptionist, branch=world.branch, customer=zubaida, plan=plan, value=Decimal(1), on=timezone.localdate()
    )  # fmt: skip
    with pytest.raises(Refusal) as refused:
        erase(world, zubaida)
    assert len(refused.value.offers) == 2
    assert "Glow" in refused.value.message


def test_nobody_is_erased_twice(world, zubaida):
    erase(world, zubaida)
    with pytest.raises(Refusal, match="erased already"):
        erase(world, zubaida)


def test_nothing_is_sold_to_or_written_over_somebody_erased(world, zubaida):
    erase(world, zubaida)
    zubaida.refresh_from_db()
    with pytest.raises(Refusal, match="erased"):
        domain.change(by=world.owner, customer=zubaida, version=zubaida.version, full_name=NAME, phone=PHONE)
    with pytest.raises(Refusal, match="erased"):
        domain.reactivate(by=world.owner, customer=zubaida)
    with pytest.raises(Refusal, match="erased"):
        billing.draft(by=world.owner, branch=world.branch, customer=zubaida)


# The document decides


def test_the_code_obeys_the_retention_document(world, zubaida, life, monkeypatch, tmp_path):
    changed = json.loads(retention.DOCUMENT.read_text())
    changed["clinical"] = {**changed["clinical"], "on_erasure": "keep", "months": 12, "law": "Somebody"}
    other = tmp_path / "retention.json"
    other.write_text(json.dumps(changed))
    monkeypatch.setattr(retention, "DOCUMENT", other)
    told = {part.holding.label: part.rule.on_erasure for part in erasing.parts([zubaida.pk])}
    assert told["appointments.Appointment"] == "keep"
    assert told["notifications.Message"] == "delete"
    erase(world, zubaida)
    assert Appointment.objects.filter(visit_note=f"{NAME} did well").exists()
    assert not Message.objects.exists()


def test_a_document_that_says_nonsense_is_refused(monkeypatch, tmp_path):
    other = tmp_path / "retention.json"
    other.write_text('{"contact": {"holds": "", "keep": "", "on_erasure": "forget"}}')
    monkeypatch.setattr(retention, "DOCUMENT", other)
    with pytest.raises(ValueError, match="contact"):
        retention.rules()


def test_the_database_empties_kept_rows_only_while_erasing(world, zubaida, life):
    for rows, change in (
        (Payment.objects.all(), {"reference": ""}),
        (Invoice.objects.issued(), {"buyer": {}}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic(), handling("merge"):
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        erasing.forget(Customer, [zubaida.pk])


CHOSEN = (models.CharField, models.TextField, models.JSONField)
#: Texts of rows that lead to a person and can't carry who it is, with what they hold.
NOT_PERSONAL = {
    "number": "of a document", "financial_year": "of a document", "place_of_supply": "a State", "supplier": "the clinic",
    "discount_reason": "why a price was lower", "discount_answer": "why it was not", "description": "what was sold", "practitioner_name": "who treated",
    "add_ons": "what was sold", "hsn": "a code", "uqc": "a code", "plan_name": "what was sold", "name": "of a parameter", "unit": "of a parameter",
    "verb": "what was done", "from_status": "a state", "to_status": "a state", "key": "ids", "url": "ids", "ending": "of a file", "content_type": "of a file",
    "sha256": "of a file", "about": "a treatment", "reference": "the record's own number", "language": "a code", "country": "a code",
    "state": "a State", "model": "a table", "row_id": "a key", "column": "a column", "counts": "figures",
    "terms": "of a plan", "tax_treatment": "a code", "cause_kind": "a table", "lines": "what was sold",
    "cancel_reason": "why a bill was cancelled", "gateway_order": "the gateway's own id", "gateway_link": "the gateway's own id", "gateway_payment": "the gateway's own id",
    "gateway_id": "the gateway's own id", "gateway_status": "a code", "link_url": "an address of the gateway",
    "document": "a kind of paper", "failure": "the gateway's words for a refusal", "gateway_said": "the same", "method": "a code",
}  # fmt: skip


def test_every_text_of_a_person_is_declared_or_can_carry_nobody():
    """What isn't declared in a model's `privacy` would survive erasure."""
    silent = [
        f"{holding.label}.{field.column}"
        for holding in registry.holdings()
        for field in holding.model._meta.local_concrete_fields
        if isinstance(field, CHOSEN) and not isinstance(field, models.FileField) and not field.choices
        if not getattr(field, "generated", False)
        if field.column not in (*holding.privacy.columns, *holding.privacy.secret)
        if field.column not in NOT_PERSONAL
    ]
    assert silent == []


# The page


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


def send(client, customer, reference: str):
    body = {"reference": reference, "idempotency_key": str(compat.uuid7())}
    return client.post(reverse("customer-erase", args=[customer.pk]), body)


def test_the_page_says_what_is_erased_and_what_is_kept_until_when(owner, zubaida, life):
    page = owner.get(reverse("customer-data", args=[zubaida.pk])).content.decode()
    assert "Section 36 CGST Act" in page
    assert "names, numbers and texts are emptied" in page
    assert "Invoices" in page


def test_the_reference_number_confirms(owner, zubaida):
    response = send(owner, zubaida, "yes")
    assert response.status_code == 422
    assert "yes" in response.content.decode()
    assert not Erasure.objects.exists()
    assert send(owner, zubaida, zubaida.reference.lower()).status_code == 302
    page = owner.get(reverse("customer-data", args=[zubaida.pk])).content.decode()
    assert "Erased on" in page
    assert owner.get(reverse("customer-detail", args=[zubaida.pk])).status_code == 200


def test_an_open_bill_is_said_on_the_page(owner, world, zubaida):
    billing.draft(by=world.receptionist, branch=world.branch, customer=zubaida)
    page = owner.get(reverse("customer-data", args=[zubaida.pk])).content.decode()
    assert "draft invoice" in page
    response = send(owner, zubaida, zubaida.reference)
    assert response.status_code == 422
    assert "draft invoice" in response.content.decode()


@pytest.mark.parametrize("name", ["customer-data", "customer-hand-out", "customer-archive", "customer-erase"])
def test_the_desk_may_not(desk, zubaida, name):
    ask = desk.post if name in ("customer-hand-out", "customer-erase") else desk.get
    assert ask(reverse(name, args=[zubaida.pk])).status_code == 403


def test_every_app_with_a_path_is_reached():
    assert {"appointments", "billing", "customers", "notifications", "packages"} <= {
        holding.model._meta.app_label for holding in registry.holdings()
    }
    assert apps.get_model("customers.Customer") in {holding.model for holding in registry.holdings()}
