"""The authenticator app: set up, asked for, never the same code twice; lost, and asked for by a role."""

import datetime
import math
import re

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from clinic.models import AuditRow, Event
from clinic.refusals import Refusal
from staff import domain, one_time_codes
from staff.models import Authenticator, RecoveryCode, Role, Session, User
from tests import factories
from tests.factories import signs

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"


def password(client, username="meena", **more):
    return client.post("/sign-in/", {"username": username, "password": factories.PASSWORD, **more})


def is_in(client) -> bool:
    return client.get("/customers/").status_code == 200


@pytest.mark.parametrize(
    ("time", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(time, code):
    """RFC 6238, appendix B, shortened to six digits."""
    assert one_time_codes.code_at(RFC_SECRET, time) == code
    assert one_time_codes.step_of(RFC_SECRET, code, time) == time // 30
    assert one_time_codes.step_of(RFC_SECRET, f"{code[:3]} {code[3:]}", time + 30) == time // 30
    assert one_time_codes.step_of(RFC_SECRET, code, time + 90) is None


@pytest.mark.parametrize("typed", ["", "abc", "１２３４５６", "\0", "000000000000", "12345"])
def test_anything_else_is_no_code(typed):
    assert one_time_codes.step_of(RFC_SECRET, typed, 59) is None


def test_it_is_set_up_from_the_account_page(desk, world):
    assert desk.post("/account/authenticator/begin/")["Location"] == "/account/authenticator/"
    page = desk.get("/account/authenticator/").content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)[1]
    assert "data:image/svg+xml" in page
    assert desk.post("/account/authenticator/", {"code": "000000"}).status_code == 422
    other = Client()
    password(other)
    done = desk.post("/account/authenticator/", {"code": signs.code(secret)})
    codes = re.findall(r"<code>((?:\w{4}-){6}\w{4})</code>", done.content.decode())
    assert len(set(codes)) == 10
    assert is_in(desk) and not is_in(other), "what was opened without it is ended"
    kept = Authenticator.objects.get()
    assert secret not in kept.sealed
    told = str(list(AuditRow.objects.values_list("changed", flat=True)))
    assert secret not in told and not any(code in told for code in codes)


class TestSigningIn:
    @pytest.fixture
    def secret(self, world):
        with time_machine.travel(timezone.now() - datetime.timedelta(minutes=5)):
            secret, _codes = signs.authenticator(world.receptionist)
        return secret

    def test_an_old_key_can_go_once_all_is_sealed_anew(self, client, secret, settings, capsys):
        settings.SEALING_KEYS = ["the new key", *settings.SEALING_KEYS]
        call_command("reseal")
        assert "1 authenticator apps" in capsys.readouterr().out
        settings.SEALING_KEYS = ["the new key"]
        asked = password(client)
        assert client.post(asked["Location"], {"code": signs.code(secret)}).status_code == 302
        assert is_in(client)

    def test_the_password_alone_opens_nothing(self, client, secret):
        asked = password(client, next="/customers/")
        assert asked["Location"] == "/sign-in/code/?next=%2Fcustomers%2F"
        assert not is_in(client)
        assert client.get("/account/").status_code == 302
        done = client.post(asked["Location"], {"code": signs.code(secret), "next": "/customers/"})
        assert done["Location"] == "/customers/" and is_in(client)
        assert client.session["second_factor"] is True

    def test_a_code_serves_once_and_no_older_one_after_it(self, secret, world):
        first, second = Client(), Client()
        for client in (first, second):
            password(client)
        code, older = signs.code(secret), signs.code(secret, steps=-1)
        assert first.post("/sign-in/code/", {"code": code}).status_code == 302
        assert second.post("/sign-in/code/", {"code": code}).status_code == 422
        assert second.post("/sign-in/code/", {"code": older}).status_code == 422
        assert not is_in(second)

    def test_wrong_codes_shut_the_account_like_wrong_passwords(self, client, secret):
        password(client)
        statuses = [client.post("/sign-in/code/", {"code": "000000"}).status_code for _ in range(5)]
        assert statuses == [422] * 4 + [429]
        assert client.post("/sign-in/code/", {"code": signs.code(secret)}).status_code == 429
        assert password(Client()).status_code == 429

    def test_the_right_password_in_between_gives_no_new_tries(self, client, secret):
        for _ in range(4):
            password(client)
            client.post("/sign-in/code/", {"code": "000000"})
        password(client)
        assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 429

    def test_the_second_step_waits_ten_minutes(self, client, secret):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            password(client)
            clock.shift(datetime.timedelta(minutes=10, seconds=1))
            assert client.post("/sign-in/code/", {"code": signs.code(secret)})["Location"] == "/sign-in/"

    @pytest.mark.parametrize("change", [{"is_active": False}, {"password": "changed"}])
    def test_not_for_who_was_switched_off_or_has_another_password_meanwhile(
        self, client, world, secret, change
    ):
        password(client)
        User.objects.filter(pk=world.receptionist.pk).update(**change)
        assert client.post("/sign-in/code/", {"code": signs.code(secret)})["Location"] == "/sign-in/"
        assert not is_in(client)

    def test_without_the_first_step_there_is_no_second(self, client, secret):
        assert client.post("/sign-in/code/", {"code": signs.code(secret)})["Location"] == "/sign-in/"

    @pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
    def test_it_leads_on_within_the_clinic_only(self, client, secret, wanted):
        assert password(client, next=wanted)["Location"] == "/sign-in/code/"
        assert client.post("/sign-in/code/", {"code": signs.code(secret), "next": wanted})["Location"] == "/"


class TestRecoveryCodes:
    def test_each_serves_once_however_it_is_typed(self, client, world):
        _secret, codes = signs.authenticator(world.receptionist)
        password(client)
        assert (
            client.post("/sign-in/code/", {"code": f" {codes[0].upper().replace('-', ' ')} "}).status_code
            == 302
        )
        assert is_in(client)
        other = Client()
        password(other)
        assert other.post("/sign-in/code/", {"code": codes[0]}).status_code == 422
        assert RecoveryCode.objects.filter(used_at=None).count() == 9
        assert Event.objects.filter(verb="person.recovery_code_used").exists()

    def test_they_are_long_enough_to_be_hashed_plainly_and_outlast_every_key(self, world, settings):
        """112 random bits are asked for where the hash has no salt (ASVS 6.5.2)."""
        _secret, codes = signs.authenticator(world.receptionist)
        letters = len(one_time_codes.recovery_code(codes[0]))
        assert letters * math.log2(len(one_time_codes._LETTERS)) > 128
        settings.INDEX_KEYS, settings.SEALING_KEYS = ["another"], ["another", *settings.SEALING_KEYS]
        assert domain.use_code(by=world.receptionist, code=codes[0])

    def test_new_ones_replace_them(self, world):
        _secret, codes = signs.authenticator(world.receptionist)
        domain.renew_recovery_codes(by=world.receptionist)
        assert not domain.use_code(by=world.receptionist, code=codes[0])

    def test_somebody_else_s_is_none(self, world):
        _secret, codes = signs.authenticator(world.receptionist)
        signs.authenticator(world.owner)
        assert not domain.use_code(by=world.owner, code=codes[0])


class TestLost:
    def test_an_administrator_resets_it_and_that_is_told(self, world, sign_in):
        signs.authenticator(world.receptionist)
        signs.session(world.receptionist)
        url = f"/admin/staff/user/{world.receptionist.pk}/access/"
        owner = sign_in(world.owner)
        assert "In use since" in owner.get(url).content.decode()
        assert owner.post(url, {"do": "reset"}).status_code == 302
        assert not Authenticator.objects.exists() and not RecoveryCode.objects.exists()
        assert not Session.objects.filter(user=world.receptionist).exists()
        assert Event.objects.get(verb="person.second_factor_reset").by_id == world.owner.pk
        row = AuditRow.objects.get(table_name="staff_authenticator", action="D")
        assert row.by_id == world.owner.pk
        assert password(Client())["Location"] == "/"

    def test_not_of_oneself_nor_of_who_may_more(self, world):
        signs.authenticator(world.owner)
        with pytest.raises(Refusal):
            domain.reset_second_factor(by=world.owner, person=world.owner)
        with pytest.raises(Refusal):
            domain.reset_second_factor(by=world.receptionist, person=world.owner)
        assert Authenticator.objects.exists()


class TestAskedForByARole:
    @pytest.fixture(autouse=True)
    def asked_for(self, world):
        Role.objects.filter(code="receptionist").update(requires_second_factor=True)

    def test_nothing_else_opens_until_it_is_set_up(self, client, world):
        password(client)
        for url in ("/customers/", "/", "/account/", "/admin/"):
            assert client.get(url)["Location"] == "/account/authenticator/", url
        assert (
            client.get("/customers/", headers={"HX-Request": "true"})["HX-Redirect"]
            == "/account/authenticator/"
        )
        client.post("/account/authenticator/begin/")
        secret = re.search(r"<code>(\w+)</code>", client.get("/account/authenticator/").content.decode())[1]
        client.post("/account/authenticator/", {"code": signs.code(secret)})
        assert is_in(client)

    def test_whoever_is_signed_in_without_gives_a_code(self, desk, world):
        secret, _codes = signs.authenticator(world.receptionist)
        desk.force_login(world.receptionist, backend="staff.backends.EmailOrUsername")
        assert not is_in(desk)
        assert desk.post("/account/authenticator/", {"code": "000000"}).status_code == 422
        assert desk.post("/account/authenticator/", {"code": signs.code(secret, steps=1)})["Location"] == "/"
        assert is_in(desk)

    def test_it_can_t_be_taken_away(self, desk, world):
        signs.authenticator(world.receptionist)
        with pytest.raises(Refusal):
            domain.remove_authenticator(by=world.receptionist)

    def test_others_go_on_as_they_were(self, sign_in, world):
        assert is_in(sign_in(world.owner))
