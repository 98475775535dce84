"""The pages of availability: what they show to whom, and what becomes of what is typed."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from uuid_utils import compat

from appointments.models import Appointment, BookingRules
from clinic.models import Holiday, OutOfService
from staff import domain as staff
from staff.models import Practitioner, TimeOff
from tests import factories

TUESDAY = datetime.date(2026, 3, 3)
WEDNESDAY, THURSDAY = TUESDAY + datetime.timedelta(days=1), TUESDAY + datetime.timedelta(days=2)
PAGE, NEW = "/appointments/availability/", "/appointments/time-off/new/"


@pytest.fixture
def wish(world):
    def form(**changes) -> dict[str, str]:
        values = {
            "idempotency_key": compat.uuid7(), "person": world.doctor.user.pk, "first_day": WEDNESDAY,
            "last_day": "", "part": "full_day", "reason": "Conference",
        }  # fmt: skip
        return {name: str(value) for name, value in (values | changes).items()}

    return form


@pytest.fixture
def off(world):
    return staff.mark_off(
        by=world.owner, person=world.doctor.user, first_day=WEDNESDAY, last_day=WEDNESDAY, reason="Conference"
    )


def hits_of(off: TimeOff) -> str:
    return reverse("time-off-hits", args=[off.pk])


def text(response) -> str:
    return " ".join(response.content.decode().split())


class TestOverview:
    def test_it_says_who_is_in_and_who_is_not_attending_tomorrow(self, desk, world, off, booked):
        Holiday.objects.create(branch=world.branch, day=THURSDAY, name="Holi")
        booked(10)
        page = text(desk.get(PAGE))
        assert "Dr. Vivek Kapoor is not attending tomorrow." in page
        assert "Vivek Kapoor is off on Wed 4 Mar." in page
        assert "Holi" in page and "09:00–19:00" in page
        cells = desk.get(PAGE).context["lines"][0].cells
        assert [cell.is_off for cell in cells[:4]] == [False, True, True, False]
        assert (cells[0].visits, cells[0].cap, cells[1].away) == (1, 40, ["On leave"])

    def test_the_desk_sees_and_changes_nothing(self, desk, world, off):
        page = text(desk.get(PAGE))
        for button in ("Mark a day off", 'role="switch"', "Take back", "Change"):
            assert button not in page
        assert desk.get(NEW).status_code == 403

    def test_a_doctor_changes_their_own_line_alone(self, sign_in, world):
        other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
        client = sign_in(world.doctor.user)
        lines = client.get(PAGE).context["lines"]
        assert {line.practitioner: line.may_manage for line in lines} == {other: False, world.doctor: True}
        people = client.get(NEW).context["form"].fields["person"].queryset
        assert list(people) == [world.doctor.user]

    def test_visits_that_still_stand_are_a_warning(self, desk, world, booked, laser, at):
        booked(10, days=1)
        booked(11, days=1)
        made = staff.mark_off(
            by=world.owner, person=world.doctor.user, first_day=WEDNESDAY, last_day=WEDNESDAY
        )
        outage = staff.take_out_of_service(
            by=world.owner, resource=laser, starts_at=at(11, days=1), ends_at=None, reason="Cooling fails"
        )
        page = text(desk.get(PAGE))
        assert f'<a href="{hits_of(made)}">2 visits still stand: move them</a>' in page
        address = reverse("outage-hits", args=[outage.pk])
        assert f'<a href="{address}">1 visit still stands: move it</a>' in page

    def test_visits_with_somebody_who_left_are_a_warning(self, desk, world, booked):
        booked(10, days=1)
        world.doctor.resource.is_active = False
        world.doctor.resource.save()
        page = text(desk.get(PAGE))
        assert "Dr. Vivek Kapoor treats here no longer." in page
        assert reverse("practitioner-hits", args=[world.doctor.pk]) in page

    @pytest.mark.parametrize("rows", [1, 30])
    def test_it_asks_as_much_for_thirty_as_for_one(self, sign_in, world, rows, django_assert_max_num_queries):
        for number in range(rows):
            who = factories.practitioner(world.branch, full_name=f"Doctor {number}", username=f"d{number}")
            staff.mark_off(by=world.owner, person=who.user, first_day=WEDNESDAY, last_day=WEDNESDAY)
        client = sign_in(world.owner)
        client.get(PAGE)
        with django_assert_max_num_queries(18):
            assert len(client.get(PAGE).context["lines"]) == rows + 1


class TestSwitch:
    def test_one_tap_and_the_line_comes_back(self, sign_in, world):
        client = sign_in(world.doctor.user)
        address = reverse("availability-switch", args=[world.doctor.pk])
        body = {"version": "1", "is_available": "no"}
        response = client.post(address, body, headers={"HX-Request": "true"})
        assert "takes no walk-ins now" in text(response) and 'aria-checked="false"' in text(response)
        assert not Practitioner.objects.get().is_available
        assert client.post(address, {"version": "2", "is_available": "yes"}).status_code == 302
        assert client.post(address, {"version": "1", "is_available": "no"}).status_code == 409
        assert Practitioner.objects.get().is_available

    def test_not_of_a_colleague_or_another_branch(self, sign_in, world):
        other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
        far = factories.practitioner(world.elsewhere, full_name="Far Away", username="far")
        client = sign_in(world.doctor.user)
        body = {"version": "1", "is_available": "no"}
        assert client.post(reverse("availability-switch", args=[other.pk]), body).status_code == 409
        assert client.post(reverse("availability-switch", args=[far.pk]), body).status_code == 404
        assert Practitioner.objects.filter(is_available=False).count() == 0


class TestMarkOff:
    def test_the_visits_it_would_hit_are_shown_before(self, sign_in, world, booked):
        booked(10, days=1)
        client = sign_in(world.owner)
        asked = {"person": world.doctor.user.pk, "first_day": "2026-03-04", "part": "full_day"}
        fragment = {"HX-Request": "true", "HX-Target": "would-hit"}
        shown = text(client.get(NEW, asked, headers=fragment))
        assert "1 visit stands then" in shown and "Priya Mehta" in shown and "<form" not in shown
        shown = text(client.get(NEW, asked | {"part": "afternoon"}, headers=fragment))
        assert "No visit stands then" in shown
        assert "Priya Mehta" in text(client.get(NEW, asked))

    def test_marked_with_hits_it_leads_to_them(self, sign_in, world, wish, booked):
        booked(10, days=1)
        client = sign_in(world.doctor.user)
        response = client.post(NEW, wish())
        made = TimeOff.objects.get()
        assert response["Location"] == hits_of(made)
        assert (made.first_day, made.last_day, made.decided_by) == (WEDNESDAY, WEDNESDAY, world.doctor.user)

    def test_without_hits_it_leads_back(self, sign_in, world, wish):
        client = sign_in(world.owner)
        form = wish()
        for _ in range(2):
            assert client.post(NEW, form)["Location"] == PAGE
        assert TimeOff.objects.count() == 1

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"person": ""}, "person"),
            ({"first_day": ""}, "first_day"),
            ({"first_day": "9999-12-31"}, "first_day"),
            ({"last_day": "2026-03-01"}, "last_day"),
            ({"last_day": "2028-03-01"}, "last_day"),
            ({"first_day": "2026-02-01"}, "last_day"),
            ({"part": "night"}, "part"),
            ({"reason": "x" * 201}, "reason"),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field_with_the_typed_kept(
        self, sign_in, world, wish, changes, field
    ):
        response = sign_in(world.owner).post(NEW, wish(**changes))
        assert response.status_code == 422 and not TimeOff.objects.exists()
        form = response.context["form"]
        assert list(form.errors) == [field]
        assert form["part"].value() == (changes.get("part") or "full_day")

    def test_a_doctor_can_t_name_a_colleague(self, sign_in, world, wish):
        other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
        response = sign_in(world.doctor.user).post(NEW, wish(person=other.user.pk))
        assert response.status_code == 422 and not TimeOff.objects.exists()

    def test_after_the_lock_the_owner_says_why(self, sign_in, world, wish, at):
        BookingRules.objects.create(branch=world.branch, availability_lock_at=datetime.time(17))
        with time_machine.travel(at(18)):
            response = sign_in(world.doctor.user).post(NEW, wish(override="Please"))
            assert "override" not in response.context["form"].fields
            assert "settled since 17:00" in str(response.context["form"].errors["first_day"])
            client = sign_in(world.owner)
            assert "override" in client.post(NEW, wish(override="")).context["form"].errors
            assert client.post(NEW, wish(override="Accident")).status_code == 302
        assert TimeOff.objects.get().comment == "Accident"

    def test_taken_back_with_a_reason(self, sign_in, world, off):
        client = sign_in(world.owner)
        address = reverse("time-off-withdraw", args=[off.pk])
        assert client.post(address, {"reason": " "}).status_code == 409
        assert client.post(address, {"reason": "Conference cancelled"}).status_code == 302
        assert not TimeOff.objects.approved().exists()
        assert client.post(address, {"reason": "Again"}).status_code == 409

    def test_once_marked_the_day_is_closed_to_bookings(self, off, booked):
        from clinic.refusals import Refusal

        with pytest.raises(Refusal, match="Vivek Kapoor") as refusal:
            booked(10, days=1)
        assert refusal.value.offers[0].date() == TUESDAY + datetime.timedelta(days=2)
        booked(10, days=2)

    def test_half_a_day_leaves_the_other_half(self, world, booked):
        from clinic.refusals import Refusal

        staff.mark_off(
            by=world.owner,
            person=world.doctor.user,
            first_day=WEDNESDAY,
            last_day=WEDNESDAY,
            part=TimeOff.Part.MORNING,
        )
        with pytest.raises(Refusal):
            booked(10, days=1)
        booked(14, days=1)


class TestHits:
    def body(self, response, *visits, **changes) -> dict:
        """What the page would send with these ticked, each to the time that it proposes."""
        rows = {row.visit.pk: row for row in response.context["rows"]}
        sent = {"visit": [str(visit.pk) for visit in visits], "reason": response.context["reason"]}
        for pk, row in rows.items():
            sent |= {f"version-{pk}": row.visit.version, f"to-{pk}": row.chosen}
        return sent | changes

    def test_each_is_proposed_a_time_of_its_own(self, desk, booked, world, at):
        visits = [booked(10, days=1), booked(11, days=1)]
        made = staff.mark_off(
            by=world.owner, person=world.doctor.user, first_day=WEDNESDAY, last_day=WEDNESDAY
        )
        response = desk.get(hits_of(made))
        chosen = [row.chosen for row in response.context["rows"]]
        assert len(set(chosen)) == 2 and all(chosen)
        assert all(choice.endswith(str(world.doctor.pk)) for choice in chosen)
        assert "2026-03-04" not in " ".join(chosen)
        assert [row.visit for row in response.context["rows"]] == visits

    def test_all_are_moved_in_one_step_and_shown_as_moved(self, desk, booked, world):
        visits = [booked(10, days=1), booked(11, days=1), booked(12, days=1)]
        made = staff.mark_off(
            by=world.owner, person=world.doctor.user, first_day=WEDNESDAY, last_day=WEDNESDAY
        )
        sent = self.body(desk.get(hits_of(made)), *visits)
        sent[f"to-{visits[2].pk}"] = "cancel"
        address = reverse("time-off-move", args=[made.pk])
        response = desk.post(address, sent, follow=True)
        assert response.redirect_chain == [(hits_of(made), 302)]
        page = text(response)
        assert "2 visits moved." in page and "1 visit cancelled." in page and "Messages to send" in page
        assert response.context["rows"] == [] and len(response.context["moved"]) == 2
        again = desk.post(address, sent)
        assert again.status_code == 302
        assert Appointment.objects.filter(reschedule_count=1).count() == 2
        assert Appointment.objects.get(pk=visits[2].pk).cancel_reason == "Vivek Kapoor is not attending"

    def test_half_refused_the_others_are_moved_and_the_reason_stands_beside(self, desk, booked, world, at):
        visits = [booked(10, days=1), booked(11, days=1)]
        made = staff.mark_off(
            by=world.owner, person=world.doctor.user, first_day=WEDNESDAY, last_day=WEDNESDAY
        )
        sent = self.body(desk.get(hits_of(made)), *visits)
        same = f"{at(15, days=2).isoformat()}|{world.doctor.pk}"
        sent |= {f"to-{visit.pk}": same for visit in visits}
        response = desk.post(reverse("time-off-move", args=[made.pk]), sent)
        assert response.status_code == 422
        (row,) = response.context["rows"]
        assert row.visit == visits[1] and row.is_ticked and row.error
        visits[0].refresh_from_db()
        assert visits[0].starts_at == at(15, days=2)
        assert "1 visit stays where it is" in text(response) and "1 visit moved." in text(response)

    @pytest.mark.parametrize("wish", ["", "junk", "2026-03-05T10:00|x", "2026-03-05T10:00:00+05:30|x"])
    def test_a_wish_that_is_none_leaves_the_visit(self, desk, booked, world, wish):
        visit = booked(10, days=1)
        made = staff.mark_off(
            by=world.owner, person=world.doctor.user, first_day=WEDNESDAY, last_day=WEDNESDAY
        )
        sent = self.body(desk.get(hits_of(made)), visit, **{f"to-{visit.pk}": wish})
        response = desk.post(reverse("time-off-move", args=[made.pk]), sent)
        assert response.status_code == 422 and "Choose a time for this visit" in text(response)
        nothing = desk.post(reverse("time-off-move", args=[made.pk]), sent | {"visit": []})
        assert nothing.status_code == 422 and "Tick the visits" in text(nothing)
        assert not Appointment.objects.exclude(reschedule_count=0).exists()

    def test_of_another_branch_nothing_is_found_or_moved(self, client, sign_in, booked, world):
        visit = booked(10, days=1)
        made = staff.mark_off(
            by=world.owner, person=world.doctor.user, first_day=WEDNESDAY, last_day=WEDNESDAY
        )
        far = sign_in(world.colleague)
        assert far.get(hits_of(made)).status_code == 404
        sent = {"visit": str(visit.pk), f"version-{visit.pk}": "1", f"to-{visit.pk}": "cancel"}
        assert far.post(reverse("time-off-move", args=[made.pk]), sent).status_code == 404
        there = factories.practitioner(world.elsewhere, full_name="Far Away", username="far")
        own = staff.mark_off(by=world.owner, person=there.user, first_day=WEDNESDAY, last_day=WEDNESDAY)
        far.post(reverse("time-off-move", args=[own.pk]), sent)
        assert Appointment.objects.get().status == "scheduled"

    def test_who_treats_here_no_longer_hands_over_to_others(self, desk, booked, world):
        other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
        visit = booked(10, days=1)
        world.doctor.resource.is_active = False
        world.doctor.resource.save()
        response = desk.get(reverse("practitioner-hits", args=[world.doctor.pk]))
        sent = self.body(response, visit)
        assert sent[f"to-{visit.pk}"].endswith(str(other.pk))
        assert desk.post(reverse("practitioner-move", args=[world.doctor.pk]), sent).status_code == 302
        visit.refresh_from_db()
        assert visit.practitioner == other


class TestOutOfService:
    def test_it_is_taken_out_its_visits_moved_and_put_back(self, sign_in, booked, world, laser):
        visit = booked(10, days=1)
        client = sign_in(world.owner)
        body = {
            "idempotency_key": str(compat.uuid7()), "resource": laser.pk, "from_day": "2026-03-03", "from_time": "20:00",
            "until_day": "2026-03-04", "until_time": "", "reason": "Cooling fails",
        }  # fmt: skip
        response = client.post("/appointments/out-of-service/new/", body)
        outage = OutOfService.objects.get()
        assert response["Location"] == reverse("outage-hits", args=[outage.pk])
        assert outage.ends_at.isoformat() == "2026-03-04T18:30:00+00:00"
        page = client.get(response["Location"])
        sent = TestHits().body(page, visit)
        assert client.post(reverse("outage-move", args=[outage.pk]), sent).status_code == 302
        visit.refresh_from_db()
        assert visit.starts_at >= outage.ends_at
        assert client.post(reverse("outage-put-back", args=[outage.pk])).status_code == 302
        assert not OutOfService.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"resource": ""}, "resource"),
            ({"from_time": ""}, "from_time"),
            ({"until_day": "2026-03-01", "until_time": "10:00"}, "until_day"),
            ({"until_time": "10:00"}, "until_day"),
            ({"reason": ""}, "reason"),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field(self, sign_in, world, laser, changes, field):
        body = {
            "idempotency_key": str(compat.uuid7()), "resource": laser.pk, "from_day": "2026-03-03", "from_time": "20:00",
            "until_day": "", "until_time": "", "reason": "Cooling fails",
        }  # fmt: skip
        response = sign_in(world.owner).post("/appointments/out-of-service/new/", body | changes)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert not OutOfService.objects.exists()


class TestDayHours:
    def test_the_day_s_shifts_are_shown_changed_and_emptied(self, sign_in, world, booked):
        client = sign_in(world.doctor.user)
        address = reverse("availability-day", args=[world.doctor.pk])
        page = client.get(address, {"day": "2026-03-05"})
        forms = page.context["shifts"]
        body = {"idempotency_key": str(compat.uuid7()), "day": "2026-03-05"}
        body |= {
            field.html_name: "" if field.value() is None else field.value()
            for form in forms
            for field in form
        }
        body |= {field.html_name: field.value() for field in forms.management_form}
        body |= {"shift-0-starts": "16:00", "shift-0-break_starts": "", "shift-0-break_ends": ""}
        assert client.post(address, body).status_code == 302
        assert str(world.doctor.day_hours.get()) == "2026-03-05 16:00-19:00"
        body |= {"shift-0-starts": "", "shift-0-ends": "", "idempotency_key": str(compat.uuid7())}
        assert client.post(address, body).status_code == 302
        assert not world.doctor.day_hours.exists()
        body |= {"shift-0-starts": "16:00", "idempotency_key": str(compat.uuid7())}
        response = client.post(address, body)
        assert response.status_code == 422 and "From when until when?" in text(response)

    def test_not_a_colleague_s(self, sign_in, world):
        other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
        client = sign_in(world.doctor.user)
        body = {
            "idempotency_key": str(compat.uuid7()), "day": "2026-03-05", "shift-TOTAL_FORMS": "0", "shift-INITIAL_FORMS": "0",
        }  # fmt: skip
        response = client.post(reverse("availability-day", args=[other.pk]), body)
        assert response.status_code == 422 and "your own availability" in text(response)
