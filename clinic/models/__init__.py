"""The kernel's tables, one module per concept."""

from .audit import AuditPersonalValue, AuditRow, AuditSeal
from .backups import Backup
from .base import Deactivatable, Editable, OfOrganisation, Row
from .events import Delivery, Event
from .idempotency import IdempotencyKey
from .organisation import Branch, BranchHours, Holiday, Organisation, Registration
from .prices import BranchPrice
from .reasons import Reason
from .resources import OutOfService, Resource
from .series import Series, SeriesYear
from .taxes import TaxCategory, TaxRule

__all__ = [
    "AuditPersonalValue",
    "AuditRow",
    "AuditSeal",
    "Backup",
    "Branch",
    "BranchHours",
    "BranchPrice",
    "Deactivatable",
    "Delivery",
    "Editable",
    "Event",
    "Holiday",
    "IdempotencyKey",
    "OfOrganisation",
    "Organisation",
    "OutOfService",
    "Reason",
    "Registration",
    "Resource",
    "Row",
    "Series",
    "SeriesYear",
    "TaxCategory",
    "TaxRule",
]
