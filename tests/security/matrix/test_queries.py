"""Every argument of every query against bad input: a named error, or nothing; never a fault."""

import asyncio
import json
from pathlib import Path

import httpx2
from graphql import GraphQLField, get_named_type

from tests.acceptance.stage import Stage, open_stage, stop_housekeeping
from tests.security.matrix.judge import ANSWER_MAX, INSIDE, schema
from tests.security.matrix.kinds import MEGABYTE, NO_TEXT, UNKNOWN_ID, Bad, bad

# What no argument of these types is: the request is refused, and the variable is named.
WRONG = bad(object={}, list_of_two=["a", "b"], boolean=True)
TEXTS = tuple(one for one in NO_TEXT if one.name not in {"object", "list_of_two", "boolean"})
NUMBERS = bad(text="1", empty="", fraction=1.5, over_int=2**31, megabyte="1" * MEGABYTE)
# By the argument's name: what is refused, and what is answered with nothing.
REFUSED: dict[str, tuple[Bad, ...]] = {
    "after": bad(
        no_base64="$$$$", blank=" ", nul="\0", of_nul="AA==", of_letters="YWJj", below_zero="LTE=",
        huge="OTk5" * 20, right_to_left="\u202e", megabyte="A" * MEGABYTE,
    ),
    "first": (*bad(below_zero=-1, past=101, null=None), *NUMBERS),
    "sequence": bad(
        below_zero=-1, past=2**53, exponent="1e3", nul="\0", leading_zero="01", text="one",
        fraction=1.5, megabyte="1" * MEGABYTE,
    ),
    "recordedAt": bad(
        text="yesterday", day="2026-01-01", nul="\0", number=5, before="1969-12-31T00:00:00Z",
        megabyte="2" * MEGABYTE,
    ),
    "unit": bad(
        unknown="NOBODY", empty="", nul="\0", lower="air", right_to_left="\u202e",
        megabyte="A" * MEGABYTE,
    ),
}  # fmt: skip
REFUSED["fromSize"] = REFUSED["toSize"] = REFUSED["sequence"]
REFUSED["currency"] = (*TEXTS, *bad(unknown="XXX", lower="krw"))
REFUSED["windows"] = bad(
    none=[], zero=[0], below_zero=[-1], over_int=[2**31], gap=[1, 3], text=["1"], null=[None],
    fraction=[1.5], many=list(range(1, 200)), unknown=[9], open=[1],
)  # fmt: skip
NOTHING: dict[str, tuple[Bad, ...]] = {
    "code": (*TEXTS, *bad(unknown="NOBODY", lower="airline")),
    "id": (
        *TEXTS,
        *bad(
            unknown=UNKNOWN_ID, of_nothing="VHJhbnNmZXI6YTpi", foreign="$foreign",
            many_parts="TWVtYmVyOmE6YjpjOmQ=", entry="QXVkaXRFbnRyeTo5OTk5OTk5OTk5OTk5OTk5",
        ),
    ),
    "memberId": (*TEXTS, *bad(unknown=UNKNOWN_ID, capitals=UNKNOWN_ID.upper(), foreign="$foreign")),
    "partner": (*TEXTS, *bad(unknown="NOBODY", foreign="GRAND", lower="bookshop")),
    "memberReference": (
        *TEXTS, *bad(unknown="nobody", foreign="$reference", hebrew="\u05d0\u0301"),
    ),
    "fromSize": bad(past="9007199254740991"),
    "toSize": bad(past="9007199254740991"),
    "sequence": bad(past="999999999999999"),
}  # fmt: skip
# What stands beside an argument that does not stand alone, and what asks for which.
BESIDE: dict[str, dict[str, object]] = {
    "wallet.unit": {"memberId": "$member"},
    "walletAsOf.memberId": {"sequence": 5},
    "walletAsOf.memberReference": {"sequence": 5},
    "walletAsOf.unit": {"memberId": "$member", "sequence": 5},
    "walletAsOf.sequence": {"memberId": "$member"},
    "walletAsOf.recordedAt": {"memberId": "$member"},
    "holds.first": {"memberId": "$member"},
    "holds.after": {"memberId": "$member"},
    "auditConsistencyProof.fromSize": {"toSize": 5},
    **{
        f"{query}.{argument}": {
            name: value
            for name, value in (("currency", "KRW"), ("windows", [1]))
            if name != argument
        }
        for query in ("statement", "statementLines")
        for argument in ("currency", "windows", "partner", "first", "after")
        if query == "statementLines" or argument not in ("first", "after")
    },
    "auditConsistencyProof.toSize": {"fromSize": 5},
}
# An entry beyond the log stands for the last one there.
ANSWERED = {("walletAsOf", "sequence", "past")}


