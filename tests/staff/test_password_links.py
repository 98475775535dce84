"""A link to set a password serves once, for a while, for one person; asking for one tells nothing."""

import datetime
import re
import threading

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from clinic.gateways import mail as gateway
from clinic.models import AuditRow, Event
from clinic.refusals import Refusal
from staff import domain, tasks
from staff.models import PasswordRequest, SetPasswordLink, User
from tests import factories
from tests.factories import signs

NEW = "several quiet horses"


@pytest.fixture
def by_mail(settings, world):
    settings.EMAIL_URL = "smtp://mail.example:25"
    settings.PUBLIC_URL = "https://clinic.example/"
    User.objects.filter(pk=world.receptionist.pk).update(email="meena@clinic.example")
    world.receptionist.refresh_from_db()


def choose(key, password=NEW, client=None):
    return (client or Client()).post(
        "/sign-in/link/", {"key": key, "password1": password, "password2": password}
    )


def enters(username="meena", password=NEW) -> bool:
    return Client().post("/sign-in/", {"username": username, "password": password}).status_code == 302


class TestLink:
    def test_it_sets_the_password_once(self, world):
        key = signs.link_key(world.receptionist, world.owner)
        page = Client().get("/sign-in/link/", {"key": key})
        assert page.status_code == 200 and "meena" in page.content.decode()
        assert Client().get("/sign-in/link/", {"key": key}).status_code == 200, (
            "looking at it doesn't use it up"
        )
        assert choose(key)["Location"] == "/sign-in/"
        assert enters()
        assert choose(key, "ten loud donkeys").status_code == 404
        assert enters()
        link = SetPasswordLink.objects.get()
        assert link.used_at and link.made_by == world.owner
        assert Event.objects.get(verb="person.password_link_made").data == {"reason": "given"}
        assert key not in str(list(AuditRow.objects.values_list("changed", flat=True)))

    def test_setting_it_ends_what_was_open(self, world):
        session = signs.session(world.receptionist)
        choose(signs.link_key(world.receptionist, world.owner))
        assert not type(session).objects.filter(pk=session.pk).exists()

    @pytest.mark.parametrize(
        "end", ["a newer one", "time", "another password", "switched off", "made up", "nul"]
    )
    def test_what_ends_it(self, world, end):
        key, person = signs.link_key(world.receptionist, world.owner), world.receptionist
        when = timezone.now()
        if end == "a newer one":
            signs.link_key(person, world.owner)
        elif end == "time":
            when += datetime.timedelta(days=1, seconds=1)
        elif end == "another password":
            domain.set_password(by=person, person=person, password="ten loud donkeys")
        elif end == "switched off":
            User.objects.filter(pk=person.pk).update(is_active=False)
        else:
            key = "x" * 43 if end == "made up" else "\0"
        with time_machine.travel(when):
            assert Client().get("/sign-in/link/", {"key": key}).status_code == 404
            assert choose(key).status_code == 404
        person.refresh_from_db()
        assert not person.check_password(NEW)

    @pytest.mark.parametrize("password", ["short", "12345678901", "password123", "meena-joshi", ""])
    def test_the_rules_of_passwords_hold(self, world, password):
        key = signs.link_key(world.receptionist, world.owner)
        assert choose(key, password).status_code == 422
        assert choose(key).status_code == 302

    def test_nobody_makes_one_for_who_may_more(self, world):
        with pytest.raises(Refusal):
            domain.make_link(by=world.receptionist, person=world.owner, reason="given")

    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_the_same_moment_one_is_refused(self):
        factories.clinic()
        owner = factories.person(None, "owner")
        key, statuses = signs.link_key(owner, owner), []

        def one():
            statuses.append(choose(key).status_code)
            connection.close()

        threads = [threading.Thread(target=one) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [302, 404, 404, 404]


class TestForgotten:
    def ask(self, typed):
        return Client().post("/sign-in/forgotten/", {"username": typed})

    def test_the_answer_is_the_same_for_everybody(self, world, by_mail, django_assert_num_queries):
        pages = [self.ask(typed) for typed in ("meena@clinic.example", "nobody@clinic.example", "owner")]
        assert len({page.content for page in pages}) == 1 and pages[0].status_code == 200
        assert PasswordRequest.objects.count() == 3
        assert "meena" not in str(list(PasswordRequest.objects.values()))

    def test_a_link_is_mailed_to_whom_there_is_one_for(self, world, by_mail):
        for typed in ("MEENA", "nobody", "owner"):  # the owner has no address
            self.ask(typed)
        tasks.answer_password_requests()
        (sent,) = mail.outbox
        assert sent.to == ["meena@clinic.example"]
        key = re.search(r"https://clinic\.example/sign-in/link/\?key=([\w-]+)", sent.body)[1]
        assert not PasswordRequest.objects.exists()
        assert choose(key).status_code == 302 and enters()
        link = SetPasswordLink.objects.get()
        assert (link.reason, link.made_by, link.sent_to) == ("forgotten", None, "meena@clinic.example")

    def test_three_mails_an_hour_are_the_most(self, world, by_mail):
        for _ in range(6):
            self.ask("meena")
            tasks.answer_password_requests()
        assert len(mail.outbox) == 3

    def test_a_stranger_doesn_t_fill_the_table(self, world, by_mail):
        statuses = [self.ask(f"nobody{number}").status_code for number in range(35)]
        assert statuses == [200] * 30 + [429] * 5

    def test_a_mail_server_out_of_reach_is_tried_again(self, world, by_mail, monkeypatch):
        self.ask("meena")

        def refuse(*args, **kwargs):
            raise OSError("connection refused")

        with monkeypatch.context() as patch:
            patch.setattr(gateway, "send", refuse)
            tasks.answer_password_requests()
        assert PasswordRequest.objects.exists() and not SetPasswordLink.objects.exists()
        tasks.answer_password_requests()
        assert len(mail.outbox) == 1

    def test_somebody_switched_off_gets_none(self, world, by_mail):
        User.objects.filter(pk=world.receptionist.pk).update(is_active=False)
        self.ask("meena")
        tasks.answer_password_requests()
        assert mail.outbox == [] and not PasswordRequest.objects.exists()

    def test_without_mail_the_page_says_whom_to_ask(self, world):
        page = Client().get("/sign-in/forgotten/").content.decode()
        assert "Ask an administrator" in page and 'name="username"' not in page
        assert "/sign-in/forgotten/" in Client().get("/sign-in/").content.decode()


class TestAdministrator:
    def test_a_link_is_made_shown_once_and_listed(self, sign_in, world):
        owner, url = sign_in(world.owner), f"/admin/staff/user/{world.receptionist.pk}/access/"
        made = owner.post(url, {"do": "link"}).content.decode()
        key = re.search(r"sign-in/link/\?key=([\w-]+)", made)[1]
        assert choose(key).status_code == 302
        page = owner.get(url).content.decode()
        assert key not in page and "Given by an administrator" in page and "Reena Sharma" in page

    def test_a_person_without_a_password_is_invited(self, sign_in, world):
        owner = sign_in(world.owner)
        from tests.staff.admin_forms import fill

        address = "/admin/staff/user/add/"
        body = fill(
            owner, address, {"full_name": "New Comer", "username": "newcomer", "email": "", "phone": ""}
        )
        added = owner.post(address, body)
        assert added.status_code == 302, added.context["adminform"].form.errors
        person = User.objects.get(username="newcomer")
        assert not person.has_usable_password()
        made = owner.post(f"/admin/staff/user/{person.pk}/access/", {"do": "link"}).content.decode()
        key = re.search(r"sign-in/link/\?key=([\w-]+)", made)[1]
        assert SetPasswordLink.objects.get().reason == "invitation"
        assert choose(key).status_code == 302 and enters("newcomer")

    def test_mailed_where_mail_leaves(self, sign_in, world, by_mail):
        url = f"/admin/staff/user/{world.receptionist.pk}/access/"
        assert sign_in(world.owner).post(url, {"do": "send"}).status_code == 302
        assert mail.outbox[0].to == ["meena@clinic.example"]

    @pytest.mark.parametrize("do", ["link", "send", "unlock", "end", "reset", "nonsense", ""])
    def test_it_is_for_administrators(self, desk, world, do):
        assert desk.post(f"/admin/staff/user/{world.owner.pk}/access/", {"do": do}).status_code == 403
        assert not SetPasswordLink.objects.exists()

    @pytest.mark.parametrize("do", ["send", "nonsense", ""])
    def test_what_can_t_be_done_is_said_and_does_nothing(self, sign_in, world, do):
        url = f"/admin/staff/user/{world.receptionist.pk}/access/"
        assert sign_in(world.owner).post(url, {"do": do}).status_code == 302
        assert not SetPasswordLink.objects.exists()
