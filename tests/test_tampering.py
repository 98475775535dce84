"""Fields that a form doesn't have, and ids of things it is not about: nothing happens that the form doesn't say."""

import re
from decimal import Decimal
from uuid import UUID

import pytest
from django.apps import apps
from django.utils import timezone

from clinic.models import AuditPersonalValue, AuditRow, Event
from packages import domain as packages
from tests import factories
from tests.factories.forms import editor, every_form, stage
from tests.isolation import undone

BACKEND = "staff.backends.EmailOrUsername"
OURS = (
    "clinic",
    "staff",
    "customers",
    "inventory",
    "packages",
    "purchasing",
    "appointments",
    "billing",
    "notifications",
)
#: Boxes and buttons that forms do have and `every_form` leaves alone.
OWN = {
    "is_walk_in",
    "add_ons",
    "print_address",
    "show",
    "pay",
    "add",
    "anyway",
    "reminds_of_dues",
    "own_only",
}
MADE_UP = {"id", "label_code", "code", "display_key"}  # by chance, each time anew
LOOKUPS = (
    "_connector",
    "_negated",
    "__class__",
    "pk",
    "id__in",
    "customer__organisation",
    "is_superuser",
    "DELETE",
)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d.*")


@pytest.fixture
def there(world):
    return stage(world.elsewhere, world.colleague, name="Far Away")


@pytest.fixture
def owner(sign_in, world):
    return sign_in(world.owner)


def smuggled(there) -> dict[str, str]:
    """Every column of every table, with a value that would show."""
    ids = {
        "branch": there.branch.pk, "home_branch": there.branch.pk, "customer": there.customer.pk,
        "practitioner": there.doctor.pk, "appointment": there.scheduled.pk, "invoice": there.unpaid.pk,
        "organisation": UUID(int=7), "by": there.by.pk, "user": there.by.pk, "status": "completed", "number": "X/1",
    }  # fmt: skip
    columns = {
        field.name
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.concrete_fields
    }
    names = columns | {f"{name}_id" for name in ids} | set(LOOKUPS) | {"is_staff", "total", "paid", "due"}
    return {name: str(ids.get(name.removesuffix("_id"), "7")) for name in names - OWN}


def effects(since: int, known: set[str]) -> list[tuple]:
    """All that was written, but for ids and moments that differ each time."""
    rows = list(AuditRow.objects.changes().filter(pk__gt=since).order_by("pk"))
    personal = AuditPersonalValue.objects.filter(audit_id__gt=since).order_by("audit_id", "column_name")
    return [
        *(
            (
                row.table_name,
                row.action,
                {name: plain(values, known) for name, values in row.changed.items() if name not in MADE_UP},
            )
            for row in rows
        ),
        *personal.exclude(column_name__in=MADE_UP).values_list("column_name", "before_and_after"),
        Event.objects.count(),
    ]


def plain(values: list, known: set[str]) -> list[str]:
    return [_plain(str(value), known) for value in values]


def _plain(value: str, known: set[str]) -> str:
    if MOMENT.fullmatch(value) or value.startswith("sha256:"):
        return "differs"
    return re.sub(r"[0-9a-f-]{36}", lambda key: key[0] if key[0] in known else "new", value)


def last() -> int:
    return AuditRow.objects.changes().order_by("-pk").values_list("pk", flat=True).first()


