"""The command with which an accountant tries cases: what it finds, and what it says about bad files."""

import copy
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clinic import gst_cases
from clinic.management.commands.gst_check import Command

ROOT = Path(__file__).parent.parent.parent
CASES = ROOT / "tests" / "data" / "gst_cases.json"


@pytest.fixture
def cases():
    return json.loads(CASES.read_text("utf-8"))


@pytest.fixture
def check(tmp_path):
    """Run the command on data or on raw text; what it printed, and the error it ended with, if any."""

    def run(data):
        path = tmp_path / "cases.json"
        raw = data if isinstance(data, bytes) else json.dumps(data).encode()
        path.write_bytes(raw)
        out = StringIO()
        try:
            call_command(Command(), str(path), stdout=out)
        except CommandError as error:
            return out.getvalue(), error
        return out.getvalue(), None

    return run


def pick(cases, section, name):
    return next(case for case in cases[section] if case["id"] == name)


def test_all_cases_pass_and_unknown_sections_are_named(check, cases):
    out, error = check({**cases, "time_travel": [{"id": "T-1"}, {"id": "T-2"}]})

    assert error is None
    assert "invoice_computations: 42 checked, 42 agree" in out
    assert "invoice_computations INV-027, INV-029, INV-031" in out.partition("Policy")[2]
    assert "time_travel: not checked (2)" in out


def test_wrong_expectation_fails_and_shows_the_figure(check, cases):
    pick(cases, "invoice_computations", "INV-003")["expected"]["lines"][1]["cgst"] = "40.51"
    out, error = check(cases)

    assert error.returncode == 1
    assert "invoice_computations INV-003" in out
    assert "lines.2.cgst: expected 40.51, got 40.50" in out


def test_wrong_expectation_in_an_ambiguous_case_is_shown_and_passes(check, cases):
    pick(cases, "invoice_computations", "INV-027")["expected"]["totals"]["grand_total"] = "241.99"
    out, error = check(cases)

    assert error is None
    assert "totals.grand_total: expected 241.99, got 242.00" in out


def leaves(value, path=()):
    if isinstance(value, (dict, list)):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return [leaf for key, child in pairs for leaf in leaves(child, (*path, key))]
    return [path]


def test_every_expected_figure_of_every_case_is_looked_at(cases):
    """Spoil one figure at a time: none may go unnoticed."""
    unnoticed = []
    for section in gst_cases.SECTIONS:
        for case in cases[section]:
            for path in leaves(case["expected"]):
                spoilt = copy.deepcopy(case)
                *way, last = path
                holder = spoilt["expected"]
                for step in way:
                    holder = holder[step]
                holder[last] = "spoilt"
                if gst_cases.check_case(section, spoilt).agrees:
                    unnoticed.append((case["id"], path))
    assert unnoticed == []


@pytest.mark.parametrize(
    "spoil", [lambda rows: rows.pop(), lambda rows: rows.append({**rows[0], "ref": "9"})]
)
def test_missing_and_surplus_lines_differ(cases, spoil):
    case = pick(cases, "invoice_computations", "INV-003")
    spoil(case["expected"]["lines"])

    assert gst_cases.check_case("invoice_computations", case).fails


def test_figures_may_be_numbers_and_rows_in_any_order(cases):
    case = pick(cases, "invoice_computations", "INV-003")
    case["expected"]["lines"].reverse()
    case["expected"]["rate_summary"].reverse()
    case["expected"]["totals"]["cgst"] = 51.75

    assert gst_cases.check_case(
        "invoice_computations", json.loads(json.dumps(case), parse_float=gst_cases.Decimal)
    ).agrees


def test_refusal_is_told_in_words(check, cases):
    case = pick(cases, "invoice_computations", "INV-025")
    case["expected"] = {"totals": {"grand_total": "0.00"}}
    out, error = check({"invoice_computations": [case]})

    assert error
    assert "error: expected nothing, got discount_exceeds_line_amount" in out
    assert "A discount of ₹200.00 is more than the amount of ₹199.00" in out


def test_every_case_the_law_leaves_open_is_on_the_page_of_our_policy(cases):
    page = (ROOT / "docs" / "gst-policy.md").read_text("utf-8")
    open_cases = [
        case["id"] for section in gst_cases.SECTIONS for case in cases[section] if case["ambiguous"]
    ]

    assert open_cases
    assert [name for name in open_cases if name not in page] == []


BILL = {"supplier_state": "29", "pos": "29", "lines": [{"unit_price": "1", "gst_rate": "5"}]}
EXPECTED = {"supply_type": "intra"}


