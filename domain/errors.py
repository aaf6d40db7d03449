"""One error root, and the refusal: what a decision answers when it changes nothing."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple


class DureError(Exception):
    """The root of every error that this package raises; ``code`` is stable, ``facts`` are typed."""

    def __init__(self, code: str, **facts: str | int) -> None:
        """Keep the stable upper-case ``code`` and the facts that explain it."""
        super().__init__(code, facts)
        self.code = code
        self.facts: dict[str, str | int] = facts

    def __reduce__(self) -> tuple[partial[DureError], tuple[()]]:
        """Cross from one process to another with code and facts."""
        return partial(type(self), self.code, **self.facts), ()

    def __str__(self) -> str:
        """Return the code and its facts on one line."""
        facts = " ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} {facts}".rstrip()


class InvalidValueError(DureError):
    """A value that no state of the network could make right: wrong form, out of range."""


class OverloadedError(DureError):
    """The writer's queue is full; the command was not taken and may be sent again."""


class ClockError(DureError):
    """The clock cannot be trusted (LEDGER section 6); nothing is written until it can."""


class StoreError(DureError):
    """The database does not hold what the program needs: not initialised, or another network's."""


class Refusal(NamedTuple):
    """A decision that changes nothing.

    ``code`` is one of the codes in ``domain.ledger.codes``; ``path`` names the input at fault
    (``("input", "amount")``); ``facts`` are what a caller needs to act
    (``available``, ``required``).
    """

    code: str
    path: tuple[str, ...] = ()
    facts: dict[str, str | int] = {}  # noqa: RUF012 -- never written to; a refusal is a value
