"""What is written down of a visit: by whom, from when on, and who reads it."""

import pytest
import time_machine
from django.urls import reverse
from uuid_utils import compat

from appointments import consulting, domain
from appointments.models import Appointment, ConsultationNote, ParameterValue
from clinic.models import AuditRow
from clinic.refusals import Refusal, Stale
from packages.models import Parameter
from tests import factories

NOTE = {"complaint": "Itching", "finding": "Dry skin", "diagnosis": "Xerosis", "plan": "Cream"}


@pytest.fixture
def arrived(world, booked):
    return domain.check_in(by=world.receptionist, appointment=booked(9), chief_complaint="Itching since May")


@pytest.fixture
def write(world):
    def written(visit, by=None, version=0, visit_note="", parameters=None, **consultation):
        return domain.write_up(
            by=by or world.doctor.user,
            appointment=visit,
            written=domain.WriteUp(visit_note, version, consultation, parameters or {}),
        )

    return written


@pytest.fixture
def fluence(hair_removal):
    return Parameter.objects.create(
        treatment=hair_removal, name="Fluence", kind="number", unit="J/cm²", is_required=True
    )


@pytest.fixture
def handpiece(hair_removal):
    return Parameter.objects.create(
        treatment=hair_removal, name="Hand-piece", kind="choice", choices="Small\nLarge", position=2
    )


def sent(client, visit, verb="note", **changes):
    page = client.get(reverse("appointment-detail", args=[visit.pk]))
    form = page.context["write_form"]
    body = {name: form[name].value() or "" for name in form.fields}
    body |= {"idempotency_key": str(compat.uuid7())} | changes
    return client.post(reverse(f"appointment-{verb}", args=[visit.pk]), body)


def test_a_note_is_kept_from_the_arrival_on_and_the_past_of_it_in_the_audit(world, arrived, write):
    write(arrived, **NOTE)
    note = ConsultationNote.objects.get()
    assert (note.by, note.version, note.finding) == (world.doctor.user, 1, "Dry skin")
    domain.complete(by=world.doctor.user, appointment=arrived, note="")
    write(arrived, version=1, **NOTE | {"diagnosis": "Eczema"})
    note.refresh_from_db()
    assert (note.version, note.diagnosis) == (2, "Eczema")
    changed = AuditRow.objects.filter(table_name="appointments_consultationnote", action="U")
    assert "diagnosis" in changed.get().changed


def test_nothing_is_written_before_the_arrival(booked, write):
    with pytest.raises(Refusal, match="from the arrival on"):
        write(booked(9), **NOTE)
    assert not ConsultationNote.objects.exists()


def test_two_people_do_not_write_over_each_other(world, arrived, write):
    write(arrived, **NOTE)
    with pytest.raises(Stale, match="Somebody else has written"):
        write(arrived, by=world.owner, version=0, visit_note="Mine")
    arrived.refresh_from_db()
    assert arrived.visit_note == ""


def test_a_stale_save_is_told_shows_both_and_the_next_one_counts(sign_in, world, arrived, write):
    doctor = sign_in(world.doctor.user)
    write(arrived, by=world.owner, finding="The owner's finding")
    response = sent(doctor, arrived, version="0", finding="My finding")
    page = response.content.decode()
    assert response.status_code == 422
    assert "Somebody else has written" in page and "The owner&#x27;s finding" in page and "My finding" in page
    again = response.context["write_form"]["version"].value()
    assert sent(doctor, arrived, version=again, finding="Ours").status_code == 302
    assert ConsultationNote.objects.get().finding == "Ours"


def test_the_private_part_is_read_and_changed_by_its_author_alone(sign_in, world, arrived, write):
    write(arrived, private="Very anxious", **NOTE)
    author = sign_in(world.doctor.user)
    assert "Very anxious" in author.get(reverse("appointment-detail", args=[arrived.pk])).content.decode()
    other = sign_in(factories.person(world.branch, "doctor"))
    page = other.get(reverse("appointment-detail", args=[arrived.pk])).content.decode()
    assert "Dry skin" in page and "Very anxious" not in page and 'name="private"' not in page
    assert sent(other, arrived, finding="Better", private="Seen by me").status_code == 302
    note = ConsultationNote.objects.get()
    assert (note.finding, note.private, note.by) == ("Better", "Very anxious", world.doctor.user)
    with pytest.raises(Refusal, match="Only the author"):
        write(arrived, by=world.owner, version=2, private="Mine now")


