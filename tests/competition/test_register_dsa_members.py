from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from competition.models import Certainty, DsaMembership
from tests import factories

HEADER = "cbs_code,name,dsa_member,confidence,evidence\n"

pytestmark = pytest.mark.django_db


def imported(*arguments: str) -> list[str]:
    """What the command says, line by line."""
    out = StringIO()
    call_command("import_dsa_members", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_shipped_evidence_makes_26_memberships_without_dates() -> None:
    call_command("import_municipalities", stdout=StringIO())

    said = imported()

    assert said == [
        "overgeslagen: Emmen, er is geen bewijs van lidmaatschap",
        "DSA-lidmaatschappen: 26 nieuw, 0 bleven zo.",
    ]
    assert DsaMembership.objects.filter(starts_on=None, ends_on=None).count() == 26
    counts = {c: DsaMembership.objects.filter(certainty=c).count() for c in Certainty}
    assert counts == {"confirmed": 0, "certain": 17, "likely": 8, "inferred": 1}
    inferred = DsaMembership.objects.get(certainty=Certainty.INFERRED)
    assert inferred.municipality.name == "Haarlem"
    assert inferred.source_note == (
        "Gevonden in openbare bronnen (Engels): took part in and won GDSC 2015; by the founding document all DSA "
        "municipalities take part and others only by wildcard; no wildcard for Haarlem is reported."
    )


def test_a_second_import_adds_nothing_and_leaves_what_was_edited() -> None:
    call_command("import_municipalities", stdout=StringIO())
    imported()
    DsaMembership.objects.filter(municipality__cbs_code="GM0392").update(
        certainty=Certainty.CONFIRMED, source_note="Brief van de gemeente", ends_on="2020-01-01"
    )
    before = list(DsaMembership.objects.order_by("pk").values())

    said = imported()

    assert said[-1] == "DSA-lidmaatschappen: 26 bekeken, niets veranderd."
    assert list(DsaMembership.objects.order_by("pk").values()) == before


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    factories.municipality("Delft", cbs_code="GM0503")
    file = tmp_path / "members.csv"
    file.write_text(HEADER + "GM0503,Delft,yes,certain,covenant\n")

    said = imported(str(file), "--dry-run")

    assert said == ["nieuw: Delft", "Proef: 1 nieuw, 0 blijven zo. Er is niets opgeslagen."]
    assert not DsaMembership.objects.exists()


def test_with_mistakes_each_line_is_named_and_nothing_is_imported(tmp_path: Path) -> None:
    factories.municipality("Delft", cbs_code="GM0503")
    file = tmp_path / "members.csv"
    lines = ["GM0503,Delft,yes,certain,covenant", "GM9999,Nergens,yes,certain,covenant", "GM0503,Delft,ja,sure,"]
    file.write_text(HEADER + "\n".join([*lines, "GM0503,Delft,yes,perhaps,covenant"]) + "\n")

    with pytest.raises(CommandError) as refusal:
        imported(str(file))

    assert str(refusal.value).splitlines() == [
        "members.csv, regel 3, cbs_code: Deze gemeente staat niet in het register. (GM9999)",
        "members.csv, regel 4, cbs_code: dit staat ook al op regel 2.",
        "members.csv, regel 4, dsa_member: Vul yes of no in. (ja)",
        "members.csv, regel 4, evidence: Dit veld is verplicht.",
        "members.csv, regel 5, cbs_code: dit staat ook al op regel 2.",
        "members.csv, regel 5, confidence: Vul certain, likely of inferred in. (perhaps)",
        "Er is niets geïmporteerd: er zijn 6 fouten.",
    ]
    assert not DsaMembership.objects.exists()
