"""Pieces of HTML for somebody else's website."""

from html import escape


def frame(address: str, *, title: str, height: int) -> str:
    """A frame with one of the embed pages in it."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}"\n'
        f'  width="100%" height="{height}" loading="lazy" style="border: 0"></iframe>'
    )


def linked_picture(address: str, *, picture: str, text: str, height: int) -> str:
    """A picture that leads to a page."""
    return f'<a href="{escape(address)}"><img\n  src="{escape(picture)}"\n  alt="{escape(text)}" height="{height}"></a>'