@pytest.mark.parametrize(
    ("section", "case", "sentence"),
    [
        ("gstin", 5, "A case must be an object."),
        ("gstin", {"value": "x"}, "“expected” must be an object"),
        ("gstin", {"value": "x", "expected": {}}, "“expected” must be an object"),
        ("gstin", {"value": 29, "expected": {"valid": False}}, "“value” must be a text"),
        ("gstin", {"value": "", "expected": {"valid": False}, "ambiguous": "false"}, "must be true or false"),
        ("financial_year", {"input": "31/03/2026", "expected": {"fy_long": "x"}}, "isn't a date"),
        ("financial_year", {"input": "2026-03-31T10:00", "expected": {"fy_long": "x"}}, "isn't a date"),
        ("financial_year", {"input": "9998-04-01", "expected": {"fy_long": "x"}}, "isn't a date"),
        (
            "financial_year",
            {"input": "2026-03-31", "timezone": "Moon/Sea", "expected": {"a": 1}},
            "known time zone",
        ),
        (
            "amount_in_words",
            {"amount": "1,000.00", "expected": {"grouped": "x"}},
            "“amount” must be a number",
        ),
        ("amount_in_words", {"amount": "1e999999999", "expected": {"grouped": "x"}}, "must be a number"),
        ("amount_in_words", {"amount": True, "expected": {"grouped": "x"}}, "must be a number"),
        ("invoice_computations", {"expected": EXPECTED}, "“input” must be an object"),
        (
            "invoice_computations",
            {"input": {**BILL, "lines": "no"}, "expected": EXPECTED},
            "“lines” must be a list",
        ),
        ("invoice_computations", {"input": {**BILL, "taxes": 1}, "expected": EXPECTED}, "says taxes, which"),
        (
            "invoice_computations",
            {"input": {**BILL, "round_off": "up"}, "expected": EXPECTED},
            "nearest_rupee",
        ),
        (
            "invoice_computations",
            {"input": {**BILL, "document": "poem"}, "expected": EXPECTED},
            "must be one of",
        ),
        (
            "invoice_computations",
            {"input": {**BILL, "invoice_discount": "10%"}, "expected": EXPECTED},
            "“type” (percent or amount)",
        ),
        (
            "invoice_computations",
            {"input": {**BILL, "lines": [{"unit_price": "1"}]}, "expected": EXPECTED},
            "says no “gst_rate”",
        ),
        ("invoice_computations", {"input": BILL, "expected": {"lines": {"1": {}}}}, "“lines” must be a list"),
        (
            "payments_upi",
            {"input": {"vpa": ["a"], "amount": 1}, "expected": {"am": "1.00"}},
            "“vpa” must be a text",
        ),
        (
            "payments_razorpay",
            {"input": {"deliveries": [1]}, "expected": {"payments_booked": 1}},
            "list of objects",
        ),
        ("payments_razorpay", {"input": {"raw_body": "{}"}, "expected": {"valid": True}}, "must be a text"),
        (
            "rate_by_date",
            {"input": {"tax_category": "gold", "supply_date": "2025-10-01"}, "expected": {"gst_rate": "3"}},
            "“gold” (-) isn't one category; it could be hairdressing, beauty_service",
        ),
        (
            "rate_by_date",
            {"input": {"hsn_sac": "3304", "supply_date": "2025-10-01"}, "expected": {"gst_rate": "18"}},
            "it could be face_talcum_powder, cosmetic_product, kajal_bindi.",
        ),
        (
            "rate_by_date",
            {
                "input": {"tax_category": "perfume", "supply_date": "1/10/2025"},
                "expected": {"gst_rate": "18"},
            },
            "“supply_date” must be a date such as 2025-09-22",
        ),
        (
            "time_of_supply_rate_change",
            {"input": {"rate_change_date": "2025-09-22"}, "expected": {"gst_rate": "18"}},
            "“invoice_date” is needed.",
        ),
        (
            "time_of_supply_rate_change",
            {
                "input": dict.fromkeys(
                    ["rate_change_date", "invoice_date", "payment_credited"], "9999-12-31"
                ),
                "expected": {"gst_rate": "18"},
            },
            "“rate_change_date” is too far away.",
        ),
        (
            "advances",
            {"input": {"amount_received": "much"}, "expected": {"ad_amt": "1.00"}},
            "must be a number",
        ),
        ("advances", {"input": {"rate": "5"}, "expected": {"ad_amt": "1.00"}}, "says rate, which"),
        ("place_of_supply", {"input": {"kind": "gift"}, "expected": {"pos": "29"}}, "“kind” must be one of"),
    ],
)
def test_malformed_case_gets_a_sentence(check, section, case, sentence):
    out, error = check({section: [case]})

    assert error.returncode == 1
    assert f"{section} #1" in out
    assert sentence in out


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "isn't JSON: line 1, column 1"),
        (b'{"gstin": [', "isn't JSON: line 1"),
        (b"[]", "must hold an object of sections"),
        (b"{}", "must hold an object of sections"),
        (b'{"gstin": {}}', "Section gstin must be a list of cases."),
        (b'{"gstin": [NaN]}', "isn't JSON that this command can read"),
        (b'{"gstin": ["\\ud800"]}', "isn't text in UTF-8"),
        (b"\xff\xfe\x00", "isn't text in UTF-8"),
        (b"[" * 100_000, "isn't JSON that this command can read"),
    ],
)
def test_malformed_file_gets_a_sentence(check, raw, sentence):
    _out, error = check(raw)

    assert error.returncode == 2
    assert sentence in str(error)


def test_missing_file_gets_a_sentence(tmp_path):
    with pytest.raises(CommandError, match=r"none\.json can't be read: No such file"):
        call_command(Command(), str(tmp_path / "none.json"))


def test_runs_without_database_or_server(tmp_path, cases):
    """The whole command line, with a database address where nobody listens."""
    pick(cases, "gstin", "GSTIN-001")["expected"]["valid"] = False
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(cases), "utf-8")
    nowhere = {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "DATABASE_OWNER_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }

    def run(path):
        command = [sys.executable, "manage.py", "gst_check", str(path)]
        return subprocess.run(
            command, cwd=ROOT, env={**os.environ, **nowhere}, capture_output=True, text=True, check=False
        )

    assert run(CASES).returncode == 0
    failed = run(wrong)
    assert failed.returncode == 1
    assert "valid: expected false, got true" in failed.stdout
    assert "Traceback" not in failed.stderr
