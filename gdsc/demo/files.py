"""The files of the demonstration: a page of a PDF and two pictures, drawn here and the same each time.

They go in as what people send does: checked by the field of the form, and kept by the functions of the site. Each says
in itself that it is invented, as a file is also seen without the page around it.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from competition import uploads
from competition.uploads import Checked, UploadField
from gdsc.demo import plan
from scoring.models import Claim
from solutions.models import Adoption, Contribution

MARK = "Voorbeeldgegevens"
SIZE = (1200, 750)
_INK, _PAPER, _BAR, _TINT, _ACCENT = "#15293f", "#ffffff", "#1d4f7c", "#e6eef5", "#b8510d"


class Picture(NamedTuple):
    content: Checked
    alt: str


def evidence_for(claim: Claim, code: str) -> list[Checked]:
    """The files with which the winner shows its first adoption of the year; any other claim has none.

    Asked before the claim is handed in, as files cannot be added after that.
    """
    if not uploads.is_on() or not isinstance(claim, Adoption) or code != plan.WINNER or _has_another_with_files(claim):
        return []
    title = claim.solution.title
    return [
        _checked("besluit-voorbeeldgegevens.pdf", "application/pdf", _pdf(title, str(claim.participant))),
        _checked("schermbeeld-voorbeeldgegevens.png", "image/png", _screen(title, ["Aanvragen", "Volgen", "Klaar"])),
    ]


def pictures_for(claim: Claim, code: str) -> list[Picture]:
    """The picture with each solution that the leaders offer."""
    if not uploads.is_on() or not isinstance(claim, Contribution) or code not in plan.LEADERS:
        return []
    content = _checked(
        "schermbeeld-voorbeeldgegevens.png", "image/png", _screen(claim.title, ["Zoek", "Kies", "Regel"])
    )
    alt = f"{MARK}: een getekend scherm van ‘{claim.title}’, met drie knoppen: zoek, kies en regel."
    return [Picture(content, alt)]


def _has_another_with_files(claim: Adoption) -> bool:
    others = Adoption.objects.filter(participant=claim.participant, files__isnull=False)
    return others.exclude(pk=claim.pk).exists()


def _checked(name: str, content_type: str, content: bytes) -> Checked:
    checked = UploadField().clean(SimpleUploadedFile(name, content, content_type))
    assert isinstance(checked, Checked)
    return checked


def _screen(title: str, buttons: Iterable[str]) -> bytes:
    """A page of a site as a child would draw it: a bar, a title, three buttons; and that it is an example."""
    picture = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, SIZE[0], 96), fill=_BAR)
    draw.text((48, 28), "Gemeente", font=ImageFont.load_default(36), fill=_PAPER)
    draw.text((48, 140), title, font=_fitting(draw, title), fill=_INK)
    for number, words in enumerate(buttons):
        left = 48 + number * 376
        draw.rounded_rectangle((left, 250, left + 352, 500), radius=16, fill=_TINT, outline=_BAR, width=3)
        draw.text((left + 32, 350), f"{number + 1}. {words}", font=ImageFont.load_default(40), fill=_BAR)
    draw.rectangle((0, 610, SIZE[0], SIZE[1]), fill=_ACCENT)
    draw.text((48, 642), f"{MARK}: dit is verzonnen.", font=ImageFont.load_default(52), fill=_PAPER)
    drawn = BytesIO()
    picture.save(drawn, "PNG", optimize=True)
    return drawn.getvalue()


def _fitting(draw: ImageDraw.ImageDraw, words: str) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The largest letter in which these words stand on one line."""
    for size in range(60, 20, -4):
        font = ImageFont.load_default(size)
        if draw.textlength(words, font=font) <= SIZE[0] - 96:
            return font
    return ImageFont.load_default(20)


def _pdf(title: str, name: str) -> bytes:
    """One page in a letter that every reader has."""
    lines = [(24, MARK), (18, f"Besluit: {title}"), (12, f"{name} gebruikt deze oplossing."), (12, "Dit is verzonnen.")]
    words = "".join(f"/F {size} Tf ({_escaped(line)}) Tj 0 -40 Td " for size, line in lines)
    page = f"BT 60 760 Td {words}ET".encode("cp1252", "replace")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(nl)>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    return _with_its_index(objects)


def _with_its_index(objects: list[bytes]) -> bytes:
    """A PDF names where in the file each of its objects begins."""
    file, begins = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        begins.append(b"%010d 00000 n \n" % len(file))
        file += b"%d 0 obj%s\nendobj\n" % (number, content)
    index = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, b"".join(begins))
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(file))
    return file + index + end


def _escaped(words: str) -> str:
    return words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
