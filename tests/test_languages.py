"""What one person writes others read: nothing kept, printed or handed out is in the language of whoever wrote it.

Hindi is played here: each translation into it stands in rare brackets, and a Hindi speaker does all there is to do.
"""

import io
import re
import zipfile

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from clinic import press
from clinic.permissions import Permission
from staff.models import User
from tests.factories import everything
from tests.factories.forms import every_form, stage
from tests.isolation import undone
from tests.test_permission_walk import OURS, address

BACKEND = "staff.backends.EmailOrUsername"
MARK, HINDI = "⟦", "hi"
#: Of the reader's own session: what is told after a form.
MAY = {"staff_session"}
#: Values in a page's fields that stay with the reader; everything else would be sent back and kept.
TYPED = re.compile(
    rf"""<input(?![^>]*type="(?:submit|button|reset)")[^>]*\svalue="[^"]*{MARK}[^"]*"
    |<option[^>]*\svalue="[^"]*{MARK}[^"]*"|<textarea[^>]*>[^<]*{MARK}
    |(?:href|hx-get|hx-post|action)="[^"]*(?:{MARK}|%E2%9F%A6)[^"]*\"""",
    re.VERBOSE,
)


@pytest.fixture
def marked(monkeypatch):
    """Hindi as each English sentence in brackets."""

    def mark(name):
        real = getattr(translation._trans, name)

        def translated(*args):
            said = real(*args)
            return f"{MARK}{said}⟧" if said.strip() and translation.get_language() == HINDI else said

        return translated

    for name in ("gettext", "pgettext", "ngettext", "npgettext"):
        monkeypatch.setattr(translation._trans, name, mark(name))


@pytest.fixture
def drawn(monkeypatch):
    pages = []
    monkeypatch.setattr(press, "draw", lambda page, *_sheets, **_more: pages.append(page) or b"%PDF-")
    return pages


@pytest.fixture
def reader(marked, world, client):
    User.objects.filter(pk=world.owner.pk).update(language=HINDI)
    client.force_login(world.owner, backend=BACKEND)
    client.raise_request_exception = False
    return client


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND NOT relispartition"
        )
        return sorted(name for (name,) in cursor.fetchall() if name not in MAY)


def kept(among: list[str]) -> list[tuple[str, str]]:
    """Where the mark stands in the database, as (table.column, what is written); the audit repeats other tables."""
    asked = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name} WHERE {name}::text LIKE '%{MARK}%')"
        for name in among
    )
    found = []
    with connection.cursor() as cursor:
        cursor.execute(asked)
        for (name,) in cursor.fetchall():
            cursor.execute(f"SELECT * FROM {name} WHERE {name}::text LIKE '%{MARK}%'")
            columns = [column.name for column in cursor.description]
            found += [
                (f"{name}.{column}", str(value)[:200])
                for row in cursor.fetchall()
                for column, value in zip(columns, row, strict=True)
                if MARK in str(value)
            ]
    plain = [each for each in found if not each[0].startswith("clinic_audit")]
    return plain or found


def test_the_mark_would_be_found(world, marked):
    with translation.override(HINDI):
        planted = str(Permission.LEAVE_APPROVE.label)
    User.objects.filter(pk=world.owner.pk).update(full_name=planted)
    assert kept(tables()) == [("staff_user.full_name", planted)]
    assert TYPED.search(f'<input type="text" name="a" value="{planted}">')
    assert not TYPED.search(f'<input type="submit" value="{planted}">')


def test_verbs_keep_plain_words(world, marked, drawn):
    with translation.override(HINDI):
        every_form(stage(world.branch, world.receptionist))
        everything.one_of_everything(world.branch, by=world.owner, name="Somebody")
        everything.issued_invoice(world.branch, by=world.owner)
    wrong = [f"{where}: {said}" for where, said in kept(tables())]
    assert not wrong, "\n".join(wrong)


def test_forms_keep_plain_words(reader, world, drawn):
    forms, among, wrong = every_form(stage(world.branch, world.receptionist)), tables(), []
    for name, form in forms.items():
        reader.force_login(world.owner, backend=BACKEND)
        with undone():
            reader.post(form.url, form.body)
            wrong += [f"{name}: {where}: {said}" for where, said in kept(among)]
    wrong += [f"drawn: {around(page)}" for page in drawn if MARK in page]
    assert not wrong, "\n".join(wrong)


def around(text: str) -> str:
    return text[max(0, text.index(MARK) - 40) :][:120]


def test_what_leaves_a_page_is_plain(reader, world, drawn):
    """Papers, files and what a page's fields would send back."""
    found = everything.one_of_everything(world.branch, by=world.owner, name="Somebody")
    wrong = []
    for place in OURS:
        reader.force_login(world.owner, backend=BACKEND)
        drawn.clear()
        with undone():
            answer = reader.get(address(place, found))
            wrong += [f"{place.name}: {where}: {said}" for where, said in kept(["billing_paper"])]
        wrong += [f"{place.name} draws {around(page)}" for page in drawn if MARK in page]
        wrong += [f"{place.name}: {each}" for each in leaving(answer)]
        if answer.status_code >= 500:
            wrong.append(f"{place.name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def leaving(answer) -> list[str]:
    content = answer.getvalue() if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/html"):
        return [found[0][-150:] for found in TYPED.finditer(content.decode())]
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    text = content.decode(errors="ignore")
    return [around(text)] if MARK in text else []


def test_a_page_is_in_the_reader_s_language(reader, world):
    assert f"<h1>{MARK}" in reader.get(reverse("leave-list")).content.decode()
