from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from competition.models import AwardMoment, Edition, Rules, TieRule
from scoring import closing, proposals
from scoring.final.result import record_winner
from scoring.models import Finalist, FinalistBy
from scoring.rules import OBJECTION_DAYS
from tests import factories
from tests.factories import NOW
from tests.reading import Part, main_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

NOT_A_RULE = {"id", "edition", "locked_at", "amendment"}
WORDS: list[tuple[dict[str, Any], str]] = [
    ({"meetup_points": 1}, "1 punt per meetup"),
    ({"meetup_points": 2}, "2 punten per meetup"),
    ({"adoption_points": 1}, "1 punt per overgenomen oplossing"),
    ({"adoption_points": 3}, "3 punten per overgenomen oplossing"),
    ({"contribution_points": 1}, "1 punt per aangedragen oplossing"),
    ({"contribution_points": 4}, "4 punten per aangedragen oplossing"),
    ({"award_moment": AwardMoment.CONFIRMATION}, "U krijgt het punt zodra de organisatie uw melding bevestigt."),
    ({"award_moment": AwardMoment.SUBMISSION}, "U krijgt het punt zodra u de melding indient."),
    ({"contribution_cap": None}, "U mag zo veel oplossingen aandragen als u wilt."),
    ({"contribution_cap": 1}, "Per deelnemer telt 1 aangedragen oplossing mee."),
    ({"contribution_cap": 3}, "Per deelnemer tellen ten hoogste 3 aangedragen oplossingen mee."),
    ({"wildcard_may_contribute": True}, "Wie met een wildcard meedoet, mag ook oplossingen aandragen."),
    ({"wildcard_may_contribute": False}, "Wie met een wildcard meedoet, kan geen oplossingen aandragen."),
    ({"host_earns_meetup_point": True}, "De gastheer van een meetup krijgt ook zelf het punt voor die meetup."),
    ({"host_earns_meetup_point": False}, "De gastheer van een meetup krijgt geen punt voor de eigen meetup."),
    ({"giver_may_adopt_own": True}, "kan daarvoor ook zelf een punt krijgen."),
    ({"giver_may_adopt_own": False}, "krijgt geen punt voor het gebruik van die eigen oplossing."),
    ({"late_claim_days": 7}, "Na het einde van een maand kunt u nog 7 dagen melden"),
    ({"late_claim_days": 1}, "Na het einde van een maand kunt u nog 1 dag melden"),
    ({"late_claim_days": 0}, "Meld alles in de maand zelf."),
    ({"objection_working_days": 5}, "Daarna is de stand van de maand nog 5 werkdagen voorlopig."),
    ({"objection_working_days": 1}, "Daarna is de stand van de maand nog 1 werkdag voorlopig."),
    ({"objection_working_days": 0}, "De maand sluit meteen daarna."),
    ({"tie_rule": TieRule.ORDER}, "Dan beslist, in deze volgorde:"),
    ({"tie_rule": TieRule.WIDEN}, "Dan gaan zij allemaal naar de finale."),
    ({"most_points_win": True}, "De finalist met de meeste punten wint. Er is geen jury en er wordt niet gestemd."),
    (
        {"most_points_win": False},
        "de jury: 50 procent de deelnemende gemeenten: 25 procent het publiek: 25 procent",
    ),
    (
        {"jury_weight": 60, "cities_weight": 40, "public_weight": 0},
        "de jury: 60 procent de deelnemende gemeenten: 40 procent De winnaar krijgt",
    ),
    ({"jury_weight": 100, "cities_weight": 0, "public_weight": 0}, "De jury kiest de winnaar uit de finalisten."),
    (
        {"jury_weight": 0, "cities_weight": 100, "public_weight": 0},
        "De deelnemende gemeenten kiezen samen de winnaar uit de finalisten.",
    ),
    ({"jury_weight": 0, "cities_weight": 0, "public_weight": 100}, "Het publiek kiest de winnaar uit de finalisten."),
]


@pytest.mark.parametrize(("rules", "words"), WORDS)
def test_every_rule_is_said_in_words(client: Client, rules: dict[str, Any], words: str) -> None:
    factories.edition(rules=rules)

    assert words in main_of(client.get("/spelregels/")).words


