"""The pages of a package's life: completing a session, taking it back, and each change of its terms."""

import base64
import datetime
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from uuid_utils import compat

from billing.models import Invoice
from clinic.models import Branch
from inventory.models import Movement
from notifications.models import Message
from packages import codes, domain
from packages.models import Enrolment, SessionCode
from tests import factories
from tests.factories.forms import DRAWN


@pytest.fixture
def gel(world, laser):
    item = factories.item(world.branch, name="Cooling gel", is_divisible=True)
    factories.batch(item, world.branch, world.owner, quantity=5)
    factories.consumable(laser, item, Decimal("0.5"))
    return item


@pytest.fixture
def sell(world, priya, laser):
    def sold(sessions: int = 3, price: int = 9000, days_ago: int = 0, **terms) -> Enrolment:
        plan = factories.plan(laser, session_count=sessions, price=Decimal(price), **terms)
        day = timezone.localdate() - datetime.timedelta(days=days_ago)
        return domain.enrol(
            by=world.receptionist, branch=world.branch, customer=priya, plan=plan, value=plan.price, on=day
        )

    return sold


@pytest.fixture
def owner(world, sign_in):
    """May use sessions as those who treat do, and change packages as the desk does."""
    return sign_in(world.owner)


def first(enrolment):
    return enrolment.sessions.order_by("number").first()


def page_of(name, thing):
    return reverse(name, args=[thing.pk])


def sent(**values) -> dict[str, str]:
    return {"idempotency_key": str(compat.uuid7())} | {name: str(value) for name, value in values.items()}


def used(world, **values) -> dict[str, str]:
    return sent(**{"practitioner": world.doctor.pk, "note": "Well tolerated", **values})


def words(response) -> str:
    return response.content.decode()


def test_a_session_is_completed_from_the_profile(world, owner, sell, gel):
    enrolment = sell()
    address = page_of("session-redeem", first(enrolment))
    assert f'href="{address}"' in words(owner.get(page_of("enrolment-detail", enrolment)))
    assert 'value="0.5"' in words(owner.get(address))
    response = owner.post(address, used(world, **{f"used-{gel.pk}": "0.75"}))
    assert response["Location"] == page_of("enrolment-detail", enrolment)
    page = words(owner.get(response["Location"]))
    for expected in ("Well tolerated", "0.75 Cooling gel", "Dr. Vivek Kapoor", "1 of 3 done", "Session used"):
        assert expected in page
    assert Movement.objects.get(kind="consumption").quantity == Decimal("-0.75")


def test_something_else_may_be_used_and_nothing_of_the_usual(world, owner, sell, gel):
    serum = factories.item(world.branch, name="Serum")
    factories.batch(serum, world.branch, world.owner, quantity=2)
    body = used(world, more=serum.pk, more_quantity=1, **{f"used-{gel.pk}": "0"})
    assert owner.post(page_of("session-redeem", first(sell())), body).status_code == 302
    assert [row.batch.item for row in Movement.objects.filter(kind="consumption")] == [serum]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"practitioner": ""}, "This field is required."),
        ({"practitioner": str(compat.uuid7())}, "valid choice"),
        ({"more_quantity": "-1"}, "greater than or equal"),
        ({"note": "x" * 2001}, "at most 2000"),
        ({"signature": "data:image/png;base64,%%%"}, "couldn&#x27;t be read"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_was_typed(world, owner, sell, gel, changes, expected):
    response = owner.post(
        page_of("session-redeem", first(sell())), used(world, signed_by="Sunita", **changes)
    )
    assert response.status_code == 422
    assert expected in words(response)


def test_without_stock_nothing_is_used(world, owner, sell, gel):
    enrolment = sell()
    response = owner.post(page_of("session-redeem", first(enrolment)), used(world, **{f"used-{gel.pk}": "9"}))
    assert response.status_code == 422 and "Cooling gel" in words(response)
    assert not enrolment.sessions.filter(status="completed").exists()


def test_the_last_session_completed_twice_at_once_is_counted_once(world, owner, sell):
    """Two windows show the form; the second reads that it is done, whatever its own key."""
    enrolment = sell(sessions=1)
    address = page_of("session-redeem", first(enrolment))
    assert owner.post(address, used(world)).status_code == 302
    response = owner.post(address, used(world))
    assert response.status_code == 422
    assert "Session 1 has already been completed." in words(response)
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.entries.filter(kind="used").count()) == ("completed", 1)