@pytest.mark.parametrize("when", ["arrived", "completed"])
def test_the_desk_reads_none_of_it(desk, world, arrived, write, when):
    write(arrived, private="Very anxious", **NOTE)
    if when == "completed":
        domain.complete(by=world.doctor.user, appointment=arrived, note="Done")
    page = desk.get(reverse("appointment-detail", args=[arrived.pk])).content.decode()
    for words in ("Dry skin", "Xerosis", "Very anxious", 'name="finding"'):
        assert words not in page
    assert "Itching since May" in page, "the complaint told at the desk is the desk's own"
    assert desk.post(reverse("appointment-note", args=[arrived.pk]), {}).status_code == 403


def test_the_complaint_told_at_the_desk_is_where_the_note_begins(sign_in, world, arrived):
    page = sign_in(world.doctor.user).get(reverse("appointment-detail", args=[arrived.pk]))
    assert page.context["write_form"]["complaint"].value() == "Itching since May"


def test_completing_keeps_all_that_was_typed(sign_in, world, arrived, fluence, handpiece):
    doctor = sign_in(world.doctor.user)
    typed = {"note": "Three passes", "finding": "Dry skin", f"parameter-{handpiece.pk}": "Large"}
    response = sent(doctor, arrived, "complete", **typed)
    page = response.content.decode()
    assert response.status_code == 422 and "Fluence has to be filled in" in page
    assert "Three passes" in page and "Dry skin" in page and "selected>Large" in page
    assert not ConsultationNote.objects.exists() and not ParameterValue.objects.exists()
    assert Appointment.objects.get().status == "arrived"
    done = sent(doctor, arrived, "complete", **typed | {f"parameter-{fluence.pk}": "18.5"})
    assert done.status_code == 302
    visit = Appointment.objects.get()
    assert (visit.status, visit.visit_note) == ("completed", "Three passes")
    assert [str(value) for value in visit.parameters.all()] == ["Fluence: 18.5 J/cm²", "Hand-piece: Large"]
    assert visit.consultation.finding == "Dry skin"


@pytest.mark.parametrize(
    ("value", "said"), [("many", "Enter a number"), ("1234567890", "no more than 9 digits")]
)
def test_a_wrong_number_is_told_and_kept(sign_in, world, arrived, fluence, value, said):
    response = sent(
        sign_in(world.doctor.user), arrived, **{f"parameter-{fluence.pk}": value, "note": "Typed"}
    )
    page = response.content.decode()
    assert response.status_code == 422 and said in page and f'value="{value}"' in page and "Typed" in page


def test_parameters_keep_their_name_and_unit_of_the_day(arrived, write, fluence):
    write(arrived, parameters={fluence.pk: "18"})
    fluence.name, fluence.unit = "Energy", "mJ"
    fluence.save()
    assert str(ParameterValue.objects.get()) == "Fluence: 18 J/cm²"


def test_as_last_time(sign_in, world, arrived, write, booked, at, fluence):
    write(arrived, parameters={fluence.pk: "18"})
    domain.complete(by=world.doctor.user, appointment=arrived, note="")
    later = booked(9, days=1)
    assert consulting.last_values(later) == {fluence.pk: "18"}
    with time_machine.travel(at(9, days=1)):
        later = domain.check_in(by=world.receptionist, appointment=later)
        url = reverse("appointment-detail", args=[later.pk])
        doctor = sign_in(world.doctor.user)
        assert "As last time" in doctor.get(url).content.decode()
        fragment = doctor.get(f"{url}?last=1", headers={"HX-Request": "true", "HX-Target": "parameters"})
        assert 'value="18"' in fragment.content.decode() and "<html" not in fragment.content.decode()
    assert not ParameterValue.objects.filter(appointment=later).exists(), "a look changes nothing"


def test_parameters_show_among_the_customers_visits(desk, arrived, write, fluence, priya):
    write(arrived, parameters={fluence.pk: "18"})
    page = desk.get(reverse("customer-appointments", args=[priya.pk])).content.decode()
    assert "Fluence: 18 J/cm²" in page


def test_a_written_up_visit_page_is_frugal(
    sign_in, world, arrived, write, fluence, django_assert_max_num_queries
):
    write(arrived, parameters={fluence.pk: "18"}, **NOTE)
    domain.complete(by=world.doctor.user, appointment=arrived, note="Done")
    doctor = sign_in(world.doctor.user)
    with django_assert_max_num_queries(24):
        doctor.get(reverse("appointment-detail", args=[arrived.pk]))
