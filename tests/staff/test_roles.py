"""Roles: the matrix reads and changes rights, nobody lifts themselves by any way, the database says so too."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from clinic.audit import Context, acting
from clinic.permissions import Permission
from clinic.refusals import Refusal, Stale
from staff import domain, matrix
from staff.models import Grant, Role, RoleHeld, User
from tests import factories
from tests.factories.colleagues import own_role
from tests.race import race


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


def role(code: str) -> Role:
    return Role.objects.get(code=code)


def rights(of: Role) -> set[str]:
    return set(of.grants.values_list("permission", flat=True))


def key() -> dict[str, str]:
    return {"idempotency_key": str(compat.uuid7())}


def body(of: Role, *permissions: str, **changes) -> dict:
    cap = "" if of.discount_cap is None else of.discount_cap
    given = {"name": of.name, "description": of.description, "discount_cap": cap, "version": of.version}
    return given | {"permissions": list(permissions)} | changes


class TestTheMatrix:
    def test_every_right_stands_in_exactly_one_cell(self):
        found = [
            right.code
            for line in matrix.lines([])
            for right in [*(right for cell in line.cells for right in cell.rights), *line.others]
        ]
        assert sorted(found) == sorted(Permission.values)

    def test_presets_name_only_rights_and_roles_there_are(self, world):
        codes = set(Role.objects.values_list("code", flat=True))
        for preset in matrix.presets():
            assert set(preset.roles) <= codes
            for names in preset.roles.values():
                assert set(names) <= set(Permission.values), preset.code

    def test_the_two_houses_tables_are_kept_as_they_were_written(self):
        linqs, parth = (matrix.preset(code).roles for code in ("linqs", "parth"))
        assert {"packages.view"} == {each for each in linqs["doctor"] if each.startswith("packages")}
        assert {"packages.view", "packages.enrol"} == {
            each for each in linqs["receptionist"] if each.startswith("packages")
        }
        assert not [
            each for each in linqs["receptionist"] if each.startswith(("inventory", "staff", "settings"))
        ]
        assert "appointments.view" not in parth["manager"] and "leave.approve" in parth["manager"]
        assert [code for code, names in parth.items() if "appointments.create" in names] == ["receptionist"]
        assert [code for code, names in parth.items() if "staff.create" in names] == ["manager"]

    def test_a_role_is_read_and_changed(self, owner, world):
        nurse = role("nurse")
        page = owner.get(reverse("role-edit", args=[nurse.pk])).content.decode()
        assert 'value="notes.view" checked' in page and 'value="billing.view" checked' not in page
        wanted = (rights(nurse) - {"notes.view"}) | {"billing.view"}
        assert owner.post(reverse("role-edit", args=[nurse.pk]), body(nurse, *wanted)).status_code == 302
        assert rights(nurse) == wanted
        helper = factories.person(world.branch, "nurse")
        assert helper.may("billing.view") and not helper.may("notes.view")

    def test_a_preset_is_ticked_and_only_saved_when_one_saves(self, owner):
        doctor = role("doctor")
        before = rights(doctor)
        response = owner.get(reverse("role-edit", args=[doctor.pk]), {"preset": "parth"})
        on = {
            right.code
            for line in response.context["lines"]
            for cell in line.cells
            for right in cell.rights
            if right.is_on
        }
        assert on == {each for each in matrix.preset("parth").roles["doctor"] if matrix.column_of(each)}
        assert rights(doctor) == before
        owner.post(
            reverse("role-edit", args=[doctor.pk]), body(doctor, *matrix.preset("parth").roles["doctor"])
        )
        assert rights(doctor) == set(matrix.preset("parth").roles["doctor"])

    def test_two_with_the_same_matrix_open(self, owner, world):
        nurse = role("nurse")
        stale = body(nurse, "customers.view")
        owner.post(reverse("role-edit", args=[nurse.pk]), body(nurse, "files.view"))
        response = owner.post(reverse("role-edit", args=[nurse.pk]), stale)
        assert response.status_code == 422 and "Somebody else changed" in response.content.decode()
        assert rights(nurse) == {"files.view"}

    @pytest.mark.parametrize("junk", [["customers.fly"], ["'; DROP TABLE staff_role; --"], [""]])
    def test_rights_that_there_are_not(self, owner, junk):
        nurse = role("nurse")
        before = rights(nurse)
        assert owner.post(reverse("role-edit", args=[nurse.pk]), body(nurse, *junk)).status_code == 422
        assert rights(nurse) == before

    def test_a_role_of_ones_own_begins_like_another(self, owner):
        owner.post(reverse("role-new"), {"name": "Night desk", "like": role("receptionist").pk, **key()})
        made = Role.objects.get(name="Night desk")
        assert rights(made) == rights(role("receptionist")) and not made.is_system
        assert owner.post(reverse("role-new"), {"name": "night DESK", **key()}).status_code == 422

    def test_all_fourteen_are_there_and_pages_cost_the_same_for_all(
        self, owner, django_assert_max_num_queries
    ):
        assert Role.objects.filter(is_system=True).count() == 14
        with django_assert_max_num_queries(8):
            owner.get(reverse("role-list"))
        with django_assert_max_num_queries(10):
            owner.get(reverse("role-edit", args=[role("doctor").pk]))


class TestWhy:
    def test_it_names_role_and_branch(self, owner, world):
        domain.give_role(
            by=world.owner, person=world.receptionist, role=role("accountant"), branch=world.elsewhere
        )
        url = reverse("person-why", args=[world.receptionist.pk])
        page = owner.get(url, {"q": "close the books"}).content.decode()
        assert "Accountant, Linqs Indiranagar" in page and "May not" in page and "not here" in page
        page = owner.get(url, {"q": "take payments"}).content.decode()
        assert "Receptionist, Linqs Cosmetology Clinic" in page

    def test_what_nobody_gave_says_who_has_it(self, owner, world):
        page = owner.get(
            reverse("person-why", args=[world.receptionist.pk]), {"q": "audit.view"}
        ).content.decode()
        assert "no role of theirs; held by Administrator, Owner" in page

    @pytest.mark.parametrize("only", ["may", "may_not", "' OR 1=1"])
    def test_it_says_what_the_product_does(self, owner, world, only):
        found = owner.get(reverse("person-why", args=[world.receptionist.pk]), {"only": only}).context[
            "found"
        ]
        for _title, rows in found:
            for row in rows:
                assert row.counts_here == world.receptionist.may(row.code)

    def test_queries(self, owner, world, django_assert_max_num_queries):
        with django_assert_max_num_queries(9):
            owner.get(reverse("person-why", args=[world.receptionist.pk]))


class TestGiveAndTake:
    def test_given_at_a_branch_and_taken_again(self, owner, world):
        url = reverse("person-give-role", args=[world.receptionist.pk])
        given = {"role": role("cashier").pk, "where": world.branch.pk}
        assert owner.post(url, given | key()).status_code == 302
        held = RoleHeld.objects.get(user=world.receptionist, role__code="cashier")
        assert held.branch == world.branch
        assert owner.post(reverse("roleheld-take", args=[held.pk])).status_code == 302
        assert not RoleHeld.objects.filter(pk=held.pk).exists()

    @pytest.mark.parametrize("where", ["nowhere", "", "0" * 32])
    def test_a_branch_that_is_none(self, owner, world, where):
        url = reverse("person-give-role", args=[world.receptionist.pk])
        assert owner.post(url, {"role": role("cashier").pk, "where": where, **key()}).status_code == 409

    def test_a_role_that_is_off_is_not_given_and_grants_nothing(self, owner, world):
        own = own_role("audit.view")
        domain.give_role(by=world.owner, person=world.receptionist, role=own, branch=world.branch)
        assert User.objects.get(pk=world.receptionist.pk).may("audit.view")
        owner.post(reverse("role-switch", args=[own.pk]), {"to": "off"})
        assert not User.objects.get(pk=world.receptionist.pk).may("audit.view")
        own.refresh_from_db()
        with pytest.raises(Refusal, match="switched off"):
            domain.give_role(by=world.owner, person=world.doctor.user, role=own, branch=world.branch)


class TestNobodyLiftsThemselves:
    @pytest.fixture
    def administrator(self, world):
        return factories.person(None, "administrator", full_name="Asha Admin")

    def test_no_role_for_oneself(self, world, administrator):
        with pytest.raises(Refusal, match="their own roles"):
            domain.give_role(by=administrator, person=administrator, role=role("cashier"), branch=None)

    def test_no_right_for_a_role_one_holds(self, world, administrator):
        own = own_role("staff.configure")
        domain.give_role(by=world.owner, person=administrator, role=own, branch=world.branch)
        with pytest.raises(Refusal, match="hold this role"):
            domain.change_role(
                by=administrator, role=own, version=own.version, permissions={"staff.configure", "money.view"}
            )

    def test_no_right_one_lacks_not_even_where_one_holds_it_at_one_branch(self, world):
        own_role("staff.configure", "staff.view", name="People desk")
        clerk = factories.person(None, "people-desk")
        domain.give_role(by=world.owner, person=clerk, role=role("cashier"), branch=world.branch)
        clerk = User.objects.get(pk=clerk.pk)
        with pytest.raises(Refusal, match="don't hold at every branch"):
            domain.change_role(by=clerk, role=role("nurse"), version=1, permissions={"billing.collect"})
        with pytest.raises(Refusal, match="don't hold yourself"):
            domain.give_role(
                by=clerk,
                person=factories.person(world.elsewhere),
                role=role("cashier"),
                branch=world.elsewhere,
            )

    def test_not_at_a_branch_where_one_only_treats(self, world):
        both = factories.person(world.branch, "administrator")
        domain.give_role(by=world.owner, person=both, role=role("doctor"), branch=world.elsewhere)
        both, other = User.objects.get(pk=both.pk), factories.person(world.elsewhere)
        with pytest.raises(Refusal, match="where you administer people"):
            domain.give_role(by=both, person=other, role=role("employee"), branch=world.elsewhere)
        held = domain.give_role(by=world.owner, person=other, role=role("employee"), branch=world.elsewhere)
        with pytest.raises(Refusal, match="where you administer people"):
            domain.take_role(by=both, held=held)

    def test_a_role_counts_everywhere_so_a_branch_changes_none(self, world):
        local = factories.person(world.branch, "administrator")
        with pytest.raises(Refusal, match="counts at every branch"):
            domain.change_role(by=local, role=role("nurse"), version=1, permissions=set())
        with pytest.raises(Refusal, match="counts at every branch"):
            domain.add_role(by=local, name="Mine")

    def test_no_wider_discount(self, world):
        capped = own_role("staff.configure", "billing.create", name="Capped", cap=10)
        clerk = factories.person(None, "capped")
        wide = own_role("billing.create", name="Wide", cap=50)
        with pytest.raises(Refusal, match="larger discounts"):
            domain.give_role(by=clerk, person=factories.person(world.branch), role=wide, branch=None)
        with pytest.raises(Refusal, match="larger discount"):
            domain.change_role(
                by=clerk, role=wide, version=1, permissions={"billing.create"}, discount_cap=None
            )
        assert capped.discount_cap == 10

    def test_no_password_of_somebody_who_may_more_at_another_branch(self, world):
        """Seen here as a receptionist, administrator there: whoever may only do things here can't become them."""
        local = factories.person(world.branch, "administrator")
        both = factories.person(world.branch, "receptionist")
        domain.give_role(by=world.owner, person=both, role=role("administrator"), branch=world.elsewhere)
        both = User.objects.get(pk=both.pk)
        for verb in (
            lambda: domain.set_password(by=local, person=both, password="x" * 20),
            lambda: domain.deactivate_person(by=local, person=both),
            lambda: domain.change_person(
                by=local, person=both, version=0, login_version=both.version, email="me@x.in"
            ),
        ):
            with pytest.raises(Refusal, match="may do things that you may not"):
                verb()

    def test_the_owners_role_is_fixed(self, world, administrator):
        with pytest.raises(Refusal, match="can't be changed"):
            domain.change_role(by=administrator, role=role("owner"), version=1, permissions=set())

    def test_the_last_owner_stays(self, world, administrator):
        with pytest.raises(Refusal, match="at least one active owner"):
            domain.take_role(by=administrator, held=world.owner.roles_held.get())
        with pytest.raises(Refusal, match="at least one active owner"):
            domain.deactivate_person(by=administrator, person=world.owner)