def test_fields_that_a_form_does_not_have_change_nothing(owner, world, on, there, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = None  # every column of every table, for each line of a bill
    extra, wrong = smuggled(there), []
    known = {*extra.values(), *(str(row.pk) for on_ in (on, there) for row in vars(on_).values())}
    for name, form in every_form(on).items():
        outcomes = []
        for body in (form.body, {**extra, **lines_with(extra, form.body), **form.body}):
            owner.force_login(world.owner, backend=BACKEND)
            with undone():
                before = last()
                response = owner.post(form.url, body)
                outcomes.append((response.status_code, effects(before, known)))
        if outcomes[0] != outcomes[1]:
            wrong.append((name, *outcomes))
    assert wrong == []


def lines_with(extra: dict[str, str], body: dict[str, str]) -> dict[str, str]:
    """The same for each line of a bill."""
    stems = {name.removesuffix("-quantity") for name in body if name.endswith("-quantity")}
    stems = {stem for stem in stems if not stem.startswith("consumable-")}  # those have a box to delete them
    return {f"{stem}-{name}": value for stem in stems for name, value in extra.items()}


def test_no_form_lifts_anybody(owner, desk, world, on, there):
    """What a receptionist may send, with every right ticked."""
    lifts = {
        "is_staff": "on",
        "is_superuser": "on",
        "roles_held-0-role": "owner",
        "permission": "staff.configure",
    }
    held = world.receptionist.roles_held.count()
    for form in every_form(on).values():
        desk.force_login(world.receptionist, backend=BACKEND)
        desk.post(form.url, form.body | lifts)
    world.receptionist.refresh_from_db()
    assert world.receptionist.roles_held.count() == held
    assert not world.receptionist.may("staff.configure")


class Swapped:
    """What a body may name instead of its own, by form and field."""

    def __init__(self, world, on, there) -> None:
        self.on, self.there = on, there
        neha = factories.customer(world.branch, world.receptionist, full_name="Neha Patel")
        bought = packages.enrol(
            by=world.receptionist, branch=world.branch, customer=neha, plan=factories.plan(on.treatment),
            value=Decimal(36000), on=timezone.localdate(),
        )  # fmt: skip
        self.session_of_neha = bought.sessions.first()
        self.other_batch = factories.batch(
            factories.item(world.branch), world.branch, world.receptionist, quantity=3
        )
        self.batch_there = factories.batch(on.item, world.elsewhere, world.colleague, quantity=3)
        lines = {bool(line.item_id): line for line in on.draft.lines.all()}
        self.service, self.product = f"line-{lines[False].pk}", f"line-{lines[True].pk}"

    @property
    def cases(self) -> list[tuple[str, dict, int]]:
        there, line = self.there, {"add": f"product:{self.there.batch.pk}"}
        bill = [("invoice-edit", 422), ("invoice-issue", 422), ("invoice-line-add", 422)]
        return [
            ("appointment-new", {"customer": there.customer.pk}, 422),
            ("appointment-new", {"practitioner": there.doctor.pk}, 422),
            ("appointment-new", {"what": f"session:{self.session_of_neha.pk}"}, 422),
            ("appointment-new", {"what": f"treatment:{there.item.pk}"}, 422),
            ("appointment-reschedule", {"practitioner": there.doctor.pk}, 422),
            ("invoice-new", {"customer": there.customer.pk}, 404),
            ("invoice-new", {"appointment": there.scheduled.pk, "customer": ""}, 404),
            ("invoice-new", {"appointment": there.scheduled.pk}, 404),
            ("invoice-new", {"plan": there.treatment.pk}, 404),
            ("switch-branch", {"branch": UUID(int=7)}, 409),
            ("stock-in", {"supplier": there.customer.pk}, 422),
            ("invoice-line-add", line, 422),
            *((name, {f"{self.service}-practitioner": there.doctor.pk}, status) for name, status in bill),
            *((name, {f"{self.product}-batch": self.other_batch.pk}, status) for name, status in bill),
            *((name, {f"{self.product}-batch": self.batch_there.pk}, status) for name, status in bill),
            *((name, {f"{self.service}-batch": on_batch}, status) for name, status in bill for on_batch in [self.on.batch.pk]),
        ]  # fmt: skip


def test_ids_of_others_in_a_body_are_refused_and_change_nothing(owner, world, on, there):
    swapped, forms, wrong = Swapped(world, on, there), every_form(on), []
    for name, changes, status in swapped.cases:
        before, form = last(), forms[name]
        response = owner.post(form.url, form.with_key(**changes))
        said = response.content.decode()
        if response.status_code != status or last() != before:
            wrong.append((name, changes, response.status_code))
        if status == 422 and not is_said(response.context):
            wrong.append((name, changes, "nothing said"))
        if "Far Away" in said:
            wrong.append((name, changes, "named"))
    assert wrong == []


def is_said(context) -> bool:
    """Beside a field or at the top."""
    if "editor" in context:
        return not context["editor"].is_clean
    form = context["form"]
    return bool(getattr(form, "wrong_forms", form.errors))


def test_lines_of_another_bill_are_not_touched(owner, on, there):
    """Named in the body they are ignored, named in the address they are not found."""
    mine, form = on.unpaid.lines.get(), every_form(on)["invoice-edit"]
    theirs = there.draft.lines.first()
    body = editor(there.draft) | editor(on.unpaid) | form.body
    body |= {f"line-{line.pk}-quantity": "3" for line in (mine, theirs)}
    assert owner.post(form.url, body).status_code == 302
    for line in (mine, theirs):
        line.refresh_from_db()
        assert line.quantity == 1
    address = f"/billing/{on.draft.pk}/lines/{theirs.pk}/remove/"
    assert owner.post(address, form.with_key(version=str(on.draft.version + 1))).status_code == 404
    assert there.draft.lines.filter(pk=theirs.pk).exists()


def test_money_for_one_bill_never_reaches_another(owner, on, there):
    form = every_form(on)["invoice-collect"]
    owner.post(
        form.url, form.with_key(invoice=there.unpaid.pk, pk=there.unpaid.pk, customer=there.customer.pk)
    )
    for bill in (on.unpaid, there.unpaid):
        bill.refresh_from_db()
    assert (on.unpaid.due, there.unpaid.paid) == (0, 0)
