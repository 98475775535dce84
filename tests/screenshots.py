"""`make screenshots`: pictures of the running demo for the README, or of every page to look at.

`python -m tests.screenshots http://127.0.0.1:8000 [folder]`: with a folder, every page at 1440 and 390 px, light and dark.
"""

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import django
from PIL import Image
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
    "schedule": "/appointments/schedule/?practitioner=all",
    "book": "/appointments/new/",
    "walk-in": "/appointments/new/?walk_in=1",
    "customers": "/customers/",
    "customers-none": "/customers/?q=nobody+at+all",
    "new-customer": "/customers/new/",
    "packages": "/packages/",
    "plans": "/packages/plans/",
    "inventory": "/inventory/",
    "invoices": "/billing/",
    "new-bill": "/billing/new/",
    "messages": "/messages/",
    "messages-sent": "/messages/?show=sent",
    "alerts": "/messages/alerts/",
    "search": "/search/?q=priya",
    "not-found": "/customers/00000000-0000-7000-8000-000000000000/",
    "admin": "/admin/",
    "admin-items": "/admin/inventory/item/",
}
#: page -> where to find the first link to it
FOLLOWED = {
    "customer": ("/customers/?q=priya+mehta", "main a[href^='/customers/0']"),
    "edit-customer": ("/customers/?q=priya+mehta", "main a[href^='/customers/0']", "main a[href$='/edit/']"),
    "invoice": ("/billing/?show=paid", "main a[href^='/billing/0']"),
    "invoice-unpaid": ("/billing/?show=unpaid", "main a[href^='/billing/0']"),
    "visit": ("/appointments/schedule/?practitioner=all&status=completed", "main a[href^='/appointments/0']"),
    "visit-arrived": ("/appointments/schedule/?practitioner=all&status=arrived", "main a[href^='/appointments/0']"),
    "item": ("/inventory/", "main a[href^='/inventory/0']"),
    "adjust": ("/inventory/", "main a[href^='/inventory/0']", "main a[href*='adjust']"),
    "enrolment": ("/packages/?only=active", "main a[href^='/packages/0']"),
    "admin-item": ("/admin/inventory/item/", "#result_list tbody th a"),
    "admin-practitioner": ("/admin/staff/practitioner/", "#result_list tbody th a"),
}  # fmt: skip


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


def window(browser: Browser, root: str, viewport: dict[str, int], scheme: str = "light") -> Page:
    phone = viewport is PHONE
    context = browser.new_context(
        viewport=viewport, color_scheme=scheme, has_touch=phone, is_mobile=phone, reduced_motion="reduce",
        locale="en-IN", timezone_id="Asia/Kolkata", base_url=root,
    )  # fmt: skip
    context.set_default_timeout(10_000)
    return context.new_page()


def sign_in(page: Page, who: str) -> Page:
    from staff.demo import DEMO_LOGINS  # needs the settings, which main() sets up

    login = next(login for login in DEMO_LOGINS if login["username"] == who)
    page.goto("/sign-in/")
    page.fill("[name=username]", login["username"])
    page.fill("[name=password]", login["password"])
    page.click("main button[type=submit]")
    page.wait_for_load_state("networkidle")
    return page


def follow(page: Page, start: str, *links: str) -> None:
    page.goto(start)
    for link in links:
        page.goto(page.locator(link).first.get_attribute("href"))
    page.wait_for_load_state("networkidle")


def for_readme(browser: Browser, root: str, folder: Path) -> None:
    """The owner's day, the desk's board of tomorrow, and a session that a doctor is about to complete."""
    folder.mkdir(parents=True, exist_ok=True)
    page = sign_in(window(browser, root, DESK), "owner")
    page.goto("/")
    keep_small(page, folder / "dashboard.png")
    page = sign_in(window(browser, root, DESK), "receptionist")
    page.goto("/appointments/")
    page.locator(".head a[rel=next]").click()
    keep_small(page, folder / "board.png")
    page = sign_in(window(browser, root, PHONE), "doctor")
    follow(page, *FOLLOWED["visit-arrived"])
    page.set_viewport_size({"width": PHONE["width"], "height": 1040})  # down to the button that completes
    keep_small(page, folder / "visit-phone.png")


def keep_small(page: Page, path: Path) -> None:
    """Few colours: under 200 kB, and nobody sees the difference."""
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(192).save(path, optimize=True)


