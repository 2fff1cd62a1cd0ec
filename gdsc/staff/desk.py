"""Who is at work, for which municipality, in which edition, and when: what each page of the staff starts from."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Prefetch
from django.http import Http404, HttpRequest

from competition import clock, pages
from competition.models import Edition, Municipality, Participant, ParticipantMunicipality, Round, Rules, User


class Desk(NamedTuple):
    """The municipality plays as `participant`, alone or with others; all of them share its claims."""

    person: User
    municipality: Municipality
    participant: Participant
    rounds: list[Round]
    at: datetime

    @property
    def edition(self) -> Edition:
        return self.participant.edition

    @property
    def rules(self) -> Rules:
        return self.edition.rules

    @property
    def context(self) -> dict[str, Any]:
        """What every template of these pages knows."""
        mine = {"nav": "dashboard", "municipality": self.municipality, "participant": self.participant}
        return pages.about(self.edition, at=self.at) | mine


def desk_or_404(request: HttpRequest, municipality: Municipality) -> Desk:
    """The desk in the present edition; 404 when the municipality does not take part in it."""
    desk = desk_of(request, municipality)
    if desk is None:
        raise Http404
    return desk


def desk_of(request: HttpRequest, municipality: Municipality) -> Desk | None:
    at = clock.now()
    edition = Edition.objects.current(at)
    return desk_for(person_of(request), municipality, edition, at=at) if edition else None


def desk_for(person: User, municipality: Municipality, edition: Edition, *, at: datetime) -> Desk | None:
    """The desk in this edition; None when the municipality does not take part in it."""
    participant = _participant_of(municipality, edition)
    return Desk(person, municipality, participant, list(edition.rounds.in_order()), at) if participant else None


def _participant_of(municipality: Municipality, edition: Edition) -> Participant | None:
    """As whom this municipality takes part; its places come along, so that the rules cost no query per claim."""
    places = ParticipantMunicipality.objects.select_related("municipality").order_by("municipality__sort_name", "pk")
    found = Participant.objects.of_municipality(municipality).filter(edition=edition)
    participant = found.prefetch_related(Prefetch("places", places)).first()
    if participant is not None:
        participant.edition = edition
    return participant


def person_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # ClosedUnlessPublicMiddleware lets nobody else in
    return request.user
