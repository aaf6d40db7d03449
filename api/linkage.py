"""What links a member's entries to one another, or to the person: before an erasure, and after it.

An erasure destroys what says who a member is. It leaves what was done, under a pseudonym, for
others' books stand on it. This is the list of both, with counts of this network's own data; what
lies elsewhere is named too, though nobody can count it from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from api.bootstrap import NetworkError
from audit.entry import decode
from domain.store.engine import scanning
from domain.store.queries import linkage, members

if TYPE_CHECKING:
    from api.bootstrap import Network

REMAINS, DESTROYED, ELSEWHERE = "remains", "destroyed", "elsewhere"
PERSON, ENTRIES, NOTHING = "person", "entries", "nothing"


class Kind(NamedTuple):
    """A kind of trace: what it links an entry to, what an erasure does to it, what is counted.

    ``counted`` names one of ``linkage.counts``, or "" where nobody can count it from here.
    """

    links: str
    fate: str
    counted: str


TRACES: Final[dict[str, Kind]] = {
    "REFERENCES": Kind(PERSON, DESTROYED, "MEMBER_REFERENCE"),
    "PAYLOADS": Kind(PERSON, DESTROYED, "PAYLOAD"),
    "SIGNED_COMMANDS": Kind(PERSON, DESTROYED, "SIGNED_COMMAND"),
    "MEMBER_KEY": Kind(PERSON, DESTROYED, "MEMBER_KEY"),
    "ENTRIES": Kind(ENTRIES, REMAINS, "ENTRIES"),
    "BUNDLES": Kind(ENTRIES, REMAINS, "BUNDLES"),
    "LEDGER_ROWS": Kind(ENTRIES, REMAINS, "LEDGER_ROWS"),
    "DEBTS": Kind(ENTRIES, REMAINS, "DEBTS"),
    "OTHER_MEMBERS": Kind(ENTRIES, REMAINS, "OTHER_MEMBERS"),
    "BRANDS": Kind(PERSON, REMAINS, "BRANDS"),
    "DEALINGS": Kind(PERSON, REMAINS, "DEALINGS"),
    "ALONE": Kind(PERSON, REMAINS, "ALONE"),
    "EVIDENCE": Kind(PERSON, REMAINS, "EVIDENCE"),
    "KEPT_ANSWERS": Kind(PERSON, REMAINS, "KEPT_ANSWERS"),
    "PLAIN_REQUESTS": Kind(PERSON, REMAINS, "PLAIN_REQUESTS"),
    "REFUSALS": Kind(NOTHING, REMAINS, "REFUSALS"),
    "HASHES": Kind(NOTHING, REMAINS, "ENTRIES"),
    "PARTNERS": Kind(PERSON, ELSEWHERE, "MEMBERSHIPS"),
    "RECEIPTS": Kind(ENTRIES, ELSEWHERE, "KEPT_ANSWERS"),
    "EXPORTS": Kind(ENTRIES, ELSEWHERE, ""),
    "DISCLOSURES": Kind(PERSON, ELSEWHERE, ""),
    "BACKUPS": Kind(PERSON, ELSEWHERE, ""),
}


class Trace(NamedTuple):
    """One kind of trace as measured; ``counted`` is None where nobody can count it from here."""

    code: str
    links: str
    fate: str
    counted: int | None


class Linkage(NamedTuple):
    """A member's traces; ``erased_seq`` and ``erased_time`` are of the entry that says so."""

    member: str
    erased_seq: int | None
    erased_time: str
    traces: list[Trace]

    @property
    def undone(self) -> bool:
        """Tell whether something is there that the log says was destroyed."""
        erased = self.erased_seq is not None
        return erased and any(one.fate == DESTROYED and one.counted for one in self.traces)


def measure(network: Network, member: str) -> Linkage:
    """Measure a member's traces, as of one snapshot.

    Raises NetworkError ``MEMBER_UNKNOWN``, StoreError ``DATABASE_UNREACHABLE``.
    """
    with scanning(network.engine) as connection:
        if members.one(connection, member) is None:
            raise NetworkError("MEMBER_UNKNOWN", member=member)
        counts = linkage.counts(connection, member)
        erased = linkage.erased_at(connection, member)
    traces = [
        Trace(code, kind.links, kind.fate, counts[kind.counted] if kind.counted else None)
        for code, kind in TRACES.items()
    ]
    if erased is None:
        return Linkage(member, None, "", traces)
    seq, leaf = erased
    return Linkage(member, seq, str(decode(leaf)["time"]), traces)
