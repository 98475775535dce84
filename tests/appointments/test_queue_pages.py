"""The queue's page, its buttons, the token's slip, and the waiting room's screen, which says nothing it shouldn't."""

import datetime
import io
import re

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from appointments import domain, token_slip
from appointments.models import Appointment, BookingRules, QueueEntry
from customers.models import Customer
from staff.models import Practitioner
from tests import factories

CANARY = "Canary Zeta"


@pytest.fixture
def arrived(world):
    treatment = factories.treatment(world.branch, name="Laser Canary", minutes=5)

    def made(name: str = "", *, practitioner=None, minutes: int = 0, **changes) -> Appointment:
        more = {"full_name": name} if name else {}
        customer = factories.customer(world.branch, world.receptionist, **more, **changes.pop("customer", {}))
        now = timezone.now() - datetime.timedelta(minutes=minutes)
        values = {"status": "arrived", "arrived_at": now, "starts_at": now} | changes
        return Appointment.objects.create(
            number=factories.number(), branch=world.branch, customer=customer, treatment=treatment,
            practitioner=practitioner or world.doctor, ends_at=now + datetime.timedelta(minutes=5),
            booked_by=world.receptionist, **values,
        )  # fmt: skip

    return made


@pytest.fixture
def waiting(world, arrived):
    return lambda *who, **more: domain.enter_queue(by=world.receptionist, appointment=arrived(*who, **more))


def press(client, name: str, *ids, **body):
    return client.post(reverse(name, args=ids), {"idempotency_key": str(compat.uuid7()), **body})


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_an_empty_house(desk):
    assert "Nobody is here yet" in text(desk.get(reverse("queue")))


def test_the_page_says_who_is_where(desk, world, waiting, arrived):
    inside = waiting("Ira Inside")
    domain.start(by=world.doctor.user, appointment=domain.call(by=world.owner, entry=inside).appointment)
    called = waiting("Cara Called")
    domain.call(by=world.receptionist, entry=called)
    waiting("Willa Waits", minutes=12, customer={"allergies": "Latex"})
    waiting("Ella Emergency", priority="emergency")
    arrived("Tara Tokenless")
    said = text(desk.get(reverse("queue")))
    order = [
        "Inside",
        "Ira Inside",
        "Called",
        "Cara Called",
        "Waiting",
        "Ella Emergency",
        "Willa Waits",
        "Tara Tokenless",
    ]
    places = [said.index(words) for words in order]
    assert places == sorted(places)
    for words in ("waits 12 min", "Latex", "1 ahead", "2 ahead", "2 waiting", "Give token"):
        assert words in said


def test_every_button_does_what_it_says(desk, world, waiting, arrived):
    visit = arrived("Priya Mehta")
    assert press(desk, "appointment-enter-queue", visit.pk).status_code == 302
    entry = visit.queue_entry
    for name, ids, status in (
        ("queue-call-next", world.doctor.pk, "called"),
        ("queue-recall", entry.pk, "called"),
        ("queue-skip", entry.pk, "skipped"),
        ("queue-rejoin", entry.pk, "waiting"),
        ("queue-call", entry.pk, "called"),
    ):
        assert press(desk, name, ids)["Location"] == reverse("queue")
        entry.refresh_from_db()
        assert entry.status == status, name
    assert entry.call_count == 3


def test_a_button_pressed_in_the_page_draws_the_queues_alone(desk, waiting):
    entry = waiting("Priya Mehta")
    headers = {"HX-Request": "true", "HX-Target": "queues"}
    reply = desk.post(reverse("queue-call", args=[entry.pk]), headers=headers)
    assert reply.status_code == 200
    assert "<html" not in reply.content.decode()
    assert "A1, Priya Mehta, is called." in text(reply)
    refused = desk.post(reverse("queue-call", args=[entry.pk]), headers=headers)
    assert (refused.status_code, "has been called already" in text(refused)) == (409, True)


def test_nothing_is_sent_while_nothing_has_changed(desk, waiting):
    waiting()
    page = desk.get(reverse("queue")).content.decode()
    seen = re.search(r"seen=(\w+)", page).group(1)
    ask = {"headers": {"HX-Request": "true", "HX-Target": "queues"}}
    assert desk.get(reverse("queue"), {"seen": seen}, **ask).status_code == 204
    waiting()
    assert desk.get(reverse("queue"), {"seen": seen}, **ask).status_code == 200


