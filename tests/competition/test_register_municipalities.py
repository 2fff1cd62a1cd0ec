from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from competition.models import Municipality
from competition.register.municipalities import EARLIER, TODAY
from tests import factories

HEADER = "cbs_code,name,common_name,province,website,email_domains,lon,lat,hex_col,hex_row"
HAARLEM = "GM0392,Haarlem,Haarlem,Noord-Holland,https://haarlem.nl,haarlem.nl,4.6368,52.3803,8,13"
Write = Callable[..., list[str]]

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path: Path) -> Write:
    """Writes the two files from their lines and gives the arguments that name them."""

    def write(*today: str, earlier: tuple[str, ...] = ("GM0392,Haarlem,Noord-Holland",)) -> list[str]:
        contents = {
            "municipalities.csv": (HEADER, *today),
            "municipalities_2015.csv": ("cbs_code,name,province", *earlier),
        }
        for name, lines in contents.items():
            (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return [str(tmp_path / name) for name in contents]

    return write


def imported(*arguments: str) -> list[str]:
    """What the command says, line by line."""
    out = StringIO()
    call_command("import_municipalities", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_shipped_register_holds_todays_and_earlier_municipalities() -> None:
    said = imported()

    assert said == ["Gemeenten: 414 nieuw, 0 gewijzigd, 0 bleven zo."]
    register = Municipality.objects.all()
    assert register.existing_on(date(2026, 1, 1)).count() == 342
    assert register.existing_on(date(2015, 1, 1)).count() == 393
    assert register.filter(has_exact_dates=False).count() == 72 + 21
    assert register.exclude(province="").exclude(slug="").exclude(sort_name="").count() == 414


def test_a_municipality_has_all_that_the_file_says_of_it() -> None:
    imported()

    den_haag = Municipality.objects.get(cbs_code="GM0518")

    assert (den_haag.name, den_haag.common_name, den_haag.slug) == ("'s-Gravenhage", "Den Haag", "den-haag")
    assert (den_haag.province, den_haag.website) == ("Zuid-Holland", "https://www.denhaag.nl")
    assert (den_haag.email_domains, den_haag.hex_col is None) == (["denhaag.nl"], False)
    assert Municipality.objects.get(cbs_code="GM1900").email_domains == [
        "gemeentesudwestfryslan.nl",
        "sudwestfryslan.nl",
    ]
    assert Municipality.objects.get(cbs_code="GM0796").sort_name == "hertogenbosch"


def test_two_that_share_a_name_go_by_their_official_one() -> None:
    imported()

    bergen = Municipality.objects.filter(name__startswith="Bergen (").order_by("cbs_code")

    assert [(m.common_name, m.slug) for m in bergen] == [("Bergen (NH.)", "bergen-nh"), ("Bergen (L.)", "bergen-l")]


def test_dates_are_bounds_and_not_days() -> None:
    imported()

    gone, new, old = (Municipality.objects.get(cbs_code=code) for code in ("GM0003", "GM1979", "GM0392"))

    assert (gone.name, gone.valid_from, gone.valid_until, gone.has_exact_dates) == (
        "Appingedam",
        None,
        date(2023, 1, 1),
        False,
    )
    assert (gone.latitude, gone.longitude) == (None, None)
    assert (new.name, new.valid_from, new.valid_until, new.has_exact_dates) == (
        "Eemsdelta",
        date(2023, 1, 1),
        None,
        False,
    )
    assert (old.name, old.valid_from, old.valid_until, old.has_exact_dates) == ("Haarlem", None, None, True)


def test_a_second_import_changes_nothing() -> None:
    imported()
    before = list(Municipality.objects.order_by("pk").values())

    said = imported()

    assert said == ["Gemeenten: 414 bekeken, niets veranderd."]
    assert list(Municipality.objects.order_by("pk").values()) == before


def test_a_dry_run_says_what_would_happen_and_writes_nothing(files: Write) -> None:
    factories.municipality("Haarlem", cbs_code="GM0392", province="Noord-Holland")
    zoetermeer = HAARLEM.replace("GM0392", "GM0637").replace("Haarlem", "Zoetermeer").replace("8,13", "9,9")
    before = list(Municipality.objects.values())

    said = imported(*files(HAARLEM, zoetermeer), "--dry-run")

    assert said == [
        "nieuw: GM0637 Zoetermeer",
        "gewijzigd: GM0392 Haarlem (website, email_domains, longitude, latitude, hex_col, hex_row)",
        "Proef: 1 nieuw, 1 te wijzigen, 0 blijven zo. Er is niets opgeslagen.",
    ]
    assert list(Municipality.objects.values()) == before


def test_what_an_organiser_put_right_stays_and_is_named(files: Write) -> None:
    imported(*files(HAARLEM))
    Municipality.objects.update(website="https://nieuw.example", valid_from=date(1245, 11, 23))

    said = imported(*files(HAARLEM))

    assert said == [
        "verschilt van het bestand en blijft zo: GM0392 Haarlem (website)",
        "Gemeenten: 1 bekeken, niets veranderd.",
    ]
    kept = Municipality.objects.get()
    assert (kept.website, kept.valid_from) == ("https://nieuw.example", date(1245, 11, 23))


def test_with_overwrite_the_file_wins_but_a_blank_empties_nothing(files: Write) -> None:
    imported(*files(HAARLEM))
    changed = HAARLEM.replace("Haarlem,Haarlem,", "Haarlem,Spaarnestad,").replace("https://haarlem.nl", "")

    said = imported(*files(changed), "--overwrite")

    assert said == ["gewijzigd: GM0392 Haarlem (common_name)", "Gemeenten: 0 nieuw, 1 gewijzigd, 0 bleven zo."]
    haarlem = Municipality.objects.get()
    assert (haarlem.common_name, haarlem.sort_name) == ("Spaarnestad", "spaarnestad")
    assert (haarlem.slug, haarlem.website) == ("haarlem", "https://haarlem.nl")


def test_a_municipality_that_left_the_file_is_named_and_stays(files: Write) -> None:
    factories.municipality("Wijdemeren", cbs_code="GM1696")

    said = imported(*files(HAARLEM))

    assert said == [
        "staat niet in het bestand: GM1696 Wijdemeren. Is de gemeente opgeheven? Vul dan de datum in.",
        "Gemeenten: 1 nieuw, 0 gewijzigd, 0 bleven zo.",
    ]
    assert Municipality.objects.get(cbs_code="GM1696").valid_until is None


def test_a_later_division_gets_its_own_bound(files: Write) -> None:
    merged = HAARLEM.replace("GM0392", "GM2001")

    imported(*files(merged), "--since=2027-01-01")

    bounds = Municipality.objects.order_by("cbs_code").values_list("cbs_code", "slug", "valid_from", "valid_until")
    assert list(bounds) == [
        ("GM0392", "haarlem-gm0392", None, date(2027, 1, 1)),
        ("GM2001", "haarlem", date(2027, 1, 1), None),
    ]


def test_with_mistakes_each_line_is_named_and_nothing_is_imported(files: Write) -> None:
    wrong = (
        HAARLEM,
        HAARLEM.replace("8,13", "8,14"),
        "392,Haarlem,Haarlem,Noord-Holland,haarlem,niet een.domein,46,,8,13",
        "GM0003,,Appingedam,Groningerland,ftp://a.nl,,6.8,53.3,2,x",
    )

    with pytest.raises(CommandError) as refusal:
        imported(*files(*wrong, earlier=("GM0005,Bedum,Gronigen",)))

    assert str(refusal.value).splitlines() == [
        "municipalities.csv, regel 3, cbs_code: dit staat ook al op regel 2.",
        "municipalities.csv, regel 4, cbs_code: Een CBS-code is GM met vier cijfers, zoals GM0392. (392)",
        "municipalities.csv, regel 4, email_domains: ‘niet’ is geen domein. (niet een.domein)",
        "municipalities.csv, regel 4, hex_col + hex_row: dit staat ook al op regel 2.",
        "municipalities.csv, regel 4, lon: Zorg ervoor dat deze waarde hoogstens 7.5 is. (46)",
        "municipalities.csv, regel 4, website: Voer een geldige URL in. (haarlem)",
        "municipalities.csv, regel 5, hex_row: Voer een geheel getal in. (x)",
        "municipalities.csv, regel 5, name: Dit veld is verplicht.",
        "municipalities.csv, regel 5, province: Dit is geen Nederlandse provincie. (Groningerland)",
        "municipalities.csv, regel 5, website: Voer een geldige URL in. (ftp://a.nl)",
        "municipalities_2015.csv, regel 2, province: Dit is geen Nederlandse provincie. (Gronigen)",
        "Er is niets geïmporteerd: er zijn 11 fouten.",
    ]
    assert not Municipality.objects.exists()


def test_half_a_point_is_no_point(files: Write) -> None:
    with pytest.raises(CommandError, match=r"regel 2, lat: Vul ook de andere helft in, of geen van beide. \(52.3803\)"):
        imported(*files(HAARLEM.replace("4.6368", "")))


def test_the_shipped_files_stand_in_the_project() -> None:
    assert [TODAY.is_file(), EARLIER.is_file(), TODAY.parent.name] == [True, True, "data"]
