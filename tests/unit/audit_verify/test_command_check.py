"""What a partner signed against what its entry did: each field that is another is found by name."""

import base64
import json
from collections.abc import Mapping

import pytest

from audit.command_check import Compared, Rates, compare
from audit.entry import Fields
from audit.http_signature import Parameters, Signed
from audit.signed_request import Asked, asked
from tests.unit.audit_verify.logs import HANA, KIMM, MINA, name

CITE = f"{name(5)}.1"
DEADLINE = "2026-12-01T00:00:00.000000Z"
RECEIVED = "2026-11-30T23:59:00.000000Z"


def global_id(*parts: str) -> str:
    """A global id as requests name things."""
    return base64.b64encode(":".join(parts).encode()).decode()


HOLD, TRANSFER = global_id("Hold", MINA, name(7)), global_id("Transfer", MINA, name(8))
MEMBER = {"memberId": global_id("Member", MINA), "unit": "AIR", "amount": "700"}
TAKEN = f"{MINA},AIR,WALLET,REDEEMED"

# A mutation, its input, and the entry of one that did just that.
DONE: list[tuple[str, Mapping[str, object], str, dict[str, str]]] = [
    ("pointsIssue", {**MEMBER, "effectiveAt": "2026-11-30T23:59:00Z"}, "points.issued",
     {"legs": f"{MINA},AIR,ISSUED,WALLET,posted,700;{MINA},AIR,WALLET,DEBT,posted,5",
      "lots": "9.0,0,A,A,FREE,,KRW,7,700", "effective": RECEIVED}),
    ("pointsIssue", {**MEMBER, "memberId": MINA, "funding": "PAID"}, "points.issued",
     {"legs": f"{MINA},AIR,ISSUED,WALLET,posted,700", "lots": "9.0,0,A,A,PAID,,KRW,7,700"}),
    ("pointsRedeem", MEMBER, "points.redeemed", {"legs": f"{TAKEN},posted,700"}),
    ("pointsExchange",
     {"memberId": MINA, "fromUnit": "AIR", "toUnit": "HOTEL", "amount": "10199",
      "quoteId": global_id("Quote", MINA, name(6))}, "points.exchanged",
     {"legs": f"{MINA},AIR,WALLET,EXCHANGED,posted,10000;{MINA},HOTEL,EXCHANGED,WALLET,posted,50",
      "contract": CITE, "quote": name(6)}),
    ("pointsGift", {**MEMBER, "recipientId": HANA}, "points.gifted",
     {"legs": f"{MINA},AIR,WALLET,CLEARING,posted,700;{HANA},AIR,CLEARING,WALLET,posted,700"}),
    ("pointsAdjust", {**MEMBER, "amount": "-700", "reason": "FRAUD"}, "points.adjusted",
     {"legs": f"{MINA},AIR,WALLET,ADJUSTED,posted,700", "reason": "FRAUD"}),
    ("pointsAdjust", {**MEMBER, "reason": "GOODWILL"}, "points.adjusted",
     {"legs": f"{MINA},AIR,ADJUSTED,WALLET,posted,700", "reason": "GOODWILL"}),
    ("pointsHold", {**MEMBER, "expiresAt": "2026-12-01T00:00:00.0Z"}, "hold.placed",
     {"legs": f"{TAKEN},pending,700", "deadline": DEADLINE, "received": RECEIVED}),
    ("pointsHold", {**MEMBER, "expiresInSeconds": 60}, "hold.placed",
     {"legs": f"{TAKEN},pending,700", "deadline": DEADLINE, "received": RECEIVED}),
    ("holdCapture", {"holdId": HOLD, "amount": "400"}, "hold.captured",
     {"legs": f"{TAKEN},released,700;{TAKEN},posted,400", "hold": name(7)}),
    ("holdCapture", {"holdId": HOLD}, "hold.captured",
     {"legs": f"{TAKEN},released,700;{TAKEN},posted,700", "hold": name(7)}),
    ("holdCapture", {"holdId": HOLD, "amount": "0"}, "hold.voided",
     {"legs": f"{TAKEN},released,700", "hold": name(7)}),
    ("holdVoid", {"holdId": HOLD}, "hold.voided",
     {"legs": f"{TAKEN},released,700", "hold": name(7)}),
    ("transferReverse", {"transferId": TRANSFER, "amount": "300"}, "transfer.reversed",
     {"original": name(8), "part": "300", "reason": "REQUESTED"}),
    ("transferReverse", {"transferId": TRANSFER, "reason": "FRAUD"}, "transfer.reversed",
     {"original": name(8), "part": "700", "reason": "FRAUD"}),
]  # fmt: skip


