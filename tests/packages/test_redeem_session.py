"""A session used at the desk, taken back on the same day, and proven by a code or a signature."""

import datetime
import io
from decimal import Decimal

import pytest
from django.utils import timezone
from PIL import Image
from uuid_utils import compat

from clinic.models import Event
from clinic.refusals import Refusal
from inventory.models import Balance, Movement
from packages import codes, domain, proofs, queries
from packages.models import Enrolment, Session, SessionCode, SessionProof
from tests import factories

GATEWAY = "http://127.0.0.1:9/messages"


@pytest.fixture
def sell(world, priya, laser):
    def sold(*, sessions=3, value=9000, **terms) -> Enrolment:
        plan = factories.plan(laser, session_count=sessions, price=Decimal(value), **terms)
        return domain.enrol(
            by=world.receptionist, branch=world.branch, customer=priya, plan=plan, value=Decimal(value)
        )

    return sold


@pytest.fixture
def redeem(world):
    def redeemed(session, **more) -> Session:
        values = {"practitioner": world.doctor, "note": " Well tolerated "} | more
        return domain.redeem_session(by=world.receptionist, session=session, **values)

    return redeemed


@pytest.fixture
def gel(world, laser):
    """Half a unit a session; 2 in stock."""
    item = factories.item(world.branch, name="Cooling gel", is_divisible=True)
    factories.batch(item, world.branch, world.owner, quantity=2)
    factories.consumable(laser, item, Decimal("0.5"))
    return item


def left_of(item) -> Decimal:
    return sum(Balance.objects.filter(batch__item=item).values_list("quantity", flat=True))


def sound() -> bool:
    return [*proofs.ledgers(), *proofs.sessions(), *proofs.standings()] == []


def png(size=(300, 100)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "white").save(content, "PNG")
    return content.getvalue()


def test_a_session_is_used_on_the_day_of_sale(world, sell, redeem, gel):
    enrolment = sell()
    session = redeem(queries.next_session(enrolment))
    session.refresh_from_db()
    assert (session.status, session.practitioner, session.note) == (
        "completed",
        world.doctor,
        "Well tolerated",
    )
    assert (session.completed_by, session.appointment_id) == (world.receptionist, None)
    assert left_of(gel) == Decimal("1.5")
    moved = Movement.objects.get(kind="consumption")
    assert (moved.cause_kind, moved.cause_id, moved.by) == ("session", session.pk, world.receptionist)
    assert queries.consumed([session]) == {session.pk: [("Cooling gel", Decimal("0.5"))]}
    assert Event.objects.get(verb="session.completed").data == {
        "enrolment_id": str(enrolment.pk), "number": 1, "remaining": 2,
    }  # fmt: skip
    assert sound()


def test_other_consumables_than_those_of_the_treatment_may_be_named(sell, redeem, gel):
    from inventory.domain import Wanted

    redeem(queries.next_session(sell()), consumables=[Wanted(gel, Decimal(1))])
    assert left_of(gel) == 1
    redeem(queries.next_session(sell()), consumables=[])
    assert left_of(gel) == 1


def test_without_the_consumable_nothing_is_used(sell, redeem, gel):
    enrolment = sell()
    from inventory.domain import Wanted

    with pytest.raises(Refusal, match="Only 2 of Cooling gel"):
        redeem(queries.next_session(enrolment), consumables=[Wanted(gel, Decimal(3))])
    assert enrolment.sessions.filter(status="completed").count() == 0
    assert sound()


def test_a_booked_session_is_completed_by_its_visit(world, sell, redeem):
    session = queries.next_session(sell())
    domain.reserve_session(by=world.owner, session=session, appointment_id=compat.uuid7())
    with pytest.raises(Refusal, match=r"^Session 1 is booked: its visit completes it\.$"):
        redeem(session)


def test_the_last_session_twice(sell, redeem):
    enrolment = sell(sessions=1)
    session = queries.next_session(enrolment)
    redeem(session)
    with pytest.raises(Refusal, match=r"^Session 1 has already been completed\.$"):
        redeem(session)
    enrolment.refresh_from_db()
    assert enrolment.status == "completed"


def test_the_validity_begins_with_the_first_session(world, sell, redeem):
    today = timezone.localdate(timezone=world.branch.zone)
    enrolment = sell(starts_at_first_use=True, valid_days=30)
    assert (enrolment.valid_until, enrolment.last_day) == (None, None)
    assert [s.enrolment for s in queries.bookable_sessions(enrolment.customer_id, today)] == [enrolment]
    assert [s.enrolment for s in queries.due_sessions(world.branch, today)] == [enrolment]
    session = redeem(queries.next_session(enrolment))
    enrolment.refresh_from_db()
    assert enrolment.valid_until == enrolment.usable_until == today + datetime.timedelta(days=30)
    domain.undo_session(by=world.owner, session=session, reason="Wrong person")
    enrolment.refresh_from_db()
    assert enrolment.valid_until is None


