"""One's own language and time zone: chosen before and after signing in, and what they change."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import formats, timezone, translation

from clinic.models import AuditRow
from staff.models import User
from tests import factories
from tests.factories import signs

URL, CHOOSE = "/account/preferences/", "/language/"
MINE = {"language": "hi", "time_zone": ""}


def language_of(client, url: str = "/account/", **headers) -> str:
    page = client.get(url, **headers)
    found = page.content.decode().partition('<html lang="')[2].partition('"')[0]
    assert page.headers["Content-Language"] == found
    return found


def test_before_signing_in_the_browser_decides_or_who_sits_there(client):
    assert language_of(client, "/sign-in/") == "en-in"
    assert language_of(client, "/sign-in/", headers={"Accept-Language": "hi-IN,hi;q=0.9,en;q=0.8"}) == "hi"
    assert language_of(client, "/sign-in/", headers={"Accept-Language": "fr"}) == "en-in"
    answer = client.post(
        CHOOSE, {"language": "hi"}, headers={"Referer": "http://testserver/sign-in/?next=/staff/"}
    )
    assert answer["Location"] == "http://testserver/sign-in/?next=/staff/"
    cookie = answer.cookies["clinic-language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("hi", True, "Lax")
    assert language_of(client, "/sign-in/") == "hi"
    client.post(CHOOSE, {"language": "xx"})
    assert language_of(client, "/sign-in/") == "hi", "what is no language changes nothing"


def test_choosing_leads_to_pages_of_ours_alone(client):
    told = client.post(CHOOSE, {"language": "hi", "next": "https://elsewhere.example/"})
    assert told["Location"] == "/"


def test_ones_own_counts_at_the_next_page_in_every_session(client, sign_in, world):
    here, there = sign_in(world.receptionist), Client()
    there.force_login(world.receptionist, backend="staff.backends.EmailOrUsername")
    assert language_of(here) == "en-in"
    assert here.post(URL, MINE)["Location"] == "/account/"
    assert language_of(here) == language_of(there) == "hi"
    assert language_of(sign_in(world.owner)) == "en-in", "nobody else's"
    assert AuditRow.objects.filter(table_name="staff_user", changed__has_key="language").exists()


def test_ones_own_goes_before_the_browser_s(sign_in, world):
    desk = sign_in(world.receptionist)
    desk.cookies["clinic-language"] = "hi"
    assert language_of(desk) == "hi", "nothing chosen: as on the sign-in page"
    desk.post(URL, {"language": "en-in", "time_zone": ""})
    assert language_of(desk) == "en-in"


def test_the_page_follows_at_once_where_scripts_run(sign_in, world):
    answer = sign_in(world.receptionist).post(URL, MINE, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/account/"


@pytest.mark.parametrize("wrong", [{"language": "fr"}, {"time_zone": "Mars/Base"}, {"time_zone": "x" * 60}])
def test_what_there_is_not_is_refused(sign_in, world, wrong):
    assert sign_in(world.receptionist).post(URL, MINE | wrong).status_code == 422
    assert User.objects.get(pk=world.receptionist.pk).language == ""


def test_it_costs_no_query(sign_in, world):
    desk = sign_in(world.receptionist)
    desk.get("/account/")
    before = _queries(desk, "/account/")
    User.objects.filter(pk=world.receptionist.pk).update(language="hi", time_zone="Asia/Dubai")
    assert _queries(desk, "/account/") == before


def _queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as found:
        client.get(url)
    return len(found)


def test_no_language_outlives_its_request(sign_in, world):
    User.objects.filter(pk=world.receptionist.pk).update(language="hi")
    with translation.override("en-in"):
        sign_in(world.receptionist).get("/account/")
        assert translation.get_language() == "en-in"


def test_dates_and_numbers_look_alike():
    day = datetime.datetime(2026, 4, 3, 15, 5, tzinfo=datetime.UTC)
    names = ["DATE_FORMAT", "TIME_FORMAT", "DATETIME_FORMAT", "SHORT_DATE_FORMAT", "FIRST_DAY_OF_WEEK",
             "DATE_INPUT_FORMATS", "DECIMAL_SEPARATOR", "THOUSAND_SEPARATOR", "NUMBER_GROUPING"]  # fmt: skip
    for name in names:
        assert formats.get_format(name, "hi") == formats.get_format(name, "en-in"), name
    with translation.override("hi"):
        assert formats.date_format(day, "d.m.Y H:i") == "03.04.2026 15:05"
        assert formats.localize(1234567.5) == "1234567.5"


def test_what_is_about_oneself_is_in_ones_own_zone_and_says_so(sign_in, world):
    desk = sign_in(world.receptionist)
    other = signs.session(world.receptionist)
    type(other).objects.filter(pk=other.pk).update(
        begun_at=datetime.datetime(2026, 1, 5, 12, 0, tzinfo=datetime.UTC)
    )
    assert "5 Jan, 17:30" in desk.get("/account/").content.decode()
    desk.post(URL, {"language": "", "time_zone": "Asia/Dubai"})
    page = desk.get("/account/").content.decode()
    assert "5 Jan, 16:00" in page and "Times in Asia/Dubai" in page


def test_without_a_branch_there_is_a_zone_too(world):
    assert str(factories.person(None).zone) == timezone.get_default_timezone_name()
