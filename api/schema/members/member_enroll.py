"""Make a person known to the network."""

from __future__ import annotations

import strawberry

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.leaf import read_leaf
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.members.member import Member, member_of
from api.schema.members.naming import acting_partner
from domain.ledger.commands import EnrollMember
from domain.members.rules import ENROLL_CODES


@strawberry.input(description="A person to enrol.")
class MemberEnrollInput:
    """Input of member_enroll."""

    partner: str | None = strawberry.field(
        default=None, description="Code of the partner; yours where absent."
    )
    reference: str = strawberry.field(
        description="The partner's own reference of the person; never enters the log."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The person is a member.")
class MemberEnrollSuccess(Recorded):
    """Answer of member_enroll."""

    member: Member = strawberry.field(description="The new member.")


async def member_enroll(info: Info, input: MemberEnrollInput) -> object:  # noqa: A002 -- the argument's name
    """Enrol a member."""
    partner = acting_partner(info, input.partner)
    reference = texts.reference(input.reference, "reference")
    services = info.context.services
    wrapped_key, commitment = services.vault.new_member_key()
    command = EnrollMember(
        **envelope(info, input.idempotency_key),
        owner=services.ids.member(),
        partner=partner,
        reference=reference,
        reference_index=services.vault.reference_index(partner, reference),
        wrapped_key=wrapped_key,
        commitment=commitment,
    )
    answer, receipt = await recorded(info, command)
    member = member_of(read_leaf(answer.leaf)["member"])
    return MemberEnrollSuccess(member=member, receipt=receipt, replayed=answer.replayed)


member_enroll_field = mutation(
    member_enroll,
    scope=Scope.MEMBERS_WRITE,
    success=MemberEnrollSuccess,
    errors=ENROLL_CODES,
    commands=(EnrollMember,),
    description="Make a person known to the network, under a new random pseudonym.",
)
