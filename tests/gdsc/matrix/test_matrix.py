"""Who gets what answer at every address the portal has, and that nothing is written where nothing should be.

The table stands in table.txt, the people and things in world.py. An address without a row fails, and a row without an
address too.
"""

from collections import Counter

import pytest

from tests.gdsc.matrix import asking, routes, table
from tests.gdsc.matrix.table import Row
from tests.gdsc.matrix.world import ROLES, World

ROWS = table.rows()
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.route or "home")


def address_of(row: Row, year: World) -> str:
    return row.address.format(**{name: thing.pk for name, thing in year.things.items()})


def test_every_pattern_has_one_row_and_every_row_a_pattern() -> None:
    patterns = Counter(routes.of_all())
    named = Counter(row.route for row in ROWS)

    assert sorted((patterns - named).elements()) == [], "an address without a row"
    assert sorted((named - patterns).elements()) == [], "a row without an address"


@every_row
def test_looking(row: Row, year: World) -> None:
    """Each role is answered as the table says. What changes nothing is not undone: the world looks at its end."""
    address = address_of(row, year)
    found, writes = {}, {}
    for role in ROLES:
        client = asking.as_role(year, role)
        with asking.noted() as written:
            found[role] = asking.answer_to(client.get(address))
        writes[role] = list(written)

    assert found == dict(zip(ROLES, row.expected["GET"], strict=True))
    assert writes == {role: [] for role in ROLES}


@every_row
def test_sending(row: Row, year: World) -> None:
    """An empty form. Who is refused changes nothing by it; what the others do is undone."""
    address = address_of(row, year)
    found, writes = {}, {}
    for role in ROLES:
        client = asking.as_role(year, role)
        with asking.undone(), asking.noted() as written:
            found[role] = asking.answer_to(client.post(address))
        writes[role] = written if found[role] in asking.REFUSALS else []

    assert found == dict(zip(ROLES, row.expected["POST"], strict=True))
    assert writes == {role: [] for role in ROLES}


def test_nothing_can_be_sent_from_another_site(year: World) -> None:
    """Without the token of our own page, whoever is logged in. The data takes nothing in at all, from anybody."""
    client = asking.as_role(year, "superuser", asking.Browser(enforce_csrf_checks=True))

    found = {row.route: asking.answer_to(client.post(address_of(row, year))) for row in ROWS}

    assert found == {row.route: "405" if row.route.startswith("api/v1/") else "403" for row in ROWS}


def test_the_same_holds_in_another_language(year: World) -> None:
    """For one who may little and, in the admin, for one who may much; machines read at one address only."""
    found, expected = {}, {}
    for row in ROWS:
        role = "organiser" if row.route.startswith("beheer/") else "other"
        found[row.route] = asking.answer_to(asking.as_role(year, role).get(f"/en{address_of(row, year)}"))
        expected[row.route] = row.expected["GET"][ROLES.index(role)]

    for_machines = dict.fromkeys(set(expected) - routes.in_every_language(), "404")
    assert found == expected | for_machines
