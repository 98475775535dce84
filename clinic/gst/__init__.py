"""GST arithmetic: pure functions on Decimal and dates, no database.

    from clinic import gst
    bill = gst.Bill(supplier_state="29", place_of_supply="29", lines=[
        gst.Line(ref="1", unit_price=Decimal("4500"), rate=Decimal(18)),
    ])
    gst.compute(bill).totals.grand_total  # Decimal("5310.00")

`gstin` and `numbers` check what people type, `states` and `supply` say where a supply takes place,
`bill` holds the input, `documents` names the paper, `computation` makes the figures, `notes` those of
credit and debit notes, `advances` the tax on money taken before; `timing` says which day's rate counts,
`years` the financial year. What can't be billed raises `Invalid` with a sentence, a field and a line.
Rates are never here: they are data with dates, and every line brings its own. What the law leaves open
and what we chose stands in docs/gst-policy.md.
"""

from clinic.gst.advances import Advance, advance_tax
from clinic.gst.bill import (
    LARGEST,
    Bill,
    Discount,
    Line,
    Note,
    PriceBasis,
    SupplierStatus,
    Treatment,
    ZeroRated,
    check_line,
    discount_of,
    gross_of,
)
from clinic.gst.computation import (
    POLICY_VERSION,
    Computed,
    Heads,
    LineResult,
    RateSummary,
    Totals,
    compute,
    heads_on,
)
from clinic.gst.documents import Document, document_for, document_title, legends
from clinic.gst.gstin import BUYERS, Gstin, GstinKind, check_character, check_gstin
from clinic.gst.invalid import Invalid
from clinic.gst.notes import LineAmounts, credit_line, debit_line, sum_of
from clinic.gst.numbers import InvoiceNumber, accepted_by_irp, check_invoice_number
from clinic.gst.states import STATES, State, check_state, state_choices
from clinic.gst.supply import (
    PlaceOfSupply,
    SupplyKind,
    SupplyType,
    place_of_supply,
    state_tax_label,
    supply_type,
)
from clinic.gst.timing import TimeOfSupply, payment_day, time_of_supply
from clinic.gst.years import FinancialYear, financial_year, keep_records_until, return_period

__all__ = [
    "BUYERS",
    "LARGEST",
    "POLICY_VERSION",
    "STATES",
    "Advance",
    "Bill",
    "Computed",
    "Discount",
    "Document",
    "FinancialYear",
    "Gstin",
    "GstinKind",
    "Heads",
    "Invalid",
    "InvoiceNumber",
    "Line",
    "LineAmounts",
    "LineResult",
    "Note",
    "PlaceOfSupply",
    "PriceBasis",
    "RateSummary",
    "State",
    "SupplierStatus",
    "SupplyKind",
    "SupplyType",
    "TimeOfSupply",
    "Totals",
    "Treatment",
    "ZeroRated",
    "accepted_by_irp",
    "advance_tax",
    "check_character",
    "check_gstin",
    "check_invoice_number",
    "check_line",
    "check_state",
    "compute",
    "credit_line",
    "debit_line",
    "discount_of",
    "document_for",
    "document_title",
    "financial_year",
    "gross_of",
    "heads_on",
    "keep_records_until",
    "legends",
    "payment_day",
    "place_of_supply",
    "return_period",
    "state_choices",
    "state_tax_label",
    "sum_of",
    "supply_type",
    "time_of_supply",
]