def test_filters(desk, world, waiting):
    other = factories.practitioner(world.branch, full_name="Reena Rao", username="rao")
    waiting("Priya Mehta"), waiting("Neha Patel", practitioner=other)
    said = text(desk.get(reverse("queue"), {"practitioner": other.pk}))
    assert "Neha Patel" in said and "Priya Mehta" not in said
    said = text(desk.get(reverse("queue"), {"q": "priya"}))
    assert "Priya Mehta" in said and "Neha Patel" not in said
    assert "Priya Mehta" in text(desk.get(reverse("queue"), {"practitioner": "nonsense"}))


def test_who_treats_sees_their_own_queue_first_and_those_of_a_chain_in_its_order(sign_in, world, waiting):
    other = factories.practitioner(world.branch, full_name="Asha Rao", username="rao")
    Practitioner.objects.filter(pk=world.doctor.pk).update(position=1)
    Practitioner.objects.filter(pk=other.pk).update(position=2)
    waiting(), waiting(practitioner=other)

    def heads(user) -> list[str]:
        return re.findall(
            r'<h2 id="line-[^>]+>(.*?)</h2>', sign_in(user).get(reverse("queue")).content.decode()
        )

    assert heads(world.receptionist) == ["Dr. Vivek Kapoor", "Dr. Asha Rao"]
    assert heads(other.user) == ["Dr. Asha Rao", "Dr. Vivek Kapoor"]


def test_somebody_who_only_looks_has_no_buttons(sign_in, world, waiting):
    from staff.models import Grant, Role

    role = Role.objects.create(code="looker", name="Looker")
    Grant.objects.create(role=role, permission="appointments.view")
    waiting("Priya Mehta")
    page = sign_in(factories.person(world.branch, "looker")).get(reverse("queue"))
    assert "Priya Mehta" in text(page)
    assert "queue/" not in "".join(re.findall(r'<form method="post" action="([^"]+)"', page.content.decode()))


def test_nobody_is_called_while_the_practitioner_is_away(desk, world, waiting):
    waiting()
    Practitioner.objects.update(is_available=False)
    page = desk.get(reverse("queue"))
    assert "not available now" in text(page) and "Call next" not in text(page)
    assert press(desk, "queue-call-next", world.doctor.pk).status_code == 409


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_asks_as_much_for_thirty_as_for_one(desk, waiting, rows, django_assert_max_num_queries):
    for _ in range(rows):
        waiting()
    desk.get(reverse("queue"))
    with django_assert_max_num_queries(8):
        assert desk.get(reverse("queue")).status_code == 200


def test_putting_first_asks_why(desk, waiting):
    waiting("First Comer")
    entry = waiting("Priya Mehta")
    address = reverse("appointment-prioritise", args=[entry.appointment.pk])
    assert "Put Priya Mehta first" in text(desk.get(address))
    refused = press(desk, "appointment-prioritise", entry.appointment.pk, priority="emergency", reason=" ")
    assert refused.status_code == 422
    assert 'value="emergency"' in refused.content.decode() and "checked" in refused.content.decode()
    done = press(
        desk, "appointment-prioritise", entry.appointment.pk, priority="emergency", reason="Breathless"
    )
    assert done["Location"] == reverse("queue")
    said = text(desk.get(reverse("queue")))
    assert said.index("Priya Mehta") < said.index("First Comer")


def test_a_refused_priority_stands_beside_its_field(desk, world, waiting):
    BookingRules.objects.create(branch=world.branch, priority_cap=0)
    reply = press(
        desk, "appointment-prioritise", waiting().appointment.pk, priority="priority", reason="Asked for it"
    )
    assert reply.status_code == 422
    assert "as many as are allowed" in text(reply) and "Asked for it" in reply.content.decode()


class TestSlip:
    def facts(self, entry):
        return token_slip.facts(QueueEntry.objects.select_related("queue__branch").get(pk=entry.pk))

    def test_who_is_ahead_and_how_long_it_takes_today(self, world, waiting, arrived):
        done = arrived()
        entries = [waiting(), waiting(), waiting()]
        assert self.facts(entries[2])["minutes"] is None, "nobody has been served yet"
        begun = timezone.now() - datetime.timedelta(minutes=10)
        Appointment.objects.filter(pk=done.pk).update(
            status="completed", started_at=begun, completed_at=begun + datetime.timedelta(minutes=7)
        )
        assert (self.facts(entries[2])["ahead"], self.facts(entries[2])["minutes"]) == (2, 14)
        domain.call(by=world.receptionist, practitioner=world.doctor)
        assert self.facts(entries[0])["ahead"] is None
        assert self.facts(entries[2])["ahead"] == 2, "who is called goes in before"

    def test_the_paper(self, desk, waiting):
        entry = waiting(CANARY)
        reply = desk.get(reverse("queue-slip", args=[entry.pk]))
        assert (reply.status_code, reply["Content-Type"]) == (200, "application/pdf")
        (page,) = pypdf.PdfReader(io.BytesIO(reply.content)).pages
        assert round(float(page.mediabox.width) / 72 * 25.4) == 80
        assert float(page.mediabox.height) < 400
        said = page.extract_text()
        for words in ("A1", "Dr. Vivek Kapoor", "You are next"):
            assert words in said
        assert "Canary" not in said


