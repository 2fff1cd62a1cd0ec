"""Who plays: members of the Digitale Steden Agenda, wildcards, and alliances."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.text import slugify

from competition import participants
from competition.models import Edition, Entry, Municipality, Participant, ParticipantMunicipality
from competition.participants import EntryRefusedError
from scoring.models import Act
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
FIRST_DAY = date(2026, 1, 1)


def member(name: str, *, starts_on: date | None = None, ends_on: date | None = None, **fields: Any) -> Municipality:
    made = factories.municipality(name, **fields)
    factories.dsa_membership(made, starts_on=starts_on, ends_on=ends_on)
    return made


def names(edition: Edition) -> list[tuple[str, str, list[str]]]:
    """Everyone who plays: name, entry and the municipalities."""
    return [
        (p.name, p.entry, [str(m) for m in p.municipalities.order_by("sort_name")])
        for p in edition.participants.by_name()
    ]


def test_every_member_on_the_first_day_is_entered_once() -> None:
    edition = factories.edition()
    for name in ("Zwolle", "'s-Hertogenbosch", "Almere"):
        member(name)
    member("Begonnen", starts_on=FIRST_DAY)
    member("Te laat", starts_on=date(2026, 1, 2))
    member("Opgehouden", ends_on=FIRST_DAY)
    member("Opgeheven", valid_until=FIRST_DAY)
    factories.municipality("Geen lid")

    new = participants.enter_dsa_members(edition)

    assert [p.name for p in new] == ["Almere", "Begonnen", "'s-Hertogenbosch", "Zwolle"]
    assert names(edition) == [
        ("Almere", "dsa", ["Almere"]),
        ("Begonnen", "dsa", ["Begonnen"]),
        ("'s-Hertogenbosch", "dsa", ["'s-Hertogenbosch"]),
        ("Zwolle", "dsa", ["Zwolle"]),
    ]


def test_entering_the_members_again_enters_only_who_is_new() -> None:
    edition = factories.edition()
    member("Almere")
    participants.enter_dsa_members(edition)
    member("Breda")

    assert [p.name for p in participants.enter_dsa_members(edition)] == ["Breda"]
    assert participants.enter_dsa_members(edition) == []


def test_who_plays_in_an_alliance_is_not_entered_once_more() -> None:
    edition = factories.edition()
    waterweg = [member("Vlaardingen"), factories.municipality("Schiedam"), factories.municipality("Maassluis")]

    participants.enter_alliance(edition, waterweg, name="Waterweg")

    assert participants.enter_dsa_members(edition) == []
    assert names(edition) == [("Waterweg", "dsa", ["Maassluis", "Schiedam", "Vlaardingen"])]


def test_an_edition_keeps_its_own_participants() -> None:
    member("Almere")
    for year in (2026, 2027):
        edition = factories.edition(year)
        participants.enter_dsa_members(edition)
        assert names(edition) == [("Almere", "dsa", ["Almere"])]


def test_an_alliance_needs_one_member() -> None:
    edition = factories.edition()
    outsiders = [factories.municipality("Schiedam"), factories.municipality("Maassluis")]

    with pytest.raises(EntryRefusedError, match="wildcard"):
        participants.enter_alliance(edition, outsiders, name="Waterweg")

    assert names(edition) == []


def test_who_plays_already_cannot_join_an_alliance() -> None:
    edition = factories.edition()
    almere = member("Almere")
    participants.enter_dsa_members(edition)

    with pytest.raises(EntryRefusedError, match="Almere doet al mee"), transaction.atomic():
        participants.enter_alliance(edition, [factories.municipality("Zeewolde"), almere], name="Flevo")

    assert names(edition) == [("Almere", "dsa", ["Almere"])]


def test_the_same_municipality_twice_makes_no_alliance() -> None:
    edition = factories.edition()
    almere = member("Almere")

    with pytest.raises(EntryRefusedError, match="Almere doet al mee"):
        participants.enter_alliance(edition, [almere, almere], name="Almere en Almere")

    assert names(edition) == []


def test_a_name_that_is_taken_is_refused_in_words() -> None:
    edition = factories.edition()
    almere, lelystad = member("Almere"), member("Lelystad")
    participants.enter_alliance(edition, [almere], name="Flevo")

    with pytest.raises(EntryRefusedError, match="met de naam flevo"):
        participants.enter_alliance(edition, [lelystad], name=" flevo ")


@pytest.mark.parametrize("name", ["", "  ", "!!!"])
def test_an_alliance_needs_a_name(name: str) -> None:
    edition = factories.edition()

    with pytest.raises(EntryRefusedError, match="naam"):
        participants.enter_alliance(edition, [member("Almere")], name=name)


def grant_wildcard(edition: Edition, *municipalities: Municipality, **fields: Any) -> Participant:
    """As `scoring.proposals` does once a second organiser has approved it."""
    names = [m.slug for m in municipalities]
    factories.approved(Act.WILDCARD, of=edition, slug=slugify(fields.get("name", "")) or "".join(names))
    two: dict[str, Any] = {"by": factories.organiser(), "seconded_by": factories.organiser(), "at": NOW}
    return participants.grant_wildcard(edition, municipalities, **({"because": "Bijzonder plan"} | two | fields))


def test_a_wildcard_has_a_reason_a_date_and_two_who_granted_it() -> None:
    edition = factories.edition()
    by, second = factories.organiser(), factories.organiser()
    late_in_the_evening = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)

    wildcard = grant_wildcard(
        edition,
        factories.municipality("Urk"),
        because=" Bijzonder plan ",
        by=by,
        seconded_by=second,
        at=late_in_the_evening,
    )

    assert names(edition) == [("Urk", "wildcard", ["Urk"])]
    assert wildcard.is_wildcard
    assert (wildcard.wildcard_reason, wildcard.wildcard_granted_on) == ("Bijzonder plan", date(2026, 2, 1))
    assert (wildcard.wildcard_granted_by, wildcard.wildcard_seconded_by) == (by, second)
    assert not wildcard.is_out_of_competition


def test_an_alliance_can_get_a_wildcard_out_of_competition() -> None:
    edition = factories.edition()
    two = [factories.municipality("Urk"), factories.municipality("Texel")]

    wildcard = grant_wildcard(edition, *two, name="Eilanden", is_out_of_competition=True)

    assert names(edition) == [("Eilanden", "wildcard", ["Texel", "Urk"])]
    assert wildcard.is_out_of_competition


def test_a_wildcard_without_a_reason_is_refused() -> None:
    edition = factories.edition()

    with pytest.raises(EntryRefusedError, match="reden"):
        grant_wildcard(edition, factories.municipality(), because="  ")

    assert names(edition) == []


@pytest.mark.parametrize("enter", ["alliance", "wildcard"])
def test_nobody_cannot_enter(enter: str) -> None:
    edition = factories.edition()
    ways: dict[str, Callable[[], Participant]] = {
        "alliance": lambda: participants.enter_alliance(edition, [], name="Niemand"),
        "wildcard": lambda: grant_wildcard(edition),
    }

    with pytest.raises(EntryRefusedError):
        ways[enter]()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"entry": Entry.WILDCARD}, "participant_wildcard_has_reason_and_date"),
        ({"entry": Entry.WILDCARD, "wildcard_reason": "Zo"}, "participant_wildcard_has_reason_and_date"),
        ({"entry": Entry.WILDCARD, "wildcard_granted_on": FIRST_DAY}, "participant_wildcard_has_reason_and_date"),
        ({"entry": Entry.DSA, "wildcard_reason": "Zo"}, "participant_only_wildcard_has_reason"),
        ({"entry": Entry.DSA, "wildcard_granted_on": FIRST_DAY}, "participant_only_wildcard_has_reason"),
        ({"entry": Entry.DSA, "slug": "almere"}, "participant_one_address_per_edition"),
    ],
)
def test_a_participant_that_cannot_be_is_refused(fields: dict[str, Any], constraint: str) -> None:
    edition = factories.edition()
    factories.participant("Almere", of=edition)
    factories.approved(Act.WILDCARD, of=edition, slug="een")

    with pytest.raises(IntegrityError, match=constraint):
        Participant.objects.create(edition=edition, **({"name": "Een", "slug": "een"} | fields))


def test_a_municipality_plays_at_most_once_per_edition() -> None:
    edition = factories.edition()
    almere = factories.municipality("Almere")
    factories.participant(of=edition, municipalities=[almere])
    other = factories.participant(of=edition)

    with pytest.raises(IntegrityError, match="municipality_plays_once_per_edition"):
        ParticipantMunicipality.objects.create(participant=other, municipality=almere, edition=edition)


def test_a_place_belongs_to_the_edition_of_its_participant() -> None:
    playing, elsewhere = factories.participant(of=factories.edition()), factories.edition(2027)
    ParticipantMunicipality.objects.create(
        participant=playing, municipality=factories.municipality(), edition=elsewhere
    )

    with pytest.raises(IntegrityError, match="place_is_in_its_participants_edition"):
        check_now()


def test_a_participant_cannot_be_moved_to_another_edition() -> None:
    playing, elsewhere = factories.participant(of=factories.edition()), factories.edition(2027)
    Participant.objects.filter(pk=playing.pk).update(edition=elsewhere)

    with pytest.raises(IntegrityError, match="place_is_in_its_participants_edition"):
        check_now()


def check_now() -> None:
    """Have the database check now what it otherwise checks at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
