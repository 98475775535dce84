"""How a session is proven: by a code on the customer's phone or by their signature, on the day it is used."""

import datetime
import io
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from clinic.refusals import Refusal
from packages import codes, ledger
from packages.models import Plan, Session, SessionCode, SessionProof
from staff.models import User

GOOD_FOR = datetime.timedelta(minutes=10)
AGAIN_AFTER = datetime.timedelta(minutes=1)
ATTEMPTS = 5
LARGEST_SIGNATURE = 200_000  # bytes
WIDEST_SIGNATURE = 4_000  # pixels a side


@dataclass(frozen=True)
class Proof:
    """What a customer gives to prove a session: the code from their phone, or a drawn signature (PNG) and the name."""

    code: str = ""
    signature: bytes = b""
    signed_by: str = ""


def check_proven(session: Session) -> None:
    """Refuse where the package asks for a proof and none was given today."""
    enrolment = session.enrolment
    if not enrolment.asks_for or is_proven(session):
        return
    asked = Plan.Proof(enrolment.asks_for).label
    raise Refusal(
        _(
            "%(plan)s is proven by: %(proof)s. Take it on the package's page, then complete session %(number)s."
        )
        % {"plan": enrolment.plan_name, "proof": str(asked).lower(), "number": session.number},
        field="proof",
    )


def is_proven(session: Session) -> bool:
    return SessionProof.objects.filter(session=session, on=ledger.today_of(session.enrolment)).exists()


def keep(by: User, session: Session, proof: Proof) -> SessionProof:
    """Keep a proof of a session to come; under the lock of its enrolment."""
    if session.status not in (Session.Status.PENDING, Session.Status.RESERVED):
        raise Refusal(ledger.taken(session), field="session")
    day = ledger.today_of(session.enrolment)
    if proof.signature:
        _check_signature(proof)
        return SessionProof.objects.create(
            session=session, on=day, signature=proof.signature, signed_by=proof.signed_by.strip(), by=by
        )
    code = _fitting(session, proof.code)
    code.used_at = timezone.now()
    code.save(update_fields=["used_at"])
    return SessionProof.objects.create(session=session, on=day, code=code, by=by)


def new_code(by: User, session: Session) -> SessionCode:
    now = timezone.now()
    if SessionCode.objects.filter(session=session, created_at__gt=now - AGAIN_AFTER).exists():
        raise Refusal(_("A code was sent less than a minute ago. Wait for it."), field="code")
    return SessionCode.objects.create(session=session, expires_at=now + GOOD_FOR, by=by)


def _fitting(session: Session, typed: str) -> SessionCode:
    if not typed.strip():
        raise Refusal(_("Enter the code from the customer's phone, or let them sign."), field="code")
    code = SessionCode.objects.filter(session=session, used_at=None).order_by("-pk").first()
    if code is None or code.expires_at < timezone.now():
        raise Refusal(_("No code is open for this session any more. Send a new one."), field="code")
    if code.attempts >= ATTEMPTS:
        raise Refusal(_("The code was mistyped five times. Send a new one."), field="code")
    if not codes.fits(code.pk, typed):
        _count_attempt(code)
        raise Refusal(_("That is not the code. Ask the customer to read it again."), field="code")
    return code


def _count_attempt(code: SessionCode) -> None:
    """On a connection of its own: the refusal takes everything else back, and this must stay."""
    alone = connection.copy()
    try:
        with alone.cursor() as cursor:
            cursor.execute(
                "UPDATE packages_sessioncode SET attempts = attempts + 1 WHERE id = %s AND attempts < %s",
                [code.pk, ATTEMPTS],
            )
    finally:
        alone.close()


def _check_signature(proof: Proof) -> None:
    if not proof.signed_by.strip():
        raise Refusal(_("Enter the name of the person who signs."), field="signed_by")
    if len(proof.signature) > LARGEST_SIGNATURE or not _is_png(proof.signature):
        raise Refusal(_("The signature couldn't be read. Clear it and sign again."), field="signature")


def _is_png(content: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            image.verify()
            return max(image.size) <= WIDEST_SIGNATURE
    except Exception:
        return False
