"""In what order names of municipalities stand in a list. No database."""

import pytest

from competition.names import sort_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Haarlem", "haarlem"),
        ("'s-Hertogenbosch", "hertogenbosch"),
        ("’s-Gravenhage", "gravenhage"),
        ("'s Gravenzande", "gravenzande"),
        ("'t Bildt", "bildt"),
        ("Súdwest-Fryslân", "sudwest-fryslan"),
        ("Hollands Kroon", "hollands kroon"),
        ("IJsselstein", "ijsselstein"),
        ("Ĳsselstein", "ijsselstein"),
        ("De Bilt", "de bilt"),
        ("Sint-Michielsgestel", "sint-michielsgestel"),
        ("'shertogenrade", "'shertogenrade"),
        ("  Utrecht ", "utrecht"),
    ],
)
def test_the_key_has_no_marks_no_capitals_and_no_leading_article(name: str, key: str) -> None:
    assert sort_key(name) == key


def test_a_list_stands_in_the_order_a_reader_expects() -> None:
    names = ["Zwolle", "'s-Hertogenbosch", "Hilversum", "Súdwest-Fryslân", "Heerlen", "Stein", "’s-Gravenhage"]

    assert sorted(names, key=sort_key) == [
        "’s-Gravenhage",
        "Heerlen",
        "'s-Hertogenbosch",
        "Hilversum",
        "Stein",
        "Súdwest-Fryslân",
        "Zwolle",
    ]