def signed(query: str, variables: Mapping[str, object], **more: object) -> Signed:
    """A request as far as it is looked at here: its body, and the key that it was signed for."""
    body = json.dumps({"query": query, "variables": variables, **more}).encode()
    return Signed(b"", body, b"", Parameters(0, "", "k", ""))


def request(mutation: str, given: Mapping[str, object]) -> Signed:
    """A request for one mutation by a variable."""
    query = f"mutation($input: X!) {{ {mutation}(input: $input) {{ __typename }} }}"
    return signed(query, {"input": {**given, "idempotencyKey": "k"}})


def known(_cite: str, amount: int) -> int:
    """What the contract gives: half of whole points of scale 2."""
    return amount // 200


def held(mutation: str, given: Mapping[str, object], kind: str, own: dict[str, str]) -> Compared:
    """What a comparison comes to."""
    entry: Fields = {"seq": 9, "kind": kind, **own}
    return compare(entry, request(mutation, given), known)


@pytest.mark.parametrize(("mutation", "given", "kind", "own"), DONE)
def test_what_was_asked_for_was_done(
    mutation: str, given: Mapping[str, object], kind: str, own: dict[str, str]
) -> None:
    """An honest entry differs in nothing, and nothing is left."""
    assert held(mutation, given, kind, own) == Compared((), ())


OTHER: dict[str, object] = {
    "memberId": KIMM, "recipientId": KIMM, "unit": "SEA", "fromUnit": "SEA", "toUnit": "SEA",
    "amount": "9", "funding": "OTHER", "effectiveAt": "2026-11-30T00:00:00Z",
    "expiresAt": "2026-12-02T00:00:00Z", "expiresInSeconds": 61, "reason": "MISTAKE",
    "quoteId": global_id("Quote", MINA, name(1)), "holdId": global_id("Hold", MINA, name(1)),
    "transferId": global_id("Transfer", MINA, name(1)),
}  # fmt: skip
FIELDS = [(row, field) for row in DONE for field in row[1]]


@pytest.mark.parametrize(("row", "field"), FIELDS)
def test_another_field_is_found(
    row: tuple[str, Mapping[str, object], str, dict[str, str]], field: str
) -> None:
    """One field of the request is another: the finding names it, with what was done."""
    mutation, given, kind, own = row
    found = held(mutation, {**given, field: OTHER[field]}, kind, own)
    assert {name for name, _, _ in found.differences} == {field}


@pytest.mark.parametrize("row", DONE)
def test_an_entry_of_another_kind_is_found(
    row: tuple[str, Mapping[str, object], str, dict[str, str]],
) -> None:
    """An entry that moves points otherwise than the mutation does is none of it."""
    mutation, given, kind, own = row
    other = "points.gifted" if kind != "points.gifted" else "points.redeemed"
    assert held(mutation, given, other, own).differences == (("mutation", mutation, other),)
    assert held("memberLink", {}, kind, own).differences == (("mutation", "memberLink", kind),)


def test_an_exchange_gives_what_was_asked_for() -> None:
    """Half of what was asked for, priced as it should be, is not what was asked for."""
    mutation, given, kind, own = DONE[3]
    half = own["legs"].replace("10000", "5000").replace("posted,50", "posted,25")
    found = held(mutation, given, kind, {**own, "legs": half})
    assert found.differences == (("amount", "10199 for 50", "10199 for 25"),)


def test_a_hold_of_another_member_is_found() -> None:
    """The hold's owner stands in its global id."""
    mutation, given, kind, own = DONE[12]
    elsewhere = {**given, "holdId": global_id("Hold", HANA, name(7))}
    assert held(mutation, elsewhere, kind, own).differences == (("holdId", HANA, MINA),)


def test_what_cannot_be_compared_is_left() -> None:
    """A reference is the partner's own; a mutation that moves no points, and a request unread."""
    mutation, given, kind, own = DONE[2]
    named = {**given, "memberId": None, "memberReference": "card 1"}
    assert held(mutation, named, kind, own) == Compared((), ("memberReference",))
    assert held("memberLink", {}, "member.linked", {}) == Compared((), ("memberLink",))
    entry: Fields = {"kind": kind, **own}
    assert compare(entry, signed("{", {})) == Compared((), ("request",))
    assert compare(entry, request(mutation, given)) == Compared((), ())


