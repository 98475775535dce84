"""What people see of packages and treatments, by concept."""

from .enrolments import customer_packages, enrolment_detail, package_list, plan_list
from .requirements import meet, requirement_list
from .treatments import treatment_list

__all__ = [
    "customer_packages",
    "enrolment_detail",
    "meet",
    "package_list",
    "plan_list",
    "requirement_list",
    "treatment_list",
]
