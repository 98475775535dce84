"""The sheets of `tests/samples.py`: one house, one customer, one day, and every document once."""

from decimal import Decimal
from typing import Any

from billing import codes
from billing.breakdown import Part, RateRow
from billing.paper.sheet import About, Code, Column, Fact, Line, Party, Rates, Sheet, Table
from clinic.money import grouped, in_words, rupees

#: Drawn in Hindi too, in these formats.
HINDI = {("tax-invoice", "a4"), ("tax-invoice", "slip"), ("receipt-voucher", "a5"), ("cancelled", "a4")}
LONG = {"many-lines", "statement"}  # no roll is drawn of them
D = Decimal
ORIGINAL = "Original for recipient"

SUPPLIER: dict[str, Any] = {
    "legal_name": "Linqs Wellness Private Limited", "trade_name": "Linqs Cosmetology Clinic",
    "tagline": "Skin · Hair · Laser", "address": "14-B, MG Road", "city": "Bengaluru", "postal_code": "560001",
    "state": "29", "gstin": "29AABCL1234A1Z4", "scheme": "regular", "phone": "+919810055555",
    "email": "desk@linqs.example", "website": "", "registration_number": "KMC 48213", "logo": "", "upi_id": "linqs@upi",
    "footer": "Packages are valid to the date printed on them. Goods once opened are not returned.", "header": "",
    "brand": "#7c2d6b", "legends": [],
}  # fmt: skip
UNREGISTERED = SUPPLIER | {"gstin": "", "scheme": "unregistered", "brand": ""}
PRIYA = Party(label="Billed to", name="Priya Mehta", phone="+91 98765 43210")
VISIT = About(
    label="Treatment", text="Laser Hair Removal, session 6 of 8",
    rows=["Package: Laser Hair Removal, full body", "Dr. Vivek Kapoor"],
)  # fmt: skip
LASER = Line(
    text="Laser Hair Removal", rows=["Dr. Vivek Kapoor"], code="999722", quantity="1", price=D(4500),
    value=D(4500), tax="18 %", total=D(5310),
)  # fmt: skip
GEL = Line(
    text="Laser Cooling Gel, 100 ml", rows=["Batch B2026-012 · Exp Jul 2027"], code="330499", quantity="1 TBS",
    price=D(500), off=D(50), value=D(450), tax="18 %", total=D(531),
)  # fmt: skip
ADVICE = Line(
    text="Consultation", rows=["Dr. Reena Sharma"], code="999312", quantity="1", price=D(800), value=D(800),
    tax="exempt", total=D(800),
)  # fmt: skip


def facts(number: str, *more: Fact, supply: bool = True) -> list[Fact]:
    whole = [Fact("Number", number, strong=True), Fact("Date", "3 Mar 2026"), *more]
    if supply:
        whole += [Fact("Place of supply", "Karnataka (29)"), Fact("Reverse charge", "No")]
    return whole


def rate(value: int, label: str = "18 %", half: str = "9 %", igst: bool = False) -> RateRow:
    tax = D(value) * 9 / 100
    split = (D(0), D(0), tax * 2) if igst else (tax, tax, D(0))
    return RateRow(label, half, D(value), *split, D(0))


def rates(*rows: RateRow, igst: bool = False) -> Rates:
    return Rates(rows=rows, state_label="SGST", igst=igst, cess=False)


def sums(total: Decimal | int, label: str = "Total") -> dict[str, Any]:
    return {"total": Fact(label, rupees(D(total))), "words": in_words(D(total))}


def code(due: Decimal) -> Code:
    text = f"upi://pay?pa=linqs@upi&pn=Linqs&am={due}&cu=INR"
    return Code(
        image=codes.of_text(text),
        label="Pay by UPI",
        rows=["linqs@upi", f"Scan to pay exactly {rupees(due)}."],
    )


def tax_invoice() -> Sheet:
    return Sheet(
        title="Tax invoice", number="LCB/25-26/00043", supplier=SUPPLIER, party=PRIYA, about=VISIT,
        facts=facts("LCB/25-26/00043"), lines=[LASER, GEL], is_taxed=True, rates=rates(rate(4950)),
        parts=[
            Part("Subtotal", D(5000)), Part("Discount", D(50), minus=True), Part("Taxable value", D(4950)),
            Part("CGST 9 %", D("445.50")), Part("SGST 9 %", D("445.50")),
        ],
        after=[Part("Paid by Cash, 3 Mar 2026", D(2841)), Part("Paid by UPI, 3 Mar 2026", D(3000))],
        stamp=["Paid", "Cash", "UPI"], with_goods=True, **sums(5841),
    )  # fmt: skip


