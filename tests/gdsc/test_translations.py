"""The catalogue of English words: kept up to date with the source, and what `./dev check` finds wrong with it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message

from gdsc import translations
from gdsc.translations import compiled, kept, main, po_path, problems, update

CODE = """
from django.utils.translation import gettext, ngettext
HELLO = gettext("Goedendag")
POINTS = ngettext("%(count)d punt", "%(count)d punten", 2)
BY = gettext("door %(name)s")
"""
TEMPLATE = """
{% load i18n %}
{% translate "maart" context "een maand" %}
<p>{% blocktranslate trimmed %}
    Lees de <a href="/spelregels/">spelregels</a>.
{% endblocktranslate %}</p>
"""
ENGLISH: dict[Any, Any] = {
    "Goedendag": "Good day",
    ("%(count)d punt", "%(count)d punten"): ("%(count)d point", "%(count)d points"),
    "door %(name)s": "by %(name)s",
    "maart": "March",
    'Lees de <a href="/spelregels/">spelregels</a>.': 'Read the <a href="/spelregels/">rules</a>.',
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small project with every text translated."""
    (tmp_path / "scoring").mkdir()
    (tmp_path / "scoring" / "words.py").write_text(CODE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    update(tmp_path, "en")

    def fill_in(catalog: Catalog) -> None:
        for message in catalog:
            if message.id:
                message.string = ENGLISH[message.id]

    change(tmp_path, fill_in)
    return tmp_path


def change(source: Path, act: Callable[[Catalog], object], *, and_compile: bool = True) -> None:
    """Edit the catalogue as a translator does."""
    catalog = kept(source, "en")
    act(catalog)
    path = po_path(source, "en")
    path.write_bytes(translations._as_po(catalog))
    if and_compile:
        path.with_suffix(".mo").write_bytes(compiled(catalog))


def text(catalog: Catalog, words: str, context: str | None = None) -> Message:
    message = catalog.get(words, context)
    assert message is not None
    return message


def test_a_catalogue_in_which_all_is_well_has_no_problems(source: Path) -> None:
    assert problems(source, "en") == []
    assert update(source, "en") == 0


def test_all_texts_are_found_with_the_file_in_which_they_stand(source: Path) -> None:
    found: list[Any] = [(message.id, message.context, message.locations) for message in kept(source, "en")]

    assert found[1:] == [
        ("Goedendag", None, [("scoring/words.py", None)]),
        (("%(count)d punt", "%(count)d punten"), None, [("scoring/words.py", None)]),
        ("door %(name)s", None, [("scoring/words.py", None)]),
        ("maart", "een maand", [("templates/page.html", None)]),
        ('Lees de <a href="/spelregels/">spelregels</a>.', None, [("templates/page.html", None)]),
    ]


def test_a_text_that_the_catalogue_lacks_is_missing(source: Path) -> None:
    (source / "scoring" / "more.py").write_text('from x import gettext\ngettext("Nieuw")\n')

    assert problems(source, "en") == ["missing: 'Nieuw' (scoring/more.py) (run ./dev translate)"]


def test_a_text_that_now_has_a_plural_is_missing(source: Path) -> None:
    more = 'from x import ngettext\nngettext("Goedendag", "Goedendagen", 2)\n'
    (source / "scoring" / "words.py").write_text(CODE.replace('gettext("Goedendag")', '""') + more)

    assert problems(source, "en") == ["missing: 'Goedendag' (scoring/words.py) (run ./dev translate)"]


def test_a_text_that_is_gone_from_the_source_is_unused(source: Path) -> None:
    (source / "templates" / "page.html").write_text(TEMPLATE.replace('{% translate "maart" context "een maand" %}', ""))

    assert problems(source, "en") == ["unused: 'maart' (templates/page.html) (run ./dev translate)"]


@pytest.mark.parametrize(
    ("words", "english"),
    [
        ("Goedendag", ""),
        ("%(count)d punt", ("%(count)d point", "")),
    ],
)
def test_a_text_without_words_is_not_translated(source: Path, words: str, english: str | tuple[str, str]) -> None:
    change(source, lambda catalog: setattr(text(catalog, words), "string", english))

    assert problems(source, "en") == [f"not translated: '{words}' (scoring/words.py)"]


def test_words_that_somebody_has_to_look_at_are_fuzzy(source: Path) -> None:
    change(source, lambda catalog: text(catalog, "Goedendag").flags.add("fuzzy"))

    assert problems(source, "en") == ["fuzzy: 'Goedendag' (scoring/words.py)"]


@pytest.mark.parametrize(
    ("words", "english", "why"),
    [
        ("door %(name)s", "by %(nam)s", "other placeholders"),
        ("door %(name)s", "by somebody", "other placeholders"),
        ("door %(name)s", "by %(name)d", "other placeholders"),
        ("%(count)d punt", ("%(count)d point", "points"), "other placeholders"),
        ("door %(name)s", "100% by %(name)s", "a loose % (write %%)"),
        ("Goedendag", "Good <b>day</b>", "other HTML"),
        ("Goedendag", "Good day ", "other white space at its ends"),
    ],
)
def test_words_that_would_break_a_page_are_told(
    source: Path, words: str, english: str | tuple[str, str], why: str
) -> None:
    change(source, lambda catalog: setattr(text(catalog, words), "string", english))

    assert problems(source, "en") == [f"{why}: '{words}' (scoring/words.py)"]


@pytest.mark.parametrize(
    "english",
    [
        "Read the rules.",
        'Read the <a href="/elsewhere/">rules</a>.',
        'Read the <a href="/spelregels/">rules.',
        'Read the <a href="/spelregels/"><em>rules</em></a>.',
    ],
)
def test_other_html_than_in_dutch_is_told(source: Path, english: str) -> None:
    words = 'Lees de <a href="/spelregels/">spelregels</a>.'
    change(source, lambda catalog: setattr(text(catalog, words), "string", english))

    assert problems(source, "en") == [f"other HTML: '{words}' (templates/page.html)"]


def test_one_point_may_have_its_number_where_dutch_says_it_in_a_word(source: Path) -> None:
    (source / "scoring" / "more.py").write_text('from x import ngettext\nngettext("één dag", "%(count)d dagen", 2)\n')
    update(source, "en")

    change(source, lambda catalog: setattr(text(catalog, "één dag"), "string", ("%(count)d day", "%(count)d days")))

    assert problems(source, "en") == []


@pytest.mark.parametrize("is_there", [True, False])
def test_compiled_words_that_are_not_those_of_the_catalogue_are_told(source: Path, is_there: bool) -> None:
    if is_there:
        change(source, lambda catalog: setattr(text(catalog, "Goedendag"), "string", "Hello"), and_compile=False)
    else:
        po_path(source, "en").with_suffix(".mo").unlink()

    assert problems(source, "en") == ["locale/en/LC_MESSAGES/django.mo is older than the words: run ./dev translate"]


def test_a_language_without_a_catalogue_is_told(source: Path) -> None:
    assert problems(source, "fr") == ["locale/fr/LC_MESSAGES/django.po is not there: run ./dev translate"]


def test_bringing_it_up_to_date_keeps_what_was_translated_adds_what_is_new_and_drops_what_is_gone(source: Path) -> None:
    (source / "scoring" / "words.py").write_text('from x import gettext\ngettext("Goedendag")\ngettext("Nieuw")\n')

    assert update(source, "en") == 1
    assert {message.id: message.string for message in kept(source, "en") if message.id and not message.context} == {
        "Goedendag": "Good day",
        "Nieuw": "",
        'Lees de <a href="/spelregels/">spelregels</a>.': 'Read the <a href="/spelregels/">rules</a>.',
    }
    assert problems(source, "en") == ["not translated: 'Nieuw' (scoring/words.py)"]


@pytest.mark.time_machine("2030-05-05 12:00:00Z", tick=False)
def test_the_same_words_give_the_same_files_at_any_moment(source: Path) -> None:
    files = [po_path(source, "en"), po_path(source, "en").with_suffix(".mo")]
    before = [file.read_bytes() for file in files]

    update(source, "en")

    assert [file.read_bytes() for file in files] == before
    assert b"2030" not in before[0] + before[1]


def test_the_check_fails_for_a_problem_and_passes_without(
    source: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(translations, "ROOT", source)
    assert main(["check"]) == 0

    po_path(source, "en").with_suffix(".mo").unlink()

    assert main(["check"]) == 1
    assert "django.mo is older than the words" in capsys.readouterr().out
