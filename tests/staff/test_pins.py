"""Changing over by PIN: only where the person signed in fully, a new session, and nothing is confirmed by it."""

import datetime

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from clinic.refusals import Refusal
from staff import domain
from staff.models import Browser, Pin, Session
from tests import factories
from tests.factories import everything, signs
from tests.factories.signs import PIN

COOKIE = settings.SESSION_COOKIE_NAME


@pytest.fixture
def shared(client, world):
    """A desk where the receptionist and then the owner signed in; both have PINs."""
    signs.allow_pins(world.branch)
    domain.set_pin(by=world.receptionist, pin=PIN)
    domain.set_pin(by=world.owner, pin="739164")
    for username in ("meena", "owner"):
        client.post("/sign-in/", {"username": username, "password": factories.PASSWORD})
    return client


def change_over(client, person, pin=PIN):
    return client.post("/sign-in/pin/", {"person": str(person.pk), "pin": pin})


def who(client) -> str | None:
    return client.session.get("_auth_user_id")


def test_the_desk_names_who_may_and_changes_over(shared, world):
    page = shared.get("/sign-in/pin/").content.decode()
    assert "Meena Joshi" in page and "Reena Sharma" in page
    before = shared.cookies[COOKIE].value
    assert change_over(shared, world.receptionist)["Location"] == "/"
    assert who(shared) == str(world.receptionist.pk)
    assert not Session.objects.filter(session_key=before).exists(), "what was open is ended"
    assert Session.objects.get(user=world.receptionist, by_pin=True)
    stolen = Client()
    stolen.cookies[COOKIE] = before
    assert stolen.get("/customers/").status_code == 302


def test_also_with_nobody_signed_in(shared, world):
    shared.post("/sign-out/")
    assert "sign-in/pin/" in shared.get("/sign-in/").content.decode()
    change_over(shared, world.receptionist)
    assert who(shared) == str(world.receptionist.pk)


def test_nothing_is_confirmed_by_it(shared, world):
    change_over(shared, world.owner, "739164")
    bill = everything.issued_invoice(world.branch, by=world.owner)
    asked = shared.post(f"/billing/{bill.pk}/cancel/", {"reason": "x", "idempotency_key": str(bill.pk)})
    assert asked.status_code == 422 and "confirm_proof" in asked.content.decode()
    assert shared.get("/customers/export/")["Location"].startswith("/confirm/")


def test_not_in_a_browser_where_one_never_signed_in_fully(shared, world):
    stranger = Client()
    assert "Meena" not in stranger.get("/sign-in/pin/").content.decode()
    assert change_over(stranger, world.receptionist)["Location"] == "/sign-in/"
    colleague = factories.person(world.branch, "receptionist")
    domain.set_pin(by=colleague, pin=PIN)
    assert change_over(shared, colleague).status_code == 422
    assert who(shared) == str(world.owner.pk)


def test_wrong_pins_end_what_the_browser_is_worth(shared, world):
    for number in range(4):
        assert change_over(shared, world.receptionist, f"48291{number + 4}").status_code == 422
    assert change_over(shared, world.receptionist, "000000").status_code == 429
    domain.unlock(by=world.owner, person=world.receptionist)
    assert change_over(shared, world.receptionist).status_code == 422, (
        "even the right one, and the account unlocked"
    )
    shared.post("/sign-in/", {"username": "meena", "password": factories.PASSWORD})
    shared.post("/sign-in/", {"username": "owner", "password": factories.PASSWORD})
    assert change_over(shared, world.receptionist).status_code == 302, (
        "signing in fully there makes it good again"
    )


def test_it_serves_for_the_hours_the_house_says(shared, world):
    signs.allow_pins(world.branch, pin_hours=2)
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2, minutes=1)):
        assert "Meena" not in shared.get("/sign-in/pin/").content.decode()
        assert change_over(shared, world.receptionist)["Location"] == "/sign-in/"


def test_switched_off_at_the_house_it_serves_nobody(shared, world):
    signs.allow_pins(world.branch, allows_pin=False)
    assert change_over(shared, world.receptionist)["Location"] == "/sign-in/"
    with pytest.raises(Refusal):
        domain.set_pin(by=world.owner, pin=PIN)


@pytest.mark.parametrize("how", ["deactivated", "password", "authenticator", "forgotten"])
def test_what_ends_it(shared, world, how):
    person = world.receptionist
    if how == "deactivated":
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    elif how == "password":
        domain.set_password(by=world.owner, person=person, password="several quiet horses")
    elif how == "authenticator":
        signs.authenticator(person)
    else:
        domain.forget_browser(by=person, browser=Browser.objects.get(user=person))
    assert change_over(shared, person).status_code == 422
    assert who(shared) == str(world.owner.pk)


def test_it_outlasts_a_change_of_the_key_once_it_was_used(shared, world, settings):
    settings.INDEX_KEYS = ["the new key", *settings.INDEX_KEYS]
    before = Pin.objects.get(user=world.receptionist).hashed
    change_over(shared, world.receptionist)
    assert who(shared) == str(world.receptionist.pk)
    assert Pin.objects.get(user=world.receptionist).hashed != before
    settings.INDEX_KEYS = ["the new key"]
    change_over(shared, world.owner, "739164")
    assert who(shared) == str(world.receptionist.pk), "the owner's was not used in time"
    change_over(shared, world.receptionist)
    assert who(shared) == str(world.receptionist.pk)


def test_the_pin_itself_is_kept_nowhere(world):
    signs.allow_pins(world.branch)
    domain.set_pin(by=world.receptionist, pin=PIN)
    first = Pin.objects.get().hashed
    assert PIN not in first
    from django.contrib.auth.hashers import check_password

    assert not check_password(PIN, first), "the key from outside the database is part of it"


@pytest.mark.parametrize(
    ("pin", "again", "fits"),
    [
        (PIN, PIN, True),
        (PIN, "482914", False),
        ("12345", "12345", False),
        ("123456", "123456", False),
        ("111111", "111111", False),
        ("987654", "987654", False),
        ("48291a", "48291a", False),
        ("４８２９１３", "４８２９１３", False),
        ("4829134829134", "4829134829134", False),
        ("", "", False),
    ],
)
def test_which_pins_may_be_chosen(desk, world, pin, again, fits):
    signs.allow_pins(world.branch)
    assert desk.post("/account/pin/", {"pin": pin, "again": again}).status_code == (302 if fits else 422)
    assert Pin.objects.exists() is fits


def test_the_branch_worked_at_stays(shared, world):
    shared.post("/switch-branch/", {"branch": str(world.elsewhere.pk)})
    domain.set_pin(by=world.owner, pin="739164")
    change_over(shared, world.owner, "739164")
    assert shared.session["branch"] == str(world.elsewhere.pk)
