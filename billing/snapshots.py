"""What the paper says of seller and buyer, as it was on the day of issue. Pure: rows in, plain values out."""

from decimal import Decimal
from typing import Any

from billing.models import Invoice, InvoiceLine, LineBatch
from clinic.models import Branch, Registration
from customers.models import Customer
from inventory.models import Batch

LINE = ["practitioner_name", "session_count", "valid_until"]


def write_line(line: InvoiceLine) -> None:
    """Who treated, and what the package sold holds, on the row, unsaved (columns `LINE`)."""
    line.practitioner_name = str(line.practitioner or "")
    if line.plan_id and line.enrolment:
        line.session_count, line.valid_until = line.enrolment.session_count, line.enrolment.valid_until


def line_batch(line: InvoiceLine, batch: Batch, quantity: Decimal) -> LineBatch:
    """A batch that a line left from, unsaved."""
    return LineBatch(
        line=line, batch=batch, number=batch.number, expires_on=batch.expires_on, quantity=quantity
    )


def supplier(branch: Branch, registration: Registration, legends: list[str]) -> dict[str, Any]:
    """Rule 46(a): name, address and GSTIN; beside them what the clinic wants on its papers."""
    return {
        "legal_name": branch.legal_name,
        "trade_name": branch.trade_name,
        "tagline": branch.tagline,
        "address": branch.address,
        "city": branch.city,
        "postal_code": branch.postal_code,
        "state": registration.state,
        "gstin": registration.gstin,
        "scheme": registration.scheme,
        "phone": branch.phone,
        "email": branch.email,
        "website": branch.website,
        "registration_number": branch.registration_number,
        "logo": branch.logo.name or "",
        "upi_id": branch.upi_id,
        "footer": "\n".join(filter(None, [branch.invoice_footer, branch.print_footer])),
        "header": branch.print_header,
        "brand": branch.brand_colour,
        "legends": legends,
    }


def buyer(customer: Customer, *, address: bool) -> dict[str, Any]:
    """Rule 46(d) to (f): the address only where the law or the customer wants it, and never a clinical word."""
    found = {
        "name": customer.full_name,
        "phone": customer.phone,
        "reference": customer.reference,
        "gstin": customer.gstin,
    }
    if address:
        found |= {
            "address": customer.address,
            "city": customer.city,
            "postal_code": customer.postal_code,
            "state": customer.state,
        }
    return found


def visit(invoice: Invoice, session: Any | None) -> dict[str, Any]:
    """Which treatment by whom the bill belongs to, and which session of which package it was."""
    appointment = invoice.appointment
    if appointment is None:
        return {}
    found = {"treatment": appointment.treatment.name, "practitioner": str(appointment.practitioner)}
    if session:
        found |= {
            "plan": session.enrolment.plan_name,
            "session": session.number,
            "of": session.enrolment.session_count,
        }
    return found
