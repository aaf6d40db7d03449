"""The Query type: every field says which scope it asks for; unknown and foreign look the same."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.audit import entries
from api.schema.contracts.contract import Contract
from api.schema.contracts.reading import contracts_page
from api.schema.core import scalars
from api.schema.core.connection import FIRST_DEFAULT, Connection, page_of
from api.schema.core.context import Info
from api.schema.core.fields import computed
from api.schema.core.ids import entity_key, key_of
from api.schema.core.node import Node
from api.schema.core.permission import Allow
from api.schema.finding import find_node
from api.schema.holds.hold import Hold
from api.schema.holds.reading import holds_page
from api.schema.members.member import Member, member_of
from api.schema.members.reading import visible_owner
from api.schema.partners.partner import Partner
from api.schema.partners.point_unit import PointUnit
from api.schema.partners.principal import Principal, principal_of
from api.schema.partners.reading import all_partners, all_units, find_partner
from api.schema.points import reading as points
from api.schema.points.past_wallet import PastWallet, past_wallet
from api.schema.points.quote import Quote
from api.schema.points.transfer import Transfer
from api.schema.points.wallet import Wallet
from api.schema.settlement.bank_line import WaitingBankLine
from api.schema.settlement.bank_lines import waiting_lines_page
from api.schema.settlement.dispute import Dispute
from api.schema.settlement.disputes import DISPUTE_SCOPES, disputes_page, find_dispute
from api.schema.settlement.policies import Policy, all_policies
from api.schema.settlement.reading import proposals_page, windows_page
from api.schema.settlement.schedule import WindowSchedule, schedule_of
from api.schema.settlement.settlement import Settlement
from api.schema.settlement.settlements import find_settlement, settlements_page
from api.schema.settlement.statement import (
    Statement,
    StatementLine,
    statement,
    statement_lines,
)
from api.schema.settlement.window import Proposal, SettlementWindow

First = Annotated[int, strawberry.argument(description="How many, 0 to 100.")]
After = Annotated[str | None, strawberry.argument(description="The cursor to go on from.")]
GlobalId = Annotated[ID, strawberry.argument(description="Its global id.")]
MemberId = Annotated[
    ID | None, strawberry.argument(description="The member; or give memberReference.")
]
MemberReference = Annotated[
    str | None, strawberry.argument(description="The member by your own reference.")
]
UnitCode = Annotated[
    str | None, strawberry.argument(description="Code of the one unit to show; absent: all.")
]
AsOfEntry = Annotated[
    scalars.Sequence | None,
    strawberry.argument(description="After this entry; or give recordedAt."),
]
AsOfInstant = Annotated[
    scalars.DateTime | None, strawberry.argument(description="After all recorded by this instant.")
]
Code = Annotated[str, strawberry.argument(description="Its code.")]
EntryNumber = Annotated[scalars.Sequence, strawberry.argument(description="Number of the entry.")]
PartnerCode = Annotated[
    str | None, strawberry.argument(description="Whose; absent: your own. Others see none.")
]
Currency = Annotated[str, strawberry.argument(description="A currency, ISO 4217.")]
Windows = Annotated[
    list[int], strawberry.argument(description="Numbers of consecutive closed windows, 1 to 100.")
]
TreeSize = Annotated[scalars.Sequence, strawberry.argument(description="Size of a tree.")]

_SETTLEMENT = (
    Scope.SETTLEMENT_PROPOSE,
    Scope.SETTLEMENT_DECIDE,
    Scope.NETWORK_ADMIN,
    Scope.AUDIT_READ,
)


@strawberry.type(description="Everything that can be read.")
class Query:
    """Root of reading."""

    @computed("The caller, as its credentials say.", Allow())
    async def me(self, info: Info) -> Principal:
        """Show the caller to itself."""
        caller = info.context.caller
        partner = await find_partner(info, caller.partner) if caller.partner else None
        return principal_of(caller, partner)

    @computed("A partner by its code.", Allow())
    async def partner(self, info: Info, code: Code) -> Partner | None:
        """Find a partner."""
        return await find_partner(info, code)

    @computed("The partners of the network, by code.", Allow())
    async def partners(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Partner]:
        """List partners."""
        return page_of(await all_partners(info), lambda one: one.code, first, after)

    @computed("The point units of the network, by code.", Allow())
    async def point_units(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[PointUnit]:
        """List units."""
        return page_of(await all_units(info), lambda one: one.code, first, after)

    @computed("A member, linked to you or holding points of yours.", Allow(Scope.MEMBERS_READ))
    async def member(
        self, info: Info, member_id: MemberId = None, member_reference: MemberReference = None
    ) -> Member | None:
        """Find a member."""
        owner = await visible_owner(info, member_id, member_reference)
        return None if owner is None else member_of(owner)

    @computed("A member's points, of your own units.", Allow(Scope.MEMBERS_READ))
    async def wallet(
        self,
        info: Info,
        member_id: MemberId = None,
        member_reference: MemberReference = None,
        unit: UnitCode = None,
    ) -> Wallet | None:
        """Find a wallet."""
        return await points.wallet(info, member_id, member_reference, unit)

    @computed("A member's points as they stood, of your own units.", Allow(Scope.MEMBERS_READ))
    async def wallet_as_of(
        self,
        info: Info,
        member_id: MemberId = None,
        member_reference: MemberReference = None,
        unit: UnitCode = None,
        sequence: AsOfEntry = None,
        recorded_at: AsOfInstant = None,
    ) -> PastWallet | None:
        """Find a wallet as it was."""
        at = (sequence, recorded_at)
        return await past_wallet(info, member_id, member_reference, unit, at)

    @computed("A transfer that names you or your units.", Allow(Scope.MEMBERS_READ))
    async def transfer(self, info: Info, id: GlobalId) -> Transfer | None:
        """Find a transfer."""
        key = entity_key(id, "Transfer")
        return None if key is None else await points.find_transfer(info, *key)

    @computed("Transfers that name you or your units, newest first.", Allow(Scope.MEMBERS_READ))
    async def transfers(
        self,
        info: Info,
        member_id: MemberId = None,
        member_reference: MemberReference = None,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[Transfer]:
        """List transfers."""
        return await points.transfers_page(info, member_id, member_reference, first, after)

    @computed("A member's holds, yours or on your units, newest first.", Allow(Scope.MEMBERS_READ))
    async def holds(
        self,
        info: Info,
        member_id: MemberId = None,
        member_reference: MemberReference = None,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[Hold]:
        """List holds."""
        return await holds_page(info, member_id, member_reference, first, after)

    @computed("The contract versions that you are party to, by id and version.", Allow())
    async def contracts(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Contract]:
        """List contracts."""
        return await contracts_page(info, first, after)

    @computed("A quote that you gave, or on your units.", Allow(Scope.MEMBERS_READ))
    async def quote(self, info: Info, id: GlobalId) -> Quote | None:
        """Find a quote."""
        key = entity_key(id, "Quote")
        return None if key is None else await points.find_quote(info, *key)

    @computed("An entry of the log that names you or your units.", Allow(Scope.AUDIT_READ))
    async def audit_entry(self, info: Info, sequence: EntryNumber) -> entries.AuditEntry | None:
        """Find an entry."""
        return await entries.find_entry(info, sequence)

    @computed("Entries that name you or your units, oldest first.", Allow(Scope.AUDIT_READ))
    async def audit_entries(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[entries.AuditEntry]:
        """List entries."""
        return await entries.entries_page(info, first, after)

    @computed(
        "The signed checkpoint: the newest, or where there are witnesses, the last that they "
        "cosigned; public.",
        Allow(public=True),
    )
    async def audit_checkpoint(self, info: Info) -> entries.AuditCheckpoint:
        """Return the checkpoint."""
        return await entries.checkpoint(info)

    @computed("Proof that an entry stands in the log; shows no content.", Allow(public=True))
    async def audit_inclusion_proof(
        self, info: Info, sequence: EntryNumber
    ) -> entries.AuditInclusionProof | None:
        """Prove an entry."""
        return await entries.inclusion(info, sequence)

    @computed("Proof that a later tree begins with an earlier one.", Allow(public=True))
    async def audit_consistency_proof(
        self, info: Info, from_size: TreeSize, to_size: TreeSize
    ) -> entries.AuditConsistencyProof | None:
        """Prove consistency."""
        return await entries.consistency(info, from_size, to_size)

    @computed("The settlement windows, by currency and number.", Allow(*_SETTLEMENT))
    async def settlement_windows(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[SettlementWindow]:
        """List windows."""
        return await windows_page(info, first, after)

    @computed("A partner's statement of closed windows.", Allow(*_SETTLEMENT))
    async def statement(
        self, info: Info, currency: Currency, windows: Windows, partner: PartnerCode = None
    ) -> Statement | None:
        """Make a statement."""
        return await statement(info, partner, currency, windows)

    @computed("The lines of a statement, in the order of the log.", Allow(*_SETTLEMENT))
    async def statement_lines(
        self,
        info: Info,
        currency: Currency,
        windows: Windows,
        partner: PartnerCode = None,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[StatementLine]:
        """List a statement's lines."""
        return await statement_lines(info, partner, currency, windows, first, after)

    @computed("The settlements, newest first; a partner's own part of each.", Allow(*_SETTLEMENT))
    async def settlements(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Settlement]:
        """List settlements."""
        return await settlements_page(info, first, after)

    @computed("The policies of settlement in force, by name.", Allow(*_SETTLEMENT))
    async def policies(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Policy]:
        """List policies."""
        found = await all_policies(info)
        return page_of(found, lambda one: f"{one.name} {one.partner} {one.currency}", first, after)

    @computed("The schedule by which windows of a currency close.", Allow(*_SETTLEMENT))
    async def settlement_schedule(self, info: Info, currency: Currency) -> WindowSchedule | None:
        """Find a schedule."""
        return await schedule_of(info, currency)

    @computed("A settlement, or a partner's own part of it.", Allow(*_SETTLEMENT))
    async def settlement(self, info: Info, id: GlobalId) -> Settlement | None:
        """Find a settlement."""
        key = key_of(id, "Settlement")
        return None if key is None else await find_settlement(info, key[0])

    @computed("Disputes of lines that you are a party of, newest first.", Allow(*DISPUTE_SCOPES))
    async def disputes(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Dispute]:
        """List disputes."""
        return await disputes_page(info, first, after)

    @computed("A dispute of a line that you are a party of.", Allow(*DISPUTE_SCOPES))
    async def dispute(self, info: Info, id: GlobalId) -> Dispute | None:
        """Find a dispute."""
        key = key_of(id, "Dispute")
        return None if key is None else await find_dispute(info, key[0])

    @computed(
        "Bank lines that wait for a person, oldest first; the operator's business.",
        Allow(*_SETTLEMENT),
    )
    async def bank_lines_waiting(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[WaitingBankLine]:
        """List the queue."""
        return await waiting_lines_page(info, first, after)

    @computed("The proposals, newest first.", Allow(*_SETTLEMENT[:3]))
    async def proposals(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Proposal]:
        """List proposals."""
        return await proposals_page(info, first, after)

    @computed("Anything that has a global id and that you may see.", Allow())
    async def node(self, info: Info, id: GlobalId) -> Node | None:
        """Find a thing."""
        return await find_node(info, id)
