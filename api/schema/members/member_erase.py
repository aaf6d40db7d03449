"""Erase a member."""

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
from domain.ledger.commands import EraseMember
from domain.members.erasure import ERASE_CODES


@strawberry.input(description="A member to erase.")
class MemberEraseInput:
    """Input of member_erase."""

    member_id: ID = strawberry.field(description="The member.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The member is erased: its pseudonym leads to nobody.")
class MemberEraseSuccess(Recorded):
    """Answer of member_erase."""

    member: Member = strawberry.field(description="The member that was.")


async def member_erase(info: Info, input: MemberEraseInput) -> object:  # noqa: A002 -- the argument's name
    """Erase a member."""
    command = EraseMember(
        **envelope(info, input.idempotency_key),
        owner=texts.member(input.member_id, "memberId"),
    )
    answer, receipt = await recorded(info, command)
    return MemberEraseSuccess(
        member=member_of(command.owner), receipt=receipt, replayed=answer.replayed
    )


member_erase_field = mutation(
    member_erase,
    scope=Scope.MEMBERS_ERASE,
    success=MemberEraseSuccess,
    errors=ERASE_CODES,
    commands=(EraseMember,),
    description=(
        "Forget who a member is, for good: its points expire, its consents end, its key and all"
        " that is encrypted under it is destroyed, its book is closed. Its holds must have ended."
    ),
)
