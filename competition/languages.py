"""The languages of the portal. What is kept and mailed is in Dutch; what a visitor reads, the address says.

No cookie and no header of the browser chooses: so one address is one page, and can be kept, cited and shared.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation


@contextmanager
def in_dutch() -> Iterator[None]:
    """Make words that are kept or mailed: others read them too, whatever language the person who acts reads.

    Also a decorator.
    """
    with translation.override(settings.LANGUAGE_CODE):
        yield


def of_address(path: str) -> str:
    """The language of this address: what stands first in it, or else Dutch."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in _prefixed() else str(settings.LANGUAGE_CODE)


def address_in(language: str, path: str) -> str:
    """The address of the same page in another language; a query stays as it is.

    By its form only, so that it can be made for an address at which nothing is found, too.
    """
    here = of_address(path)
    bare = path if here == settings.LANGUAGE_CODE else f"/{path.removeprefix(f'/{here}').lstrip('/')}"
    return bare if language == settings.LANGUAGE_CODE else f"/{language}{bare}"


def _prefixed() -> list[str]:
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
