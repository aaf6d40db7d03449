"""What a caller may ask of the ledger: one frozen dataclass a command.

A command carries everything that its decision needs besides the state and the time: who acts,
the idempotency key, the ids of what it will create. ``needs`` names the rows that the store must
have read before the decision runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from domain.ids import OPERATOR
from domain.ledger.model import FREE
from domain.ledger.state import Needs


class Actor(NamedTuple):
    """Who acts, as the credentials said: ``partner`` is a code, ``OPERATOR`` or ``SYSTEM``.

    ``author`` is the leaf's field; ``person`` is false for service keys and jobs. ``key`` is the
    prefix of the API key, which must still be live when the command is decided; empty for jobs and
    the command line.
    """

    partner: str
    author: str
    subject: str = ""
    person: bool = False
    key: str = ""

    @property
    def is_operator(self) -> bool:
        """Tell whether the operator acts."""
        return self.partner == OPERATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What every command has.

    ``id`` is the 32-hex id of the entry it appends. ``key`` is the idempotency key, empty for
    jobs, whose commands are safe to repeat. ``request`` is the RFC 8785 form of
    ``{input, key, mutation}``, the bytes that the request hash and the leaf's ``cmd`` cover.
    ``received_at`` is the instant at which the request arrived. ``signed`` are the bytes that the
    partner signed with the key ``signer`` (64 hex digits), which the leaf's ``cmd`` covers instead.
    """

    actor: Actor
    id: str
    key: str = ""
    request: bytes = b""
    received_at: int = 0
    signed: bytes = b""
    signer: str = ""

    def needs(self, needs: Needs) -> None:
        """Add the rows that the decision reads besides the reference tables."""

    def member(self) -> str:
        """Return the member whose key binds the leaf's ``cmd`` and ``pd``, or the empty string."""
        return ""

    def begins_batch(self) -> bool:
        """Tell whether it must see the rows of all before it: none of them may be of its batch."""
        return False

    def free_text(self) -> tuple[bytes, str]:
        """Return a key and a text that lies outside the log; the entry has its HMAC, if any."""
        return b"", ""