def test_grace_follows_the_last_day(world, sell, redeem):
    enrolment = sell(valid_days=30, grace_days=7)
    today = timezone.localdate(timezone=world.branch.zone)

    def ended(days_ago):
        day = today - datetime.timedelta(days=days_ago)
        Enrolment.objects.filter(pk=enrolment.pk).update(valid_until=day)

    ended(8)
    with pytest.raises(Refusal, match="was to be used until"):
        redeem(queries.next_session(enrolment))
    assert queries.bookable_sessions(enrolment.customer_id, today) == []
    ended(7)
    redeem(queries.next_session(enrolment))
    assert queries.bookable_sessions(enrolment.customer_id, today) != []


def pay(world, enrolment, amount):
    domain.note_payment(
        by=world.owner,
        enrolment=enrolment,
        amount=Decimal(amount),
        cause_kind="payment",
        cause_id=compat.uuid7(),
    )


def test_instalments_unlock_what_is_paid(world, sell, redeem):
    enrolment, today = (
        sell(payment="instalments", instalments=3),
        timezone.localdate(timezone=world.branch.zone),
    )
    with pytest.raises(Refusal, match=r"^0 of 3 sessions of .* are paid\. Take the next instalment first\.$"):
        redeem(queries.next_session(enrolment))
    assert queries.bookable_sessions(enrolment.customer_id, today) == []
    assert list(queries.due_sessions(world.branch, today)) == []
    pay(world, enrolment, 3000)
    assert queries.bookable_sessions(enrolment.customer_id, today) != []
    assert list(queries.due_sessions(world.branch, today)) != []
    domain.reserve_session(
        by=world.owner, session=queries.next_session(enrolment), appointment_id=compat.uuid7()
    )
    assert queries.bookable_sessions(enrolment.customer_id, today) == []
    with pytest.raises(Refusal, match="1 of 3 sessions"):
        redeem(queries.next_session(enrolment))
    pay(world, enrolment, 3000)
    redeem(queries.next_session(enrolment))
    pay(world, enrolment, -3000)
    with pytest.raises(Refusal, match="More can't be refunded than was paid"):
        pay(world, enrolment, -3001)
    assert enrolment.tally.paid == 3000
    assert sound()


def test_a_session_is_taken_back_with_its_consumables(world, sell, redeem, gel):
    enrolment = sell(sessions=1)
    session = redeem(queries.next_session(enrolment))
    domain.undo_session(by=world.owner, session=session, reason=" Wrong person ")
    session.refresh_from_db()
    enrolment.refresh_from_db()
    assert (session.status, session.completed_at, session.practitioner, session.note) == (
        "pending",
        None,
        None,
        "",
    )
    assert (enrolment.status, left_of(gel)) == ("active", 2)
    assert enrolment.customer.standing.active_packages == 1
    last = queries.ledger(enrolment)[-1]
    assert (last.kind, last.sessions, last.amount, last.reason, last.by) == (
        "undone", 1, 9000, "Wrong person", world.owner,
    )  # fmt: skip
    assert queries.consumed([session]) == {}
    assert sound()
    redeem(session)
    assert left_of(gel) == Decimal("1.5")
    assert sound()


def test_what_was_used_up_may_stay_used(world, sell, redeem, gel):
    session = redeem(queries.next_session(sell()))
    domain.undo_session(by=world.owner, session=session, reason="Other package", return_consumables=False)
    assert left_of(gel) == Decimal("1.5")


def test_a_session_of_a_visit_is_taken_back_too(world, sell):
    session, visit = queries.next_session(sell()), compat.uuid7()
    domain.reserve_session(by=world.owner, session=session, appointment_id=visit)
    domain.complete_session(by=world.owner, appointment_id=visit, practitioner=world.doctor, note="")
    domain.undo_session(by=world.owner, session=session, reason="Wrong package")
    session.refresh_from_db()
    assert (session.status, session.appointment_id) == ("pending", None)
    assert sound()


def test_it_takes_a_reason_a_completed_session_and_the_same_day(world, sell, redeem):
    enrolment = sell()
    session = queries.next_session(enrolment)
    with pytest.raises(Refusal, match="isn't completed"):
        domain.undo_session(by=world.owner, session=session, reason="x")
    redeem(session)
    with pytest.raises(Refusal, match="Say why"):
        domain.undo_session(by=world.owner, session=session, reason="  ")
    Session.objects.filter(pk=session.pk).update(completed_at=timezone.now() - datetime.timedelta(days=1))
    with pytest.raises(Refusal, match="Only a session of today"):
        domain.undo_session(by=world.owner, session=session, reason="x")


