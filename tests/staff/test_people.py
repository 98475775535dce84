"""People who work here: numbers, the list, the record, postings, photo, card; switched off with what waits for them."""

import datetime
import io
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from uuid_utils import compat

from appointments import domain as appointments
from billing import domain as billing
from clinic import references, registries
from clinic.models import AuditRow, Event
from clinic.refusals import Refusal, Stale
from staff import domain
from staff.models import Employee, Posting, Role, StaffCard, User
from tests import factories
from tests.factories import colleagues, pictures
from tests.race import race


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


@pytest.fixture
def manager(world):
    return factories.person(world.branch, "manager", full_name="Mala Manager")


@pytest.fixture
def kiran(world):
    return colleagues.employee(world.branch, "therapist", full_name="Kiran Rao", position="Therapist")


def key() -> dict[str, str]:
    return {"idempotency_key": str(compat.uuid7())}


def url(name: str, *args) -> str:
    return reverse(name, args=[getattr(each, "pk", each) for each in args])


def read_pdf(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)


def new(**changes) -> dict:
    given = {
        "full_name": "Nita Dsouza",
        "username": "nita",
        "email": "",
        "phone": "98765 43213",
        "position": "Nurse",
        "on": "2026-11-01",
    }
    return given | {"role": ""} | changes | key()


