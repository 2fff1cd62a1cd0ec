"""A process that closes months and kills itself on the way; run by test_crash.py, with a database and a moment.

For each number that it reads it lets a child do the work, which dies at that point: there is a point before and after
every statement and every commit. It answers `killed`, or `done` with the number of points that there were.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any
from unittest.mock import patch

import django

SECOND_PERSON = 999_999
"""The key of the organiser who approves."""


class Death:
    """Counts the points, and kills this process at one of them."""

    def __init__(self, *, at_point: int) -> None:
        self.at_point = at_point
        self.points = 0

    def pass_point(self) -> None:
        self.points += 1
        if self.points == self.at_point:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any) -> Any:
            self.pass_point()
            outcome = act(*arguments)
            self.pass_point()
            return outcome

        return watched

    def around_statement(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        return self.around(execute)(*arguments)


def work(death: Death, *, at: datetime) -> None:
    from django.db import connections

    default = connections["default"]
    with default.execute_wrapper(death.around_statement), patch.object(default, "commit", death.around(default.commit)):
        close_everything(at=at)
    tell(f"done {death.points}")


def close_everything(*, at: datetime) -> None:
    """What is due, and October where its closing is proposed and not approved yet."""
    from competition.models import User
    from scoring import closing, proposals
    from scoring.models import Proposal

    closing.close_due(at=at)
    for proposal in Proposal.objects.pending():
        proposals.approve(proposal, by=User.objects.get(pk=SECOND_PERSON), at=at)


def rehearse(*, at: datetime) -> None:
    """Do the work and undo it: what a process does for the first time takes a second, which the children then save."""
    from django.db import connection, transaction

    with transaction.atomic():
        close_everything(at=at)
        transaction.set_rollback(True)
    connection.close()


def lift_the_guard() -> None:
    """Close a month without its transaction: what the test has to find."""
    from scoring import closing

    vars(closing)["close"] = vars(closing.close)["__wrapped__"]


def tell(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main(database: str, moment: str, guard: str = "guarded") -> None:
    django.setup()
    from django.db import connection

    at = datetime.fromisoformat(moment)
    connection.settings_dict["NAME"] = database
    rehearse(at=at)
    if guard == "unguarded":
        lift_the_guard()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            work(Death(at_point=int(line)), at=at)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            tell("killed" if os.waitstatus_to_exitcode(status) == -signal.SIGKILL else "failed")


if __name__ == "__main__":
    main(*sys.argv[1:])
