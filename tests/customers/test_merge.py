"""Two records of one person made one, and taken back."""

import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from uuid_utils import compat

from appointments import domain as appointments
from appointments.models import Appointment
from billing import domain as billing
from billing.models import Invoice, Payment
from clinic import registries
from clinic.models import Organisation
from clinic.privacy import handling
from clinic.refusals import Refusal, Stale
from customers import domain, queries, registry
from customers.models import Customer, Merge, Standing
from packages import domain as packages
from packages.models import RequirementMet
from tests import factories
from tests.factories import everything


@pytest.fixture
def priya(world):
    return factories.customer(
        world.branch, world.receptionist, full_name="Priya Mehta", phone="+919876543210", allergies="Latex"
    )


@pytest.fixture
def twin(world):
    """The same person registered once more, with one of everything hanging on that record."""
    bill = everything.issued_invoice(world.branch, by=world.receptionist, name="Priya M")
    half = billing.NewPayment(mode="upi", amount=Decimal(1000))
    billing.collect(by=world.receptionist, invoice=bill, payments=[half])
    twin = Customer.objects.get(full_name="Priya M")
    Customer.objects.filter(pk=twin.pk).update(
        allergies="Lidocaine", email="priya@example.in", phone="+919812300000"
    )
    requirement = factories.requirement(factories.treatment(world.branch))
    packages.meet(by=world.receptionist, requirement=requirement, customer=twin, is_passed=True)
    plan = factories.plan(factories.treatment(world.branch))
    packages.enrol(
        by=world.receptionist, branch=world.branch, customer=twin, plan=plan, value=Decimal(100), on=timezone.localdate()
    )  # fmt: skip
    starts_at = datetime.datetime.combine(
        timezone.localdate() + datetime.timedelta(days=1), datetime.time(11), world.branch.zone
    )
    appointments.book(
        by=world.receptionist, branch=world.branch, customer=twin, practitioner=world.doctor,
        treatment=factories.treatment(world.branch), starts_at=starts_at,
    )  # fmt: skip
    return Customer.objects.get(pk=twin.pk)


def merge(world, kept, merged, **more) -> Merge:
    return domain.merge(by=world.owner, kept=kept, merged=merged, **more)


def pointing_to(customer) -> dict[str, int]:
    counts = {
        model._meta.label: model._base_manager.filter(**{field.name: customer.pk}).count()
        for model, field in registry.pointers()
    }
    return {label: count for label, count in counts.items() if count}


def test_all_that_points_to_the_other_record_moves_and_can_be_given_back(world, priya, twin):
    theirs = pointing_to(twin)
    assert {
        "billing.Invoice", "billing.Payment", "packages.Enrolment", "packages.RequirementMet",
        "appointments.Appointment",
    } <= set(theirs)  # fmt: skip
    standing = Standing.objects.filter(customer=twin).values().get()
    bill = Invoice.objects.filter(customer=twin, status="issued").values("number", "buyer").get()
    made = merge(world, priya, twin)
    assert pointing_to(twin) == {}
    assert pointing_to(priya) == theirs | {"customers.Customer": 1}, "and the merged record points here"
    assert Invoice.objects.filter(customer=priya, status="issued").values("number", "buyer").get() == bill
    assert Standing.objects.get(customer=priya).active_packages == standing["active_packages"] == 1
    assert Standing.objects.get(customer=priya).due == standing["due"]
    domain.undo_merge(by=world.owner, merge=made)
    assert pointing_to(twin) == theirs
    assert pointing_to(priya) == {}
    assert Standing.objects.filter(customer=twin).values().get() == standing
    twin.refresh_from_db()
    assert (twin.is_active, twin.merged_into) == (True, None)


def test_what_proves_the_data_finds_nothing_after_a_merge(world, priya, twin):
    made = merge(world, priya, twin)
    assert [s for name, check in registries.proofs().items() for s in check()] == []
    domain.undo_merge(by=world.owner, merge=made)
    assert [s for name, check in registries.proofs().items() for s in check()] == []


def test_a_row_left_on_a_merged_record_is_found_by_the_proof(world, priya, twin):
    merge(world, priya, twin)
    Appointment.objects.filter(customer=priya).update(customer=twin)
    found = list(registries.proofs()["merged records"]())
    assert len(found) == 1
    assert twin.reference in found[0]


