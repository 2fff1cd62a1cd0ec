"""The small pages for a frame on somebody else's website, and the page that tells how to place them."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from competition.models import Edition, Participant
from scoring import closing, freezes, standings
from scoring.charts import snippets
from tests import factories
from tests.factories import NOW
from tests.reading import Part, main_of, read

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
EMBEDDED = ["/embed/stand/", "/embed/deelnemer/zwolle/"]
HOSTILE = "<script>alert('x')</script>\"><img src=x>"


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def zwolle(edition: Edition) -> Participant:
    return factories.participant("Zwolle", of=edition)


def policy_of(response: "Answer") -> set[str]:
    return set(response["Content-Security-Policy"].split("; "))


# --- In a frame ----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", EMBEDDED)
def test_any_site_may_show_it_in_a_frame_and_the_rest_of_the_policy_stays(
    client: Client, zwolle: Participant, address: str
) -> None:
    ordinary, embedded = client.get("/ranglijst/"), client.get(address)

    assert policy_of(embedded) - policy_of(ordinary) == {"frame-ancestors *"}
    assert policy_of(ordinary) - policy_of(embedded) == {"frame-ancestors 'none'"}
    assert "X-Frame-Options" not in embedded
    assert ordinary["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("address", EMBEDDED)
def test_it_has_no_cookie_no_script_and_nothing_of_a_third_party(
    client: Client, zwolle: Participant, address: str
) -> None:
    response = client.get(address)

    page = read(response)
    assert not response.cookies
    assert (page.all("script"), page.all("form"), page.all("img")) == ([], [], [])
    assert all(str(link.attributes["href"]).startswith("/static/") for link in page.all("link"))
    assert [meta.attributes["content"] for meta in page.all("meta") if meta.attributes.get("name") == "robots"] == [
        "noindex"
    ]


@pytest.mark.parametrize("address", EMBEDDED)
def test_its_links_leave_the_frame(client: Client, zwolle: Participant, address: str) -> None:
    links = main_of(client.get(address)).all("a")

    assert [(link.attributes["target"], link.attributes["rel"]) for link in links] == [("_blank", "noopener")]
    assert "opent een nieuw venster" in links[0].words


@pytest.mark.parametrize("address", EMBEDDED)
def test_an_example_is_marked_as_such(client: Client, zwolle: Participant, address: str) -> None:
    assert main_of(client.get(address)).texts(".example") == []
    Edition.objects.update(is_example=True)

    assert main_of(client.get(address)).texts(".example") == ["Voorbeeldgegevens: alles is verzonnen"]


@pytest.mark.parametrize("address", EMBEDDED)
def test_a_hostile_name_is_only_text(client: Client, zwolle: Participant, address: str) -> None:
    factories.entry(zwolle)
    Participant.objects.update(name=HOSTILE)

    page = read(client.get(address))

    assert (page.all("script"), page.all("img")) == ([], [])
    assert HOSTILE in page.one("main").words


def test_the_standing_has_the_first_five_and_who_ties_with_the_fifth(client: Client, edition: Edition) -> None:
    for name, points in (("A", 6), ("B", 5), ("C", 4), ("D", 3), ("E", 2), ("F", 2), ("G", 1)):
        participant = factories.participant(name, of=edition)
        for _ in range(points):
            factories.entry(participant)

    page = main_of(client.get("/embed/stand/"))

    assert page.texts("li") == [
        "Plaats 1 A 6 punten",
        "Plaats 2 B 5 punten",
        "Plaats 3 C 4 punten",
        "Plaats 4 D 3 punten",
        "Plaats 5 E 2 punten",
        "Plaats 5 F 2 punten",
    ]
    assert list(page.links.values()) == ["/ranglijst/"]


def test_without_points_the_standing_says_how_many_take_part(client: Client, zwolle: Participant) -> None:
    page = main_of(client.get("/embed/stand/"))

    assert page.texts("li") == []
    assert "1 deelnemer doet mee." in page.texts("p")


def test_without_any_edition_the_frame_says_so(client: Client) -> None:
    response = client.get("/embed/stand/")

    assert "Er is nog geen editie." in main_of(response).texts("p")
    assert "frame-ancestors *" in policy_of(response)


@pytest.mark.parametrize(
    ("points", "is_outside", "words"),
    [
        (2, False, "plaats 1 2 punten"),
        (1, False, "gedeelde plaats 1 1 punt"),
        (0, False, "0 punten"),
        (2, True, "buiten mededinging 2 punten"),
    ],
)
def test_a_participant_shows_its_place_and_points(
    client: Client, zwolle: Participant, points: int, is_outside: bool, words: str
) -> None:
    factories.entry(factories.participant("Delft", of=zwolle.edition))
    for _ in range(points):
        factories.entry(zwolle)
    Participant.objects.filter(pk=zwolle.pk).update(is_out_of_competition=is_outside)

    page = main_of(client.get("/embed/deelnemer/zwolle/"))

    assert page.one("h1").words == "Zwolle"
    assert page.one(".place").words.removeprefix("1 ") == words
    assert list(page.links.values()) == ["/2026/deelnemers/zwolle/"]


@pytest.mark.parametrize("address", EMBEDDED)
def test_while_the_board_stands_still_the_frame_says_so(client: Client, zwolle: Participant, address: str) -> None:
    closing.close_due(at=NOW)
    freezes.freeze(zwolle.edition, because="Finale", by=factories.organiser(), at=NOW)
    factories.entry(zwolle)

    page = main_of(client.get(address))

    assert "De ranglijst staat stil. Dit is de stand van eind februari 2026." in page.texts("p")
    assert "1 punt" not in page.words.replace("0 punten", "")


def test_who_came_in_after_the_month_that_the_board_stands_still_on_has_no_place_yet(
    client: Client, zwolle: Participant
) -> None:
    closing.close_due(at=NOW)
    freezes.freeze(zwolle.edition, because="Finale", by=factories.organiser(), at=NOW)
    factories.entry(factories.participant("Delft", of=zwolle.edition))

    page = main_of(client.get("/embed/deelnemer/delft/"))

    assert (page.one("h1").words, page.one(".place").words) == ("Delft", "0 punten")


def test_who_does_not_take_part_gets_words_inside_the_frame(client: Client, zwolle: Participant) -> None:
    response = client.get("/embed/deelnemer/niemand/")

    assert response.status_code == 404
    assert "In deze editie doet er niemand mee onder deze naam." in response.content.decode()
    assert "frame-ancestors *" in policy_of(response)


@pytest.mark.parametrize("address", EMBEDDED)
@pytest.mark.parametrize("count", [0, 2])
def test_it_takes_two_queries_however_many_take_part(
    client: Client, zwolle: Participant, django_assert_num_queries: DjangoAssertNumQueries, address: str, count: int
) -> None:
    for number in range(count):
        factories.participant(f"Stad {number}", of=zwolle.edition)
    standings.rebuild(zwolle.edition, at=NOW)

    with django_assert_num_queries(2):
        client.get(address)


# --- The page that tells how ---------------------------------------------------------------------


def code(page: Part) -> list[str]:
    """The pieces of HTML as somebody copies them."""
    return ["".join(str(piece) for piece in part.inside) for part in page.all("code")]


def test_it_gives_the_code_of_the_standing(client: Client, zwolle: Participant, settings: Settings) -> None:
    settings.SITE_URL = "https://gdsc.example"

    page = main_of(client.get("/embed/"))

    (standing,) = code(page)
    assert standing == (
        '<iframe src="https://gdsc.example/embed/stand/" title="De stand van De Grote Digitale Steden Competitie"\n'
        '  width="100%" height="560" loading="lazy" style="border: 0"></iframe>'
    )


def test_it_gives_a_participant_its_own_code(client: Client, zwolle: Participant, settings: Settings) -> None:
    settings.SITE_URL = "https://gdsc.example"

    page = main_of(client.get("/embed/?deelnemer=zwolle"))

    assert code(page)[1:] == [
        (
            '<a href="https://gdsc.example/2026/deelnemers/zwolle/"><img\n'
            '  src="https://gdsc.example/2026/deelnemers/zwolle/badge.svg"\n'
            '  alt="Zwolle in De Grote Digitale Steden Competitie 2026" height="28"></a>'
        ),
        (
            '<iframe src="https://gdsc.example/embed/deelnemer/zwolle/"'
            ' title="Zwolle in De Grote Digitale Steden Competitie 2026"\n'
            '  width="100%" height="340" loading="lazy" style="border: 0"></iframe>'
        ),
    ]
    assert [img.attributes["src"] for img in page.all("img")] == ["/2026/deelnemers/zwolle/badge.svg"]
    assert page.texts("option") == ["Kies een deelnemer", "Zwolle"]


def test_an_unknown_participant_is_refused_in_words(client: Client, zwolle: Participant) -> None:
    page = main_of(client.get("/embed/?deelnemer=niemand"))

    assert len(code(page)) == 1
    assert page.texts(".utrecht-form-field-error-message") != []


def test_a_hostile_name_is_only_text_in_the_code(client: Client, zwolle: Participant) -> None:
    Participant.objects.update(name=HOSTILE)

    page = main_of(client.get("/embed/?deelnemer=zwolle"))

    assert page.all("script") == []
    assert "<script" not in "".join(code(page))
    assert "&lt;script&gt;alert(&#x27;x&#x27;)" in code(page)[1]


def test_a_snippet_escapes_all_that_it_is_given() -> None:
    assert snippets.frame('a"b', title="c<d", height=1).startswith('<iframe src="a&quot;b" title="c&lt;d"')
    assert 'alt="&quot;&gt;"' in snippets.linked_picture("a", picture="b", text='">', height=1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_three_queries_however_many_take_part(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        factories.participant(f"Stad {number}", of=edition)

    with django_assert_num_queries(3):
        page = main_of(client.get("/embed/?deelnemer=stad-0"))

    assert len(page.all("option")) == count + 1
