"""Papers look as they did: each is drawn with the same words and compared with a picture of it that somebody looked at.

Where a change is meant: `make samples`, look at the pictures in `tests/billing/samples`, and commit them.
"""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from django.conf import settings
from PIL import Image
from pypdf import PdfReader

from billing.paper import words
from tests import sample_sheets, samples
from tests.samples import FURTHEST, KEPT, Sample, difference, picture

WORDS = settings.BASE_DIR / "locale" / "hi" / "LC_MESSAGES"
LABELLED = re.compile(r"""(?:Fact|Column)\(\s*"([^"]+)"|(?:label|title)="([^"]+)"|\{% say "([^"]+)" %\}""")


def words_of(sample: Sample) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(sample.draw())).pages).split())


def test_every_paper_looks_as_it_did():
    apart = {}
    for sample in samples.every():
        with Image.open(KEPT / f"{sample.file}.png") as kept:
            found = difference(kept.convert("L"), picture(sample.draw()))
        if found > FURTHEST:
            apart[sample.file] = found
    assert not apart, "These papers look different; if that is meant, look at them and `make samples`."


def test_the_comparison_sees_a_part_that_is_gone():
    whole, mark = sample_sheets.sheets()["tax-invoice"]
    with Image.open(KEPT / "tax-invoice-a4-en.png") as kept:
        looked_at = kept.convert("L")
    for name, gone in {"a line": {"lines": whole.lines[:1]}, "the sum": {"parts": []}}.items():
        less = Sample("less", replace(whole, **gone), "a4", "en", mark)
        assert difference(looked_at, picture(less.draw())) > FURTHEST, name


def test_no_two_documents_are_taken_for_each_other():
    for form in ("a4", "a5"):
        pictures = [
            Image.open(KEPT / f"{name}-{form}-en.png").convert("L")
            for name in sample_sheets.sheets()
            if name != "debit-note"  # differs from a credit note by two words
        ]
        for place, one in enumerate(pictures):
            assert all(difference(one, other) > FURTHEST for other in pictures[place + 1 :])


@pytest.mark.parametrize("form", ["a4", "slip"])
def test_hindi_stands_beside_the_english(form):
    sheet, mark = sample_sheets.sheets()["tax-invoice"]
    found = words_of(Sample("tax-invoice", sheet, form, "hi", mark))
    for english in ("Tax invoice", "Place of supply", "Total", "Paid"):
        assert english.casefold() in found.casefold()
    assert re.search("[\u0900-\u097f]{2}", found)


def test_every_label_has_its_hindi_word():
    sources = [
        *settings.BASE_DIR.glob("billing/paper/*.py"),
        *settings.BASE_DIR.glob("templates/billing/paper/*.html"),
    ]
    labels = {next(filter(None, each)) for path in sources for each in LABELLED.findall(path.read_text())}
    assert len(labels) > 30
    assert [label for label in sorted(labels) if not words.in_hindi(label)] == []