def test_no_rule_is_left_unsaid() -> None:
    """A new field of the rules fails here until the page says something for at least two of its values."""
    shown: dict[str, set[Any]] = {}
    for rules, _words in WORDS:
        for name, value in rules.items():
            shown.setdefault(name, set()).add(value)

    assert set(shown) == {field.name for field in Rules._meta.get_fields()} - NOT_A_RULE
    assert [name for name, values in shown.items() if len(values) < 2] == []


@pytest.mark.parametrize("name", sorted({name for rules, _words in WORDS for name in rules}))
def test_changing_a_rule_changes_the_page(client: Client, name: str) -> None:
    edition = factories.edition()
    before = main_of(client.get("/spelregels/")).words
    changes = [rules for rules, _words in WORDS if name in rules]
    change = next(rules for rules in changes if rules[name] != getattr(edition.rules, name))
    Rules.objects.update(**change)

    assert main_of(client.get("/spelregels/")).words != before


def test_a_month_is_worked_out_as_an_example(client: Client) -> None:
    factories.edition()

    assert main_of(client.get("/spelregels/")).one(".panel").words == (
        "Een voorbeeld: januari U doet in januari mee aan een meetup. De maand eindigt op 31 januari. "
        "U meldt de meetup tot en met 7 februari. Bezwaar maken kan tot en met 13 februari."
    )


def test_the_days_of_all_months_stand_in_a_table(client: Client) -> None:
    factories.edition()

    assert main_of(client.get("/spelregels/")).one("table").rows == [
        ["januari", "7 februari 2026", "13 februari 2026"],
        ["februari", "7 maart 2026", "13 maart 2026"],
        ["maart", "7 april 2026", "14 april 2026"],
        ["april", "7 mei 2026", "15 mei 2026"],
        ["mei", "7 juni 2026", "12 juni 2026"],
        ["juni", "7 juli 2026", "14 juli 2026"],
        ["juli", "7 augustus 2026", "14 augustus 2026"],
        ["augustus", "7 september 2026", "14 september 2026"],
        ["september", "7 oktober 2026", "14 oktober 2026"],
        ["oktober", "7 november 2026", "13 november 2026"],
    ]


def test_what_is_too_late_differs_by_kind(client: Client) -> None:
    factories.edition()

    page = main_of(client.get("/spelregels/"))

    later = "het punt telt mee vanaf de dag waarop u de melding indient. Dat kan tot en met 31 oktober."
    assert [words for words in page.texts("li") if words.endswith(("31 oktober.", "geen punt meer."))] == [
        "Meetup: u krijgt geen punt meer.",
        f"Overname: {later}",
        f"Aangedragen oplossing: {later}",
    ]


def lock_of(page: Part) -> str:
    return page.one(".utrecht-alert__title").words.removeprefix("Informatie: ")


def test_it_says_from_when_the_rules_are_locked(client: Client, time_machine: TimeMachineFixture) -> None:
    factories.edition()
    time_machine.move_to(datetime(2025, 11, 1, tzinfo=UTC))

    assert lock_of(main_of(client.get("/spelregels/"))) == (
        "Deze spelregels kunnen nog veranderen. Zij staan vast vanaf 1 januari 2026."
    )


def test_they_are_locked_on_the_first_day_even_before_the_job_has_run(client: Client) -> None:
    factories.edition()

    assert lock_of(main_of(client.get("/spelregels/"))) == "Deze spelregels staan vast sinds 1 januari 2026."


def test_it_says_since_when_they_have_been_locked(client: Client) -> None:
    factories.edition()
    closing.close_due(at=datetime(2026, 1, 2, 9, tzinfo=UTC))

    assert lock_of(main_of(client.get("/spelregels/"))) == "Deze spelregels staan vast sinds 2 januari 2026."


def test_each_edition_has_rules_of_its_own(client: Client) -> None:
    factories.edition(2025, rules={"meetup_points": 5})
    factories.edition()

    page = main_of(client.get("/2025/spelregels/"))

    assert page.one("h1").words == "Spelregels 2025"
    assert "5 punten per meetup" in page.words
    assert client.get("/2024/spelregels/").status_code == 404


def test_without_any_edition_the_page_says_so(client: Client) -> None:
    assert main_of(client.get("/spelregels/")).one("h1").words == "Er is nog geen editie"


