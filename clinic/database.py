"""What the database itself guards, set after every migration for every table there is.

Grants: the application's role reads and writes rows, deletes only where a model says `deletable`, and has no DDL.
Audit: a row trigger on every table except those named in `UNAUDITED`. Doing this after migrating, from the list
of tables instead of a model hook, also reaches joins, third-party tables and children with a Meta of their own.
Append-only: models that say so refuse UPDATE, DELETE and TRUNCATE, but for a merge and an erasure of the person. `kept_by_trigger` ones are read only.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models

UNAUDITED = {
    "django_migrations": "schema history",
    "django_content_type": "derived from the code",
    "auth_permission": "derived from the code",
    "django_session": "sign-ins come and go; staff events tell of them",
    "staff_session": "sign-ins come and go; staff events tell of them",
    "staff_passwordrequest": "lives until its mail has left, which is a row of its own",
    "axes_accessattempt": "is itself a log of sign-ins",
    "axes_accesslog": "is itself a log of sign-ins",
    "axes_accessfailurelog": "is itself a log of sign-ins",
    "axes_accessattemptexpiration": "is itself a log of sign-ins",
    "clinic_event": "tells of changes that are audited themselves",
    "clinic_delivery": "tells of events",
    "clinic_idempotencykey": "lives 48 hours and holds only hashes",
    "clinic_audit": "is the audit",
    "clinic_audit_personal": "is the audit",
    "clinic_auditseal": "is the audit",
}
THIRD_PARTY_DELETABLE = {
    "django_session",
    "axes_accessattempt",
    "axes_accesslog",
    "axes_accessfailurelog",
    "axes_accessattemptexpiration",
}
FUNCTIONS = (
    "clinic_audit_make_months(int)",
    "clinic_audit_note(text, text, text, jsonb, uuid, inet, text, text, text, uuid, interval, boolean)",
    "clinic_audit_seal(int)",
)
READ_ONLY = {"django_migrations", "clinic_audit", "clinic_audit_personal"}


class OwnerMigrates:
    """Database router: tables are made through the alias "owner" alone."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"


def guard(using: str = "owner") -> None:
    """Set grants and triggers on every table. Safe to run again; needs the owner's rights."""
    by_table = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    with connections[using].cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {settings.APPLICATION_ROLE}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {settings.APPLICATION_ROLE}")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {', '.join(FUNCTIONS)} TO {settings.APPLICATION_ROLE}")
        for table in tables(cursor):
            for statement in statements(table, by_table.get(table)):
                cursor.execute(statement)


def tables(cursor: Any) -> list[str]:
    """Every table of the schema, a partitioned one by its parent."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1"
    )
    return [name for (name,) in cursor.fetchall()]


def statements(table: str, model: type[models.Model] | None) -> list[str]:
    """The SQL that guards one table; `model` is None for tables that only a library knows."""
    found = [
        f'REVOKE ALL ON "{table}" FROM {settings.APPLICATION_ROLE}',
        f'GRANT {rights(table, model)} ON "{table}" TO {settings.APPLICATION_ROLE}',
    ]
    if table not in UNAUDITED:
        found.append(audit_trigger(table, model))
    if getattr(model, "append_only", False):
        pointing, personal = movable(model)
        if pointing or personal:
            columns = ", ".join(f'"{column}"' for column in pointing + personal)
            found.append(f'GRANT UPDATE ({columns}) ON "{table}" TO {settings.APPLICATION_ROLE}')
        found += [
            f'CREATE OR REPLACE TRIGGER keep BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW'
            f" EXECUTE FUNCTION clinic_refuse_change('{','.join(pointing)}', '{','.join(personal)}')",
            f'CREATE OR REPLACE TRIGGER keep_all BEFORE TRUNCATE ON "{table}" EXECUTE FUNCTION clinic_refuse_change()',
        ]
    return found


def movable(model: Any) -> tuple[list[str], list[str]]:
    """Of a model whose rows are kept: the column a merge may move, and those that erasure may empty."""
    privacy = model.privacy
    if privacy is None or privacy.path is None:
        return [], []
    own = privacy.path and "__" not in privacy.path
    pointing = [str(model._meta.get_field(privacy.path).column)] if own else []
    files = [str(each.column) for each in model._meta.local_fields if isinstance(each, models.FileField)]
    return pointing, [*privacy.columns, *privacy.secret, *files]


def rights(table: str, model: type[models.Model] | None) -> str:
    if table in READ_ONLY or getattr(model, "kept_by_trigger", False):
        return "SELECT"
    if getattr(model, "append_only", False):
        return "SELECT, INSERT"
    if table in THIRD_PARTY_DELETABLE or getattr(model, "deletable", False):
        return "SELECT, INSERT, UPDATE, DELETE"
    return "SELECT, INSERT, UPDATE"


def audit_trigger(table: str, model: type[models.Model] | None) -> str:
    privacy = getattr(model, "privacy", None)
    fields = model._meta.local_concrete_fields if model else []
    derived = [str(field.column) for field in fields if getattr(field, "generated", False)]
    key = model._meta.pk_fields[0].column if model else "id"  # of a composite key, the part it belongs to
    secret, personal = (privacy.secret, privacy.columns) if privacy else ((), ())
    lists = (",".join(secret), ",".join(personal), ",".join(derived))
    arguments = ", ".join(f"'{value}'" for value in (key, *lists, branch_column(model)))
    return (
        f'CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON "{table}"'
        f" FOR EACH ROW EXECUTE FUNCTION clinic_audit_write({arguments})"
    )


def branch_column(model: type[models.Model] | None) -> str:
    """Whose value is the branch that an audit row belongs to; "" where the table has none, or several."""
    if model is None:
        return ""
    if model._meta.label == "clinic.Branch":
        return str(model._meta.pk_fields[0].column)
    leading = [
        field
        for field in model._meta.local_concrete_fields
        if field.related_model and field.related_model._meta.label == "clinic.Branch"
    ]
    return str(leading[0].column) if len(leading) == 1 else ""
