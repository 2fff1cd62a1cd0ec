"""The editions that were played before this portal existed: what is known of them, and that the rest is not.

Taken from the founding document and the little that is known of its second year. Nothing is filled in.
"""

from datetime import datetime

from django.db import transaction

from competition.models import Edition, Entry, Municipality, Participant, ParticipantMunicipality
from scoring.final.result import record_winner
from scoring.models import EditionResult

WINNER_OF_2015 = "GM0392"

NOTE_2015 = (
    "De eerste editie begon op 1 januari 2015. Elke maand stond één oplossing centraal, met een meetup erover. "
    "In november en december konden de vijf gemeenten met de meeste punten campagne voeren.\n\n"
    "Haarlem won en mocht zich in 2016 de meest digiproofe stad van Nederland noemen.\n\n"
    "Meer is niet bekend. Wij vonden niet terug hoe de tien oplossingen heetten, wat de stand was, wie de vijf "
    "finalisten waren en hoe de winnaar is gekozen. Daarom staat dat hier niet."
)
MOTIVATION_2015 = "Haarlem won de editie van 2015. Waarom, en wie dat koos, is niet bekend."
NOTE_2016 = (
    "In 2016 kwam er een nieuwe editie, met andere accenten: thema's in plaats van tien oplossingen. Voor het eerst "
    "deed een samenwerkingsverband mee: Maassluis, Vlaardingen en Schiedam waren samen één deelnemer.\n\n"
    "Meer is niet bekend. Wij vonden niet terug wie er verder meededen, wat de stand was en of er een winnaar is "
    "gekozen. Daarom staat dat hier niet."
)


class MunicipalityMissingError(Exception):
    """The register lacks the municipality that won."""


@transaction.atomic
def record(*, at: datetime) -> list[str]:
    """Put 2015 and 2016 in the archive; gives a line for each act. What is there already stays as it is.

    2016 gets no participants: by which door the alliance of three came in is not known, and nobody else's name is.
    """
    made = [f"{year}: added" for year, note in ((2015, NOTE_2015), (2016, NOTE_2016)) if _add_edition(year, note)]
    edition = Edition.objects.get(year=2015)
    if edition.is_archive and not EditionResult.objects.filter(edition=edition).exists():
        record_winner(edition, _haarlem_in(edition), motivation=MOTIVATION_2015, by=None, at=at)
        made.append("2015: Haarlem won")
    return made


def _add_edition(year: int, note: str) -> bool:
    name = f"De Grote Digitale Steden Competitie {year}"
    defaults = {"name": name, "is_archive": True, "history_note": note}
    _edition, is_new = Edition.objects.get_or_create(year=year, defaults=defaults)
    return is_new


def _haarlem_in(edition: Edition) -> Participant:
    haarlem = Municipality.objects.filter(cbs_code=WINNER_OF_2015).first()
    if haarlem is None:
        raise MunicipalityMissingError(f"The register lacks {WINNER_OF_2015}. Run import_municipalities first.")
    winner, _is_new = Participant.objects.get_or_create(
        edition=edition, slug=haarlem.slug, defaults={"name": haarlem.common_name, "entry": Entry.DSA}
    )
    ParticipantMunicipality.objects.get_or_create(
        edition=edition, municipality=haarlem, defaults={"participant": winner}
    )
    return winner
