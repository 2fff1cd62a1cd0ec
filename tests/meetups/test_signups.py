"""Seats, the waiting list and offers; nobody's name is anywhere."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.db import IntegrityError

from competition import clock
from competition.models import Membership, Municipality, OutboxMessage, PageChange, Role, User
from meetups import signups
from meetups.models import Meetup, Signup
from meetups.signups import OldFormError, SignupError
from meetups.tasks import mail_offer_task, settle_signups_task
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

NEXT_WEEK = NOW + timedelta(days=7)
AN_HOUR = timedelta(hours=1)
OFFER_ENDS = datetime(2026, 3, 19, 23, 0, tzinfo=UTC)
"""The end of Thursday: it is Wednesday."""


def meetup(**fields: object) -> Meetup:
    return factories.meetup(of=factories.edition(), starts_at=NEXT_WEEK, **fields)


def ask(
    about: Meetup,
    of: Municipality,
    people: int,
    *,
    by: User | None = None,
    key: UUID | None = None,
    version: int | None = None,
    at: datetime = NOW,
) -> Signup:
    known = Signup.objects.filter(meetup=about, municipality=of).first()
    seen = version if version is not None else known.version if known else 0
    return signups.sign_up(
        about, of, people=people, form_key=key or uuid4(), seen_version=seen, by=by or factories.user(), at=at
    )


def listed(about: Meetup) -> dict[str, tuple[int, int, int]]:
    """Of each municipality its seats, what it is offered and how many wait."""
    return {
        str(one.municipality): (one.seats, one.offered, one.waiting_count)
        for one in Signup.objects.filter(meetup=about).select_related("municipality")
    }


def towns(*names: str) -> list[Municipality]:
    return [factories.municipality(name) for name in names]


# --- Asking --------------------------------------------------------------------------------------


def test_who_comes_first_has_seats_and_who_comes_later_waits() -> None:
    about, (ede, urk) = meetup(capacity=3), towns("Ede", "Urk")

    ask(about, ede, 2)
    ask(about, urk, 2)

    assert listed(about) == {"Ede": (2, 0, 0), "Urk": (1, 0, 1)}
    assert signups.room_of(about) == (3, 3, 1)


def test_without_a_capacity_everybody_has_a_seat() -> None:
    about, (ede,) = meetup(), towns("Ede")

    ask(about, ede, 40)

    assert listed(about) == {"Ede": (40, 0, 0)}
    assert (signups.room_of(about).left, signups.room_of(about).is_full) == (None, False)


def test_more_than_a_municipality_may_have_is_refused_in_words() -> None:
    about, (ede,) = meetup(most_per_municipality=2), towns("Ede")

    with pytest.raises(SignupError, match=r"Elke gemeente mag hoogstens 2 mensen aanmelden\."):
        ask(about, ede, 3)

    assert listed(about) == {}


def test_who_has_more_than_is_allowed_now_keeps_it_and_may_have_less() -> None:
    about, (ede,) = meetup(), towns("Ede")
    ask(about, ede, 4)
    Meetup.objects.update(most_per_municipality=2)

    assert ask(about, ede, 3).seats == 3
    with pytest.raises(SignupError, match="hoogstens 2"):
        ask(about, ede, 4)


def test_less_gives_up_what_waits_first_then_seats() -> None:
    about, (ede,) = meetup(capacity=3), towns("Ede")
    ask(about, ede, 5)

    after = [listed(about)["Ede"], *(ask_and_list(about, ede, people) for people in (4, 3, 1))]

    assert after == [(3, 0, 2), (3, 0, 1), (3, 0, 0), (1, 0, 0)]


def ask_and_list(about: Meetup, of: Municipality, people: int) -> tuple[int, int, int]:
    ask(about, of, people)
    return listed(about)[str(of)]


def test_who_asks_for_more_stands_in_line_from_then_on_and_the_others_since_before() -> None:
    about, (ede,) = meetup(capacity=1), towns("Ede")
    ask(about, ede, 2)

    ask(about, ede, 3, at=NOW + AN_HOUR)

    assert Signup.objects.get().waiting == [NOW, NOW + AN_HOUR]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"is_cancelled": True}, "Deze meetup gaat niet door."),
        ({"starts_at": NOW}, "Deze meetup is al begonnen. Aanmelden kan niet meer."),
    ],
)
def test_nobody_signs_up_for_what_has_begun_or_does_not_go_ahead(fields: dict[str, object], words: str) -> None:
    about, (ede,) = meetup(), towns("Ede")
    Meetup.objects.update(**fields)

    with pytest.raises(SignupError, match=words):
        ask(about, ede, 1)


# --- Twice, and old forms ------------------------------------------------------------------------


def test_the_same_form_twice_counts_once_whatever_came_of_it() -> None:
    about, (ede,), key = meetup(capacity=5), towns("Ede"), uuid4()

    first = ask(about, ede, 2, key=key, version=0)
    second = ask(about, ede, 2, key=key, version=0)

    assert (first.version, second.version) == (1, 1)
    assert listed(about) == {"Ede": (2, 0, 0)}


def test_a_form_from_before_a_colleagues_change_is_refused_in_words() -> None:
    about, (ede,) = meetup(), towns("Ede")
    ask(about, ede, 2)
    ask(about, ede, 4)

    with pytest.raises(OldFormError, match="Een collega veranderde de aanmelding intussen"):
        ask(about, ede, 1, version=1)

    assert listed(about) == {"Ede": (4, 0, 0)}


def test_signing_off_twice_is_signing_off_once() -> None:
    about, (ede,), by = meetup(), towns("Ede"), factories.user()
    ask(about, ede, 2)

    for _ in range(2):
        signups.sign_off(about, ede, by=by, at=NOW)

    assert listed(about) == {"Ede": (0, 0, 0)}
    assert Signup.objects.get().version == 2


# --- Seats that come free ------------------------------------------------------------------------


def full(*, waiting: int = 1) -> tuple[Meetup, Municipality, Municipality]:
    """Ede has both seats, and Urk waits."""
    about, (ede, urk) = meetup(capacity=2), towns("Ede", "Urk")
    ask(about, ede, 2)
    ask(about, urk, waiting, by=factories.staff_of(urk))
    return about, ede, urk


def test_a_seat_that_comes_free_is_offered_and_held() -> None:
    about, ede, urk = full()
    gouda = factories.municipality("Gouda")

    ask(about, ede, 1)
    ask(about, gouda, 1)

    assert listed(about) == {"Ede": (1, 0, 0), "Urk": (0, 1, 0), "Gouda": (0, 0, 1)}
    offer = Signup.objects.get(municipality=urk)
    assert (offer.offered_until, offer.offer_number) == (OFFER_ENDS, 1)
    assert offer.offer_ends == "tot en met donderdag 19 maart"


def test_the_offer_goes_to_who_has_no_seat_yet() -> None:
    about, (ede, urk, gouda) = meetup(capacity=3), towns("Ede", "Urk", "Gouda")
    ask(about, ede, 1)
    ask(about, urk, 3)
    ask(about, gouda, 1, at=NOW + AN_HOUR)

    signups.sign_off(about, ede, by=factories.user(), at=NOW + 2 * AN_HOUR)

    assert listed(about) == {"Ede": (0, 0, 0), "Urk": (2, 0, 1), "Gouda": (0, 1, 0)}


def test_an_offer_near_the_meetup_ends_when_it_begins() -> None:
    about, ede, _urk = full()
    Meetup.objects.update(starts_at=NOW + 3 * AN_HOUR)

    ask(about, ede, 1)

    offer = Signup.objects.get(offered=1)
    assert offer.offered_until == NOW + 3 * AN_HOUR
    assert offer.offer_ends == "tot woensdag 18 maart om 15.00 uur"


def test_an_accepted_offer_is_a_seat_and_a_repeat_changes_nothing() -> None:
    about, ede, urk = full()
    ask(about, ede, 1)

    for hours in (1, 2):
        signups.accept(about, urk, offer_number=1, by=factories.user(), at=NOW + hours * AN_HOUR)

    assert listed(about) == {"Ede": (1, 0, 0), "Urk": (1, 0, 0)}


def test_who_declines_leaves_the_line_and_the_next_gets_the_offer() -> None:
    about, ede, urk = full(waiting=2)
    ask(about, factories.municipality("Gouda"), 1)
    ask(about, ede, 1)

    for _ in range(2):
        signups.decline(about, urk, offer_number=1, by=factories.user(), at=NOW)

    assert listed(about) == {"Ede": (1, 0, 0), "Urk": (0, 0, 0), "Gouda": (0, 1, 0)}
    with pytest.raises(SignupError, match="Dit aanbod is er niet meer"):
        signups.accept(about, urk, offer_number=1, by=factories.user(), at=NOW)


def test_what_was_accepted_cannot_be_declined() -> None:
    about, ede, urk = full()
    ask(about, ede, 1)
    signups.accept(about, urk, offer_number=1, by=factories.user(), at=NOW)

    with pytest.raises(SignupError, match="Een collega nam de plaats al aan"):
        signups.decline(about, urk, offer_number=1, by=factories.user(), at=NOW)


@pytest.mark.parametrize(("minutes", "comes_in_time"), [(-1, True), (0, False)])
def test_an_offer_can_be_accepted_until_its_very_end(minutes: int, comes_in_time: bool) -> None:
    about, ede, urk = full()
    ask(about, ede, 1)
    at = OFFER_ENDS + timedelta(minutes=minutes)

    if comes_in_time:
        signups.accept(about, urk, offer_number=1, by=factories.user(), at=at)
    else:
        with pytest.raises(SignupError, match="Dit aanbod is er niet meer: het is verlopen"):
            signups.accept(about, urk, offer_number=1, by=factories.user(), at=at)

    assert listed(about)["Urk"] == ((1, 0, 0) if comes_in_time else (0, 1, 0))


@pytest.mark.parametrize("number", [0, 2])
def test_an_offer_that_never_was_cannot_be_accepted(number: int) -> None:
    about, ede, urk = full()
    ask(about, ede, 1)

    with pytest.raises(SignupError, match="Dit aanbod is er niet meer"):
        signups.accept(about, urk, offer_number=number, by=factories.user(), at=NOW)


def test_an_offer_that_ran_out_goes_to_the_next_one_once() -> None:
    about, ede, urk = full(waiting=2)
    ask(about, factories.municipality("Gouda"), 1)
    ask(about, ede, 1)

    done = [signups.settle_due(at=at) for at in (OFFER_ENDS - timedelta(seconds=1), OFFER_ENDS, OFFER_ENDS)]

    assert done == [0, 1, 0]
    assert listed(about) == {"Ede": (1, 0, 0), "Urk": (0, 0, 0), "Gouda": (0, 1, 0)}
    assert Signup.objects.get(municipality=urk).lapsed_at == OFFER_ENDS


def test_who_asks_again_after_an_offer_ran_out_starts_anew(time_machine: object) -> None:
    about, ede, urk = full()
    ask(about, factories.municipality("Gouda"), 1)
    ask(about, ede, 1)

    asked = ask(about, urk, 1, at=OFFER_ENDS)

    assert (asked.seats, asked.waiting, asked.lapsed_at) == (0, [OFFER_ENDS], None)
    assert listed(about)["Gouda"] == (0, 1, 0)


def test_nobody_is_offered_a_seat_once_the_meetup_has_begun() -> None:
    about, ede, _urk = full()
    Meetup.objects.update(starts_at=NOW)

    with pytest.raises(SignupError):
        signups.sign_off(about, ede, by=factories.user(), at=NOW)
    signups.settle(about, at=NOW)

    assert listed(about) == {"Ede": (2, 0, 0), "Urk": (0, 0, 1)}


# --- Mail ----------------------------------------------------------------------------------------


def mails() -> list[tuple[str, dict[str, int]]]:
    waiting = OutboxMessage.objects.filter(task=signups.MAIL_TASK).order_by("pk")
    return [(str(one.key), one.arguments) for one in waiting]


def test_who_asked_is_mailed_once_about_each_offer() -> None:
    about, ede, urk = full()
    ask(about, ede, 1)
    signups.settle(about, at=NOW)
    signup = Signup.objects.get(municipality=urk)

    (key, arguments), *others = mails()
    mail_offer_task(**arguments)

    assert others == []
    assert key == f"signup_offer:{signup.pk}:1:{signup.changed_by_id}"
    (sent,) = mail.outbox
    assert sent.to == [str(signup.changed_by.email)]  # type: ignore[union-attr]
    assert sent.subject == f"Er is plaats voor u: {about}"
    assert f"/mijn/urk/meetups/{about.slug}/plaats/" in sent.body
    assert "Wij houden de plaats tot en met donderdag 19 maart voor u vrij." in sent.body


def test_where_who_asked_works_there_no_longer_the_contact_persons_are_mailed() -> None:
    about, ede, urk = full()
    contact = factories.staff_of(urk, role=Role.CONTACT)
    factories.staff_of(urk)
    Membership.objects.filter(user=Signup.objects.get(municipality=urk).changed_by).update(ends_on=NOW.date())

    ask(about, ede, 1)

    assert [arguments["user_id"] for _key, arguments in mails()] == [contact.pk]


@pytest.mark.parametrize("case", ["accepted", "ended", "gone"])
def test_a_late_mail_about_an_offer_that_is_no_more_is_not_sent(case: str, time_machine: object) -> None:
    about, ede, urk = full()
    ask(about, ede, 1)
    ((_key, arguments),) = mails()
    if case == "accepted":
        signups.accept(about, urk, offer_number=1, by=factories.user(), at=NOW)
    elif case == "ended":
        Signup.objects.filter(municipality=urk).update(offered_until=clock.now())
    else:
        User.objects.filter(pk=arguments["user_id"]).update(is_active=False)

    mail_offer_task(**arguments)

    assert mail.outbox == []


def test_beat_ends_what_ran_out(time_machine: object) -> None:
    about, ede, _urk = full()
    ask(about, ede, 1)
    Signup.objects.filter(offered=1).update(offered_until=NOW)

    settle_signups_task()

    assert listed(about)["Urk"] == (0, 0, 0)


# --- The database --------------------------------------------------------------------------------


def test_the_database_refuses_a_seat_that_is_not_there() -> None:
    about = meetup(capacity=2)
    factories.signup(about, seats=2)

    with pytest.raises(IntegrityError, match="signup_more_than_there_is_room_for"):
        factories.signup(about, seats=1)


def test_the_database_refuses_more_than_one_municipality_may_have() -> None:
    about = meetup(most_per_municipality=2)

    with pytest.raises(IntegrityError, match="signup_more_than_one_municipality_may_have"):
        factories.signup(about, seats=1, offered=2, offered_until=NEXT_WEEK)


def test_the_database_refuses_an_offer_without_an_end() -> None:
    with pytest.raises(IntegrityError, match="signup_offer_has_an_end"):
        factories.signup(meetup(), offered=1)


def test_seats_can_be_given_back_where_more_were_given_than_there_are_now() -> None:
    about, (ede,) = meetup(), towns("Ede")
    ask(about, ede, 4)
    Meetup.objects.update(capacity=2)

    assert ask(about, ede, 3).seats == 3


def test_public_pages_are_made_anew_when_somebody_signs_up() -> None:
    about, (ede,) = meetup(), towns("Ede")
    before = PageChange.objects.count()

    ask(about, ede, 1)

    assert PageChange.objects.count() > before
