"""The reminders of tomorrow's standing appointments."""

import datetime
import threading

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format

from appointments.models import Appointment
from clinic.celery import app
from notifications import domain, tasks
from notifications.models import Message


def test_tomorrows_standing_appointments_get_one_with_link_and_text(visits):
    visit = visits(days=1, hour=9, minute=30)
    visits(days=0, hour=23)
    visits(days=2)
    visits(days=1, hour=11, status=Appointment.Status.CANCELLED)
    visits(days=1, hour=12, status=Appointment.Status.NO_SHOW)

    tasks.remind_tomorrow()
    tasks.remind_tomorrow()

    message = Message.objects.get()
    day = date_format(visit.starts_at.astimezone(visit.branch.zone), "D, j M Y")
    assert message.body == (
        f"Hello Priya, a reminder of your appointment at Linqs Cosmetology Clinic tomorrow, {day} at 9:30 AM:"
        " Laser Hair Removal with Dr. Vivek Kapoor. If you can't come, call +91 98100 55555."
    )
    assert message.whatsapp_url.startswith("https://wa.me/919000003210?text=Hello%20Priya%2C%20a%20reminder")
    assert message.send_from == timezone.localdate()
    assert message.send_until == timezone.localdate() + datetime.timedelta(days=1)


def test_tomorrow_is_the_branchs_own(visits, world):
    """Just after midnight in India it is still yesterday in UTC; the day is passed as the branch counts it."""
    visit = visits(days=1, hour=0, minute=30)
    today = timezone.localdate(timezone=world.branch.zone)
    made = domain.remind_tomorrow(today=today)
    assert [message.key.split(":")[1] for message in made] == [str(visit.pk)]
    assert domain.remind_tomorrow(today=today - datetime.timedelta(days=1)) == []


def test_a_closed_branch_reminds_nobody(visits, world):
    visits()
    world.branch.is_active = False
    world.branch.save()
    assert domain.remind_tomorrow() == []


def test_a_reminder_comes_back_with_its_time(visits, tell):
    visit = visits()
    domain.remind_tomorrow()
    tell("appointment.rescheduled", visit.pk)
    assert Message.objects.get(kind="reminder").status == "withdrawn"
    again = domain.remind_tomorrow()
    assert [message.kind for message in again] == ["reminder"]
    assert Message.objects.get(kind="reminder").status == "waiting"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_leave_one(visits):
    visits()
    run_twice_at_once(domain.remind_tomorrow)
    assert Message.objects.count() == 1


def run_twice_at_once(job):
    failures = []
    start = threading.Barrier(2)

    def work():
        try:
            start.wait()
            job()
        except Exception as problem:
            failures.append(problem)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []


def test_beat_runs_what_there_is():
    app.loader.import_default_modules()
    wanted = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert wanted <= set(app.tasks)
    assert wanted == {
        "appointments.tasks.keep_waitlist",
        "billing.tasks.expire_stored_values",
        "billing.tasks.keep_bulk_runs",
        "billing.tasks.keep_print_runs",
        "billing.tasks.reconcile_online",
        "clinic.tasks.deliver_pending",
        "clinic.tasks.keep_backups",
        "clinic.tasks.seal_audit",
        "clinic.tasks.tidy",
        "customers.tasks.finish_erasures",
        "imports.tasks.keep_imports",
        "notifications.tasks.raise_alerts",
        "notifications.tasks.remind_of_dues",
        "notifications.tasks.remind_tomorrow",
        "notifications.tasks.send_messages",
        "packages.tasks.keep_terms",
        "staff.tasks.answer_password_requests",
    }
