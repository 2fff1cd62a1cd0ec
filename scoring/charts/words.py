"""Texts that have to fit in a drawing."""

import re

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def shorten(text: str, most: int) -> str:
    """The text in at most so many characters, with an ellipsis where something is left out."""
    return text if len(text) <= most else text[: most - 1].rstrip(" ,-") + "…"


def for_xml(text: str) -> str:
    """Without the control characters that no XML may hold, not even escaped: an SVG with one would not open at all."""
    return _NOT_IN_XML.sub("", text)


def printable(text: str) -> str:
    """On one line, and without what no font shows."""
    return " ".join(for_xml(text).split())
