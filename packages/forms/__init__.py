"""What people may type about treatments, plans and packages, by concept."""

from .plans import PlanForm, PlanPartForms
from .requirements import MeetForm
from .sales import SaleForm
from .treatments import TreatmentForm, row_forms

__all__ = ["MeetForm", "PlanForm", "PlanPartForms", "SaleForm", "TreatmentForm", "row_forms"]
