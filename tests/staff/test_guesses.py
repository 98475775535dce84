"""Guessing is counted: by account from whatever address, and by address more widely. Nothing tells which accounts there are."""

import datetime
import threading

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import hashers
from django.test import Client
from django.utils import timezone

from clinic.models import Event
from staff import domain
from staff.models import User
from staff.sign_in import guesses
from tests import factories


def attempt(username="meena", password="wrong", address="192.0.2.7", client=None):
    client = client or Client()
    return client.post(
        "/sign-in/", {"username": username, "password": password}, REMOTE_ADDR=address
    ).status_code


@pytest.fixture
def looked_at(monkeypatch):
    """How often a password was compared."""
    asked = []
    real = User.check_password
    monkeypatch.setattr(User, "check_password", lambda self, raw: asked.append(raw) or real(self, raw))
    return asked


@pytest.mark.parametrize("addresses", [1, 1000])
def test_of_many_guesses_five_are_looked_at_in_five_minutes(world, looked_at, addresses):
    """The long run (10,000 over HTTP from 1 and 1,000 addresses) is `python -m tests.guessing`."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(60):
            attempt(
                password=f"guess {number}",
                address=f"198.51.{number % addresses // 250}.{number % addresses % 250 + 1}",
            )
        assert len(looked_at) == 5
        assert attempt(password=factories.PASSWORD) == 429
        clock.shift(datetime.timedelta(minutes=5, seconds=1))
        assert attempt(password=factories.PASSWORD) == 302, "released by time, although guessing went on"


def test_guessing_on_while_locked_does_not_keep_it_locked(world):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            attempt()
        for _ in range(9):
            clock.shift(datetime.timedelta(seconds=30))
            assert attempt() == 429
        clock.shift(datetime.timedelta(seconds=31))
        assert attempt(password=factories.PASSWORD) == 302


def test_without_the_count_every_guess_would_be_looked_at(world, looked_at, settings):
    settings.AXES_FAILURE_LIMIT = 10_000
    for number in range(12):
        attempt(password=f"guess {number}")
    assert len(looked_at) == 12


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_no_more_than_five(request):
    factories.clinic()
    factories.person(None, "owner", username="owner")
    compared, real = [], User.check_password

    def compare(self, raw):
        compared.append(raw)
        return real(self, raw)

    User.check_password = compare
    try:
        from django.db import connection

        def one(number):
            attempt("owner", f"guess {number}", f"198.51.100.{number + 1}")
            connection.close()

        threads = [threading.Thread(target=one, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        User.check_password = real
    assert len(compared) == 5


def test_an_administrator_releases_at_once(world):
    for _ in range(5):
        attempt()
    domain.unlock(by=world.owner, person=world.receptionist)
    assert attempt(password=factories.PASSWORD) == 302
    assert Event.objects.get(verb="person.unlocked").by_id == world.owner.pk


class TestAddress:
    def spray(self, names=guesses.MOST_OF_AN_ADDRESS):
        for number in range(names):
            attempt(f"nobody{number}")

    def test_many_accounts_tried_from_one_address_shut_it(self, world):
        self.spray(guesses.MOST_OF_AN_ADDRESS - 1)
        assert attempt("owner", factories.PASSWORD) == 302
        attempt("one-more")
        attempt("and-another")
        assert attempt(password=factories.PASSWORD) == 429
        assert attempt(password=factories.PASSWORD, address="192.0.2.8") == 302, "elsewhere it goes on"

    def test_a_colleague_who_signed_in_there_before_gets_in(self, world):
        known = Client()
        assert attempt(password=factories.PASSWORD, client=known) == 302
        known.post("/sign-out/")
        self.spray()
        assert attempt("owner", factories.PASSWORD, client=known) == 429, (
            "known is a person in a browser, not a browser"
        )
        assert attempt(password=factories.PASSWORD, client=known) == 302

    def test_it_opens_by_time(self, world):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            self.spray()
            assert attempt(password=factories.PASSWORD) == 429
            clock.shift(datetime.timedelta(minutes=5, seconds=1))
            assert attempt(password=factories.PASSWORD) == 302

    def test_a_whole_clinic_that_mistypes_doesn_t_reach_it(self, world):
        people = [factories.person(world.branch, "receptionist") for _ in range(11)]
        for person in people:
            for _ in range(5):
                attempt(person.username)
        assert attempt(password=factories.PASSWORD) == 302


class TestNothingIsTold:
    @pytest.fixture
    def work(self, monkeypatch):
        """How many passwords are hashed: all that takes time."""
        done = []
        real = hashers.MD5PasswordHasher.encode
        monkeypatch.setattr(
            hashers.MD5PasswordHasher, "encode", lambda self, *args: done.append(1) or real(self, *args)
        )
        return done

    @pytest.mark.parametrize("who", ["meena", "nobody", "left", "invited"])
    def test_each_account_costs_one_hash_and_gets_the_same_words(self, client, world, work, who):
        User.objects.filter(pk=factories.person(world.branch, username="left").pk).update(is_active=False)
        invited = factories.person(world.branch, username="invited")
        invited.set_unusable_password()
        invited.save(update_fields=["password"])
        work.clear()
        response = client.post("/sign-in/", {"username": who, "password": "wrong"})
        assert len(work) == 1
        assert response.status_code == 422
        page = response.content.decode().replace(who, "X")
        other = client.post("/sign-in/", {"username": "somebody", "password": "wrong"}).content.decode()

        def strip(text):
            return [line for line in text.replace("somebody", "X").splitlines() if "csrf" not in line]

        assert strip(page) == strip(other)

    def test_a_name_that_nobody_has_is_not_kept(self, client, world):
        client.post("/sign-in/", {"username": "my-secret-pass", "password": "x"})
        assert "my-secret-pass" not in str(AccessAttempt.objects.values().get())


def test_wrong_ones_are_counted_for_five_minutes():
    assert settings.AXES_FAILURE_LIMIT == 5
    assert round(settings.AXES_COOLOFF_TIME * 60) == 5
