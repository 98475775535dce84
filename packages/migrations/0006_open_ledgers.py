"""Packages sold before there were ledgers get theirs, and the terms that their plans had."""

import zoneinfo
from decimal import ROUND_DOWN, Decimal

from django.db import migrations
from uuid_utils import compat


def open_ledgers(apps, schema_editor):
    db = schema_editor.connection.alias
    Enrolment, Entry = (apps.get_model("packages", name) for name in ("Enrolment", "Entry"))
    rows = Enrolment.objects.using(db).select_related("branch", "plan").prefetch_related("sessions")
    for enrolment in rows.order_by("pk").iterator(500):
        _keep_terms(enrolment)
        entries = [
            Entry(
                id=compat.uuid7(), enrolment=enrolment, kind=kind, sessions=sessions, amount=amount, on=day,
                session=session, by_id=by,
            )
            for kind, sessions, amount, day, session, by in _told(enrolment)
        ]  # fmt: skip
        Entry.objects.using(db).bulk_create(entries)
        if enrolment.status == "cancelled":
            enrolment.sessions.using(db).filter(status="pending").update(status="lost")


def _keep_terms(enrolment):
    plan = enrolment.plan
    enrolment.valid_days = max((enrolment.valid_until - enrolment.enrolled_on).days, 1)
    enrolment.terms = {"plan": enrolment.plan_name, "edition": plan.edition, "sessions": enrolment.session_count}
    enrolment.save(update_fields=["valid_days", "terms"])


def _told(enrolment):
    count, left = enrolment.session_count, enrolment.session_count
    each = (enrolment.value / count).quantize(Decimal("0.01"), ROUND_DOWN)
    yield "sold", count, enrolment.value, enrolment.enrolled_on, None, enrolment.by_id
    zone = zoneinfo.ZoneInfo(enrolment.branch.time_zone)
    done = [session for session in enrolment.sessions.all() if session.status == "completed"]
    for session in sorted(done, key=lambda session: session.completed_at):
        left -= 1
        amount = each if left else enrolment.value - each * (count - 1)
        yield "used", -1, -amount, session.completed_at.astimezone(zone).date(), session, session.completed_by_id
    if enrolment.status == "cancelled" and left:
        day = enrolment.updated_at.astimezone(zone).date()
        yield "returned", -left, -(enrolment.value - each * (count - left)), day, None, enrolment.by_id


class Migration(migrations.Migration):
    dependencies = [("packages", "0005_ledger")]
    operations = [migrations.RunPython(open_ledgers, migrations.RunPython.noop)]
