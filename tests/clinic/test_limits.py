"""Whoever asks too often for what is costly waits a little; nobody else does."""

import pytest
import time_machine
from django.conf import settings as current
from django.urls import reverse
from django.utils import timezone

import clinic.settings
from clinic.limits import Cost, _items, _store, seconds_to_wait
from clinic.models import AuditRow
from tests import factories
from tests.test_permission_walk import OURS

FEW = dict.fromkeys(("file", "paper", "batch", "search", "record", "write"), "2/minute")


@pytest.fixture(autouse=True)
def few(settings):
    settings.LIMITS = FEW
    _store.cache_clear()  # else one test would count the asking of another


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


def taken(client, name="customer-export", **more) -> int:
    response = client.get(reverse(name), **more)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def test_the_third_file_within_a_minute_waits(owner):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert [taken(owner), taken(owner)] == [200, 200]
        refused = owner.get(reverse("customer-export"))
        assert (refused.status_code, refused["Cache-Control"]) == (429, "no-store")
        assert "You took out many files within a short time." in refused.content.decode()
        assert 1 <= int(refused["Retry-After"]) <= 60
        assert f"wait {refused['Retry-After']} seconds" in refused.content.decode()
        clock.shift(int(refused["Retry-After"]) + 60)
        assert taken(owner) == 200


def test_what_was_refused_went_out_to_nobody(owner):
    for _each in range(4):
        taken(owner)
    assert AuditRow.objects.filter(action=AuditRow.Action.EXPORT).count() == 2


def test_each_person_is_counted_for_themselves(owner, world, client):
    """All of a clinic come from one address."""
    assert [taken(owner) for _each in range(3)] == [200, 200, 429]
    colleague = factories.person(world.branch, "owner", username="second-owner")
    client.force_login(colleague, backend="staff.backends.EmailOrUsername")
    assert taken(client) == 200


def test_one_kind_does_not_use_up_another(owner):
    assert [taken(owner) for _each in range(3)] == [200, 200, 429]
    assert taken(owner, "customer-list") == 200
    assert owner.get("/search/?q=priya").status_code == 200


@pytest.mark.parametrize("address", ["/search/?q=pri", "/customers/?q=pri", "/billing/?q=pri"])
def test_words_to_look_for_are_a_search_wherever_they_stand(owner, address):
    assert [owner.get(address).status_code for _each in range(3)] == [200, 200, 429]
    assert owner.get(address.partition("?")[0]).status_code == 200, "the page itself stays open"


def test_a_part_of_a_page_says_it_as_a_message(owner):
    for _each in range(2):
        owner.get("/search/?q=pri", headers={"HX-Request": "true"})
    refused = owner.get("/search/?q=pri", headers={"HX-Request": "true"})
    assert (refused.status_code, refused["HX-Retarget"]) == (429, "#messages")
    assert "You searched many times" in refused.content.decode()
    assert "<html" not in refused.content.decode()


def test_a_batch_counts_when_it_is_sent(owner):
    address = reverse("import-new", args=["customers"])
    assert [owner.get(address).status_code for _each in range(3)] == [200, 200, 200]
    sent = [owner.post(address, {"idempotency_key": f"k{number}"}).status_code for number in range(3)]
    assert sent[2] == 429
    assert 429 not in sent[:2]


def test_records_and_forms_one_after_the_other(owner, world):
    """Whoever would copy the patients page by page, or fill the books with a script."""
    customer = reverse("customer-detail", args=[factories.customer(world.branch, world.owner).pk])
    assert [owner.get(customer).status_code for _each in range(3)] == [200, 200, 429]
    sent = [
        owner.post("/customers/new/", {"idempotency_key": f"w{number}"}).status_code for number in range(3)
    ]
    assert sent == [409, 409, 429]  # keys that no page gave out


def test_strangers_are_counted_by_their_address(db, client, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    one, other = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "192.0.2.2"}
    address = reverse("paper-file", args=["no-such-paper"])
    assert [client.get(address, headers=one).status_code for _each in range(3)] == [404, 404, 429]
    assert client.get(address, headers=other).status_code == 404


def test_without_redis_the_desk_goes_on(owner, settings):
    settings.LIMITS_STORE = "redis://127.0.0.1:9/0"  # nobody listens there
    assert [taken(owner) for _each in range(3)] == [200, 200, 200]


def test_every_file_and_paper_has_its_cost():
    """What leaves a row for a file or a paper is limited by that; these are the others."""
    costing = {place.name: place.view.costs for place in OURS if hasattr(place.view, "costs")}
    assert {name for name, cost in costing.items() if cost is Cost.BATCH} >= {
        "printrun-new", "import-new", "import-start", "backup-make",
    }  # fmt: skip
    files = {name for name in (place.name for place in OURS) if name.endswith("-export")}
    assert len(files) > 5
    assert {costing.get(name) for name in files} == {Cost.FILE}
    papers = {name for name in (place.name for place in OURS) if name.endswith("-print")}
    assert len(papers) > 5
    assert {costing.get(name) for name in papers} == {Cost.PAPER}


def test_the_real_limits_can_be_read_and_are_no_hindrance_by_hand():
    real = clinic.settings.LIMITS
    assert set(real) == {cost.value for cost in Cost}
    assert current.LIMITS is FEW
    for allowed in real.values():
        assert all(item.amount >= 6 for item in _items(allowed))


def test_a_kind_without_a_limit_is_free(settings):
    settings.LIMITS = {}
    assert [seconds_to_wait(Cost.FILE, "somebody") for _each in range(5)] == [0] * 5
