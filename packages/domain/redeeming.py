"""Using a session without a visit, taking a session back, and proving that the customer was here."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import events
from clinic.gateways import sms
from clinic.plain import plain
from clinic.refusals import Refusal
from inventory import domain as inventory
from inventory.domain import Wanted
from inventory.models import Movement
from packages import ledger, proving
from packages.models import Enrolment, Entry, Session, SessionCode, SessionProof
from packages.proving import Proof
from staff.models import Practitioner, User


@transaction.atomic
def redeem_session(
    *,
    by: User,
    session: Session,
    practitioner: Practitioner | None,
    note: str = "",
    proof: Proof | None = None,
    consumables: Sequence[Wanted] | None = None,
) -> Session:
    """Use a session at the desk, without a visit. Refuses one that is booked: its visit completes it.

    `consumables` leave stock, those of the treatment unless others are named. Where the package asks for a proof, it is
    taken here or was given before (`give_proof`). All of it happens or nothing does.
    """
    session = _locked(session)
    if session.status == Session.Status.RESERVED:
        raise Refusal(
            _("Session %(number)s is booked: its visit completes it.") % {"number": session.number},
            field="session",
        )
    if session.status != Session.Status.PENDING:
        raise Refusal(ledger.taken(session), field="session")
    ledger.check_active(session.enrolment)
    ledger.check_valid(session.enrolment)
    ledger.check_paid(session.enrolment)
    if proof:
        proving.keep(by, session, proof)
    proving.check_proven(session)
    ledger.complete(
        by=by, session=session, practitioner=practitioner, note=note.strip(), cause=("session", session.pk)
    )
    _consume(by, session, consumables)
    return session


@transaction.atomic
def undo_session(*, by: User, session: Session, reason: str, return_consumables: bool = True) -> Session:
    """Take back a session that was completed today, for a reason; its consumables return to their batches.

    The package is open again if this was its last session, and begins anew if it was its first.
    """
    if not reason.strip():
        raise Refusal(_("Say why the session is taken back."), field="reason")
    session = _locked(session)
    enrolment = session.enrolment
    _check_undo(session)
    ledger.enter(
        by=by, enrolment=enrolment, kind=Entry.Kind.UNDONE, sessions=1, session=session, reason=reason.strip()
    )
    if return_consumables:
        kind, id_ = _cause(session)
        inventory.put_back(
            by=by,
            branch=enrolment.branch,
            cause_kind=kind,
            cause_id=id_,
            note=plain(gettext_lazy("Session taken back")),
        )
    session.status, session.appointment_id, session.practitioner = Session.Status.PENDING, None, None
    session.completed_at, session.completed_by, session.note = None, None, ""
    ledger.save(session, "appointment_id", "practitioner", "completed_at", "completed_by", "note")
    enrolment.status = Enrolment.Status.ACTIVE
    if enrolment.starts_at_first_use and not ledger.tally_of(enrolment).used:
        enrolment.valid_until = None
    ledger.save(enrolment, "valid_until")
    ledger.note_standing(enrolment.customer_id)
    events.record(
        "session.undone",
        subject=session,
        by=by,
        branch_id=enrolment.branch_id,
        enrolment_id=str(enrolment.pk),
        number=session.number,
    )
    return session


@transaction.atomic
def give_proof(*, by: User, session: Session, proof: Proof) -> SessionProof:
    """Keep the proof of a session that is used today, before its visit or the desk completes it."""
    return proving.keep(by, _locked(session), proof)


@transaction.atomic
def send_code(*, by: User, session: Session) -> SessionCode:
    """Send the customer a code that proves the session; good for 10 minutes and 5 attempts.

    Refuses where no gateway for text messages is configured, and within a minute of the last one.
    """
    if not sms.is_configured():
        raise Refusal(
            _("No gateway for text messages is configured, so no code can be sent. Let the customer sign instead."),
            field="code",
        )  # fmt: skip
    session = _locked(session)
    if not session.enrolment.branch.sends_sms:
        raise Refusal(_("This branch sends no text messages. Let the customer sign instead."), field="code")
    ledger.check_active(session.enrolment)
    code = proving.new_code(by, session)
    events.record("session.code_asked", subject=code, by=by, branch_id=session.enrolment.branch_id)
    return code


def _locked(session: Session) -> Session:
    """Read again under the locks of the customer and the enrolment."""
    enrolment = ledger.lock_with_customer(session.enrolment)
    session = enrolment.sessions.get(pk=session.pk)
    session.enrolment = enrolment
    return session


def _consume(by: User, session: Session, consumables: Sequence[Wanted] | None) -> None:
    if consumables is None:
        own = session.enrolment.plan.treatment.consumables.select_related("item").order_by("item_id")
        consumables = [Wanted(item=each.item, quantity=each.quantity) for each in own]
    if not consumables:
        return
    inventory.take(
        by=by,
        branch=session.enrolment.branch,
        wanted=list(consumables),
        kind=Movement.Kind.CONSUMPTION,
        cause_kind="session",
        cause_id=session.pk,
        today=ledger.today_of(session.enrolment),
    )


def _cause(session: Session) -> tuple:
    return ("appointment", session.appointment_id) if session.appointment_id else ("session", session.pk)


def _check_undo(session: Session) -> None:
    enrolment = session.enrolment
    if session.status != Session.Status.COMPLETED or session.completed_at is None:
        raise Refusal(
            _("Session %(number)s isn't completed, so there is nothing to take back.")
            % {"number": session.number}
        )
    day = timezone.localdate(session.completed_at, timezone=enrolment.branch.zone)
    if day != ledger.today_of(enrolment):
        raise Refusal(
            _("Session %(number)s was completed on %(day)s. Only a session of today can be taken back.")
            % {"number": session.number, "day": date_format(day, "j M Y")}
        )
    if enrolment.status not in (Enrolment.Status.ACTIVE, Enrolment.Status.COMPLETED):
        ledger.check_active(enrolment)
