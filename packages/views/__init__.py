"""What people see of packages and treatments, by concept."""

from .enrolments import customer_packages, enrolment_detail, export, package_list
from .liability import liability, liability_file
from .life import exchange, extend, freeze, give_back, transfer, unfreeze
from .plans import change_plan, create_plan, plan_detail, plan_list
from .prices import plan_price, treatment_price
from .requirements import meet, requirement_list
from .sales import sell
from .sessions import give_proof, redeem, send_code, undo
from .setup import setup_menu
from .treatments import change_treatment, create_treatment, treatment_list

__all__ = [
    "change_plan",
    "change_treatment",
    "create_plan",
    "create_treatment",
    "customer_packages",
    "enrolment_detail",
    "exchange",
    "export",
    "extend",
    "freeze",
    "give_back",
    "give_proof",
    "liability",
    "liability_file",
    "meet",
    "package_list",
    "plan_detail",
    "plan_list",
    "plan_price",
    "redeem",
    "requirement_list",
    "sell",
    "send_code",
    "setup_menu",
    "transfer",
    "treatment_list",
    "treatment_price",
    "undo",
    "unfreeze",
]
