"""The badge and the pictures for who shares a page: what they say, and that nobody keeps an old one."""

from datetime import date
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Municipality, Participant
from scoring import closing, freezes, places, standings
from scoring.charts import cards, fonts, share
from scoring.charts.canvas import Country
from scoring.final.result import record_winner
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

BADGE = "/2026/deelnemers/zwolle/badge.svg"
PICTURE = "/2026/deelnemers/zwolle/deelplaatje.png"
STANDING = "/2026/ranglijst/deelplaatje.png"
HOSTILE = "<script>alert('x')</script>\x0b&\"><img src=x>"
every_picture = pytest.mark.parametrize("address", [BADGE, PICTURE, STANDING])


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def zwolle(edition: Edition) -> Participant:
    return factories.participant(of=edition, municipalities=[factories.municipality("Zwolle", hex_col=1, hex_row=1)])


def badge_of(response: Any) -> tuple[str, list[str]]:
    """Its title and its texts; fails for what is no XML."""
    assert response.status_code == 200
    svg = ET.fromstring(response.content)  # noqa: S314 - our own answer
    within = "{http://www.w3.org/2000/svg}"
    return svg.findtext(f"{within}title") or "", [text.text or "" for text in svg.iter(f"{within}text")]


def image_of(response: Any) -> Image.Image:
    assert response.status_code == 200
    with Image.open(BytesIO(response.content)) as image:
        image.load()
    return image


# --- What they say -------------------------------------------------------------------------------


def test_the_badge_says_the_place(client: Client, zwolle: Participant) -> None:
    factories.entry(zwolle)

    assert badge_of(client.get(BADGE)) == (
        "De Grote Digitale Steden Competitie 2026. Zwolle: plaats 1",
        ["GDSC 2026", "plaats 1"],
    )


def test_the_badge_tells_of_a_shared_place_to_who_cannot_see_it(client: Client, zwolle: Participant) -> None:
    factories.entry(zwolle)
    factories.entry(factories.participant("Delft", of=zwolle.edition))

    title, texts = badge_of(client.get(BADGE))

    assert (title, texts[-1]) == ("De Grote Digitale Steden Competitie 2026. Zwolle: plaats 1, gedeeld", "plaats 1")


def test_without_a_point_the_badge_shows_no_place(client: Client, zwolle: Participant) -> None:
    assert badge_of(client.get(BADGE))[1] == ["GDSC 2026", "doet mee"]


def test_out_of_competition_the_badge_says_so(client: Client, zwolle: Participant) -> None:
    factories.entry(zwolle)
    Participant.objects.update(is_out_of_competition=True)

    assert badge_of(client.get(BADGE))[1] == ["GDSC 2026", "buiten mededinging"]


def test_an_example_is_marked_as_such(client: Client, zwolle: Participant) -> None:
    Edition.objects.update(is_example=True)

    assert badge_of(client.get(BADGE))[1] == ["GDSC 2026", "doet mee", "voorbeeld"]
    board = standings.current(zwolle.edition)
    zwolle.edition.refresh_from_db()
    assert cards.of_participant(board.lines[0], board, zwolle.edition, []).example == "Voorbeeldgegevens"
    assert cards.of_standing(board, zwolle.edition, []).example == "Voorbeeldgegevens"


def test_the_card_of_the_standing_has_the_first_five_and_who_ties_with_the_fifth(edition: Edition) -> None:
    for name, points in (("A", 6), ("B", 5), ("C", 4), ("D", 3), ("E", 2), ("F", 2), ("G", 1)):
        participant = factories.participant(name, of=edition)
        for _ in range(points):
            factories.entry(participant)

    card = cards.of_standing(standings.current(edition), edition, [])

    assert [tuple(row) for row in card.rows] == [
        ("1", "A", "6 punten"),
        ("2", "B", "5 punten"),
        ("3", "C", "4 punten"),
        ("4", "D", "3 punten"),
        ("5", "E", "2 punten"),
        ("5", "F", "2 punten"),
    ]
    assert card.note == ""


@pytest.mark.parametrize(
    ("count", "note"),
    [(0, "Er zijn nog geen deelnemers."), (1, "1 deelnemer doet mee."), (3, "3 deelnemers doen mee.")],
)
def test_without_points_the_card_of_the_standing_says_who_take_part(edition: Edition, count: int, note: str) -> None:
    for number in range(count):
        factories.participant(f"Stad {number}", of=edition)

    card = cards.of_standing(standings.current(edition), edition, [])

    assert (card.rows, card.note) == ((), note)


# --- How they look -------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [PICTURE, STANDING])
def test_a_picture_has_the_size_that_others_show(client: Client, zwolle: Participant, address: str) -> None:
    factories.entry(zwolle)

    response = client.get(address)

    image = image_of(response)
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert response["Content-Type"] == "image/png"
    assert len(response.content) < 100_000
    # Not an empty ground: the name stands in the white of the texts.
    assert 255 in image.convert("L").tobytes()


@pytest.mark.parametrize(
    "name", ["Ee", "'s-Hertogenbosch", "Súdwest-Fryslân", "Alphen aan den Rijn " * 7, "W" * 150, HOSTILE]
)
@pytest.mark.parametrize("address", [PICTURE, STANDING])
def test_every_name_fits(client: Client, zwolle: Participant, address: str, name: str) -> None:
    factories.entry(zwolle)
    Participant.objects.update(name=name.strip())

    image = image_of(client.get(address)).convert("RGB")

    # The white of the texts never reaches the map at the right.
    assert max(image.crop((760, 110, 1200, 610)).convert("L").tobytes()) < 240


