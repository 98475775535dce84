"""The rates that come with the product: whole, sourced, without a gap, and brought to clinics that lack some."""

from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps

from clinic import tax_rates
from clinic.models import TaxCategory, TaxRule

CHANGE = date(2025, 9, 22)
CATEGORIES = list(tax_rates.categories().values())
UNDECIDED = "cosmetic_procedure"
PORTAL_RATES = {
    Decimal(rate) for rate in ["0", "0.1", "0.25", "1", "1.5", "3", "5", "6", "7.5", "12", "18", "28", "40"]
}
UNITS = {"NA", "NOS", "BTL", "PCS", "TUB", "TBS", "BOX", "PAC", "SET", "PRS", "MLT", "GMS"}


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda each: each.code)
def test_each_category_has_a_rate_on_both_sides_of_the_change(category):
    before, after = category.rule_on(CHANGE - timedelta(days=1)), category.rule_on(CHANGE)

    assert before
    assert bool(after) == (category.code != UNDECIDED)
    assert category.rules[-1].valid_to is None or category.code == UNDECIDED


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda each: each.code)
def test_rules_follow_each_other_and_say_where_they_come_from(category):
    for rule, following in zip(category.rules, category.rules[1:], strict=False):
        assert rule.valid_to == following.valid_from
    for rule in category.rules:
        assert rule.source
        assert rule.confidence in ("high", "medium", "low")
        assert rule.rate in PORTAL_RATES
        assert (rule.rate > 0) == (rule.treatment == "taxable")
        assert rule.credit_barred or rule.treatment == "taxable"
    assert category.hsn.isdigit()
    assert 4 <= len(category.hsn) <= 8
    assert category.uqc in UNITS
    assert (category.uqc == "NA") == category.hsn.startswith("99") == category.supply.startswith("service")


def test_no_two_categories_share_a_name():
    names = [name for each in CATEGORIES for name in (each.code, each.name, *each.known_as)]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "hsn", "codes"),
    [
        ("medicine_general", "", {"medicine"}),
        ("Perfume", "", {"perfume"}),
        ("whatever", "90031100", {"spectacle_frame"}),
        ("", "999723", {"wellbeing_service"}),
        ("", "999722", {"beauty_service", UNDECIDED}),
        ("whatever", "", set()),
        ("whatever", "0101", set()),
        ("", "90", set()),
    ],
)
def test_a_category_is_found_by_any_of_its_names_or_by_its_code(name, hsn, codes):
    assert {category.code for category in tax_rates.find(name, hsn)} == codes


# --- the database ---


def as_rows():
    return {
        (rule.category.code, rule.valid_from, rule.valid_to, rule.treatment, rule.rate, rule.credit_barred)
        for rule in TaxRule.objects.select_related("category")
    }


@pytest.mark.django_db
def test_a_new_database_holds_exactly_these_rates():
    assert as_rows() == {
        (category.code, rule.valid_from, rule.valid_to, str(rule.treatment), rule.rate, rule.credit_barred)
        for category in CATEGORIES
        for rule in category.rules
    }


@pytest.mark.django_db
def test_a_clinic_of_before_gets_what_it_lacks_and_keeps_what_it_changed():
    migration = import_module("clinic.migrations.0010_categories_of_goods")
    TaxCategory.objects.filter(code="perfume").update(code="perfume_of_ours")  # as if it had never come
    TaxCategory.objects.filter(code="medicine").update(name="Pharmacy")
    TaxRule.objects.filter(category__code="medicine", valid_to=None).update(rate=12)
    TaxRule.objects.filter(category__code="medicine", valid_to=CHANGE).update(
        confirmed_by="Our accountant", confirmed_on=CHANGE
    )
    editor = SimpleNamespace(connection=SimpleNamespace(alias="default"))

    migration.add_missing(apps, editor)
    migration.add_missing(apps, editor)

    medicine = TaxCategory.objects.get(code="medicine")
    assert (medicine.name, medicine.rules.get(valid_to=None).rate, medicine.rules.count()) == (
        "Pharmacy",
        12,
        2,
    )
    assert [rule.rate for rule in TaxCategory.objects.get(code="perfume").rules.all()] == [18]
    assert TaxCategory.objects.count() == len(CATEGORIES) + 1
