"""The conventions that everything later keeps to, each held by a test."""

import ast
import inspect
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.db import connection, models
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from clinic import database
from clinic.admin_site import ClinicAdmin

ROOT = Path(settings.BASE_DIR)
LAYERS = [
    {"notifications", "reports"},
    {"billing"},
    {"appointments"},
    {"packages", "purchasing"},
    {"customers", "inventory"},
    {"imports"},
    {"staff"},
    {"clinic"},
]
OURS = set().union(*LAYERS)
PUBLIC_MODULES = {"models", "domain", "queries"}
FORBIDDEN_FILES = {"utils.py", "helpers.py", "signals.py", "managers.py", "constants.py", "services.py"}


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in OURS]


def sources(*apps_wanted: str) -> Iterator[Path]:
    for app in apps_wanted or sorted(OURS):
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def level(app: str) -> int:
    return next(index for index, layer in enumerate(LAYERS) if app in layer)


def test_imports_point_down():
    assert lint_imports(str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


def test_foreign_keys_point_down():
    """A string foreign key is an import too, though import-linter can't see it."""
    upwards = [
        f"{model.__name__}.{field.name}"
        for model in our_models()
        for field in model._meta.get_fields()
        if field.is_relation and getattr(field, "concrete", False) and field.related_model
        if (target := field.related_model._meta.app_label) in OURS and target != model._meta.app_label
        if level(target) <= level(model._meta.app_label)
    ]
    assert upwards == []


def test_other_apps_are_entered_through_their_public_modules():
    """Of another app only models, domain, queries and pure modules (no Django inside) are imported."""
    trespassers = []
    for path in sources():
        app = path.relative_to(ROOT).parts[0]
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            package, _, rest = node.module.partition(".")
            if package not in OURS - {app, "clinic"}:
                continue
            names = [rest.split(".")[0]] if rest else [alias.name for alias in node.names]
            trespassers += [f"{path}: {package}.{name}" for name in names if not is_public(package, name)]
    assert trespassers == []


def is_public(package: str, name: str) -> bool:
    if name in PUBLIC_MODULES:
        return True
    module = ROOT / package / f"{name}.py"
    return (
        module.exists()
        and "from django.db" not in module.read_text()
        and "from django.shortcuts" not in module.read_text()
    )


def test_no_junk_drawers():
    assert [str(path) for path in sources() if path.name in FORBIDDEN_FILES] == []


def test_views_fetch_through_what_a_person_may_see():
    """No bare `.objects` in a view: the first thing after it is `visible_to`."""
    bare = []
    for path in sources():
        if path.name != "views.py" and path.parent.name != "views":
            continue
        text = path.read_text()
        for position in (at for at in range(len(text)) if text.startswith(".objects", at)):
            if not text.startswith(".objects.visible_to(", position):
                bare.append(f"{path}:{text.count(chr(10), 0, position) + 1}")
    assert bare == []


def verbs() -> Iterator[tuple[str, object]]:
    for app in sorted(OURS - {"clinic"}):
        for path in sources(app):
            if path.name != "domain.py" and path.parent.name != "domain":
                continue
            module = __import__(
                ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"),
                fromlist=["x"],
            )
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if not name.startswith("_") and inspect.unwrap(function).__module__ == module.__name__:
                    yield f"{module.__name__}.{name}", inspect.unwrap(function)


#: Verbs without an actor, each with the reason.
ACTORLESS = {
    "customers.domain.people.note_standing": "derived figures, written on behalf of the verb that changed them",
    "customers.domain.people.note_dues": "the same",
    "customers.domain.people.know_at": "follows from a booking, whose verb names the actor",
    "customers.domain.erasing.finish_erasures": "a job acts by itself",
    "packages.domain.enrolments.release_session": "follows from a cancellation, whose verb names the actor",
    "packages.domain.enrolments.check_move": "writes nothing; asked by a move, whose verb names the actor",
    "packages.domain.requirements.check_treatable": "writes nothing; asked by a booking, whose verb names the actor",
    "packages.domain.lapsing": "jobs act by themselves",
    "appointments.domain.offers.expire": "a job acts by itself",
    "appointments.domain.offers.offer_freed": "a job acts by itself",
    "customers.domain.people.next_references": "numbers for the verbs that call it",
    "staff.domain.password_links.answer_requests": "a job acts by itself",
    "imports.domain.go_on": "a job acts by itself",
    "imports.domain.keep": "a job acts by itself",
    "billing.domain.refunding_online.note_refund": "what the gateway says",
    "billing.domain.stored.expire_stored_values": "a job acts by itself",
    "notifications.domain": "jobs act by themselves",
}


def test_other_servers_are_asked_in_one_way():
    """`clinic.gateways.outside` follows no redirect; Razorpay's own client is given its session."""
    clients = {"requests", "urllib.request", "http.client", "urllib3", "httpx", "razorpay"}
    asking = {
        str(path.relative_to(ROOT))
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.ImportFrom) and node.module in clients and not node.level)
        or (isinstance(node, ast.Import) and clients & {alias.name for alias in node.names})
    }
    assert asking == {"clinic/gateways/outside.py", "clinic/gateways/razorpay.py"}


