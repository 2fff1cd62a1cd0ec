"""Files that people send: cut off at a limit, of few kinds, told by their content, and kept outside the web.

A picture is drawn anew, so that nothing of the file that was sent is left but what can be seen. A PDF is kept as it
came: it is refused where it openly carries a program or other files, which is a sieve and no virus scanner. That is
why it is only ever handed over as a download, under a policy that lets it do nothing (`served`).
"""

import re
import struct
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.deconstruct import deconstructible
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from competition.form_fields import on_one_line

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
ENDINGS = {PDF: "pdf", PNG: "png", JPEG: "jpg"}
PICTURES = (PNG, JPEG)
_BEGINS_WITH = {b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG, b"%PDF-1.": PDF, b"%PDF-2.": PDF}
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b")
_LONGEST_SIDE = 2000
_BROKEN = (
    *(OSError, SyntaxError, ValueError, EOFError, MemoryError, OverflowError, AttributeError, TypeError, IndexError),
    *(KeyError, struct.error, Image.DecompressionBombError, Image.DecompressionBombWarning),
)
"""What Pillow raises for a picture that is none; it names no class of its own for that."""


class Checked(NamedTuple):
    """A file that may be kept. `digest` is of what was sent, so that the same file is known again."""

    name: str
    content_type: str
    content: bytes
    digest: str

    def as_file(self) -> ContentFile[bytes]:
        return ContentFile(self.content, name=f"{uuid4().hex}.{ENDINGS[self.content_type]}")


class CappedUploadHandler(FileUploadHandler):
    """Keeps no more of a file than is needed to see that it is too large, and says how large it was."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file: Any = SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        room = settings.UPLOAD_MAX_BYTES + 1 - start
        if room > 0:
            self.file.write(raw_data[:room])

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        self.file.seek(0)
        return UploadedFile(self.file, self.file_name, self.content_type, file_size, self.charset)


@deconstructible
class PrivateFiles(FileSystemStorage):
    """A folder outside all that the web server hands out; there is no address that leads into it."""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def base_location(self) -> str:
        if not is_on():
            raise RuntimeError("PRIVATE_FILES_DIR is empty: there is no place for files.")
        return str(settings.PRIVATE_FILES_DIR)

    @property
    def location(self) -> str:
        return self.base_location

    def url(self, name: str | None) -> str:
        raise ValueError("A private file has no address.")


def is_on() -> bool:
    """Whether there is a place for files here."""
    return bool(settings.PRIVATE_FILES_DIR)


class UploadField(forms.FileField):
    """A file of one of the kinds, as `Checked`; nothing while no file was chosen."""

    default_error_messages = {
        "required": _("Kies een bestand."),
        "missing": _("Kies een bestand."),
        "invalid": _("Dit bestand is niet goed aangekomen. Kies het opnieuw."),
        "empty": _("Dit bestand is leeg. Kies een ander."),
        "max_length": _("De naam van dit bestand is te lang. Geef het een kortere naam."),
        "too_large": _("Dit bestand is te groot. Een bestand mag hoogstens %(limit)s zijn."),
        "kind": _("Dit soort bestand kan hier niet. Kies een bestand dat eindigt op: %(endings)s."),
        "active": _("In deze pdf zit een programma of een ander bestand. Sla haar op als gewone pdf en kies die."),
        "broken": _("Dit bestand is beschadigd. Open het, sla het opnieuw op en kies het dan."),
        "pixels": _("Deze afbeelding is te groot. Maak haar kleiner dan %(millions)d miljoen beeldpunten."),
    }

    def __init__(self, *, kinds: tuple[str, ...] = (PDF, PNG, JPEG), **kwargs: Any) -> None:
        self.kinds = kinds
        super().__init__(**{"max_length": 200} | kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": ",".join(self.kinds)}

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        return None if upload is None else self._check(upload)

    def _check(self, upload: File[Any]) -> Checked:
        if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
            self._refuse("too_large", limit=filesizeformat(settings.UPLOAD_MAX_BYTES))
        sent = upload.read()
        kind = next((kind for begin, kind in _BEGINS_WITH.items() if sent.startswith(begin)), None)
        if kind not in self.kinds:
            self._refuse("kind", endings=", ".join(ENDINGS[one] for one in self.kinds))
        assert kind is not None
        content = self._demand_a_plain_pdf(sent) if kind == PDF else self._drawn_anew(sent, kind)
        return Checked(_name(upload.name, kind), kind, content, sha256(sent).hexdigest())

    def _demand_a_plain_pdf(self, sent: bytes) -> bytes:
        """Also nothing that is another kind of file at the same time, by what stands at its end."""
        if b"%%EOF" not in sent[-1024:] or zipfile.is_zipfile(BytesIO(sent)):
            self._refuse("broken")
        if _ACTIVE.search(sent):
            self._refuse("active")
        return sent

    def _drawn_anew(self, sent: bytes, kind: str) -> bytes:
        """Only what can be seen: without place, maker, comments, and whatever stood behind the picture."""
        try:
            with Image.open(BytesIO(sent), formats=[kind.removeprefix("image/").upper()]) as picture:
                if picture.width * picture.height > settings.UPLOAD_MAX_PIXELS:
                    self._refuse("pixels", millions=settings.UPLOAD_MAX_PIXELS // 1_000_000)
                picture.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
                return _drawn(picture, kind)
        except _BROKEN as error:
            raise ValidationError(self.error_messages["broken"], code="broken") from error

    def _refuse(self, code: str, **told: Any) -> None:
        raise ValidationError(self.error_messages[code], code=code, params=told)


def _drawn(picture: Image.Image, kind: str) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    plain = upright.convert("RGBA" if kind == PNG and upright.has_transparency_data else "RGB")
    plain.info.clear()
    plain.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    drawn = BytesIO()
    plain.save(drawn, "PNG" if kind == PNG else "JPEG", quality=85)
    return drawn.getvalue()


def _name(sent: str | None, kind: str) -> str:
    """What the sender called it, with the ending of what it is."""
    stem = PurePosixPath(on_one_line(sent or "")).stem[:80].strip(". ") or "bestand"
    return f"{stem}.{ENDINGS[kind]}"


def served(file: FieldFile, *, content_type: str, save_as: str = "") -> HttpResponse:
    """The file as what it is, under a policy with which it can load and run nothing; 404 where it is gone.

    With `save_as` it is for this reader only, and a browser saves it under that name instead of showing it.
    """
    if not file:
        raise Http404
    try:
        with file.open("rb") as opened:
            response = HttpResponse(opened.read(), content_type=content_type)
    except FileNotFoundError as error:
        raise Http404 from error
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    if save_as:
        disposition = content_disposition_header(as_attachment=True, filename=get_valid_filename(save_as))
        response["Content-Disposition"] = disposition or "attachment"
        response["Cache-Control"] = "private, no-store"
    return response
