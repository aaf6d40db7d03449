"""What hostile bytes meet, one function for each format: nothing but a named error, or the truth.

The log's formats are here, and what a partner's signed request asks for; a bank's are in `bank`.

`feed` is what fuzzers call, Hypothesis in the suite and atheris under `make fuzz`: its first byte
names the format, the rest is the input. Whatever is accepted must be what was signed or proved.
"""

import json
from collections.abc import Callable
from typing import Final

from audit.checkpoint import Checkpoint, open_checkpoint
from audit.cosignature import WitnessKey
from audit.entry import decode, encode
from audit.errors import AuditError
from audit.note import VerifierKey, parse_note
from audit.policy import Policy, parse_policy
from audit.proof import Receipt, verify_receipt
from audit.signed_request import asked
from audit.tiles import Tile, decode_entries, encode_entries
from domain.errors import InvalidValueError
from tests.acceptance.tamper.forging import (
    POLICY,
    WITNESS_KEYS,
    cosigned,
    honest_leaves,
    receipt,
    signed,
)
from tests.fuzz import bank
from tests.unit.audit_verify.bundles import KEY

LEAVES: Final = honest_leaves()
INDEX: Final = 30
KEPT: Final = receipt(LEAVES[:40], INDEX)
RECEIPT: Final = Receipt.parse(KEPT.data.decode())
NOTE: Final = cosigned(signed(LEAVES), 1_795_310_100, "w1", "w2")
BODY: Final = parse_note(NOTE).body


def _note(data: bytes) -> None:
    assert parse_note(data).text().encode() == data


def _checkpoint(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    assert Checkpoint.parse(text).text() == text


def _signed(data: bytes) -> None:
    assert open_checkpoint(data, KEY).text() == BODY


def _cosigned(data: bytes) -> None:
    note = parse_note(data)
    found = POLICY.check(note)
    assert note.body == BODY
    assert len({one.witness.public_key for one in found}) >= 2


def _policy(data: bytes) -> None:
    read = parse_policy(data)
    again = parse_policy(read.text.encode("utf-8", "surrogateescape"))
    assert (again.witnesses, again.groups, again.quorum) == (
        read.witnesses,
        read.groups,
        read.quorum,
    )
    assert isinstance(read, Policy)
    if read.quorum != "none":
        assert not read.satisfied(set())


def _receipt(data: bytes) -> None:
    verified = verify_receipt(LEAVES[INDEX], data.decode("utf-8", "replace"), KEY)
    told = Receipt.parse(data.decode("utf-8", "replace"))
    assert (verified.index, told.hashes) == (INDEX, RECEIPT.hashes)
    assert told.checkpoint.partition("\n\n")[0] == RECEIPT.checkpoint.partition("\n\n")[0]


def _tile(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    assert Tile.parse(text).path() == text


def _entries(data: bytes) -> None:
    if data:
        assert encode_entries(decode_entries(data[1:], data[0])) == data[1:]


def _leaf(data: bytes) -> None:
    assert encode(decode(data)) == data


def _verifier_key(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    assert VerifierKey.parse(text).text() == text


def _witness_key(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    assert WitnessKey.parse(text).text() == text


REQUEST: Final = json.dumps(
    {
        "query": "mutation M($i: X!) @d(a: [1]) { # all\n b: a(input: $i) { c } }",
        "variables": {"i": {"idempotencyKey": "k", "amount": "7"}},
        "operationName": "M",
    }
).encode()


def _request(data: bytes) -> None:
    found = asked(data, "k")
    if found is None:
        raise AuditError("UNREADABLE")
    assert found.input["idempotencyKey"] == "k"
    # A name stands in the document as it is told, and nowhere else is it from.
    assert found.mutation in json.loads(data)["query"]


TARGETS: Final[tuple[tuple[Callable[[bytes], None], bytes], ...]] = (
    (_note, NOTE.encode()),
    (_checkpoint, BODY.encode()),
    (_signed, NOTE.encode()),
    (_cosigned, NOTE.encode()),
    (_policy, POLICY.text.encode()),
    (_receipt, KEPT.data),
    (_tile, b"tile/0/x001/234.p/5"),
    (_entries, b"\2" + encode_entries(LEAVES[:2])),
    (_leaf, LEAVES[INDEX]),
    (_verifier_key, KEY.text().encode()),
    (_witness_key, WITNESS_KEYS["w1"].text().encode()),
    (_request, REQUEST),
    *bank.SAMPLES,
)


def samples() -> list[bytes]:
    """An input for each format that is accepted."""
    return [bytes([place]) + sample for place, (_, sample) in enumerate(TARGETS)]


def feed(data: bytes) -> bool:
    """Feed one input to the format that its first byte names; tells whether it was accepted.

    Raises AssertionError where what was accepted is not what it says, and whatever a parser raises
    that is no AuditError, nor InvalidValueError.
    """
    if not data:
        return False
    target, _ = TARGETS[data[0] % len(TARGETS)]
    try:
        target(data[1:])
    except InvalidValueError as error:
        refused = error.code
    except AuditError as error:
        refused = error.diagnostics()
    else:
        return True
    assert refused.isprintable()
    return False
