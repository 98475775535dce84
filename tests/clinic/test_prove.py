"""`manage.py prove`: says what isn't as it must be, and fails then."""

import io

import pytest
from django.core.management import call_command

from clinic import registries


@pytest.fixture
def proofs(monkeypatch):
    known = {"all is well": list, "sums": lambda: [f"Bill {number} doesn't add up." for number in range(25)]}
    monkeypatch.setattr(registries, "_prove", known)
    return known


def run(*names):
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("prove", *names, stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue().splitlines(), err.getvalue()


def test_each_proof_is_named_and_a_broken_one_fails(proofs):
    code, lines, _err = run()
    assert code == 1
    assert lines[:3] == ["ok      all is well", "FAILED  sums", "        Bill 0 doesn't add up."]
    assert lines[-1] == "        and 5 more"


def test_one_can_be_asked_for(proofs):
    assert run("all is well") == (0, ["ok      all is well"], "")


def test_an_unknown_one_is_said(proofs):
    code, lines, err = run("nonsense")
    assert (code, lines) == (1, [])
    assert "no proof" in err and "all is well, sums" in err
