"""What beat runs exists, and the nightly tidying works with the application's own rights."""

import datetime
import uuid

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from clinic import tasks, wsgi
from clinic.celery import app
from clinic.models import IdempotencyKey
from staff.models import Session


@pytest.mark.parametrize("name", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_every_scheduled_task_exists(name):
    app.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE[name]["task"] in app.tasks


@pytest.mark.django_db
def test_tidying_forgets_what_is_over_and_keeps_the_rest():
    now = timezone.now()
    old = IdempotencyKey.objects.create(person_id=uuid.uuid4(), key=uuid.uuid4(), path="/", body_hash="")
    IdempotencyKey.objects.filter(pk=old.pk).update(created_at=now - datetime.timedelta(hours=49))
    young = IdempotencyKey.objects.create(person_id=uuid.uuid4(), key=uuid.uuid4(), path="/", body_hash="")
    Session.objects.create(session_key="over", session_data="", expire_date=now - datetime.timedelta(days=1))
    tasks.tidy()
    assert list(IdempotencyKey.objects.values_list("pk", flat=True)) == [young.pk]
    assert not Session.objects.filter(session_key="over").exists()


@pytest.mark.django_db
def test_the_audits_next_months_are_made_by_the_application_which_has_no_ddl():
    with connection.cursor() as cursor:
        cursor.execute("SELECT clinic_audit_make_months(14)")
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'clinic_audit'::regclass")
        assert cursor.fetchone()[0] >= 15


@pytest.mark.parametrize("name", ["SECRET_KEY", "SEALING_KEYS", "INDEX_KEY"])
def test_nothing_is_served_with_the_key_that_everybody_knows(settings, name):
    known = settings.KEY_FOR_COMMANDS
    settings.SECRET_KEY, settings.SEALING_KEYS, settings.INDEX_KEYS = "a", ["b"], ["c"]
    wsgi.refuse_known_key()
    setattr(
        settings,
        *{"SECRET_KEY": ("SECRET_KEY", known), "INDEX_KEY": ("INDEX_KEYS", ["c", known])}.get(
            name, (name, [known])
        ),
    )
    with pytest.raises(ImproperlyConfigured, match=name):
        wsgi.refuse_known_key()