def test_the_values_are_chosen_line_by_line(world, priya, twin):
    made = merge(world, priya, twin, chosen={"allergies": "both", "email": "merged", "phone": "kept"})
    priya.refresh_from_db()
    assert (priya.allergies, priya.email, priya.phone) == (
        "Latex\nLidocaine",
        "priya@example.in",
        "+919876543210",
    )
    domain.undo_merge(by=world.owner, merge=made)
    priya.refresh_from_db()
    assert (priya.allergies, priya.email) == ("Latex", "")


def test_undoing_leaves_what_somebody_changed_since(world, priya, twin):
    made = merge(world, priya, twin, chosen={"allergies": "both", "email": "merged"})
    priya.refresh_from_db()
    domain.change(by=world.receptionist, customer=priya, version=priya.version, email="new@example.in")
    domain.undo_merge(by=world.owner, merge=made)
    priya.refresh_from_db()
    assert (priya.allergies, priya.email) == ("Latex", "new@example.in")


def test_what_is_written_after_the_merge_stays_with_the_kept_record(world, priya, twin):
    made = merge(world, priya, twin)
    priya.refresh_from_db()
    plan = factories.plan(factories.treatment(world.branch))
    later = packages.enrol(
        by=world.receptionist, branch=world.branch, customer=priya, plan=plan, value=Decimal(1), on=timezone.localdate()
    )  # fmt: skip
    domain.undo_merge(by=world.owner, merge=made)
    later.refresh_from_db()
    assert later.customer_id == priya.pk


def test_a_record_cant_be_merged_with_itself(world, priya):
    with pytest.raises(Refusal, match="with itself"):
        merge(world, priya, priya)


def test_a_merged_record_cant_be_merged_again(world, priya, twin):
    merge(world, priya, twin)
    other = factories.customer(world.branch, world.receptionist)
    for kept, merged in ((other, twin), (twin, other)):
        with pytest.raises(Refusal, match="merged already"):
            merge(world, Customer.objects.get(pk=kept.pk), Customer.objects.get(pk=merged.pk))


def test_records_of_two_organisations_stay_apart(world, priya):
    other = Organisation.objects.create(name="Other")
    stranger = factories.customer(world.branch, world.owner)
    Customer.objects.filter(pk=stranger.pk).update(organisation=other)
    stranger.refresh_from_db()
    with pytest.raises(Refusal, match="two organisations"):
        merge(world, priya, stranger)


def test_a_guardian_and_their_ward_are_two_people(world, priya):
    ward = factories.customer(world.branch, world.receptionist, guardian=priya)
    with pytest.raises(Refusal, match="guardian"):
        merge(world, priya, ward)


def test_a_chain_leads_to_the_last_and_is_undone_from_its_end(world, priya, twin):
    third = factories.customer(world.branch, world.receptionist)
    first = merge(world, priya, twin)
    second = merge(world, third, Customer.objects.get(pk=priya.pk))
    twin.refresh_from_db()
    assert twin.merged_into_id == third.pk
    with pytest.raises(Refusal, match="later merge first"):
        domain.undo_merge(by=world.owner, merge=first)
    domain.undo_merge(by=world.owner, merge=second)
    domain.undo_merge(by=world.owner, merge=first)
    twin.refresh_from_db()
    assert twin.merged_into is None
    assert "billing.Invoice" in pointing_to(twin)


def test_after_thirty_days_it_is_too_late(world, priya, twin):
    made = merge(world, priya, twin)
    Merge.objects.filter(pk=made.pk).update(
        created_at=timezone.now() - datetime.timedelta(days=30, minutes=1)
    )
    with pytest.raises(Refusal, match="30 days"):
        domain.undo_merge(by=world.owner, merge=made)
    Merge.objects.filter(pk=made.pk).update(created_at=timezone.now() - datetime.timedelta(days=29))
    domain.undo_merge(by=world.owner, merge=made)
    with pytest.raises(Refusal, match="undone already"):
        domain.undo_merge(by=world.owner, merge=made)


def test_records_changed_while_they_were_compared_are_compared_once_more(world, priya, twin):
    with pytest.raises(Stale):
        merge(world, priya, twin, versions=(priya.version + 1, twin.version))
    assert not Merge.objects.exists()


def test_the_database_moves_kept_rows_only_while_merging(world, twin, priya):
    """Payments, requirements and issued bills can't be pointed elsewhere by any other statement."""
    for rows in (Payment.objects.all(), RequirementMet.objects.all(), Invoice.objects.issued()):
        assert rows.filter(customer=twin).exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(customer=priya)


