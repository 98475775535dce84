"""Backups by the clock and by a click, what is noticed about them, and the page that tells."""

import datetime
import io
import os
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from clinic.backups import alarms, domain, keys, label
from clinic.backups.folder import Folder
from clinic.models import Backup, Event
from clinic.refusals import Refusal
from notifications import domain as notifications

pytestmark = pytest.mark.django_db
LIST = "/settings/backups/"


@pytest.fixture
def place(settings, tmp_path) -> Folder:
    """An empty folder of backups, and a pair of keys whose private part lies elsewhere."""
    pair = keys.make_pair()
    keys.write_private(pair, tmp_path / "elsewhere")
    settings.BACKUP_DIR, settings.BACKUP_PUBLIC_KEY = str(tmp_path / "backups"), pair.public
    return Folder(tmp_path / "backups")


@pytest.fixture
def key(place, tmp_path) -> Path:
    return tmp_path / "elsewhere"


def states() -> list[str]:
    return list(Backup.objects.order_by("id").values_list("state", flat=True))


def sentences() -> list[str]:
    return [alarm.sentence for alarm in alarms.current()]


def checked(*arguments: str) -> tuple[int, str]:
    out, code = io.StringIO(), 0
    try:
        call_command("check_backups", *arguments, stdout=out, stderr=out)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue()


def test_the_clock_makes_one_every_six_hours(world, place):
    now = timezone.now()
    for hours in (0, 1, 5, 6.1, 7, 12.2):
        with time_machine.travel(now + datetime.timedelta(hours=hours)):
            domain.keep()
    assert states() == ["made", "made", "made"]
    assert [path.name for path in place.backups()] == [row.file for row in Backup.objects.order_by("id")]
    made = Backup.objects.latest("id")
    told = label.read(place.path / made.file)
    assert (made.size, made.tables, made.rows) == (told.size, told.tables, told.rows)
    assert made.checked_at and not made.flaw and not made.opened
    assert Event.objects.filter(verb="backup.made").count() == 3


def test_without_hours_none_is_made_and_none_is_missed(world, place, settings):
    settings.BACKUP_HOURS = 0
    domain.keep()
    assert states() == []
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
        assert sentences() == []


def test_old_ones_are_let_go_and_told_of_as_such(world, place, settings):
    settings.BACKUP_KEEP = "0,1,0,0"
    now = timezone.now()
    for days in (0, 1, 2):
        with time_machine.travel(now + datetime.timedelta(days=days)):
            domain.keep()
    assert states() == ["gone", "gone", "made"]
    assert len(place.backups()) == 1
    assert len(list(place.path.glob("*.json"))) == 1


#: What happens to the newest backup, and the alarm that must follow. The four of the measure, and their kin.
SPOILT = {
    "cut off": (lambda path: os.truncate(path, path.stat().st_size - 500), "is cut off"),
    "changed": (lambda path: flip(path), "is not as it was written"),
    "wrong key": (lambda path: rewrite(path, keys=[keys.make_pair().public]), "for another key"),
    "wrong version": (
        lambda path: rewrite(path, heads=["billing.9999_of_tomorrow"]),
        "by a newer version (billing.9999",
    ),
    "wrong format": (lambda path: rewrite(path, format=2), "by a newer version (format 2)"),
    "without its label": (lambda path: label.beside(path).unlink(), "can't be read"),
    "something else": (lambda path: path.write_bytes(b"x" * path.stat().st_size), "can't be read"),
}


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)


def rewrite(path: Path, **changes) -> None:
    told = label.read(path)
    label.write(label.Label(**{**vars(told), **changes}), path)


@pytest.mark.parametrize("how", SPOILT)
def test_a_backup_that_would_not_help_raises_an_alarm(world, place, how, settings):
    settings.BACKUP_HOURS = 0
    place.path.mkdir()
    path, _label = place.write(domain.source(), keys.split(settings.BACKUP_PUBLIC_KEY))
    assert checked()[1].startswith("ok")
    spoil, sentence = SPOILT[how]
    spoil(path)
    domain.keep()
    domain.keep()  # what was found by reading all of it isn't forgotten by a glance
    assert [sentence in said for said in sentences()] == [True]
    [alert] = notifications.raise_alerts()[:1]
    assert sentence in alert.text
    assert alert.url == reverse("backup-list")
    code, said = checked()
    assert code == 1
    assert sentence in said


def test_a_stale_one_raises_an_alarm_once_the_worker_is_awake(world, place, monkeypatch):
    domain.keep()
    for hours, stale in [(6.5, False), (7.5, True)]:
        with time_machine.travel(timezone.now() + datetime.timedelta(hours=hours)):
            assert [alert.kind for alert in notifications.raise_alerts()] == []
            assert bool(sentences()) is stale
            assert checked()[0] == stale
    monkeypatch.setattr("notifications.watches.STARTED", -10_000)
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=8)):
        raised = notifications.raise_alerts()
        assert {alert.text for alert in raised} == {"The newest good backup is 8\xa0hours old."}
        assert {alert.branch for alert in raised} == {world.branch, world.elsewhere}
        assert notifications.raise_alerts() == []


