"""Which copy a paper is (Rule 48 CGST): goods in triplicate, services in duplicate. Pure."""

from billing.models import Paper
from billing.paper.kinds import Kind
from billing.paper.sheet import Sheet

ORIGINAL, DUPLICATE, TRIPLICATE = Paper.Copy.ORIGINAL, Paper.Copy.DUPLICATE, Paper.Copy.TRIPLICATE
SERVICES = {ORIGINAL: "Original for recipient", DUPLICATE: "Duplicate for supplier", TRIPLICATE: "Extra copy"}
GOODS = {
    ORIGINAL: "Original for recipient",
    DUPLICATE: "Duplicate for transporter",
    TRIPLICATE: "Triplicate for supplier",
}
OTHERS = {ORIGINAL: "Original", DUPLICATE: "Duplicate", TRIPLICATE: "Triplicate"}
MARKED = frozenset({"invoice", "note", "receipt", "refund"})


def mark(kind: Kind, sheet: Sheet, copy: str) -> str:
    """What stands under the title; nothing on what the law knows no copies of."""
    if kind.name not in MARKED:
        return ""
    if kind.name != "invoice":
        return OTHERS[Paper.Copy(copy)]
    return (GOODS if sheet.with_goods else SERVICES)[Paper.Copy(copy)]
