"""Disputes: the line that each tells of stands in the log, before it, and as it is told.

A line may lie far back, so disputes wait for the end of the pass, and lines are read by number.
"""

from collections.abc import Callable
from typing import Final, cast

from audit.entry import Fields
from audit.findings import Findings
from audit.replay.fields import MalformedError, Obligation, Texts, line, obligations, positive

_CORRECTION: Final = "CORRECTION"  # who doubts one disputes the corrected line anew


class Disputes:
    """Disputes waiting for the end of the pass."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._waiting: list[int] = []

    def note(self, seq: int, _fields: Texts) -> None:
        """Remember where a dispute stands."""
        self._waiting.append(seq)

    def finish(self, read_entry: Callable[[int], Fields | None]) -> None:
        """Check every dispute; `read_entry` finds an entry by its number."""
        for seq in self._waiting:
            entry = cast("Texts | None", read_entry(seq))
            if entry is None or entry["kind"] != "dispute.opened":
                continue  # in a log whose numbers are not its places another entry stands here
            try:
                told = _told(entry)
                of, n = line(entry, "line")
            except MalformedError:
                continue  # replay has told
            found = _line(read_entry, of, n) if of < seq else None
            if found is None or found[6] == _CORRECTION:
                why = "no line before it" if found is None else "a correction"
            elif found[:5] != told:
                why = "a line told otherwise"
            else:
                continue
            self._findings.add("DISPUTE_INVALID", seq=seq, line=entry["line"], why=why)


def _told(entry: Texts) -> tuple[str, str, str, int, int]:
    named = (entry["debtor"], entry["creditor"], entry["currency"])
    return (*named, positive(entry["window"], "window"), positive(entry["amount"], "amount"))


def _line(read_entry: Callable[[int], Fields | None], seq: int, n: int) -> Obligation | None:
    entry = cast("Texts | None", read_entry(seq))
    if entry is None or not entry.get("obls"):
        return None
    try:
        owed = obligations(entry)
    except MalformedError:
        return None  # replay has told
    return owed[n] if n < len(owed) else None
