"""Every parameter that a page reads and every field of every form, with what nobody should send: never a 5xx.

Each gets a part of the payloads here, the same part in every run; `python -m tests.fuzz` tries any of them anywhere.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from django.http import QueryDict
from django.test import Client

from billing import links
from tests.factories import everything
from tests.factories.forms import Form, every_form
from tests.isolation import undone
from tests.payloads import PAYLOADS, unsafe_echoes
from tests.test_permission_walk import OURS, Place, address

BACKEND = "staff.backends.EmailOrUsername"
PAGE_STEP, FORM_STEP = 75, 230  # each parameter gets every 75th payload, the next one beginning one later


@contextmanager
def noting(monkeypatch) -> Iterator[set[str]]:
    """The names that are asked of a query string meanwhile."""
    names: set[str] = set()

    def note(method: str) -> None:
        real = getattr(QueryDict, method)

        def noted(self, key, *rest):
            names.add(key)
            return real(self, key, *rest)

        patch.setattr(QueryDict, method, noted)

    with monkeypatch.context() as patch:
        for method in ("get", "__getitem__", "__contains__", "getlist"):
            note(method)
        yield names


def read_by(client: Client, place: Place, url: str, monkeypatch) -> list[str]:
    with noting(monkeypatch) as names:
        read_out(client.get(url))
    return sorted(names - {"csrfmiddlewaretoken"})


def sensible(on) -> dict[str, str]:
    """Values that lead a page past its first question, by the names of parameters."""
    day = str(on.scheduled.starts_at.date())
    return {
        "customer": on.customer.pk, "practitioner": on.doctor.pk, "treatment": on.treatment.pk, "day": day,
        "what": f"treatment:{on.treatment.pk}", "time": "10:00", "item": on.item.pk,
    }  # fmt: skip


def read_out(response) -> None:
    """To its end, which closes the file that it comes from."""
    if response.streaming:
        b"".join(response.streaming_content)


def judge(response, *about) -> list[tuple]:
    wrong = []
    if response.status_code >= 500:
        wrong.append((*about, response.status_code))
    if "evil" in response.cookies or "\n" in response.headers.get("Location", ""):
        wrong.append((*about, "split header"))
    read_out(response)
    if not response.streaming:
        wrong += [(*about, echo) for echo in unsafe_echoes(response.content.decode(errors="replace"))]
    return wrong


def signed_in(client: Client, user) -> Client:
    client.force_login(user, backend=BACKEND)
    client.raise_request_exception = False
    return client


@functools.lru_cache(maxsize=1)
def ids(on) -> dict:
    """One of everything beside what stands on the stage, by the URLs' own names."""
    found = everything.one_of_everything(on.branch, by=on.by, name="Walked through")
    return found | {
        "customer": on.customer.pk, "appointment": on.scheduled.pk, "item": on.item.pk, "stock": on.batch.pk,
        "invoice": on.draft.pk, "billpaper": on.unpaid.pk, "token": links.token(on.unpaid, links.last_day(on.unpaid)),
        "line_pk": on.draft.lines.first().pk, "message": on.message.pk, "alert": on.alert.pk, "queue": on.waiting.pk,
        "practitioner": on.doctor.pk, "charge": on.charge.pk, "follow": on.asked.pk, "waitlist": on.waitlisted.pk,
        "availability": on.doctor.pk, "treatment": on.treatment.pk,
    }  # fmt: skip


@pytest.mark.parametrize(("who", "offset"), [("owner", 0), ("receptionist", 4)])
def test_no_parameter_breaks_a_page(client, world, on, monkeypatch, who, offset):
    signed_in(client, getattr(world, who))
    turn, wrong, read = count(offset), [], set()
    known = sensible(on)
    for place in OURS:
        url = address(place, ids(on))
        names = read_by(client, place, url, monkeypatch)
        read |= {(place.name, name) for name in names}
        for name in names:
            others = {other: known[other] for other in names if other in known}
            for payload in PAYLOADS[next(turn) % PAGE_STEP :: PAGE_STEP]:
                with undone():
                    wrong += judge(client.get(url, others | {name: payload}), place.name, name, payload[:40])
    assert ("appointment-list", "day") in read
    assert ("customer-options", "q") in read
    assert wrong == []


@pytest.mark.parametrize(("who", "offset"), [("owner", 2), ("receptionist", 7)])
def test_no_field_breaks_a_form(client, world, on, who, offset):
    user = getattr(world, who)
    turn, wrong = count(offset), []
    for form in every_form(on).values():
        signed_in(client, user)
        for name in form.body:
            for payload in PAYLOADS[next(turn) % FORM_STEP :: FORM_STEP]:
                wrong += judge(sent(client, form, name, payload), form.name, name, payload[:40])
        if form.leads_on:
            signed_in(client, user)
    assert wrong == []


def sent(client: Client, form: Form, name: str, payload: str):
    with undone():
        body = form.with_key() | {name: [payload, payload] if payload == "[]" else payload}
        return client.post(form.url, body)
