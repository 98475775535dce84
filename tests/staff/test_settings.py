"""The settings of a branch: what is typed is checked, kept, told as stale, counted at once and remembered."""

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from uuid_utils import compat

from clinic.models import Branch, BranchHours, Event, Holiday, Reason, Series
from staff import domain
from staff.house.forms import days_of

IDENTITY = {
    "trade_name": "Linqs Skin", "legal_name": "Linqs Cosmetology Clinic", "tagline": "Skin", "address": "14-B, MG Road",
    "city": "Bengaluru", "postal_code": "560001", "state": "29", "country": "IND", "phone": "98100 55555",
    "email": "desk@linqs.example", "website": "linqs.example", "registration_number": "KA-1", "time_zone": "Asia/Kolkata",
    "brand_colour": "#0F766E", "accent_colour": "",
}  # fmt: skip


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


@pytest.fixture
def send(owner, world):
    """Save one page with the version that is current unless another is given."""

    def sent(name, body, **changes):
        version = Branch.objects.get(pk=world.branch.pk).version
        return owner.post(reverse(name), {"version": version, **body, **changes})

    return sent


def now(world):
    return Branch.objects.get(pk=world.branch.pk)


def png(side=4):
    file = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(file, "PNG")
    return file.getvalue()


def test_the_index_leads_to_every_page(owner):
    page = owner.get(reverse("settings")).content.decode()
    for name in (
        "branch-identity",
        "branch-tax",
        "branch-hours",
        "branch-papers",
        "branch-records",
        "reason-list",
    ):
        assert reverse(name) in page
        assert owner.get(reverse(name)).status_code == 200


def test_a_receptionist_decides_nothing(desk):
    assert desk.get(reverse("settings")).status_code == 403
    assert desk.post(reverse("branch-identity"), IDENTITY).status_code == 403


