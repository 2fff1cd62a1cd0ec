"""Lighthouse on five pages of a site as in production, as a telephone and as a laptop: ./dev lighthouse

Not a test. `./dev lighthouse` starts the site, and passes its address in SITE_URL. Lighthouse comes from npm, at the
versions of the lock beside this file, into .cache. It works out the performance for a slow telephone from what it
measures here (simulated throttling), and even so a busy machine costs points: each page gets the median of its runs.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple
from urllib.request import urlopen

from tests import chromium

HERE = Path(__file__).resolve().parent
INSTALLED = HERE.parent.parent / ".cache" / "lighthouse"
LEAST = 98
RUNS = 3
TRIES = 3
"""On a busy machine the browser loses a trace now and then."""
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
PRESETS: dict[str, list[str]] = {"mobile": [], "desktop": ["--preset=desktop"]}
PAGES = {
    "home": ("/", None),
    "leaderboard": ("/ranglijst/", None),
    "participant": ("/ranglijst/", r'href="(/\d+/deelnemers/[^/"]+/)"'),
    "solution": ("/oplossingen/", r'href="(/\d+/oplossingen/[^/"]+/)"'),
    "meetup": ("/meetups/", r'href="(/\d+/meetups/[^/"]+/)"'),
}
"""An address, or where the first address of that form is found."""


class Score(NamedTuple):
    """The medians of one page, from 0 to 100, and what cost points in the last run."""

    page: str
    preset: str
    scores: list[int]
    lost: list[str]

    @property
    def passes(self) -> bool:
        return min(self.scores) >= LEAST


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev lighthouse", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=RUNS, help=f"how often each page is measured ({RUNS})")
    parser.add_argument("pages", nargs="*", metavar="page", help=f"only these of: {', '.join(PAGES)}")
    options = parser.parse_args()
    if unknown := set(options.pages) - set(PAGES):
        parser.error(f"no such page: {', '.join(sorted(unknown))}")
    if chromium.PATH is None:
        sys.stderr.write(f"{chromium.MISSING}\n")
        return 1
    install()
    tell(f"{'page':<12} {'as':<8} " + " ".join(f"{name:>14}" for name in CATEGORIES))
    failed = [score for score in measured(options.pages or list(PAGES), options.runs) if not score.passes]
    if failed:
        tell(f"\nBelow {LEAST}: {', '.join(f'{score.page} ({score.preset})' for score in failed)}.")
    return 1 if failed else 0


def install() -> None:
    """Bring .cache/lighthouse to the lock, with whatever registry npm is set to."""
    lock = INSTALLED / "package-lock.json"
    wanted = (HERE / lock.name).read_bytes()
    if lock.exists() and lock.read_bytes() == wanted and (INSTALLED / "node_modules").exists():
        return
    INSTALLED.mkdir(parents=True, exist_ok=True)
    lock.unlink(missing_ok=True)
    for name in ("package.json", lock.name):
        shutil.copy(HERE / name, INSTALLED / name)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=INSTALLED, check=True)


def measured(pages: list[str], runs: int) -> Iterator[Score]:
    for page in pages:
        url = url_of(page)
        for preset in PRESETS:
            reports = [report_of(url, preset) for _ in range(runs)]
            score = Score(page, preset, [median_of(reports, name) for name in CATEGORIES], lost_in(reports[-1]))
            tell(f"{page:<12} {preset:<8} " + " ".join(f"{each:>14}" for each in score.scores))
            for line in [] if score.passes else score.lost:
                tell(f"    {line}")
            yield score


def tell(line: str) -> None:
    """At once: a run takes minutes."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def url_of(page: str) -> str:
    address, pattern = PAGES[page]
    if pattern is not None:
        with urlopen(f"{os.environ['SITE_URL']}{address}") as response:  # noqa: S310 - the site that was started for us
            found = re.search(pattern, response.read().decode())
        if found is None:
            raise SystemExit(f"{address} names no {page}.")
        address = found[1]
    return f"{os.environ['SITE_URL']}{address}"


def report_of(url: str, preset: str) -> dict[str, Any]:
    command = [str(INSTALLED / "node_modules" / ".bin" / "lighthouse"), url, "--output=json", "--quiet"]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--no-enable-error-reporting"]
    command += ["--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage", *PRESETS[preset]]
    env = os.environ | {"CHROME_PATH": str(chromium.PATH)}
    for _ in range(TRIES):
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=False)
        if done.returncode == 0:
            report: dict[str, Any] = json.loads(done.stdout)
            return report
        tell(f"    Lighthouse could not measure {url}.")
    raise SystemExit(f"Lighthouse failed {TRIES} times.")


def median_of(reports: list[dict[str, Any]], category: str) -> int:
    return int(median(100 * report["categories"][category]["score"] for report in reports) + 0.5)


def lost_in(report: dict[str, Any]) -> list[str]:
    """Which audits kept the page from a hundred, with what Lighthouse measured."""
    audits = report["audits"]
    weighed = [each["id"] for name in CATEGORIES for each in report["categories"][name]["auditRefs"] if each["weight"]]
    return [
        f"{name}: {audits[name].get('displayValue', audits[name]['title'])}"
        for name in weighed
        if (audits[name]["score"] or 0) < 1 and audits[name]["score"] is not None
    ]


if __name__ == "__main__":
    sys.exit(main())
