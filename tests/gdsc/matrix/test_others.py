"""What is of others does not exist: the same answer, to the last byte, as for a thing that is not there."""

import pytest

from tests.gdsc.matrix import asking, table
from tests.gdsc.matrix.world import World
from tests.gdsc.staff.pages import without_token

OWN = "mijn/<slug:slug>/"
ROWS = table.rows()
NOWHERE = 999_999
NOT_OURS = ("elders", "nergens")
"""A municipality that plays, and one that is not there."""
OTHERS_THINGS = [
    "mijn/<slug:slug>/collegas/uitnodigingen/<int:pk>/intrekken/",
    "mijn/<slug:slug>/collegas/<int:pk>/weghalen/",
    "mijn/<slug:slug>/oplossingen/<slug:solution_slug>/bestanden/<int:pk>/",
    "mijn/<slug:slug>/van-u-overgenomen/<int:pk>/",
    "mijn/<slug:slug>/nog-in-gebruik/<int:pk>/",
    "mijn/<slug:slug>/goed-opgelost/<int:pk>/",
    "mijn/<slug:slug>/goed-opgelost/<int:pk>/beelden/",
    "mijn/<slug:slug>/goed-opgelost/<int:pk>/beelden/verwijderen/",
    "mijn/<slug:slug>/goed-opgelost/<int:pk>/beelden/<int:image_pk>/",
    "mijn/<slug:slug>/goed-opgelost/<int:pk>/antwoord/",
    "mijn/<slug:slug>/goed-opgelost/<int:pk>/intrekken/",
    "mijn/<slug:slug>/bezwaren/<int:pk>/",
    "mijn/<slug:slug>/bezwaren/<int:pk>/intrekken/",
]
"""Every address of one's own that names a thing by its number: one of another municipality is tried in its place."""


def answer(year: World, role: str, method: str, address: str, **fields: object) -> tuple[int, bytes]:
    client = asking.as_role(year, role)
    with asking.undone():
        response = client.post(address, fields) if method == "POST" else client.get(address)
    return response.status_code, without_token(response)


def test_the_list_names_every_address_with_a_number() -> None:
    with_number = [row.route for row in ROWS if row.route.startswith(OWN) and "<int:pk>" in row.route]

    assert sorted(with_number) == sorted(OTHERS_THINGS)


@pytest.mark.parametrize("method", table.METHODS)
@pytest.mark.parametrize("row", [row for row in ROWS if row.route.startswith(OWN)], ids=lambda row: row.route)
def test_the_part_of_another_municipality(year: World, row: table.Row, method: str) -> None:
    ours, nowhere = (
        row.address.format(**numbers(year)).replace("/stad/", f"/{slug}/") for slug in ("elders", "nergens")
    )

    assert answer(year, "contact", method, ours) == answer(year, "contact", method, nowhere)
    assert answer(year, "contact", method, ours)[0] in {404, 405}


@pytest.mark.parametrize("method", table.METHODS)
@pytest.mark.parametrize("row", [row for row in ROWS if row.route in OTHERS_THINGS], ids=lambda row: row.route)
def test_a_thing_of_another_municipality_under_ones_own_name(year: World, row: table.Row, method: str) -> None:
    theirs = row.address.format(**numbers(year, "foreign_") | {"foreign_used": year.things["used"].pk})
    nothing = row.address.format(**dict.fromkeys(year.things, NOWHERE))

    assert theirs != row.address.format(**numbers(year))
    assert answer(year, "contact", method, theirs) == answer(year, "contact", method, nothing)
    assert answer(year, "contact", method, theirs)[0] in {404, 405}


@pytest.mark.parametrize("method", table.METHODS)
@pytest.mark.parametrize("row", [r for r in ROWS if r.route.startswith("mijn/gastheer/<")], ids=lambda row: row.route)
def test_the_list_of_a_meetup_of_which_one_is_no_host(year: World, row: table.Row, method: str) -> None:
    avond = row.address.format(**numbers(year))

    for role in ("contact", "other", "left", "organiser"):
        assert answer(year, role, method, avond) == answer(year, role, method, avond.replace("/avond/", "/nergens/"))


def test_a_link_of_another_meetup_than_ones_own(year: World) -> None:
    address = "/mijn/gastheer/2026/avond/materiaal/{}/weg/"
    theirs = address.format(year.things["foreign_material"].pk)

    assert answer(year, "host", "GET", theirs) == answer(year, "host", "GET", address.format(NOWHERE))
    assert answer(year, "host", "GET", theirs)[0] == 404


@pytest.mark.parametrize(
    ("address", "field", "thing"),
    [
        ("/mijn/stad/oplossingen/oplossing/bestanden/verwijderen/", "file", "evidence"),
        ("/mijn/stad/goed-opgelost/{draft}/beelden/verwijderen/", "image", "draft_image"),
    ],
)
def test_a_hidden_field_that_names_a_thing_of_another(year: World, address: str, field: str, thing: str) -> None:
    address = address.format(**numbers(year))
    theirs = year.things[f"foreign_{thing}"]

    tried = answer(year, "contact", "POST", address, **{field: theirs.pk})

    assert tried == answer(year, "contact", "POST", address, **{field: NOWHERE})
    assert type(theirs).objects.filter(pk=theirs.pk).exists()


def numbers(year: World, prefix: str = "") -> dict[str, int]:
    """What stands in an address for each thing: with a prefix, that of another wherever there is one."""
    return {name: year.things.get(prefix + name, thing).pk for name, thing in year.things.items()}