class TestTheDatabaseSaysSoToo:
    """The domain is left out: whoever acts writes rows as a hole in it would."""

    def refused(self, by: User | None, write, name: str) -> None:
        with (
            acting(Context(by=str(by.pk) if by else ""), connection),
            pytest.raises(IntegrityError) as problem,
            transaction.atomic(),
        ):
            write()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert problem.value.__cause__.diag.constraint_name == name

    def test_a_role_for_oneself(self, world):
        me = world.receptionist
        self.refused(
            me, lambda: RoleHeld.objects.create(user=me, role=role("owner")), "roleheld_not_to_oneself"
        )

    def test_a_role_beyond_ones_own_rights(self, world):
        me, other = world.receptionist, world.doctor.user
        self.refused(
            me, lambda: RoleHeld.objects.create(user=other, role=role("owner")), "roleheld_within_ones_own"
        )

    def test_a_role_moved_to_oneself(self, world):
        held = RoleHeld.objects.get(user=world.owner)
        self.refused(
            world.receptionist, lambda: RoleHeld.objects.filter(pk=held.pk).update(user=world.receptionist), "roleheld_not_to_oneself",
        )  # fmt: skip

    def test_a_right_for_a_role_of_ones_own(self, world):
        clerk = factories.person(None, "owner", "cashier")
        self.refused(
            clerk,
            lambda: Grant.objects.create(role=role("cashier"), permission="money.view"),
            "grant_not_to_ones_own",
        )

    def test_a_right_that_one_lacks(self, world):
        me = world.receptionist
        self.refused(
            me,
            lambda: Grant.objects.create(role=role("nurse"), permission="money.view"),
            "grant_within_ones_own",
        )

    def test_a_wider_discount_for_oneself(self, world):
        own_role("billing.create", name="Capped", cap=5)
        me = factories.person(None, "capped")
        self.refused(
            me, lambda: Role.objects.filter(code="capped").update(discount_cap=None), "role_not_ones_own"
        )

    def test_the_owners_rights(self, world):
        self.refused(
            world.owner, lambda: Grant.objects.filter(role__code="owner").delete(), "grant_owner_keeps_all"
        )

    @pytest.mark.parametrize("change", [{"is_system": False}, {"code": "mine"}, {"is_active": False}])
    def test_system_roles(self, world, change):
        self.refused(
            world.owner, lambda: Role.objects.filter(code="nurse").update(**change), "role_system_stays"
        )

    def test_system_roles_are_not_deleted_by_the_application(self, world):
        with connection.cursor() as cursor:
            cursor.execute("SELECT has_table_privilege('staff_role', 'DELETE')")
            assert cursor.fetchone() == (False,)

    def test_the_last_owner(self, world):
        held = RoleHeld.objects.filter(user=world.owner)
        self.refused(None, lambda: held.delete(), "roleheld_last_owner_stays")
        self.refused(
            None,
            lambda: User.objects.filter(pk=world.owner.pk).update(is_active=False),
            "roleheld_last_owner_stays",
        )
        self.refused(None, lambda: held.update(branch=world.branch), "roleheld_last_owner_stays")


