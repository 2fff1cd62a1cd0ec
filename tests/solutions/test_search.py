"""Searching the library: what is found, in what order, what is marked, and that no text or question does harm."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from competition.models import Edition, Participant
from solutions import search
from solutions.models import Contribution, Readiness, Theme
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert('afval')</script><img src=x onerror=afval> \x02afval\x03 \x02<b>afval \x03\x03 & \"afval\""


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def zwolle(edition: Edition) -> Participant:
    return factories.participant("Zwolle", of=edition)


def offered(by: Participant, title: str, *, at: datetime = NOW, **fields: str) -> Contribution:
    texts = {"summary": "Kort", "problem": "Traag", "solution": "Snel"} | fields
    return factories.confirmed(factories.contribution(by, title=title, **texts), at=at)


def found(words: str = "", **filters: str) -> list[str]:
    return [contribution.title for contribution in search.contributions(words, **filters)]


# --- Words ---------------------------------------------------------------------------------------


def test_a_word_is_found_in_every_text_the_title_counting_most(zwolle: Participant) -> None:
    offered(zwolle, "Uitleg", solution="Een loket")
    offered(zwolle, "Probleem", problem="Het loket is dicht")
    offered(zwolle, "In het kort", summary="Eén loket")
    offered(zwolle, "Loket")
    offered(zwolle, "Iets anders")

    assert found("loket") == ["Loket", "In het kort", "Probleem", "Uitleg"]


@pytest.mark.parametrize("words", ["vergunning", "vergunningen", "VERGUNNING", "de vergunning op aanvraag"])
def test_it_knows_dutch_words_by_their_stem(zwolle: Participant, words: str) -> None:
    offered(zwolle, "Vergunningen", summary="Alle aanvragen meteen beoordeeld")

    assert found(words) == ["Vergunningen"]


@pytest.mark.parametrize("words", ["coördinatie", "coordinatie", "reünie", "reunie"])
def test_accents_make_no_difference(zwolle: Participant, words: str) -> None:
    offered(zwolle, "Coördinatie van de reünie")

    assert found(words) == ["Coördinatie van de reünie"]


def test_a_longer_word_that_begins_so_is_found_too_after_the_word_itself(zwolle: Participant) -> None:
    offered(zwolle, "Afval opgehaald", at=NOW.replace(day=2))
    offered(zwolle, "Afvalkalender")

    assert found("afval") == ["Afval opgehaald", "Afvalkalender"]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("kaart afval", ["Kaart van het afval"]),
        ("kaart -afval", ["Kaart van de bomen"]),
        ("afval or bomen", ["Kaart van het afval", "Kaart van de bomen"]),
        ('"kaart van"', ["Kaart van het afval", "Kaart van de bomen"]),
        ('"bomen kaart"', []),
        ('"kaart af"', []),
    ],
)
def test_it_reads_what_search_engines_read(zwolle: Participant, words: str, titles: list[str]) -> None:
    offered(zwolle, "Kaart van de bomen")
    offered(zwolle, "Kaart van het afval")

    assert found(words) == titles


@pytest.mark.parametrize("words", ["de", "het van een", "!!!", "'", '"', "-"])
def test_without_a_word_that_means_something_nothing_is_found(zwolle: Participant, words: str) -> None:
    offered(zwolle, "De kaart van het een")

    assert found(words) == []


def test_a_changed_text_is_found_by_its_new_words_only(zwolle: Participant) -> None:
    contribution = offered(zwolle, "Oud")

    Contribution.objects.filter(pk=contribution.pk).update(title="Vernieuwd")

    assert (found("oud"), found("vernieuwd")) == ([], ["Vernieuwd"])


def test_only_what_an_organiser_confirmed_is_found(zwolle: Participant) -> None:
    factories.contribution(zwolle, title="Loket als concept")
    factories.submitted(factories.contribution(zwolle, title="Loket ingediend"))
    offered(zwolle, "Loket bevestigd")

    assert found("loket") == found() == ["Loket bevestigd"]


# --- Filters -------------------------------------------------------------------------------------


def test_theme_and_status_narrow_it_down_alone_and_together(zwolle: Participant) -> None:
    offered(zwolle, "Zorg in proef", theme=Theme.CARE, readiness=Readiness.TRIAL)
    offered(zwolle, "Zorg klaar", theme=Theme.CARE, readiness=Readiness.READY)
    offered(zwolle, "Kaart klaar", theme=Theme.DATA, readiness=Readiness.READY)

    assert found(theme="care") == ["Zorg klaar", "Zorg in proef"]
    assert found(readiness="ready") == ["Kaart klaar", "Zorg klaar"]
    assert found("zorg", theme="care", readiness="ready") == ["Zorg klaar"]
    assert found("kaart", theme="care") == []


def test_a_giver_is_a_municipality_in_whatever_edition_and_alliance(edition: Edition, zwolle: Participant) -> None:
    heerlen, landgraaf = factories.municipality("Heerlen"), factories.municipality("Landgraaf")
    alliance = factories.participant("Parkstad", of=edition, municipalities=[heerlen, landgraaf])
    before = factories.edition(2025)
    alone = factories.participant("Heerlen", of=before, municipalities=[heerlen])
    offered(alliance, "Samen")
    offered(alone, "Alleen", at=datetime(2025, 5, 5, tzinfo=UTC))
    offered(zwolle, "Van Zwolle")

    assert found(giver="heerlen") == ["Samen", "Alleen"]
    assert found(giver="landgraaf") == ["Samen"]
    assert search.givers() == [("heerlen", "Heerlen"), ("landgraaf", "Landgraaf"), ("zwolle", "Zwolle")]


def test_who_only_has_a_draft_is_no_giver(zwolle: Participant) -> None:
    factories.contribution(zwolle)

    assert search.givers() == []


# --- What is marked ------------------------------------------------------------------------------


def test_what_was_found_is_marked_in_title_summary_and_a_passage(zwolle: Participant) -> None:
    offered(zwolle, "Slimme Afvalbak", summary="Minder afval op straat", problem="Geen", solution="De bak weegt afval.")

    (one,) = map(search.shown, search.contributions("afval"))

    assert one.title == "Slimme <mark>Afvalbak</mark>"
    assert one.summary == "Minder <mark>afval</mark> op straat"
    assert "<mark>afval</mark>" in one.passage


def test_there_is_no_passage_where_only_the_title_matches_and_nothing_marked_without_words(zwolle: Participant) -> None:
    offered(zwolle, "Afvalbak")

    (searched,) = map(search.shown, search.contributions("afval"))
    (listed,) = map(search.shown, search.contributions())

    assert searched.passage == ""
    assert listed[1:] == ("Afvalbak", "Kort", "")


def test_hostile_text_stays_text(zwolle: Participant) -> None:
    """Also where it holds the very characters that are put around what was found."""
    contribution = factories.contribution(zwolle, title=HOSTILE, summary=HOSTILE, problem=HOSTILE, solution=HOSTILE)
    factories.confirmed(contribution)

    (one,) = map(search.shown, search.contributions("afval"))

    for shown in (one.title, one.summary, one.passage):
        without_marks = shown.replace("<mark>", "").replace("</mark>", "")
        assert shown.count("<mark>") == shown.count("</mark>") > 0
        assert "<" not in without_marks
        assert ">" not in without_marks
    assert escape("<script>alert(") in one.title


@given(st.text())
def test_whatever_stands_in_a_headline_only_our_own_mark_is_markup(headline: str) -> None:
    shown = search.marked(f"{headline}\x02{headline}\x03{headline}")

    assert "<" not in shown.replace("<mark>", "").replace("</mark>", "")
    assert shown.count("<mark>") == shown.count("</mark>")


_ODD = st.text(alphabet="ab'\"\\:*&|!<>()-+ .,/@#%$?~ëé€\t0", max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=_ODD | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40))
def test_no_question_is_too_odd_for_the_database(zwolle: Participant, words: str) -> None:
    if not Contribution.objects.exists():
        offered(zwolle, "Iets")

    assert found(words) in ([], ["Iets"])


def test_the_database_can_find_words_by_its_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = search.contributions("kaart -afval").order_by().explain()
    looked_for = Contribution.objects.filter(
        search_document=search.LongerWordsQuery("kaart -afval", config="dutch", search_type="websearch")
    ).explain()

    assert "'kaart':*" in plan.replace("''", "'")
    assert "Bitmap Index Scan on contribution_search" in looked_for