def unpaid() -> Sheet:
    due = D("53100.00")
    return Sheet(
        title="Tax invoice", number="LCB/25-26/00044", supplier=SUPPLIER,
        party=Party(
            label="Billed to", name="प्रिया श्रीवास्तव", phone="+91 98765 43210",
            rows=["क्षेत्रपाल मार्ग 12, मुम्बई 400050", "State Maharashtra (27)"],
            remark="Delivered over the counter at the clinic",
        ),
        facts=[*facts("LCB/25-26/00044", Fact("Due on", "18 Mar 2026"), supply=False),
               Fact("Place of supply", "Maharashtra (27)"), Fact("Reverse charge", "No")],
        lines=[Line(text="Diode laser handpiece, refurbished, with stand and a second set of goggles", code="901890",
                    quantity="2 NOS", price=D(50000), off=D(10000), value=D(90000), tax="18 %", total=D(106200))],
        is_taxed=True, rates=rates(rate(90000, igst=True), igst=True),
        parts=[Part("Subtotal", D(100000)), Part("Discount", D(10000), minus=True), Part("Taxable value", D(90000)),
               Part("IGST 18 %", D(16200))],
        after=[Part("Credit note LCC/25-26/00002, 4 Mar 2026", D(3100), minus=True), Part("Paid by Bank transfer, 5 Mar 2026", D(50000))],
        due=due, code=code(due), remarks=["Delivery within a fortnight; the warranty begins with it."], with_goods=True,
        **sums(106200),
    )  # fmt: skip


def bill_of_supply() -> Sheet:
    return Sheet(
        title="Bill of supply", number="LBS/25-26/00007", supplier=SUPPLIER, party=PRIYA,
        facts=facts("LBS/25-26/00007"), lines=[ADVICE], parts=[Part("Subtotal", D(800))],
        after=[Part("Paid by Card, 3 Mar 2026", D(800))], stamp=["Paid", "Card"], **sums(800),
    )  # fmt: skip


def composition() -> Sheet:
    legend = "Composition taxable person, not eligible to collect tax on supplies"
    return Sheet(
        title="Bill of supply", number="LBS/25-26/00008", supplier=SUPPLIER | {"scheme": "composition"}, party=PRIYA,
        facts=facts("LBS/25-26/00008"), legends=[legend], lines=[ADVICE], parts=[Part("Subtotal", D(800))], due=D(800),
        code=code(D(800)), **sums(800),
    )  # fmt: skip


def both_in_one() -> Sheet:
    exempt = RateRow("exempt", "0 %", D(800), D(0), D(0), D(0), D(0))
    return Sheet(
        title="Invoice-cum-bill of supply", number="LCB/25-26/00045", supplier=SUPPLIER, party=PRIYA,
        facts=facts("LCB/25-26/00045"), lines=[LASER, ADVICE], is_taxed=True, rates=rates(rate(4500), exempt),
        parts=[Part("Subtotal", D(5300)), Part("Taxable value", D(4500)), Part("Untaxed", D(800)),
               Part("CGST 9 %", D(405)), Part("SGST 9 %", D(405))],
        after=[Part("Paid by UPI, 3 Mar 2026", D(6110))], stamp=["Paid", "UPI"], **sums(6110),
    )  # fmt: skip


def plain_bill() -> Sheet:
    return Sheet(
        title="Bill", number="LNB/25-26/00001", supplier=UNREGISTERED, party=PRIYA,
        facts=facts("LNB/25-26/00001", supply=False), lines=[ADVICE], parts=[Part("Subtotal", D(800))],
        after=[Part("Paid by Cash, 3 Mar 2026", D(800))], stamp=["Paid", "Cash"], **sums(800),
    )  # fmt: skip


def cancelled() -> Sheet:
    return Sheet(
        title="Tax invoice", number="LCB/25-26/00046", supplier=SUPPLIER, party=PRIYA,
        facts=facts("LCB/25-26/00046"), lines=[LASER], is_taxed=True, rates=rates(rate(4500)),
        parts=[Part("Subtotal", D(4500)), Part("Taxable value", D(4500)), Part("CGST 9 %", D(405)), Part("SGST 9 %", D(405))],
        cancelled="3 Mar 2026", **sums(5310),
    )  # fmt: skip


