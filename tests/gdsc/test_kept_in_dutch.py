"""Words that are kept or mailed are Dutch, also when somebody acts on an English page."""

import json
from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from competition import accounts
from competition.languages import address_in
from competition.models import AwardMoment
from scoring import checkpoints, claims, closing, verification
from scoring.final import lots
from scoring.models import Act, ClaimState, LedgerEntry, ResultVersion
from solutions.models import Adoption
from tests import factories
from tests.admin_pages import client_of, decide, text_of
from tests.factories import NOW
from tests.proposing import NOVEMBER, proposed

pytestmark = pytest.mark.django_db


@pytest.mark.time_machine(NOW, tick=False)
def test_a_claim_that_is_confirmed_in_english_has_its_dutch_description_in_the_ledger() -> None:
    edition = factories.edition()
    meetup = factories.meetup(of=edition, title="Data in de stad", starts_at=datetime(2026, 3, 11, 18, tzinfo=UTC))
    claim = factories.submitted(factories.attendance(factories.participant(of=edition), meetup=meetup))
    address = address_in("en", decide(claim, "bevestig"))

    response = client_of(factories.organiser()).post(address, {"seen_version": claim.version}, follow=True)

    assert "The report of" in text_of(response)
    assert LedgerEntry.objects.get().description == "Meetup bijgewoond: Data in de stad, 11 maart 2026"
    assert LogEntry.objects.get().change_message == "Bevestigd: het punt is geboekt."


@pytest.mark.time_machine(NOW, tick=False)
def test_claims_that_are_confirmed_together_in_english_have_dutch_words_too() -> None:
    edition = factories.edition()
    adoption = factories.adoption(factories.participant(of=edition), solution=factories.solution(of=edition, title="X"))
    claim = factories.submitted(adoption)
    chosen = {"action": "confirm_selected", "_selected_action": str(claim.pk)}

    client_of(factories.organiser()).post("/en/beheer/solutions/adoption/", chosen)

    assert LedgerEntry.objects.get().description == "Oplossing overgenomen: X"
    assert LogEntry.objects.get().change_message == "Bevestigd: het punt is geboekt."


def test_reversals_for_a_claim_that_is_withdrawn_and_submitted_again_have_dutch_reasons() -> None:
    edition = factories.edition(rules={"award_moment": AwardMoment.SUBMISSION})
    claim = factories.submitted(factories.contribution(factories.participant(of=edition), title="Loket"))
    person = factories.user()

    with translation.override("en"):
        claims.withdraw(claim, by=person, at=NOW)
        claims.submit(claim, by=person, at=NOW)

    entries = LedgerEntry.objects.order_by("number")
    assert list(entries.values_list("description", "reason")) == [
        ("Oplossing aangedragen: Loket", ""),
        ("Oplossing aangedragen: Loket", "De melding is ingetrokken."),
        ("Oplossing aangedragen: Loket", "De melding is opnieuw ingediend."),
    ]


@pytest.mark.parametrize(
    ("act", "summary"),
    [
        (Act.WILDCARD, "Een wildcard voor Urk"),
        (
            Act.RULES,
            (
                "Andere spelregels: dagen om na de maand nog te melden: 7 → 10; "
                "hoogste aantal aangedragen oplossingen per deelnemer: geen → 3"
            ),
        ),
        (Act.REVERSAL, "Boeking 1 terugboeken: +1 voor Urk, Meetup bijgewoond"),
        (Act.CLOSING, "Oktober 2026 afsluiten: die stand bepaalt de finalisten"),
        (Act.DRAW, "Geloot in het openbaar: Urk, A, B, C, D"),
        (Act.ACCEPTANCE, "Aanvaard dat 1 gepubliceerd controlepunt niet meer in het puntenboek staat, na boeking 3"),
    ],
)
def test_what_is_proposed_in_english_is_summed_up_in_dutch(act: Act, summary: str) -> None:
    with translation.override("en"):
        assert proposed(act).summary == summary


