"""From an empty database to the first booking, by the pages' own forms; left and taken up again."""

import datetime

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from appointments.models import Appointment, BookingRules
from clinic.models import Branch, BranchHours, Organisation
from clinic.setup_code import code_of
from packages.models import Treatment
from staff.models import Practitioner, User, WeeklyHours

BEGIN = {
    "name": "Asha Skin Clinic", "phone": "98100 55555", "address": "1 Hill Road", "city": "Mumbai",
    "postal_code": "400050", "state": "27", "gstin": "", "aesthetic_rate": "18", "code": "ASH",
    "owner_name": "Dr. Asha Rao", "username": "asha", "email": "", "password": "a quiet river at dawn",
}  # fmt: skip


@pytest.fixture
def begin(client, db):
    def begun(**changes):
        return client.post("/setup/", BEGIN | {"setup_code": code_of(settings.SECRET_KEY)} | changes)

    return begun


def fields_of(response):
    """What the page would send as it stands."""
    body = {"idempotency_key": str(compat.uuid7())}
    context = response.context
    for form in [context.get("form"), *context.get("days", []), *context.get("lines", [])]:
        for bound in form or []:
            value = bound.value()
            if value is not None and value is not False and value != "":
                body[bound.html_name] = "on" if value is True else value
    return body


def walk(client, name, **changes):
    body = fields_of(client.get(reverse(name))) | changes
    response = client.post(reverse(name), {key: value for key, value in body.items() if value is not None})
    assert response.status_code == 302, wrong_in(response)
    return response["Location"]


def wrong_in(response):
    context = response.context
    forms = [context.get("form"), *context.get("days", []), *context.get("lines", [])]
    return [form.errors for form in forms if form and form.errors]


def test_without_the_code_nobody_sets_anything_up(client, begin):
    assert client.get("/setup/").status_code == 403
    assert begin(setup_code="0" * 16).status_code == 403
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("preset", "mode", "names"),
    [("skin", "slot", "clinic"), ("salon", "slot", "own"), ("outpatient", "serial", "outpatient")],
)
def test_each_preset_leads_to_a_first_booking(client, begin, preset, mode, names):
    code = code_of(settings.SECRET_KEY)
    assert client.get(f"/setup/?code={code}").status_code == 200
    begun = begin()
    assert begun.status_code == 302, begun.context["form"].errors
    assert begun["Location"] == reverse("setup-kind")
    assert walk(client, "setup-kind", preset=preset) == reverse("setup-hours")
    assert walk(client, "setup-hours") == reverse("setup-people")
    assert walk(client, "setup-people") == reverse("setup-people"), "the owner treats in person"
    assert walk(client, "setup-people", full_name=None, go_on="1") == reverse("setup-menu")
    assert walk(client, "setup-menu") == reverse("setup-booking")
    assert walk(client, "setup-booking") == reverse("setup-done")
    assert client.get(reverse("setup-done")).status_code == 200
    assert Organisation.objects.get().setup_step == "" and Organisation.objects.get().preset == preset
    assert WeeklyHours.objects.values_list("mode", flat=True).distinct().get() == mode
    assert BookingRules.objects.get().state_names == names
    assert User.objects.count() == 1 and Practitioner.objects.get().user.full_name == "Dr. Asha Rao"
    book_the_first(client)


def book_the_first(client):
    branch, who = Branch.objects.get(), Practitioner.objects.get()
    day = next(
        day for n in range(1, 9)
        if (day := timezone.localdate() + datetime.timedelta(days=n)).weekday() < 5
        and not branch.holidays.filter(day=day).exists()
    )  # fmt: skip
    form = {
        "idempotency_key": str(compat.uuid7()), "customer": "new", "full_name": "Priya Mehta", "phone": "98765 43210",
        "gender": "female", "what": f"treatment:{Treatment.objects.first().pk}", "practitioner": str(who.pk),
        "day": str(day), "time": "11:00",
    }  # fmt: skip
    response = client.post(reverse("appointment-new"), form)
    assert response.status_code == 302, response.content.decode()
    assert Appointment.objects.get().customer.full_name == "Priya Mehta"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"gstin": "29AABCL1234A1Z4"}, "state"),
        ({"gstin": "27AABCL1234A1Z9"}, "gstin"),
        ({"password": "asha"}, "password"),
        ({"code": ""}, None),
        ({"postal_code": "1"}, "postal_code"),
        ({"username": "a b"}, "username"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(begin, changes, field):
    response = begin(**changes)
    assert response.status_code in (422, 403)
    if field:
        assert field in response.context["form"].errors
    assert not Organisation.objects.exists() and not User.objects.exists()


def test_it_goes_on_where_it_was_left(client, begin):
    begin()
    walk(client, "setup-kind", preset="salon")
    assert client.get("/setup/")["Location"] == reverse("setup-hours")
    assert "Go on" in client.get("/").content.decode()
    client.get(reverse("setup-kind"))
    walk(client, "setup-hours")
    walk(client, "setup-kind", preset="skin")
    assert client.get("/setup/")["Location"] == reverse("setup-people"), "going back takes nothing away"


def test_somebody_has_to_treat(client, begin):
    begin()
    body = fields_of(client.get(reverse("setup-people"))) | {"full_name": "", "go_on": "1"}
    response = client.post(reverse("setup-people"), body)
    assert response.status_code == 422 and "at least one person who treats" in response.content.decode()


def test_a_receptionist_is_taken_on_without_a_column(client, begin):
    begin()
    walk(client, "setup-people", full_name="Meena Joshi", role="receptionist")
    assert User.objects.filter(username="meena.joshi").exists() and not Practitioner.objects.exists()


def test_hours_that_make_no_sense_hold_the_step(client, begin):
    begin()
    body = fields_of(client.get(reverse("setup-hours"))) | {"day0-closes": "01:00"}
    assert client.post(reverse("setup-hours"), body).status_code == 422
    assert not BranchHours.objects.filter(closes=datetime.time(1)).exists()


def test_a_clinic_that_is_set_up_is_not_set_up_again(sign_in, world, client):
    assert client.get("/setup/?code=" + code_of(settings.SECRET_KEY)).status_code == 302
    assert client.post("/setup/", BEGIN | {"setup_code": code_of(settings.SECRET_KEY)}).status_code == 302
    owner = sign_in(world.owner)
    assert owner.get(reverse("setup-kind"))["Location"] == reverse("settings")
    assert User.objects.filter(username="asha").count() == 0