def test_every_verb_names_its_actor_and_takes_keywords_only():
    wrong = []
    for name, function in verbs():
        parameters = list(inspect.signature(function).parameters.values())
        actorless = name in ACTORLESS or name.rpartition(".")[0] in ACTORLESS
        if any(p.kind not in (p.KEYWORD_ONLY, p.VAR_KEYWORD) for p in parameters) or not (
            actorless or (parameters and parameters[0].name == "by")
        ):
            wrong.append(name)
    assert wrong == []


@pytest.mark.django_db(databases=["default", "owner"])
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db
def test_every_table_has_its_audit_trigger():
    """Those of third parties and joins too; what has none is named with a reason."""
    with connection.cursor() as cursor:
        tables = set(database.tables(cursor))
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit'")
        audited = {name.strip('"') for (name,) in cursor.fetchall()}
    assert tables - audited == set(database.UNAUDITED)


@pytest.mark.django_db
def test_append_only_tables_refuse_changes_by_trigger_and_by_right():
    with connection.cursor() as cursor:
        for model in (model for model in our_models() if getattr(model, "append_only", False)):
            table = model._meta.db_table
            cursor.execute(
                "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname IN ('keep', 'keep_all')",
                [table],
            )
            assert cursor.fetchone() == (2,), table
            cursor.execute("SELECT has_table_privilege(%s, 'UPDATE, DELETE, TRUNCATE')", [table])
            assert cursor.fetchone() == (False,), table


@pytest.mark.django_db
def test_the_application_has_no_ddl():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, has_schema_privilege('public', 'CREATE')")
        assert cursor.fetchone() == ("clinic_app", False)


def test_every_model_says_what_it_holds():
    """Attributes that `clinic.database` reads; a model outside our bases must state them itself."""
    silent = [
        model.__name__
        for model in our_models()
        if model._meta.managed
        and not all(hasattr(model, name) for name in ("append_only", "deletable", "privacy"))
    ]
    assert silent == []


PERSONAL_NAMES = {
    "full_name",
    "phone",
    "email",
    "address",
    "born_on",
    "allergies",
    "blood_group",
    "skin_type",
    "notes",
    "note",
    "visit_note",
    "body",
    "buyer",
}
NOT_ABOUT_A_PERSON = {"Branch", "Movement", "MessageText"}  # a branch's address and words; a remark on stock
NOT_ABOUT_A_PERSON = {
    "Branch",
    "MessageText",
    "Movement",
}  # a branch's own address and words; a remark on stock


def test_every_personal_column_has_a_retention_rule():
    classes = json.loads((ROOT / "clinic" / "data" / "retention.json").read_text())
    missing = []
    for model in our_models():
        columns = {field.column for field in model._meta.local_concrete_fields}
        privacy = getattr(model, "privacy", None)
        if privacy and privacy.retention not in classes:
            missing.append(f"{model.__name__}: {privacy.retention} isn't a retention class")
        if privacy and not set(privacy.columns + privacy.secret) <= columns:
            missing.append(f"{model.__name__}: names columns it doesn't have")
        covered = set(privacy.columns) if privacy else set()
        if model.__name__ not in NOT_ABOUT_A_PERSON and model._meta.managed:
            missing += [f"{model.__name__}.{name}" for name in (columns & PERSONAL_NAMES) - covered]
    assert missing == []


def test_every_path_to_a_customer_leads_there():
    for model in our_models():
        privacy = getattr(model, "privacy", None)
        if privacy is None or not privacy.path:
            continue
        found = model
        for step in privacy.path.split("__"):
            found = found._meta.get_field(step).related_model
        assert found.__name__ == "Customer", model.__name__


def test_every_model_admin_is_ruled_by_our_matrix():
    foreign = [
        type(registered).__name__
        for registered in admin.site._registry.values()
        if not isinstance(registered, ClinicAdmin)
    ]
    assert foreign == []


SIZES = {".py": 500, ".css": 300, ".html": 200}


def test_files_and_functions_keep_their_budget():
    too_long = []
    for suffix, limit in SIZES.items():
        roots = [ROOT / app for app in OURS] if suffix == ".py" else [ROOT / "templates", ROOT / "static"]
        for path in (
            path for root in roots for path in root.rglob(f"*{suffix}") if "migrations" not in path.parts
        ):
            if len(path.read_text().splitlines()) > limit:
                too_long.append(str(path))
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 50:
                too_long.append(f"{path}:{node.name}")
    assert too_long == []


def test_pages_bring_no_inline_script_or_style():
    guilty = []
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        if "paper" in path.parts:
            continue
        if (
            "<style" in text
            or " style=" in text
            or " onclick=" in text
            or " hx-on" in text
            or "<script>" in text
        ):
            guilty.append(str(path))
    assert guilty == []