def test_the_database_moves_nothing_but_the_customer_while_merging(world, twin):
    for rows in (Payment.objects.all(), Invoice.objects.issued()):
        with pytest.raises(DatabaseError), transaction.atomic(), handling("merge"):
            rows.update(branch=world.elsewhere)


def test_the_other_record_is_found_as_the_kept_one(world, sign_in, priya, twin):
    merge(world, priya, twin)
    world.receptionist.work_at(None)
    for words in ("Priya M", "98123 00000", twin.reference):
        found = queries.choices(user=world.receptionist, words=words)
        assert priya in found, words
        assert twin not in found, words
    response = sign_in(world.receptionist).get(twin.get_absolute_url())
    assert response["Location"] == priya.get_absolute_url()


def test_a_verb_that_waited_for_the_merge_is_refused(world, priya, twin):
    """It holds the record it was asked for; that one is gone by the time it has it."""
    merge(world, priya, twin)
    plan = factories.plan(factories.treatment(world.branch))
    with pytest.raises(Refusal, match="merged with another"):
        packages.enrol(
            by=world.receptionist, branch=world.branch, customer=twin, plan=plan, value=Decimal(1), on=timezone.localdate()
        )  # fmt: skip


def test_branches_that_knew_the_other_know_the_kept_one(world, priya):
    abroad = factories.customer(world.elsewhere, world.colleague)
    merge(world, priya, abroad)
    assert priya in Customer.objects.visible_to(world.colleague)


# The pages


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


def address(customer) -> str:
    return reverse("customer-merge", args=[customer.pk])


def body(kept, merged, **chosen) -> dict[str, str]:
    return {
        "with": str(merged.pk), "kept_version": kept.version, "merged_version": merged.version,
        "idempotency_key": str(compat.uuid7()), **chosen,
    }  # fmt: skip


def test_who_may_be_the_same_is_offered(owner, world, priya):
    same = factories.customer(world.branch, world.receptionist, full_name="Priya S", phone="+919876543210")
    factories.customer(world.branch, world.receptionist, full_name="Ravi Rao")
    page = owner.get(address(priya)).content.decode()
    assert f"?with={same.pk}" in page
    assert "Ravi Rao" not in page


def test_both_are_compared_and_what_moves_is_counted(owner, priya, twin):
    page = owner.get(address(priya), {"with": twin.pk}).content.decode()
    assert "Latex" in page
    assert "Lidocaine" in page
    assert '<dt>Invoices</dt><dd class="tabular">1</dd>' in page


def test_merging_on_the_page(owner, priya, twin):
    response = owner.post(address(priya), body(priya, twin, take_email="merged"))
    assert response["Location"] == priya.get_absolute_url()
    priya.refresh_from_db()
    assert priya.email == "priya@example.in"
    assert priya.allergies == "Latex\nLidocaine", "what wasn't ticked stays as it was proposed"
    page = owner.get(priya.get_absolute_url()).content.decode()
    assert reverse("customer-merge-undo", args=[twin.pk]) in page
    assert owner.post(reverse("customer-merge-undo", args=[twin.pk])).status_code == 302
    assert pointing_to(priya) == {}


def test_merging_a_record_with_itself_on_the_page(owner, priya):
    response = owner.post(address(priya), body(priya, priya))
    assert response.status_code == 422
    assert "with itself" in response.content.decode()
    assert not Merge.objects.exists()


def test_a_stale_comparison_is_drawn_anew(owner, priya, twin):
    stale = body(priya, twin)
    Customer.objects.filter(pk=twin.pk).update(version=7, notes="New since")
    response = owner.post(address(priya), stale)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Compare them once more" in page
    assert "New since" in page


@pytest.mark.parametrize("with_", ["", "nonsense", "0190d0a0-0000-7000-8000-000000000000"])
def test_nobody_chosen_asks_again(owner, priya, with_):
    response = owner.post(address(priya), {"with": with_, "idempotency_key": str(compat.uuid7())})
    assert response.status_code == 422


def test_a_record_of_another_branch_is_not_there(sign_in, world, priya):
    abroad = factories.customer(world.elsewhere, world.colleague, full_name="Unseen Abroad")
    client = sign_in(factories.person(world.branch, "owner"))
    assert client.get(address(abroad)).status_code == 404
    response = client.get(address(priya), {"with": abroad.pk})
    assert "Unseen Abroad" not in response.content.decode()


def test_the_desk_may_not_merge(desk, priya):
    assert desk.get(address(priya)).status_code == 403
    assert "customer-merge" not in desk.get(priya.get_absolute_url()).content.decode()
