"""A gateway that moves no money, for demonstrations: it takes whatever is paid from one UPI id and refuses the rest."""

from decimal import Decimal
from uuid import UUID

from clinic.gateways.razorpay import Told

TAKEN = "parth@upi.id"


def pay(vpa: str, amount: Decimal, key: UUID) -> Told:
    """What became of paying `amount` rupees from a UPI id. The same key gives the same payment."""
    taken = vpa.strip().lower() == TAKEN
    return Told(
        payment=f"dummy_{key.hex[-12:]}",
        status="captured" if taken else "failed",
        amount=amount,
        method="upi",
        failure="" if taken else f"{vpa.strip()[:60]} has no money here",
    )
