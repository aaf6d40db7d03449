"""What partners signed, held against the entries that it was signed for.

Each row is what its entry's ``cmd`` binds, opens under its member's key, bears the signature of the
key that the log then named as its author's, and asks for what the entry did. The rows pass beside
the leaves, in their order; of each kind of breach the first are told.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from api.breach import Breach
from audit.command_check import Rates, compare
from audit.disclosure import books
from audit.http_signature import SignatureError, unpack, verify
from domain.errors import StoreError
from domain.keyed_hash import hmac_sha256
from domain.store.row_check import BREACHES_MAX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from audit.entry import Fields
    from domain.ports import Vault
    from domain.store.queries.outside import KeptCommand

ORPHAN = "SIGNED_COMMAND_ORPHAN"
ALTERED = "SIGNED_COMMAND_ALTERED"
MISSING = "SIGNED_COMMAND_MISSING"
DIFFERS = "COMMAND_DIFFERS"
CODES = (ORPHAN, ALTERED, MISSING, DIFFERS)

_PARTNER = "partner:"
_KEYS_SET = frozenset({"partner.created", "partner.updated"})


class SignedRows:
    """The rows of signed commands, read as far as the entries seen so far."""

    def __init__(
        self, rows: Iterator[KeptCommand], vault: Vault, has_key: Callable[[str], bool]
    ) -> None:
        """Take the stream, in the order of entries.

        Args:
            rows: all signed commands.
            vault: what unwraps members' keys.
            has_key: tells whether a member's key is still there.
        """
        self._rows = rows
        self._vault = vault
        self._has_key = has_key
        self._row = next(rows, None)
        self._signing_keys: dict[str, str] = {}
        self._rates = Rates()
        self._counts: Counter[str] = Counter()
        self.breaches: list[Breach] = []

    def see(self, fields: Fields, *, wanted: bool) -> None:
        """Hold the next entry's row against it; ``wanted`` says that its request was signed."""
        seq = int(fields["seq"])
        found = False
        while self._row is not None and self._row.seq <= seq:
            row, self._row = self._row, next(self._rows, None)
            found = found or row.seq == seq
            if row.seq == seq:
                self._check(row, fields)
            else:
                self._add(ORPHAN, seq=row.seq, owner=row.owner)
        if wanted and not found and all(map(self._has_key, books(fields))):
            self._add(MISSING, seq=seq, author=str(fields["author"]))
        self._rates.see(fields)
        if fields["kind"] in _KEYS_SET:
            self._signing_keys[str(fields["partner"])] = str(fields["signing_key"])

    def finish(self) -> list[Breach]:
        """Return the breaches; whatever rows are left are of no entry."""
        while self._row is not None:
            self._add(ORPHAN, seq=self._row.seq, owner=self._row.owner)
            self._row = next(self._rows, None)
        return self.breaches

    def _add(self, code: str, **facts: str | int) -> None:
        self._counts[code] += 1
        if self._counts[code] <= BREACHES_MAX:
            self.breaches.append(Breach(code, facts))

    def _check(self, row: KeptCommand, fields: Fields) -> None:
        author = str(fields["author"])
        partner = author.removeprefix(_PARTNER).partition("/")[0]
        try:
            packed, cmd = self._opened(row, fields)
            signed = unpack(packed)
            verify(signed, self._signing_keys.get(partner, ""))
        except (StoreError, SignatureError) as error:
            self._add(ALTERED, seq=row.seq, owner=row.owner, why=error.code)
            return
        if cmd != fields["cmd"]:
            self._add(ALTERED, seq=row.seq, owner=row.owner, why="cmd")
            return
        for name, asked, done in compare(fields, signed, self._rates.given).differences:
            self._add(DIFFERS, seq=row.seq, field=name, asked=asked, done=done)

    def _opened(self, row: KeptCommand, fields: Fields) -> tuple[bytes, str]:
        """Return what was signed and the ``cmd`` that binds it.

        Raises StoreError where it does not open, or is kept under another's key.
        """
        if not row.owner:
            return row.packed, hashlib.sha256(row.packed).hexdigest()
        key = self._vault.unwrap(row.wrapped)
        packed = self._vault.decrypt(key, f"{row.owner}/{row.seq}/command".encode(), row.packed)
        if row.owner not in books(fields):
            return packed, ""
        return packed, hmac_sha256(hmac_sha256(key, row.seq.to_bytes(8, "big")), packed).hex()
