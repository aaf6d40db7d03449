"""Link a member to a further partner."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.members.member import Member, member_of
from api.schema.members.naming import acting_partner
from domain.ledger.commands import LinkMember
from domain.members.rules import LINK_CODES


@strawberry.input(description="A membership to add.")
class MemberLinkInput:
    """Input of member_link."""

    member_id: ID = strawberry.field(description="The member.")
    partner: str | None = strawberry.field(
        default=None, description="Code of the partner; yours where absent."
    )
    reference: str = strawberry.field(
        description="The partner's own reference of the person; never enters the log."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The member is linked.")
class MemberLinkSuccess(Recorded):
    """Answer of member_link."""

    member: Member = strawberry.field(description="The member.")


async def member_link(info: Info, input: MemberLinkInput) -> object:  # noqa: A002 -- the argument's name
    """Link a member."""
    partner = acting_partner(info, input.partner)
    reference = texts.reference(input.reference, "reference")
    command = LinkMember(
        **envelope(info, input.idempotency_key),
        owner=texts.member(input.member_id, "memberId"),
        partner=partner,
        reference=reference,
        reference_index=info.context.services.vault.reference_index(partner, reference),
    )
    answer, receipt = await recorded(info, command)
    member = member_of(command.owner)
    return MemberLinkSuccess(member=member, receipt=receipt, replayed=answer.replayed)


member_link_field = mutation(
    member_link,
    scope=Scope.MEMBERS_WRITE,
    success=MemberLinkSuccess,
    errors=LINK_CODES,
    commands=(LinkMember,),
    description="Add a partner's membership to a member already known.",
)
