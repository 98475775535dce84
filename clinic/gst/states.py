"""States and union territories by GST code; the same codes name the place of supply."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from clinic.gst.invalid import Invalid


@dataclass(frozen=True)
class State:
    """`utgst`: a territory without a legislature, whose half of the tax is printed as UTGST.

    `successor` is the code that took over a retired one; `registers` says whether GSTINs begin with it.
    """

    code: str
    name: str
    utgst: bool = False
    successor: str = ""
    registers: bool = True

    @property
    def offered(self) -> bool:
        """Whether choice lists show it; retired codes live on in old documents only."""
        return not self.successor


_NAMES = """
01 Jammu and Kashmir
02 Himachal Pradesh
03 Punjab
04 Chandigarh
05 Uttarakhand
06 Haryana
07 Delhi
08 Rajasthan
09 Uttar Pradesh
10 Bihar
11 Sikkim
12 Arunachal Pradesh
13 Nagaland
14 Manipur
15 Mizoram
16 Tripura
17 Meghalaya
18 Assam
19 West Bengal
20 Jharkhand
21 Odisha
22 Chhattisgarh
23 Madhya Pradesh
24 Gujarat
25 Daman and Diu
26 Dadra and Nagar Haveli and Daman and Diu
27 Maharashtra
28 Andhra Pradesh (before 2014)
29 Karnataka
30 Goa
31 Lakshadweep
32 Kerala
33 Tamil Nadu
34 Puducherry
35 Andaman and Nicobar Islands
36 Telangana
37 Andhra Pradesh
38 Ladakh
96 Other Country
97 Other Territory
"""
_UTGST = {"04", "25", "26", "31", "35", "38", "97"}
_SUCCESSORS = {"25": "26", "28": "37"}

STATES: dict[str, State] = {
    code: State(code, name, code in _UTGST, _SUCCESSORS.get(code, ""), registers=code != "96")
    for code, name in (line.split(" ", 1) for line in _NAMES.strip().splitlines())
}


def state_choices(*, registering: bool = False) -> list[tuple[str, str]]:
    """(code, "29 Karnataka") in code order; `registering` leaves out what no GSTIN can begin with."""
    return [
        (state.code, f"{state.code} {state.name}")
        for state in STATES.values()
        if state.offered and (state.registers or not registering)
    ]


def check_state(code: str, *, field: str = "state") -> State:
    """The State of a two-digit code, retired ones included, or Invalid (`unknown_state`)."""
    try:
        return STATES[code]
    except KeyError:
        sentence = _("“%(code)s” isn't the GST code of a State or union territory.") % {"code": code}
        raise Invalid(sentence, reason="unknown_state", field=field) from None
