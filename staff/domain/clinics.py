"""Setting up a clinic and opening branches."""

import datetime
from dataclasses import dataclass, field
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import events, gst
from clinic.models import (
    Branch,
    BranchHours,
    Holiday,
    Organisation,
    Registration,
    Series,
    TaxCategory,
    TaxRule,
)
from clinic.refusals import Refusal
from staff.domain.reasons import suggest_usual
from staff.models import User

GST_2_0 = datetime.date(2025, 9, 22)  # from here on the rate of aesthetic procedures is the owner's decision
AestheticReading = Literal["5", "18"]


@dataclass(frozen=True)
class NewClinic:
    """What the first run asks. `aesthetic_rate` is the owner's reading of the law: 5 % without credit, or 18 %."""

    name: str
    address: str
    city: str
    postal_code: str
    state: str
    phone: str
    aesthetic_rate: AestheticReading
    gstin: str = ""
    composition: bool = False
    code: str = "MAIN"
    legal_name: str = ""
    tagline: str = ""
    email: str = ""
    upi_id: str = ""
    opens: datetime.time = datetime.time(9)
    closes: datetime.time = datetime.time(19)
    break_starts: datetime.time | None = datetime.time(13)
    break_ends: datetime.time | None = datetime.time(14)
    weekdays: list[int] = field(default_factory=lambda: list(range(6)))


@transaction.atomic
def set_up_clinic(*, by: User | None, clinic: NewClinic, today: datetime.date) -> Branch:
    """Make the organisation with its registration and first branch, on an empty database; `by` is None then."""
    if Organisation.objects.exists():
        raise Refusal(_("This database already holds a clinic."))
    organisation = Organisation.objects.create(name=clinic.name)
    registration = Registration(
        organisation=organisation,
        scheme=_scheme(clinic),
        gstin=clinic.gstin.strip().upper(),
        state=clinic.state,
        valid_from=gst.financial_year(today).start,
    )
    registration.full_clean()
    registration.save()
    suggest_usual(by=by, organisation=organisation)
    choose_aesthetic_rate(by=by, reading=clinic.aesthetic_rate, decided_by=clinic.name, today=today)
    return open_branch(
        by=by, organisation=organisation, registration=registration, clinic=clinic, today=today
    )


def _scheme(clinic: NewClinic) -> Registration.Scheme:
    if not clinic.gstin:
        return Registration.Scheme.UNREGISTERED
    return Registration.Scheme.COMPOSITION if clinic.composition else Registration.Scheme.REGULAR


@transaction.atomic
def open_branch(
    *,
    by: User | None,
    organisation: Organisation,
    registration: Registration,
    clinic: NewClinic,
    today: datetime.date,
) -> Branch:
    """A branch with its opening hours, this and next year's national holidays, and its number series."""
    branch = Branch(
        organisation=organisation,
        registration=registration,
        code=clinic.code,
        legal_name=clinic.legal_name or clinic.name,
        trade_name=clinic.name,
        tagline=clinic.tagline,
        address=clinic.address,
        city=clinic.city,
        postal_code=clinic.postal_code,
        state=clinic.state,
        phone=clinic.phone,
        email=clinic.email,
        upi_id=clinic.upi_id,
    )
    branch.full_clean()
    branch.save()
    BranchHours.objects.bulk_create(
        BranchHours(
            branch=branch,
            weekday=weekday,
            opens=clinic.opens,
            closes=clinic.closes,
            break_starts=clinic.break_starts,
            break_ends=clinic.break_ends,
        )
        for weekday in clinic.weekdays
    )
    _add_national_holidays(branch, [today.year, today.year + 1])
    _add_series(branch)
    events.record("branch.opened", subject=branch, by=by, branch_id=branch.pk)
    return branch


def _add_national_holidays(branch: Branch, years: list[int]) -> None:
    """The three that every State keeps; the clinic adds its own festivals."""
    import holidays  # only a new branch needs its megabytes

    national = {"Republic Day", "Independence Day", "Gandhi Jayanti"}
    known = holidays.country_holidays("IN", years=years)
    Holiday.objects.bulk_create(
        Holiday(branch=branch, day=day, name=name) for day, name in known.items() if name in national
    )


def _add_series(branch: Branch) -> None:
    """Tax invoices are numbered by the branch's code; the other papers by its first letters and one of their own."""
    stem = branch.code[:3]
    prefixes = {
        Series.Kind.TAX_INVOICE: branch.code,
        Series.Kind.BILL_OF_SUPPLY: stem + "S" if stem + "S" != branch.code else stem + "Y",
        Series.Kind.BILL: stem + "B" if stem + "B" != branch.code else stem + "X",
    }
    taken = set(
        Series.objects.filter(branch__registration=branch.registration).values_list("prefix", flat=True)
    )
    taken.update(prefixes.values())
    for kind, letter in LETTERS.items():
        prefixes[kind] = _free_prefix(stem, letter, taken)
        taken.add(prefixes[kind])
    Series.objects.bulk_create(
        Series(branch=branch, kind=kind, prefix=prefix) for kind, prefix in prefixes.items()
    )


#: What stands behind the stem of the branch on its other papers.
LETTERS = {
    Series.Kind.PURCHASE_ORDER: "P",
    Series.Kind.GOODS_RECEIPT: "R",
    Series.Kind.SUPPLIER_DEBIT: "D",
    Series.Kind.CREDIT_NOTE: "C",
    Series.Kind.DEBIT_NOTE: "N",
    Series.Kind.RECEIPT: "M",
    Series.Kind.RECEIPT_VOUCHER: "A",
    Series.Kind.REFUND: "F",
    Series.Kind.REFUND_VOUCHER: "V",
    Series.Kind.ESTIMATE: "E",
}


def _free_prefix(stem: str, letter: str, taken: set[str]) -> str:
    """One that no series of the registration has: LCBP, else LCP1 and on."""
    wanted = [stem + letter, *(f"{stem[:2]}{letter}{digit}" for digit in "123456789")]
    return next((prefix for prefix in wanted if prefix not in taken), wanted[0])


@transaction.atomic
def choose_aesthetic_rate(
    *, by: User | None, reading: AestheticReading, decided_by: str, today: datetime.date
) -> TaxRule:
    """Record how this clinic taxes aesthetic procedures since 22 September 2025, who decided and when.

    The law can be read as 5 % with input tax credit barred (group 99972, Notification 15/2025) or as 18 % with credit
    (residual rate of 9993); no circular settles it.
    """
    if reading not in ("5", "18"):
        raise Refusal(
            _("The rate of aesthetic procedures is 5 %, or else 18 %; choose one."), field="aesthetic_rate"
        )
    return TaxRule.objects.create(
        category=TaxCategory.objects.get(code="cosmetic_procedure"),
        valid_from=GST_2_0,
        rate=reading,
        credit_barred=reading == "5",
        source="Notification 15/2025-CT(Rate), group 99972"
        if reading == "5"
        else "Residual rate for heading 9993",
        confidence="low",
        confirmed_by=decided_by[:100],
        confirmed_on=today,
    )
