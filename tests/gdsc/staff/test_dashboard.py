"""The way to the own municipality, and its dashboard."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from competition.models import Edition, Membership, Participant, User
from gdsc.staff.overview import Overview
from scoring import claims, standings
from solutions.models import Stage
from tests import factories
from tests.factories import NOW
from tests.gdsc.staff.pages import without_token, words_of
from tests.reading import main_of

pytestmark = pytest.mark.django_db

PAGE = "/mijn/zwolle/"


def overview(staff: Client) -> Overview:
    shown: Overview = staff.get(PAGE).context["overview"]
    return shown


def also_works_for(person: User, participant: Participant) -> None:
    municipality = participant.municipalities.get()
    Membership.objects.create(user=person, municipality=municipality, starts_on=date(2026, 1, 1))


# --- The way to it -------------------------------------------------------------------------------


def test_who_works_for_one_municipality_goes_straight_to_it(staff: Client) -> None:
    assert staff.get("/mijn/", follow=True).redirect_chain == [(PAGE, 302)]


def test_who_works_for_several_chooses(staff: Client, person: User, edition: Edition) -> None:
    also_works_for(person, factories.participant("'s-Hertogenbosch", of=edition))

    answer = staff.get("/mijn/")

    assert "Voor welke gemeente werkt u nu?" in words_of(answer)
    assert [str(each) for each in answer.context["municipalities"]] == ["'s-Hertogenbosch", "Zwolle"]
    assert 'href="/mijn/zwolle/"' in answer.content.decode()


def test_two_periods_at_one_municipality_are_no_choice(staff: Client, person: User, zwolle: Participant) -> None:
    Membership.objects.filter(user=person).update(ends_on=date(2026, 4, 1))
    also_works_for(person, zwolle)

    assert staff.get("/mijn/", follow=True).redirect_chain == [(PAGE, 302)]


def test_who_works_for_none_reads_what_to_do(client: Client) -> None:
    client.force_login(factories.user())

    answer = client.get("/mijn/")

    assert "Uw account hoort nog bij geen gemeente Vraag de organisatie" in words_of(answer)
    assert reverse("admin:index") not in answer.content.decode()


def test_an_organiser_of_no_municipality_is_shown_the_way_to_the_admin(client: Client) -> None:
    client.force_login(factories.organiser())

    answer = client.get("/mijn/")

    assert "U werkt niet voor een gemeente" in words_of(answer)
    assert f'href="{reverse("admin:index")}"' in answer.content.decode()


def test_the_dashboard_leads_to_the_other_municipalities_of_the_person(
    staff: Client, person: User, edition: Edition
) -> None:
    assert "Uw gemeenten" not in staff.get(PAGE).content.decode()

    also_works_for(person, factories.participant("Almere", of=edition))

    assert '<a href="/mijn/almere/">Almere</a>' in staff.get(PAGE).content.decode()


# --- What can still be earned, and what is asked ---------------------------------------------------


def chances_of(client: Client) -> list[tuple[int, str]]:
    return [(one.points, one.note) for one in client.get(PAGE).context["overview"].chances]


def test_what_can_still_be_earned_is_counted_by_the_rules_of_the_edition(client: Client) -> None:
    edition = factories.edition(
        rules={"meetup_points": 2, "adoption_points": 3, "contribution_points": 4, "contribution_cap": 2}
    )
    zwolle = factories.participant("Zwolle", of=edition)
    own = zwolle.municipalities.get()
    client.force_login(factories.staff_of(own))
    for days in (-2, 3, 40, 70):
        factories.meetup(of=edition, starts_at=NOW + timedelta(days=days))
    factories.meetup(of=edition, starts_at=NOW + timedelta(days=5), is_cancelled=True)
    factories.meetup(of=edition, starts_at=NOW.replace(month=12))
    for month in (2, 3):
        factories.solution(of=edition, month=month)
    factories.solution(of=edition, month=4, giver=own)
    factories.submitted(factories.contribution(zwolle))

    assert chances_of(client) == [
        (8, "nu te melden: 2, nog deze maand: 2, later: 4"),
        (6, "waarvan 3 met die van deze maand"),
        (4, "nog 1 oplossing"),
    ]


def test_before_the_year_all_that_it_will_bring_is_promised(
    staff: Client, edition: Edition, zwolle: Participant, time: time_machine.Traveller
) -> None:
    factories.meetup(of=edition, starts_at=datetime(2026, 1, 20, 12, tzinfo=UTC))
    for month in (1, 2):
        factories.solution(of=edition, month=month)
    factories.solution(of=edition, month=4, giver=zwolle.municipalities.get())
    time.move_to(datetime(2025, 12, 20, 12, tzinfo=UTC))
    Membership.objects.update(starts_on=date(2025, 12, 1))

    assert chances_of(staff) == [(1, "later: 1"), (2, ""), (1, "elke keer weer, zo vaak u wilt")]
    assert overview(staff).solutions == []


def test_a_host_that_earns_nothing_by_its_own_meetup_is_promised_nothing(client: Client) -> None:
    edition = factories.edition(rules={"host_earns_meetup_point": False})
    zwolle = factories.participant("Zwolle", of=edition)
    client.force_login(factories.staff_of(zwolle.municipalities.get()))
    factories.meetup(of=edition, starts_at=NOW + timedelta(days=3), host=zwolle.municipalities.get())

    assert chances_of(client) == [(1, "elke keer weer, zo vaak u wilt")]


def test_after_the_year_nothing_is_promised(staff: Client, edition: Edition, time: time_machine.Traveller) -> None:
    factories.solution(of=edition, month=3)
    for number in range(6):
        factories.participant(f"Plaats {number}", of=edition)
    assert "Gelijk met plaats zes" in words_of(staff.get(PAGE))
    time.move_to(datetime(2026, 12, 1, 12, tzinfo=UTC))

    page = words_of(staff.get(PAGE))

    assert "Wat kunt u nog verdienen?" not in page
    assert "plaats zes" not in page


def test_what_is_asked_stands_above_all_the_most_urgent_first(
    staff: Client, edition: Edition, zwolle: Participant
) -> None:
    own = zwolle.municipalities.get()
    ahead = factories.meetup(of=edition, title="Straks", starts_at=NOW + timedelta(days=3))
    factories.signup(ahead, own, offered=1, offered_until=NOW + timedelta(days=1), offer_number=1)
    factories.remark(factories.contribution(zwolle, title="Vondst"))
    factories.meetup(of=edition, title="Toen", host=own)
    solution = factories.solution(of=edition, month=2, giver=own)
    factories.submitted(factories.adoption(factories.participant("Breda", of=edition), solution=solution))

    page = main_of(staff.get(PAGE))

    assert page.texts(".utrecht-alert__title") == [
        "Let op: Er is plaats voor u: Straks",
        "Let op: Vraag over uw oplossing ‘Vondst’",
        "Informatie: De lijst is nog open: Toen",
        "Informatie: 1 deelnemer meldt een oplossing van u over te nemen",
    ]
    assert page.words.index("Dit vraagt uw antwoord") < page.words.index("plaats op de ranglijst")


def test_a_question_that_was_answered_is_asked_no_more(staff: Client, zwolle: Participant) -> None:
    asked = factories.contribution(zwolle)
    factories.remark(asked)
    factories.remark(asked, is_from_organisers=False)

    assert "Vraag over uw oplossing" not in words_of(staff.get(PAGE))


# --- Where it stands -----------------------------------------------------------------------------


def test_place_and_points_are_those_of_the_standing(staff: Client, edition: Edition, zwolle: Participant) -> None:
    factories.entry(factories.participant("Almere", of=edition), counts_on=date(2026, 3, 1))
    factories.confirmed(factories.attendance(zwolle))
    factories.confirmed(factories.contribution(zwolle))
    standings.rebuild(edition, at=NOW)

    page = words_of(staff.get(PAGE))

    assert "1 plaats op de ranglijst van 2 deelnemers" in page
    assert "2 punten meetups 1, overgenomen 0, aangedragen 1" in page


def test_a_shared_place_is_said_to_be_shared(staff: Client, edition: Edition) -> None:
    factories.participant("Almere", of=edition)

    assert "1 plaats op de ranglijst gedeeld met 1 andere deelnemer" in words_of(staff.get(PAGE))


def test_who_takes_part_out_of_competition_has_no_place(staff: Client, zwolle: Participant) -> None:
    zwolle.is_out_of_competition = True
    zwolle.save()

    assert "– plaats op de ranglijst buiten mededinging" in words_of(staff.get(PAGE))


def test_colleagues_of_an_alliance_see_the_same_claims(client: Client, edition: Edition) -> None:
    schiedam, maassluis = factories.municipality("Schiedam"), factories.municipality("Maassluis")
    alliance = factories.participant("Waterweg", of=edition, municipalities=[schiedam, maassluis])
    factories.submitted(factories.contribution(alliance, title="Brug open"))
    client.force_login(factories.staff_of(maassluis))

    page = words_of(client.get("/mijn/maassluis/"))

    assert "U doet samen mee als Waterweg." in page
    assert "Brug open" in page


def test_a_municipality_that_does_not_take_part_reads_why(client: Client, edition: Edition) -> None:
    client.force_login(factories.staff_of(factories.municipality("Urk")))

    page = words_of(client.get("/mijn/urk/"))

    assert "Urk doet in 2026 niet mee" in page
    assert "Vraag de organisatie om een wildcard." in page


def test_without_an_edition_the_page_says_so(client: Client) -> None:
    client.force_login(factories.staff_of(factories.municipality("Urk")))

    assert "Er is nog geen editie" in words_of(client.get("/mijn/urk/"))


# --- What has been reported ----------------------------------------------------------------------


def test_all_claims_stand_there_the_latest_change_first(staff: Client, edition: Edition, zwolle: Participant) -> None:
    organiser = factories.organiser()
    factories.contribution(zwolle, title="Concept", created_at=NOW - timedelta(days=1))
    factories.submitted(factories.contribution(zwolle, title="Ingediend"), at=NOW - timedelta(days=2))
    factories.confirmed(factories.contribution(zwolle, title="Bevestigd"), at=NOW - timedelta(days=5))
    rejected = factories.submitted(factories.contribution(zwolle, title="Afgewezen"), at=NOW - timedelta(days=6))
    claims.reject(rejected, because="Te kort.", by=organiser, at=NOW - timedelta(days=3))
    reversed_ = factories.confirmed(factories.contribution(zwolle, title="Terug"), at=NOW - timedelta(days=7))
    claims.take_back(reversed_, because="Niet van u.", by=organiser, at=NOW - timedelta(days=4))
    factories.contribution(factories.participant("Almere", of=edition), title="Van Almere")

    rows = [(one.title, one.claim.state) for one in overview(staff).reported]

    assert rows == [
        ("Concept", "draft"),
        ("Ingediend", "submitted"),
        ("Afgewezen", "rejected"),
        ("Terug", "reversed"),
        ("Bevestigd", "confirmed"),
    ]


def test_the_reasons_of_the_organisers_can_be_read(staff: Client, zwolle: Participant) -> None:
    organiser = factories.organiser(name="Bea Baas")
    claims.reject(factories.submitted(factories.contribution(zwolle)), because="Te kort.", by=organiser, at=NOW)
    claims.take_back(factories.confirmed(factories.attendance(zwolle)), because="Niet er.", by=organiser, at=NOW)

    answer = staff.get(PAGE)

    assert "Te kort. Pas de melding aan en dien haar opnieuw in" in words_of(answer)
    assert "Teruggenomen Niet er." in words_of(answer)
    assert "Bea Baas" not in answer.content.decode()


def test_markup_in_a_title_or_a_reason_is_shown_as_text(staff: Client, zwolle: Participant) -> None:
    claim = factories.submitted(factories.contribution(zwolle, title="<b>Idee</b>"))
    claims.reject(claim, because="<i>Te kort</i>", by=factories.organiser(), at=NOW)

    page = staff.get(PAGE).content.decode()

    assert "Afgewezen: &lt;b&gt;Idee&lt;/b&gt;" in page
    assert "&lt;i&gt;Te kort&lt;/i&gt;" in page
    assert "<b>Idee" not in page
    assert "<i>Te kort" not in page


def test_nothing_reported_yet_is_said_in_words(staff: Client) -> None:
    assert "U heeft nog niets gemeld" in words_of(staff.get(PAGE))


def test_what_waits_and_for_whom_is_counted(staff: Client, zwolle: Participant) -> None:
    factories.contribution(zwolle)
    factories.submitted(factories.contribution(zwolle))
    rejected = factories.submitted(factories.contribution(zwolle))
    claims.reject(rejected, because="Te kort.", by=factories.organiser(), at=NOW)

    page = words_of(staff.get(PAGE))

    assert "1 melding bij de organisatie 2 meldingen wachten op u" in page


# --- What can still be done ----------------------------------------------------------------------


def test_meetups_that_have_begun_can_be_reported_until_their_term_ends(staff: Client, edition: Edition) -> None:
    moments = {
        "januari": datetime(2026, 1, 12, 12, tzinfo=UTC),
        "februari": datetime(2026, 2, 12, 12, tzinfo=UTC),
        "maart": datetime(2026, 3, 2, 12, tzinfo=UTC),
        "zojuist": NOW,
        "straks": NOW + timedelta(minutes=1),
    }
    for title, moment in moments.items():
        factories.meetup(of=edition, title=title, starts_at=moment)

    shown = [(one.meetup.title, one.until, one.badge_kind) for one in overview(staff).meetups]

    assert shown == [("maart", date(2026, 4, 7), "neutral"), ("zojuist", date(2026, 4, 7), "neutral")]


def test_the_last_week_of_the_term_stands_out(staff: Client, edition: Edition, time: time_machine.Traveller) -> None:
    factories.meetup(of=edition)
    time.move_to(datetime(2026, 3, 31, 12, tzinfo=UTC))

    assert [one.badge_kind for one in overview(staff).meetups] == ["warning"]


def test_what_has_been_reported_is_not_asked_again(staff: Client, edition: Edition, zwolle: Participant) -> None:
    drafted, withdrawn, pending, confirmed, rejected = (
        factories.attendance(zwolle, meetup=factories.meetup(of=edition, title=title))
        for title in ("concept", "ingetrokken", "ingediend", "bevestigd", "afgewezen")
    )
    person, organiser = factories.user(), factories.organiser()
    for claim in (withdrawn, pending, confirmed, rejected):
        factories.submitted(claim)
    claims.withdraw(withdrawn, by=person, at=NOW)
    claims.confirm(confirmed, by=organiser, at=NOW)
    claims.reject(rejected, because="Niet er.", by=organiser, at=NOW)

    shown = overview(staff)

    assert [one.meetup.title for one in shown.meetups] == ["concept", "ingetrokken"]
    assert [one.title for one in shown.to_answer] == ["afgewezen"]
    assert [one.title for one in shown.unfinished] == [str(drafted.meetup)]


def test_the_own_meetup_is_left_out_where_the_host_gets_no_point(
    staff: Client, edition: Edition, zwolle: Participant
) -> None:
    factories.meetup(of=edition, host=zwolle.municipalities.get(), title="Thuis")
    factories.meetup(of=edition, title="Uit")
    before = [one.meetup.title for one in overview(staff).meetups]

    edition.rules.host_earns_meetup_point = False
    edition.rules.save()

    assert before == ["Thuis", "Uit"]
    assert [one.meetup.title for one in overview(staff).meetups] == ["Uit"]


def test_solutions_that_are_not_adopted_yet_stand_there_the_central_one_first(
    staff: Client, edition: Edition, zwolle: Participant
) -> None:
    for month, title in enumerate(["Een", "Twee", "Drie", "Vier"], 1):
        factories.solution(of=edition, month=month, title=title)
    one, two, _three, four = edition.solutions.in_order()
    factories.confirmed(factories.adoption(zwolle, solution=one))
    factories.adoption(zwolle, solution=two, stage=Stage.DECISION)
    four.giver = zwolle.municipalities.get()
    four.save()

    shown = overview(staff)

    assert [(each.solution.title, each.stage) for each in shown.solutions] == [("Drie", ""), ("Twee", "besluit")]
    assert str(shown.central_solution) == "Drie"


def test_drafts_of_contributions_wait_to_be_finished(staff: Client, zwolle: Participant) -> None:
    claim = factories.contribution(zwolle, title="Idee")

    answer = staff.get(PAGE)

    assert "Maak uw concept af: Idee" in words_of(answer)
    assert f'href="/mijn/zwolle/goed-opgelost/{claim.pk}/"' in answer.content.decode()


def test_contributing_is_left_out_where_the_cap_is_reached(
    staff: Client, edition: Edition, zwolle: Participant
) -> None:
    before = words_of(staff.get(PAGE))
    edition.rules.contribution_cap = 1
    edition.rules.save()
    factories.submitted(factories.contribution(zwolle))

    assert "Draag een oplossing aan" in before
    assert "Draag een oplossing aan" not in words_of(staff.get(PAGE))


def test_the_next_meetup_is_the_one_that_has_not_ended(staff: Client, edition: Edition) -> None:
    factories.meetup(of=edition, title="Geweest")
    factories.meetup(of=edition, title="Straks", starts_at=NOW + timedelta(days=20))
    factories.meetup(of=edition, title="Later", starts_at=NOW + timedelta(days=50))

    assert str(overview(staff).next_meetup) == "Straks"


# --- The time of the year ------------------------------------------------------------------------


def test_before_the_year_begins_the_page_says_so_and_asks_nothing(
    staff: Client, person: User, edition: Edition, time: time_machine.Traveller
) -> None:
    Membership.objects.filter(user=person).update(starts_on=date(2025, 1, 1))
    factories.solution(of=edition)
    time.move_to(datetime(2025, 12, 31, 22, 59, tzinfo=UTC))

    page = words_of(staff.get(PAGE))

    assert "De competitie begint op 1 januari 2026. Vanaf die dag kunt u punten verdienen." in page
    assert "Wat kunt u nu doen?" not in page


def test_in_the_first_days_of_november_october_can_still_be_reported(
    staff: Client, edition: Edition, time: time_machine.Traveller
) -> None:
    factories.meetup(of=edition, title="September", starts_at=datetime(2026, 9, 30, 12, tzinfo=UTC))
    factories.meetup(of=edition, title="Oktober", starts_at=datetime(2026, 10, 1, 12, tzinfo=UTC))
    factories.solution(of=edition)
    time.move_to(datetime(2026, 10, 31, 23, 0, tzinfo=UTC))

    answer = staff.get(PAGE)
    shown = answer.context["overview"]

    assert (
        "Na 31 oktober 2026 verdient u geen nieuwe punten. Wat in oktober gebeurde, meldt u nog tot en met "
        "7 november 2026."
    ) in words_of(answer)
    assert [one.meetup.title for one in shown.meetups] == ["Oktober"]
    assert len(shown.solutions) == 1
    assert "Draag een eigen oplossing aan" not in words_of(answer)


def test_after_that_the_page_says_that_it_is_over_and_asks_nothing(
    staff: Client, edition: Edition, zwolle: Participant, time: time_machine.Traveller
) -> None:
    factories.meetup(of=edition, title="Oktober", starts_at=datetime(2026, 10, 1, 12, tzinfo=UTC))
    factories.solution(of=edition)
    factories.contribution(zwolle, title="Idee")
    rejected = factories.submitted(factories.contribution(zwolle, title="Te laat"))
    claims.reject(rejected, because="Te kort.", by=factories.organiser(), at=NOW)
    time.move_to(datetime(2026, 11, 7, 23, 0, tzinfo=UTC))

    page = words_of(staff.get(PAGE))

    assert "Na 31 oktober 2026 verdient niemand nog punten. De stand van die dag bepaalt wie finalist is." in page
    assert "Wat kunt u nu doen?" not in page
    assert "Dit vraagt uw antwoord" not in page
    assert "0 meldingen wachten op u" in page
    assert "Te laat Aangedragen oplossing Afgewezen Te kort." in page


# --- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_citys_dashboard_is_what_does_not_exist(stranger: Client, zwolle: Participant, method: str) -> None:
    theirs = getattr(stranger, method)(PAGE)
    nowhere = getattr(stranger, method)("/mijn/nergens/")

    assert theirs.status_code == nowhere.status_code == 404
    assert without_token(theirs) == without_token(nowhere)


def test_an_organiser_sees_no_municipalitys_dashboard(client: Client, zwolle: Participant) -> None:
    client.force_login(factories.organiser())

    assert client.get(PAGE).status_code == 404


def test_whoever_leaves_the_municipality_is_refused_at_the_next_request(staff: Client, person: User) -> None:
    assert staff.get(PAGE).status_code == 200

    Membership.objects.filter(user=person).update(ends_on=date(2026, 3, 18))

    assert staff.get(PAGE).status_code == 404


@pytest.mark.parametrize("path", ["/mijn/", PAGE])
@pytest.mark.parametrize("method", ["get", "post"])
def test_anonymous_visitors_are_sent_to_log_in(client: Client, path: str, method: str) -> None:
    answer = getattr(client, method)(path)

    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next={path}")


# --- Queries -------------------------------------------------------------------------------------


def fill(edition: Edition, zwolle: Participant, *, times: int) -> None:
    """Something of each kind that the dashboard lists."""
    for month in range(1, times + 1):
        host = factories.municipality()
        factories.participant(of=edition)
        factories.meetup(of=edition, host=host)
        factories.solution(of=edition, month=month, giver=host)
        factories.confirmed(factories.attendance(zwolle, meetup=factories.meetup(of=edition)))
        factories.submitted(factories.adoption(zwolle, solution=factories.solution(of=edition, month=month + 5)))
        factories.contribution(zwolle)
    standings.rebuild(edition, at=NOW)


@pytest.mark.parametrize("times", [1, 3])
def test_the_dashboard_asks_the_database_a_fixed_number_of_times(
    staff: Client, edition: Edition, zwolle: Participant, django_assert_num_queries: DjangoAssertNumQueries, times: int
) -> None:
    fill(edition, zwolle, times=times)

    with django_assert_num_queries(22):
        staff.get(PAGE)


@pytest.mark.parametrize("times", [2, 3])
def test_the_choice_asks_the_database_a_fixed_number_of_times(
    staff: Client, person: User, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, times: int
) -> None:
    for _ in range(times):
        also_works_for(person, factories.participant(of=edition))

    with django_assert_num_queries(4):
        staff.get("/mijn/")
