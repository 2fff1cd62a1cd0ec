"""Editions with their rules and months, and entering all DSA municipalities."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from competition.access import AUDITOR, EDITOR, ORGANISER, REVIEWER
from competition.models import Edition, OutboxMessage, Participant, Rules
from scoring import closing, proposals
from scoring.admin.amending import AmendmentForm
from scoring.models import Act, Proposal
from tests import factories
from tests.admin_pages import address, client_in, client_of, errors_of, messages_of, text_of
from tests.factories import NOW, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def client() -> Client:
    return client_in(ORGANISER)


def sent(year: int, **fields: Any) -> dict[str, Any]:
    return {"year": year, "name": f"Editie {year}", "introduction": "", "history_note": "", **fields}


def rules_form(edition: Edition, **changed: Any) -> dict[str, Any]:
    """What the browser sends for the edition and its rules, filled in as they are."""
    rules = edition.rules
    names = [f.name for f in Rules._meta.fields if f.editable and f.name not in {"id", "edition"}]
    values = {name: getattr(rules, name) for name in names} | changed
    inline = {f"rules-0-{k}": ("on" if v is True else v) for k, v in values.items() if v not in (None, False)}
    management = {
        "rules-TOTAL_FORMS": 1,
        "rules-INITIAL_FORMS": 1,
        "rules-0-id": rules.pk,
        "rules-0-edition": edition.pk,
    }
    return {"name": edition.name, "introduction": "", "history_note": "", **rounds_form(), **management, **inline}


def rounds_form() -> dict[str, Any]:
    return {"rounds-TOTAL_FORMS": 0, "rounds-INITIAL_FORMS": 0}


# --- Creating --------------------------------------------------------------------------------------


def test_a_new_edition_gets_its_rules_and_ten_months(client: Client) -> None:
    response = client.post(address(Edition, "add"), sent(2027), follow=True)

    edition = Edition.objects.get(year=2027)
    assert response.redirect_chain == [(address(edition), 302)]
    assert messages_of(response) == ["De editie is gemaakt. Kijk nu de spelregels na."]
    assert edition.rules.meetup_points == 1
    assert [r.month for r in edition.rounds.order_by("month")] == list(range(1, 11))
    assert "U kunt de spelregels veranderen tot de editie begint, op 1 januari 2027." in text_of(response)


def test_an_edition_for_the_archive_gets_neither(client: Client) -> None:
    client.post(address(Edition, "add"), sent(2016, is_archive="on", history_note="Thema's"))

    edition = Edition.objects.get(year=2016)
    assert not Rules.objects.filter(edition=edition).exists()
    assert edition.rounds.count() == 0
    assert client.get(address(edition)).status_code == 200


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        (sent(2025), {"year": ["Dit jaar is voorbij. Kies een later jaar, of zet ‘alleen archief’ aan."]}),
        (sent(2026), {"year": ["Er bestaat al een editie met eenzelfde jaar."]}),
        (sent(2027, name=""), {"name": ["Dit veld is verplicht."]}),
    ],
)
def test_a_wrong_edition_is_refused_in_words(client: Client, fields: dict[str, Any], wrong: dict[str, Any]) -> None:
    factories.edition(2026)

    response = client.post(address(Edition, "add"), fields)

    errors = errors_of(response)
    assert list(errors) == list(wrong)
    assert Edition.objects.count() == 1


# --- The rules -------------------------------------------------------------------------------------


def test_rules_can_be_changed_before_the_start(client: Client) -> None:
    edition = factories.edition(2027)

    response = client.post(address(edition), rules_form(edition, meetup_points=2), follow=True)

    assert response.redirect_chain == [(address(Edition, "changelist"), 302)]
    assert Rules.objects.get(edition=edition).meetup_points == 2


def test_weights_that_do_not_add_up_are_refused_in_words(client: Client) -> None:
    edition = factories.edition(2027)

    response = client.post(address(edition), rules_form(edition, jury_weight=60))

    assert "De drie gewichten moeten samen 100 zijn." in text_of(response)
    assert 'value="60"' in response.content.decode()
    assert Rules.objects.get(edition=edition).jury_weight == 50


def test_rules_are_read_only_from_the_start(client: Client) -> None:
    edition = factories.edition(2026)

    page = client.get(address(edition))

    words = (
        "De spelregels staan vast sinds het begin van de editie, op 1 januari 2026. "
        "Alleen twee organisatoren samen kunnen ze nog veranderen."
    )
    assert words in text_of(page)
    assert "rules-0-meetup_points" not in page.content.decode()


@pytest.mark.parametrize("is_locked", [False, True])
def test_who_was_still_filling_in_the_rules_at_the_start_is_told(client: Client, is_locked: bool) -> None:
    edition = factories.edition(2026)
    if is_locked:
        closing.close_due(at=NOW - timedelta(days=50))

    response = client.post(address(edition), rules_form(edition, meetup_points=2, name="Nieuw"), follow=True)

    words = "De editie is begonnen: de spelregels staan vast. Uw wijziging ervan is niet bewaard."
    assert words in messages_of(response)
    assert Rules.objects.get(edition=edition).meetup_points == 1


def test_a_lock_between_looking_and_saving_is_told_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = factories.edition(2027)
    form = rules_form(edition, meetup_points=2)
    save = Rules.save

    def locked_just_before(rules: Rules, *args: Any, **kwargs: Any) -> None:
        Rules.objects.filter(pk=rules.pk).update(locked_at=NOW)
        save(rules, *args, **kwargs)

    monkeypatch.setattr(Rules, "save", locked_just_before)
    monkeypatch.setattr("scoring.admin.editions.EditionAdmin._is_locked_by_now", lambda *_: True)

    response = client.post(address(edition), form, follow=True)

    assert messages_of(response) == [
        "De editie is begonnen: de spelregels staan vast. Uw wijziging ervan is niet bewaard."
    ]
    assert Rules.objects.get(edition=edition).meetup_points == 1


def test_an_editor_changes_texts_and_no_rules() -> None:
    edition = factories.edition(2027)
    form = rules_form(edition, meetup_points=2) | {"name": "Andere naam"}

    client_in(EDITOR).post(address(edition), form)

    edition = Edition.objects.select_related("rules").get(pk=edition.pk)
    assert (edition.name, edition.rules.meetup_points) == ("Andere naam", 1)


# --- Other rules after the start, by two -----------------------------------------------------------


def amend_page(edition: Edition) -> str:
    return reverse("admin:competition_edition_amend", args=[edition.pk])


def amended(edition: Edition, **changed: Any) -> dict[str, Any]:
    """What the browser sends: the rules as they are, but for these, and the reason."""
    values = {name: getattr(edition.rules, name) for name in AmendmentForm.Meta.fields} | changed
    filled_in = {name: "on" if value is True else value for name, value in values.items()}
    return {"reason": "Dit is eerlijker"} | {
        name: value for name, value in filled_in.items() if value not in (None, False)
    }


def values_sent(page: Any) -> dict[str, Any]:
    return dict(page.context["resent"])


def test_a_change_of_the_rules_is_shown_before_it_is_proposed(client: Client) -> None:
    edition = factories.edition()
    form = amended(edition, contribution_cap=3, late_claim_days=10)

    before = client.get(amend_page(edition))
    seen = client.post(amend_page(edition), form)
    proposals_before = Proposal.objects.count()
    response = client.post(amend_page(edition), form | values_sent(seen), follow=True)

    lines = [
        "hoogste aantal aangedragen oplossingen per deelnemer: geen → 3",
        "dagen om na de maand nog te melden: 7 → 10",
    ]
    proposal = Proposal.objects.get()
    assert amend_page(edition) in client.get(address(edition)).content.decode()
    assert before.context["adminform"].form["late_claim_days"].value() == 7
    assert seen.context["listed"] == lines
    assert seen.context["adminform"].form["late_claim_days"].value() == "10"
    assert proposals_before == 0
    assert response.redirect_chain == [(address(proposal), 302)]
    assert (proposal.act, proposal.reason) == (Act.RULES, "Dit is eerlijker")
    assert proposal.summary == f"Andere spelregels: {'; '.join(lines)}"
    assert Rules.objects.get().late_claim_days == 7
    assert "Een voorstel wacht op een tweede organisator" in text_of(client.get(address(edition)))

    proposals.approve(proposal, by=factories.organiser(), at=NOW)

    assert (Rules.objects.get().late_claim_days, Rules.objects.get().contribution_cap) == (10, 3)


def test_what_was_altered_after_the_look_is_shown_again(client: Client) -> None:
    edition = factories.edition()
    seen = client.post(amend_page(edition), amended(edition, late_claim_days=10))

    response = client.post(amend_page(edition), amended(edition, late_claim_days=11) | values_sent(seen))

    assert response.context["listed"] == ["dagen om na de maand nog te melden: 7 → 11"]
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, {"": ["Er verandert niets aan de spelregels."]}),
        ({"late_claim_days": 12, "reason": " "}, {"reason": ["Geef een reden."]}),
        ({"jury_weight": 60}, {"": ["De drie gewichten moeten samen 100 zijn."]}),
        ({"late_claim_days": 99}, {"late_claim_days": ["Vul 28 of minder in."]}),
        (
            {"contribution_cap": "1_0"},
            {"contribution_cap": ["Vul een heel getal in, met alleen cijfers. Bijvoorbeeld 3."]},
        ),
    ],
)
def test_wrong_rules_are_not_proposed(client: Client, changed: dict[str, Any], wrong: dict[str, Any]) -> None:
    edition = factories.edition()

    response = client.post(amend_page(edition), amended(edition) | changed)

    assert errors_of(response) == wrong
    assert Proposal.objects.count() == 0


def test_the_same_rules_are_not_proposed_twice(client: Client) -> None:
    edition = factories.edition()
    form = amended(edition, late_claim_days=10)
    form |= values_sent(client.post(amend_page(edition), form))
    client.post(amend_page(edition), form)

    response = client.post(amend_page(edition), form)

    assert errors_of(response) == {"": ["Dit voorstel ligt er al. Een ander moet het goedkeuren."]}
    assert Proposal.objects.count() == 1


def test_before_the_start_rules_are_simply_changed(client: Client) -> None:
    edition = factories.edition(2027)

    response = client.get(amend_page(edition), follow=True)

    assert response.redirect_chain == [(address(edition), 302)]
    assert amend_page(edition) not in response.content.decode()
    assert messages_of(response) == ["De editie is nog niet begonnen: u kunt de spelregels gewoon veranderen."]


@pytest.mark.parametrize("group", [REVIEWER, EDITOR, AUDITOR])
def test_other_rules_are_for_organisers(group: str) -> None:
    edition, client = factories.edition(), client_in(group)
    form = amended(edition, late_claim_days=10)

    statuses = [client.get(amend_page(edition)).status_code, client.post(amend_page(edition), form).status_code]

    assert statuses == [403, 403]
    assert amend_page(edition) not in client.get(address(edition)).content.decode()
    assert Proposal.objects.count() == 0


# --- Closing October, by two -----------------------------------------------------------------------

NOVEMBER = datetime(2026, 11, 20, 11, tzinfo=UTC)


def october_page(edition: Edition) -> str:
    return reverse("admin:competition_edition_october", args=[edition.pk])


@pytest.fixture
def in_november() -> Iterator[None]:
    with time_machine.travel(NOVEMBER, tick=False):
        yield


@pytest.mark.usefixtures("in_november")
def test_october_is_proposed_to_be_closed_when_nothing_waits() -> None:
    edition = factories.edition()
    factories.entry(factories.participant("Zwolle", of=edition))
    closing.close_due(at=NOVEMBER)
    client = client_in(ORGANISER)

    page = client.get(october_page(edition))
    response = client.post(october_page(edition), {"reason": "Alles is beoordeeld"}, follow=True)

    proposal = Proposal.objects.get()
    assert "Alles is beoordeeld en de termijnen zijn voorbij" in text_of(page)
    assert page.context["effects"] == [
        "De stand van oktober 2026 staat vast, voor alle deelnemers: 1.",
        "Naar de finale gaan: Zwolle (1).",
        "Er is geen lot verzegeld. Na de afsluiting kan dat niet meer.",
        "De contactpersonen krijgen het controlepunt per mail.",
    ]
    assert october_page(edition) in client.get(address(edition)).content.decode()
    assert response.redirect_chain == [(address(proposal), 302)]
    assert (proposal.act, proposal.reason) == (Act.CLOSING, "Alles is beoordeeld")
    assert "Hier ligt een voorstel over" in text_of(client.get(october_page(edition)))
    assert 'value="Stel voor"' not in client.get(october_page(edition)).content.decode()


@pytest.mark.usefixtures("in_november")
def test_the_page_of_october_lists_every_claim_that_waits(django_assert_num_queries: Any) -> None:
    edition = factories.edition()
    client = client_in(ORGANISER)
    zwolle = factories.participant("Zwolle", of=edition)
    second = submitted(factories.adoption(zwolle), at=NOW + timedelta(days=2))
    first = submitted(factories.attendance(factories.participant("Ede", of=edition)), at=NOW)
    third = submitted(factories.contribution(zwolle), at=NOW + timedelta(days=3))
    closing.close_due(at=NOVEMBER)
    client.get(october_page(edition))

    with django_assert_num_queries(QUERIES_OF_OCTOBER):
        page = client.get(october_page(edition))
    response = client.post(october_page(edition), {"reason": "Toch maar"})
    submitted(factories.attendance(zwolle), at=NOW)
    submitted(factories.attendance(factories.participant(of=edition)), at=NOW)

    assert page.context["pending"] == [(claim, address(claim)) for claim in (first, second, third)]
    shown = text_of(page)
    assert "Er wachten nog meldingen op een besluit: 3." in shown
    assert f"Ede {first.describe()} 18 maart 2026" in shown
    assert 'value="Stel voor"' not in page.content.decode()
    assert (response.status_code, Proposal.objects.count()) == (200, 0)
    with django_assert_num_queries(QUERIES_OF_OCTOBER):
        assert len(client.get(october_page(edition)).context["pending"]) == 5


QUERIES_OF_OCTOBER = 18


def test_october_is_not_closed_before_its_time(client: Client) -> None:
    edition = factories.edition()

    page = client.get(october_page(edition))
    response = client.post(october_page(edition), {"reason": "Nu al"})

    assert "De termijn voor meldingen en bezwaar loopt nog. Afsluiten kan vanaf 14 november 2026." in text_of(page)
    assert october_page(edition) + '">Sluit oktober af' not in client.get(address(edition)).content.decode()
    assert (response.status_code, Proposal.objects.count()) == (200, 0)


@pytest.mark.usefixtures("in_november")
def test_october_is_closed_once() -> None:
    edition = factories.edition()
    closing.close_due(at=NOVEMBER)
    factories.close_october(edition, at=NOVEMBER)

    page = client_in(ORGANISER).get(october_page(edition))

    assert "De laatste maand is al afgesloten." in text_of(page)
    assert 'value="Stel voor"' not in page.content.decode()


@pytest.mark.usefixtures("in_november")
@pytest.mark.parametrize("group", [REVIEWER, EDITOR, AUDITOR])
def test_others_see_how_october_stands_and_cannot_propose(group: str) -> None:
    edition = factories.edition()
    submitted(factories.attendance(factories.participant("Ede", of=edition)))
    closing.close_due(at=NOVEMBER)
    client = client_in(group)

    page = client.get(october_page(edition))
    response = client.post(october_page(edition), {"reason": "Klaar"})

    assert "Ede" in text_of(page)
    assert 'value="Stel voor"' not in page.content.decode()
    assert (response.status_code, Proposal.objects.count()) == (403, 0)


# --- The months ------------------------------------------------------------------------------------


def test_the_months_show_where_they_stand_and_what_waits(client: Client) -> None:
    edition = factories.edition(2026)
    participant = factories.participant(of=edition)
    submitted(factories.attendance(participant))
    submitted(factories.adoption(participant))
    closing.close(edition.rounds.get(month=1), at=NOW)

    page = client.get(address(edition))
    rows = [form.original for form in page.context["inline_admin_formsets"][1]]

    assert [(r.month, r.pending_attendance, r.pending_adoption) for r in rows[:4]] == [
        (1, 0, 0),
        (2, 0, 0),
        (3, 1, 1),
        (4, 1, 1),
    ]
    assert [closing.count_pending(r) for r in rows] == [
        r.pending_attendance + r.pending_adoption + r.pending_contribution for r in rows
    ]
    shown = text_of(page)
    assert "januari afgesloten gesloten op 18 maart 2026" in shown
    assert "1 aanwezigheid" in shown
    link = f"/beheer/meetups/attendance/?stand=submitted&amp;participant__edition__id__exact={edition.pk}"
    assert f"{link}&amp;counts_on__lt=2026-04-01" in page.content.decode()


def test_the_link_to_what_waits_leads_to_it(client: Client) -> None:
    edition = factories.edition(2026)
    claim = submitted(factories.attendance(factories.participant(of=edition)))
    link = f"/beheer/meetups/attendance/?stand=submitted&participant__edition__id__exact={edition.pk}&counts_on__lt="

    in_march = client.get(f"{link}2026-04-01").context["cl"].result_list
    in_february = client.get(f"{link}2026-03-01").context["cl"].result_list

    assert (list(in_march), list(in_february)) == ([claim], [])


@pytest.mark.parametrize("at", [datetime(2026, 3, 31, 21, 59, tzinfo=UTC), datetime(2026, 3, 31, 22, 0, tzinfo=UTC)])
def test_months_count_in_the_time_of_amsterdam(client: Client, at: datetime) -> None:
    edition = factories.edition(2026)
    participant = factories.participant(of=edition)
    submitted(factories.contribution(participant), at=at)

    rows = [form.original for form in client.get(address(edition)).context["inline_admin_formsets"][1]]

    assert [r.pending_contribution for r in rows] == [closing.count_pending(r) for r in rows]


# --- Entering all DSA municipalities ---------------------------------------------------------------


def dsa_page(edition: Edition) -> str:
    return reverse("admin:competition_edition_dsa", args=[edition.pk])


def test_all_dsa_municipalities_are_entered_after_a_confirmation(client: Client) -> None:
    edition = factories.edition(2026)
    for name in ("Zwolle", "Gouda"):
        factories.dsa_membership(factories.municipality(name))
    factories.municipality("Geen lid")

    asked = text_of(client.get(dsa_page(edition)))
    before = Participant.objects.count()
    response = client.post(dsa_page(edition), follow=True)

    assert "Deze 2 gemeenten" in asked
    assert "Gouda Zwolle" in asked
    assert "Geen lid" not in asked
    assert before == 0
    assert messages_of(response) == ["2 gemeenten zijn ingeschreven."]
    assert [p.name for p in Participant.objects.by_name()] == ["Gouda", "Zwolle"]
    assert OutboxMessage.objects.filter(arguments={"edition_id": edition.pk}).count() == 1
    assert LogEntry.objects.filter(change_message="Ingeschreven: Gouda, Zwolle.").count() == 1
    assert LogEntry.objects.filter(change_message="Ingeschreven als lid van de DSA.").count() == 2


def test_entering_them_again_enters_nobody(client: Client) -> None:
    edition = factories.edition(2026)
    factories.dsa_membership(factories.municipality("Zwolle"))
    client.post(dsa_page(edition))

    asked = client.get(dsa_page(edition))
    response = client.post(dsa_page(edition), follow=True)

    assert "Alle gemeenten van de Digitale Steden Agenda doen al mee aan Editie 2026." in text_of(asked)
    assert messages_of(response)[-1] == "0 gemeenten zijn ingeschreven."
    assert Participant.objects.count() == 1


@pytest.mark.parametrize("group", [REVIEWER, EDITOR, AUDITOR])
def test_entering_is_for_organisers(group: str) -> None:
    edition = factories.edition(2026)
    factories.dsa_membership(factories.municipality("Zwolle"))
    client = client_in(group)

    statuses = [client.get(dsa_page(edition)).status_code, client.post(dsa_page(edition)).status_code]

    assert statuses == [403, 403]
    assert dsa_page(edition) not in client.get(address(edition)).content.decode()
    assert Participant.objects.count() == 0


def test_an_edition_with_participants_is_not_deleted(client: Client) -> None:
    edition = factories.edition(2026)
    factories.participant("Zwolle", of=edition)

    asked = client.post(address(edition, "delete"), {"post": "yes"})

    assert "Zwolle" in text_of(asked)
    assert Edition.objects.filter(pk=edition.pk).exists()


def test_the_list_asks_as_many_queries_for_one_edition_as_for_three(django_assert_num_queries: Any) -> None:
    client, where = client_of(factories.organiser()), address(Edition, "changelist")
    factories.edition(2026)
    client.get(where)
    with django_assert_num_queries(6):
        client.get(where)
    factories.edition(2027)
    factories.participant(of=factories.edition(2028))

    with django_assert_num_queries(6):
        response = client.get(where)

    assert [edition.year for edition in response.context["cl"].result_list] == [2028, 2027, 2026]
