"""Where a supply takes place, and so which heads of tax it bears (IGST Act, sections 7 to 13)."""

from dataclasses import dataclass
from enum import StrEnum

from clinic.gst.states import check_state

FOREIGN = "96"


class SupplyKind(StrEnum):
    """What decides the place of a supply; a tax category names one."""

    SERVICE_PERSONAL = "service_personal"  # treatment, beauty, fitness
    SERVICE_TRAINING = "service_training"
    SERVICE_PROPERTY = "service_property"  # letting a chair or a room
    SERVICE_OTHER = "service_other"
    GOODS_COUNTER = "goods_counter"
    GOODS_SHIPPED = "goods_shipped"


@dataclass(frozen=True)
class PlaceOfSupply:
    state: str
    basis: str


def place_of_supply(
    kind: SupplyKind,
    *,
    supplier_state: str,
    performed_in: str = "",
    recipient_registered: bool = False,
    recipient_state: str = "",
    address_on_invoice: str = "",
    delivery_state: str = "",
) -> PlaceOfSupply:
    """State code and section for one supply; an unknown place falls back on the supplier's State.

    For a counter sale: a treatment is taxed where it is performed, goods at the supplier's State
    unless the bill records another State as the buyer's address (IGST Act 10(1)(ca)).
    """
    here = performed_in or supplier_state
    address = address_on_invoice or supplier_state
    recipient = recipient_state or supplier_state
    delivery = delivery_state or address
    # Keyed by kind, then by whether the recipient is registered.
    rules: dict[SupplyKind, tuple[tuple[str, str], tuple[str, str]]] = {
        SupplyKind.SERVICE_PERSONAL: ((here, "12(4)"), (here, "12(4)")),
        SupplyKind.SERVICE_TRAINING: ((here, "12(5)(b)"), (recipient, "12(5)(a)")),
        SupplyKind.SERVICE_PROPERTY: ((here, "12(3)"), (here, "12(3)")),
        SupplyKind.SERVICE_OTHER: ((recipient, "12(2)(b)"), (recipient, "12(2)(a)")),
        SupplyKind.GOODS_COUNTER: ((address, "10(1)(ca)"), (supplier_state, "10(1)(c)")),
        SupplyKind.GOODS_SHIPPED: ((delivery, "10(1)(ca)"), (delivery, "10(1)(a)")),
    }
    state, section = rules[kind][recipient_registered]
    if kind is SupplyKind.SERVICE_PERSONAL and recipient_state == FOREIGN:
        section = "13(3)(b)"  # the visitor is present in India: no export
    return PlaceOfSupply(check_state(state, field="place_of_supply").code, f"IGST Act {section}")


class SupplyType(StrEnum):
    INTRA = "intra"
    INTER = "inter"


def supply_type(supplier_state: str, place: str, *, always_inter: bool = False) -> SupplyType:
    """Intra-State only where the place of supply is the supplier's own State.

    `always_inter`: the recipient is an SEZ unit or developer, or the supply is zero-rated
    (IGST Act 7(5)). The State where the customer lives plays no part.
    """
    supplier = check_state(supplier_state, field="supplier_state")
    there = check_state(place, field="place_of_supply")
    return SupplyType.INTER if always_inter or supplier != there else SupplyType.INTRA


def state_tax_label(place: str) -> str:
    """What the State's half of the tax is called in print: SGST, or UTGST without a legislature."""
    return "UTGST" if check_state(place, field="place_of_supply").utgst else "SGST"
