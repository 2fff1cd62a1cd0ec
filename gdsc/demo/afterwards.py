"""What the demonstration's givers say of adoptions, how those went, and whether they are still in use.

By the number of the claim, so that each answer, and no answer, occurs.
"""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from competition.models import User
from gdsc.demo import texts
from gdsc.demo.setting import Setting
from scoring.models import Claim, ClaimState
from solutions import experiences, recognition, use
from solutions.models import Adoption, Contribution, CostBand, UseAnswer, UseQuestion, WouldAgain


def follow(claim: Claim, setting: Setting, *, by: User, organiser: User, at: datetime) -> None:
    """What others, and the municipality itself, have to say once it has been handed in and confirmed."""
    match claim:
        case Adoption(state=ClaimState.SUBMITTED):
            _let_the_giver_answer(claim, setting, at=at)
        case Adoption(state=ClaimState.CONFIRMED) if claim.pk % 3:
            _tell_how_it_went(claim, by=by, at=at)
        case Contribution(state=ClaimState.SUBMITTED) if claim.pk % 2:
            _ask_about(claim, by=by, organiser=organiser, at=at)


def _ask_about(claim: Contribution, *, by: User, organiser: User, at: datetime) -> None:
    """What the organisers want to know; half of it is answered. Nobody is mailed about an example."""
    said = [(True, texts.QUESTION, organiser), (False, texts.ANSWER, by)]
    for is_from_organisers, text, person in said[: 1 + claim.pk // 2 % 2]:
        claim.remarks.get_or_create(
            form_key=uuid5(NAMESPACE_URL, f"voorbeeld:{is_from_organisers}:{claim.pk}"),
            defaults={
                "is_from_organisers": is_from_organisers,
                "text": text,
                "written_at": at,
                "written_by": person,
            },
        )


def _let_the_giver_answer(claim: Adoption, setting: Setting, *, at: datetime) -> None:
    """Most recognise it, some do not, and some are silent."""
    giver = claim.solution.giver
    contact = setting.cast.contacts.get(giver.cbs_code) if giver else None
    if contact is None:
        return
    if claim.pk % 7 == 0:
        recognition.deny(claim, because=texts.NOT_RECOGNISED, by=contact, at=at)
    elif claim.pk % 3:
        recognition.recognise(claim, by=contact, at=at)
    claim.refresh_from_db()


def _tell_how_it_went(claim: Adoption, *, by: User, at: datetime) -> None:
    fields = {
        "weeks": 3 + claim.pk % 20,
        "cost_band": CostBand.values[claim.pk % len(CostBand.values)],
        "would_again": WouldAgain.values[claim.pk % len(WouldAgain.values)],
        "went_wrong": texts.WENT_WRONG[claim.pk % len(texts.WENT_WRONG)],
    }
    experiences.tell(claim, fields=fields, by=by, at=at)


def answer_about_use(setting: Setting, *, at: datetime) -> None:
    """Half say yes, some say no, some let it lapse."""
    asked = UseQuestion.objects.filter(adoption__participant__edition=setting.edition, answer="")
    for question in asked.select_related("adoption__created_by").filter(adoption__state=ClaimState.CONFIRMED):
        by, said = question.adoption.created_by, question.adoption_id % 4
        if by and said != 3:
            use.answer(question, UseAnswer.NO if said == 2 else UseAnswer.YES, by=by, at=at)
