"""Bank accounts: a payment file is written by those that two people approved with its settlement.

The log has an HMAC of them, under a key that lies elsewhere. So it tells not which accounts they
are, but that file and approval speak of the same ones.
"""

from collections.abc import Callable
from typing import Final

from audit.findings import Findings
from audit.replay.fields import Texts

_OF_ACCOUNTS: Final = frozenset({"SETTLEMENT_APPROVE", "SETTLEMENT_ACCOUNTS"})


class Accounts:
    """What was proposed and approved of settlements' accounts so far."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._proposed: dict[str, tuple[str, str]] = {}  # a proposal -> its settlement and accounts
        self._approved: dict[str, str] = {}  # a settlement -> its accounts; "" where it has none

    def checks(self) -> dict[str, Callable[[int, Texts], object]]:
        """What looks at each kind of entry that no other warrant looks at."""
        return {"payment.written": self._write, "payment.ordered": self._write}

    def propose(self, fields: Texts) -> None:
        """Remember a proposal that is of accounts, or of a settlement without any."""
        if fields["type"] in _OF_ACCOUNTS:
            self._proposed[fields["proposal"]] = fields["settlement"], fields["value"]

    def decide(self, fields: Texts) -> None:
        """Let an approval's accounts be those by which files are written from now on."""
        settlement, accounts = self._proposed.pop(fields["proposal"], ("", ""))
        if settlement and fields["decision"] == "APPROVED":
            self._approved[settlement] = accounts

    def _write(self, seq: int, fields: Texts) -> None:
        approved = self._approved.get(fields["settlement"], "")
        named = fields.get("accounts", "")
        if named != approved:
            self._findings.add(
                "ACCOUNTS_NOT_APPROVED", seq=seq, settlement=fields["settlement"],
                message=fields["message"], accounts=named, approved=approved,
            )  # fmt: skip
