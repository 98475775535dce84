"""The panel of the day's alerts: by what a person may see, until somebody has seen it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from notifications.models import Alert
from tests import factories

LAPSING = "Acne plan lapses"


@pytest.fixture
def alert(world):
    def make(kind="low_stock", text="Gel: 9 left", at=None, days=0, **changes):
        return Alert.objects.create(
            branch=at or world.branch,
            kind=kind,
            subject_id=compat.uuid7(),
            raised_on=timezone.localdate() + datetime.timedelta(days=days),
            text=text,
            url="/inventory/",
            **changes,
        )

    return make


def page(client):
    return client.get(reverse("alert-list")).content.decode()


def test_each_sees_what_concerns_them(sign_in, alert, world):
    customer = factories.customer(world.branch, world.receptionist, full_name="Sneha Hegde")
    alert(text="Gel: 9 left")
    alert(kind="lapsing", text=LAPSING, customer=customer)
    owner = page(sign_in(world.owner))
    assert "Gel: 9 left" in owner and LAPSING in owner and "Sneha Hegde" in owner
    desk = page(sign_in(world.receptionist))
    assert "Gel: 9 left" not in desk and LAPSING in desk


def test_only_todays_and_only_of_this_branch(sign_in, alert, world):
    alert(text="of yesterday", days=-1)
    alert(text="of elsewhere", at=world.elsewhere)
    assert "Nothing needs attention" in page(sign_in(world.owner))


def test_seen_by_somebody_is_gone(sign_in, alert, world):
    client = sign_in(world.owner)
    raised = alert()
    response = client.post(reverse("alert-seen", args=[raised.pk]))
    assert response["Location"] == reverse("alert-list")
    raised.refresh_from_db()
    first = raised.seen_at
    assert raised.seen_by == world.owner
    assert "Nothing needs attention" in page(client)
    client.post(reverse("alert-seen", args=[raised.pk]))
    raised.refresh_from_db()
    assert raised.seen_at == first


def test_the_panel_answers_with_itself_and_the_first_few(sign_in, alert, world):
    client = sign_in(world.owner)
    raised = [alert(text=f"Item {number}") for number in range(9)]
    headers = {"HX-Request": "true", "HX-Target": "alert-list"}
    panel = client.post(reverse("alert-seen", args=[raised[8].pk]), headers=headers).content.decode()
    assert "<html" not in panel
    assert "All 8 alerts" in panel
    assert "Item 7" in panel and "Item 8" not in panel and "Item 0" not in panel


@pytest.mark.parametrize("who", ["receptionist", "colleague"])
def test_what_one_may_not_see_one_can_not_close(sign_in, alert, world, who):
    raised = alert()
    client = sign_in(getattr(world, who))
    assert client.post(reverse("alert-seen", args=[raised.pk])).status_code == 404
    raised.refresh_from_db()
    assert raised.seen_at is None


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_stay_the_same(sign_in, alert, world, rows, django_assert_max_num_queries):
    for _row in range(rows):
        alert(kind="lapsing", customer=factories.customer(world.branch, world.receptionist))
    client = sign_in(world.owner)
    with django_assert_max_num_queries(7):
        client.get(reverse("alert-list"))


def test_the_bell_loads_the_count_of_what_one_may_see(sign_in, alert, world):
    for number in range(3):
        alert(text=f"Item {number}")
    headers = {"HX-Request": "true", "HX-Target": "bar-alert-list"}
    client = sign_in(world.owner)
    assert 'hx-get="/messages/alerts/"' in client.get(reverse("item-list")).content.decode()
    counted = client.get(reverse("alert-list"), headers=headers).content.decode()
    assert ">3<" in counted and "Item" not in counted
    seen = client.post(
        reverse("alert-seen", args=[Alert.objects.first().pk]), headers=headers | {"HX-Target": "alert-list"}
    )
    assert "alert-list-counted" in seen["HX-Trigger"]
    nothing = sign_in(world.receptionist).get(reverse("alert-list"), headers=headers)
    assert nothing.content.strip() == b""