@pytest.mark.django_db(databases=["default", "owner"])
def test_system_roles_are_not_deleted_even_by_who_owns_the_tables():
    with (
        pytest.raises(IntegrityError) as problem,
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute("DELETE FROM staff_role WHERE code = 'nurse'")
    assert problem.value.__cause__.diag.constraint_name == "role_system_stays"


@pytest.mark.django_db(transaction=True)
def test_two_owners_end_each_others_ownership_past_the_domain():
    """Rows are written directly: the database itself lets one of them through."""
    factories.clinic()
    one, two = (factories.person(None, "owner", username=name) for name in ("one", "two"))

    def end(other: User):
        def write() -> str:
            with transaction.atomic():
                RoleHeld.objects.filter(user=other).delete()
            return "done"

        return write

    results = race(end(one), end(two))
    assert sorted(type(each).__name__ for each in results) == ["IntegrityError", "str"], results
    assert RoleHeld.objects.filter(role__code="owner").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_change_one_role_at_the_same_moment():
    """Both have the matrix open; the second is told, and what it granted is as if it had never saved."""
    factories.clinic()
    owners = [factories.person(None, "owner", username=name) for name in ("one", "two")]
    nurse = Role.objects.get(code="nurse")
    wanted = ({"customers.view"}, {"files.view"})
    results = race(
        *(
            lambda by=by, permissions=permissions: domain.change_role(
                by=by, role=nurse, version=nurse.version, permissions=permissions
            )
            for by, permissions in zip(owners, wanted, strict=True)
        )
    )
    assert sorted(isinstance(each, Stale) for each in results) == [False, True], results
    assert rights(nurse) in wanted


class TestRightsThatAreNotNeeded:
    def test_completing_a_session_is_a_right_of_the_visit(self, sign_in, world):
        """Who may complete visits and see packages completes a session; who may do all with packages but that does not."""
        from packages import domain as packages

        enrolment = packages.enrol(
            by=world.owner, branch=world.branch, customer=factories.customer(world.branch, world.receptionist),
            plan=factories.plan(factories.treatment(world.branch)), value=Decimal(1000), on=timezone.localdate(),
        )  # fmt: skip
        page = reverse("session-redeem", args=[enrolment.sessions.first().pk])
        own_role("visits.complete", name="Treats")
        own_role("packages.view", "packages.enrol", "packages.change", "packages.return", name="Sells")
        assert sign_in(factories.person(world.branch, "treats")).get(page).status_code == 200
        assert sign_in(factories.person(world.branch, "sells")).get(page).status_code == 403

    def test_who_bills_sees_what_is_left_without_a_right_on_stock(self, world):
        from billing import menu

        clerk = factories.person(world.branch, "cashier")
        cream = factories.item(world.branch, name="Cream of the test")
        factories.batch(cream, world.branch, world.owner, quantity=7)
        assert not clerk.may("inventory.view")
        found = menu.choices(user=clerk, words="cream of the test", today=timezone.localdate())
        assert (found[0].value, found[0].detail) == (f"product:{cream.pk}", "7 in stock")
