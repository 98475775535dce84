"""A parameter that is sent twice: the last one counts, everywhere, in the query and in a form (Django's QueryDict).

Fields that take several take both and say so of what they don't know. A query adds nothing to a form.
Tried on a part of the pages and forms, the same part in every run.
"""

from django.utils.http import urlencode

from clinic.models import AuditRow
from customers.models import Customer
from tests.factories.forms import every_form
from tests.isolation import undone
from tests.test_malformed_input import ids, judge, read_by, read_out, sensible, signed_in
from tests.test_permission_walk import OURS, address

EVERY_PAGE, EVERY_FORM = 4, 3
JUNK = "sent first"


def test_of_a_query_the_last_counts(client, world, on, monkeypatch):
    signed_in(client, world.owner)
    known, wrong, tried = sensible(on), [], 0
    for place in OURS[::EVERY_PAGE]:
        if place.name == "sign-out":
            continue
        url = address(place, ids(on))
        names = read_by(client, place, url, monkeypatch)
        right = {name: str(known.get(name, "1")) for name in names}
        for name in names:
            with undone():
                once = client.get(url, right)
                read_out(once)
            doubled = [(name, JUNK), *right.items()]
            with undone():
                twice = client.get(f"{url}?{urlencode(doubled)}")
            tried += 1
            wrong += judge(twice, place.name, name)
            if twice.status_code != once.status_code:
                wrong.append((place.name, name, once.status_code, twice.status_code))
    assert tried > 100
    assert wrong == []


def effect(client, url: str, body) -> tuple[int, list[tuple[str, str]]]:
    """The status, and which rows of which tables were written; taken back."""
    before = AuditRow.objects.order_by("-id").values_list("pk", flat=True).first() or 0
    with undone():
        response = client.post(url, body)
        read_out(response)
        wrote = AuditRow.objects.changes().filter(pk__gt=before).values_list("table_name", "action")
        return response.status_code, sorted(wrote)


def test_of_a_form_the_last_counts_and_nothing_happens_twice(client, world, on):
    wrong, changed = [], 0
    for form in list(every_form(on).values())[::EVERY_FORM]:
        body = form.with_key()
        plain = {name: value for name, value in body.items() if isinstance(value, str | int)}
        ways = {
            "twice": (form.url, body | {name: [JUNK, value] for name, value in plain.items()}),
            "the same twice": (form.url, body | {name: [value, value] for name, value in plain.items()}),
            "in the query": (f"{form.url}?{urlencode(dict.fromkeys(plain, JUNK))}", body),
        }
        signed_in(client, world.owner)
        once = effect(client, form.url, body)
        changed += bool(once[1])
        for way, sent in ways.items():
            if form.leads_on:
                signed_in(client, world.owner)
            status, wrote = effect(client, *sent)
            if status >= 500 or (wrote and wrote != once[1]):
                wrong.append((form.name, way, once, status, wrote))
    assert changed > 30
    assert wrong == []


def test_the_last_is_what_is_kept(client, world, on):
    form = every_form(on)["customer-new"]
    signed_in(client, world.owner)
    client.post(form.url, form.with_key() | {"full_name": ["Sent First", "Sent Last"]})
    names = set(Customer.objects.values_list("full_name", flat=True))
    assert "Sent Last" in names and "Sent First" not in names
