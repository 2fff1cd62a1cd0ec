"""Reading a page as its visitor does."""

import html
import re
from typing import Any


def words_of(response: Any) -> str:
    """The words of the page's own part, with single spaces."""
    assert response.status_code == 200
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    words = " ".join(html.unescape(re.sub("<[^>]*>", " ", f"<main{main}")).split())
    return words.replace(" .", ".")


def without_token(response: Any) -> bytes:
    """The whole answer, but for the CSRF token, which differs every time."""
    content: bytes = response.content
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", content)


def errors_of(response: Any) -> dict[str, list[str]]:
    """What the form of the page says is wrong, by field; under __all__ what belongs to none."""
    assert response.status_code == 200
    errors: dict[str, list[str]] = response.context["form"].errors
    return errors


def message_of(response: Any) -> str:
    """The last word about what was just done."""
    return [str(message) for message in response.context["messages"]][-1]


def again(words: str) -> str:
    """The last word about a form that was sent before, when it was answered with these words."""
    return f"Dit formulier had u al verstuurd. Er is niets dubbel gedaan. Ons antwoord was: {words}"
