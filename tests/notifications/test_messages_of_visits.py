"""An appointment's life as its customer hears of it."""

import datetime
from urllib.parse import parse_qs, urlsplit

from django.utils import timezone
from django.utils.formats import date_format

from appointments.models import Appointment
from notifications import domain
from notifications.models import Message

WAITING, WITHDRAWN = Message.Status.WAITING, Message.Status.WITHDRAWN


def kinds(status=WAITING):
    return sorted(Message.objects.filter(status=status).values_list("kind", flat=True))


def test_a_booking_makes_one_message_however_often_it_is_told(visits, tell):
    visit = visits(days=3, hour=16, minute=30)
    tell("appointment.booked", visit.pk, times=3)

    message = Message.objects.get()
    day = date_format(visit.starts_at.astimezone(visit.branch.zone), "D, j M Y")
    assert message.body == (
        "Hello Priya, your appointment at Linqs Cosmetology Clinic is booked: Laser Hair Removal with"
        f" Dr. Vivek Kapoor on {day} at 4:30 PM. To change it, call +91 98100 55555."
        f" Appointment number: {visit.number}."
    )
    assert (message.kind, message.phone) == ("booked", "+919000003210")
    assert message.send_until == timezone.localdate() + datetime.timedelta(days=3)


def test_two_tellings_of_one_booking_make_one(visits, tell):
    """Not the same event delivered twice, but the verb's event recorded twice."""
    visit = visits()
    tell("appointment.booked", visit.pk)
    tell("appointment.booked", visit.pk)
    assert kinds() == ["booked"]


def test_the_link_opens_the_chat_with_the_exact_text(visits, tell):
    tell("appointment.booked", visits().pk)
    message = Message.objects.get()
    link = urlsplit(message.whatsapp_url)
    assert (link.scheme, link.netloc, link.path) == ("https", "wa.me", "/919000003210")
    assert parse_qs(link.query) == {"text": [message.body]}
    assert " " not in message.whatsapp_url and "+" not in message.whatsapp_url


def test_a_confirmation(visits, tell):
    visit = visits(status=Appointment.Status.CONFIRMED)
    tell("appointment.confirmed", visit.pk, times=2)
    message = Message.objects.get()
    assert "is confirmed: Laser Hair Removal with Dr. Vivek Kapoor" in message.body
    assert message.kind == "confirmed"


def test_cancelling_withdraws_what_waits_and_keeps_what_was_sent(visits, tell, world):
    visit = visits()
    tell("appointment.booked", visit.pk)
    domain.mark_sent(by=world.receptionist, message=Message.objects.get())
    tell("appointment.confirmed", visit.pk)
    domain.remind_tomorrow()
    tell("appointment.cancelled", visit.pk)
    assert (kinds(), kinds(WITHDRAWN), kinds("sent")) == ([], ["confirmed", "reminder"], ["booked"])


def test_another_appointment_keeps_its_messages(visits, tell):
    cancelled, other = visits(), visits(hour=11)
    for visit in (cancelled, other):
        tell("appointment.booked", visit.pk)
    tell("appointment.cancelled", cancelled.pk)
    assert Message.objects.filter(status=WAITING).get().key.startswith(f"appointment:{other.pk}:")


def test_a_move_withdraws_and_tells_the_new_time(visits, tell):
    visit = visits(days=1, hour=9)
    tell("appointment.booked", visit.pk)
    domain.remind_tomorrow()
    visit.starts_at += datetime.timedelta(hours=2)
    visit.ends_at += datetime.timedelta(hours=2)
    visit.save()
    tell("appointment.rescheduled", visit.pk, times=2)
    assert kinds(WITHDRAWN) == ["booked", "reminder"]
    message = Message.objects.get(status=WAITING)
    assert "has moved" in message.body and "11:00 AM" in message.body

    domain.remind_tomorrow()
    assert kinds() == ["booked", "reminder"]


def test_every_move_is_told_even_back_to_a_former_time(visits, tell):
    visit = visits()
    for hours in (2, -2):
        visit.starts_at += datetime.timedelta(hours=hours)
        visit.ends_at += datetime.timedelta(hours=hours)
        visit.save()
        tell("appointment.rescheduled", visit.pk)
    assert (kinds(), kinds(WITHDRAWN)) == (["booked"], ["booked"])


def test_a_booking_told_after_its_move_says_nothing_more(visits, tell):
    visit = visits()
    tell("appointment.rescheduled", visit.pk)
    tell("appointment.booked", visit.pk)
    assert kinds() == ["booked"]
    assert "has moved" in Message.objects.get().body


def test_nothing_is_said_of_a_walk_in_or_of_a_visit_called_off_meanwhile(visits, tell):
    tell("appointment.booked", visits(is_walk_in=True).pk)
    tell("appointment.booked", visits(hour=11, status=Appointment.Status.CANCELLED).pk)
    assert not Message.objects.exists()


def test_who_has_arrived_needs_no_more_words(visits, tell):
    visit = visits()
    tell("appointment.booked", visit.pk)
    tell("appointment.checked_in", visit.pk)
    assert kinds(WITHDRAWN) == ["booked"]


def test_texts_are_written_in_the_customers_language(visits, tell, monkeypatch):
    from django.utils import translation

    from notifications import texts

    visits.customer.language = "hi"
    visits.customer.save()
    heard = []
    monkeypatch.setattr(texts, "booked", lambda visit: heard.append(translation.get_language()) or "namaste")
    tell("appointment.booked", visits().pk)
    assert heard == ["hi"]
    assert Message.objects.get().body == "namaste"
