"""Hostile words and files in every field of every form of municipal staff: never a fault of ours, never run."""

from typing import Any

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.test import Client

from gdsc.once import KEY
from solutions.models import ContributionImage, Evidence
from tests.competition.test_markup import PAYLOADS
from tests.files import SCRIPT, packed, pdf, picture, pixel_bomb, upload
from tests.gdsc.staff.test_forms import Sent, contact, sent_forms, undone

__all__ = ["contact"]
pytestmark = pytest.mark.django_db

BREAKING = [
    *("=1+1", "@SUM(A1)", "-2+3", "\t=cmd|' /C calc'!A0", "\r=1"),
    *(
        "a\r\nBcc: x@example.nl",
        "a\nBEGIN:VEVENT",
        "https://u:p@example.nl",
        "http://169.254.169.254/",
        "http://[::1]/",
    ),
    *("//[", "https://exa mple.nl", "javascript:alert(1)", "data:text/html,x", "ftp://example.nl"),
    *("9" * 5000, "1_000", "١٢٣", "-1", "1e9", "NaN", "0x10", "2026-02-30", "0000-00-00", "9999-99-99", "٢٠٢٦-٠٣-٠٢"),
    *("a\x00b", "\u202egnp.exe", "\u200b", "\ufeff", "e\u0301" * 500, "😀" * 3000, "x" * 100_000, " ", "\u2028"),
    *("' OR 1=1 --", "{{ 7*7 }}", "{% csrf_token %}", "${7*7}", "%s%n", "../../etc/passwd", "\\", "zаandam"),
]
"""What breaks tables, mails, calendars, addresses, numbers, days and texts (F71-F74, F79)."""
WORDS = [*PAYLOADS, *BREAKING]
FILES = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "a.svg", "image/svg+xml"),
    "html as a picture": (SCRIPT, "a.png", "image/png"),
    "a name with markup": (SCRIPT, '"><script>alert(1)</script>.png', "image/png"),
    "an archive": (packed(), "a.pdf", "application/pdf"),
    "a pdf with a program": (pdf(b"/JavaScript (x)"), "a.pdf", "application/pdf"),
    "a picture of 10 gigabytes": (pixel_bomb(), "a.png", "image/png"),
    "half a picture": (picture()[:60], "a.png", "image/png"),
    "nothing": (b"", "a.png", "image/png"),
}


def fields_of_text(form: Sent) -> list[str]:
    """What a browser would send as text, chosen and hidden values too: who attacks fills in anything."""
    return [name for name, value in form.fields.items() if name != KEY and not isinstance(value, UploadedFile)]


@pytest.mark.parametrize("number", [0, *(pytest.param(number, marks=pytest.mark.long) for number in range(1, 8))])
def test_no_word_in_any_field_is_a_fault_of_ours(contact: Client, number: int) -> None:
    forms = list(sent_forms(contact))
    asked = 0
    for word in WORDS[number::8]:
        for form in forms:
            buttons = {name for name in fields_of_text(form) if name in {"action", "answer", "presence"}}
            filled: dict[str, Any] = dict.fromkeys(set(fields_of_text(form)) - buttons, word)
            with undone():
                answer = contact.post(form.action, filled | {name: form.fields[name] for name in buttons})
            assert (form.name, word[:50], answer.status_code < 500) == (form.name, word[:50], True)
            asked += 1
    assert asked > 300


@pytest.mark.parametrize("field_word", ["\x00", "9" * 5000, "<script>"], ids=["nul", "digits", "markup"])
def test_no_word_instead_of_a_button_a_key_or_a_file_is_one_either(contact: Client, field_word: str) -> None:
    for form in list(sent_forms(contact)):
        for name in form.fields:
            with undone():
                answer = contact.post(form.action, form.fields | {name: field_word})
            assert (form.name, name, answer.status_code < 500) == (form.name, name, True)


@pytest.mark.parametrize("which", FILES)
def test_no_hostile_file_is_kept_and_the_reason_is_said(contact: Client, which: str) -> None:
    before = Evidence.objects.count() + ContributionImage.objects.count()
    tried = []
    for form in list(sent_forms(contact)):
        for name, value in form.fields.items():
            if isinstance(value, UploadedFile):
                answer = contact.post(form.action, form.fields | {name: upload(*FILES[which])})
                assert (form.name, answer.status_code, name in answer.context["form"].errors) == (form.name, 200, True)
                tried.append(name)
    assert set(tried) == {"file", "evidence_file"}
    assert Evidence.objects.count() + ContributionImage.objects.count() == before
