"""Playing the demonstration's year up to a moment, through the same functions that the site uses."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from django.db import connection, transaction

from competition.calendar import ONE_DAY, local_date
from competition.models import Edition, OutboxMessage, Phase, User
from gdsc.demo import afterwards, disputes, evenings, files, incidents, news, people, plan, texts
from gdsc.demo.plan import Act, Key, Story, Verb, moment
from gdsc.demo.setting import Setting, prepare
from meetups import attendance
from scoring import claims, closing, ledger, proposals, standings
from scoring.final import result
from scoring.models import Claim, LedgerEntry, RoundClosing
from scoring.rules import Kind
from scoring.tasks import RECOUNT_TASK
from solutions import adoptions, contributions, images, use
from solutions.models import Adoption, Contribution, Stage

A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)
Told = dict[Key, Claim]


class Event(NamedTuple):
    at: datetime
    happen: Callable[[], object]


def play(*, at: datetime, watch: Callable[[Sequence[Event]], Iterable[Event]] = iter) -> Edition:
    """Make the example edition of this moment's year, as it stands at that moment: all of it or nothing.

    `watch` is handed the events and gives them back, so that a caller can show how far it is.
    """
    with transaction.atomic():
        asked_before = len(connection.run_on_commit)
        setting = prepare(local_date(at).year)
        events = sorted(_events(setting, at=at), key=lambda event: event.at)
        for event in watch([event for event in events if event.at <= at]):
            event.happen()
        closing.close_due(at=at)
        _leave_a_proposal(setting, at=at)
        _leave_an_evening(setting, at=at)
        disputes.object_to_last(setting, incidents.ALKMAAR, disputes.WAITING, at=at)
        _count_once(setting.edition, at=at)
        # Every booking asks a worker to count again. One count has done all of that.
        del connection.run_on_commit[asked_before:]
    return Edition.objects.select_related("rules").get(pk=setting.edition.pk)


def _count_once(edition: Edition, *, at: datetime) -> None:
    standings.rebuild(edition, at=at)
    asked = OutboxMessage.objects.waiting().filter(task=RECOUNT_TASK, arguments={"edition_id": edition.pk})
    asked.update(done_at=at)


def _events(setting: Setting, *, at: datetime) -> Iterator[Event]:
    """All that happens in the year, in no order."""
    told: Told = {}
    for story in _stories(setting.edition, at=at):
        if story.player in setting.players:
            yield Event(story.begun_at, partial(_begin, story, setting, told))
            for number, act in enumerate(story.acts):
                yield Event(act.at, partial(_perform, story, number, setting, told))
                if act.verb in {Verb.TAKE_BACK, Verb.GIVE_BACK}:
                    yield _rollover(act.at)
    edition = setting.edition
    yield _rollover(edition.starts_at)
    for round_ in edition.rounds.all():
        yield _rollover(round_.closes_at(edition.rules))
    closed_at = _october_closes_at(edition) + AN_HOUR
    yield Event(closed_at, partial(_close_october, setting, at=closed_at))
    yield from _told(setting)
    objected_at = moment(date(edition.year, 2, 10), 11)
    dismiss = partial(disputes.have_one_dismissed, setting, incidents.HELMOND, by=_organiser(setting), at=objected_at)
    yield Event(objected_at, dismiss)
    for month in range(7, 13):
        asked_at = moment(date(edition.year, month, 1), 7)
        yield Event(asked_at, partial(use.ask_due, at=asked_at))
        yield Event(asked_at + 3 * ONE_DAY, partial(afterwards.answer_about_use, setting, at=asked_at + 3 * ONE_DAY))
    chosen_at = moment(date(edition.year, 12, 18), 16)
    yield Event(chosen_at, partial(_crown, setting, at=chosen_at))


def _told(setting: Setting) -> Iterator[Event]:
    """What stands online a day after each meetup, and the news."""
    edition = setting.edition
    for month, meetup in setting.meetups.items():
        for asked_at, code, count in evenings.asked(meetup, month):
            if code in setting.players:
                yield Event(asked_at, partial(evenings.sign_up, meetup, code, count, cast=setting.cast, at=asked_at))
        yield Event(meetup.ends_at + ONE_DAY, partial(news.share, meetup, month))
    yield Event(edition.starts_at, partial(news.publish, edition, news.DRAFT, at=None))
    for story in news.STORIES:
        published_at = news.moment_of(edition, story)
        yield Event(published_at, partial(news.publish, edition, story, at=published_at))


def _rollover(due_at: datetime) -> Event:
    """On the site this runs every minute; here where there is something to do."""
    woken_at = due_at + A_MINUTE
    return Event(woken_at, partial(closing.close_due, at=woken_at))


def _october_closes_at(edition: Edition) -> datetime:
    last = edition.rounds.in_order().last()
    assert last is not None  # the edition has just been laid out
    return last.closes_at(edition.rules)


def _close_october(setting: Setting, *, at: datetime) -> None:
    why = texts.OCTOBER_IS_COMPLETE
    proposal = proposals.propose_closing(setting.edition, because=why, by=_organiser(setting), at=at - A_MINUTE)
    proposals.approve(proposal, by=_second(setting), at=at)


def _leave_a_proposal(setting: Setting, *, at: datetime) -> None:
    """Something for the second organiser to decide on, once there is a closed month: about its last booking."""
    last = RoundClosing.objects.filter(round__edition=setting.edition).order_by("-round__starts_at").first()
    if last is None:
        return
    reversed_ = LedgerEntry.objects.exclude(reverses=None).values("source")
    awards = LedgerEntry.objects.of_edition(setting.edition).awards().exclude(source__in=reversed_)
    entry = awards.filter(counts_on__lt=last.round.first_day_after).latest("counts_on", "number")
    by = _organiser(setting)
    proposals.propose_reversal(entry, because=texts.PROPOSED_REVERSAL, by=by, at=max(at - AN_HOUR, last.closed_at))


def _leave_an_evening(setting: Setting, *, at: datetime) -> None:
    """Something to do for staff and hosts at once, while points can be won."""
    if setting.edition.phase_at(at) == Phase.SCORING:
        host = setting.cast.accounts[people.HOST.email]
        evenings.begin_an_evening(setting.edition, host, cast=setting.cast, at=at)
    evenings.count_as_mailed(at=at)


def _stories(edition: Edition, *, at: datetime) -> list[Story]:
    special = incidents.stories(edition.year)
    givers = [text.giver for text in texts.solutions()]
    regular = plan.regular_stories(edition.year, givers=givers, taken={story.key for story in special})
    if at >= _october_closes_at(edition):
        return [*special, *regular]
    return [*special, *plan.leave_some_to_review(regular, at=at)]


def _begin(story: Story, setting: Setting, told: Told) -> None:
    """Make the draft, as filled in so far."""
    player, by = setting.players[story.player], setting.cast.contacts[story.player]
    if story.kind == Kind.MEETUP:
        fields: dict[str, Any] = {"people": 1 + story.about % 3}
        meetup = setting.meetups[story.about]
        told[story.key] = attendance.draft(player, meetup, fields=fields, by=by, at=story.begun_at)
    elif story.kind == Kind.ADOPTION:
        fields = {"stage": Stage.DECISION if story.about % 2 else Stage.ORIENTATION}
        solution = setting.solutions[story.about]
        told[story.key] = adoptions.draft(player, solution, fields=fields, by=by, at=story.begun_at)
    else:
        text = texts.contributions()[story.about]
        form_key = uuid5(NAMESPACE_URL, f"voorbeeld:{player.pk}:{story.about}")
        fields = {"title": text.title, "summary": text.summary}
        told[story.key] = contributions.draft(player, form_key=form_key, fields=fields, by=by, at=story.begun_at)


def _perform(story: Story, number: int, setting: Setting, told: Told) -> None:
    act, claim = story.acts[number], told[story.key]
    contact = setting.cast.contacts[story.player]
    match act.verb:
        case Verb.SUBMIT:
            if fields := _completed(story, act, is_first=number == 0):
                claims.change(claim, fields=fields)
            _add_files(claim, story.player, by=contact, at=act.at)
            claims.submit(claim, by=contact, at=act.at)
        case Verb.WITHDRAW:
            claims.withdraw(claim, by=contact, at=act.at)
        case Verb.CONFIRM:
            claims.confirm(claim, by=_reviewer(story, setting), at=act.at)
        case Verb.REJECT:
            claims.reject(claim, because=act.reason, by=_reviewer(story, setting), at=act.at)
        case Verb.TAKE_BACK | Verb.GIVE_BACK:
            _turn(claim, act, setting)
    afterwards.follow(claim, setting, by=contact, organiser=_organiser(setting), at=act.at)


def _add_files(claim: Claim, player: str, *, by: User, at: datetime) -> None:
    match claim:
        case Adoption():
            for evidence in files.evidence_for(claim, player):
                adoptions.draft(claim.participant, claim.solution, fields={}, evidence=evidence, by=by, at=at)
        case Contribution():
            for picture in files.pictures_for(claim, player):
                images.add(claim, picture.content, alt=picture.alt, by=by, at=at)


def _turn(claim: Claim, act: Act, setting: Setting) -> None:
    """Take a point back or give it back; in a closed month that takes two."""
    claim.refresh_from_db()
    assert claim.award is not None  # the story confirmed it before
    entry = ledger.last_of(claim.award)
    if ledger.needs_second_person(entry):
        proposal = proposals.propose_reversal(entry, because=act.reason, by=_organiser(setting), at=act.at - AN_HOUR)
        proposals.approve(proposal, by=_second(setting), at=act.at)
        claim.refresh_from_db()
    else:
        turn = claims.take_back if act.verb == Verb.TAKE_BACK else claims.give_back
        turn(claim, because=act.reason, by=_organiser(setting), at=act.at)


def _completed(story: Story, act: Act, *, is_first: bool) -> dict[str, Any]:
    """What must be filled in before a claim can be handed in; the second time with better evidence."""
    if story.kind == Kind.ADOPTION:
        day = local_date(act.at)
        return {
            "stage": Stage.IN_USE,
            "in_use_since": max(day.replace(day=1), day - 10 * ONE_DAY),
            "evidence_text": texts.IN_USE if is_first else texts.EXPLAINED,
        }
    if story.kind == Kind.CONTRIBUTION:
        text = texts.contributions()[story.about]
        return text._asdict()
    return {}


def _organiser(setting: Setting) -> User:
    return setting.cast.accounts[people.ORGANISER.email]


def _second(setting: Setting) -> User:
    return setting.cast.accounts[people.SECOND_ORGANISER.email]


def _reviewer(story: Story, setting: Setting) -> User:
    """They take turns, but nobody decides on the own municipality."""
    turns = [people.ORGANISER, people.REVIEWER, people.REVIEWER_OF_DELFT]
    others = [one for one in turns if story.player not in one.municipalities]
    return setting.cast.accounts[others[story.about % len(others)].email]


def _crown(setting: Setting, *, at: datetime) -> None:
    winner = setting.players[plan.WINNER]
    result.record_winner(setting.edition, winner, motivation=texts.MOTIVATION, by=_organiser(setting), at=at)
