"""What people may type about treatments, plans and packages, by concept."""

from .life import (
    ExchangeForm,
    ExtendForm,
    FreezeForm,
    GiveBackForm,
    ProofForm,
    RedeemForm,
    TransferForm,
    UndoForm,
)
from .plans import PlanForm, PlanPartForms
from .requirements import MeetForm
from .sales import SaleForm
from .treatments import TreatmentForm, row_forms

__all__ = [
    "ExchangeForm",
    "ExtendForm",
    "FreezeForm",
    "GiveBackForm",
    "MeetForm",
    "PlanForm",
    "PlanPartForms",
    "ProofForm",
    "RedeemForm",
    "SaleForm",
    "TransferForm",
    "TreatmentForm",
    "UndoForm",
    "row_forms",
]