def queries() -> dict[str, GraphQLField]:
    """The fields of Query."""
    root = schema().query_type
    assert root is not None
    return dict(root.fields)


def test_every_argument_of_every_query_has_a_row() -> None:
    """An argument that is new in the schema has bad values, and none stands there alone."""
    known = {argument for field in queries().values() for argument in field.args}
    assert set(REFUSED) | set(NOTHING) == known
    asked = {f"{name}.{argument}" for name, field in queries().items() for argument in field.args}
    assert set(BESIDE) <= asked


def body(name: str, argument: str, value: str, things: dict[str, str]) -> bytes:
    """Return a request's body: one query whose one argument is bad."""
    field = queries()[name]
    beside = {**BESIDE.get(f"{name}.{argument}", {})}
    given = [f'"{one}":{json.dumps(item)}' for one, item in beside.items()]
    given.append(f'"{argument}":{value}')
    names = [argument, *beside]
    declared = " ".join(f"${one}: {field.args[one].type}" for one in names)
    passed = " ".join(f"{one}: ${one}" for one in names)
    page = get_named_type(field.type).name.endswith("Connection")
    shown = "edges { cursor }" if page else "__typename"
    query = f"query({declared}) {{ {name}({passed}) {{ {shown} }} }}"
    text = f'{{"query":{json.dumps(query)},"variables":{{{",".join(given)}}}}}'
    for thing, id_ in things.items():
        text = text.replace(f'"${thing}"', json.dumps(id_))
    return text.encode()


def judge(answer: httpx2.Response, name: str, argument: str, *, whole: bool) -> str:
    """Return ``refused``, ``nothing`` or ``answered``; an assertion fails for what is none."""
    assert len(answer.text) < ANSWER_MAX, answer.text[:200]
    assert INSIDE.search(answer.text) is None, answer.text[:400]
    told = answer.json()
    if "errors" not in told:
        found = told["data"][name]
        assert answer.status_code == 200
        return "nothing" if found is None or found == {"edges": []} else "answered"
    assert answer.status_code in (200, 400), answer.text[:400]
    assert {error["extensions"]["code"] for error in told["errors"]} == {"BAD_REQUEST"}
    if not whole:
        assert any(argument in error["message"] for error in told["errors"]), answer.text[:400]
    assert set((told.get("data") or {}).values()) <= {None}
    return "refused"


async def ask_all(stage: Stage, things: dict[str, str]) -> list[str]:
    """Ask every query with every bad value of every argument; return what is amiss."""
    amiss: list[str] = []
    for name, field in queries().items():
        # Proposals are the operator's business.
        token = stage.operators[0] if name == "proposals" else stage.tokens["READING"]
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        for argument in field.args:
            rows = [(one, {"refused"}) for one in (*REFUSED.get(argument, ()), *WRONG)]
            rows += [(one, {"nothing", "refused"}) for one in NOTHING.get(argument, ())]
            for one, wanted in rows:
                content = body(name, argument, one.json, things)
                answer = await stage.client.post("/graphql", content=content, headers=headers)
                try:
                    found = judge(answer, name, argument, whole=one.whole)
                except AssertionError as error:
                    found = str(error)[:300]
                if found not in wanted and (name, argument, one.name) not in ANSWERED:
                    amiss.append(f"{name}({argument}) {one.name}: {found}")
    return amiss


def test_each_bad_argument_is_refused_or_finds_nothing(tmp_path: Path, database_url: str) -> None:
    """Unknown, foreign and malformed look alike; what no argument can be is refused by its name."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            await stage.admit("BOOKSHOP", "BOOK", 0)
            scopes = ["members:read", "audit:read"]
            stage.tokens["READING"] = await stage.key("BOOKSHOP", scopes)
            enrol = await stage.done(stage.tokens["BOOKSHOP"], "memberEnroll", reference="b")
            foreign = await stage.member("AIRLINE", AIR="5")
            stop_housekeeping()
            things = {"member": enrol["member"]["id"], "foreign": foreign, "reference": "card-1"}
            amiss = await ask_all(stage, things)
            assert not amiss, "\n".join(amiss)

    asyncio.run(story())
