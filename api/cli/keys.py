"""`dure key new`, `grant` and `list`: keys of whoever may act for the operator.

Whoever is to hold a key makes it, keeps its text and tells the fingerprint. One person proposes the
key by that, another approves by the same command; neither ever has the key itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import As, Home, Json
from api.cli.output import GOOD, Output

if TYPE_CHECKING:
    from domain.partners.people import Asked

REASON = "REVIEWED"  # why a key is proposed: a person was looked at


def new(*, json: Json = False) -> int:
    """Make a key for yourself: keep its text, and tell others its fingerprint alone."""
    from api.auth.credentials import mint
    from api.cli.words import say

    out, made = Output(as_json=json), mint()
    out.say(say("key.token", token=made.token))
    out.say(say("key.fingerprint", fingerprint=made.fingerprint))
    out.result({"token": made.token, "fingerprint": made.fingerprint})
    return GOOD


def grant(
    fingerprint: Annotated[str, typer.Argument(help="As `dure key new` told its holder.")],
    holder: Annotated[str, typer.Argument(help="Subject of who holds it, an id and no name.")],
    *,
    role: Annotated[str, typer.Option(help="OPERATOR or FINANCE.")] = "OPERATOR",
    scope: Annotated[
        list[str] | None, typer.Option(help="What it may do, once for each; else all of the role.")
    ] = None,
    service: Annotated[
        bool, typer.Option("--service", help="A service holds it, and no person.")
    ] = False,
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Propose a key of the operator's; another subject approves by the same command."""
    from api.cli.settling import acting, by_four_eyes, opened, tell
    from api.cli.words import say
    from domain.ledger.records import PENDING_STATE, Proposal
    from domain.partners.commands import ProposeKey
    from domain.partners.people import KEY, Asked

    asked = Asked(fingerprint, holder, not service, role, _scopes(role, scope))
    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        command = ProposeKey(
            actor=actor, id=network.ids.entity(), fingerprint=fingerprint, subject=holder,
            person=asked.person, role=role, scopes=asked.scopes, reason=REASON,
        )  # fmt: skip
        wanted = Proposal(
            command.id, KEY, 0, "", "", PENDING_STATE, "", REASON, 0, 0, value=asked.text()
        )
        proposal = by_four_eyes(network, actor, wanted, command)
    what = say("four.key", key=asked.prefix, holder=holder)
    tell(Output(as_json=json), proposal, what, key=asked.prefix, subject=holder)
    return GOOD


def _scopes(role: str, named: list[str] | None) -> tuple[str, ...]:
    """Return the scopes of a key; raises InvalidValueError for one that its role cannot have."""
    from api.auth.scopes import ROLE_SCOPES, Role
    from domain.errors import InvalidValueError
    from domain.partners.people import ROLES

    if role not in ROLES:
        raise InvalidValueError("VALUE_INVALID", value=role[:64], reason=" ".join(ROLES))
    known = {scope.value for scope in ROLE_SCOPES[Role(role)]}
    for one in named or ():
        if one not in known:
            valid = " ".join(sorted(known))
            raise InvalidValueError("VALUE_INVALID", value=one[:64], reason=valid)
    return tuple(sorted({*named} if named else known))


def command_of(asked: Asked) -> list[str]:
    """Return the verb and arguments that approve a proposal of a key."""
    verb = ["grant", asked.fingerprint, asked.subject, "--role", asked.role]
    if asked.scopes != _scopes(asked.role, None):
        verb += [part for scope in asked.scopes for part in ("--scope", scope)]
    return verb if asked.person else [*verb, "--service"]


def listed(*, home: Home = None, json: Json = False) -> int:
    """Tell whose live keys act for the operator, and which two agreed on each."""
    from api.cli.settling import opened, reference_of
    from api.cli.words import code, heads, say
    from domain.ledger.records import APPROVED
    from domain.partners.people import KEY, living, read_asked, takes_two

    out = Output(as_json=json)
    with opened(home, writes=False) as network:
        reference = reference_of(network)
    agreed = {
        read_asked(one.value).prefix: (one.maker, one.decider)
        for one in reference.proposals.values()
        if (one.type, one.state) == (KEY, APPROVED)
    }
    found = [
        (key, agreed.get(key.key, ("", "")))
        for key in sorted(reference.keys.values(), key=lambda key: key.seq)
        if takes_two(key.partner, key.role) and not key.revoked_seq
    ]
    people = len(living(key for key, _ in found))
    rows = [
        [
            key.key,
            key.subject,
            code("PERSON" if key.person else "SERVICE"),
            key.role,
            ", ".join(filter(None, two)),
        ]
        for key, two in found
    ]
    out.table(say("key.title"), heads("key", "subject", "held_by", "role", "agreed"), rows)
    out.say(say("key.people", people=people))
    out.result(
        {
            "people": people,
            "keys": [
                {
                    "key": key.key,
                    "subject": key.subject,
                    "person": key.person,
                    "role": key.role,
                    "scopes": list(key.scopes),
                    "sequence": key.seq,
                    "maker": two[0],
                    "decider": two[1],
                }
                for key, two in found
            ],
        }
    )
    return GOOD
