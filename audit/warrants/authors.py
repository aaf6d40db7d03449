"""Who may write which entries: an author is named in each, and its right to write stands before it.

`partner:CODE/KEY` wrote with that key, granted to that partner and not revoked, and writes what is
that partner's. `operator/SUBJECT` is a person or service of the operator's with a live key.
`system/JOB` is a job of the operator's software, from a closed list, each with the kinds it writes.
"""

from collections import Counter
from typing import Final

from audit.findings import Findings
from audit.kinds import GENESIS, KEY_ROTATED
from audit.replay.fields import Texts
from audit.warrants.agreements import Agreements

# What jobs of the system write of their own accord, and nothing else.
JOBS: Final[dict[str, frozenset[str]]] = {
    "system/init": frozenset(
        {GENESIS, "partner.created", "unit.created", "key.founded", "key.granted"}
    ),
    "system/keys": frozenset({KEY_ROTATED}),
    "system/import": frozenset({"member.enrolled", "points.issued"}),
    "system/expiry": frozenset({"points.expired", "hold.expired"}),
    "system/hold-timeout": frozenset({"hold.expired"}),
    "system/housekeeping": frozenset({"lots.merged"}),
    "system/schedule": frozenset({"window.due", "obligation.charged", "window.closed"}),
}

# Roles of the operator's keys that read and never write.
_READERS: Final = frozenset({"AUDITOR"})

_PARTNER: Final = "partner:"
_SYSTEM: Final = "system/"


class Authors:
    """Keys granted and revoked so far, and the authors who may write now."""

    def __init__(self, agreements: Agreements, findings: Findings) -> None:
        self._agreements = agreements
        self._findings = findings
        self._authors: dict[str, str] = {}  # a key -> the author it writes as
        self._partners: dict[str, str] = {}  # an author with a partner's key -> that partner
        self._live: Counter[str] = Counter()  # an author -> how many live keys it has
        self._revoked: set[str] = set()

    def check(self, seq: int, fields: Texts) -> None:
        """Hold an entry's author against the keys granted before it."""
        author, kind = fields["author"], fields["kind"]
        partner = self._partners.get(author)
        if partner and self._live[author] and self._agreements.may_write(partner, kind, fields):
            return  # most entries are a partner's
        if author.startswith(_SYSTEM):
            if author not in JOBS:
                self._findings.add("AUTHOR_UNKNOWN", seq=seq, author=author)
            elif kind not in JOBS[author]:
                self._findings.add("AUTHOR_NOT_PERMITTED", seq=seq, author=author, kind=kind)
        elif not self._live[author]:
            code = "KEY_REVOKED_USED" if author in self._live else "AUTHOR_UNKNOWN"
            self._findings.add(code, seq=seq, author=author)
        elif author in self._partners:
            self._findings.add("AUTHOR_NOT_PERMITTED", seq=seq, author=author, kind=kind)

    def grant(self, fields: Texts) -> None:
        """A key's grant, which counts from the next entry on."""
        key, partner = fields["key"], fields["partner"]
        if key in self._authors or (not partner and fields["role"] in _READERS):
            return
        author = f"{_PARTNER}{partner}/{key}" if partner else f"operator/{fields['subject']}"
        self._authors[key] = author
        if partner:
            self._partners[author] = partner
        self._live[author] += 1

    def revoke(self, fields: Texts) -> None:
        """A key's end, which counts from the next entry on."""
        key = fields["key"]
        if key in self._authors and key not in self._revoked:
            self._revoked.add(key)
            self._live[self._authors[key]] -= 1