def test_a_picture_that_says_something_else_is_another_picture() -> None:
    card = share.ParticipantCard("GDSC", "Zwolle", "plaats 1", "1 punt", "", Country((), (), ()))

    pictures = [share.participant_png(card), share.participant_png(card._replace(place="plaats 2"))]
    pictures.append(share.participant_png(card._replace(example="Voorbeeldgegevens")))

    assert len(set(pictures)) == 3
    assert share.participant_png(card) == pictures[0]


def test_the_house_font_can_be_read_and_has_its_weights() -> None:
    assert fonts.font(20, 800).getname()[0] == "Source Sans 3 ExtraLight"
    assert fonts.width("Zwolle", size=20, weight=800) > fonts.width("Zwolle", size=20, weight=400)


def test_a_hostile_name_is_only_text_in_the_badge(client: Client, zwolle: Participant) -> None:
    factories.entry(zwolle)
    Participant.objects.update(name=HOSTILE)

    response = client.get(BADGE)

    assert badge_of(response)[0].endswith("<script>alert('x')</script>&\"><img src=x>: plaats 1")
    assert b"<script" not in response.content
    assert b"<img" not in response.content


# --- How they travel -----------------------------------------------------------------------------


@every_picture
def test_everyone_may_show_it_and_it_carries_our_policy(client: Client, zwolle: Participant, address: str) -> None:
    response = client.get(address)

    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies


def test_the_badge_is_an_svg_without_style_or_script(client: Client, zwolle: Participant) -> None:
    response = client.get(BADGE)

    assert response["Content-Type"] == "image/svg+xml"
    assert b"style" not in response.content
    assert b"http" not in response.content.replace(b"http://www.w3.org/2000/svg", b"")


@every_picture
def test_who_has_it_already_only_hears_that_it_is_still_right(
    client: Client, zwolle: Participant, address: str
) -> None:
    first = client.get(address)

    again = client.get(address, headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert first["Cache-Control"] == again["Cache-Control"] == "public, no-cache"


@every_picture
def test_a_new_point_makes_it_new_at_once(client: Client, zwolle: Participant, address: str) -> None:
    first = client.get(address)
    factories.entry(zwolle)

    again = client.get(address, headers={"if-none-match": first["ETag"]})

    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]
    assert again.content != first.content


@every_picture
def test_another_name_makes_it_new_without_a_booking(client: Client, zwolle: Participant, address: str) -> None:
    factories.entry(zwolle)
    first = client.get(address)
    Participant.objects.update(name="Zwolle aan de IJssel")

    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_the_winner_has_a_badge_of_its_own_without_a_booking(client: Client, zwolle: Participant) -> None:
    for number in range(5):
        factories.entry(factories.participant(f"Stad {number}", of=zwolle.edition))
    factories.entry(zwolle)
    first = client.get(BADGE)
    zwolle.edition.finalists.create(participant=zwolle, place=1, total=1)
    record_winner(zwolle.edition, zwolle, motivation="Omdat", by=factories.organiser(), at=NOW)

    again = client.get(BADGE, headers={"if-none-match": first["ETag"]})

    assert badge_of(again)[1] == ["GDSC 2026", "winnaar"]


def test_while_the_board_stands_still_the_badge_does_too(client: Client, zwolle: Participant) -> None:
    factories.entry(zwolle, counts_on=date(2026, 1, 20))
    closing.close_due(at=NOW)
    freezes.freeze(zwolle.edition, because="Finale", by=factories.organiser(), at=NOW)
    delft = factories.participant("Delft", of=zwolle.edition)
    for _ in range(2):
        factories.entry(delft)

    assert badge_of(client.get(BADGE))[1] == ["GDSC 2026", "plaats 1"]
    assert badge_of(client.get("/2026/deelnemers/delft/badge.svg"))[1] == ["GDSC 2026", "doet mee"]


@pytest.mark.parametrize("kind", ["badge.svg", "deelplaatje.png"])
def test_who_does_not_take_part_has_none(client: Client, zwolle: Participant, kind: str) -> None:
    assert client.get(f"/2026/deelnemers/niemand/{kind}").status_code == 404
    assert client.get(f"/2024/deelnemers/zwolle/{kind}").status_code == 404


@pytest.mark.parametrize(("address", "queries"), [(BADGE, 2), (PICTURE, 3), (STANDING, 3)])
@pytest.mark.parametrize("count", [0, 2])
def test_it_takes_few_queries_however_many_take_part(
    client: Client,
    zwolle: Participant,
    django_assert_num_queries: DjangoAssertNumQueries,
    address: str,
    queries: int,
    count: int,
) -> None:
    for number in range(count):
        factories.participant(f"Stad {number}", of=zwolle.edition)
    standings.rebuild(zwolle.edition, at=NOW)

    with django_assert_num_queries(queries):
        client.get(address)


def test_the_map_in_the_picture_lights_the_cells_of_an_alliance(edition: Edition) -> None:
    for number, name in enumerate(("Heerlen", "Kerkrade", "Urk")):
        factories.municipality(name, hex_col=number, hex_row=0)
    factories.participant(
        "Parkstad", of=edition, municipalities=list(Municipality.objects.exclude(common_name="Urk").by_name())
    )
    board = standings.current(edition)

    card = cards.of_participant(board.lines[0], board, edition, places.of_edition(edition, at=NOW))

    assert card.country == (((0, 0), (1, 0), (2, 0)), ((0, 0), (1, 0)), ((0, 0), (1, 0)))
