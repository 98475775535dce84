"""Everybody can change their own password, if they know the one they have."""

import pytest
from django.test import Client

from clinic.models import AuditRow, Event
from tests import factories

NEW = "several quiet horses"


def change(client, old=factories.PASSWORD, new=NEW, again=None):
    data = {"old_password": old, "new_password1": new, "new_password2": new if again is None else again}
    return client.post("/password/", data)


def test_a_new_password_keeps_this_session_and_ends_the_others(desk, world):
    other = Client()
    other.force_login(world.receptionist, backend="staff.backends.EmailOrUsername")
    before = desk.session.session_key
    assert change(desk)["Location"] == "/"
    assert desk.get("/customers/").status_code == 200
    assert desk.session.session_key != before
    assert other.get("/customers/")["Location"].startswith("/sign-in/")
    world.receptionist.refresh_from_db()
    assert world.receptionist.check_password(NEW)
    assert Event.objects.get(verb="person.password_set").by_id == world.receptionist.pk
    assert NEW not in str(AuditRow.objects.filter(table_name="staff_user").latest("id").changed)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"old": "a guess"}, "old password was entered incorrectly"),
        ({"again": "something else"}, "two password fields"),
        ({"new": "meena"}, "too"),
        ({"new": ""}, "This field is required"),
    ],
)
def test_what_is_refused_changes_nothing(desk, world, changes, said):
    response = change(desk, **changes)
    assert response.status_code == 422 and said in response.content.decode()
    world.receptionist.refresh_from_db()
    assert world.receptionist.check_password(factories.PASSWORD)


def test_the_way_there_is_in_the_menu_of_the_person(desk):
    assert 'href="/password/"' in desk.get("/customers/").content.decode()


def test_nobody_signed_in_is_sent_to_sign_in(client, db):
    assert client.get("/password/")["Location"].startswith("/sign-in/")
