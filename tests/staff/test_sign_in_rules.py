"""What a house decides about signing in, and what a browser is called."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from clinic.models import AuditRow
from staff import browsers
from staff.models import Session, SignInRules
from tests import factories
from tests.factories import signs

URL = "/settings/sign-in/"
BODY = {"version": "1", "idle_minutes": "30", "longest_hours": "10", "allows_pin": "on", "pin_hours": "8"}


def test_without_a_decision_there_are_defaults_and_a_decision_counts_for_all_branches(sign_in, world):
    owner = sign_in(world.owner)
    assert 'value="60"' in owner.get(URL).content.decode()
    assert not SignInRules.objects.exists()
    assert owner.post(URL, BODY)["Location"] == URL
    rules = SignInRules.of(world.colleague)
    assert (rules.idle_minutes, rules.longest_hours, rules.allows_pin, rules.pin_hours) == (30, 10, True, 8)
    assert owner.post(URL, BODY | {"version": "1", "idle_minutes": "45"}).status_code == 302
    page = owner.get(URL).content.decode()
    assert "Reena Sharma" in page and "45" in page, "who changed what is told"


def test_it_counts_for_who_signs_in_from_then_on(client, world):
    signs.allow_pins(world.branch, idle_minutes=30, longest_hours=10)
    client.post("/sign-in/", {"username": "meena", "password": factories.PASSWORD})
    assert world.receptionist.sessions.get().idle_minutes == 30
    assert 9.9 * 3600 < client.session.get_expiry_age() <= 10 * 3600


@pytest.fixture
def entered(world):
    """Somebody in a browser of their own."""

    def as_(username="meena") -> Client:
        browser = Client()
        browser.post("/sign-in/", {"username": username, "password": factories.PASSWORD})
        return browser

    return as_


def test_shorter_times_reach_whoever_is_signed_in_at_their_next_request(entered, sign_in, world):
    client = entered()
    long_ago = timezone.now() - datetime.timedelta(minutes=40)
    Session.objects.filter(user=world.receptionist).update(seen_at=long_ago)
    owner = sign_in(world.owner)
    assert client.get("/account/").status_code == 200
    Session.objects.filter(user=world.receptionist).update(seen_at=long_ago)
    owner.post(URL, BODY)
    assert client.get("/account/").status_code == 302, "40 minutes without use are more than 30"
    assert owner.get("/account/").status_code == 200


def test_so_does_the_longest_time_and_no_page_under_way_undoes_it(entered, sign_in, world):
    client = entered()
    mine = Session.objects.filter(user=world.receptionist)
    under_way = client.session  # read before, written after
    mine.update(begun_at=timezone.now() - datetime.timedelta(hours=9, minutes=50))
    sign_in(world.owner).post(URL, BODY)
    under_way["something"] = "else"
    under_way.save()
    assert mine.get().idle_minutes == 30
    left = mine.get().expire_date - timezone.now()
    assert datetime.timedelta(minutes=9) < left <= datetime.timedelta(minutes=10)
    mine.update(begun_at=timezone.now() - datetime.timedelta(hours=11))
    sign_in(world.owner).post(URL, BODY | {"version": "1", "longest_hours": "9"})
    assert client.get("/account/").status_code == 302


def test_longer_ones_wait_for_the_next_sign_in(entered, sign_in, world):
    signs.allow_pins(world.branch, idle_minutes=30, longest_hours=10)
    client = entered()
    sign_in(world.owner).post(URL, BODY | {"idle_minutes": "240", "longest_hours": "20"})
    assert world.receptionist.sessions.get().idle_minutes == 30
    client.post("/sign-out/")
    client.post("/sign-in/", {"username": "meena", "password": factories.PASSWORD})
    assert world.receptionist.sessions.get().idle_minutes == 240


def test_of_two_who_change_them_one_is_told(sign_in, world):
    signs.allow_pins(world.branch)
    SignInRules.objects.update(version=2)
    told = sign_in(world.owner).post(URL, BODY)
    assert told.status_code == 422 and "Somebody else" in told.content.decode()


@pytest.mark.parametrize(
    "changes",
    [{"idle_minutes": "4"}, {"idle_minutes": "721"}, {"longest_hours": "0"}, {"longest_hours": "169"},
     {"pin_hours": ""}, {"pin_hours": "x"}, {"idle_minutes": "99999999999999999999"}, {"version": "-1"}],
)  # fmt: skip
def test_what_is_out_of_range_is_said(sign_in, world, changes):
    assert sign_in(world.owner).post(URL, BODY | changes).status_code == 422
    assert not SignInRules.objects.exists()


def test_the_database_has_the_last_word(world):
    rules = signs.allow_pins(world.branch)
    with pytest.raises(IntegrityError), transaction.atomic():
        SignInRules.objects.filter(pk=rules.pk).update(idle_minutes=0)
    assert AuditRow.objects.filter(table_name="staff_signinrules", action="I").exists()


def test_they_are_not_the_desk_s(desk):
    assert desk.get(URL).status_code == 403
    assert desk.post(URL, BODY).status_code == 403


def test_the_administration_s_own_way_to_another_password_works_too(sign_in, world):
    """Django's page; the trigger ends the session under it, which goes on under another key."""
    owner = sign_in(world.owner)
    other = signs.session(world.owner)
    new = {
        "old_password": factories.PASSWORD,
        "new_password1": "several quiet horses",
        "new_password2": "several quiet horses",
    }
    assert owner.post("/admin/password_change/", new).status_code == 302
    assert owner.get("/customers/").status_code == 200
    assert not type(other).objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1", "Safari, iPad"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14.0; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox, macOS"),
        ("curl/8.5", "curl/8.5"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_called_by_what_people_know(agent, shown):
    assert browsers.name(agent) == shown