def test_a_package_past_its_day_is_refused_and_extended_works(world, owner, sell):
    enrolment = sell(days_ago=400)
    response = owner.post(page_of("session-redeem", first(enrolment)), used(world))
    assert response.status_code == 422 and "was to be used until" in words(response)
    extend = page_of("enrolment-extend", enrolment)
    assert owner.post(extend, sent(days=1, reason="Was ill")).status_code == 422
    assert owner.post(extend, sent(days=60, reason="Was ill")).status_code == 302
    assert owner.post(page_of("session-redeem", first(enrolment)), used(world)).status_code == 302


def test_a_code_proves_a_session_and_a_wrong_one_does_not(world, owner, sell):
    Branch.objects.update(sends_sms=True)
    enrolment = sell(asks_for="otp")
    session = first(enrolment)
    address = page_of("session-redeem", session)
    assert "Send the code" in words(owner.get(address))
    assert owner.post(address, used(world)).status_code == 422
    assert owner.post(page_of("session-send-code", session), sent()).status_code == 302
    right = codes.code_of(SessionCode.objects.get().pk)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    response = owner.post(address, used(world, code=wrong))
    assert response.status_code == 422 and "That is not the code." in words(response)
    assert f'value="{wrong}"' in words(response)
    assert owner.post(address, used(world, code=f"{right[:3]} {right[3:]}")).status_code == 302
    assert "proven by a code" in words(owner.get(page_of("enrolment-detail", enrolment)))


def test_without_a_gateway_the_desk_reads_it_on_the_form(world, owner, settings, sell):
    settings.SMS_GATEWAY_URL = ""
    session = first(sell(asks_for="otp"))
    response = owner.post(page_of("session-send-code", session), sent())
    assert response.status_code == 422
    assert "No gateway for text messages is configured" in words(response)


def test_a_signature_proves_a_session(world, owner, sell):
    enrolment = sell(asks_for="signature")
    picture = io.BytesIO()
    Image.new("RGB", (300, 100), "white").save(picture, "PNG")
    drawn = "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode()
    address = page_of("session-redeem", first(enrolment))
    assert owner.post(address, used(world, signature=drawn, signed_by="")).status_code == 422
    assert owner.post(address, used(world, signature=drawn, signed_by="Priya Mehta")).status_code == 302
    assert "signed by Priya Mehta" in words(owner.get(page_of("enrolment-detail", enrolment)))


def test_a_session_is_taken_back_on_its_day_with_what_it_used(world, sign_in, sell, gel):
    doctor = sign_in(world.doctor.user)
    enrolment = sell(sessions=1)
    session = first(enrolment)
    doctor.post(page_of("session-redeem", session), used(world, **{f"used-{gel.pk}": "0.5"}))
    address = page_of("session-undo", session)
    assert f'href="{address}"' in words(doctor.get(page_of("enrolment-detail", enrolment)))
    response = doctor.post(address, sent(reason=""))
    assert response.status_code == 422 and "This field is required." in words(response)
    assert doctor.post(address, sent(reason="Wrong person", return_consumables="on")).status_code == 302
    session.refresh_from_db()
    enrolment.refresh_from_db()
    assert (session.status, enrolment.status) == ("pending", "active")
    assert sum(row.quantity for row in Movement.objects.filter(batch__item=gel)) == 5
    again = doctor.post(address, sent(reason="Wrong person"))
    assert again.status_code == 422 and "isn&#x27;t completed" in words(again)


def test_yesterdays_session_stays(world, sign_in, sell):
    enrolment = sell()
    session = first(enrolment)
    domain.redeem_session(by=world.owner, session=session, practitioner=world.doctor)
    enrolment.sessions.filter(pk=session.pk).update(completed_at=timezone.now() - datetime.timedelta(days=1))
    doctor = sign_in(world.doctor.user)
    assert page_of("session-undo", session) not in words(doctor.get(page_of("enrolment-detail", enrolment)))
    response = doctor.post(page_of("session-undo", session), sent(reason="Wrong person"))
    assert response.status_code == 422 and "Only a session of today" in words(response)


def test_the_desk_takes_none_back(world, desk, sell):
    session = first(sell())
    domain.redeem_session(by=world.owner, session=session, practitioner=world.doctor)
    assert desk.get(page_of("session-undo", session)).status_code == 403


