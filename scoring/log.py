"""What was put right and what two organisers decided together, for everybody: what and why, never who."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat

from competition.calendar import local_date
from competition.models import Edition
from scoring import boards
from scoring.models import Act, Freeze, LedgerEntry, Proposal

REVERSAL, VERSION, FROZEN, LIFTED = "reversal", "version", "frozen", "lifted"
"""The kinds of lines, besides the acts of two organisers."""


class Line(NamedTuple):
    """One line of the log. What does not belong to its kind is empty."""

    at: datetime
    kind: str
    what: str
    why: str
    number: int | None
    reverses: int | None
    points: int | None
    name: str
    slug: str
    months: str
    by_two: bool

    @property
    def first_of_month(self) -> date:
        return local_date(self.at).replace(day=1)

    @property
    def gives_back(self) -> bool:
        """Whether a reversal was reversed itself, so that the participant has its points again."""
        return bool(self.points and self.points > 0)

    @property
    def signed_points(self) -> str:
        return f"{self.points:+d}".replace("-", "−")

    @property
    def versions(self) -> list[tuple[int, int]]:
        """Which months' stored results this is about: the month, and the number of the version."""
        pairs = (pair.split(":") for pair in self.months.split(",") if pair)
        return [(int(month), int(number)) for month, number in pairs]


_NO_TEXT, _NO_NUMBER = Value("", TextField()), Cast(Value(None), IntegerField())
_NOTHING: dict[str, Any] = {
    "number": _NO_NUMBER,
    "reverses": _NO_NUMBER,
    "points": _NO_NUMBER,
    "name": _NO_TEXT,
    "slug": _NO_TEXT,
    "months": _NO_TEXT,
}


def lines_of(edition: Edition) -> QuerySet[Any]:
    """Everything, the latest first, as rows for `Line`; while the board stands still, nothing of what came since."""
    all_lines = _reversals(edition).union(
        _proposals(edition), _versions(edition), _frozen(edition), _lifted(edition), all=True
    )
    return all_lines.order_by("-line_at", "line_kind", "-line_number", "line_months")


def amendments_of(edition: Edition) -> QuerySet[Proposal]:
    """How the rules were changed after the start, in order."""
    return Proposal.objects.approved().filter(edition=edition, act=Act.RULES).order_by("decided_at", "pk")


def _reversals(edition: Edition) -> QuerySet[Any]:
    approved = Proposal.objects.approved().filter(edition=edition, act=Act.REVERSAL)
    its_proposal = approved.annotate(entry=Cast(KeyTextTransform("entry", "details"), BigIntegerField())).filter(
        entry=OuterRef("reverses")
    )
    entries = LedgerEntry.objects.of_edition(edition).exclude(reverses=None)
    if (head := boards.visible_head(edition)) is not None:
        entries = entries.filter(number__lte=head)
    return _as_lines(
        entries,
        at=F("booked_at"),
        kind=Value(REVERSAL, TextField()),
        what=Cast("description", TextField()),
        why=Cast("reason", TextField()),
        number=F("number"),
        reverses=F("reverses__number"),
        points=F("points"),
        name=Cast("participant__name", TextField()),
        slug=Cast("participant__slug", TextField()),
        by_two=Exists(its_proposal),
    )


def _proposals(edition: Edition) -> QuerySet[Any]:
    """But for reversals, which stand there as bookings."""
    approved = Proposal.objects.approved().filter(edition=edition).exclude(act=Act.REVERSAL)
    return _as_lines(
        approved, at=F("decided_at"), kind=Cast("act", TextField()), what=F("summary"), why=F("reason"), by_two=_YES
    )


def _versions(edition: Edition) -> QuerySet[Any]:
    """One line for all months whose results were renewed in one go for the same reason."""
    later = boards.versions_of(edition).filter(number__gt=1).order_by().values("made_at", "reason")
    month_and_number = Concat("closing__round__month", Value(":"), "number", output_field=TextField())
    months = StringAgg(month_and_number, ",", order_by="closing__round__month")
    return _as_lines(
        later, at=F("made_at"), kind=Value(VERSION, TextField()), what=_NO_TEXT, why=F("reason"), months=months
    )


def _frozen(edition: Edition) -> QuerySet[Any]:
    return _of_freezes(Freeze.objects.filter(edition=edition), FROZEN, at=F("frozen_at"))


def _lifted(edition: Edition) -> QuerySet[Any]:
    return _of_freezes(Freeze.objects.filter(edition=edition).exclude(lifted_at=None), LIFTED, at=F("lifted_at"))


def _of_freezes(freezes: QuerySet[Freeze], kind: str, *, at: F) -> QuerySet[Any]:
    shown = Concat("version__closing__round__month", Value(":"), "version__number", output_field=TextField())
    why = Cast("reason", TextField())
    return _as_lines(freezes, at=at, kind=Value(kind, TextField()), what=_NO_TEXT, why=why, months=shown)


_YES, _NO = Value(True, BooleanField()), Value(False, BooleanField())


def _as_lines(rows: QuerySet[Any], **columns: Any) -> QuerySet[Any]:
    """All with the same columns in the same order, so that the database can put them in one list."""
    filled_in = _NOTHING | {"by_two": _NO} | columns
    named = {f"line_{field}": filled_in[field] for field in Line._fields}
    lines: QuerySet[Any] = rows.order_by().annotate(**named).values_list(*named)
    return lines
