"""Screenshots of the demonstration site for the documentation: ./dev shots

Not a test. `./dev shots` starts a site of its own on a lively day of the year, and passes its address in SITE_URL; with
`--as-of` the pages show another day. Each page is taken as a telephone and as a laptop see it, light and dark, and
`docs/screenshots/README.md` shows them all. Look at every picture that changed before you commit it.
"""

import os
import sys
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests import chromium

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
SIZES = {375: 1000, 1280: 1300}
"""A telephone and a laptop, in CSS pixels: their width, and a height that shows what a page is about."""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PAGES = {
    "home": ("/", "The home page: the year, the leaders and the solution of this month"),
    "leaderboard": ("/ranglijst/", "The leaderboard: podium, movement, and the three parts of each total"),
    "race": ("/verloop/", "The race of the year, with the same points in a table below it"),
    "map": ("/kaart/", "The map: each hexagon is a municipality"),
    "participant": ("/{year}/deelnemers/deventer/", "A participant: its place through the year, and every point"),
    "solutions": ("/oplossingen/", "The ten solutions"),
    "library": ("/goed-opgelost/", "The library Goed Opgelost!, with what municipalities brought in themselves"),
    "meetups": ("/meetups/", "The meetups, as a calendar and as a list"),
}
"""What each picture is named after, its address, and what is to be seen on it."""
COLOURS = 256
"""With fewer, the accent is no longer ours."""


def main() -> int:
    if chromium.PATH is None:
        sys.stderr.write(f"{chromium.MISSING}\n")
        return 1
    for old in FOLDER.glob("*.png"):
        old.unlink()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.PATH, args=["--no-sandbox"])
        for width in SIZES:
            for scheme in SCHEMES:
                take(browser, width, scheme)
        browser.close()
    (FOLDER / "README.md").write_text("\n".join(overview()))
    return 0


def take(browser: Browser, width: int, scheme: Literal["light", "dark"]) -> None:
    context = browser.new_context(
        base_url=os.environ["SITE_URL"],
        viewport={"width": width, "height": SIZES[width]},
        locale="nl-NL",
        timezone_id="Europe/Amsterdam",
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    for name, (address, _what) in PAGES.items():
        response = page.goto(address.format(year=os.environ["GDSC_AS_OF"][:4]), wait_until="networkidle")
        if response is None or not response.ok:
            raise SystemExit(f"{address} does not answer as it should.")
        path = FOLDER / file_name(name, width, scheme)
        save(page.screenshot(), path)
        sys.stdout.write(f"{path.name} {path.stat().st_size // 1024} kB\n")
    context.close()


def save(screenshot: bytes, path: Path) -> None:
    """With a palette, which flat shapes and smooth letters can do with: a third of the size."""
    with Image.open(BytesIO(screenshot)) as image:
        few = image.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def file_name(name: str, width: int, scheme: str) -> str:
    return f"{name}-{width}-{scheme}.png"


def overview() -> list[str]:
    """The page of the documentation that shows every picture."""
    lines = [
        "# Screenshots",
        "",
        "The demonstration edition. `./dev shots` makes these pictures and this page again.",
        "",
    ]
    for name, (address, what) in PAGES.items():
        lines += [f"## {what}", "", f"`{address}`", ""]
        for width in SIZES:
            shown = [f"![{what}, {width} pixels, {scheme}]({file_name(name, width, scheme)})" for scheme in SCHEMES]
            lines += [" ".join(shown), ""]
    return lines


if __name__ == "__main__":
    sys.exit(main())
