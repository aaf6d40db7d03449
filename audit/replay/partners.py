"""Partners, their credit lines and API keys.

A partner keeps one credit line in each currency it has had: prefund, net debit cap, and what
open holds reserve. A line appears with zeros where a hold reserves in a currency without one.
"""

from collections.abc import Iterator

from audit.replay.fields import MalformedError, Texts, number, positive, reserves, yes_no
from audit.replay.report import Reporter
from audit.replay.tables import Row


class Partners:
    """The tables `partner`, `credit_line` and `api_key`."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._partners: dict[str, Row] = {}
        self._seqs: dict[str, int] = {}
        self._lines: dict[tuple[str, str], list[int]] = {}  # prefund, cap, reserved
        self._keys: dict[str, Row] = {}
        self._revoked: dict[str, int] = {}

    def create(self, fields: Texts) -> str:
        """A new partner. Returns its settlement currency."""
        code = fields["partner"]
        currency = self._set(fields, self._report.seq)
        if code in self._seqs:
            self._report.impossible("creates a partner twice", partner=code)
        self._seqs[code] = self._report.seq
        return currency

    def update(self, fields: Texts) -> None:
        """All of a partner's values, set anew; its collateral as it was, its cap no higher."""
        code = fields["partner"]
        if code not in self._seqs:
            self._report.impossible("updates an unknown partner", partner=code)
            return
        self._set(fields, self._seqs[code])

    def _set(self, fields: Texts, seq: int) -> str:
        code, currency = fields["partner"], fields["currency"]
        row = (
            *(code, currency, yes_no(fields, "issuer"), yes_no(fields, "acceptor")),
            *(fields["reversal"], fields["signing_key"], seq),
        )
        prefund, cap = number(fields, "prefund"), number(fields, "cap")
        self._partners[code] = row
        line = self._line(code, currency)
        if code in self._seqs and (prefund != line[0] or cap > line[1]):
            self._report.tell(
                "APPROVAL_MISSING", of="partner.updated", partner=code,
                expected=f"{line[0]},{line[1]}", found=f"{prefund},{cap}",
            )  # fmt: skip
        line[:2] = prefund, cap
        return currency

    def _line(self, partner: str, currency: str) -> list[int]:
        return self._lines.setdefault((partner, currency), [0, 0, 0])

    def set_cap(self, fields: Texts) -> None:
        """A net debit cap, set anew."""
        self._line(fields["partner"], fields["currency"])[1] = number(fields, "cap")

    def move_funds(self, fields: Texts) -> None:
        """Collateral that was paid in or out."""
        signs = {"PREFUND_IN": 1, "PREFUND_OUT": -1}
        if fields["type"] not in signs:
            raise MalformedError("type", fields["type"])
        amount = positive(fields["amount"], "amount")
        self.move_prefund(fields["partner"], fields["currency"], signs[fields["type"]] * amount)

    def prefund(self, partner: str, currency: str) -> int:
        """A partner's collateral in a currency."""
        line = self._lines.get((partner, currency))
        return line[0] if line else 0

    def move_prefund(self, partner: str, currency: str, amount: int) -> None:
        """Add to a prefund, or draw on it where `amount` is below 0."""
        line = self._line(partner, currency)
        line[0] += amount
        if line[0] < 0:
            self._report.impossible(
                "draws more than the prefund", partner=partner, currency=currency
            )

    def reserve(self, fields: Texts, sign: int) -> None:
        """Keep exposure free for a hold (`sign` 1), or free it again (-1)."""
        for debtor, currency, amount in reserves(fields):
            line = self._line(debtor, currency)
            line[2] += sign * amount
            if line[2] < 0:
                self._report.impossible(
                    "frees more than is reserved", partner=debtor, currency=currency
                )

    def grant_key(self, fields: Texts) -> None:
        """A new API key."""
        key = fields["key"]
        if key in self._keys:
            self._report.impossible("grants a key twice", key=key)
        self._keys[key] = (
            *(key, fields["partner"], fields["subject"], yes_no(fields, "person")),
            *(fields["role"], fields["scopes"], fields["hash"]),
            self._report.seq,
        )

    def revoke_key(self, fields: Texts) -> None:
        """The end of an API key."""
        key = fields["key"]
        if key not in self._keys or key in self._revoked:
            self._report.impossible("revokes a key that is not live", key=key)
            return
        self._revoked[key] = self._report.seq

    def rows(self) -> Iterator[Row]:
        """The table `partner`, in key order."""
        for code in sorted(self._partners):
            yield self._partners[code]

    def line_rows(self) -> Iterator[Row]:
        """The table `credit_line`, in key order."""
        for key in sorted(self._lines):
            yield (*key, *self._lines[key])

    def key_rows(self) -> Iterator[Row]:
        """The table `api_key`, in key order."""
        for key in sorted(self._keys):
            yield (*self._keys[key], self._revoked.get(key, 0))
