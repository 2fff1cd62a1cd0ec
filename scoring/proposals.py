"""What one organiser cannot do alone: one proposes it with a reason, another approves it, and then it is done.

Each `propose_…` refuses what could not be done now, so that the second person is not asked for nothing; approving
asks again, and does the act in the same transaction. The database lets none of these acts through without it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy, ngettext

from competition import access, participants
from competition.languages import in_dutch
from competition.models import Edition, Municipality, Participant, Rules, User
from scoring import claims, closing, ledger, tasks, verification
from scoring.final import finalists
from scoring.models import Act, LedgerEntry, Outcome, Proposal, Verification
from scoring.rules import RefusedByRulesError
from scoring.verify import checkpoint_from

_LIES_THERE = gettext_lazy("Dit voorstel ligt er al. Een ander moet het goedkeuren.")


class ProposalRefusedError(Exception):
    """This cannot be proposed, approved or turned down; the message says why, in words for the reader."""


@transaction.atomic
def propose_wildcard(
    edition: Edition,
    municipalities: Sequence[Municipality],
    *,
    because: str,
    by: User,
    at: datetime,
    name: str = "",
    is_out_of_competition: bool = False,
) -> Proposal:
    """Propose to let municipalities from outside the Digitale Steden Agenda take part."""
    try:
        slug = participants.demand_wildcard_possible(edition, municipalities, name=name)
    except participants.EntryRefusedError as error:
        raise ProposalRefusedError(str(error)) from error
    details = {
        "municipalities": sorted(m.pk for m in municipalities),
        "name": name.strip(),
        "slug": slug,
        "is_out_of_competition": is_out_of_competition,
    }
    with in_dutch():
        words = gettext("Een wildcard voor %(name)s") % {"name": name.strip() or str(municipalities[0])}
        if name.strip():
            words += f" ({', '.join(sorted(map(str, municipalities)))})"
        if is_out_of_competition:
            words = gettext("%(wildcard)s, buiten mededinging") % {"wildcard": words}
    return _propose(edition, Act.WILDCARD, details, words, because=because, by=by, at=at)


@transaction.atomic
def propose_rules(edition: Edition, changes: Mapping[str, Any], *, because: str, by: User, at: datetime) -> Proposal:
    """Propose other values for fields of the rules of an edition that has started; no point given before changes."""
    rules = edition.rules
    if not rules.is_locked(at):
        raise ProposalRefusedError(gettext("De editie is nog niet begonnen: u kunt de spelregels gewoon veranderen."))
    changed = {field: value for field, value in changes.items() if getattr(rules, field) != value}
    if not changed:
        raise ProposalRefusedError(gettext("Er verandert niets aan de spelregels."))
    _demand_valid(rules, changed)
    with in_dutch():
        words = gettext("Andere spelregels: %(what)s") % {"what": "; ".join(changes_in_words(rules, changed))}
    return _propose(edition, Act.RULES, changed, words, because=because, by=by, at=at)


def changes_in_words(rules: Rules, changes: Mapping[str, Any]) -> list[str]:
    """What would change about these rules, a line for each field that gets another value."""
    after = _with(rules, changes)
    return [
        f"{_label(field)}: {_shown(rules, field)} → {_shown(after, field)}"
        for field, value in changes.items()
        if getattr(rules, field) != value
    ]


@transaction.atomic
def propose_reversal(entry: LedgerEntry, *, because: str, by: User, at: datetime) -> Proposal:
    """Propose to book back an entry that counts for a closed month."""
    if not ledger.needs_second_person(entry):
        raise ProposalRefusedError(gettext("De maand van deze boeking is nog open: u kunt haar zelf terugboeken."))
    if ledger.last_of(entry) != entry:
        raise ProposalRefusedError(gettext("Deze boeking is al teruggeboekt."))
    if access.works_for(by, entry.participant, at=at):
        raise ProposalRefusedError(gettext("U werkt voor deze deelnemer. Laat een collega dit voorstellen."))
    with in_dutch():
        words = gettext("Boeking %(number)d terugboeken: %(points)+d voor %(participant)s, %(description)s") % {
            "number": entry.number,
            "points": entry.points,
            "participant": entry.participant,
            "description": entry.description,
        }
    return _propose(entry.edition, Act.REVERSAL, {"entry": entry.pk}, words, because=because, by=by, at=at)


@transaction.atomic
def propose_closing(edition: Edition, *, because: str, by: User, at: datetime) -> Proposal:
    """Propose to close the last month, which fixes the finalists."""
    if why_not := why_not_close(edition, at=at):
        raise ProposalRefusedError(why_not)
    month = edition.rounds.in_order().last()
    with in_dutch():
        words = gettext("%(month)s afsluiten: die stand bepaalt de finalisten") % {"month": str(month).capitalize()}
    return _propose(edition, Act.CLOSING, {}, words, because=because, by=by, at=at)


def why_not_close(edition: Edition, *, at: datetime) -> str:
    """Why the last month of this edition cannot be closed now, in words; empty when it can."""
    months = list(edition.rounds.in_order().select_related("closing"))
    if not months or hasattr(months[-1], "closing"):
        return gettext("De laatste maand is al afgesloten.")
    if at < months[-1].closes_at(edition.rules):
        return gettext("De termijn voor meldingen en bezwaar loopt nog.")
    if any(not hasattr(month, "closing") for month in months[:-1]):
        return gettext("Een eerdere maand is nog niet afgesloten. Dat gebeurt vanzelf, binnen enkele minuten.")
    if Verification.objects.is_held_up(edition):
        return gettext("Er ontbreken gepubliceerde controlepunten. Twee organisatoren moeten dat eerst aanvaarden.")
    if pending := closing.count_pending(months[-1]):
        return gettext("Er wachten nog meldingen op een besluit: %(count)d.") % {"count": pending}
    return ""


@transaction.atomic
def propose_draw(edition: Edition, drawn: Sequence[Participant], *, because: str, by: User, at: datetime) -> Proposal:
    """Propose the outcome of a draw that was held in public; `because` is its record."""
    try:
        finalists.demand_draw_possible(edition, drawn)
    except finalists.DrawRefusedError as error:
        raise ProposalRefusedError(str(error)) from error
    with in_dutch():
        words = gettext("Geloot in het openbaar: %(names)s") % {"names": ", ".join(map(str, drawn))}
    details = {"drawn": sorted(participant.pk for participant in drawn)}
    return _propose(edition, Act.DRAW, details, words, because=because, by=by, at=at)


@transaction.atomic
def propose_acceptance(edition: Edition, *, because: str, by: User, at: datetime) -> Proposal:
    """Propose to accept that published heads are lost, as after the restore of an older backup.

    Nothing else that is found wrong can be accepted, because all else can be put right.
    """
    last = verification.last_of(edition)
    if last is None or last.is_right:
        raise ProposalRefusedError(gettext("De laatste controle vond geen fout."))
    if not last.is_held_up:
        raise ProposalRefusedError(
            gettext("Dit is te herstellen. Laat de beheerder dat doen, uit een reservekopie of een export.")
        )
    reason = _demand_reason(because)
    if pending_acceptance(last) is not None:
        raise ProposalRefusedError(str(_LIES_THERE))
    numbers = [number for number, _ in map(checkpoint_from, last.missing_heads)]
    with in_dutch():
        words = ngettext(
            "Aanvaard dat %(count)d gepubliceerd controlepunt niet meer in het puntenboek staat, na boeking %(first)d",
            "Aanvaard dat %(count)d gepubliceerde controlepunten niet meer in het puntenboek staan, de eerste na "
            "boeking %(first)d",
            len(numbers),
        ) % {"count": len(numbers), "first": min(numbers)}
    return _propose(edition, Act.ACCEPTANCE, {"verification": last.pk}, words, because=reason, by=by, at=at)


def pending_acceptance(verdict: Verification) -> Proposal | None:
    """The proposal that lies there about this verdict, or about an earlier one that missed the same heads."""
    waiting = Proposal.objects.pending().filter(edition=verdict.edition_id, act=Act.ACCEPTANCE).order_by("pk")
    same = Verification.objects.filter(edition=verdict.edition_id, missing_heads=verdict.missing_heads)
    known = set(same.values_list("pk", flat=True)) if waiting else set()
    return next((proposal for proposal in waiting if proposal.details["verification"] in known), None)


@transaction.atomic
def approve(proposal: Proposal, *, by: User, at: datetime) -> None:
    """Approve what another organiser proposed, and do it: both or neither."""
    _hold(proposal)
    if why_not := why_not_approve(proposal, by=by, at=at):
        raise ProposalRefusedError(why_not)
    _decide(proposal, Outcome.APPROVED, by=by, at=at)
    try:
        _ACTS[Act(proposal.act)](proposal, by, at)
    except _REFUSALS as error:
        raise ProposalRefusedError(str(error)) from error


def why_not_approve(proposal: Proposal, *, by: User, at: datetime) -> str:
    """Why this person cannot approve this proposal now, in words; empty when they can."""
    if why_not := why_not_decide(proposal, by=by, at=at):
        return why_not
    if by.pk == proposal.proposed_by_id:
        return gettext("U heeft dit zelf voorgesteld. Een ander moet het goedkeuren.")
    if proposal.proposed_by is None:
        return gettext("Het account van wie dit voorstelde, bestaat niet meer. Stel het opnieuw voor.")
    return ""


def why_not_decide(proposal: Proposal, *, by: User, at: datetime) -> str:
    """Why this person cannot decide on this proposal either way, in words; empty when they can."""
    if not proposal.is_pending:
        return gettext("Over dit voorstel is al beslist: het is %(outcome)s.") % {
            "outcome": proposal.get_outcome_display()
        }
    own = {membership.municipality_id for membership in access.memberships_of(by, at=at)}
    if own and _winners_and_losers(proposal).filter(pk__in=own).exists():
        return gettext("Dit gaat over de gemeente waarvoor u werkt. Laat een collega beslissen.")
    return ""


@transaction.atomic
def turn_down(proposal: Proposal, *, because: str, by: User, at: datetime) -> None:
    """Refuse a proposal, with a reason; who made it may do so too, to withdraw it."""
    if not because.strip():
        raise ProposalRefusedError(gettext("Geef een reden."))
    _hold(proposal)
    if why_not := why_not_decide(proposal, by=by, at=at):
        raise ProposalRefusedError(why_not)
    _decide(proposal, Outcome.REFUSED, by=by, at=at, note=because.strip())


_REFUSALS = (
    claims.ClaimError,
    finalists.DrawRefusedError,
    ledger.AlreadyReversedError,
    participants.EntryRefusedError,
    RefusedByRulesError,
)


def _propose(
    edition: Edition, act: Act, details: dict[str, Any], summary: str, *, because: str, by: User, at: datetime
) -> Proposal:
    written = {"summary": summary, "reason": _demand_reason(because), "proposed_at": at, "proposed_by": by}
    proposal, is_new = Proposal.objects.get_or_create(
        edition=edition, act=act, details=details, outcome=Outcome.PENDING, defaults=written
    )
    if not is_new:
        raise ProposalRefusedError(str(_LIES_THERE))
    return proposal


def _demand_reason(because: str) -> str:
    if not because.strip():
        raise ProposalRefusedError(gettext("Geef een reden: die staat in het openbare logboek."))
    return because.strip()


def _hold(proposal: Proposal) -> None:
    """Keep the row until the transaction ends, and look at it as it is now."""
    Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    proposal.refresh_from_db()


def _winners_and_losers(proposal: Proposal) -> QuerySet[Municipality]:
    """The municipalities for which something hangs on this proposal, more than for all the others."""
    match Act(proposal.act):
        case Act.WILDCARD:
            return Municipality.objects.filter(pk__in=proposal.details["municipalities"])
        case Act.REVERSAL:
            return Municipality.objects.filter(participants__ledger_entries=proposal.details["entry"])
        case Act.DRAW:
            return Municipality.objects.filter(participants__in=proposal.details["drawn"])
        case _:
            return Municipality.objects.none()


def _decide(proposal: Proposal, outcome: Outcome, *, by: User, at: datetime, note: str = "") -> None:
    proposal.outcome, proposal.decided_at, proposal.decided_by, proposal.decision_note = outcome, at, by, note
    proposal.save()


def _proposer(proposal: Proposal) -> User:
    assert proposal.proposed_by is not None  # approving a proposal of nobody is refused
    return proposal.proposed_by


def _grant_wildcard(proposal: Proposal, by: User, at: datetime) -> None:
    edition, details = Edition.objects.select_for_update().get(pk=proposal.edition_id), proposal.details
    chosen = list(Municipality.objects.filter(pk__in=details["municipalities"]).by_name())
    slug = participants.demand_wildcard_possible(edition, chosen, name=details["name"])
    if len(chosen) < len(details["municipalities"]) or slug != details["slug"]:
        raise ProposalRefusedError(gettext("De gemeenten zijn sinds het voorstel veranderd. Stel het opnieuw voor."))
    participants.grant_wildcard(
        edition,
        chosen,
        because=proposal.reason,
        by=_proposer(proposal),
        seconded_by=by,
        at=at,
        name=details["name"],
        is_out_of_competition=details.get("is_out_of_competition", False),
    )
    tasks.recount_later(edition, at=at)


def _change_rules(proposal: Proposal, by: User, at: datetime) -> None:
    """The database takes amendments in the order in which they were proposed, so that each is used once."""
    rules = Rules.objects.select_for_update().get(edition=proposal.edition_id)
    if rules.amendment is not None and rules.amendment > proposal.pk:
        raise ProposalRefusedError(
            gettext("Sinds dit voorstel zijn de spelregels al met een later voorstel veranderd. Stel het opnieuw voor.")
        )
    _demand_valid(rules, proposal.details)
    Rules.objects.filter(pk=rules.pk).update(**proposal.details, amendment=proposal.pk)


def _reverse(proposal: Proposal, by: User, at: datetime) -> None:
    entry = LedgerEntry.objects.select_related("edition", "participant").get(pk=proposal.details["entry"])
    claims.book_back(entry, because=proposal.reason, by=by, at=at)


def _close_the_last_month(proposal: Proposal, by: User, at: datetime) -> None:
    if why_not := why_not_close(proposal.edition, at=at):
        raise ProposalRefusedError(why_not)
    last = proposal.edition.rounds.in_order().last()
    if last is None or not closing.close(last, at=at).is_closed:
        raise ProposalRefusedError(gettext("Zojuist is er een melding bijgekomen die op een besluit wacht."))


def _record_draw(proposal: Proposal, by: User, at: datetime) -> None:
    drawn = list(Participant.objects.filter(edition=proposal.edition, pk__in=proposal.details["drawn"]))
    Edition.objects.select_for_update().get(pk=proposal.edition_id)
    finalists.record_draw(
        proposal.edition, drawn=drawn, record=proposal.reason, by=_proposer(proposal), seconded_by=by, at=at
    )


def _accept(proposal: Proposal, by: User, at: datetime) -> None:
    """Check again at once: the verdict holds the ledger from here on, and tells what else is wrong."""
    newest = verification.last_of(proposal.edition)
    if newest is None or not newest.is_held_up:
        raise ProposalRefusedError(gettext("De laatste controle mist geen controlepunten meer."))
    verification.check(proposal.edition, at=at, accepted_by=proposal)


_ACTS: dict[Act, Callable[[Proposal, User, datetime], None]] = {
    Act.WILDCARD: _grant_wildcard,
    Act.RULES: _change_rules,
    Act.REVERSAL: _reverse,
    Act.CLOSING: _close_the_last_month,
    Act.DRAW: _record_draw,
    Act.ACCEPTANCE: _accept,
}


def _with(rules: Rules, changes: Mapping[str, Any]) -> Rules:
    """The rules as they would be; not saved."""
    after = Rules(**{f.attname: getattr(rules, f.attname) for f in Rules._meta.concrete_fields})
    for field, value in changes.items():
        setattr(after, field, value)
    return after


def _demand_valid(rules: Rules, changes: Mapping[str, Any]) -> None:
    try:
        _with(rules, changes).full_clean(validate_unique=False)
    except ValidationError as error:
        raise ProposalRefusedError(" ".join(error.messages)) from error


def _label(field: str) -> str:
    return str(getattr(Rules._meta.get_field(field), "verbose_name", field))


def _shown(rules: Rules, field: str) -> str:
    value = getattr(rules, f"get_{field}_display", lambda: getattr(rules, field))()
    if isinstance(value, bool):
        return gettext("ja") if value else gettext("nee")
    return gettext("geen") if value is None else str(value)