def test_a_signature_proves_the_session(world, sell, redeem):
    enrolment = sell(asks_for="signature")
    session = queries.next_session(enrolment)
    with pytest.raises(Refusal, match="is proven by: a signature"):
        redeem(session)
    redeem(session, proof=domain.Proof(signature=png(), signed_by="Priya Mehta"))
    proof = SessionProof.objects.get()
    assert (proof.session, bytes(proof.signature), proof.signed_by) == (session, png(), "Priya Mehta")


@pytest.mark.parametrize(
    ("signature", "name", "sentence"),
    [
        (b"MZ\x90\x00", "Priya", "couldn't be read"),
        (png()[:40], "Priya", "couldn't be read"),
        (png((5000, 10)), "Priya", "couldn't be read"),
        (png() + b"0" * 200_001, "Priya", "couldn't be read"),
        (png(), " ", "Enter the name"),
    ],
)
def test_what_is_no_signature_is_refused(sell, redeem, signature, name, sentence):
    session = queries.next_session(sell(asks_for="signature"))
    with pytest.raises(Refusal, match=sentence):
        redeem(session, proof=domain.Proof(signature=signature, signed_by=name))
    assert not Session.objects.filter(status="completed").exists()


def test_a_visit_completes_a_session_that_was_proven_before(world, sell):
    session, visit = queries.next_session(sell(asks_for="signature")), compat.uuid7()
    domain.reserve_session(by=world.owner, session=session, appointment_id=visit)
    complete = {"by": world.owner, "appointment_id": visit, "practitioner": world.doctor, "note": ""}
    with pytest.raises(Refusal, match="Take it on the package's page, then complete session 1"):
        domain.complete_session(**complete)
    domain.give_proof(by=world.owner, session=session, proof=domain.Proof("", png(), "Priya Mehta"))
    assert domain.complete_session(**complete).status == "completed"


def test_without_a_gateway_the_desk_reads_that_none_is_configured(world, settings, sell):
    settings.SMS_GATEWAY_URL = ""
    with pytest.raises(Refusal, match="No gateway for text messages is configured"):
        domain.send_code(by=world.owner, session=queries.next_session(sell(asks_for="otp")))


@pytest.fixture
def gateway(settings, world):
    settings.SMS_GATEWAY_URL = GATEWAY
    world.branch.sends_sms = True
    world.branch.save()


def test_a_branch_that_sends_no_text_messages_sends_no_code(world, gateway, sell):
    world.branch.sends_sms = False
    world.branch.save()
    with pytest.raises(Refusal, match="This branch sends no text messages"):
        domain.send_code(by=world.owner, session=queries.next_session(sell(asks_for="otp")))


def test_a_code_from_the_phone_proves_the_session_once(world, gateway, sell, redeem):
    enrolment = sell(asks_for="otp")
    session = queries.next_session(enrolment)
    code = domain.send_code(by=world.owner, session=session)
    right = codes.code_of(code.pk)
    assert right.isdigit() and len(right) == codes.DIGITS
    with pytest.raises(Refusal, match="less than a minute ago"):
        domain.send_code(by=world.owner, session=session)
    redeem(session, proof=domain.Proof(code=f"{right[:3]} {right[3:]}"))
    domain.undo_session(by=world.owner, session=session, reason="Wrong person")
    with pytest.raises(Refusal, match="No code is open"):
        domain.give_proof(by=world.owner, session=session, proof=domain.Proof(code=right))


def test_a_late_code_and_none_at_all_are_refused(world, gateway, sell, redeem):
    session = queries.next_session(sell(asks_for="otp"))
    with pytest.raises(Refusal, match="Enter the code"):
        redeem(session, proof=domain.Proof())
    code = domain.send_code(by=world.owner, session=session)
    SessionCode.objects.update(expires_at=timezone.now())
    with pytest.raises(Refusal, match="No code is open"):
        redeem(session, proof=domain.Proof(code=codes.code_of(code.pk)))


@pytest.mark.django_db(transaction=True)
def test_five_wrong_codes_and_the_right_one_is_refused(world, gateway, sell, redeem):
    session = queries.next_session(sell(asks_for="otp"))
    code = domain.send_code(by=world.owner, session=session)
    right = codes.code_of(code.pk)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _attempt in range(5):
        with pytest.raises(Refusal, match="That is not the code"):
            redeem(session, proof=domain.Proof(code=wrong))
    with pytest.raises(Refusal, match="mistyped five times"):
        redeem(session, proof=domain.Proof(code=right))
    assert not Session.objects.filter(status="completed").exists()


def test_the_code_is_stored_nowhere(world, gateway, sell):
    code = domain.send_code(by=world.owner, session=queries.next_session(sell(asks_for="otp")))
    right = codes.code_of(code.pk)
    assert right not in str(SessionCode.objects.filter(pk=code.pk).values().get())
    assert right not in str(Event.objects.get(verb="session.code_asked").data)