class TestTakenOn:
    def test_with_two_numbers_a_posting_and_a_role(self, owner, world):
        response = owner.post(url("person-new"), new(role=Role.objects.get(code="nurse").pk))
        nita = User.objects.get(username="nita")
        assert response["Location"] == url("person-detail", nita)
        assert nita.employee.code == "EMP01"
        assert references.is_right(nita.employee.number) and nita.employee.number[2] == "E"
        assert (nita.role_names, nita.has_usable_password()) == (["Nurse"], False)
        assert nita.postings.get().branch == world.branch
        assert Event.objects.filter(verb="person.employed", by_id=world.owner.pk).exists()

    def test_by_a_manager_only_with_rights_of_their_own(self, sign_in, manager, world):
        desk = sign_in(manager)
        assert desk.post(url("person-new"), new(role=Role.objects.get(code="doctor").pk)).status_code == 422
        assert desk.post(url("person-new"), new(role=Role.objects.get(code="employee").pk)).status_code == 302
        with pytest.raises(Refusal, match="rights that you don't hold"):
            domain.take_on_person(
                by=manager, branch=world.branch, username="x1", full_name="X", on=timezone.localdate(),
                role=Role.objects.get(code="doctor"),
            )  # fmt: skip
        assert not User.objects.filter(username="x1").exists()

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"username": "MEENA"}, "already"), ({"username": "two words"}, "without spaces"), ({"phone": "12"}, "phone"),
            ({"on": "31-31-31"}, "valid date"), ({"full_name": ""}, "required"), ({"email": "x"}, "valid email"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_said(self, owner, changes, said):
        response = owner.post(url("person-new"), new(**changes))
        assert response.status_code == 422 and said in response.content.decode()
        assert not Employee.objects.exists()

    def test_somebody_without_a_role_is_seen_where_they_are_posted_and_may_nothing(
        self, owner, world, client
    ):
        owner.post(url("person-new"), new())
        nita = User.objects.get(username="nita")
        assert "Nita Dsouza" in owner.get(url("person-list")).content.decode()
        assert nita.branches == [] and not nita.may("dashboard.view")

    def test_numbers_are_unique_in_the_database(self, kiran, world):
        other = colleagues.employee(world.branch, full_name="Other").employee
        for column in ("number", "code"):
            with pytest.raises(IntegrityError), transaction.atomic():
                Employee.objects.filter(pk=other.pk).update(**{column: getattr(kiran.employee, column)})


@pytest.mark.django_db(transaction=True)
def test_six_taken_on_at_once_get_six_numbers():
    branch = factories.clinic()
    people = [factories.person(branch, username=f"p{n}") for n in range(6)]
    today = timezone.localdate()
    results = race(
        *(lambda who=who: domain.employ(by=None, person=who, branch=branch, on=today) for who in people)
    )
    assert all(isinstance(each, Employee) for each in results), results
    assert sorted(each.code for each in results) == [f"EMP0{n}" for n in range(1, 7)]
    assert len({each.number for each in results}) == 6


@pytest.mark.django_db(transaction=True)
def test_posted_twice_at_the_same_moment_is_posted_once():
    branch = factories.clinic()
    owner, who = factories.person(None, "owner"), factories.person(branch)
    today = timezone.localdate()
    results = race(*[lambda: domain.post(by=owner, person=who, branch=branch, valid_from=today)] * 3)
    assert sum(isinstance(each, Posting) for each in results) == 1, results
    with pytest.raises(IntegrityError):  # past the domain
        Posting.objects.create(person=who, branch=branch, valid_from=today + datetime.timedelta(days=9))


class TestList:
    def test_search_filter_and_sort(self, owner, world, kiran):
        skin = domain.open_department(
            by=world.owner, branch=world.branch, name="Skin", code="SKIN", members=[world.doctor]
        )

        def names(**asked) -> list[str]:
            return [person.full_name for person in owner.get(url("person-list"), asked).context["page"]]

        assert (
            names(q="kiran")
            == names(q=kiran.employee.code.lower())
            == names(q=kiran.employee.number)
            == ["Kiran Rao"]
        )
        assert names(department=skin.pk) == ["Vivek Kapoor"]
        assert names(role=Role.objects.get(code="receptionist").pk) == ["Meena Joshi"]
        assert names() == sorted(names()) and names(sort="-name") == sorted(names(), reverse=True)
        domain.deactivate_person(by=world.owner, person=kiran)
        assert "Kiran Rao" not in names() and names(state="off") == ["Kiran Rao"]
        assert "Colleague Elsewhere" not in names(state="all")

    @pytest.mark.parametrize(
        "asked", [{"sort": "password"}, {"sort": "-x';--"}, {"role": "x"}, {"page": "zz"}, {"q": "%_'"}]
    )
    def test_what_is_not_offered_counts_as_not_asked(self, owner, asked):
        assert owner.get(url("person-list"), asked).status_code == 200

    @pytest.mark.parametrize("many", [1, 30])
    def test_queries(self, owner, world, many, django_assert_max_num_queries):
        for number in range(many):
            colleagues.employee(world.branch, "nurse", full_name=f"Nurse {number}")
        with django_assert_max_num_queries(8):
            assert owner.get(url("person-list")).status_code == 200


class TestRecord:
    def body(self, person: User, **changes) -> dict:
        return {
            "full_name": person.full_name, "email": person.email, "phone": "98765 43211", "position": "Senior", "qualification": "MD",
            "language": "hi", "version": person.employee.version, "login_version": person.version,
        } | changes  # fmt: skip

    def test_changed_in_one_go(self, owner, kiran):
        assert (
            owner.post(url("person-edit", kiran), self.body(kiran, practising_since="2011")).status_code
            == 302
        )
        now = User.objects.get(pk=kiran.pk)
        assert (now.phone, now.employee.position, now.employee.qualification) == (
            "+919876543211",
            "Senior",
            "MD",
        )
        assert (now.language, now.employee.practising_since) == ("hi", 2011)

    def test_registration_goes_wherever_they_treat(self, owner, world):
        who = world.doctor.user
        domain.employ(by=None, person=who, branch=world.branch, on=timezone.localdate())
        owner.post(url("person-edit", who), self.body(who, registration_number="KMC 4711"))
        world.doctor.refresh_from_db()
        assert world.doctor.registration_number == "KMC 4711"

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"time_zone": "Asia/Atlantis"}, "valid choice"), ({"practising_since": "11"}, "four digits"),
            ({"joined_on": "2026-05-01", "left_on": "2026-04-01"}, "leaves before"), ({"blood_group": "Z"}, "valid choice"),
            ({"phone": "9"}, "phone"), ({"full_name": ""}, "required"), ({"email": "nope"}, "valid email"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_said_and_nothing_is_half_written(self, owner, kiran, changes, said):
        response = owner.post(url("person-edit", kiran), self.body(kiran, **changes))
        assert response.status_code == 422 and said in response.content.decode()
        now = User.objects.get(pk=kiran.pk)
        assert (now.phone, now.employee.position) == (kiran.phone, "Therapist")

    def test_stale(self, owner, kiran):
        old = self.body(kiran)
        owner.post(url("person-edit", kiran), self.body(kiran, position="First"))
        response = owner.post(url("person-edit", kiran), old)
        assert response.status_code == 422 and "Somebody else changed" in response.content.decode()
        assert Employee.objects.get(user=kiran).position == "First"

    def test_a_manager_changes_the_record_of_a_doctor_but_not_the_way_into_their_login(self, manager, world):
        who = world.doctor.user
        domain.employ(by=None, person=who, branch=world.branch, on=timezone.localdate())
        given = {"version": who.employee.version, "login_version": who.version}
        domain.change_person(by=manager, person=who, position="Senior", **given)
        with pytest.raises(Refusal, match="may do things that you may not"):
            domain.change_person(
                by=manager, person=User.objects.get(pk=who.pk), email="me@evil.example", **given
            )

    def test_a_photo_is_drawn_anew_without_its_place(self, owner, kiran):
        owner.post(url("person-set-portrait", kiran), {"photo": pictures.upload()})
        photo = owner.get(url("person-portrait", kiran))
        assert photo["Content-Type"] == "image/webp" and photo.content[:4] == b"RIFF"
        assert pictures.MAKE.encode() not in photo.content
        row = AuditRow.objects.filter(table_name="staff_employee", action="U").latest("id")
        assert row.changed["portrait"] == ["secret", "secret"]
        owner.post(url("person-set-portrait", kiran), {"without": "on"})
        assert owner.get(url("person-portrait", kiran)).status_code == 404

    @pytest.mark.parametrize(
        "content", [b"%PDF-1.4 %%EOF", b"<svg onload=alert(1)>", b"", b"\xff\xd8\xff junk", b"MZ"]
    )
    def test_what_is_no_photo_is_refused(self, owner, kiran, content):
        response = owner.post(url("person-set-portrait", kiran), {"photo": pictures.upload("x.jpg", content)})
        assert response.status_code == 422
        assert Employee.objects.get(user=kiran).portrait is None

    def test_of_another_branch_nobody_is_found(self, sign_in, world, kiran):
        there = sign_in(factories.person(world.elsewhere, "administrator"))
        for name in ("person-detail", "person-edit", "person-why", "person-deactivate", "person-portrait"):
            assert there.get(url(name, kiran)).status_code == 404, name

    def test_everybody_sees_their_own_page_and_no_other(self, sign_in, world, kiran):
        client = sign_in(kiran)
        assert kiran.employee.number in client.get(url("my-page")).content.decode()
        assert client.get(url("person-detail", world.receptionist)).status_code == 403
        assert client.get(url("person-portrait", world.receptionist)).status_code == 404

    def test_queries_of_a_page(self, owner, world, kiran, django_assert_max_num_queries):
        with django_assert_max_num_queries(18):
            owner.get(url("person-detail", kiran))


class TestPostings:
    def test_at_another_branch_and_ended(self, owner, world, kiran):
        given = {
            "branch": world.elsewhere.pk,
            "department": "",
            "valid_from": "2026-01-01",
            "valid_to": "",
            **key(),
        }
        assert owner.post(url("person-post", kiran), given).status_code == 302
        posting = Posting.objects.get(person=kiran, branch=world.elsewhere)
        assert kiran in User.objects.visible_to(factories.person(world.elsewhere, "manager"))
        assert owner.post(url("posting-end", posting), {"last_day": "2025-01-01"}).status_code == 409
        assert owner.post(url("posting-end", posting), {"last_day": "2026-02-01"}).status_code == 302
        again = given | {"valid_from": "2026-01-20"} | key()
        assert "posted there already" in owner.post(url("person-post", kiran), again).content.decode()

    def test_not_where_one_does_not_change_records(self, manager, world, kiran):
        with pytest.raises(Refusal, match="only at branches"):
            domain.post(by=manager, person=kiran, branch=world.elsewhere, valid_from=timezone.localdate())


class TestCard:
    def test_front_and_back_with_numbers_and_photo(self, owner, world, kiran):
        owner.post(url("person-set-portrait", kiran), {"photo": pictures.upload()})
        owner.post(url("person-issue-card", kiran), key())
        card = StaffCard.objects.get()
        assert card.portrait
        response = owner.get(url("staffcard-paper", card))
        text = read_pdf(response.content)
        for words in (
            "Kiran Rao",
            kiran.employee.number,
            "EMP01",
            "Therapist",
            "14-B, MG Road",
            "while they work here",
        ):
            assert words in text, words

    def test_a_new_one_ends_the_old_and_a_void_one_is_not_printed(self, owner, kiran):
        owner.post(url("person-issue-card", kiran), key())
        owner.post(url("person-issue-card", kiran), key())
        old, now = StaffCard.objects.order_by("edition")
        assert (old.revoked_because, now.edition) == ("Replaced by a new card", 2)
        assert owner.get(url("staffcard-paper", old)).status_code == 409
        owner.post(url("staffcard-revoke", now), {"reason": "Lost"})
        assert owner.post(url("staffcard-revoke", now), {"reason": "Again"}).status_code == 409
        assert not StaffCard.objects.live().exists()

    def test_it_shows_what_it_showed_when_it_was_issued(self, owner, kiran):
        owner.post(url("person-issue-card", kiran), key())
        Employee.objects.update(position="Chief")
        assert "Therapist" in read_pdf(owner.get(url("staffcard-paper", StaffCard.objects.get())).content)

    def test_one_good_card_in_the_database(self, world, kiran):
        made = domain.issue_staff_card(by=world.owner, person=kiran, branch=world.branch)
        with pytest.raises(IntegrityError), transaction.atomic():
            StaffCard.objects.create(
                person=kiran, edition=9, issued_at=timezone.now(), issued_by=made.issued_by
            )

    def test_for_whom_there_is_none(self, world, kiran):
        with pytest.raises(Refusal, match="doesn't work here"):
            domain.issue_staff_card(by=world.owner, person=world.receptionist, branch=world.branch)


class TestDeactivated:
    def test_sessions_end_at_once_and_stay_ended(self, owner, world, kiran):
        theirs = Client()
        theirs.force_login(kiran, backend="staff.backends.EmailOrUsername")
        assert theirs.get(url("my-page")).status_code == 200
        owner.post(url("person-deactivate", kiran))
        assert theirs.get(url("my-page")).status_code == 302
        owner.post(url("person-activate", kiran))
        assert theirs.get(url("my-page")).status_code == 302
        assert owner.get(url("person-list")).status_code == 200  # only theirs

    def test_sessions_end_where_the_administration_switches_somebody_off_too(self, owner, kiran):
        from tests.staff.admin_forms import save

        theirs = Client()
        theirs.force_login(kiran, backend="staff.backends.EmailOrUsername")
        assert theirs.get(url("my-page")).status_code == 200
        save(owner, reverse("admin:staff_user_change", args=[kiran.pk]), {"is_active": ""})
        save(owner, reverse("admin:staff_user_change", args=[kiran.pk]), {"is_active": "on"})
        assert User.objects.get(pk=kiran.pk).is_active
        assert theirs.get(url("my-page")).status_code == 302

    def test_what_still_waits_for_them_is_shown_first(self, owner, world):
        who = world.doctor.user
        tomorrow = timezone.localdate(timezone=world.branch.zone) + datetime.timedelta(days=1)
        visit = appointments.book(
            by=world.receptionist, branch=world.branch, customer=factories.customer(world.branch, world.receptionist),
            practitioner=world.doctor, treatment=factories.treatment(world.branch),
            starts_at=datetime.datetime.combine(tomorrow, datetime.time(11), world.branch.zone),
        )  # fmt: skip
        billing.draft(by=who, branch=world.branch, customer=visit.customer)
        billing.open_drawer(by=who, branch=world.branch, opening_float=Decimal(0))
        counted = {each.what: each.count for each in registries.assigned_to(world.owner, who)}
        assert counted == {
            "Visits to come": 1,
            "Drawers that are open or not verified": 1,
            "Drafts of bills": 1,
        }
        page = owner.get(url("person-deactivate", who)).content.decode()
        assert all(words in page for words in counted)
        owner.post(url("person-deactivate", who))
        assert not User.objects.get(pk=who.pk).is_active
        visit.refresh_from_db()
        assert visit.status == "scheduled"
        assert owner.get(url("practitioner-hits", world.doctor)).status_code == 200

    def test_nobody_switches_themselves_off_or_somebody_who_may_more(self, owner, world, manager):
        assert owner.post(url("person-deactivate", world.owner)).status_code == 409
        with pytest.raises(Refusal, match="may do things that you may not"):
            domain.deactivate_person(by=manager, person=world.owner)

    def test_twice_is_once(self, owner, kiran):
        owner.post(url("person-deactivate", kiran))
        before = Event.objects.filter(verb="person.deactivated").count()
        owner.post(url("person-deactivate", kiran))
        assert Event.objects.filter(verb="person.deactivated").count() == before == 1


def test_stale_is_a_refusal_of_its_own(world, kiran):
    with pytest.raises(Stale):
        domain.change_person(by=world.owner, person=kiran, version=99, login_version=1, position="X")
