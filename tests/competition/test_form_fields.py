"""Form fields that trust nothing they are given."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from competition.form_fields import DayField, PlainLineField, PlainTextField, PublicLinkField, WholeNumberField

RIGHT_TO_LEFT, ZERO_WIDTH, SOFT_HYPHEN, NUL, BELL, HALF = "\u202e", "\u200b", "\u00ad", "\x00", "\x07", "\ud800"
NOT_PUBLIC = "Vul het hele adres van een openbare pagina in, zoals https://uwgemeente.nl/pagina."


@pytest.mark.parametrize("hidden", [RIGHT_TO_LEFT, ZERO_WIDTH, SOFT_HYPHEN, NUL, BELL, HALF, "\ufeff", "\u2066"])
def test_hidden_characters_are_left_out(hidden: str) -> None:
    assert PlainTextField().clean(f"Zo{hidden}mer") == "Zomer"


def test_letters_of_every_script_emoji_and_lines_stay() -> None:
    text = "Súdwest-Fryslân ’s-Gravenhage\n\n- één 中文 🙂\tklaar"

    assert PlainTextField().clean(text) == text


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\u2028", "\x85"])
def test_every_kind_of_line_end_becomes_the_same(end: str) -> None:
    assert PlainTextField().clean(f"een{end}twee") == "een\ntwee"


def test_a_text_of_hidden_characters_only_is_empty() -> None:
    with pytest.raises(ValidationError) as refused:
        PlainTextField().clean(f" {ZERO_WIDTH}{NUL} ")

    assert refused.value.messages == ["Vul dit in."]


def test_a_line_has_no_line_ends() -> None:
    assert PlainLineField().clean("een\r\n twee\t drie") == "een twee drie"


def test_a_text_that_is_too_long_is_refused_in_words_and_not_cut_off() -> None:
    field = PlainLineField(max_length=5)

    with pytest.raises(ValidationError) as refused:
        field.clean("zes zes")

    assert refused.value.messages == ["Uw tekst telt 7 tekens. Maak er hoogstens 5 van."]
    assert "maxlength" not in field.widget.attrs


@pytest.mark.parametrize(("typed", "number"), [("3", 3), (" 12 ", 12), ("007", 7), ("0", 0)])
def test_digits_are_a_number(typed: str, number: int) -> None:
    assert WholeNumberField().clean(typed) == number


@pytest.mark.parametrize(
    "typed",
    ["1_000", "٣", "３", "1.000", "3,5", "1e3", "+3", "-3", "drie", "3 4", "0x3", "9" * 10, "9" * 5000, "3\x00"],
)
def test_anything_but_a_plain_number_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        WholeNumberField().clean(typed)

    assert refused.value.messages == ["Vul een heel getal in, met alleen cijfers. Bijvoorbeeld 3."]


@pytest.mark.parametrize(
    ("typed", "words"), [("0", "Vul 1 of meer in."), ("501", "Vul 500 of minder in."), ("", "Vul een getal in.")]
)
def test_a_number_out_of_bounds_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        WholeNumberField(min_value=1, max_value=500).clean(typed)

    assert refused.value.messages == [words]


@pytest.mark.parametrize("typed", ["2026-03-02", "2-3-2026", "02-03-2026", " 2026-03-02 "])
def test_a_day_can_be_chosen_or_typed(typed: str) -> None:
    assert DayField().clean(typed) == date(2026, 3, 2)


@pytest.mark.parametrize("typed", ["31-2-2026", "gisteren", "٢٠٢٦-٠٣-٠٢", "2026-13-01", "2-3", "99999-01-01", "\x00"])
def test_a_day_that_does_not_exist_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        DayField().clean(typed)

    assert refused.value.messages == ["Vul een datum in die bestaat, zoals 2-3-2026."]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://www.zwolle.nl/verhuizen?stap=1#boven", "https://www.zwolle.nl/verhuizen?stap=1#boven"),
        ("http://zwolle.nl", "http://zwolle.nl"),
        ("www.zwolle.nl/verhuizen", "https://www.zwolle.nl/verhuizen"),
        (f"https://zwolle.nl/{ZERO_WIDTH}verhuizen", "https://zwolle.nl/verhuizen"),
        ("https://xn--sdwestfrysln-gfb9c.nl/", "https://xn--sdwestfrysln-gfb9c.nl/"),
    ],
)
def test_the_address_of_a_public_page_is_taken(typed: str, address: str) -> None:
    assert PublicLinkField().clean(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "http://169.254.169.254/latest",
        "http://127.0.0.1/",
        "http://[::1]/",
        "https://[",
        "https://[zwolle.nl]/",
        "http://2852039166/",
        "http://0x7f.0x0.0x0.0x1/",
        "http://127.1/",
        "http://localhost/",
        "http://intranet/",
        "http://server.local/",
        "http://portaal.INTERNAL./",
        "geen adres",
        "https://",
        "https://zwolle..nl/",
        "https://zwolle.nl/een pagina",
    ],
)
def test_an_address_that_is_not_public_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PublicLinkField().clean(typed)

    assert refused.value.messages == [NOT_PUBLIC]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ftp://zwolle.nl/", "Begin het adres met https://."),
        ("javascript:alert(1)", "Begin het adres met https://."),
        ("data:text/html,hoi", "Begin het adres met https://."),
        ("file:///etc/passwd", "Begin het adres met https://."),
        ("https://jan:geheim@zwolle.nl/", "Haal de inlognaam of het wachtwoord uit het adres: iedereen kan het lezen."),
        (
            r"https://zwolle.nl\@elders.nl/",
            "Haal de inlognaam of het wachtwoord uit het adres: iedereen kan het lezen.",
        ),
        ("\x00", "Vul een webadres in."),
        ("https://zwolle.nl:8443/", "Haal de dubbele punt met het getal (de poort) uit het adres."),
    ],
)
def test_what_is_wrong_with_an_address_is_said_in_words(typed: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PublicLinkField().clean(typed)

    assert refused.value.messages == [words]


def test_an_address_that_is_too_long_is_refused_in_words() -> None:
    with pytest.raises(ValidationError) as refused:
        PublicLinkField(max_length=200).clean("https://zwolle.nl/" + "a" * 200)

    assert refused.value.messages == ["Dit adres telt 218 tekens. Kies een adres van hoogstens 200 tekens."]
