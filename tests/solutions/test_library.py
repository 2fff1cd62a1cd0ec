from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from competition.models import Edition
from scoring import claims
from solutions.models import Contribution, Readiness, Theme
from tests import factories
from tests.factories import NOW
from tests.reading import Part, main_of, read

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

PAGE = "/goed-opgelost/"


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


def contributed(title: str, of: Edition, *, at: datetime = NOW, **fields: str) -> Contribution:
    participant = of.participants.first() or factories.participant(f"Zwolle{of.year}", of=of)
    return factories.confirmed(
        factories.contribution(participant, title=title, **{"summary": "Sneller"} | fields), at=at
    )


def asked(client: Client, **query: str) -> Part:
    return main_of(client.get(PAGE, query))


def chosen(page: Part) -> dict[str, str]:
    """What the form shows as asked, by its label."""
    field = page.one("form").all("input")[0]
    options = [option for option in page.one("form").all("option") if "selected" in option.attributes]
    return {"words": field.attributes.get("value") or "", "lists": ", ".join(option.words for option in options)}


# --- The whole library ---------------------------------------------------------------------------


def test_the_latest_stands_first(client: Client, edition: Edition) -> None:
    contributed("Eerste", edition, at=NOW - timedelta(days=2), theme=Theme.CARE, readiness=Readiness.TRIAL)
    second = contributed("Tweede", edition)

    page = asked(client)

    assert page.texts(".card") == [
        "Balie en dienstverlening Tweede Sneller In gebruik Van Zwolle2026",
        "Zorg en hulp Eerste Sneller Proef Van Zwolle2026",
    ]
    assert page.one(".grid").links["Tweede"] == f"/goed-opgelost/{second.pk}/"


def test_what_no_organiser_confirmed_is_left_out(client: Client, edition: Edition) -> None:
    participant = factories.participant("Zwolle", of=edition)
    factories.contribution(participant, title="Concept")
    factories.submitted(factories.contribution(participant, title="Ingediend"))
    taken = factories.confirmed(factories.contribution(participant, title="Teruggenomen"))
    claims.take_back(taken, because="Bestond al", by=factories.organiser(), at=NOW)
    refused = factories.submitted(factories.contribution(participant, title="Afgewezen"))
    claims.reject(refused, because="Onduidelijk", by=factories.organiser(), at=NOW)

    page = asked(client)

    assert page.one(".empty").one("h2").words == "De bibliotheek is nog leeg"
    assert page.all(".card") == []


def test_one_from_before_there_were_themes_is_shown_without(client: Client, edition: Edition) -> None:
    old = contributed("Oud", edition)
    Contribution.objects.filter(pk=old.pk).update(theme="", readiness="")

    assert asked(client).texts(".card") == ["Oud Sneller Van Zwolle2026"]


def test_each_edition_has_a_heading_the_present_one_first(
    client: Client, edition: Edition, time_machine: TimeMachineFixture
) -> None:
    before = factories.edition(2025, is_example=True)
    contributed("Oud", before, at=datetime(2025, 5, 5, tzinfo=UTC))
    contributed("Nieuw", edition)

    page = asked(client)

    assert page.texts("h2") == ["Editie 2026", "Editie 2025"]
    assert page.texts("h3") == ["Nieuw", "Oud"]
    assert page.texts(".badge--warning") == ["voorbeeldgegevens"]


def test_a_page_holds_twelve(client: Client, edition: Edition) -> None:
    for number in range(13):
        contributed(f"Vondst {number}", edition)

    first = asked(client)
    second = asked(client, page="2")

    assert first.texts("h3") == [f"Vondst {number}" for number in range(12, 0, -1)]
    assert second.texts("h3") == ["Vondst 0"]
    assert first.one(".utrecht-pagination").links == {"Pagina 2": "?page=2", "Volgende": "?page=2"}


@pytest.mark.parametrize(
    ("asked_for", "shown"), [("0", "Vondst 0"), ("99", "Vondst 0"), ("abc", "Vondst 12"), ("9" * 5000, "Vondst 12")]
)
def test_a_page_that_does_not_exist_gives_one_that_does(
    client: Client, edition: Edition, asked_for: str, shown: str
) -> None:
    for number in range(13):
        contributed(f"Vondst {number}", edition)

    assert asked(client, page=asked_for).texts("h3")[0] == shown


def test_without_any_edition_it_is_just_empty(client: Client) -> None:
    assert asked(client).one(".empty").one("h2").words == "De bibliotheek is nog leeg"


# --- Searching -----------------------------------------------------------------------------------


def test_the_form_asks_by_address_and_shows_what_was_asked(client: Client, edition: Edition) -> None:
    contributed("Loket", edition, theme=Theme.CARE, readiness=Readiness.READY)

    page = asked(client, zoek="loket", thema="care", gever="zwolle2026", status="ready")
    form = page.one("form")

    assert (form.attributes["method"], form.attributes["action"]) == ("get", PAGE)
    assert [part.attributes["name"] for part in form.parts() if "name" in part.attributes] == [
        "zoek",
        "thema",
        "gever",
        "status",
    ]
    assert chosen(page) == {"words": "loket", "lists": "Zorg en hulp, Zwolle2026, Klaar om over te nemen"}
    assert page.texts("h2") == ["1 oplossing gevonden"]


