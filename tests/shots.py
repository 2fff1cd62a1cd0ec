"""Screenshots of the demonstration site for the documentation: ./dev shots

Not a test. `./dev shots` starts a site of its own, and passes its address in SITE_URL. With `--as-of` the pages show
another day of the year. Look at every picture that changed before you commit it.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from gdsc.demo import PASSWORD
from tests import chromium

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
WIDTHS = {375: 812, 1280: 900}
"""Width and height of a telephone and of a laptop, in CSS pixels."""
PUBLIC = {
    "home": "/",
    "leaderboard": "/ranglijst/",
    "solutions": "/oplossingen/",
    "meetups": "/meetups/",
    "rules": "/spelregels/",
    "archive": "/archief/",
}
STAFF = {"dashboard": "/mijn/"}
ORGANISER = {"admin": "/beheer/", "admin-claims": "/beheer/meetups/attendance/?stand=alle"}


def main() -> int:
    if chromium.PATH is None:
        sys.stderr.write(f"{chromium.MISSING}\n")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.PATH, args=["--no-sandbox"])
        for width, height in WIDTHS.items():
            take(open_page(browser, width, height), PUBLIC, width)
            take(log_in(open_page(browser, width, height), "contact@deventer.example"), STAFF, width)
            take(log_in(open_page(browser, width, height), "organisator@gdsc.example"), ORGANISER, width)
        browser.close()
    return 0


def open_page(browser: Browser, width: int, height: int) -> Page:
    context = browser.new_context(
        base_url=os.environ["SITE_URL"],
        viewport={"width": width, "height": height},
        locale="nl-NL",
        timezone_id="Europe/Amsterdam",
        reduced_motion="reduce",
    )
    return context.new_page()


def log_in(page: Page, email: str) -> Page:
    page.goto("/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/mijn/**")
    return page


def take(page: Page, addresses: dict[str, str], width: int) -> None:
    for name, address in addresses.items():
        page.goto(address, wait_until="networkidle")
        path = FOLDER / f"{name}-{width}.png"
        page.screenshot(path=path)
        sys.stdout.write(f"{path.relative_to(FOLDER.parent.parent)}\n")


if __name__ == "__main__":
    sys.exit(main())