def test_the_message_afterwards_is_filled_in(world, desk, sell, priya):
    session = first(sell())
    assert desk.post(page_of("session-message", session)).status_code == 404  # nothing to tell of yet
    domain.redeem_session(by=world.owner, session=session, practitioner=world.doctor)
    response = desk.post(page_of("session-message", session))
    assert response.status_code == 303
    assert response["Location"].startswith(f"https://wa.me/{priya.phone.removeprefix('+')}?text=")
    assert "session%201%20of%203" in response["Location"]
    assert desk.post(page_of("session-message", session))["Location"] == response["Location"]
    message = Message.objects.get()
    assert (message.status, message.sent_by) == ("sent", world.receptionist)


def facts(client, address, **typed) -> dict[str, str]:
    return dict(client.get(address, typed).context["facts"])


def test_freezing_is_previewed_done_and_ended(world, owner, sell):
    enrolment = sell()
    address = page_of("enrolment-freeze", enrolment)
    until = timezone.localdate() + datetime.timedelta(days=30)
    shown = facts(owner, address, until=until)
    assert shown["Left"] == "3 sessions, ₹9,000.00"
    assert shown["Valid to, then"] != shown["Valid to, now"]
    assert owner.post(address, sent(until=until, reason="")).status_code == 422
    past = owner.post(address, sent(until=timezone.localdate(), reason="Travels"))
    assert past.status_code == 422 and "Choose a day after today." in words(past)
    assert owner.post(address, sent(until=until, reason="Travels")).status_code == 302
    page = words(owner.get(page_of("enrolment-detail", enrolment)))
    assert "Frozen since" in page and page_of("session-redeem", first(enrolment)) not in page
    refused = owner.post(page_of("session-redeem", first(enrolment)), used(world))
    assert refused.status_code == 422 and "frozen until" in words(refused)
    assert owner.post(page_of("enrolment-unfreeze", enrolment), sent()).status_code == 302
    enrolment.refresh_from_db()
    assert enrolment.status == "active"


def test_extending_is_previewed_and_done(world, owner, sell):
    enrolment = sell()
    address = page_of("enrolment-extend", enrolment)
    assert "Valid to, then" not in facts(owner, address)
    assert "Valid to, then" in facts(owner, address, days=30)
    assert "Valid to, then" not in facts(owner, address, days="x")
    assert owner.post(address, sent(days=3651, reason="Was ill")).status_code == 422
    before = enrolment.valid_until
    assert owner.post(address, sent(days=30, reason="Was ill")).status_code == 302
    enrolment.refresh_from_db()
    assert enrolment.valid_until - before == datetime.timedelta(days=30)
    assert "Was ill" in words(owner.get(page_of("enrolment-detail", enrolment)))


def test_transferring_gives_what_is_left_to_somebody_else(world, owner, sell, priya):
    enrolment = sell()
    domain.redeem_session(by=world.owner, session=first(enrolment), practitioner=world.doctor)
    sister = factories.customer(world.branch, world.receptionist, full_name="Anjali Mehta")
    address = page_of("enrolment-transfer", enrolment)
    assert facts(owner, address)["Left"] == "2 sessions, ₹6,000.00"
    itself = owner.post(address, sent(customer=priya.pk, reason="Asked"))
    assert itself.status_code == 422 and "belongs to Priya Mehta already" in words(itself)
    stranger = factories.customer(world.elsewhere, world.colleague)
    assert owner.post(address, sent(customer=stranger.pk, reason="Asked")).status_code == 422
    response = owner.post(address, sent(customer=sister.pk, reason="Asked"))
    theirs = Enrolment.objects.get(customer=sister)
    assert response["Location"] == page_of("enrolment-detail", theirs)
    assert "Came from" in words(owner.get(response["Location"]))
    old = words(owner.get(page_of("enrolment-detail", enrolment)))
    assert "Became" in old and "Anjali Mehta" in old and address not in old


def test_exchanging_says_what_is_still_to_pay(world, owner, sell, laser):
    enrolment = sell()
    dearer = factories.plan(laser, name="Ten sessions", session_count=10, price=Decimal(20000))
    address = page_of("enrolment-exchange", enrolment)
    assert facts(owner, address, plan=dearer.pk)["Still to pay"] == "₹11,000.00 before tax"
    cheap = factories.plan(laser, price=Decimal(1000))
    assert facts(owner, address, plan=cheap.pk)["Goes back"] == "₹8,000.00 before tax"
    response = owner.post(address, sent(plan=dearer.pk, reason="Wants more"), follow=True)
    assert "₹11,000.00 before tax is still to be paid" in words(response)
    assert Enrolment.objects.get(plan=dearer).session_count == 10


