"""What is kept of a request under its idempotency key, so that another one is told from it.

Never so much that who reads the row could confirm a guess at what was asked once its member is
erased. So it depends on what became of the request:

    HASH     an entry that touches no member. The entry's ``cmd`` is the same hash
    mHMAC    an entry that touches one: under the entry's own key, which goes with the member's.
             The entry's ``cmd`` is the same HMAC
    sHASH    the same two where a partner signed: ``cmd`` covers what was signed instead
    vHMAC    a refusal, which has no entry: under a key of the vault

Rows of releases before 0.2 are plain hashes, whatever became of their requests.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from domain.keyed_hash import hmac_sha256
from domain.ledger.commands import (
    AdjustPoints,
    CaptureHold,
    Command,
    EnrollMember,
    ExchangePoints,
    GiftPoints,
    GiveQuote,
    GrantConsent,
    IssuePoints,
    LinkMember,
    PlaceHold,
    RedeemPoints,
    ReverseTransfer,
    RevokeConsent,
    VoidHold,
)
from domain.ports import Vault

OF_ENTRY, OF_SIGNED, OF_REFUSAL = "m", "s", "v"

# What a command on a member writes as its own entry, of those that bear a key. No command has the
# answer of another kind.
_KINDS: Final[dict[type[Command], frozenset[str]]] = {
    AdjustPoints: frozenset({"points.adjusted"}),
    CaptureHold: frozenset({"hold.captured", "hold.voided"}),  # a capture of nothing voids
    EnrollMember: frozenset({"member.enrolled"}),
    ExchangePoints: frozenset({"points.exchanged"}),
    GiftPoints: frozenset({"points.gifted"}),
    GiveQuote: frozenset({"quote.given"}),
    GrantConsent: frozenset({"consent.granted"}),
    IssuePoints: frozenset({"points.issued"}),
    LinkMember: frozenset({"member.linked"}),
    PlaceHold: frozenset({"hold.placed"}),
    RedeemPoints: frozenset({"points.redeemed"}),
    ReverseTransfer: frozenset({"transfer.reversed"}),
    RevokeConsent: frozenset({"consent.revoked"}),
    VoidHold: frozenset({"hold.voided"}),
}


def plain(request: bytes) -> str:
    """Return what is kept where no member is touched."""
    return hashlib.sha256(request).hexdigest()


def of_refusal(vault: Vault, request: bytes) -> str:
    """Return what is kept of a refused request."""
    return OF_REFUSAL + vault.request_hash(request)


def of_entry(command: Command, entry_key: bytes | None, cmd: str) -> str:
    """Return what is kept of an accepted one; ``entry_key`` is None where no member is touched.

    ``cmd`` is the entry's own, which stands for the request unless a partner signed.
    """
    if not command.request:
        return plain(b"")
    if not command.signed:
        return cmd if entry_key is None else OF_ENTRY + cmd
    if entry_key is None:
        return OF_SIGNED + plain(command.request)
    return OF_SIGNED + hmac_sha256(entry_key, command.request).hex()


def entry_key(member_key: bytes, seq: int) -> bytes:
    """Return k_e, an entry's own key (AUDIT_FORMAT, "Erasure")."""
    return hmac_sha256(member_key, seq.to_bytes(8, "big"))


def members_of(fields: Mapping[str, str]) -> list[str]:
    """Return the members that a leaf touches, of whom one's key may bind it."""
    found = [fields["member"]] if "member" in fields else []
    found += [leg.partition(",")[0] for leg in fields.get("legs", "").split(";") if leg]
    return list(dict.fromkeys(found))


class Kept(NamedTuple):
    """What is known of an accepted request: what was kept, and who its entry touches.

    ``entry_keys`` are the entry's own keys by member; an erased member has none.
    """

    kept: str
    fields: Mapping[str, str]
    entry_keys: Mapping[str, bytes]

    def is_of(self, command: Command) -> bool:
        """Tell whether the command's request is the one that was accepted.

        Once the member is erased nobody can tell any more. Then what asks the same of the same
        member counts as the same: its first answer is a receipt that stands, another would be a
        second entry. What asks for something else is another request all the same: an issue is no
        answer to a redemption.
        """
        form, digest = self.kept[:-64], self.kept[-64:]
        touched = members_of(self.fields)
        if not form or (form == OF_SIGNED and not touched):
            return digest == plain(command.request)
        if digest in self._digests(command.request):
            return True
        if self.fields["kind"] not in _KINDS.get(type(command), ()):
            return False
        if isinstance(command, EnrollMember):  # each sending of it brings a pseudonym of its own
            return touched[0] not in self.entry_keys and self._enrolled_by(command)
        if isinstance(command, ReverseTransfer):  # of a gift it may be asked from either book
            named = touched if self.fields["original"] == command.transfer else []
        else:
            named = touched[:1]
        return command.member() in named and command.member() not in self.entry_keys

    def _enrolled_by(self, command: EnrollMember) -> bool:
        return self.fields.get("partner") == command.partner

    def _digests(self, request: bytes) -> Iterator[str]:
        return (hmac_sha256(key, request).hex() for key in self.entry_keys.values())


def leaf_fields(leaf: bytes) -> dict[str, str]:
    """Return a leaf's fields; it was read from the log, whose form is certain."""
    fields: dict[str, str] = json.loads(leaf)
    return fields
