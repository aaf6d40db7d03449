"""What lies outside the log, held against the entries that it belongs to.

An idempotency key must point to the answer that was its own (DESIGN invariant 5), and personal data
to the entry that binds it (invariant 11, AUDIT_FORMAT "Erasure"). Both pass beside the leaves, in
their order; of each kind of breach the first are told.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from api import signed_check
from api.breach import Breach
from domain.errors import StoreError
from domain.ids import OPERATOR
from domain.keyed_hash import hmac_sha256
from domain.store.requests import OF_ENTRY, OF_REFUSAL, OF_SIGNED
from domain.store.row_check import BREACHES_MAX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.signed_check import SignedRows
    from audit.entry import Fields
    from domain.ports import Vault
    from domain.store.queries.outside import KeptAnswer, KeptPayload

ANSWER_FOREIGN = "ANSWER_NOT_ITS_ENTRY"
ANSWER_MISSING = "ANSWER_MISSING"
PAYLOAD_ORPHAN = "PAYLOAD_ORPHAN"
PAYLOAD_ALTERED = "PAYLOAD_ALTERED"
PAYLOAD_MISSING = "PAYLOAD_MISSING"
MEMBER_KEY_ALTERED = "MEMBER_KEY_ALTERED"
CODES = (
    ANSWER_FOREIGN,
    ANSWER_MISSING,
    PAYLOAD_ORPHAN,
    PAYLOAD_ALTERED,
    PAYLOAD_MISSING,
    MEMBER_KEY_ALTERED,
    *signed_check.CODES,
)

_PARTNER = "partner:"
_HASH_DIGITS = 64
_NO_REQUEST = hashlib.sha256(b"").hexdigest()

# What the operator's people and jobs write under a partner's idempotency keys, when they import
# purchases for it, and where the entry names that partner: a field, or the issuer in a lot.
_FOR_PARTNER = {"member.enrolled": "partner", "points.issued": "lots"}
_ISSUER_AT = 3

# An entry on a member has a `cmd` keyed by the member's key; but the order to erase is bound by a
# plain hash.
_MEMBER_FIELDS = frozenset({"member", "legs"})
_ERASED = "subject.erased"


class Outside:
    """The rows outside the log, read as far as the entries seen so far."""

    def __init__(
        self,
        answers: Iterator[KeptAnswer],
        payloads: Iterator[KeptPayload],
        signed: SignedRows,
        vault: Vault,
        has_key: Callable[[str], bool],
    ) -> None:
        """Take all streams, each in the order of entries.

        Args:
            answers: the answers to accepted commands.
            payloads: all personal data.
            signed: what partners signed.
            vault: what unwraps members' keys.
            has_key: tells whether a member's key is still there.
        """
        self._answers = answers
        self._payloads = payloads
        self._signed = signed
        self._vault = vault
        self._has_key = has_key
        self._answer = next(answers, None)
        self._payload = next(payloads, None)
        self.counts: Counter[str] = Counter()
        self.breaches: list[Breach] = []

    def see(self, fields: Fields) -> None:
        """Hold what belongs to the next entry against it."""
        seq = fields["seq"]
        answer, payload, by_partner = self._answer, self._payload, False
        if answer is not None and answer.seq == seq:
            while answer is not None and answer.seq == seq:
                self._check_answer(answer, fields)
                by_partner = by_partner or answer.request_hash[:1] == OF_SIGNED
                answer = self._answer = next(self._answers, None)
        elif fields["cmd"]:
            self._add(ANSWER_MISSING, seq=int(seq), id=str(fields["id"]))
        self._signed.see(fields, wanted=by_partner)
        if payload is not None and payload.seq == seq:
            while payload is not None and payload.seq == seq:
                self._check_payload(payload, fields)
                payload = self._payload = next(self._payloads, None)
        elif fields["pd"] and self._has_key(str(fields.get("member", ""))):
            self._add(PAYLOAD_MISSING, seq=int(seq), owner=str(fields.get("member", "")))

    def finish(self, size: int) -> list[Breach]:
        """Return the breaches; a payload beyond the log's ``size`` is one.

        Answers beyond it the rows tell of (COMMAND_BEYOND_LOG). Both streams are read to their end:
        a cursor on the server is closed by its last row.
        """
        for _ in self._answers:
            pass
        while self._payload is not None:
            if self._payload.seq >= size:
                self._add(PAYLOAD_ORPHAN, owner=self._payload.owner, seq=self._payload.seq)
            self._payload = next(self._payloads, None)
        return self.breaches + self._signed.finish()

    def _add(self, code: str, **facts: str | int) -> None:
        self.counts[code] += 1
        if self.counts[code] <= BREACHES_MAX:
            self.breaches.append(Breach(code, facts))

    def _check_answer(self, answer: KeptAnswer, fields: Fields) -> None:
        why = _foreign(answer, fields)
        if why:
            facts: dict[str, str | int] = {"partner": answer.partner, "key": answer.key}
            self._add(ANSWER_FOREIGN, **facts, seq=answer.seq, why=why)

    def _check_payload(self, payload: KeptPayload, fields: Fields) -> None:
        owner, seq = payload.owner, payload.seq
        if not fields["pd"] or owner != fields.get("member", owner):
            self._add(PAYLOAD_ORPHAN, owner=owner, seq=seq)
        elif payload.wrapped:  # the rows tell where it is: PAYLOAD_WITHOUT_KEY
            try:
                key = self._vault.unwrap(payload.wrapped)
            except StoreError:
                key = b""
            if hashlib.sha256(key).hexdigest() != payload.commitment:
                self._add(MEMBER_KEY_ALTERED, owner=owner, seq=seq)
            elif not self._bound(payload, key, str(fields["pd"])):
                self._add(PAYLOAD_ALTERED, owner=owner, seq=seq)

    def _bound(self, payload: KeptPayload, key: bytes, pd: str) -> bool:
        """Tell whether the payload opens, and is what the entry binds."""
        context = f"{payload.owner}/{payload.seq}".encode("ascii")
        try:
            opened = self._vault.decrypt(key, context, payload.ciphertext)
        except StoreError:
            return False
        entry_key = hmac_sha256(key, payload.seq.to_bytes(8, "big"))
        return hmac_sha256(entry_key, opened).hex() == pd


def _foreign(answer: KeptAnswer, fields: Fields) -> str:
    """Return which of an entry's fields shows that the answer is not the key's; "" for none."""
    if answer.code:
        return "code"
    if answer.partner != _partner(fields, answer.partner):
        return "author"
    cmd = fields["cmd"]
    form, digest = answer.request_hash[:-_HASH_DIGITS], answer.request_hash[-_HASH_DIGITS:]
    if (answer.request_hash == _NO_REQUEST) != (cmd == "") or form == OF_REFUSAL:
        return "cmd"
    keyed = not _MEMBER_FIELDS.isdisjoint(fields) and fields["kind"] != _ERASED
    # A plain hash beside a keyed ``cmd`` is of an older release; one that was signed for is bound
    # by what was signed.
    known = form == OF_ENTRY or (not keyed and form != OF_SIGNED)
    return "cmd" if cmd and known and digest != cmd else ""


def _partner(fields: Fields, asked: str) -> str:
    """Return in whose idempotency scope an entry was asked for."""
    own = _of(str(fields["author"]))
    if own:
        return own
    named = _FOR_PARTNER.get(str(fields["kind"]), "")
    if named == "lots":
        lots = [lot.split(",") for lot in str(fields["lots"]).split(";")]
        if all(lot[_ISSUER_AT : _ISSUER_AT + 1] == [asked] for lot in lots):
            return asked
    elif named and fields[named] == asked:
        return asked
    return OPERATOR


@lru_cache(maxsize=1024)  # a log has few authors and many entries
def _of(author: str) -> str:
    """Return the partner whose key an author wrote with; "" for the operator's people and jobs."""
    return author[len(_PARTNER) : author.index("/")] if author.startswith(_PARTNER) else ""
