"""Make nlds.css and LICENSE.md again from the packages below: `python3 static/vendor/nlds/update.py` (needs npm).

The NL Design System publishes one stylesheet a component, and an example theme of some 2,800 variables. We keep the
rules that our pages can match, and the variables that those rules or our own stylesheets read, in one file. One thing
is changed: the rules for plain links lose their weight, so that a link can be a button or an item of a menu. Run it
again when a stylesheet of ours reads another variable. `static/css/tokens.css` lays our own values over the theme.
"""

# ruff: noqa: INP001  # a script that stands alone

import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
OWN = HERE.parents[1] / "css"
THEME = "@nl-design-system-unstable/voorbeeld-design-tokens@7.4.1", "dist/variables.css"
COMPONENTS = [
    ("@utrecht/document-css@3.0.1", "dist/index.css"),
    ("@nl-design-system-candidate/heading-css@1.1.3", "dist/html/heading.css"),
    ("@nl-design-system-candidate/paragraph-css@2.1.3", "dist/paragraph.css"),
    ("@nl-design-system-candidate/link-css@2.0.3", "dist/html/link.css"),
    ("@nl-design-system-candidate/skip-link-css@1.0.5", "dist/skip-link.css"),
    ("@nl-design-system-candidate/button-css@1.1.0", "dist/button.css"),
    ("@nl-design-system-candidate/data-badge-css@1.0.5", "dist/data-badge.css"),
    ("@nl-design-system-candidate/number-badge-css@1.1.5", "dist/number-badge.css"),
    ("@utrecht/button-group-css@3.0.1", "dist/index.css"),
    ("@utrecht/alert-css@4.0.2", "dist/index.css"),
    ("@utrecht/breadcrumb-nav-css@3.0.1", "dist/index.css"),
    ("@utrecht/pagination-css@3.0.1", "dist/index.css"),
    ("@utrecht/table-css@3.0.1", "dist/index.css"),
    ("@utrecht/form-field-css@3.0.1", "dist/index.css"),
    ("@utrecht/form-label-css@3.0.1", "dist/index.css"),
    ("@utrecht/form-field-description-css@3.0.1", "dist/index.css"),
    ("@utrecht/form-field-error-message-css@3.0.1", "dist/index.css"),
    ("@utrecht/form-fieldset-css@3.0.1", "dist/index.css"),
    ("@utrecht/textbox-css@4.0.1", "dist/index.css"),
    ("@utrecht/textarea-css@4.0.1", "dist/index.css"),
    ("@utrecht/select-css@3.0.1", "dist/index.css"),
    ("@utrecht/checkbox-css@3.0.1", "dist/index.css"),
    ("@utrecht/radio-button-css@3.0.1", "dist/index.css"),
]
# Variants that no page of ours has; a rule goes when each of its selectors names one of them.
UNUSED = re.compile(
    r":lang|:invalid|--(pressed|positive|icon-only|busy|subtle|sticky|fixed|oneline|selected|alternate|arrows|row-hover"
    r"|row-focus|overflow-inline|postal-code|house-|voorvoegsel|tel|iban|placeholder-|html-p\b|html-figure|distanced|focus\b"
    r"|focus-visible\b|hover\b|active\b|column\b|valid\b|hidden)|__(placeholder|header-cell-button|marker|footer)"
)
KEPT = re.compile(r"visible-on-focus|__hidden-label")


def fetch(package: str, folder: Path) -> Path:
    """Return the folder into which npm's tarball of this package was unpacked."""
    target = folder / re.sub(r"\W", "_", package)
    name = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    with tarfile.open(folder / name) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def without_comments(css: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).strip()


def rules(css: str) -> list[tuple[str, str]]:
    """Split css into (selector, body) pairs; an at-rule's body holds rules itself."""
    found, depth, start, opened = [], 0, 0, 0
    for position, character in enumerate(css):
        if character == "{":
            depth += 1
            opened = position if depth == 1 else opened
        elif character == "}":
            depth -= 1
            if depth == 0:
                found.append((css[start:opened].strip(), css[opened + 1 : position].strip()))
                start = position + 1
    return found


def used(css: str) -> str:
    """Return the rules of css without those that no page of ours can match."""
    lines = []
    for selector, body in rules(css):
        if selector.startswith("@"):
            inner = used(body)
            lines += [f"{selector}{{{inner}}}"] if inner else []
            continue
        wanted = [one.strip() for one in selectors(selector) if KEPT.search(one) or not UNUSED.search(one)]
        if wanted and body:
            lines.append(f"{','.join(wanted)}{{{tight(body)}}}")
    return "\n".join(lines).replace("a:any-link", ":where(a:any-link)")


def selectors(group: str) -> list[str]:
    """Split a selector list at its commas, not at those inside :is(…)."""
    return re.split(r",(?![^(]*\))", group)


def tight(body: str) -> str:
    return re.sub(r"\s*([;:,{}])\s*", r"\1", body).rstrip(";")


def needed(theme: str, css: str) -> dict[str, str]:
    """Return the theme's variables that css reads, and those that they read in turn."""
    known = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", theme))
    kept: dict[str, str] = {}
    todo = re.findall(r"var\((--[\w-]+)", css)
    while todo:
        name = todo.pop()
        if name in known and name not in kept:
            kept[name] = known[name].strip()
            todo += re.findall(r"var\((--[\w-]+)", known[name])
    return dict(sorted(kept.items()))


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        sources = {package: fetch(package, folder) for package, _ in [THEME, *COMPONENTS]}
        licences = {(source / "LICENSE.md").read_text() for source in sources.values()}
        (licence,) = licences  # all are EUPL-1.2; another licence needs a human's eye
        (HERE / "LICENSE.md").write_text(licence)
        css = "\n".join(used(without_comments((sources[package] / file).read_text())) for package, file in COMPONENTS)
        theme = without_comments((sources[THEME[0]] / THEME[1]).read_text())
    own = "\n".join(file.read_text() for file in sorted(OWN.glob("*.css")))
    variables = ";".join(f"{name}:{value}" for name, value in needed(theme, css + own).items())
    head = "\n".join(f" * {package}" for package, _ in [THEME, *COMPONENTS])
    (HERE / "nlds.css").write_text(
        f"/* NL Design System, EUPL-1.2, see LICENSE.md. Made by update.py: rules we do not use are left out.\n"
        f" * Copyright (c) the contributors of the NL Design System, Frameless B.V., Gemeente Utrecht\n{head}\n */\n"
        f":root{{{variables}}}\n{css}\n"
    )


if __name__ == "__main__":
    main()
