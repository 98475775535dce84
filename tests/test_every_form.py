"""What holds for every form: it is accepted as its page sends it, and sending it again has no second effect."""

import pytest
from django.urls import reverse
from uuid_utils import compat

from clinic.models import AuditRow, Event, IdempotencyKey
from tests.factories.forms import every_form, stage
from tests.isolation import undone
from tests.test_permission_walk import OURS, Place

BACKEND = "staff.backends.EmailOrUsername"
PLACES = {place.name: place for place in OURS}
#: About the session alone (see the sign-in tests), or chosen anew each time; and each look at a national id is noted by itself.
REPEATABLE = {"sign-in", "sign-out", "switch-branch", "customer-show-identity", "pin-set"}
#: Forms without a key that create rows all the same, and what makes the second click harmless.
SAFE_WITHOUT_KEY = {
    "pay-page": "one payment is booked once; the second is told that it is settled",
    "sign-in": "a browser is known once for each person",
    "set-password": "the same",
    "pin-set": "a person has one PIN; the second click sets it again",
    "authenticator-begin": "finds the secret that the first click has made",
    "invoice-new": "finds the draft that the first click has begun",
    "appointment-confirm": "the transition table refuses it in the state it leads to",
    "appointment-check-in": "the same",
    "appointment-start": "the same",
    "appointment-no-show": "the same",
    "appointment-undo-check-in": "the same",
    "appointment-reinstate": "the same",
    "appointment-waitlist": "the same",
    "offer-decline": "an offer has one answer; the second is told which",
    "offer-message": "finds the message that the first click has written",
    "session-message": "finds the message that the first click has written",
    "follow-up-message": "finds the message that the first click has written",
    "billpaper-send": "finds the message that the first click has written",
    "appointment-enter-queue": "the same",
    "time-off-move": "each visit carries the version it was looked at with; one that is as wished is left alone",
    "outage-move": "the same",
    "practitioner-move": "the same",
}


#: Takes no page's form but a gateway's bytes, signed as a whole: see tests/billing/test_online.py.
SIGNED = {"pay-webhook"}


@pytest.fixture
def forms(world):
    return every_form(stage(world.branch, world.receptionist))


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


def written(since: int) -> list[tuple[str, str]]:
    """What was created, changed or deleted, bookkeeping of requests apart."""
    return list(
        AuditRow.objects.changes().filter(pk__gt=since).order_by("pk").values_list("table_name", "action")
    )


def latest() -> int:
    return AuditRow.objects.changes().order_by("-pk").values_list("pk", flat=True).first()


def takes_a_form(client, place: Place) -> bool:
    unknown = dict.fromkeys(place.parameters, compat.uuid7())
    return client.post(reverse(place.name, kwargs=unknown)).status_code != 405


def test_every_url_that_takes_a_form_is_tried_here(owner, world, forms):
    taking = set()
    for place in OURS:
        owner.force_login(world.owner, backend=BACKEND)
        if takes_a_form(owner, place):
            taking.add(place.name)
    assert taking - SIGNED == set(forms)


def test_each_works_and_a_second_click_changes_nothing(owner, world, forms):
    """Answered alike where the form carries a key; refused, or without effect, where its state forbids it."""
    wrong = []
    for name, form in forms.items():
        owner.force_login(world.owner, backend=BACKEND)
        with undone():
            first = owner.post(form.url, form.body)
            assert first.status_code < 400, (name, first.content)
            before, events, keys = latest(), Event.objects.count(), IdempotencyKey.objects.count()
            again = owner.post(form.url, form.body)
            after = (written(before), Event.objects.count() - events, IdempotencyKey.objects.count() - keys)
        keyed = getattr(PLACES[name].view, "once", False)
        if name not in REPEATABLE and after != ([], 0, 0):
            wrong.append((name, after))
        if keyed and (again.status_code, again["Location"]) != (302, first["Location"]):
            wrong.append((name, again.status_code))
        if again.status_code not in (200, 302, 303, 404, 409, 422):
            wrong.append((name, again.status_code))
    assert wrong == []


def test_what_creates_rows_carries_a_key(owner, world, forms):
    keyless = set()
    for name, form in forms.items():
        owner.force_login(world.owner, backend=BACKEND)
        before = latest()
        with undone():
            owner.post(form.url, form.body)
            creates = any(action == "I" for _table, action in written(before))
        if creates and not getattr(PLACES[name].view, "once", False):
            keyless.add(name)
    assert keyless == set(SAFE_WITHOUT_KEY)


def test_a_guarded_form_without_its_key_does_nothing(owner, forms):
    for name, form in forms.items():
        if not getattr(PLACES[name].view, "once", False):
            continue
        body = {field: value for field, value in form.body.items() if field != "idempotency_key"}
        before = latest()
        assert owner.post(form.url, body).status_code == 409, name
        assert written(before) == [], name


def test_a_key_is_good_for_one_form_only(owner, forms):
    """Another form, or the same with other values, does nothing under a key that has been used."""
    used = forms["stock-adjust"]
    assert owner.post(used.url, used.body).status_code == 302
    for name, form in forms.items():
        if getattr(PLACES[name].view, "once", False):
            before = latest()
            body = form.body | {"idempotency_key": used.body["idempotency_key"], "note": "changed"}
            assert owner.post(form.url, body).status_code == 409, name
            assert written(before) == [], name
