"""What may be sent as a file, and what is kept of it."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pytest_django.fixtures import Settings

from competition.uploads import PICTURES, Checked, PrivateFiles, UploadField
from tests.files import SCRIPT, packed, pdf, picture, pixel_bomb, upload

KIND = "Dit soort bestand kan hier niet. Kies een bestand dat eindigt op: pdf, png, jpg."
BROKEN = "Dit bestand is beschadigd. Open het, sla het opnieuw op en kies het dan."
ACTIVE = "In deze pdf zit een programma of een ander bestand. Sla haar op als gewone pdf en kies die."


def checked(content: bytes, name: str = "bewijs.pdf") -> Checked:
    found: Checked = UploadField().clean(upload(content, name))
    return found


def refusal(content: bytes, name: str = "bewijs.pdf") -> str:
    return why_not(upload(content, name))


def why_not(sent: UploadedFile[bytes]) -> str:
    with pytest.raises(ValidationError) as refused:
        UploadField().clean(sent)
    return " ".join(refused.value.messages)


@pytest.mark.parametrize(
    ("content", "name", "kept_as", "kind"),
    [
        (pdf(), "Besluit B&W.pdf", "Besluit B&W.pdf", "application/pdf"),
        (picture(), "scherm.png", "scherm.png", "image/png"),
        (picture(kind="JPEG"), "foto.JPEG", "foto.jpg", "image/jpeg"),
        (picture(), "foto.html", "foto.png", "image/png"),
        (picture(), "rapport\u202egpj.exe", "rapportgpj.png", "image/png"),
        (picture(), ". .", "bestand.png", "image/png"),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, name: str, kept_as: str, kind: str) -> None:
    found = checked(content, name)

    assert (found.name, found.content_type) == (kept_as, kind)


def test_no_file_is_no_error_where_none_is_needed() -> None:
    assert UploadField(required=False).clean(None) is None


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "leeg.pdf", "Dit bestand is leeg. Kies een ander."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>", "logo.svg", KIND),
        (b"<!doctype html>" + SCRIPT, "foto.png", KIND),
        (b"GIF89a" + SCRIPT, "foto.gif", KIND),
        (packed(), "bijlage.zip", KIND),
        (packed("word/vbaProject.bin"), "macro.docm", KIND),
        (b"MZ\x90\x00", "rapport.pdf", KIND),
        (SCRIPT + pdf(), "polyglot.pdf", KIND),
        (pdf() + packed(), "polyglot.pdf", BROKEN),
        (pdf() + b" " * 2000, "half.pdf", BROKEN),
        (pdf(b"<</S/JavaScript/JS(app.alert(1))>>"), "script.pdf", ACTIVE),
        (pdf(b"<</S/Launch/F(cmd.exe)>>"), "start.pdf", ACTIVE),
        (pdf(b"<</EmbeddedFile>>"), "bijlage.pdf", ACTIVE),
        (b"\x89PNG\r\n\x1a\n" + SCRIPT, "foto.png", BROKEN),
        (b"\xff\xd8\xff" + SCRIPT, "foto.jpg", BROKEN),
        (picture()[:60], "half.png", BROKEN),
        (picture((400, 400), "JPEG")[:700], "half.jpg", BROKEN),
        (pixel_bomb(), "bom.png", BROKEN),
    ],
)
def test_what_is_hostile_or_broken_is_refused_in_words(content: bytes, name: str, words: str) -> None:
    assert refusal(content, name) == words


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(settings: Settings) -> None:
    settings.UPLOAD_MAX_PIXELS = 2_000_000

    assert (
        refusal(pixel_bomb(2000, 2000)) == "Deze afbeelding is te groot. Maak haar kleiner dan 2 miljoen beeldpunten."
    )


def test_nothing_is_left_of_a_picture_but_what_can_be_seen() -> None:
    told = PngInfo()
    told.add_text("Comment", SCRIPT.decode())
    exif = Image.Exif()
    exif[0x0110] = "Telefoon van Jan"
    sent = picture(pnginfo=told, exif=exif) + SCRIPT

    kept = checked(sent, "foto.png").content

    with Image.open(BytesIO(kept)) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (40, 30))
        assert not drawn.getexif()
        assert not drawn.info
    assert b"script" not in kept
    assert b"Jan" not in kept


def test_a_photograph_stands_upright_and_is_made_smaller() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6

    kept = checked(picture((3000, 1500), "JPEG", exif=turned), "foto.jpg").content

    with Image.open(BytesIO(kept)) as drawn:
        assert drawn.size == (1000, 2000)
        assert not drawn.getexif()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_picture_can_be_drawn_anew(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    sent = BytesIO()
    Image.new(mode, (8, 8)).save(sent, kind)

    with Image.open(BytesIO(checked(sent.getvalue()).content)) as drawn:
        assert (drawn.format, drawn.size) == (kind, (8, 8))


def test_a_photograph_with_notes_that_make_no_sense_is_refused_in_words() -> None:
    notes = Image.Exif()
    notes.update({0x112: 6, 0x11A: 1.5})  # lies on its side, with so many dots to an inch
    sent = BytesIO()
    Image.new("RGB", (40, 30)).save(sent, "JPEG", exif=notes)
    unknown_field = sent.getvalue().replace(bytes.fromhex("011a0005"), bytes.fromhex("01530005"))
    assert unknown_field != sent.getvalue()

    assert refusal(unknown_field, "foto.jpg") == BROKEN


def test_where_only_pictures_are_asked_for_a_pdf_is_refused() -> None:
    with pytest.raises(ValidationError, match="eindigt op: png, jpg"):
        UploadField(kinds=PICTURES).clean(upload(pdf()))


def test_the_same_file_is_known_again() -> None:
    assert checked(picture(), "een.png").digest == checked(picture(), "twee.png").digest
    assert checked(picture()).digest != checked(picture((1, 1))).digest


# --- Too large -----------------------------------------------------------------------------------


@pytest.fixture
def send() -> Iterator[Callable[[bytes], UploadedFile[bytes]]]:
    """Send a file as a browser does; it is let go of as at the end of a request."""
    requests: list[HttpRequest] = []

    def sent(content: bytes) -> UploadedFile[bytes]:
        requests.append(RequestFactory().post("/", {"file": upload(content)}))
        arrived = requests[-1].FILES["file"]
        assert isinstance(arrived, UploadedFile)
        return arrived

    yield sent
    for request in requests:
        request.close()


def test_a_file_that_is_too_large_is_cut_off_and_refused_with_the_limit(
    settings: Settings, send: Callable[[bytes], UploadedFile[bytes]]
) -> None:
    settings.UPLOAD_MAX_BYTES = 2048
    content = pdf(b" " * 300_000)

    arrived = send(content)

    assert arrived.size == len(content)
    assert len(arrived.read()) == 2049
    assert why_not(arrived) == "Dit bestand is te groot. Een bestand mag hoogstens 2,0\xa0KB zijn."


def test_a_file_that_just_fits_arrives_whole(settings: Settings, send: Callable[[bytes], UploadedFile[bytes]]) -> None:
    content = pdf(b" " * 200_000)
    settings.UPLOAD_MAX_BYTES = len(content)

    found: Checked = UploadField().clean(send(content))

    assert found.content == content


# --- Where it is kept ----------------------------------------------------------------------------


def test_a_kept_file_has_a_name_of_chance_that_only_we_can_read_and_no_address(
    settings: Settings, tmp_path: Path
) -> None:
    settings.PRIVATE_FILES_DIR = str(tmp_path / "files")
    storage = PrivateFiles()

    name = storage.save("bewijs/x.pdf", checked(pdf()).as_file())

    assert (tmp_path / "files" / name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "files").stat().st_mode & 0o777 == 0o700
    with pytest.raises(ValueError, match="no address"):
        storage.url(name)


def test_two_files_never_share_a_name() -> None:
    names = {checked(pdf(), "plan.pdf").as_file().name for _ in range(3)}

    assert len(names) == 3
    assert not any("plan" in str(name) for name in names)


def test_without_a_directory_nothing_can_be_kept(settings: Settings) -> None:
    settings.PRIVATE_FILES_DIR = ""

    with pytest.raises(RuntimeError, match="PRIVATE_FILES_DIR is empty"):
        PrivateFiles().save("x", checked(pdf()).as_file())
