"""Whether each entry stood by right, by the auditor's own recomputation (DESIGN invariants 6, 7).

The verifier computes a second time, from the specification, what each rate and price must have
given, what each part of a reversal must give back, and who may write what. The check-up asks it
about the log that the database has; who stands behind a lot it takes from the entry that made it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.breach import Breach
from audit.findings import Findings
from audit.warrants import Warrants

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from audit.entry import Fields

CODES: Final = (
    "AUTHOR_UNKNOWN",
    "AUTHOR_NOT_PERMITTED",
    "KEY_REVOKED_USED",
    "APPROVAL_MISSING",
    "DUE_INVALID",
    "CONTRACT_SIGNATURE",
    "CONTRACT_PARTIES",
    "CONTRACT_NOT_IN_FORCE",
    "CONSENT_MISSING",
    "RATE_MISMATCH",
    "PRICE_MISMATCH",
    "REVERSAL_INVALID",
    "DISPUTE_INVALID",
    "PROPOSAL_NOT_DONE",
    "DECIDER_NOT_ANOTHER",
    "ACCOUNTS_NOT_APPROVED",
)


class WarrantCheck:
    """The entries seen so far, and by what right they stand."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self._findings = Findings()
        self._warrants = Warrants(self._findings)

    def see(self, fields: Mapping[str, str | int]) -> None:
        """Check the next entry."""
        self._warrants.check(fields)

    def finish(self, read: Callable[[int], Fields | None]) -> list[Breach]:
        """Return the breaches, reversals' too; ``read`` finds an entry by its sequence."""
        self._warrants.finish(read)
        return [Breach(finding.code, dict(finding.facts)) for finding in self._findings.kept]
