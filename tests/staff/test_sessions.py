"""A session belongs to one person in one browser: it can be seen, ended, and is over when it must be."""

import datetime
import re

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.utils import timezone

from staff import domain
from staff.models import Browser, Session, SignInRules, User
from tests import factories
from tests.factories import signs

BACKEND = "staff.backends.EmailOrUsername"
COOKIE = settings.SESSION_COOKIE_NAME


def entered(username="meena", **more) -> Client:
    client = Client(**more)
    response = client.post("/sign-in/", {"username": username, "password": factories.PASSWORD})
    assert response.status_code == 302
    return client


def is_in(client) -> bool:
    return client.get("/customers/").status_code == 200


def again(cookie: str) -> Client:
    """Somebody who kept the cookie."""
    client = Client()
    client.cookies[COOKIE] = cookie
    return client


def ends(client, page="/customers/") -> list[int]:
    """What the page knows of when it has to be empty, in seconds."""
    found = re.search(r'name="session-ends" content="(\d+) (\d+)"', client.get(page).content.decode())
    return [int(each) for each in found.groups()] if found else []


class TestLeftOpen:
    def test_a_page_knows_when_its_session_is_over(self, world):
        SignInRules.objects.create(organisation=world.branch.organisation, idle_minutes=15, longest_hours=10)
        client = entered()
        left_alone, at_most = ends(client)
        assert left_alone == 15 * 60
        assert 10 * 3600 - 60 < at_most <= 10 * 3600
        Session.objects.update(
            idle_minutes=5
        )  # whatever shortens a running session counts from the next page on
        assert ends(client)[0] == 5 * 60
        assert ends(entered("owner"), "/admin/") == ends(entered("owner"), "/customers/")

    def test_where_nobody_is_signed_in_nothing_ends(self, client, world):
        assert ends(client, "/sign-in/") == []


class TestReuse:
    def test_after_signing_out(self, world):
        client = entered()
        kept = client.cookies[COOKIE].value
        assert is_in(again(kept))
        client.post("/sign-out/")
        assert not is_in(again(kept))

    def test_after_deactivation_whichever_way_it_happens(self, world):
        client = entered()
        User.objects.filter(pk=world.receptionist.pk).update(is_active=False)
        assert not Session.objects.filter(user=world.receptionist).exists()
        assert not Browser.objects.filter(user=world.receptionist).exists()
        User.objects.filter(pk=world.receptionist.pk).update(is_active=True)
        assert not is_in(client), "what was ended isn't opened again with the login"

    def test_after_somebody_else_set_the_password(self, world):
        client = entered()
        domain.set_password(by=world.owner, person=world.receptionist, password="several quiet horses")
        assert not Session.objects.filter(user=world.receptionist).exists()
        assert not is_in(client)

    def test_a_change_of_the_name_ends_nothing(self, world):
        client = entered()
        User.objects.filter(pk=world.receptionist.pk).update(full_name="Meena J")
        assert is_in(client)

    def test_a_page_that_was_under_way_doesn_t_bring_it_back(self, world):
        """Django writes a session at the end of a request; one that was ended meanwhile stays so."""
        client = entered()
        session = client.session
        assert session["_auth_user_id"]
        Session.objects.filter(session_key=session.session_key).delete()
        session["planted"] = 1
        with pytest.raises(UpdateError):
            session.save()
        assert not is_in(client)


class TestFixation:
    def test_a_key_from_before_signing_in_opens_nothing(self, client, world):
        session = client.session
        session["planted"] = "x"
        session.save()
        client.cookies[COOKIE] = planted = session.session_key
        client.post("/sign-in/", {"username": "meena", "password": factories.PASSWORD})
        assert client.cookies[COOKIE].value != planted
        assert not is_in(again(planted))

    def test_a_made_up_key_is_not_taken(self, world):
        client = again("a" * 32)
        client.post("/sign-in/", {"username": "meena", "password": factories.PASSWORD})
        assert client.cookies[COOKIE].value != "a" * 32

    def test_signing_in_over_another_session_ends_that(self, world):
        client = entered()
        kept = client.cookies[COOKIE].value
        client.post("/sign-in/", {"username": "owner", "password": factories.PASSWORD})
        assert not is_in(again(kept))
        assert client.session["_auth_user_id"] == str(world.owner.pk)


