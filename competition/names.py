"""Names of municipalities: in what order they stand in a list."""

import re
import unicodedata

_LEADING_ARTICLE = re.compile(r"^['’][st][\s-]+")


def sort_key(name: str) -> str:
    """A plain text to sort by: 's-Hertogenbosch under the h, Súdwest-Fryslân as sudwest-fryslan.

    The database has no Dutch collation (the embedded PostgreSQL is built without ICU), so the order is stored.
    """
    without_marks = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return _LEADING_ARTICLE.sub("", without_marks.casefold()).strip()
