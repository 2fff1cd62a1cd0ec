from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from competition.models import Edition, Participant
from scoring.models import EditionResult
from tests import factories

pytestmark = pytest.mark.django_db


def loaded() -> list[str]:
    """What the command says, line by line."""
    out = StringIO()
    call_command("load_archive", stdout=out)
    return out.getvalue().splitlines()


def haarlem() -> None:
    factories.municipality("Haarlem", cbs_code="GM0392")


def test_the_archive_holds_haarlems_title_and_says_that_the_rest_is_not_known() -> None:
    haarlem()

    said = loaded()

    assert said == ["Added to the archive:", "2015: added", "2016: added", "2015: Haarlem won"]
    first = Edition.objects.get(year=2015)
    assert (first.is_archive, first.is_example, first.result.winner.name) == (True, False, "Haarlem")
    assert first.result.recorded_by is None
    assert "is niet bekend" in first.result.motivation
    for unknown in ("Meer is niet bekend", "tien oplossingen", "stand", "finalisten", "hoe de winnaar is gekozen"):
        assert unknown in first.history_note


def test_nothing_is_invented_about_either_year() -> None:
    haarlem()

    loaded()

    assert list(Participant.objects.values_list("edition__year", "name")) == [(2015, "Haarlem")]
    for edition in Edition.objects.all():
        assert not hasattr(edition, "rules")
        assert [edition.rounds.count(), edition.solutions.count(), edition.ledger_entries.count()] == [0, 0, 0]
        assert edition.finalists.count() == 0
    assert not EditionResult.objects.filter(edition__year=2016).exists()
    assert "Maassluis, Vlaardingen en Schiedam waren samen één deelnemer" in Edition.objects.get(year=2016).history_note


def test_a_second_time_changes_nothing_that_was_edited() -> None:
    haarlem()
    loaded()
    Edition.objects.filter(year=2015).update(history_note="Meer gevonden.")
    result = EditionResult.objects.get()

    said = loaded()

    assert said == ["The archive is complete already."]
    assert Edition.objects.get(year=2015).history_note == "Meer gevonden."
    assert EditionResult.objects.get().recorded_at == result.recorded_at


def test_without_haarlem_in_the_register_nothing_is_written() -> None:
    with pytest.raises(CommandError, match=r"The register lacks GM0392\. Run import_municipalities first\."):
        loaded()

    assert not Edition.objects.exists()