class TestTime:
    def test_left_alone_it_is_over(self, world):
        signs.allow_pins(world.branch, idle_minutes=30, longest_hours=12)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            client = entered()
            clock.shift(datetime.timedelta(minutes=29))
            assert is_in(client)
            clock.shift(datetime.timedelta(minutes=29))
            assert is_in(client), "each use counts anew"
            clock.shift(datetime.timedelta(minutes=31))
            assert not is_in(client)

    def test_used_all_the_while_it_is_over_after_the_longest_time(self, world):
        signs.allow_pins(world.branch, idle_minutes=60, longest_hours=2)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            client = entered()
            for _half_an_hour in range(3):
                clock.shift(datetime.timedelta(minutes=30))
                assert is_in(client)
            clock.shift(datetime.timedelta(minutes=31))
            assert not is_in(client)

    def test_that_it_is_used_is_not_written_with_every_page(self, world, django_assert_num_queries):
        client = entered()
        is_in(client)
        before = Session.objects.get(user=world.receptionist).seen_at
        is_in(client)
        assert Session.objects.get(user=world.receptionist).seen_at == before


class TestMany:
    def test_of_too_many_at_once_the_one_left_alone_longest_ends(self, world, settings):
        settings.SESSIONS_AT_ONCE = 3
        oldest, *others = [entered() for _ in range(3)]
        Session.objects.filter(session_key=oldest.cookies[COOKIE].value).update(
            seen_at=timezone.now() - datetime.timedelta(minutes=9)
        )
        somebody_else = entered("owner")
        newest = entered()
        assert not is_in(oldest)
        assert [is_in(each) for each in (*others, newest, somebody_else)] == [True] * 4
        assert Session.objects.filter(user=world.receptionist).count() == 3


class TestOwn:
    def test_where_one_is_signed_in_is_listed_and_can_be_ended(self, world):
        here = entered(headers={"User-Agent": "Here/1"})
        there = entered(headers={"User-Agent": "There/2"})
        page = here.get("/account/").content.decode()
        assert "Here/1" in page and "There/2" in page
        assert here.cookies[COOKIE].value not in page, "the key itself is shown to nobody"
        session = Session.objects.get(agent="There/2")
        assert here.post(f"/account/sessions/{session.handle}/end/").status_code == 302
        assert not is_in(there) and is_in(here)

    def test_everywhere_but_here(self, world):
        here, there = entered(), entered()
        here.post("/account/sessions/end/")
        assert is_in(here) and not is_in(there)
        assert Browser.objects.filter(user=world.receptionist).count() == 1

    def test_forgetting_a_browser_ends_what_is_open_there(self, world):
        here, there = entered(), entered()
        other = Session.objects.get(session_key=there.session.session_key).browser
        here.post(f"/account/browsers/{other.pk}/forget/")
        assert is_in(here) and not is_in(there)

    @pytest.mark.parametrize("what", ["sessions/{}/end", "browsers/{}/forget"])
    def test_not_of_somebody_else(self, desk, world, what):
        theirs = signs.session(world.owner).handle if "sessions" in what else signs.browser(world.owner).pk
        assert desk.post(f"/account/{what.format(theirs)}/").status_code == 404
        assert (
            Session.objects.filter(user=world.owner).count()
            + Browser.objects.filter(user=world.owner).count()
            == 1
        )


def test_the_cookie_of_a_browser_changes_with_each_sign_in(client, world):
    """A planted or copied one is worth nothing once its owner signs in."""
    typed = {"username": "meena", "password": factories.PASSWORD}
    client.post("/sign-in/", typed)
    first = client.cookies["clinic-browser"].value
    client.post("/sign-in/", {"username": "owner", "password": factories.PASSWORD})
    second = client.cookies["clinic-browser"].value
    assert first != second
    assert not Browser.objects.known_by(first).exists()
    assert {each.user_id for each in Browser.objects.known_by(second)} == {
        world.receptionist.pk,
        world.owner.pk,
    }
    assert client.cookies["clinic-browser"]["httponly"]


def test_another_password_is_owed_before_anything_else(client, world):
    domain.set_password(by=world.owner, person=world.receptionist, password="several quiet horses")
    client.post("/sign-in/", {"username": "meena", "password": "several quiet horses"})
    assert client.get("/customers/")["Location"] == "/password/"
    assert client.get("/customers/", headers={"HX-Request": "true"})["HX-Redirect"] == "/password/"
    assert client.post("/customers/new/")["Location"] == "/password/"
    new = {
        "old_password": "several quiet horses",
        "new_password1": "ten loud donkeys",
        "new_password2": "ten loud donkeys",
    }
    assert client.post("/password/", new)["Location"] == "/"
    assert is_in(client)
