"""The logins of the demo clinic. Shown on the sign-in page in demo mode only, and made by the demo data alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoLogin:
    who: str
    role: str
    username: str
    password: str


DEMO_LOGINS = (
    DemoLogin("Dr. Reena Sharma", "owner", "owner", "demo-clinic-1"),
    DemoLogin("Dr. Vivek Kapoor", "doctor", "doctor", "demo-clinic-2"),
    DemoLogin("Meena Joshi", "receptionist", "reception", "demo-clinic-3"),
)
