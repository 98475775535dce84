"""What a package would cost and bring, before it is sold."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from clinic import money, prices
from clinic.models import Branch, TaxCategory, TaxRule
from packages.models import Plan, PlanPart


@dataclass(frozen=True)
class Quote:
    """A plan with add-ons as it would be sold on `on`; all amounts in rupees.

    `value` is before tax, `tax` what comes on top of it, `total` what is paid. `rate` is the tax in percent, None where
    there is none. `valid_until` is None when the validity starts with the first session.
    """

    plan: Plan
    add_ons: list[PlanPart]
    value: Decimal
    rate: Decimal | None
    total: Decimal
    on: datetime.date

    @property
    def tax(self) -> Decimal:
        return self.total - self.value

    @property
    def per_session(self) -> Decimal:
        return money.round2(self.total / self.plan.session_count)

    @property
    def instalments(self) -> list[Decimal]:
        """What is paid one after the other; they add up to the total."""
        return money.apportion(self.total, [Decimal(1)] * self.plan.instalments)

    @property
    def valid_until(self) -> datetime.date | None:
        if self.plan.starts_at_first_use:
            return None
        return self.on + datetime.timedelta(days=self.plan.valid_days)


def quote(plan: Plan, add_ons: Sequence[PlanPart], branch: Branch, on: datetime.date) -> Quote:
    """What the plan with those add-ons costs at the branch on a local day. An add-on bears the plan's tax."""
    asked = (prices.price_at(plan, branch, on) or Decimal(0)) + sum(
        (part.price or Decimal(0) for part in add_ons), Decimal(0)
    )
    rate = tax_rate(plan.treatment.tax_category, branch, on)
    share = (rate or Decimal(0)) / 100
    value = money.round2(asked / (1 + share)) if plan.price_includes_tax else asked
    total = asked if plan.price_includes_tax else money.round2(asked * (1 + share))
    return Quote(plan=plan, add_ons=list(add_ons), value=value, rate=rate, total=total, on=on)


def tax_rate(category: TaxCategory, branch: Branch, on: datetime.date) -> Decimal | None:
    """The tax on what a branch sells of a category, cess included, in percent; None where there is none."""
    rule = TaxRule.objects.on(on).filter(category=category).first()
    if not branch.registration.charges_tax or rule is None or rule.treatment != TaxRule.Treatment.TAXABLE:
        return None
    return rule.rate + rule.cess_rate
