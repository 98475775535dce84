"""The Hindi of pages and papers: what is compiled is what can be read, and nothing that is filled in gets lost."""

import gettext
import re
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation

WORDS = settings.BASE_DIR / "locale" / "hi" / "LC_MESSAGES"
DOMAINS = ["django", "paper"]
NAMED = re.compile(r"%\(\w+\)")


def read(domain: str) -> Catalog:
    with (WORDS / f"{domain}.po").open("rb") as file:
        return read_po(file, locale="hi", domain=domain)


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_compiled_words_are_those_that_can_be_read(domain):
    compiled = BytesIO()
    write_mo(compiled, read(domain))
    compiled.seek(0)
    written = gettext.GNUTranslations(compiled)
    with (WORDS / f"{domain}.mo").open("rb") as file:
        kept = gettext.GNUTranslations(file)
    head = {""}  # it names its program
    assert {k: v for k, v in kept._catalog.items() if k not in head} == {
        k: v for k, v in written._catalog.items() if k not in head
    }, "make words"


@pytest.mark.parametrize("domain", DOMAINS)
def test_what_is_filled_in_is_the_same_in_both_languages(domain):
    catalog = read(domain)
    assert len(catalog) > 50
    assert [(message.id, errors) for message, errors in catalog.check()] == []
    assert [
        message.id
        for message in catalog
        if isinstance(message.id, str)
        and message.string
        and message.id
        and set(NAMED.findall(message.id)) != set(NAMED.findall(message.string))
    ] == []


def test_a_page_is_in_hindi_for_whoever_asks(client, db):
    page = client.get("/sign-in/", headers={"accept-language": "hi"}).content.decode()
    with translation.override("hi"):
        assert translation.gettext("Password") != "Password"
        assert translation.gettext("Password") in page
    assert '<html lang="hi"' in page
