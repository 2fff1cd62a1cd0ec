"""The rows of the leaderboard are written without a template: what they show, and that nothing gets through them."""

from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from competition.models import Edition, Entry, Participant
from scoring.standings import Line
from scoring.templatetags.board import board_rows
from tests import factories
from tests.factories import NOW
from tests.reading import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

HOSTILE = [
    "<script>alert('x')</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ edition }}{% now 'Y' %}",
    "%s %d %(name)s %",
    "{0} {line.rank} {",
    "&lt;b&gt; &amp; \\n",
]


def line(name: str = "Ede", *parts: int, rank: int | None = 1, before: int | None = None, slug: str = "ede") -> Line:
    """A line of who was on the place `before` at the end of the month before."""
    participant = Participant(name=name, slug=slug, entry=Entry.DSA)
    vars(participant).update(is_alliance=False, rank_before=before, has_before=True)
    return Line(participant, rank, sum(parts), *(parts or (0, 0, 0)))


def html_of(*lines: Line, is_compared: bool = False) -> list[str]:
    edition = Edition(year=2026)
    month: Any = edition if is_compared else None
    return board_rows(lines, edition=edition, highest=9, compared=month).splitlines()


def test_a_row_has_a_place_a_name_with_its_bar_and_the_points_of_each_part() -> None:
    [row] = html_of(line("Ede", 4, 3, 2))

    assert row == (
        '<tr><td><b class="rank rank--1">1</b></td>'
        '<th scope="row"><a href="/2026/deelnemers/ede/">Ede</a>'
        '<svg viewBox="0 0 9 1" preserveAspectRatio="none" aria-hidden="true">'
        '<path d="M0 0h4"/><path d="M4 0h3"/><path d="M9 0h-2"/></svg></th>'
        "<td>4</td><td>3</td><td>2</td><td>9</td></tr>"
    )


def test_without_points_there_is_no_bar_and_after_the_third_place_no_colour() -> None:
    [row] = html_of(line(rank=4))

    assert row == (
        '<tr><td><b class="rank">4</b></td><th scope="row"><a href="/2026/deelnemers/ede/">Ede</a></th>'
        "<td>0</td><td>0</td><td>0</td><td>0</td></tr>"
    )


@pytest.mark.parametrize(
    ("before", "html"),
    [
        (2, '<small class="down">3<i> plaatsen gedaald</i></small>'),
        (4, '<small class="down">1<i> plaats gedaald</i></small>'),
        (5, '<small class="same"><i>gelijk gebleven</i></small>'),
        (6, '<small class="up">1<i> plaats gestegen</i></small>'),
        (9, '<small class="up">4<i> plaatsen gestegen</i></small>'),
        (None, '<small class="new">nieuw</small>'),
    ],
)
def test_it_says_who_moved_against_the_month_before(before: int | None, html: str) -> None:
    [row] = html_of(line(rank=5, before=before), is_compared=True)

    assert row.startswith(f'<tr><td><b class="rank">5</b>{html}</td>')


def test_without_a_month_to_compare_with_nobody_moved() -> None:
    assert "<small" not in html_of(line(rank=5, before=9))[0]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_was_typed_stands_there_as_it_was_typed(client: Client, name: str) -> None:
    edition = factories.edition()
    factories.participant(name, of=edition, slug="vijand")

    response = client.get("/ranglijst/")

    table = main_of(response).one("table")
    assert table.links == {" ".join(name.split()): "/2026/deelnemers/vijand/"}
    assert f'<a href="/2026/deelnemers/vijand/">{escape(name)}</a>' in response.content.decode()
    assert [part.tag for part in table.one("tbody").parts()] == ["tr", "td", "b", "th", "a", "td", "td", "td", "td"]


def test_an_address_cannot_break_out_either() -> None:
    [row] = html_of(line(slug='"><script>'))

    assert 'href="/2026/deelnemers/&quot;&gt;&lt;script&gt;/"' in row


def test_what_is_no_number_is_not_written() -> None:
    hostile: Any = "<b>9</b>"

    with pytest.raises(ValueError, match="format code 'd'"):
        html_of(line()._replace(total=hostile))