def test_name_and_colours_count_at_once_and_are_remembered(send, owner, world):
    assert send("branch-identity", IDENTITY).status_code == 302
    branch = now(world)
    assert (branch.trade_name, branch.phone, branch.brand_colour) == (
        "Linqs Skin",
        "+919810055555",
        "#0f766e",
    )
    page = owner.get(reverse("branch-identity")).content.decode()
    assert "Linqs Cosmetology Clinic" in page and "Reena Sharma" in page, (
        "the history names who and what was before"
    )
    assert Event.objects.filter(verb="branch.changed", subject_id=branch.pk).count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("trade_name", "", "required"),
        ("phone", "12", "phone"),
        ("postal_code", "99", "PIN"),
        ("time_zone", "Mars/Base", "no such time zone"),
        ("brand_colour", "teal", "six digits"),
        ("brand_colour", "#ffee00", "can&#x27;t be read"),
        ("state", "27", "for another State"),
        ("email", "desk@", "valid e"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(send, world, field, typed, said):
    response = send("branch-identity", IDENTITY, **{field: typed, "tagline": "Kept on the page"})
    assert response.status_code == 422
    assert said in response.content.decode() and "Kept on the page" in response.content.decode()
    assert now(world).tagline == "Skin · Hair · Laser"


def test_who_saves_second_is_told_and_may_save_again(send, world):
    stale = now(world).version
    assert send("branch-papers", {"print_header": "One"}).status_code == 302
    second = send("branch-papers", {"print_header": "Two"}, version=stale)
    assert second.status_code == 422 and "Somebody else changed" in second.content.decode()
    assert "Two" in second.content.decode() and now(world).print_header == "One"
    assert f'name="version" value="{now(world).version}"' in second.content.decode()


def test_a_double_click_is_not_somebody_else(send, world):
    stale = now(world).version
    for _click in range(2):
        assert send("branch-papers", {"print_header": "One"}, version=stale).status_code == 302
    assert now(world).version == stale + 1


def test_a_logo_is_a_picture_drawn_anew(send, owner, world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("../../evil.php.png", png(2000), content_type="image/png")
    assert send("branch-identity", IDENTITY, logo=upload).status_code == 302
    shown = owner.get(reverse("branch-logo"))
    with Image.open(io.BytesIO(b"".join(shown.streaming_content))) as kept:
        assert kept.format == "PNG" and kept.size == (800, 800)
    assert "evil" not in now(world).logo.name
    assert send("branch-identity", IDENTITY, without_logo="on").status_code == 302
    assert not now(world).logo and owner.get(reverse("branch-logo")).status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg onload=alert(1)>", "no picture"),
        (b"MZ" + b"\0" * 300, "no picture"),
        (png()[:40], "no picture"),
        (b"\0" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
    ],
)
def test_what_is_no_picture_is_no_logo(send, world, content, said):
    response = send("branch-identity", IDENTITY, logo=SimpleUploadedFile("logo.png", content))
    assert response.status_code == 422 and said in response.content.decode()
    assert not now(world).logo


def test_prefixes_are_changed_one_by_one(send, world):
    series = Series.objects.get(branch=world.branch, kind="tax_invoice")
    body = {f"prefix_{one.kind}": one.prefix for one in Series.objects.filter(branch=world.branch)}
    body |= {"upi_id": "linqs@upi"}
    assert send("branch-tax", body, prefix_tax_invoice="inv").status_code == 302
    series.refresh_from_db()
    assert series.prefix == "INV"
    clash = send("branch-tax", body, prefix_tax_invoice=body["prefix_bill"])
    assert clash.status_code == 422 and "Another of your papers" in clash.content.decode()
    assert send("branch-tax", body, prefix_tax_invoice="9A").status_code == 422


def test_numbers_are_kept_in_their_range(send, world):
    body = {
        "reference_start": "5000",
        "reference_neutral": "X",
        "retention_years": "10",
        "adjustment_limit": "500",
    }
    assert send("branch-records", body).status_code == 302
    assert (now(world).reference_start, now(world).retention_years) == (5000, 10)
    for name, wrong in (("reference_start", "100000"), ("retention_years", "2"), ("reference_neutral", "7")):
        assert send("branch-records", body, **{name: wrong}).status_code == 422


def week(world, **changes):
    body = {"slot_minutes": "15", "buffer_minutes": "0", "idempotency_key": str(compat.uuid7())}
    for day in days_of(world.branch):
        body |= {
            f"day{day.weekday}-is_open": "on",
            f"day{day.weekday}-opens": "10:00",
            f"day{day.weekday}-closes": "18:00",
        }
    return body | changes


def test_the_week_is_set_as_a_whole(send, world):
    body = week(world, **{"day0-break_starts": "13:00", "day0-break_ends": "14:00"})
    del body["day6-is_open"]
    assert send("branch-hours", body).status_code == 302
    rows = list(BranchHours.objects.filter(branch=world.branch))
    assert len(rows) == 6 and {row.opens for row in rows} == {datetime.time(10)}
    assert rows[0].break_starts == datetime.time(13)


@pytest.mark.parametrize(
    "wrong",
    [{"day1-closes": "09:00"}, {"day1-opens": ""}, {"day1-break_starts": "12:00"}, {"slot_minutes": "0"}],
)
def test_hours_that_make_no_sense_change_nothing(send, world, wrong):
    assert send("branch-hours", week(world, **wrong)).status_code == 422
    assert BranchHours.objects.filter(branch=world.branch, opens=datetime.time(9)).count() == 7


def test_two_who_set_hours_at_once(send, world):
    stale = now(world).version
    assert send("branch-hours", week(world)).status_code == 302
    assert send("branch-hours", week(world, slot_minutes="30"), version=stale).status_code == 422
    assert now(world).slot_minutes == 15


def test_holidays_come_and_go(owner, world):
    key = {"idempotency_key": str(compat.uuid7())}
    day = {"day": "2099-10-20", "name": "Diwali"}
    assert owner.post(reverse("holiday-add"), day | key).status_code == 302
    again = owner.post(reverse("holiday-add"), day | {"idempotency_key": str(compat.uuid7())})
    assert again.status_code == 422 and "holiday already" in again.content.decode()
    holiday = Holiday.objects.get(branch=world.branch, day="2099-10-20")
    assert owner.post(reverse("holiday-remove", args=[holiday.pk])).status_code == 302
    assert not Holiday.objects.filter(pk=holiday.pk).exists()


def test_a_holiday_of_another_branch_is_not_there(owner, world):
    there = domain.add_holiday(
        by=world.owner, branch=world.elsewhere, day=datetime.date(2099, 1, 1), name="New Year"
    )
    assert owner.post(reverse("holiday-remove", args=[there.pk])).status_code == 404


def test_reasons_are_suggested_where_they_are_asked(owner, desk, world):
    owner.force_login(world.owner, backend="staff.backends.EmailOrUsername")
    form = {"purpose": "cancel", "text": "Rain", "idempotency_key": str(compat.uuid7())}
    assert owner.post(reverse("reason-add"), form).status_code == 302
    twice = owner.post(
        reverse("reason-add"), form | {"text": "rain ", "idempotency_key": str(compat.uuid7())}
    )
    assert twice.status_code == 422
    reason = Reason.objects.get(text="Rain")
    suggested = desk.get(reverse("reason-options", args=["cancel"])).content.decode()
    assert '<option value="Rain"></option>' in suggested
    assert desk.get(reverse("reason-options", args=["nothing"])).status_code == 404
    assert "Rain" not in desk.get(reverse("reason-options", args=["waive"])).content.decode()
    assert owner.post(reverse("reason-remove", args=[reason.pk])).status_code == 302
    assert not Reason.objects.filter(text="Rain").exists()
