"""The first answer to a form's key is the only one."""

import threading
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.shortcuts import redirect
from django.test import RequestFactory

from clinic.idempotency import once
from clinic.models import Holiday, IdempotencyKey
from clinic.refusals import Refusal


def post(user, *, key=None, **body):
    request = RequestFactory().post("/things/", {"idempotency_key": key or uuid.uuid4(), **body})
    request.user = user
    request.htmx = False
    return request


@pytest.fixture
def create(world):
    """A view that adds a holiday, and refuses a nameless one the way a form does."""

    @once
    def view(request):
        if not request.POST.get("name"):
            return HttpResponse("name is missing", status=422)
        Holiday.objects.create(
            branch=world.branch, day=f"2030-01-{Holiday.objects.count() + 1:02d}", name=request.POST["name"]
        )
        return redirect("/things/1/")

    return view


def made(world) -> int:
    return Holiday.objects.filter(branch=world.branch, day__year=2030).count()


def test_a_replay_gets_the_same_answer_and_has_no_effect(world, create):
    key = uuid.uuid4()
    first = create(post(world.owner, key=key, name="Holi"))
    again = create(post(world.owner, key=key, name="Holi"))
    assert (
        (first.status_code, first["Location"])
        == (again.status_code, again["Location"])
        == (302, "/things/1/")
    )
    assert made(world) == 1


def test_the_same_key_with_another_body_is_refused(world, create):
    key = uuid.uuid4()
    create(post(world.owner, key=key, name="Holi"))
    with pytest.raises(Refusal):
        create(post(world.owner, key=key, name="Diwali"))
    assert made(world) == 1


def test_after_a_422_the_corrected_form_may_use_its_key(world, create):
    key = uuid.uuid4()
    assert create(post(world.owner, key=key, name="")).status_code == 422
    assert create(post(world.owner, key=key, name="Holi")).status_code == 302
    assert made(world) == 1


def test_keys_belong_to_a_person(world, create):
    key = uuid.uuid4()
    create(post(world.owner, key=key, name="Holi"))
    create(post(world.receptionist, key=key, name="Holi"))
    assert made(world) == 2


def test_a_form_without_a_key_is_refused(world, create):
    with pytest.raises(Refusal):
        create(post(world.owner, key="no-uuid", name="Holi"))


def test_reading_needs_no_key(world, create):
    request = RequestFactory().get("/things/")
    request.user = AnonymousUser()
    request.htmx = False
    assert create(request).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_five_at_once_have_one_effect(world, create):
    from django.db import connection

    key, answers = uuid.uuid4(), []

    def send():
        try:
            answers.append(create(post(world.owner, key=key, name="Holi")).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302] * 5
    assert made(world) == 1
    assert IdempotencyKey.objects.count() == 1
