"""Who was recognised: a subject, acting for a partner or the operator, with scopes that count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.auth.scopes import Role, Scope, effective
from domain.ids import OPERATOR
from domain.ledger.commands import Actor

if TYPE_CHECKING:
    from domain.ledger.records import ApiKey


@dataclass(frozen=True, slots=True)
class Principal:
    """A recognised caller.

    ``partner`` is a partner's code, empty for the operator's people and the network's auditors.
    ``person`` is false for service keys, which cannot decide proposals.
    """

    subject: str
    partner: str
    role: Role
    scopes: frozenset[Scope]
    person: bool
    key: str
    actor: Actor

    @property
    def sees_all(self) -> bool:
        """Tell whether reads are unrestricted: the operator, and auditors of the network."""
        return not self.partner


def principal_of(key: ApiKey) -> Principal:
    """Make the principal of a live key; a scope that this version does not know does not count.

    Raises ValueError for a role that this version does not know.
    """
    role = Role(key.role)
    known = {scope.value: scope for scope in Scope}
    scopes = frozenset(known[text] for text in key.scopes if text in known)
    author = f"partner:{key.partner}/{key.key}" if key.partner else f"operator/{key.subject}"
    return Principal(
        subject=key.subject,
        partner=key.partner,
        role=role,
        scopes=effective(role, key.partner, scopes),
        person=key.person,
        key=key.key,
        actor=Actor(key.partner or OPERATOR, author, key.subject, key.person, key.key),
    )
