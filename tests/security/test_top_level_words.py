"""Top-level errors: each is told in the caller's language, and where the value at fault stands."""

import re
from pathlib import Path

import pytest

from api.schema.core.words import FAULTS, KOREAN, Words
from tests.acceptance.stage import Stage, play

HANGUL = re.compile("[가-힣]")
KOREAN_FIRST = {"accept-language": "ko-KR, en;q=0.5"}
ISSUE = "mutation ($i: PointsIssueInput!) { pointsIssue(input: $i) { __typename } }"
GOOD = {"idempotencyKey": "k", "unit": "AIR", "memberReference": "m", "amount": "5"}
AS_OF = 'walletAsOf(memberId: "m", '


def literal(**wrong: str) -> str:
    """Return a mutation whose input is written into the document."""
    written = {name: f'"{value}"' for name, value in GOOD.items()} | wrong
    fields = ", ".join(f"{name}: {value}" for name, value in written.items())
    return f"mutation {{ pointsIssue(input: {{ {fields} }}) {{ __typename }} }}"


# A document, its variables, and the path of the value at fault.
PLACED: tuple[tuple[str, dict[str, object], list[str]], ...] = (
    (literal(amount='"1.5"'), {}, ["input", "amount"]),
    (literal(amount="15"), {}, ["input", "amount"]),
    (literal(effectiveAt='"now"'), {}, ["input", "effectiveAt"]),
    (literal(unit="7"), {}, ["input", "unit"]),
    (f"{{ {AS_OF} sequence: -1) {{ member }} }}", {}, ["sequence"]),
    (f'query ($t: DateTime = "x") {{ {AS_OF} recordedAt: $t) {{ member }} }}', {}, ["$t"]),
    (f"query ($t: DateTime) {{ {AS_OF} recordedAt: $t) {{ member }} }}", {"t": "x"}, ["$t"]),
    (ISSUE, {"i": GOOD | {"amount": 5}}, ["$i", "amount"]),
    (ISSUE, {"i": GOOD | {"effectiveAt": "x"}}, ["$i", "effectiveAt"]),
    (ISSUE, {"i": GOOD | {"unit": 7}}, ["$i", "unit"]),
    (ISSUE, {"i": 7}, ["$i"]),
)
# What else is told at the top, and its code.
OTHERS = (
    ("{", "BAD_REQUEST"),
    ("{ nothing }", "BAD_REQUEST"),
    ("query A { __typename } query B { __typename }", "BAD_REQUEST"),
    ("{ " + " ".join(f"a{n}: __typename" for n in range(40)) + " }", "BAD_REQUEST"),
    ("{ " + "a " * 301 + " }", "BAD_REQUEST"),
    ("{ partners(first: 101) { edges { cursor } } }", "UNAUTHENTICATED"),
    ("{ me { subject } }", "UNAUTHENTICATED"),
    ("", "BAD_REQUEST"),
)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The words are the same before either database."""
    return sqlite_url


def test_errors_name_their_place_and_speak_the_callers_language(
    tmp_path: Path, database_url: str
) -> None:
    """A wrong value's path is told, literal or variable; each error has its Korean sentence."""

    async def story(stage: Stage) -> None:
        async def told(body: dict[str, object], **headers: str) -> dict[str, object]:
            answer = await stage.client.post("/graphql", json=body, headers=headers)
            error: dict[str, object] = answer.json()["errors"][0]
            return error

        for query, variables, path in PLACED:
            body: dict[str, object] = {"query": query, "variables": variables}
            english, korean = await told(body), await told(body, **KOREAN_FIRST)
            expected = {"code": "BAD_REQUEST", "path": path}
            assert english["extensions"] == korean["extensions"] == expected, query
            assert str(path[-1]) in str(english["message"]), english
            assert str(path[-1]) in str(korean["message"]), korean
            assert "locations" in english
        for query, code in OTHERS:
            english, korean = (
                await told({"query": query}),
                await told({"query": query}, **KOREAN_FIRST),
            )
            assert english["extensions"] == korean["extensions"] == {"code": code}, english
            assert HANGUL.search(str(korean["message"])), korean
            assert not HANGUL.search(str(english["message"])), english
        scalar: dict[str, object] = {"query": ISSUE, "variables": {"i": GOOD | {"amount": 5}}}
        assert HANGUL.search(str((await told(scalar, **KOREAN_FIRST))["message"]))

    play(tmp_path / "home", database_url, story)


@pytest.mark.parametrize("code", FAULTS)
def test_every_code_has_its_words_in_both_languages(code: str) -> None:
    """Each top-level code has an English and a Korean sentence; other languages get English."""
    words = FAULTS[code]
    assert HANGUL.search(words.told(KOREAN))
    assert words.told("fr") == words.english
    assert words == Words(words.english, words.korean)
    assert not HANGUL.search(words.english)