def test_giving_back_works_out_what_goes_back(world, owner, sell):
    enrolment = sell()
    domain.redeem_session(by=world.owner, session=first(enrolment), practitioner=world.doctor)
    domain.note_payment(
        by=world.owner, enrolment=enrolment, amount=Decimal(9000), cause_kind="test", cause_id=compat.uuid7()
    )
    address = page_of("enrolment-give-back", enrolment)
    assert facts(owner, address) == {
        "Left": "2 sessions, ₹6,000.00", "Given so far": "₹3,000.00", "Paid so far": "₹9,000.00",
        "Goes back": "₹6,000.00 before tax",
    }  # fmt: skip
    response = owner.post(address, sent(reason="Moves away"), follow=True)
    assert "₹6,000.00 before tax goes back to the customer" in words(response)
    twice = owner.post(address, sent(reason="Moves away"))
    assert twice.status_code == 422 and "given back" in words(twice)


def test_while_a_session_is_booked_nothing_is_given_away(world, owner, sell):
    enrolment = sell()
    domain.reserve_session(by=world.owner, session=first(enrolment), appointment_id=compat.uuid7())
    response = owner.post(page_of("enrolment-freeze", enrolment), sent(reason="Travels"))
    assert response.status_code == 422 and "Session 1" in words(response) and "is booked" in words(response)


def test_the_preview_is_answered_alone(owner, sell):
    address = page_of("enrolment-extend", sell())
    headers = {"HX-Request": "true", "HX-Target": "preview"}
    assert words(owner.get(address, {"days": 5}, headers=headers)).lstrip().startswith('<div id="preview"')


def test_who_sees_packages_only_may_change_none(world, sign_in, sell):
    enrolment = sell()
    client = sign_in(factories.person(world.branch, "therapist"))
    page = words(client.get(page_of("enrolment-detail", enrolment)))
    for name in ("freeze", "extend", "transfer", "exchange", "give-back"):
        address = page_of(f"enrolment-{name}", enrolment)
        assert address not in page
        assert client.get(address).status_code == 403


def test_instalments_say_how_far_they_reach(world, owner, sell):
    enrolment = sell(payment="instalments", instalments=3)
    assert "covers 0 of 3 sessions" in words(owner.get(page_of("enrolment-detail", enrolment)))
    refused = owner.post(page_of("session-redeem", first(enrolment)), used(world))
    assert refused.status_code == 422


def test_the_proof_of_a_booked_session_is_taken_before_its_visit(world, owner, sell):
    enrolment = sell(asks_for="signature")
    session = first(enrolment)
    visit = compat.uuid7()
    domain.reserve_session(by=world.owner, session=session, appointment_id=visit)
    address = page_of("session-give-proof", session)
    assert f'href="{address}"' in words(owner.get(page_of("enrolment-detail", enrolment)))
    assert owner.post(address, sent(signature="", signed_by="Priya")).status_code == 422
    assert owner.post(address, sent(signature=DRAWN, signed_by="")).status_code == 422
    assert owner.post(address, sent(signature=DRAWN, signed_by="Priya")).status_code == 302
    done = domain.complete_session(by=world.owner, appointment_id=visit, practitioner=world.doctor, note="")
    assert done.status == "completed"


def test_a_session_of_its_own_price_leads_to_its_bill(world, owner, sell):
    enrolment = sell(payment="per_session")
    session = first(enrolment)
    domain.redeem_session(by=world.owner, session=session, practitioner=world.doctor)
    page = words(owner.get(page_of("enrolment-detail", enrolment)))
    assert f'<input type="hidden" name="session" value="{session.pk}">' in page
    response = owner.post(reverse("invoice-new"), {"session": session.pk})
    assert response.status_code == 302
    assert Invoice.objects.get().lines.count() == 1


def test_a_session_leads_to_its_photographs(world, owner, sell, priya):
    enrolment = sell()
    session = first(enrolment)
    domain.redeem_session(by=world.owner, session=session, practitioner=world.doctor)
    address = f"{reverse('document-list', args=[priya.pk])}?session={session.pk}"
    assert f'href="{address}"' in words(owner.get(page_of("enrolment-detail", enrolment)))
    assert owner.get(address).status_code == 200
