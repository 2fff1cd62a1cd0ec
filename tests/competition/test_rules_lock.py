"""Rules that have been locked stay as they are, whoever asks the database."""

from datetime import datetime

import pytest
from django.db import IntegrityError, connection

from competition.models import Edition, Rules
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def locked_edition(at: datetime = NOW) -> Edition:
    edition = factories.edition()
    Rules.objects.filter(edition=edition).update(locked_at=at)
    return Edition.objects.select_related("rules").get(pk=edition.pk)


def test_rules_can_be_changed_before_they_are_locked() -> None:
    edition = factories.edition()

    assert Rules.objects.filter(edition=edition).update(meetup_points=2) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE competition_rules SET meetup_points = 2",
        "UPDATE competition_rules SET locked_at = NULL",
        "UPDATE competition_rules SET locked_at = locked_at",
        "DELETE FROM competition_rules",
    ],
)
def test_locked_rules_cannot_be_changed_unlocked_or_removed(statement: str) -> None:
    edition = locked_edition()

    with pytest.raises(IntegrityError, match="locked"), connection.cursor() as cursor:
        cursor.execute(f"{statement} WHERE edition_id = %s", [edition.pk])


def test_saving_locked_rules_through_the_orm_is_refused() -> None:
    rules = locked_edition().rules
    rules.tie_rule = "widen"

    with pytest.raises(IntegrityError, match="locked"):
        rules.save()


def test_the_rules_of_another_edition_stay_open() -> None:
    locked_edition()
    other = factories.edition(2027)

    assert Rules.objects.filter(edition=other).update(late_claim_days=3) == 1


def test_the_guard_also_holds_for_replicas() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgenabled FROM pg_trigger WHERE tgname = 'rules_locked_stay_as_they_are'")

        assert cursor.fetchall() == [("A",)]


def test_rules_are_locked_for_people_from_the_first_moment_of_the_edition() -> None:
    open_edition = factories.edition(2027)

    assert [open_edition.rules.is_locked(at) for at in (NOW, open_edition.starts_at)] == [False, True]
    assert locked_edition().rules.is_locked(NOW)