def note(title: str, number: str, label: str, reason: str) -> Sheet:
    back = Line(text="Laser Cooling Gel, 100 ml", rows=["Back on the shelf · Batch B2026-012"], code="330499",
                quantity="1 TBS", value=D(450), tax="18 %", total=D(531))  # fmt: skip
    about = [Fact("Against", "Tax invoice"), Fact("Number of the original", "LCB/25-26/00043", strong=True),
             Fact("Date of the original", "3 Mar 2026")]  # fmt: skip
    return Sheet(
        title=title, number=number, supplier=SUPPLIER,
        party=Party(label="Issued to", name="Priya Mehta", phone="+91 98765 43210"),
        about=About(label="Reason", text=reason), facts=facts(number, *about), lines=[back], is_taxed=True,
        rates=rates(rate(450)),
        parts=[Part("Taxable value", D(450)), Part("CGST", D("40.50")), Part("SGST", D("40.50"))],
        with_goods=True, **sums(531, label),
    )  # fmt: skip


def receipt() -> Sheet:
    paid = Table(title="", columns=[Column("Paid for"), Column("Date", "day"), Column("Amount ₹", "n")],
                 rows=[["LCB/25-26/00043", "3 Mar 2026", "5,841.00"], ["LCB/25-26/00031", "20 Feb 2026", "1,159.00"],
                       ["Tip for Dr. Vivek Kapoor", "", "100.00"]])  # fmt: skip
    return Sheet(
        title="Payment receipt", number="LRC/25-26/00012", supplier=SUPPLIER,
        party=Party(label="Received from", name="Priya Mehta", phone="+91 98765 43210"),
        facts=facts("LRC/25-26/00012", supply=False), tables=[paid, modes("Received by", "Cash", "4,100.00", "UPI", "3,000.00")],
        **sums(7100, "Received"),
    )  # fmt: skip


def modes(title: str, *pairs: str) -> Table:
    rows = [
        [mode, "" if mode == "Cash" else "606112345678", amount]
        for mode, amount in zip(pairs[::2], pairs[1::2], strict=True)
    ]
    return Table(
        title=title, columns=[Column("Mode"), Column("Reference"), Column("Amount ₹", "n")], rows=rows
    )


def voucher(title: str, number: str, label: str, *, back: bool) -> Sheet:
    origin = [Fact("Receipt voucher", "LRV/25-26/00003", strong=True), Fact("Date of it", "1 Mar 2026")]
    return Sheet(
        title=title, number=number, supplier=SUPPLIER,
        party=Party(label="Paid back to" if back else "Received from", name="Priya Mehta", phone="+91 98765 43210"),
        about=About(label="Advance for" if back else "In advance for", text="Laser Hair Removal, full body",
                    rows=["The customer asked for it"] if back else []),
        facts=facts(number, *(origin if back else [])),
        tables=[modes("Paid back by" if back else "Received by", "UPI", "11,800.00")], rates=rates(rate(10000)),
        parts=[Part("Taxable value", D(10000)), Part("CGST", D(900)), Part("SGST", D(900))],
        signatures=("Recipient", "Authorised signatory") if back else ("Authorised signatory",),
        **sums(11800, label),
    )  # fmt: skip


def refund_receipt() -> Sheet:
    origin = [Fact("Credit note", "LCC/25-26/00002"), Fact("Invoice", "LCB/25-26/00043 of 3 Mar 2026")]
    return Sheet(
        title="Refund receipt", number="LRF/25-26/00001", supplier=SUPPLIER,
        party=Party(label="Paid back to", name="Priya Mehta", phone="+91 98765 43210"),
        about=About(label="Reason", text="Billing error"), facts=facts("LRF/25-26/00001", *origin, supply=False),
        tables=[modes("Paid back by", "Cash", "531.00")], signatures=("Recipient", "Authorised signatory"),
        **sums(531, "Paid back"),
    )  # fmt: skip


def estimate() -> Sheet:
    return Sheet(
        title="Estimate", number="LES/25-26/00004", supplier=SUPPLIER,
        party=Party(label="Estimate for", name="Priya Mehta", phone="+91 98765 43210"),
        facts=facts("LES/25-26/00004", Fact("Valid until", "18 Mar 2026", strong=True)),
        legends=["An estimate, not a bill: nothing is owed by it."], lines=[LASER, GEL], is_taxed=True,
        parts=[Part("Taxable value", D(4950)), Part("CGST", D("445.50")), Part("SGST", D("445.50"))],
        **sums(5841, "Estimated total"),
    )  # fmt: skip


