"""Views of a list that a person keeps: save, apply, rename, delete; nobody else's."""

import pytest
from django.urls import reverse
from uuid_utils import compat

from staff.models import SavedView

SAVE = reverse("saved-view-save")


def body(**changes: str) -> dict[str, str]:
    values = {"page": "customer-list", "query": "show=due&sort=-due", "name": "Who owes"}
    return values | {"idempotency_key": str(compat.uuid7())} | changes


def test_what_is_kept_is_the_filters_never_the_words_or_the_page(desk, world):
    answer = desk.post(SAVE, body(query="sort=-due&page=3&show=due&q=priya&gender="))
    view = SavedView.objects.get()
    assert (view.user, view.query, view.name) == (world.receptionist, "show=due&sort=-due", "Who owes")
    assert answer["Location"] == "/customers/?show=due&sort=-due"


def test_the_same_name_again_replaces_and_stays_one(desk):
    desk.post(SAVE, body())
    desk.post(SAVE, body(name="who OWES", query="show=packages"))
    assert [(view.name, view.query) for view in SavedView.objects.all()] == [("who OWES", "show=packages")]


def test_a_double_click_keeps_one(desk):
    twice = body()
    assert {desk.post(SAVE, twice)["Location"] for _ in range(2)} == {"/customers/?show=due&sort=-due"}
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"name": "x" * 41}, {"page": "nonsense"}, {"page": "customer-detail"}, {"page": "//evil"}]
)  # fmt: skip
def test_what_cannot_be_kept(desk, changes):
    assert desk.post(SAVE, body(**changes)).status_code == 422
    assert not SavedView.objects.exists()


def test_renaming_and_deleting(desk):
    for name in ("One", "Two"):
        desk.post(SAVE, body(name=name, query=f"show={name}"))
    one = SavedView.objects.get(name="One")
    rename = reverse("saved-view-rename", args=[one.pk])
    taken = desk.post(rename, {"name": "TWO"})
    assert taken.status_code == 422
    assert "another view called TWO" in taken.content.decode()
    assert desk.post(rename, {"name": "First"})["Location"] == "/customers/?show=One"
    desk.post(reverse("saved-view-delete", args=[one.pk]))
    assert [view.name for view in SavedView.objects.all()] == ["Two"]


def test_nobody_touches_the_views_of_another(sign_in, desk, world):
    desk.post(SAVE, body())
    view = SavedView.objects.get()
    other = sign_in(world.owner)
    assert other.post(reverse("saved-view-rename", args=[view.pk]), {"name": "x"}).status_code == 404
    assert other.post(reverse("saved-view-delete", args=[view.pk])).status_code == 404
    assert SavedView.objects.get() == view


def test_twenty_are_enough(desk):
    for number in range(20):
        desk.post(SAVE, body(name=f"View {number}"))
    assert desk.post(SAVE, body(name="One more")).status_code == 409
    assert desk.post(SAVE, body(name="View 3", query="show=due")).status_code == 302
