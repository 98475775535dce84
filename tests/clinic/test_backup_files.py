"""The pure parts of backups: keys, the envelope, labels, which ones are kept."""

import stat
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from clinic.backups import archive, envelope, keys, label, rotation
from clinic.backups.flaws import Broken, Flaw, NotMade
from clinic.backups.rotation import Rule

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def key(tmp_path):
    keys.write_private(keys.make_pair(), tmp_path / "key")
    return tmp_path / "key"


def sealed(path, key, *blocks):
    with path.open("wb") as file:
        envelope.seal(file, iter(blocks), keys.recipients(keys.split(keys.public_of(key))))
    return path


def unsealed(path, key) -> bytes:
    with envelope.opened(path, keys.identities(key)) as plain:
        return plain.read()


def test_what_is_sealed_is_opened_again(tmp_path, key):
    blocks = [b"", b"a" * 100_000, b"b", b"c" * 70_000]
    assert unsealed(sealed(tmp_path / "x", key, *blocks), key) == b"".join(blocks)
    assert unsealed(sealed(tmp_path / "x", key), key) == b""


def test_wherever_it_is_cut_or_changed_it_is_noticed(tmp_path, key):
    path = sealed(tmp_path / "x", key, bytes(200_000))
    whole = path.read_bytes()
    for end in (0, 21, 100, 200, 65_000, 66_000, 131_500, len(whole) - 65_536, len(whole) - 1):
        path.write_bytes(whole[:end])
        with pytest.raises(Broken):
            unsealed(path, key)
    for at in (0, 30, 180, 300, 70_000, len(whole) - 1):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(Broken):
            unsealed(path, key)


def test_a_reader_that_stops_half_way_learns_of_a_cut_end(tmp_path, key):
    path = sealed(tmp_path / "x", key, bytes(1_000_000))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Broken) as problem, envelope.opened(path, keys.identities(key)) as plain:
        plain.read(10)
    assert problem.value.flaw == Flaw.DAMAGED


def test_a_readers_own_problem_stays_its_own(tmp_path, key):
    path = sealed(tmp_path / "x", key, bytes(1_000_000))
    with pytest.raises(ZeroDivisionError), envelope.opened(path, keys.identities(key)) as plain:
        plain.read(10)
        raise ZeroDivisionError


def test_what_goes_wrong_while_reading_the_source_is_told_as_it_is(key):
    def blocks():
        yield b"some"
        raise NotMade("The database can't be dumped.")

    with pytest.raises(NotMade, match="dumped"):
        envelope.seal(BytesIO(), blocks(), keys.recipients([keys.public_of(key)]))


def test_another_key_opens_nothing_and_each_of_several_does(tmp_path, key):
    keys.write_private(keys.make_pair(), tmp_path / "second")
    keys.write_private(keys.make_pair(), tmp_path / "third")
    public = keys.split(f"{keys.public_of(key)}, {keys.public_of(tmp_path / 'second')}")
    with (tmp_path / "x").open("wb") as file:
        envelope.seal(file, [b"for two"], keys.recipients(public))
    assert unsealed(tmp_path / "x", key) == unsealed(tmp_path / "x", tmp_path / "second") == b"for two"
    with pytest.raises(Broken) as problem:
        unsealed(tmp_path / "x", tmp_path / "third")
    assert problem.value.flaw == Flaw.WRONG_KEY


def test_the_private_key_is_for_its_owner_alone_and_never_overwritten(key):
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        keys.write_private(keys.make_pair(), key)


@pytest.mark.parametrize("text", ["", "# only a remark", "AGE-SECRET-KEY-1NONSENSE"])
def test_what_is_no_private_key_is_said(tmp_path, text):
    (tmp_path / "key").write_text(text)
    with pytest.raises(ValueError, match="is no private key"):
        keys.identities(tmp_path / "key")


def test_what_is_no_public_key_is_said_and_a_private_one_is_not_repeated():
    private = keys.make_pair().private
    with pytest.raises(ValueError, match="no public key") as problem:
        keys.recipients([private])
    assert private[20:] not in str(problem.value)
    with pytest.raises(ValueError, match="make backup-key"):
        keys.recipients([])


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"format": "x"}', '{"format": 1, "size": 3}'])
def test_a_label_of_nonsense_is_unreadable(tmp_path, text):
    label.beside(tmp_path / "x").write_text(text)
    with pytest.raises(Broken) as problem:
        label.read(tmp_path / "x")
    assert problem.value.flaw == Flaw.UNREADABLE


def test_keys_that_are_missing_here_are_named():
    made = archive.marks_of({"SEALING_KEYS": "new,old", "INDEX_KEY": "index"})
    assert archive.missing(made, made) == []
    assert archive.missing(
        made, archive.marks_of({"SEALING_KEYS": "newer,new,old", "INDEX_KEY": "other"})
    ) == ["INDEX_KEY"]
    assert archive.missing(made, {}) == ["SEALING_KEYS", "INDEX_KEY"]
    assert "index" not in str(made.values())


def every(hours: float, days: int) -> list[datetime]:
    return [NOW - timedelta(hours=hours * number) for number in range(int(days * 24 / hours))]


def test_a_year_of_six_hours_is_kept_by_the_rule():
    kept = rotation.kept(every(6, 400), NOW, Rule(), UTC)
    assert len([at for at in kept if at > NOW - timedelta(days=2)]) == 8
    days = {(NOW.date() - at.date()).days for at in kept}
    weeks = {at.isocalendar()[:2] for at in kept if at > NOW - timedelta(days=8 * 7)}
    months = {(at.year, at.month) for at in kept}
    assert {*range(14)} <= days
    assert (len(weeks), len(months)) == (8, 12)
    assert len(kept) == 34  # some days are the newest of their week, some weeks of their month


def test_what_was_kept_once_leads_to_the_same_set_again():
    """Rotating every six hours for a year comes to what one rotation of all would: nothing is let go too early."""
    there: set[datetime] = set()
    for at in sorted(every(6, 400)):
        there = rotation.kept(there | {at}, at, Rule(), UTC)
    assert there == rotation.kept(every(6, 400), NOW, Rule(), UTC)


def test_a_clinic_that_was_closed_loses_nothing_by_it():
    times = [at - timedelta(days=60) for at in every(24, 10)]
    assert rotation.kept(times, NOW, Rule(), UTC) == set(times)


@pytest.mark.parametrize("rule", [Rule(0, 0, 0, 0), Rule()])
def test_the_newest_stays_whatever_the_rule(rule):
    old = NOW - timedelta(days=3000)
    assert old in rotation.kept([old], NOW, rule, UTC)
    assert rotation.kept([], NOW, rule, UTC) == set()


@pytest.mark.parametrize("text", ["1", "1,2,3", "a,b,c,d", "1,2,3,-4", "1,2,3,4,5"])
def test_a_rule_of_nonsense_is_refused(text):
    with pytest.raises(ValueError, match="2,14,8,12"):
        Rule.of(text)


def test_a_rule_from_the_environment():
    assert Rule.of("3,7,4,6") == Rule(3, 7, 4, 6)
    assert Rule.of(" ") == Rule()
