"""Events: recorded with the change, told once to each subscriber, whatever fails in between."""

import pytest

from clinic import events
from clinic.models import Delivery, Event


@pytest.fixture
def heard(monkeypatch):
    monkeypatch.setattr(events, "_subscribers", {})
    seen: list[str] = []
    events.subscribe("thing.happened", "listener", lambda event: seen.append(event.verb))
    return seen


def record(world) -> Event:
    return events.record(
        "thing.happened", subject=world.branch, by=world.owner, branch_id=world.branch.pk, count=1
    )


def test_an_event_is_told_once(world, heard):
    event = record(world)
    events.deliver(event.pk)
    events.deliver(event.pk)
    assert heard == ["thing.happened"]


def test_a_second_worker_finds_the_delivery_already_made(world, heard):
    event = record(world)
    Delivery.objects.create(event_id=event.pk, subscriber="listener")
    events.deliver(event.pk)
    assert heard == []
    assert Event.objects.get(pk=event.pk).delivered_at is not None


def test_one_failing_subscriber_holds_up_nobody_and_hears_later(world, heard):
    broken = [True]

    def fails_once(event: Event) -> None:
        if broken:
            raise RuntimeError("not yet")

    events.subscribe("thing.happened", "moody", fails_once)
    event = record(world)
    events.deliver(event.pk)
    assert heard == ["thing.happened"]
    assert Event.objects.get(pk=event.pk).delivered_at is None
    broken.clear()
    events.deliver_pending()
    assert heard == ["thing.happened"]
    assert Event.objects.get(pk=event.pk).delivered_at is not None


def test_what_a_failing_subscriber_wrote_is_undone(world, heard):
    def writes_then_fails(event: Event) -> None:
        world.branch.trade_name = "Half done"
        world.branch.save()
        raise RuntimeError

    events.subscribe("thing.happened", "half", writes_then_fails)
    events.deliver(record(world).pk)
    world.branch.refresh_from_db()
    assert world.branch.trade_name != "Half done"


def test_with_the_broker_gone_the_desk_goes_on(world, heard, monkeypatch, django_capture_on_commit_callbacks):
    from clinic import tasks

    tries = []

    def unreachable(*args, **kwargs):
        tries.append(1)
        raise ConnectionError

    monkeypatch.setattr(tasks.deliver, "apply_async", unreachable)
    monkeypatch.setattr(events, "_silent_until", 0.0)
    with django_capture_on_commit_callbacks(execute=True):
        record(world)
        record(world)
    assert len(tries) == 1, "after one failure the broker is left alone for a while"
    assert events.deliver_pending() >= 2
    assert heard == ["thing.happened"] * 2