class TestScreen:
    @pytest.fixture
    def screen(self, world):
        key = domain.renew_display(by=world.owner, branch=world.branch).display_key
        return reverse("queue-display", args=[key])

    def test_it_shows_tokens_and_masked_names_to_anybody_with_the_key(self, client, world, waiting, screen):
        waiting("Priya Mehta"), waiting("Neha Patel")
        domain.call(by=world.receptionist, practitioner=world.doctor)
        reply = client.get(screen)
        said = text(reply)
        for words in ("A1", "P••••a M.", "A2", "N••••a P.", "Dr. Vivek Kapoor", "Linqs"):
            assert words in said
        assert reply["Cache-Control"] == "private, no-store"
        assert not reply.cookies

    def test_no_name_no_phone_no_treatment(self, client, world, waiting, screen):
        for _ in range(6):
            waiting(CANARY, customer={"allergies": "Canary seed"})
        domain.call(by=world.receptionist, practitioner=world.doctor)
        for headers in ({}, {"HX-Request": "true", "HX-Target": "screen"}):
            page = client.get(screen, headers=headers).content.decode()
            assert "C••••y Z." in page
            phones = Customer.objects.values_list("phone", flat=True)
            for secret in ("Canary", "Zeta", "Laser", "seed", *(phone[3:] for phone in phones)):
                assert secret not in page

    def test_a_wrong_key_is_nowhere_and_a_new_one_ends_the_old(self, client, sign_in, world, screen):
        assert client.get(reverse("queue-display", args=[compat.uuid7()])).status_code == 404
        assert client.get(screen).status_code == 200
        press(sign_in(world.owner), "queue-display-renew")
        assert client.get(screen).status_code == 404

    def test_it_is_told_only_of_changes(self, client, world, waiting, screen):
        waiting()
        seen = re.search(r"seen=(\w+)", client.get(screen).content.decode()).group(1)
        quiet = client.get(screen, {"seen": seen})
        assert (quiet.status_code, quiet["Cache-Control"]) == (204, "private, no-store")
        entry = domain.call(by=world.receptionist, practitioner=world.doctor)
        fresh = client.get(screen, {"seen": seen}, headers={"HX-Request": "true", "HX-Target": "screen"})
        assert fresh.status_code == 200 and "<html" not in fresh.content.decode()
        seen = re.search(r"seen=(\w+)", fresh.content.decode()).group(1)
        domain.recall(by=world.receptionist, entry=entry)
        assert client.get(screen, {"seen": seen}).status_code == 200, "called again is news"

    def test_the_room_of_the_visit_stands_beside_its_practitioner(self, client, world, waiting, screen):
        from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

        from appointments.models import Hold
        from clinic.models import Resource

        room = Resource.objects.create(branch=world.branch, kind="room", name="Room 4")
        entry = waiting("Priya Mehta")
        visit = entry.appointment
        Hold.objects.create(
            appointment=visit, resource=room, during=DateTimeTZRange(visit.starts_at, visit.ends_at)
        )
        assert "Room 4" not in text(client.get(screen))
        domain.call(by=world.receptionist, entry=entry)
        assert "Room 4" in text(client.get(screen))

    @pytest.mark.parametrize("rows", [1, 30])
    def test_it_asks_as_much_for_thirty_as_for_one(
        self, client, waiting, screen, rows, django_assert_max_num_queries
    ):
        for _ in range(rows):
            waiting()
        with django_assert_max_num_queries(5):
            client.get(screen)

    def test_the_desk_sees_its_address_once_it_is_set_up(self, sign_in, world, desk):
        client = sign_in(world.owner)
        assert "Set up the screen" in text(client.get(reverse("queue")))
        press(client, "queue-display-renew")
        key = BookingRules.objects.get().display_key
        assert str(key) in client.get(reverse("queue")).content.decode()
