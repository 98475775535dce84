"""The one door: who gets in, what is never said, when it stays shut, and where it leads."""

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.urls import reverse

from clinic.models import Event, Organisation
from staff.demo import DEMO_LOGINS
from staff.models import User
from tests import factories

SIGN_IN = "/sign-in/"
RIGHT = factories.PASSWORD


def enter(client, username="meena", password=RIGHT, **more):
    return client.post(SIGN_IN, {"username": username, "password": password, **more})


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "name", ["meena", "MEENA", " meena ", "meena@clinic.example", "Meena@Clinic.example"]
)
def test_with_user_name_or_e_mail_in_any_letter_case(client, world, name):
    User.objects.filter(pk=world.receptionist.pk).update(email="meena@clinic.example")
    response = enter(client, name)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_in(client)
    assert Event.objects.get(verb="person.signed_in").by_id == world.receptionist.pk


def test_an_account_that_does_not_exist_is_answered_like_a_wrong_password(client, world):
    known = enter(client, "meena", "wrong")
    unknown = enter(client, "nobody", "wrong")
    assert (known.status_code, unknown.status_code) == (422, 422)
    assert known.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()
    assert 'value="meena"' in known.content.decode()
    assert "wrong" not in known.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize(
    ("username", "password"), [("", RIGHT), ("meena", ""), ("m" * 300, "x"), ("meena", "x" * 1001)]
)
def test_odd_input_is_said_in_the_form(client, world, username, password):
    assert enter(client, username, password).status_code == 422


def test_nul_is_no_server_error(client, world):
    assert enter(client, "meena\0", RIGHT).status_code == 302
    assert enter(client, "x\0y", "a\0b").status_code == 422


def test_nul_beside_a_wrong_password_is_no_server_error(client, world):
    """The count of failures keeps what came with them."""
    typed = {"username": "meena", "password": "wrong", "next": "/\0"}
    assert client.post(f"{SIGN_IN}?next=%00", typed, headers={"User-Agent": "x" * 5000}).status_code == 422


def test_a_switched_off_person_stays_out(client, world):
    User.objects.filter(pk=world.receptionist.pk).update(is_active=False)
    assert enter(client).status_code == 422
    assert not is_in(client)


class TestLockout:
    def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(self, client, world):
        for _ in range(settings.AXES_FAILURE_LIMIT):
            response = enter(client, password="wrong")
        assert response.status_code == 429
        locked = enter(client)
        assert locked.status_code == 429
        assert "Too many attempts" in locked.content.decode()
        assert not is_in(client)

    def test_a_colleague_behind_the_same_address_is_not_locked(self, client, world):
        for _ in range(5):
            enter(client, password="wrong")
        assert enter(client, "owner").status_code == 302

    def test_letter_case_and_e_mail_are_no_tries_of_their_own(self, client, world):
        User.objects.filter(pk=world.receptionist.pk).update(email="meena@clinic.example")
        for name in ("meena", "MEENA", "meena@clinic.example", "Meena", " MEENA@clinic.example "):
            response = enter(client, name, "wrong")
        assert response.status_code == 429
        assert AccessAttempt.objects.values_list("username", flat=True).distinct().get() == "meena"

    def test_an_unknown_name_locks_alike(self, client, world):
        statuses = [enter(client, "nobody", "wrong").status_code for _ in range(6)]
        assert statuses == [422] * 4 + [429] * 2

    def test_success_forgets_the_failures(self, client, world):
        for _ in range(4):
            enter(client, password="wrong")
        assert enter(client).status_code == 302
        assert not AccessAttempt.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/customers/?q=a", "/customers/?q=a"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
def test_it_leads_on_within_the_clinic_only(client, world, wanted, leads_to):
    assert enter(client, next=wanted)["Location"] == leads_to
    assert client.get(SIGN_IN, {"next": wanted})["Location"] == leads_to, "already signed in"


@pytest.mark.parametrize(
    "wanted", ["dashboard", "-1", "admin:index", "not.there", "\0", "x\r\nSet-Cookie: a=b"]
)
def test_where_to_go_on_is_never_looked_up_as_a_view(client, world, wanted):
    typed = {"username": "meena", "password": factories.PASSWORD, "next": wanted}
    assert client.post(SIGN_IN, typed)["Location"] == "/"
    assert client.get(SIGN_IN, {"next": wanted})["Location"] == "/"


def test_a_page_asked_for_without_a_login_comes_after_it(client, world):
    asked = client.get("/customers/?show=due")
    assert asked["Location"] == f"{SIGN_IN}?next=%2Fcustomers%2F%3Fshow%3Ddue"
    assert 'name="next" value="/customers/?show=due"' in client.get(asked["Location"]).content.decode()


def test_a_fragment_sends_the_whole_page_to_sign_in(client, world):
    response = client.get("/customers/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == SIGN_IN


def test_signing_in_changes_the_session_s_key(client, world):
    client.get("/customers/")
    session = client.session
    session["planted"] = "x"
    session.save()
    before = session.session_key
    enter(client)
    assert client.session.session_key != before


def test_signing_out_ends_the_session(desk, world):
    assert desk.get("/sign-out/").status_code == 405
    assert desk.post("/sign-out/")["Location"] == SIGN_IN
    assert not is_in(desk)
    assert desk.get("/customers/").status_code == 302
    assert Event.objects.filter(verb="person.signed_out").exists()


def test_without_a_role_a_clear_page_and_a_way_out(client, world):
    factories.person(None, username="newcomer", full_name="New Comer")
    assert enter(client, "newcomer").status_code == 302
    page = client.get("/customers/")
    assert page.status_code == 403
    assert "has no role yet" in page.content.decode()
    assert reverse("sign-out") in page.content.decode()


def test_a_role_at_a_closed_branch_alone_is_none(client, world):
    enter(client)
    type(world.branch).objects.filter(pk=world.branch.pk).update(is_active=False)
    assert "has no role yet" in client.get("/customers/").content.decode()


def test_an_empty_database_says_what_to_run(client, db):
    page = client.get(SIGN_IN).content.decode()
    assert "manage.py first_run" in page


def test_it_does_not_say_so_once_there_are_people(client, world):
    assert "first_run" not in client.get(SIGN_IN).content.decode()


@pytest.mark.parametrize(
    ("mode", "data", "shown"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_demo_logins_only_in_demo_mode_and_on_demo_data(client, world, settings, mode, data, shown):
    settings.DEMO = mode
    Organisation.objects.update(is_demo=data)
    assert (DEMO_LOGINS[0]["password"] in client.get(SIGN_IN).content.decode()) is shown


class TestSwitchBranch:
    def test_the_owner_works_elsewhere_from_now_on(self, sign_in, world):
        owner = sign_in(world.owner)
        there = factories.customer(world.elsewhere, world.colleague)
        assert owner.get(there.get_absolute_url()).status_code == 404
        owner.post("/switch-branch/", {"branch": str(world.elsewhere.pk)})
        assert owner.get(there.get_absolute_url()).status_code == 200

    @pytest.mark.parametrize("wanted", ["elsewhere", "junk", ""])
    def test_a_branch_without_a_role_is_refused(self, desk, world, wanted):
        branch = str(world.elsewhere.pk) if wanted == "elsewhere" else wanted
        response = desk.post("/switch-branch/", {"branch": branch})
        assert response.status_code == 409
        there = factories.customer(world.elsewhere, world.colleague)
        assert desk.get(there.get_absolute_url()).status_code == 404
