"""What people see of packages and treatments, by concept."""

from .enrolments import customer_packages, enrolment_detail, package_list
from .plans import change_plan, create_plan, plan_detail, plan_list
from .requirements import meet, requirement_list
from .sales import sell
from .setup import setup_menu
from .treatments import change_treatment, create_treatment, treatment_list

__all__ = [
    "change_plan",
    "change_treatment",
    "create_plan",
    "create_treatment",
    "customer_packages",
    "enrolment_detail",
    "meet",
    "package_list",
    "plan_detail",
    "plan_list",
    "requirement_list",
    "sell",
    "setup_menu",
    "treatment_list",
]