def test_rates_are_the_logs() -> None:
    """What a conversion gives follows from its terms and both scales; others give nothing known."""
    rates = Rates()
    terms = {"type": "conversion", "contract": name(5), "version": "1", "source": "AIR"}
    terms |= {"target": "HOTEL", "rate": "1/2", "fee_points": "0/1", "kind": "contract.proposed"}
    rates.see(dict(terms))
    assert rates.given(CITE, 10_199) is None
    rates.see({"kind": "unit.created", "unit": "AIR", "scale": "2"})
    rates.see({"kind": "unit.terms", "unit": "HOTEL", "scale": "0"})
    assert rates.given(CITE, 10_199) == 50
    rates.see({"kind": "unit.terms", "unit": "HOTEL", "scale": "99"})
    assert rates.given(CITE, 10_199) is None
    assert rates.given(f"{name(4)}.1", 1) is None


INPUT = {"idempotencyKey": "k", "amount": "7"}
READ: list[tuple[str, dict[str, object], dict[str, object], Asked | None]] = [
    ("mutation{a(input:$i){b}}", {"i": INPUT}, {}, Asked("a", INPUT)),
    ("mutation M($i: X! = {a: [1]}) @d(x: {}) { z: a(input: $i) @skip(if: false) { b { c } } }",
     {"i": INPUT}, {"operationName": "M"}, Asked("a", INPUT)),
    ('# a "comment" }\n mutation { a(input: {idempotencyKey: "k", amount: "7"}) { b } }', {}, {},
     Asked("a", INPUT)),
    ('mutation { a(input: {idempotencyKey: "k", l: [-3, $x], e: NO, t: true, n: null}) }',
     {"x": '"'}, {},
     Asked("a", {"idempotencyKey": "k", "l": [-3, '"'], "e": "NO", "t": True, "n": None})),
    ('mutation { a(input: {idempotencyKey: "\\u006b"}) }', {}, {},
     Asked("a", {"idempotencyKey": "k"})),
    # Comments to the end: of a row of # there is one reading, or this would take for ever.
    ("mutation{a(input:$i){b}} # c\n" + "#" * 10_000, {"i": INPUT}, {}, Asked("a", INPUT)),
    ("mutation{a(input:$i){b}} " + "# " * 10_000 + "\n ,", {"i": INPUT}, {}, Asked("a", INPUT)),
    ("mutation($i:X,$j:X){a(input:$j) b(input:$i)}", {"i": INPUT, "j": {"idempotencyKey": "l"}},
     {}, Asked("b", INPUT)),
    ("query Q { a } mutation M($i:X) { b(input: $i) } fragment F on X { c }", {"i": INPUT},
     {"operationName": "M"}, Asked("b", INPUT)),
    # Nothing to be read: two under one key, no such key, fragments, defaults, what is no document.
    ("mutation($i:X){a(input:$i) b(input:$i)}", {"i": INPUT}, {}, None),
    ("mutation($i:X){a(input:$i)}", {"i": {"idempotencyKey": "l"}}, {}, None),
    ("mutation($i:X){...F} fragment F on Mutation{a(input:$i)}", {"i": INPUT}, {}, None),
    ('mutation($i:X={idempotencyKey:"k"}){a(input:$i)}', {}, {}, None),
    ("query{a(input:$i)}", {"i": INPUT}, {}, None),
    ("mutation M($i:X){a(input:$i)}", {"i": INPUT}, {"operationName": "N"}, None),
    ("mutation($i:X){a(input:$i)", {"i": INPUT}, {}, None),
    ("mutation($i:X){a(input:$i", {"i": INPUT}, {}, None),
    ('mutation{a(input:"""k""")}', {}, {}, None),
    ('mutation{a(input:"\\x")}', {}, {}, None),
    ("mutation{a(input:" + "[" * 10_000, {}, {}, None),
    ("mutation{a(input:1.5)}", {}, {}, None),
    ("\0", {}, {}, None), ("", {}, {}, None), ("mutation", {}, {}, None), ("}", {}, {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("query", "variables", "more", "found"), READ)
def test_a_document_is_read(
    query: str, variables: dict[str, object], more: dict[str, object], found: Asked | None
) -> None:
    """The mutation under the key is found in whatever form it was sent, or nothing is."""
    assert asked(signed(query, variables, **more).body, "k") == found


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"query": 1}', b"\xff", b"[" * 100_000])
def test_what_is_no_request_asks_for_nothing(body: bytes) -> None:
    """Any bytes may stand where a request should."""
    assert asked(body, "k") is None
