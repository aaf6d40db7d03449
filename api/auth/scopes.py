"""Roles and scopes: what a key may be given, and what of it counts.

A role is what someone is, a scope what a key may do. A key holds scopes; of these only the ones
that its role may hold ever count, so that no list of scopes can make an auditor change anything.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What the holder of a key is."""

    OPERATOR = "OPERATOR"
    PARTNER = "PARTNER"
    FINANCE = "FINANCE"
    AUDITOR = "AUDITOR"


class Scope(StrEnum):
    """One thing that a key may do; the value is what stands in the log."""

    POINTS_ISSUE = "points:issue"
    POINTS_REDEEM = "points:redeem"
    POINTS_EXCHANGE = "points:exchange"
    POINTS_GIFT = "points:gift"
    POINTS_ADJUST = "points:adjust"
    POINTS_HOLD = "points:hold"
    POINTS_REVERSE = "points:reverse"
    BACKDATE = "backdate"
    MEMBERS_WRITE = "members:write"
    MEMBERS_ERASE = "members:erase"
    MEMBERS_READ = "members:read"
    CONTRACTS_WRITE = "contracts:write"
    AUDIT_READ = "audit:read"
    NETWORK_ADMIN = "network:admin"
    SETTLEMENT_PROPOSE = "settlement:propose"
    SETTLEMENT_DECIDE = "settlement:decide"
    DISPUTES_WRITE = "disputes:write"


_READS = frozenset({Scope.MEMBERS_READ, Scope.AUDIT_READ})

ROLE_SCOPES: dict[Role, frozenset[Scope]] = {
    Role.OPERATOR: frozenset(Scope),
    Role.PARTNER: frozenset(
        {
            Scope.POINTS_ISSUE,
            Scope.POINTS_REDEEM,
            Scope.POINTS_EXCHANGE,
            Scope.POINTS_GIFT,
            Scope.POINTS_ADJUST,
            Scope.POINTS_HOLD,
            Scope.POINTS_REVERSE,
            Scope.BACKDATE,
            Scope.MEMBERS_WRITE,
            Scope.CONTRACTS_WRITE,
            Scope.DISPUTES_WRITE,
        }
    )
    | _READS,
    # Money between partners, of which the log's entries tell enough: no member's wallet.
    Role.FINANCE: frozenset(
        {
            Scope.SETTLEMENT_PROPOSE,
            Scope.SETTLEMENT_DECIDE,
            Scope.DISPUTES_WRITE,
            Scope.AUDIT_READ,
        }
    ),
    Role.AUDITOR: _READS,
}

# Only the operator's own people run the network and its settlement, and erase members.
OPERATOR_ONLY = frozenset(
    {
        Scope.NETWORK_ADMIN,
        Scope.MEMBERS_ERASE,
        Scope.SETTLEMENT_PROPOSE,
        Scope.SETTLEMENT_DECIDE,
    }
)


def effective(role: Role, partner: str, scopes: frozenset[Scope]) -> frozenset[Scope]:
    """Return the scopes that count; ``partner`` is a partner's code, empty for the operator's."""
    counted = scopes & ROLE_SCOPES[role]
    return counted - OPERATOR_ONLY if partner else counted