def _need_wallets(needs: Needs, member: str, *units: str) -> None:
    needs.members.add(member)
    for unit in units:
        needs.wallets.add((member, unit))


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCommand(Command):
    """A command on one member's book."""

    owner: str

    def member(self) -> str:
        """Return the owner of the book."""
        return self.owner


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePoints(MemberCommand):
    """Give ``amount`` minor units of ``unit`` to a member.

    ``effective_at`` may lie at most ``backdate_max`` microseconds in the past; 0 stands for now.
    """

    unit: str
    amount: int
    funding: str = FREE
    effective_at: int = 0
    backdate_max: int = 0

    def needs(self, needs: Needs) -> None:
        """Add the wallet."""
        needs.members.add(self.owner)
        needs.wallets.add((self.owner, self.unit))


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemPoints(MemberCommand):
    """Take ``amount`` minor units of ``unit`` for goods at the acting partner."""

    unit: str
    amount: int

    def needs(self, needs: Needs) -> None:
        """Add the wallet, the member's consents and the day's counters."""
        _need_wallets(needs, self.owner, self.unit)
        needs.consents.add(self.owner)
        needs.usage.add(self.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangePoints(MemberCommand):
    """Turn up to ``amount`` of ``source`` into ``target``; ``quote`` may hold the rate."""

    source: str
    target: str
    amount: int
    quote: str = ""

    def needs(self, needs: Needs) -> None:
        """Add both wallets, consents, counters and the quote."""
        owner = self.owner
        needs.members.add(owner)
        needs.wallets.add((owner, self.source))
        needs.wallets.add((owner, self.target))
        needs.consents.add(owner)
        needs.usage.add(owner)
        if self.quote:
            needs.quotes.add((owner, self.quote))


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveQuote(MemberCommand):
    """Hold today's rate for one member and one amount for a minute."""

    source: str
    target: str
    amount: int

    def needs(self, needs: Needs) -> None:
        """Add the member."""
        _need_wallets(needs, self.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftPoints(MemberCommand):
    """Move ``amount`` minor units of ``unit`` from ``owner`` to ``recipient``."""

    recipient: str
    unit: str
    amount: int

    def needs(self, needs: Needs) -> None:
        """Add both wallets."""
        _need_wallets(needs, self.owner, self.unit)
        needs.members.add(self.recipient)
        needs.wallets.add((self.recipient, self.unit))


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustPoints(MemberCommand):
    """Correct a wallet by ``amount`` minor units, negative to take; ``reason`` is a code."""

    unit: str
    amount: int
    reason: str
    effective_at: int = 0
    backdate_max: int = 0

    def needs(self, needs: Needs) -> None:
        """Add the wallet."""
        _need_wallets(needs, self.owner, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireWallet(MemberCommand):
    """End a wallet's overdue holds and expire its lots past their time: a job's command."""

    unit: str

    def needs(self, needs: Needs) -> None:
        """Add the wallet."""
        _need_wallets(needs, self.owner, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLots(MemberCommand):
    """Make like lots of a wallet one: a job's command."""

    unit: str

    def needs(self, needs: Needs) -> None:
        """Add the wallet."""
        _need_wallets(needs, self.owner, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceHold(MemberCommand):
    """Pin ``amount`` minor units of ``unit`` for the acting partner until ``deadline``."""

    unit: str
    amount: int
    deadline: int

    def needs(self, needs: Needs) -> None:
        """Add the wallet, consents and counters."""
        _need_wallets(needs, self.owner, self.unit)
        needs.consents.add(self.owner)
        needs.usage.add(self.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureHold(MemberCommand):
    """Redeem ``amount`` of a hold, all of it where None; the rest is released; 0 is a void."""

    hold: str
    amount: int | None = None

    def needs(self, needs: Needs) -> None:
        """Add the hold; the store adds its wallet."""
        needs.holds.add((self.owner, self.hold))
        needs.consents.add(self.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidHold(MemberCommand):
    """Release a hold whole."""

    hold: str

    def needs(self, needs: Needs) -> None:
        """Add the hold; the store adds its wallet."""
        needs.holds.add((self.owner, self.hold))
        needs.consents.add(self.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseTransfer(MemberCommand):
    """Turn round ``amount`` source minor units of a transfer, all that is left of it where None."""

    transfer: str
    amount: int | None = None
    reason: str = "REQUESTED"

    def needs(self, needs: Needs) -> None:
        """Add the original; the store adds its wallets and lots."""
        needs.originals.add((self.owner, self.transfer))


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrollMember(MemberCommand):
    """Make a new member known, with the partner's own reference (personal data, outside the log).

    ``owner`` is the new random pseudonym; ``wrapped_key`` and ``commitment`` are its key's.
    """

    partner: str
    reference: str
    reference_index: str
    wrapped_key: bytes = field(repr=False)
    commitment: str

    def needs(self, needs: Needs) -> None:
        """Add the reference, which must be free."""
        needs.members.add(self.owner)
        needs.references.add((self.partner, self.reference_index))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMember(MemberCommand):
    """Add a partner's membership to a member already known."""

    partner: str
    reference: str
    reference_index: str

    def needs(self, needs: Needs) -> None:
        """Add the member, its membership and the reference."""
        needs.members.add(self.owner)
        needs.memberships.add((self.owner, self.partner))
        needs.references.add((self.partner, self.reference_index))


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseMember(Command):
    """Forget who a member is, and close its book.

    It names no member whose key would bind it: that key does not outlive it, and the request holds
    no more of the member than its entry does. So ``cmd`` is a plain hash, and the order to erase
    can still be shown afterwards.
    """

    owner: str

    def needs(self, needs: Needs) -> None:
        """Add the member, all its wallets with their holds, and its consents."""
        needs.members.add(self.owner)
        needs.consents.add(self.owner)
        needs.erasures.add(self.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantConsent(MemberCommand):
    """A member lets ``partner`` REDEEM or EXCHANGE ``unit``, vouched for by the unit's owner."""

    partner: str
    unit: str
    action: str
    max: int
    evidence: str
    expires_at: int

    def needs(self, needs: Needs) -> None:
        """Add the member and the consents it gave."""
        needs.members.add(self.owner)
        needs.consents.add(self.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeConsent(MemberCommand):
    """End a consent."""

    consent: str

    def needs(self, needs: Needs) -> None:
        """Add the member and the consent, live or not."""
        needs.members.add(self.owner)
        needs.consents_named.add((self.owner, self.consent))
