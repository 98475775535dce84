"""Using a session without a visit, taking that back, and proving that the customer was here."""

from collections.abc import Sequence
from dataclasses import dataclass

from inventory.domain import Wanted
from packages.models import Session
from staff.models import Practitioner, User


@dataclass(frozen=True)
class Proof:
    """What a customer gives to prove a session: the code from their phone, or a drawn signature (PNG) and the name."""

    code: str = ""
    signature: bytes = b""
    signed_by: str = ""


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
    taken here or was given before (`give_proof`).
    """
    raise NotImplementedError


def undo_session(*, by: User, session: Session, reason: str, return_consumables: bool = True) -> Session:
    """Take back a session that was completed today, for a reason; its consumables return to their batches.

    The package is open again if this was its last session.
    """
    raise NotImplementedError


def give_proof(*, by: User, session: Session, proof: Proof) -> None:
    """Keep the proof of a session that is used today, before its visit or the desk completes it."""
    raise NotImplementedError


def send_code(*, by: User, session: Session) -> None:
    """Send the customer a code that proves the session; good for 10 minutes and 5 attempts.

    Refuses where no gateway for text messages is configured, and within a minute of the last one.
    """
    raise NotImplementedError