def every_page(browser: Browser, root: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for size, viewport in (("1440", DESK), ("390", PHONE)):
        for scheme in ("light", "dark"):
            kind = f"{size}-{scheme}"
            page = window(browser, root, viewport, scheme)
            as_owner(page, folder, kind)
            as_doctor(window(browser, root, viewport, scheme), folder, kind)
    printed(page, folder)


def as_owner(page: Page, folder: Path, kind: str) -> None:
    def shoot(name: str) -> None:
        photograph(page, folder / f"{name}-{kind}.png")

    page.goto("/sign-in/")
    shoot("sign-in")
    sign_in(page, "owner")
    for name, path in PAGES.items():
        page.goto(path)
        shoot(name)
    for name, steps in FOLLOWED.items():
        follow(page, *steps)
        shoot(name)
    for name, step in STEPS.items():
        step(page)
        shoot(name)


def as_doctor(page: Page, folder: Path, kind: str) -> None:
    sign_in(page, "doctor")
    for name, path in {
        "not-allowed": "/messages/",
        "dashboard": "/",
        "schedule": "/appointments/schedule/",
    }.items():
        page.goto(path)
        photograph(page, folder / f"doctor-{name}-{kind}.png")
    follow(page, *FOLLOWED["visit-arrived"])
    photograph(page, folder / f"doctor-visit-{kind}.png")


def open_menu(page: Page) -> None:
    page.goto("/inventory/")
    page.click("[popovertarget=new]")


def open_filters(page: Page) -> None:
    page.goto("/appointments/")
    page.click("[popovertarget=filters]")


def open_person(page: Page) -> None:
    page.goto("/inventory/")
    page.locator("[popovertarget=person]").filter(visible=True).click()


def open_stock_in(page: Page) -> None:
    page.goto("/inventory/")
    page.click(".head a[href$='stock-in/']")
    page.wait_for_selector("dialog[open] form")


def type_search(page: Page) -> None:
    page.goto("/inventory/")
    page.locator("#search").press_sequentially("meh")
    page.wait_for_selector("#search-results a")


def invalid_customer(page: Page) -> None:
    page.goto("/customers/new/")
    page.fill("[name=phone]", "1234567890123456")
    page.click("main button[type=submit]")


def free_times(page: Page) -> None:
    page.goto("/appointments/new/")
    page.locator("#customer-search").press_sequentially("priya mehta")
    page.locator("[role=option]").first.click()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)


def reschedule(page: Page) -> None:
    booked = "/appointments/schedule/?practitioner=all&status=scheduled&day="
    from django.utils import timezone

    for days in range(1, 9):
        page.goto(f"{booked}{timezone.localdate() + timezone.timedelta(days=days)}")
        link = page.locator("main a[href^='/appointments/0']").first
        if link.count():
            page.goto(f"{link.get_attribute('href')}reschedule/")
            return


def write_bill(page: Page) -> None:
    """A draft with three lines and too much discount; it is begun once and stays the customer's draft."""
    follow(page, *FOLLOWED["customer"])
    page.goto(page.locator("main a[href*='/billing/new/']").first.get_attribute("href"))
    for words in ("" if page.locator(".lines tbody tr").count() else "laser hair", "gel", "consultation"):
        if words and page.locator(".lines tbody tr").count() < 3:
            page.wait_for_load_state("networkidle")
            page.locator("#add-item").press_sequentially(words)
            lines = page.locator(".lines tbody tr").count()
            page.locator("[role=option]").first.click()
            page.locator(".lines tbody tr").nth(lines).wait_for()


def refuse(page: Page) -> None:
    """A verb that says no, without a form that could say it: checking in a visit that is over."""
    follow(page, *FOLLOWED["visit"])
    page.evaluate(
        """() => { const form = document.createElement('form'); form.method = 'post'; form.action = location.pathname + 'check-in/';
        form.append(Object.assign(document.createElement('input'), {name: 'csrfmiddlewaretoken',
          value: JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken']})); document.body.append(form); form.submit(); }"""
    )
    page.wait_for_url("**/check-in/")


STEPS: dict[str, Callable[[Page], None]] = {
    "menu-new": open_menu,
    "menu-person": open_person,
    "menu-filters": open_filters,
    "stock-in": open_stock_in,
    "search-results": type_search,
    "customer-invalid": invalid_customer,
    "free-times": free_times,
    "reschedule": reschedule,
    "draft": write_bill,
    "refused": refuse,
}


def photograph(page: Page, path: Path) -> None:
    """The whole page, in a window as high as it, so that what is fixed to the window's foot stands at the foot."""
    page.wait_for_load_state("networkidle")
    size = page.viewport_size
    high = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(max(high, size["height"]), 6000)})
    page.screenshot(path=path)
    page.set_viewport_size(size)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        print(f"{path.name}: scrolls {wide} px sideways")


def printed(page: Page, folder: Path) -> None:
    """The papers, and what the browser's own print makes of the board and a list."""
    for name, path in {"day": "/appointments/", "customers": "/customers/", "invoices": "/billing/"}.items():
        page.goto(path)
        page.wait_for_load_state("networkidle")
        draw(
            page.pdf(format="A4", print_background=False, prefer_css_page_size=True), folder / f"print-{name}"
        )
    for name in ("invoice", "invoice-unpaid"):
        follow(page, *FOLLOWED[name])
        link = page.locator("main a[href*='format=a4']").get_attribute("href")
        for paper in ("a4", "slip"):
            answer = page.request.get(re.sub("format=.*", f"format={paper}", link))
            draw(answer.body(), folder / f"print-{name}-{paper}")


def draw(pdf: bytes, path: Path) -> None:
    path.with_suffix(".pdf").write_bytes(pdf)
    if program := shutil.which("pdftoppm"):
        subprocess.run([program, "-png", "-r", "80", path.with_suffix(".pdf"), path], check=True)


if __name__ == "__main__":
    main()
