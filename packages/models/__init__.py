"""The treatment menu, plans, enrolments and their counted sessions."""

from .enrolments import NEARLY_DONE, Enrolment, EnrolmentQuerySet, Session, usable_on
from .ledger import Entry, SessionCode, SessionProof, Tally
from .plans import Plan, PlanEdition, PlanPart
from .prices import PlanPrice, TreatmentPrice
from .requirements import Requirement, RequirementMet, RequirementQuerySet
from .treatments import Consumable, Parameter, Performer, Treatment, TreatmentResource

__all__ = [
    "NEARLY_DONE",
    "Consumable",
    "Enrolment",
    "EnrolmentQuerySet",
    "Entry",
    "Parameter",
    "Performer",
    "Plan",
    "PlanEdition",
    "PlanPart",
    "PlanPrice",
    "Requirement",
    "RequirementMet",
    "RequirementQuerySet",
    "Session",
    "SessionCode",
    "SessionProof",
    "Tally",
    "Treatment",
    "TreatmentPrice",
    "TreatmentResource",
    "usable_on",
]
