"""`make screenshots`: pictures of the running demo for the README, or of every main page to look at.

`python -m tests.screenshots http://127.0.0.1:8000 [folder]`: with a folder, every page at 1440 and 390 px, light and dark.
"""

import os
import sys
from pathlib import Path

import django
from playwright.sync_api import Browser, Page, sync_playwright

from clinic.stack import places

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PAGES = {
    "dashboard": "/",
    "day": "/appointments/",
    "schedule": "/appointments/schedule/",
    "book": "/appointments/new/",
    "customers": "/customers/",
    "new-customer": "/customers/new/",
    "packages": "/packages/",
    "plans": "/packages/plans/",
    "inventory": "/inventory/",
    "invoices": "/billing/",
    "messages": "/messages/",
    "admin": "/admin/",
}
FOLLOWED = {"customer": ("/customers/", "/customers/0"), "invoice": ("/billing/", "/billing/0"),
            "visit": ("/appointments/schedule/", "/appointments/0"), "item": ("/inventory/", "/inventory/0"),
            "enrolment": ("/packages/", "/packages/0")}  # fmt: skip


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    django.setup()
    root = sys.argv[1].rstrip("/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        if len(sys.argv) > 2:
            every_page(browser, root, Path(sys.argv[2]))
        else:
            for_readme(browser, root, places.ROOT / "docs" / "images")
        browser.close()


def sign_in(browser: Browser, root: str, who: str, viewport: dict[str, int], scheme: str = "light") -> Page:
    from staff.demo import DEMO_LOGINS  # needs the settings, which main() sets up

    login = next(login for login in DEMO_LOGINS if login["username"] == who)
    phone = viewport is PHONE
    page = browser.new_context(
        viewport=viewport, color_scheme=scheme, has_touch=phone, is_mobile=phone, reduced_motion="reduce"
    ).new_page()
    page.goto(root + "/sign-in/")
    page.fill("[name=username]", login["username"])
    page.fill("[name=password]", login["password"])
    page.click("main button[type=submit]")
    page.wait_for_load_state("networkidle")
    return page


def follow(page: Page, root: str, listing: str, prefix: str) -> None:
    page.goto(root + listing)
    page.goto(root + page.locator(f"main a[href^='{prefix}']").first.get_attribute("href"))
    page.wait_for_load_state("networkidle")


def for_readme(browser: Browser, root: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    page = sign_in(browser, root, "owner", DESK)
    page.goto(root + "/")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "dashboard.png")
    page = sign_in(browser, root, "doctor", PHONE)
    follow(page, root, *FOLLOWED["visit"])
    page.screenshot(path=folder / "visit-phone.png")


def every_page(browser: Browser, root: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for size, viewport in (("1440", DESK), ("390", PHONE)):
        for scheme in ("light", "dark"):
            page = sign_in(browser, root, "owner", viewport, scheme)
            for name, path in PAGES.items():
                page.goto(root + path)
                shoot(page, folder / f"{name}-{size}-{scheme}.png")
            for name, steps in FOLLOWED.items():
                follow(page, root, *steps)
                shoot(page, folder / f"{name}-{size}-{scheme}.png")


def shoot(page: Page, path: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        print(f"{path.name}: scrolls {wide} px sideways")


if __name__ == "__main__":
    main()
