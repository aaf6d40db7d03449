"""Point units and contracts.

A unit's later terms replace its earlier ones in its one row. A contract's version is proposed
once, accepted at most once, and may be given an end.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from audit.replay.fields import (
    Texts,
    number,
    number_or_zero,
    time_or,
    yes_no,
)
from audit.replay.report import Reporter
from audit.replay.tables import NEVER, Row

INACTIVITY: Final = "INACTIVITY "
_TERMS: Final = (
    *("type", "proposer", "counterparty", "source", "target", "partner", "rate", "price"),
    *("currency", "fee_points", "fee_money", "expiry"),
)


class Contracts:
    """The tables `unit` and `contract`."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._units: dict[str, Row] = {}
        self._unit_seqs: dict[str, int] = {}
        self.counted: set[str] = set()  # units whose points end by inactivity
        self._proposed: dict[tuple[str, int], Row] = {}
        self._accepted: dict[tuple[str, int], tuple[str, int]] = {}  # signature, seq
        self._ended: dict[tuple[str, int], int] = {}
        self._citable: set[str] = set()

    def create_unit(self, fields: Texts) -> None:
        """A new point unit."""
        code = fields["unit"]
        self._set_unit(fields, self._report.seq)
        if code in self._unit_seqs:
            self._report.impossible("creates a unit twice", unit=code)
        self._unit_seqs[code] = self._report.seq

    def set_terms(self, fields: Texts) -> None:
        """A unit's terms, set anew."""
        code = fields["unit"]
        if code not in self._unit_seqs:
            self._report.impossible("sets the terms of an unknown unit", unit=code)
            return
        self._set_unit(fields, self._unit_seqs[code])

    def units(self) -> Iterable[str]:
        """The codes of all units."""
        return self._units.keys()

    def _set_unit(self, fields: Texts, seq: int) -> None:
        code = fields["unit"]
        self._units[code] = (
            *(code, fields["owner"], number(fields, "scale"), fields["nominal"]),
            *(fields["currency"], fields["expiry"], number(fields, "grace"), fields["zone"]),
            *(yes_no(fields, "prepaid"), fields["earn"], number(fields, "version"), seq),
        )
        if fields["expiry"].startswith(INACTIVITY):
            self.counted.add(code)
        else:
            self.counted.discard(code)

    def propose(self, fields: Texts) -> None:
        """A contract's new version, signed by its proposer."""
        key = (fields["contract"], number(fields, "version"))
        row: Row = (
            *key,
            *(fields[name] for name in _TERMS),
            *(number_or_zero(fields, "member_cap"), number_or_zero(fields, "pair_cap")),
            fields["zone"],
            time_or(fields["valid_from"], "valid_from", 0),
            time_or(fields["valid_to"], "valid_to", NEVER),
            fields["signature"],
        )
        if key in self._proposed:
            self._report.impossible("proposes a contract twice", contract=key[0], version=key[1])
        self._proposed[key] = (*row, self._report.seq)

    def accept(self, fields: Texts) -> None:
        """The counterparty's signature under a proposed version."""
        key = (fields["contract"], number(fields, "version"))
        signature = fields["signature"]
        if key not in self._proposed or key in self._accepted:
            self._report.impossible(
                "accepts a contract that is not open", contract=key[0], version=key[1]
            )
            return
        self._accepted[key] = (signature, self._report.seq)
        self._citable.add(f"{key[0]}.{key[1]}")

    def end(self, fields: Texts) -> None:
        """The end of a version's validity."""
        key = (fields["contract"], number(fields, "version"))
        ends = time_or(fields["ends"], "ends", NEVER)
        if key not in self._proposed:
            self._report.impossible("ends an unknown contract", contract=key[0], version=key[1])
            return
        self._ended[key] = ends

    def check_cited(self, cited: str) -> None:
        """A citation `ID.VERSION` names a version that both parties signed."""
        if cited not in self._citable:
            self._report.impossible("cites a contract that is not accepted", contract=cited)

    def unit_rows(self) -> Iterator[Row]:
        """The table `unit`, in key order."""
        for code in sorted(self._units):
            yield self._units[code]

    def rows(self) -> Iterator[Row]:
        """The table `contract`, in key order."""
        for key in sorted(self._proposed):
            *terms, signature, proposed_seq = self._proposed[key]
            counter_signature, accepted_seq = self._accepted.get(key, ("", 0))
            yield (
                *(*terms, signature, counter_signature, proposed_seq, accepted_seq),
                self._ended.get(key, NEVER),
            )