def test_it_takes_three_queries(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    edition = factories.edition()

    with django_assert_num_queries(3):
        client.get("/spelregels/")
    approved(edition, late_claim_days=10)
    with django_assert_num_queries(3):
        client.get("/spelregels/")


def approved(edition: Edition, *, because: str = "Dit is eerlijker", **changes: Any) -> None:
    edition = Edition.objects.select_related("rules").get(pk=edition.pk)
    proposal = proposals.propose_rules(edition, changes, because=because, by=factories.organiser(), at=NOW)
    proposals.approve(proposal, by=factories.organiser(), at=NOW)


def test_it_tells_what_was_changed_after_the_start_from_when_and_why(client: Client) -> None:
    edition = factories.edition()
    before = main_of(client.get("/spelregels/"))
    approved(edition, late_claim_days=10)
    approved(edition, meetup_points=2, because="Zo")

    page = main_of(client.get("/spelregels/"))

    assert "#gewijzigd" not in before.links.values()
    assert [row.words for row in page.one("section").all("div")] == [
        "Sinds 18 maart 2026 Andere spelregels: dagen om na de maand nog te melden: 7 → 10 Reden: Dit is eerlijker",
        "Sinds 18 maart 2026 Andere spelregels: punten voor een meetup: 1 → 2 Reden: Zo",
    ]
    assert "Na het einde van een maand kunt u nog 10 dagen melden" in page.words
    assert page.one(".tabs").links == {part.words: f"#{part.attributes['id']}" for part in page.all("h2")}


def test_the_links_at_the_top_lead_to_the_parts(client: Client) -> None:
    factories.edition()

    page = main_of(client.get("/spelregels/"))

    assert page.one(".tabs").links == {part.words: f"#{part.attributes['id']}" for part in page.all("h2")}


@pytest.mark.parametrize(
    ("moment", "words", "current"),
    [
        (datetime(2025, 12, 30, 11, tzinfo=UTC), "Zij start op 1 januari 2026.", []),
        (NOW, "Nu verzamelen de deelnemers punten.", ["1 januari tot en met 31 oktober: punten verzamelen nu"]),
        (datetime(2026, 11, 9, 11, tzinfo=UTC), "voeren nu campagne.", ["November en december: campagne nu"]),
        (datetime(2027, 1, 9, 11, tzinfo=UTC), "Deze editie is voorbij.", ["Tot slot: de winnaar"]),
    ],
)
def test_it_says_in_words_too_where_in_the_year_we_are(
    client: Client, time_machine: TimeMachineFixture, moment: datetime, words: str, current: list[str]
) -> None:
    factories.edition()
    time_machine.move_to(moment, tick=False)

    page = main_of(client.get("/2026/spelregels/"))
    here = [part for part in page.one(".phases").all("li") if "aria-current" in part.attributes]

    assert words in page.words
    assert [
        part.words.partition(" Elke maand")[0].partition(" De 5")[0].partition(" Eén")[0] for part in here
    ] == current
    assert len(page.all(".year__step")) == 12


def test_once_there_is_a_winner_it_leads_there(client: Client, time_machine: TimeMachineFixture) -> None:
    edition = factories.edition()
    zwolle = factories.participant("Zwolle", of=edition)
    Finalist.objects.create(edition=edition, participant=zwolle, place=1, total=9, decided_by=FinalistBy.POINTS)
    record_winner(edition, zwolle, motivation="De beste", by=factories.organiser(), at=NOW)
    time_machine.move_to(datetime(2026, 12, 20, 11, tzinfo=UTC), tick=False)

    page = main_of(client.get("/spelregels/"))
    (here,) = [part for part in page.one(".phases").all("li") if "aria-current" in part.attributes]

    assert "De winnaar is bekend." in page.words
    assert here.words == "Tot slot: de winnaar Zwolle won deze editie."
    assert here.links == {"Zwolle": "/2026/deelnemers/zwolle/"}


def test_it_says_for_whom_the_competition_is(client: Client) -> None:
    factories.edition()

    page = main_of(client.get("/spelregels/"))

    assert page.all(".grid")[0].texts("h3") == ["Gemeenten van de DSA", "Andere gemeenten", "Gemeenten samen"]
    assert page.all(".facts")[0].texts("dt") == [
        "Medewerkers van een gemeente",
        "Experts en leveranciers",
        "Inwoners, raadsleden en pers",
    ]


def test_it_says_how_long_anybody_can_object_to_a_point(client: Client) -> None:
    factories.edition()

    page = main_of(client.get("/spelregels/"))

    assert f"Elke deelnemer kan daartegen bezwaar maken, tot en met {OBJECTION_DAYS} dagen na de boeking." in page.words
    assert page.links["Lees alle bezwaren en antwoorden"] == "/2026/bezwaren/"
