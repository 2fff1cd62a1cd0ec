"""The list that hosts keep, and what closing it does."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group

from competition import access
from competition.models import Edition, Membership, Municipality, Participant, User
from meetups import attendance, hosting
from meetups.hosting import ListError
from meetups.models import Attendance, Meetup, Presence, Signup
from scoring import claims
from scoring.models import LedgerEntry
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

AN_HOUR = timedelta(hours=1)


@pytest.fixture
def edition() -> Edition:
    return factories.edition()


@pytest.fixture
def meetup(edition: Edition) -> Meetup:
    """One that began an hour ago in Gouda."""
    return factories.meetup(of=edition, starts_at=NOW - AN_HOUR, host=factories.municipality("Gouda"))


@pytest.fixture
def host(meetup: Meetup) -> User:
    assert meetup.host is not None
    return factories.staff_of(meetup.host)


def town_of(participant: Participant) -> Municipality:
    return participant.municipalities.get()


def seen(meetup: Meetup) -> dict[str, str]:
    return {str(one.municipality): one.presence for one in hosting.listed(meetup)}


def reported() -> dict[str, tuple[str, int]]:
    """Of each attendance its state and the number of people."""
    return {str(one.participant): (one.state, one.people) for one in Attendance.objects.select_related("participant")}


# --- Who is host ---------------------------------------------------------------------------------


def appointed(meetup: Meetup, *, in_group: bool = True) -> User:
    access.set_up_groups()
    person = factories.user()
    if in_group:
        person.groups.add(Group.objects.get(name=access.HOST))
    meetup.appointed_hosts.add(person)
    return person


def hosts(person: User, *, day: int = 0) -> list[str]:
    return [str(one) for one in hosting.hosted_by(person, at=NOW + timedelta(days=day)).in_order()]


def test_staff_of_the_hosting_municipality_host_its_meetups_as_long_as_they_work_there(
    edition: Edition, meetup: Meetup, host: User
) -> None:
    factories.meetup(of=edition, host=factories.municipality("Ede"))
    Membership.objects.filter(user=host).update(ends_on=date(2026, 3, 20))

    assert [hosts(host), hosts(host, day=2)] == [[str(meetup)], []]


def test_who_is_appointed_hosts_that_meetup_only(edition: Edition, meetup: Meetup) -> None:
    person = appointed(meetup)
    factories.meetup(of=edition, host=meetup.host)

    assert hosts(person) == [str(meetup)]


def test_who_left_the_group_hosts_nothing(meetup: Meetup) -> None:
    assert hosts(appointed(meetup, in_group=False)) == []


def test_the_group_may_do_nothing_in_the_admin(meetup: Meetup) -> None:
    person = appointed(meetup)
    person.is_staff = True
    person.save()

    assert User.objects.get(pk=person.pk).get_all_permissions() == set()


@pytest.mark.parametrize("group", [access.ORGANISER, access.REVIEWER, access.EDITOR, access.AUDITOR])
def test_organisers_host_nothing_by_being_organisers(meetup: Meetup, group: str) -> None:
    assert hosts(factories.in_group(group)) == []


# --- Marks ---------------------------------------------------------------------------------------


def test_the_last_mark_counts_and_who_did_not_sign_up_can_be_there(meetup: Meetup) -> None:
    ede, urk = factories.municipality("Ede"), factories.municipality("Urk")
    factories.signup(meetup, ede)

    for town, presence in [(ede, Presence.ABSENT), (urk, Presence.PRESENT), (ede, Presence.EXCUSED)]:
        hosting.mark(meetup, town, presence, at=NOW)

    assert seen(meetup) == {"Ede": "excused", "Urk": "present"}


def test_who_signed_off_and_was_not_seen_is_not_on_the_list(meetup: Meetup) -> None:
    factories.signup(meetup, seats=0)

    assert seen(meetup) == {}


@pytest.mark.parametrize(
    ("case", "is_open"), [("the day before", False), ("that morning", True), ("closed", False), ("cancelled", False)]
)
def test_the_list_is_open_from_that_day_until_it_is_closed(
    meetup: Meetup, host: User, case: str, is_open: bool
) -> None:
    at = {"the day before": NOW - timedelta(days=1), "that morning": NOW - timedelta(hours=4)}.get(case, NOW)
    if case == "closed":
        hosting.close(meetup, by=host, at=NOW)
    Meetup.objects.update(is_cancelled=case == "cancelled")

    if is_open:
        hosting.mark(meetup, factories.municipality("Ede"), Presence.PRESENT, at=at)
    else:
        with pytest.raises(ListError, match="De lijst is gesloten of nog niet open"):
            hosting.mark(meetup, factories.municipality("Ede"), Presence.PRESENT, at=at)

    assert seen(meetup) == ({"Ede": "present"} if is_open else {})


# --- Closing -------------------------------------------------------------------------------------


def test_closing_hands_in_for_who_was_there_and_the_others_were_absent(
    edition: Edition, meetup: Meetup, host: User
) -> None:
    names = ["Aalten", "Borne", "Castricum", "Delft", "Ede"]
    aalten, borne, castricum, delft, ede = (factories.participant(name, of=edition) for name in names)
    marks = {aalten: Presence.PRESENT, borne: Presence.ABSENT, castricum: Presence.EXCUSED}
    for participant, presence in marks.items():
        factories.signup(meetup, town_of(participant), seats=2, presence=presence)
    factories.signup(meetup, town_of(delft), seats=2)
    factories.signup(meetup, town_of(ede), seats=0, waiting=[NOW])

    assert hosting.close(meetup, by=host, at=NOW) == []

    assert seen(meetup) == {
        "Aalten": "present",
        "Borne": "absent",
        "Castricum": "excused",
        "Delft": "absent",
        "Ede": "",
    }
    assert reported() == {"Aalten": ("submitted", 2)}
    assert not LedgerEntry.objects.exists()
    assert Attendance.objects.get().submitted_by == host


def test_closing_twice_is_closing_once(edition: Edition, meetup: Meetup, host: User) -> None:
    aalten = factories.participant("Aalten", of=edition)
    factories.signup(meetup, town_of(aalten), presence=Presence.PRESENT)
    hosting.close(meetup, by=host, at=NOW)
    claims.withdraw(Attendance.objects.get(), by=host, at=NOW)

    assert hosting.close(meetup, by=host, at=NOW + AN_HOUR) == []

    assert reported() == {"Aalten": ("withdrawn", 1)}
    assert Meetup.objects.get().list_closed_at == NOW


@pytest.mark.parametrize("state", ["submitted", "confirmed", "rejected", "withdrawn", "reversed"])
def test_what_a_municipality_handed_in_itself_stays_as_it_is(
    edition: Edition, meetup: Meetup, host: User, state: str
) -> None:
    aalten, by = factories.participant("Aalten", of=edition), factories.organiser()
    claim = factories.submitted(factories.attendance(aalten, meetup=meetup, people=5))
    if state in {"confirmed", "reversed"}:
        claims.confirm(claim, by=by, at=NOW)
    if state == "reversed":
        claims.take_back(claim, because="Nee.", by=by, at=NOW)
    elif state == "rejected":
        claims.reject(claim, because="Nee.", by=by, at=NOW)
    elif state == "withdrawn":
        claims.withdraw(claim, by=by, at=NOW)
    factories.signup(meetup, town_of(aalten), presence=Presence.PRESENT)

    assert hosting.close(meetup, by=host, at=NOW) == []

    assert reported() == {"Aalten": (state, 5)}


def test_a_draft_is_handed_in_as_it_was_filled_in(edition: Edition, meetup: Meetup, host: User) -> None:
    aalten = factories.participant("Aalten", of=edition)
    factories.attendance(aalten, meetup=meetup, people=7)
    factories.signup(meetup, town_of(aalten), presence=Presence.PRESENT)

    hosting.close(meetup, by=host, at=NOW)

    assert reported() == {"Aalten": ("submitted", 7)}


def test_an_alliance_is_handed_in_once(edition: Edition, meetup: Meetup, host: User) -> None:
    towns = [factories.municipality("Schiedam"), factories.municipality("Maassluis")]
    factories.participant("Waterweg", of=edition, municipalities=towns)
    for town in towns:
        factories.signup(meetup, town, presence=Presence.PRESENT)

    hosting.close(meetup, by=host, at=NOW)

    assert reported() == {"Waterweg": ("submitted", 1)}


def test_for_whom_it_could_not_be_handed_in_is_told_and_the_others_are_in(
    edition: Edition, meetup: Meetup, host: User
) -> None:
    edition.rules.host_earns_meetup_point = False
    edition.rules.save()
    assert meetup.host is not None
    own = factories.participant(of=edition, municipalities=[meetup.host])
    aalten, elsewhere = factories.participant("Aalten", of=edition), factories.municipality("Elders")
    for town in (town_of(own), town_of(aalten), elsewhere):
        factories.signup(meetup, town, presence=Presence.PRESENT)

    refused = hosting.close(meetup, by=host, at=NOW)

    assert refused == [
        "Elders doet niet mee aan deze editie.",
        "Gouda: De gastheer krijgt in deze editie geen punt voor de eigen meetup.",
    ]
    assert reported() == {"Aalten": ("submitted", 1)}


def test_a_list_cannot_be_closed_before_the_meetup_begins(meetup: Meetup, host: User) -> None:
    with pytest.raises(ListError, match="De meetup is nog niet begonnen"):
        hosting.close(meetup, by=host, at=NOW - 2 * AN_HOUR)


# --- With the code -------------------------------------------------------------------------------


def check_in(participant: Participant, meetup: Meetup, *, people: int = 2, hours: int = 0) -> Attendance:
    town, by = participant.municipalities.first(), factories.user()
    assert town is not None
    return attendance.check_in(participant, town, meetup, people=people, by=by, at=NOW + hours * AN_HOUR)


def test_who_types_the_code_has_handed_in_and_stands_on_the_list(edition: Edition, meetup: Meetup) -> None:
    aalten = factories.participant("Aalten", of=edition)

    check_in(aalten, meetup)

    assert reported() == {"Aalten": ("submitted", 2)}
    assert seen(meetup) == {"Aalten": "present"}
    assert Signup.objects.get().checked_in_at == NOW


def test_a_second_time_changes_nothing(edition: Edition, meetup: Meetup) -> None:
    aalten = factories.participant("Aalten", of=edition)
    check_in(aalten, meetup)

    check_in(aalten, meetup, people=9, hours=1)

    assert reported() == {"Aalten": ("submitted", 2)}
    assert Signup.objects.get().checked_in_at == NOW


def test_what_was_confirmed_stays_and_what_was_rejected_is_handed_in_again(edition: Edition, meetup: Meetup) -> None:
    aalten, borne = factories.participant("Aalten", of=edition), factories.participant("Borne", of=edition)
    factories.confirmed(factories.attendance(aalten, meetup=meetup))
    refused = factories.submitted(factories.attendance(borne, meetup=meetup))
    claims.reject(refused, because="Niet gezien.", by=factories.organiser(), at=NOW)

    for participant in (aalten, borne):
        check_in(participant, meetup)

    assert reported() == {"Aalten": ("confirmed", 1), "Borne": ("submitted", 2)}
    assert seen(meetup) == {"Aalten": "present", "Borne": "present"}


def test_who_judges_reads_what_the_list_says(edition: Edition, meetup: Meetup, host: User) -> None:
    aalten, borne = factories.participant("Aalten", of=edition), factories.participant("Borne", of=edition)
    castricum = factories.participant("Castricum", of=edition)
    factories.signup(meetup, town_of(aalten), seats=2)
    factories.signup(meetup, town_of(borne), seats=1)
    check_in(aalten, meetup)
    hosting.close(meetup, by=host, at=NOW)
    told = [attendance.seen_at_the_door(factories.attendance(one, meetup=meetup)) for one in (borne, castricum)]

    assert attendance.seen_at_the_door(Attendance.objects.get(participant=aalten)) == (
        "Aalten: 2 aangemeld, aanwezig, code ingevuld op 18 maart, 12.00 uur."
    )
    assert told == ["Borne: 1 aangemeld, afwezig.", "Staat niet op de lijst van de gastheer."]
