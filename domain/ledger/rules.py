"""The one table of what may be decided: each command's rule and codes, each entry's effect.

``Rules`` is what the writer is given. Settlement registers its own rows, since the domain may not
import it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Never, cast

from domain.contracts import commands as contract_commands
from domain.contracts import rules as contracts
from domain.exchange import rules as exchange
from domain.ledger import apply_records as records
from domain.ledger import apply_transfers as transfers
from domain.ledger import commands, gift, holds, issue, merging, redeem, reversal
from domain.ledger.apply import apply
from domain.members import erasure
from domain.members import rules as members
from domain.partners import commands as partner_commands
from domain.partners import rules as partners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from domain.errors import Refusal
    from domain.ledger.apply import Stamp
    from domain.ledger.commands import Command
    from domain.ledger.model import Decision, Effect
    from domain.ledger.state import State
    from domain.ports import Signatures

    Decide = Callable[[State, Command, int], Decision | Refusal]
    Apply = Callable[[State, Effect, Stamp], None]


class Rule(NamedTuple):
    """How a type of command is decided, and the codes it may refuse with, by precedence."""

    decide: Callable[[State, Never, int], Decision | Refusal]
    codes: tuple[str, ...]


_LEDGER: dict[type[Command], Rule] = {
    commands.IssuePoints: Rule(issue.decide_issue, issue.ISSUE_CODES),
    commands.RedeemPoints: Rule(redeem.decide_redeem, redeem.REDEEM_CODES),
    commands.ExchangePoints: Rule(exchange.decide_exchange, exchange.EXCHANGE_CODES),
    commands.GiveQuote: Rule(exchange.decide_quote, exchange.QUOTE_CODES),
    commands.GiftPoints: Rule(gift.decide_gift, gift.GIFT_CODES),
    commands.AdjustPoints: Rule(issue.decide_adjust, issue.ADJUST_CODES),
    commands.ExpireWallet: Rule(gift.decide_expire, gift.EXPIRE_CODES),
    commands.MergeLots: Rule(merging.decide_merge, merging.MERGE_CODES),
    commands.PlaceHold: Rule(holds.decide_hold, holds.HOLD_CODES),
    commands.CaptureHold: Rule(holds.decide_capture, holds.CAPTURE_CODES),
    commands.VoidHold: Rule(holds.decide_void, holds.VOID_CODES),
    commands.ReverseTransfer: Rule(reversal.decide_reverse, reversal.REVERSE_CODES),
    commands.EnrollMember: Rule(members.decide_enroll, members.ENROLL_CODES),
    commands.LinkMember: Rule(members.decide_link, members.LINK_CODES),
    commands.EraseMember: Rule(erasure.decide_erase, erasure.ERASE_CODES),
    commands.GrantConsent: Rule(members.decide_consent_grant, members.CONSENT_GRANT_CODES),
    commands.RevokeConsent: Rule(members.decide_consent_revoke, members.CONSENT_REVOKE_CODES),
    partner_commands.CreateUnit: Rule(partners.decide_unit, partners.UNIT_CODES),
    partner_commands.GrantKey: Rule(partners.decide_key_grant, partners.KEY_GRANT_CODES),
    partner_commands.RevokeKey: Rule(partners.decide_key_revoke, partners.KEY_REVOKE_CODES),
    contract_commands.EndContract: Rule(contracts.decide_end, contracts.END_CODES),
}

_APPLIERS: dict[str, Apply] = {
    "points.redeemed": transfers.apply_spend,
    "points.exchanged": transfers.apply_spend,
    "quote.given": transfers.apply_quote,
    "hold.placed": transfers.apply_hold_placed,
    "hold.captured": transfers.apply_hold_ended,
    "hold.voided": transfers.apply_hold_ended,
    "hold.expired": transfers.apply_hold_ended,
    "lots.merged": transfers.apply_merged,
    "transfer.reversed": transfers.apply_reversed,
    "member.enrolled": records.apply_member,
    "member.linked": records.apply_member,
    "subject.erased": records.apply_erased,
    "consent.granted": records.apply_consent_granted,
    "consent.revoked": records.apply_consent_revoked,
    "partner.created": records.apply_partner,
    "partner.updated": records.apply_partner,
    "unit.created": records.apply_unit,
    "key.granted": records.apply_key,
    "key.founded": records.apply_key,
    "key.revoked": records.apply_key,
    "contract.proposed": records.apply_contract_proposed,
    "contract.accepted": records.apply_contract_changed,
    "contract.ended": records.apply_contract_changed,
}

# Codes that the writer itself answers, whatever the command.
WRITER_CODES = ("IDEMPOTENCY_KEY_REUSED",)


class Rules:
    """Decides commands and carries their effects into the state."""

    def __init__(
        self,
        signatures: Signatures,
        decide: Mapping[type[Command], Rule] | None = None,
        appliers: Mapping[str, Apply] | None = None,
    ) -> None:
        """Take the port for signatures, and the rows of the rooms above (settlement)."""
        with_partners = partners.PartnerRules(signatures)
        with_contracts = contracts.ContractRules(signatures)
        self._rules: dict[type[Command], Rule] = {
            **_LEDGER,
            partner_commands.CreatePartner: Rule(
                with_partners.decide_create, partners.PARTNER_CREATE_CODES
            ),
            partner_commands.UpdatePartner: Rule(
                with_partners.decide_update, partners.PARTNER_UPDATE_CODES
            ),
            contract_commands.ProposeContract: Rule(
                with_contracts.decide_propose, contracts.PROPOSE_CODES
            ),
            contract_commands.AcceptContract: Rule(
                with_contracts.decide_accept, contracts.ACCEPT_CODES
            ),
            **(decide or {}),
        }
        # A rule takes its own type of command; the table sees to it that it gets no other.
        self._decide = {key: cast("Decide", rule.decide) for key, rule in self._rules.items()}
        self._appliers = {**_APPLIERS, **(appliers or {})}

    def decide(self, state: State, command: Command, now: int) -> Decision | Refusal:
        """Return what the command does at ``now``, or why it does nothing. Pure."""
        return self._decide[type(command)](state, command, now)

    def apply(self, state: State, effect: Effect, stamp: Stamp) -> None:
        """Carry one effect into the state, as the entry ``stamp.seq``."""
        apply(state, effect, stamp.seq)
        applier = self._appliers.get(effect.kind)
        if applier is not None:
            applier(state, effect, stamp)
        state.size = stamp.seq + 1

    def codes(self, command: type[Command]) -> tuple[str, ...]:
        """Return every code that this type of command may be refused with, by precedence."""
        return (*WRITER_CODES, *self._rules[command].codes)

    def commands(self) -> Iterable[type[Command]]:
        """Return every type of command that has a rule."""
        return self._rules.keys()