def test_what_was_found_is_marked_and_says_of_which_year_it_is(client: Client, edition: Edition) -> None:
    contributed("Een loket", edition)
    contributed("Nog een loket", factories.edition(2025, is_example=True), at=datetime(2025, 5, 5, tzinfo=UTC))

    page = asked(client, zoek="loket")

    assert page.texts("mark") == ["loket", "loket"]
    assert [card.one(".card__end").words for card in page.all(".card")] == [
        "In gebruik Van Zwolle2026, 2026",
        "In gebruik Van Zwolle2025, 2025 voorbeeldgegevens",
    ]
    assert read(client.get(PAGE, {"zoek": "loket"})).one("title").words.startswith("‘loket’ in Goed Opgelost!")


def test_each_filter_can_be_let_go_of_while_the_others_stay(client: Client, edition: Edition) -> None:
    contributed("Loket & balie", edition, theme=Theme.CARE)

    chips = asked(client, zoek="loket & balie", thema="care", gever="zwolle2026").one(".chips")

    assert chips.links == {
        "Haal weg: Zoekwoord: loket & balie": f"{PAGE}?thema=care&gever=zwolle2026",
        "Haal weg: Thema: Zorg en hulp": f"{PAGE}?zoek=loket+%26+balie&gever=zwolle2026",
        "Haal weg: Gever: Zwolle2026": f"{PAGE}?zoek=loket+%26+balie&thema=care",
        "Haal alle filters weg": PAGE,
    }


def test_the_last_filter_leads_to_the_whole_library(client: Client, edition: Edition) -> None:
    contributed("Loket", edition)

    assert asked(client, status="in-use").one(".chips").links == {"Haal weg: Status: In gebruik": PAGE}


def test_the_pages_of_what_was_found_keep_the_filters(client: Client, edition: Edition) -> None:
    for number in range(13):
        contributed(f"Loket {number}", edition, theme=Theme.CARE)
    contributed("Kaart", edition)

    second = asked(client, zoek="loket", thema="care", status="", page="2")

    assert second.texts("h2") == ["13 oplossingen gevonden"]
    assert second.texts("h3") == ["Loket 0"]
    assert second.one(".utrecht-pagination").links == {
        "Vorige": "?page=1&zoek=loket&thema=care",
        "Pagina 1": "?page=1&zoek=loket&thema=care",
    }


def test_where_nothing_fits_it_says_what_to_do(client: Client, edition: Edition) -> None:
    contributed("Loket", edition)

    page = asked(client, zoek="zeppelin")

    assert page.one(".empty").one("h3").words == "Wij vonden geen oplossing die hierbij past"
    assert page.one(".empty").links == {"Bekijk alle oplossingen": PAGE}
    assert page.one(".chips").links == {"Haal weg: Zoekwoord: zeppelin": PAGE}


def test_a_municipality_that_offered_nothing_is_a_fair_question(client: Client, edition: Edition) -> None:
    contributed("Loket", edition)
    factories.municipality("Urk")

    page = asked(client, gever="urk")

    assert page.one(".empty").one("h3").words == "Wij vonden geen oplossing die hierbij past"
    assert page.one(".chips").links == {"Haal weg: Gever: Urk": PAGE}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"thema": "paarden"}, "Kies iets uit de lijst."),
        ({"gever": "atlantis"}, "Kies iets uit de lijst."),
        ({"status": "' OR 1=1 --"}, "Kies iets uit de lijst."),
        ({"zoek": "x" * 5000}, "Uw tekst telt 5000 tekens. Maak er hoogstens 200 van."),
    ],
)
def test_what_cannot_be_asked_is_said_at_the_field_and_left_out(
    client: Client, edition: Edition, query: dict[str, str], words: str
) -> None:
    contributed("Loket", edition)

    page = asked(client, **query)

    assert page.one(".utrecht-form-field-error-message").words == words
    assert page.texts("h3") == ["Loket"]
    assert page.all(".chips") == []


@pytest.mark.parametrize(
    "words",
    ["\x00", "lok\x00et", "'", '"', '"" or ""', ":*&|!", "!!(loket", "loket:*", "<->", "\\", "%s %(a)s {}", "a" * 200,
     "\u202e\u200b", "🦆", "http://x/?a=b'c", "-", "- -", "or or or", "loket\n\r\tbalie"],
)  # fmt: skip
def test_no_question_breaks_the_page(client: Client, edition: Edition, words: str) -> None:
    contributed("Iets heel anders", edition)

    assert asked(client, zoek=words).one("h1").words == "Goed Opgelost!"


@pytest.mark.parametrize(
    "raw", ["zoek=%FF%FE", "zoek=%ED%A0%80", "zoek=a&zoek=b", "zoek[]=a", "thema=%00", "gever=%00", "page=%00"]
)
def test_no_address_breaks_the_page(client: Client, edition: Edition, raw: str) -> None:
    contributed("Iets heel anders", edition)

    assert main_of(client.get(f"{PAGE}?{raw}")).one("h1").words == "Goed Opgelost!"


def test_a_hostile_question_comes_back_as_text(client: Client, edition: Edition) -> None:
    contributed("Loket", edition)
    words = "\"><script>alert('x')</script>"

    page = asked(client, zoek=words)

    assert chosen(page)["words"] == words
    assert page.all("script") == []
    assert list(page.one(".chips").links) == [f"Haal weg: Zoekwoord: {words}"]


@pytest.mark.parametrize(
    "query", [{}, {"zoek": "loket", "thema": "service", "gever": "zwolle2026", "status": "in-use"}]
)
@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_four_queries_however_many_there_are(
    client: Client,
    edition: Edition,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
    query: dict[str, str],
) -> None:
    for number in range(count):
        contributed(f"Loket {number}", edition)

    with django_assert_num_queries(4):
        page = main_of(client.get(f"{PAGE}?{urlencode(query)}"))

    assert len(page.all(".card")) == count