@pytest.mark.time_machine(NOVEMBER, tick=False)
def test_the_history_of_what_two_decide_in_english_is_dutch() -> None:
    proposal = proposed(Act.CLOSING)
    address = reverse("admin:scoring_proposal_approve", args=[proposal.pk])

    client_of(factories.organiser()).post(address_in("en", address))

    words = set(LogEntry.objects.values_list("object_repr", "change_message"))
    assert words == {
        (str(proposal), "Goedgekeurd en uitgevoerd."),
        (str(proposal.edition), f"{proposal.summary}. Reden: {proposal.reason}"),
    }


@pytest.mark.time_machine(NOW, tick=False)
def test_what_the_admin_itself_writes_down_has_the_dutch_name_of_what_was_changed() -> None:
    edition = factories.edition()
    item = factories.news_item("Gewonnen", slug="gewonnen", edition=edition)
    fields = {"title": "Toch niet", "slug": "gewonnen", "summary": "x", "text": "y", "edition": edition.pk}

    client_of(factories.organiser()).post(f"/en/beheer/news/newsitem/{item.pk}/change/", fields)

    (written,) = LogEntry.objects.all()
    assert json.loads(written.change_message)[0]["changed"]["fields"][0] == "Kop"


def test_the_account_of_a_draw_made_in_english_is_dutch() -> None:
    edition = factories.edition()
    for name in "ABCDEF":
        factories.entry(factories.participant(name, of=edition))
    sealed = [factories.sealed_lot(text, of=edition) for text in ("een geheime tekst", "nog een geheime tekst")]
    closing.close_due(at=NOVEMBER)
    factories.close_october(edition, at=NOVEMBER)
    for lot, text in zip(sealed, ("een geheime tekst", "nog een geheime tekst"), strict=True):
        lots.open_lot(lot, text=text, at=NOVEMBER)

    with translation.override("en"):
        draw = lots.draw(edition, by=factories.organiser(), at=NOVEMBER)

    assert draw.record.startswith(
        "Er is geloot met 2 verzegelde loten. Ze zijn verzegeld vóór de afsluiting van oktober"
    )
    assert "het laatste op 20 november 2026." in draw.record
    assert draw.record.count(" (in de finale)") == 5


def test_the_mail_with_a_code_to_choose_a_password_is_dutch_on_an_english_page(client: Client) -> None:
    person = factories.user()
    accounts.use_address(person)

    response = client.post("/en/account/password/reset/", {"email": person.email}, follow=True)

    assert '<html lang="en"' in response.content.decode()
    (message,) = mail.outbox
    assert message.subject.endswith("Uw code voor een nieuw wachtwoord")
    assert message.body.startswith("Goedendag,")
    assert "Met deze code kiest u een nieuw wachtwoord." in message.body


def test_an_invitation_and_checkpoints_are_mailed_in_dutch() -> None:
    person = factories.user()
    person.set_unusable_password()
    edition = factories.edition()
    factories.entry(factories.participant(of=edition))
    closing.close_due(at=NOVEMBER)
    made_at = ResultVersion.objects.latest("pk").made_at

    with translation.override("en"):
        accounts.invite(person)
        checkpoints.mail(person, edition, made_at=made_at)

    invitation, checkpoint = mail.outbox
    assert invitation.subject == "Uw account voor De Grote Digitale Steden Competitie"
    assert "/en/" not in invitation.body
    assert "/account/password/reset/" in invitation.body
    assert checkpoint.subject == f"Bewaar deze mail: zo controleert u de stand van {edition.name}"
    assert "/en/" not in checkpoint.body
    assert f"/{edition.year}/controle/" in checkpoint.body


def test_what_is_found_wrong_in_an_english_request_is_kept_in_dutch() -> None:
    edition = factories.edition()
    claim = factories.confirmed(factories.adoption(factories.participant(of=edition)))
    Adoption.objects.filter(pk=claim.pk).update(state=ClaimState.SUBMITTED)

    with translation.override("en"):
        verdict = verification.check(edition, at=NOW)

    assert f"melding adoption {claim.pk} is ingediend, maar het punt zegt iets anders" in verdict.faults