def test_a_clinic_that_never_had_one_hears_of_it(world, place):
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=8)):
        assert sentences() == ["There is no backup that would bring the clinic back."]
        assert checked() == (1, "There is no good backup.\n")


def test_the_private_key_opens_the_newest_and_another_one_is_an_alarm(world, place, key, tmp_path, settings):
    domain.keep()
    code, said = checked("--key", str(key))
    assert code == 0
    assert "tables" in said
    keys.write_private(keys.make_pair(), tmp_path / "other")
    code, said = checked("--key", str(tmp_path / "other"))
    assert code == 1
    assert "sealed for another key" in said
    settings.BACKUP_KEY_FILE = str(key)  # as long as it lies on the machine, every backup is opened
    domain.keep()
    assert Backup.objects.get().opened


def test_after_a_change_of_keys_a_new_one_is_made_and_the_old_ones_are_no_alarm(world, place, settings):
    domain.keep()
    settings.BACKUP_PUBLIC_KEY = keys.make_pair().public
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=10)):
        domain.keep()
        assert list(Backup.objects.order_by("id").values_list("state", "flaw")) == [
            ("made", "wrong key"),
            ("made", ""),
        ]
        assert sentences() == []
        assert checked()[0] == 0, checked()


def test_a_private_key_of_another_pair_disturbs_nothing(world, place, tmp_path, settings):
    keys.write_private(keys.make_pair(), tmp_path / "other")
    settings.BACKUP_KEY_FILE = str(tmp_path / "other")
    domain.keep()
    domain.keep()
    assert list(Backup.objects.values_list("state", "flaw", "opened")) == [("made", "", False)]


def test_one_that_is_spoilt_at_once_is_not_made_again_and_again(world, place):
    domain.keep()
    for path in place.backups():
        flip(path)
    Backup.objects.update(checked_at=None)
    domain.keep()
    assert (states(), len(sentences())) == (["made"], 1)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=61)):
        domain.keep()
        assert states() == ["made", "made"]


def test_what_cannot_be_made_is_said_once(world, place, settings):
    settings.BACKUP_PUBLIC_KEY = "age1nonsense"
    domain.keep()
    domain.keep()
    assert states() == ["gone", "failed"]
    assert sentences() == ["The last backup failed. BACKUP_PUBLIC_KEY is no public key: age1nons..."]
    assert Event.objects.filter(verb="backup.failed").count() == 1
    assert place.backups() == []
    assert list(place.path.glob("*.part")) == []


def test_an_interrupted_one_is_cleared_away(world, place, settings):
    settings.BACKUP_HOURS = 0
    Backup.objects.create(state="running")
    place.path.mkdir()
    (place.path / "clinic-2026-01-01-000000.tar.age.part").write_bytes(b"half")
    domain.keep()
    assert states() == ["failed"]
    assert [path.name for path in place.path.iterdir()] == [".lock"]


def test_two_at_once_make_one(world, place):
    with place.only_one():
        domain.keep()
    assert states() == []
    domain.keep()
    assert states() == ["made"]


def test_a_person_asks_for_one_and_a_second_click_is_refused(world, place):
    asked = domain.ask(by=world.owner)
    with pytest.raises(Refusal, match="already"):
        domain.ask(by=world.owner)
    domain.keep()
    asked.refresh_from_db()
    assert (asked.state, asked.asked_by_id) == ("made", world.owner.pk)
    assert domain.ask(by=world.owner).state == "asked"


def test_the_page_tells_asks_and_shows_how_far_it_is(sign_in, world, place, key, settings):
    client = sign_in(world.owner)
    assert "There is no good backup yet" in client.get(LIST).content.decode()
    body = {"idempotency_key": str(compat.uuid7())}
    assert client.post(f"{LIST}make/", body)["Location"] == LIST
    assert client.post(f"{LIST}make/", body)["Location"] == LIST  # a double click
    Backup.objects.update(state="running", step="uploads")
    fragment = client.get(LIST, headers={"HX-Request": "true", "HX-Target": "backups"}).content.decode()
    assert fragment.lstrip().startswith('<div id="backups"')
    assert "Sealing the uploads" in fragment and 'hx-trigger="every 2s"' in fragment
    again = {"idempotency_key": str(compat.uuid7())}
    assert client.post(f"{LIST}make/", again).status_code == 409
    Backup.objects.update(state="asked")
    domain.keep()
    settings.BACKUP_KEY_FILE = str(key)
    page = client.get(LIST).content.decode()
    assert "Whole" in page and "Reena Sharma" in page and "every 2s" not in page
    assert f"lies on this machine, in {key}" in page


def test_the_list_asks_as_much_for_thirty_as_for_one(sign_in, world, place, django_assert_max_num_queries):
    client = sign_in(world.owner)
    for count in (1, 30):
        for number in range(count):
            Backup.objects.create(
                state="made",
                file=f"clinic-{count}-{number}",
                taken_at=timezone.now(),
                asked_by_id=world.owner.pk,
            )
        with django_assert_max_num_queries(14):
            assert client.get(LIST).status_code == 200