def gift_card() -> Sheet:
    return Sheet(
        title="Gift card", number="", supplier=SUPPLIER, party=Party(label="For", name="Neha Patel"),
        facts=[Fact("Given on", "3 Mar 2026"), Fact("Last day", "3 Mar 2027", strong=True)],
        big_code="7K4M-Q2XD-9PTA",
        code=Code(image=codes.of_text("7K4M-Q2XD-9PTA"), label="Code", rows=["Show or read it out when you pay."]),
        remarks=["Spend it at once or bit by bit. Whoever has the code can spend it: keep it like cash."],
        **sums(5000, "Worth"),
    )  # fmt: skip


def statement() -> Sheet:
    columns = [Column("Date", "day"), Column("What"), Column("Number", "number"), Column("Billed ₹", "n"),
               Column("Received ₹", "n"), Column("Balance ₹", "n")]  # fmt: skip
    rows = [["", "Brought forward", "", "", "", "1,159.00"]]
    balance = D(1159)
    for day in range(1, 41):
        billed, received = (D(5310), D(0)) if day % 2 else (D(0), D(5000))
        balance += billed - received
        cells = [grouped(value) if value else "" for value in (billed, received)]
        text = "Tax invoice" if billed else "Payment by UPI"
        rows.append([f"{day % 28 + 1} Feb 2026", text, f"LCB/25-26/{day:05}" if billed else f"LRC/25-26/{day:05}", *cells, grouped(balance)])  # fmt: skip
    return Sheet(
        title="Statement of account", number="", supplier=SUPPLIER,
        party=Party(label="Account of", name="Priya Mehta", phone="+91 98765 43210"),
        facts=[Fact("From", "1 Feb 2026"), Fact("Until", "3 Mar 2026"), Fact("Reference", "LCB-F-00012")],
        tables=[Table(title="", columns=columns, rows=rows,
                      foot=["", "Total", "", grouped(D(5310 * 20)), grouped(D(5000 * 20)), grouped(balance)])],
        **sums(balance, "Due"),
    )  # fmt: skip


def many_lines() -> Sheet:
    """Forty lines, the dearest price there may be, and a name as long as names are."""
    dear = Line(text="Full course of laser, light and peel for face, neck, arms and legs", code="999722",
                quantity="1", price=D("9999999.99"), value=D("9999999.99"), tax="18 %", total=D("11799999.99"))  # fmt: skip
    whole = D("11799999.99") + 39 * 5310
    return Sheet(
        title="Tax invoice", number="LCB/25-26/00047", supplier=SUPPLIER,
        party=Party(label="Billed to", name="Venkataramanan Subramanian Lakshminarayanan Iyer", phone="+91 98765 43210",
                    rows=["Flat 402, Sri Lakshmi Venkateshwara Nilaya, 3rd Cross, Malleshwaram, Bengaluru 560003",
                          "State Karnataka (29)", "GSTIN 29AABCL1234A1Z4"]),
        facts=facts("LCB/25-26/00047"), lines=[dear, *([LASER] * 39)], is_taxed=True,
        rates=rates(RateRow("18 %", "9 %", D("10175499.99"), D("915795.00"), D("915795.00"), D(0), D(0))),
        parts=[Part("Subtotal", D("10175499.99")), Part("Taxable value", D("10175499.99")),
               Part("CGST 9 %", D("915795.00")), Part("SGST 9 %", D("915795.00"))],
        due=whole, code=code(whole), **sums(whole),
    )  # fmt: skip


def sheets() -> dict[str, tuple[Sheet, str]]:
    """By name, with the mark of the copy."""
    credit = note("Credit note", "LCC/25-26/00002", "Total credited", "Goods brought back")
    debit = note("Debit note", "LDN/25-26/00001", "Total debited", "Price or tax was too low")
    advance = voucher("Receipt voucher", "LRV/25-26/00003", "Advance received", back=False)
    returned = voucher("Refund voucher", "LFV/25-26/00001", "Paid back", back=True)
    return {
        "tax-invoice": (tax_invoice(), ORIGINAL),
        "unpaid": (unpaid(), "Duplicate for transporter"),
        "bill-of-supply": (bill_of_supply(), ORIGINAL),
        "composition": (composition(), ORIGINAL),
        "both-in-one": (both_in_one(), ORIGINAL),
        "plain-bill": (plain_bill(), ORIGINAL),
        "cancelled": (cancelled(), ORIGINAL),
        "credit-note": (credit, "Original"),
        "debit-note": (debit, "Original"),
        "receipt": (receipt(), "Original"),
        "receipt-voucher": (advance, "Original"),
        "refund": (refund_receipt(), "Original"),
        "refund-voucher": (returned, "Original"),
        "estimate": (estimate(), ""),
        "gift-card": (gift_card(), ""),
        "statement": (statement(), ""),
        "many-lines": (many_lines(), ORIGINAL),
    }
