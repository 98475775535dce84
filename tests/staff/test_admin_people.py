"""People, roles and practitioners in the administration: what is saved, and that nobody lifts themselves."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic.models import AuditRow, Branch, Event, Resource
from staff import domain
from staff.models import Fee, Practitioner, Role, RoleHeld, User, WeeklyHours
from tests import factories
from tests.staff.admin_forms import errors_of, fill, save

GOOD = "correct-horse-battery"


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


@pytest.fixture
def administrator(world):
    return factories.person(None, "administrator", username="admin", full_name="Asha Admin")


def change(of) -> str:
    return reverse(f"admin:{of._meta.label_lower.replace('.', '_')}_change", args=[of.pk])


ADD_PERSON = "/admin/staff/user/add/"


def role(code: str) -> Role:
    return Role.objects.get(code=code)


class TestPeople:
    def new(self, **changes) -> dict[str, str]:
        return {"full_name": "Kiran Rao", "username": "Kiran", "password1": GOOD, "password2": GOOD} | changes

    def test_a_new_person_may_sign_in_where_the_role_says(self, owner, world, client):
        body = fill(owner, ADD_PERSON, self.new()) | {
            "roles_held-TOTAL_FORMS": "1",
            "roles_held-0-role": str(role("receptionist").pk),
            "roles_held-0-branch": str(world.branch.pk),
        }
        assert owner.post(ADD_PERSON, body).status_code == 302
        kiran = User.objects.get(username="kiran")
        assert kiran.check_password(GOOD)
        assert Event.objects.filter(verb="person.added", subject_id=kiran.pk, by_id=world.owner.pk).exists()
        client.logout()
        client.post("/sign-in/", {"username": "kiran", "password": GOOD})
        assert client.get("/customers/")["Location"] == "/password/", "what another person chose serves once"
        own = {"old_password": GOOD, "new_password1": "ten loud donkeys", "new_password2": "ten loud donkeys"}
        client.post("/password/", own)
        assert client.get("/customers/").status_code == 200

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"username": "MEENA"}, "already"),
            ({"username": "two words"}, "without spaces"),
            ({"username": "x\0y"}, "Null characters"),
            ({"password2": "other-horse-battery"}, "match"),
            ({"password1": "12345678", "password2": "12345678"}, "common"),
            ({"phone": "9876543210123456"}, "15 digits"),
            ({"email": "no"}, "valid email"),
        ],
    )
    def test_what_cannot_be_is_said_in_the_form(self, owner, world, changes, said):
        response = save(owner, ADD_PERSON, self.new(**changes))
        assert response.status_code == 422
        assert said in errors_of(response)
        assert not User.objects.filter(full_name="Kiran Rao").exists()

    def test_two_administrators_with_the_same_form(self, owner, world):
        body = fill(owner, change(world.receptionist), {"full_name": "Meena J."})
        assert save(owner, change(world.receptionist), {"phone": "98765 43210"}).status_code == 302
        response = owner.post(change(world.receptionist), body)
        assert "Somebody else changed this record" in errors_of(response)
        assert "Meena J." in response.content.decode()
        now = User.objects.get(pk=world.receptionist.pk)
        assert (now.full_name, now.phone) == ("Meena Joshi", "+919876543210")
        body["version"] = response.context["adminform"].form["version"].value()
        assert owner.post(change(world.receptionist), body).status_code == 302

    def test_a_stale_form_is_told_even_if_only_rows_below_changed(self, owner, world):
        body = fill(owner, change(world.receptionist), {})
        other = fill(owner, change(world.receptionist), {}) | {
            "roles_held-TOTAL_FORMS": "2",
            "roles_held-1-role": str(role("therapist").pk),
            "roles_held-1-user": str(world.receptionist.pk),
        }
        assert owner.post(change(world.receptionist), other).status_code == 302
        assert "Somebody else changed" in errors_of(owner.post(change(world.receptionist), body))

    def test_a_changed_role_counts_at_once(self, owner, world, client):
        held = world.receptionist.roles_held.get()
        save(owner, change(world.receptionist), {"roles_held-0-DELETE": "on"})
        assert not RoleHeld.objects.filter(pk=held.pk).exists()
        assert AuditRow.objects.filter(table_name="staff_roleheld", action="D", by_id=world.owner.pk).exists()

    def test_nobody_is_deleted(self, owner, world):
        assert (
            owner.post(change(world.receptionist).replace("change", "delete"), {"post": "yes"}).status_code
            == 403
        )


class TestPassword:
    def page(self, person: User) -> str:
        return reverse("admin:staff_user_password", args=[person.pk])

    def test_a_new_password_ends_the_old_sessions(self, client, world, sign_in):
        from django.test import Client

        meena = Client()
        meena.force_login(world.receptionist, backend="staff.backends.EmailOrUsername")
        assert meena.get("/customers/").status_code == 200
        owner = sign_in(world.owner)
        owner.post(self.page(world.receptionist), {"password1": GOOD, "password2": GOOD})
        assert User.objects.get(pk=world.receptionist.pk).check_password(GOOD)
        assert meena.get("/customers/").status_code == 302
        row = AuditRow.objects.filter(table_name="staff_user", action="U").latest("id")
        assert row.changed["password"] == ["secret", "secret"]

    @pytest.mark.parametrize(
        ("one", "two"), [("12345678", "12345678"), (GOOD, "other"), ("", ""), ("meenajoshi", "meenajoshi")]
    )
    def test_a_weak_or_mistyped_one_is_refused(self, owner, world, one, two):
        response = owner.post(self.page(world.receptionist), {"password1": one, "password2": two})
        assert response.status_code == 200
        assert User.objects.get(pk=world.receptionist.pk).check_password(factories.PASSWORD)

    def test_an_administrator_of_less_cannot_take_over_the_owner(self, world, sign_in):
        """Somebody who may administer people but not bill resets no password of one who may."""
        domain_role = Role.objects.create(code="people", name="People desk")
        domain_role.grants.create(permission="staff.configure")
        clerk = sign_in(factories.person(None, "people", username="clerk"))
        response = clerk.post(self.page(world.owner), {"password1": GOOD, "password2": GOOD})
        assert "may do things that you may not" in response.content.decode()
        assert User.objects.get(pk=world.owner.pk).check_password(factories.PASSWORD)

    def test_it_is_for_administrators_of_people_alone(self, desk, world):
        assert desk.get(self.page(world.owner)).status_code in (302, 403)


class TestNobodyLiftsThemselves:
    def test_own_roles_are_not_for_changing(self, world, administrator, sign_in):
        admin = sign_in(administrator)
        body = fill(admin, change(administrator), {}) | {
            "roles_held-TOTAL_FORMS": "2", "roles_held-INITIAL_FORMS": "1",
            "roles_held-0-id": str(administrator.roles_held.get().pk),
            "roles_held-1-role": str(role("owner").pk), "roles_held-1-user": str(administrator.pk),
        }  # fmt: skip
        admin.post(change(administrator), body)
        assert [held.role.code for held in administrator.roles_held.all()] == ["administrator"]

    def test_nor_switching_oneself_off(self, world, administrator, sign_in):
        admin = sign_in(administrator)
        body = fill(admin, change(administrator), {"full_name": "Asha A."})
        body.pop("is_active", None)
        assert admin.post(change(administrator), body).status_code == 302
        now = User.objects.get(pk=administrator.pk)
        assert (now.full_name, now.is_active) == ("Asha A.", True)

    def test_the_last_owner_keeps_the_role(self, world, administrator, sign_in):
        admin = sign_in(administrator)
        response = save(admin, change(world.owner), {"roles_held-0-DELETE": "on"})
        assert "at least one active owner" in errors_of(response)
        assert world.owner.roles_held.count() == 1

    def test_and_stays_active(self, world, administrator, sign_in):
        response = save(sign_in(administrator), change(world.owner), {"is_active": ""})
        assert "at least one active owner" in errors_of(response)
        assert User.objects.get(pk=world.owner.pk).is_active

    def test_with_a_second_owner_the_first_may_go(self, world, administrator, sign_in):
        factories.person(None, "owner", username="second")
        assert save(sign_in(administrator), change(world.owner), {"is_active": ""}).status_code == 302
        assert not User.objects.get(pk=world.owner.pk).is_active

    def test_a_role_one_holds_or_the_owner_s_is_read_only(self, world, administrator, sign_in):
        admin = sign_in(administrator)
        for code in ("administrator", "owner"):
            assert admin.post(change(role(code)), {"name": "Everything"}).status_code == 403

    def test_a_right_one_lacks_is_not_handed_out(self, world, sign_in):
        desk_role = Role.objects.create(code="people", name="People desk")
        desk_role.grants.create(permission="staff.configure")
        clerk = sign_in(factories.person(None, "people", username="clerk"))
        body = fill(clerk, change(role("therapist")), {})
        count = int(body["grants-TOTAL_FORMS"])
        body |= {
            "grants-TOTAL_FORMS": str(count + 1), f"grants-{count}-permission": "money.view",
            f"grants-{count}-role": str(role("therapist").pk),
        }  # fmt: skip
        assert "You don" in errors_of(clerk.post(change(role("therapist")), body))
        body = fill(clerk, ADD_PERSON, TestPeople().new()) | {
            "roles_held-TOTAL_FORMS": "1", "roles_held-0-role": str(role("owner").pk)
        }  # fmt: skip
        assert "rights that you don" in errors_of(clerk.post(ADD_PERSON, body))
        assert not User.objects.filter(username="kiran").exists()

    def test_nor_a_role_at_a_branch_where_one_has_none(self, world, sign_in):
        local = sign_in(factories.person(world.branch, "administrator", username="local"))
        body = fill(local, ADD_PERSON, TestPeople().new()) | {
            "roles_held-TOTAL_FORMS": "1", "roles_held-0-role": str(role("receptionist").pk), "roles_held-0-branch": ""
        }  # fmt: skip
        assert "only at the branches" in errors_of(local.post(ADD_PERSON, body))
        body["roles_held-0-branch"] = str(world.elsewhere.pk)
        assert local.post(ADD_PERSON, body).status_code == 422
        assert not User.objects.filter(username="kiran").exists()

    def test_a_local_administrator_sees_no_people_of_other_branches(self, world, sign_in):
        local = sign_in(factories.person(world.branch, "administrator", username="local"))
        page = local.get("/admin/staff/user/").content.decode()
        assert "Meena Joshi" in page
        assert "Colleague Elsewhere" not in page
        assert local.get(change(world.colleague)).status_code == 302

    def test_system_roles_keep_their_code(self, owner, world):
        save(owner, change(role("receptionist")), {"code": "boss", "name": "Front desk", "is_active": ""})
        now = Role.objects.get(code="receptionist")
        assert (now.name, now.is_active) == ("Front desk", True)


class TestPractitioners:
    ADD = "/admin/staff/practitioner/add/"

    def test_a_new_one_comes_with_a_resource_and_the_branch_s_hours(self, owner, world):
        response = save(
            owner, self.ADD, {"user": world.receptionist.pk, "branch": world.branch.pk, "title": "Ms."}
        )
        assert response.status_code == 302
        made = Practitioner.objects.get(user=world.receptionist)
        assert (made.resource.name, made.resource.kind) == ("Ms. Meena Joshi", Resource.Kind.PRACTITIONER)
        assert made.weekly_hours.count() == world.branch.hours.count()

    def test_a_name_taken_is_said_in_the_form(self, owner, world):
        taken = {"user": world.receptionist.pk, "branch": world.branch.pk, "name": world.doctor.resource.name}
        response = save(owner, self.ADD, taken)
        assert "already has one of that name" in errors_of(response)

    def test_the_administrator_changes_the_doctor_s_hours(self, owner, world):
        save(owner, change(world.doctor), {"weekly_hours-0-starts": "10:30", "weekly_hours-0-ends": "16:00"})
        monday = world.doctor.weekly_hours.get(weekday=0)
        assert (monday.starts, monday.ends) == (datetime.time(10, 30), datetime.time(16))
        assert (
            AuditRow.objects.filter(table_name="staff_weeklyhours", action="U", by_id=world.owner.pk).count()
            == 1
        )

    @pytest.mark.parametrize(
        "changes",
        [
            {"weekly_hours-0-starts": "20:00"},
            {"weekly_hours-0-break_starts": "08:00"},
            {"weekly_hours-0-break_ends": ""},
            {"weekly_hours-0-starts": "junk"},
        ],
    )
    def test_hours_out_of_order_are_said(self, owner, world, changes):
        response = save(owner, change(world.doctor), changes)
        assert response.status_code == 200
        assert world.doctor.weekly_hours.get(weekday=0).starts == datetime.time(9)

    def test_two_with_the_same_hours_open(self, owner, world):
        body = fill(owner, change(world.doctor), {"weekly_hours-0-starts": "11:00"})
        save(owner, change(world.doctor), {"weekly_hours-0-starts": "10:00"})
        assert "Somebody else changed" in errors_of(owner.post(change(world.doctor), body))
        assert world.doctor.weekly_hours.get(weekday=0).starts == datetime.time(10)

    def test_saving_hours_waits_for_whoever_books(self, owner, world, django_assert_num_queries):
        with CaptureQueriesContext(connection) as queries:
            save(owner, change(world.doctor), {"weekly_hours-0-starts": "10:00"})
        texts = [query["sql"] for query in queries]
        lock = next(i for i, sql in enumerate(texts) if "pg_advisory_xact_lock" in sql)
        write = next(i for i, sql in enumerate(texts) if 'UPDATE "staff_weeklyhours"' in sql)
        assert lock < write

    def test_who_stops_treating_is_hidden_and_kept(self, owner, world):
        save(owner, change(world.doctor), {"is_active": "", "name": "Dr. V. Kapoor"})
        assert not Practitioner.objects.active().exists()
        assert Resource.objects.get(pk=world.doctor.resource_id).name == "Dr. V. Kapoor"

    def test_of_another_branch_none_is_found(self, world, sign_in):
        there = factories.practitioner(world.elsewhere, full_name="Far Away")
        local = sign_in(factories.person(world.branch, "administrator", username="local"))
        assert local.get(change(there)).status_code == 302
        assert "Far Away" not in local.get("/admin/staff/practitioner/").content.decode()


class TestShifts:
    def second(
        self, body: dict[str, str], prefix: str, practitioner: Practitioner, **changes
    ) -> dict[str, str]:
        """The body with one more shift: Monday from 19:00 to 21:00 unless told otherwise."""
        count = int(body[f"{prefix}-TOTAL_FORMS"])
        values = {
            "practitioner": practitioner.pk, "weekday": "0", "starts": "19:00", "ends": "21:00", "mode": "slot", "per_slot": "1",
            "overflow": "stop", "minutes_before": "0", "minutes_after": "0", "name": "Evening clinic",
        }  # fmt: skip
        added = {f"{prefix}-{count}-{name}": str(value) for name, value in (values | changes).items()}
        return body | added | {f"{prefix}-TOTAL_FORMS": str(count + 1)}

    def test_an_evening_clinic_by_serial_number_is_added(self, owner, world):
        serial = {"mode": "serial", "per_slot": "30", "slot_minutes": "30", "cap": "120", "overflow": "last"}
        body = self.second(fill(owner, change(world.doctor), {}), "weekly_hours", world.doctor, **serial)
        assert owner.post(change(world.doctor), body).status_code == 302
        evening = world.doctor.weekly_hours.get(name="Evening clinic")
        assert (evening.mode, evening.per_slot, evening.cap, evening.overflow) == ("serial", 30, 120, "last")

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"starts": "18:00"}, "Two shifts overlap"),
            ({"per_slot": "30"}, "only where serial numbers"),
            ({"slot_minutes": "180"}, "longer than the shift"),
            ({"slot_minutes": "2"}, "5 to 720 minutes"),
            ({"ends": "18:00"}, "in order"),
        ],
    )
    def test_what_clashes_is_said(self, owner, world, changes, said):
        body = self.second(fill(owner, change(world.doctor), {}), "weekly_hours", world.doctor, **changes)
        response = owner.post(change(world.doctor), body)
        assert response.status_code == 200 and said in response.content.decode()
        assert world.doctor.weekly_hours.count() == 7

    def test_shifts_of_different_years_may_share_an_hour(self, owner, world):
        world.doctor.weekly_hours.filter(weekday=0).update(valid_to="2026-12-31")
        body = self.second(
            fill(owner, change(world.doctor), {}), "weekly_hours", world.doctor, starts="10:00", valid_from="2027-01-01"
        )  # fmt: skip
        assert owner.post(change(world.doctor), body).status_code == 302

    def test_single_days_from_the_day_after_tomorrow_on(self, owner, world):
        today = timezone.localdate(timezone=world.branch.zone)
        soon, later = today + datetime.timedelta(days=1), today + datetime.timedelta(days=2)
        empty = fill(owner, change(world.doctor), {})
        day = {"weekday": ""}
        response = owner.post(
            change(world.doctor), self.second(empty, "day_hours", world.doctor, day=soon, **day)
        )
        assert "changed in the calendar" in response.content.decode()
        body = self.second(empty, "day_hours", world.doctor, day=later, **day)
        assert owner.post(change(world.doctor), body).status_code == 302
        assert world.doctor.day_hours.get().day == later

    def test_cap_and_place_in_a_chain(self, owner, world):
        save(owner, change(world.doctor), {"daily_cap": "25", "position": "2"})
        now = Practitioner.objects.get(pk=world.doctor.pk)
        assert (now.daily_cap, now.position) == (25, 2)

    def test_who_leaves_is_said_to_have_visits_still(self, owner, world):
        body = fill(owner, change(world.doctor), {"is_active": ""})
        page = owner.post(change(world.doctor), body, follow=True).content.decode()
        assert reverse("practitioner-hits", args=[world.doctor.pk]) in page


class TestFees:
    ADD = "/admin/staff/fee/add/"

    def test_a_fee_is_added_at_the_branch_worked_at(self, owner, world):
        wish = {
            "kind": "consultation",
            "practitioner": world.doctor.pk,
            "amount": "500",
            "valid_from": "2026-01-01",
        }
        assert save(owner, self.ADD, wish).status_code == 302
        fee = Fee.objects.get()
        assert (fee.branch, fee.amount) == (world.branch, 500)
        assert "There is a fee of that kind" in save(owner, self.ADD, wish).content.decode()

    def test_of_another_branch_s_practitioner_none(self, owner, world):
        there = factories.practitioner(world.elsewhere, full_name="Far Away")
        wish = {"kind": "consultation", "practitioner": there.pk, "amount": "500", "valid_from": "2026-01-01"}
        assert save(owner, self.ADD, wish).status_code == 422

    def test_a_negative_one_is_refused(self, owner, world):
        wish = {"kind": "consultation", "amount": "-1", "valid_from": "2026-01-01"}
        assert "negative" in save(owner, self.ADD, wish).content.decode()


def test_time_off_is_read_in_the_administration(owner, world):
    today = timezone.localdate()
    made = domain.mark_off(by=world.owner, person=world.doctor.user, first_day=today, last_day=today)
    assert "Vivek Kapoor" in owner.get("/admin/staff/timeoff/").content.decode()
    assert owner.post(change(made), {"reason": "x"}).status_code == 403
    assert owner.get("/admin/staff/timeoff/add/").status_code == 403


def test_a_device_is_out_of_service_once_at_a_time(owner, world):
    laser = factories.device(world.branch)
    body = fill(owner, change(laser), {}) | {
        "out_of_service-TOTAL_FORMS": "2",
        "out_of_service-0-starts_at_0": "2026-03-03", "out_of_service-0-starts_at_1": "10:00",
        "out_of_service-0-reason": "Cooling fails", "out_of_service-0-resource": str(laser.pk),
    }  # fmt: skip
    again = {
        "out_of_service-1-starts_at_0": "2026-03-05", "out_of_service-1-starts_at_1": "10:00",
        "out_of_service-1-reason": "Again", "out_of_service-1-resource": str(laser.pk),
    }  # fmt: skip
    assert "twice at a time" in owner.post(change(laser), body | again).content.decode()
    assert owner.post(change(laser), body).status_code == 302
    assert laser.out_of_service.get().ends_at is None


def test_hours_of_practitioners_are_of_their_branch(world):
    assert WeeklyHours.objects.filter(practitioner=world.doctor).count() == 7
    assert Branch.objects.count() == 2


def test_refusals_of_the_verbs_themselves(world, administrator):
    from clinic.refusals import Refusal

    RoleHeld.objects.filter(user=world.owner).update(branch=world.branch)
    with pytest.raises(Refusal, match="at least one active owner"):
        domain.require_an_owner(by=administrator)
    RoleHeld.objects.filter(user=world.owner).update(branch=None)  # the database looks when the test ends


def test_people_and_practitioners_are_switched_off_under_the_lock_of_whoever_books(sign_in, world):
    owner = sign_in(world.owner)
    for of in (world.doctor, world.doctor.user):
        with CaptureQueriesContext(connection) as queries:
            address = reverse(f"admin:{of._meta.label_lower.replace('.', '_')}_change", args=[of.pk])
            save(owner, address, {"is_active": ""})
        texts = [query["sql"] for query in queries]
        lock = next(i for i, sql in enumerate(texts) if "pg_advisory_xact_lock" in sql)
        table = 'UPDATE "clinic_resource"' if of == world.doctor else 'UPDATE "staff_user"'
        assert lock < next(i for i, sql in enumerate(texts) if table in sql)
