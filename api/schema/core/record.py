"""The one way a change happens: input to command, command to the writer, answer to a value."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypedDict, cast

import orjson
from graphql import Undefined, VariableNode, value_from_ast_untyped

from api.schema.core.errors import FaultError, RefusedError
from api.schema.core.texts import idempotency_key
from domain.errors import OverloadedError

if TYPE_CHECKING:
    from api.schema.core.context import Info
    from domain.ledger.commands import Actor, Command
    from domain.store.answers import Answer


EXACT_MAX = 2**53 - 1  # beyond it neighbouring integers are one number to many JSON readers


class Envelope(TypedDict):
    """What every command has, ready to be passed on by keyword."""

    actor: Actor
    id: str
    key: str
    request: bytes
    received_at: int
    signed: bytes
    signer: str


def envelope(info: Info, key: str) -> Envelope:
    """Return who acts, a new entry id, the idempotency key and the request that it covers.

    Raises FaultError ``SIGNATURE_REQUIRED`` where the caller has to sign and did not, and
    ``SIGNATURE_INVALID`` where the signature is for another idempotency key.
    """
    context = info.context
    signed = context.signed
    if signed is None and context.caller.partner in context.services.signing:
        raise FaultError("SIGNATURE_REQUIRED")
    if signed is not None and signed.parameters.nonce != key:
        raise FaultError("SIGNATURE_INVALID")
    return Envelope(
        actor=context.caller.actor,
        id=context.services.ids.entity(),
        key=idempotency_key(key),
        request=request_bytes(info, key),
        received_at=context.received_at,
        signed=b"" if signed is None else signed.packed(),
        signer="" if signed is None else signed.parameters.keyid,
    )


def request_bytes(info: Info, key: str) -> bytes:
    """Return RFC 8785 of ``{input, key, mutation}``: the input as sent, nulls dropped.

    Input names are ASCII, numbers are integers: sorted orjson is then RFC 8785. An integer beyond
    what RFC 8785 keeps exact (section 3.2.2.3) stands as a string, which is how an ID reads it.
    """
    node = info._raw_info.field_nodes[0]  # noqa: SLF001 -- the input before coercion stands only here
    value = node.arguments[0].value if node.arguments else None
    sent: object = None
    if isinstance(value, VariableNode) and value.name.value in info.context.variables:
        sent = info.context.variables[value.name.value]
    elif value is not None:
        sent = value_from_ast_untyped(value, _variables(info))
    document = {"input": _canonical(sent), "key": key, "mutation": info.field_name}
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def _variables(info: Info) -> dict[str, object]:
    """Return the variables as sent, and the defaults of those that were not."""
    given = dict(info.context.variables)
    for definition in info.operation.variable_definitions or ():
        name = definition.variable.name.value
        if name not in given and definition.default_value is not None:
            given[name] = value_from_ast_untyped(definition.default_value)
    return given


def _canonical(value: object) -> object:
    if isinstance(value, dict):
        return {
            name: _canonical(item)
            for name, item in cast("dict[str, object]", value).items()
            if item is not None and item is not Undefined
        }
    if isinstance(value, list):
        return [_canonical(item) for item in cast("list[object]", value)]
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON's 2.0 is the integer 2, in RFC 8785 and in GraphQL alike
    if isinstance(value, int) and not -EXACT_MAX <= value <= EXACT_MAX:
        return str(value)
    return value


async def record(info: Info, command: Command) -> Answer:
    """Send a command to the writer and wait for its answer.

    Raises RefusedError where the ledger refuses; FaultError where nothing was decided.
    """
    try:
        answer = await info.context.services.writer.submit(command, asyncio.get_running_loop())
    except OverloadedError:
        raise FaultError("OVERLOADED") from None
    if answer.refusal is not None:
        raise RefusedError.of(answer.refusal)
    if answer.fault:
        raise FaultError(answer.fault)
    return answer
