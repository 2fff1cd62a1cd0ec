"""What happens when a proposal is approved, in sentences for who is about to do so."""

from collections.abc import Callable, Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from competition.models import Edition, Municipality, Participant, Round
from scoring import claims, proposals, standings
from scoring.final import finalists
from scoring.models import Act, ClaimState, Finalist, LedgerEntry, Proposal, SealedLot, Verification


def effects_of(proposal: Proposal) -> list[str]:
    """As things stand now; approving asks the rules and the database once more."""
    return _EFFECTS[Act(proposal.act)](proposal)


def _of_wildcard(proposal: Proposal) -> list[str]:
    chosen = Municipality.objects.filter(pk__in=proposal.details["municipalities"]).by_name()
    called = {"name": proposal.details["name"] or ", ".join(map(str, chosen)), "edition": proposal.edition}
    told = [gettext("%(name)s doet vanaf vandaag mee aan %(edition)s, met een wildcard.") % called]
    if proposal.details["name"]:
        told.append(gettext("De gemeenten zijn samen één deelnemer: %(names)s.") % {"names": listed(chosen)})
    if proposal.details.get("is_out_of_competition"):
        told.append(gettext("De deelnemer doet mee buiten mededinging: zonder plaats, en zonder kans op de titel."))
    return [*told, gettext("De reden staat op de pagina van de deelnemer.")]


def _of_rules(proposal: Proposal) -> list[str]:
    changes = proposals.changes_in_words(proposal.edition.rules, proposal.details)
    return [
        *changes,
        gettext("Dit geldt vanaf nu. Punten die al gegeven zijn, veranderen niet."),
        gettext("De wijziging staat met de datum en de reden op de pagina met de spelregels."),
    ]


def _of_reversal(proposal: Proposal) -> list[str]:
    entry = LedgerEntry.objects.select_related("participant").get(pk=proposal.details["entry"])
    words = gettext("%(participant)s krijgt een tegenboeking van %(points)+d, die telt vanaf %(day)s.") % {
        "participant": entry.participant,
        "points": -entry.points,
        "day": date_format(entry.counts_on, "j F Y"),
    }
    told = [words, *_of_claim_behind(entry)]
    told.append(gettext("Elke afgesloten maand vanaf die dag krijgt een nieuwe versie van de stand, met deze reden."))
    if Finalist.objects.filter(edition=proposal.edition_id).exists():
        told.append(gettext("De finalisten blijven dezelfde."))
    return told


def _of_claim_behind(entry: LedgerEntry) -> list[str]:
    behind = claims.behind(entry)
    told = {
        ClaimState.CONFIRMED: gettext("De melding wordt teruggenomen. De gemeente leest de reden."),
        ClaimState.REVERSED: gettext("De melding is weer bevestigd: de gemeente krijgt het punt terug."),
        ClaimState.SUBMITTED: gettext("De melding wordt afgewezen. De gemeente leest de reden."),
    }
    return [told[ClaimState(behind.state)]] if behind is not None and behind.state in told else []


def _of_closing(proposal: Proposal) -> list[str]:
    return what_closing_does(proposal.edition)


def what_closing_does(edition: Edition) -> list[str]:
    """What is fixed when the last month of this edition is closed, by the standing of now."""
    last = edition.rounds.in_order().last()
    assert last is not None  # an edition that is played has its ten months
    return [
        gettext("De stand van %(month)s staat vast, voor alle deelnemers: %(count)d.")
        % {"month": last, "count": edition.participants.count()},
        *_who_goes_through(edition, last),
        _about_lots(edition),
        gettext("De contactpersonen krijgen het controlepunt per mail."),
    ]


def _who_goes_through(edition: Edition, last: Round) -> list[str]:
    lines = standings.count(edition, until=last.first_day_after).lines
    cut = finalists.cut(lines, tie_rule=edition.rules.tie_rule)
    through = listed(gettext("%(name)s (%(points)d)") % _named(line) for line, _why in cut.chosen)
    told = [gettext("Naar de finale gaan: %(names)s.") % {"names": through}] if through else []
    if cut.places_left:
        words = ngettext(
            "Het lot beslist over één plaats in de finale, tussen %(names)s.",
            "Het lot beslist over %(count)d plaatsen in de finale, tussen %(names)s.",
            cut.places_left,
        )
        told.append(words % {"count": cut.places_left, "names": listed(line.participant for line in cut.tied)})
    return told


def _about_lots(edition: Edition) -> str:
    lots = SealedLot.objects.filter(edition=edition).count()
    if not lots:
        return gettext("Er is geen lot verzegeld. Na de afsluiting kan dat niet meer.")
    words = ngettext(
        "Er is %(count)d lot verzegeld. Na de afsluiting kan daar geen meer bij.",
        "Er zijn %(count)d loten verzegeld. Na de afsluiting kunnen daar geen meer bij.",
        lots,
    )
    return words % {"count": lots}


def _named(line: standings.Line) -> dict[str, object]:
    return {"name": line.participant, "points": line.total}


def _of_draw(proposal: Proposal) -> list[str]:
    drawn = Participant.objects.filter(pk__in=proposal.details["drawn"]).by_name()
    return [
        ngettext("%(names)s gaat naar de finale.", "%(names)s gaan naar de finale.", len(drawn))
        % {"names": listed(drawn)},
        gettext("Het verslag van de loting staat op de site. Het verandert daarna niet meer."),
    ]


def _of_acceptance(proposal: Proposal) -> list[str]:
    verdict = Verification.objects.get(pk=proposal.details["verification"])
    return [
        *verdict.missing_heads,
        gettext("Deze controlepunten gelden dan als verloren: het portaal slaat er geen alarm meer over."),
        gettext("Er kan daarna weer worden geboekt en afgesloten."),
        gettext("Het portaal controleert meteen opnieuw. Vindt het iets anders, dan blijft dat alarm staan."),
    ]


_EFFECTS: dict[Act, Callable[[Proposal], list[str]]] = {
    Act.WILDCARD: _of_wildcard,
    Act.RULES: _of_rules,
    Act.REVERSAL: _of_reversal,
    Act.CLOSING: _of_closing,
    Act.DRAW: _of_draw,
    Act.ACCEPTANCE: _of_acceptance,
}


def listed(things: Iterable[object]) -> str:
    """A, B en C; nothing where there are none."""
    return _joined(things, gettext("%(most)s en %(last)s"))


def one_of(things: Iterable[object]) -> str:
    """A, B of C."""
    return _joined(things, gettext("%(most)s of %(last)s"))


def _joined(things: Iterable[object], words: str) -> str:
    *most, last = [str(thing) for thing in things] or [""]
    return words % {"most": ", ".join(most), "last": last} if most else last
