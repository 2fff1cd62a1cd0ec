"""Files as people send them: real ones, and ones that are not what they seem."""

import struct
import zipfile
import zlib
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

SCRIPT = b"<script>document.title = 'overgenomen'</script>"


def upload(content: bytes, name: str = "bewijs.pdf", content_type: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type)


def picture(size: tuple[int, int] = (40, 30), kind: str = "PNG", mode: str = "RGB", **options: object) -> bytes:
    drawn = BytesIO()
    Image.new(mode, size, "teal").save(drawn, kind, **options)
    return drawn.getvalue()


def pdf(inside: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n" + inside + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def packed(name: str = "index.html", content: bytes = SCRIPT) -> bytes:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return archive.getvalue()


def pixel_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few hundred bytes that says to be 10 gigabytes large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
