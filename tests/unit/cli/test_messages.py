"""An error is told in a sentence that names its facts and, where there is one, the way on."""

import re

import pytest

from api.cli.messages import ENGLISH_MESSAGES, in_words
from api.cli.messages_korean import KOREAN_MESSAGES
from audit.language import ENGLISH, KOREAN
from domain.ledger.codes import CODES


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_refusal_is_told_in_a_sentence_with_its_facts(code: str) -> None:
    """Where the command line has no words of its own, it has those of the network's surface."""
    facts: dict[str, str | int] = {name: f"<{name}>" for name in CODES[code].facts}
    line = in_words(code, facts, ENGLISH)
    assert line.startswith(f"{code}: ")
    assert " " in line.removeprefix(f"{code}: ")


TOLD = """
SUBJECT_UNKNOWN subject=ANNA            | ANNA is nobody of the operator's
SUBJECT_UNKNOWN subject=ANNA            | operator-keys.json
SAME_SUBJECT                            | somebody else runs the same command
TIME_MALFORMED value=2026-12-10         | such as 2026-12-10T00:00:00Z
VALUE_INVALID value=CASH reason=A,B     | CASH is not valid here; what is: A,B.
SETTLEMENT_STATE settlement=7 state=X   | 7 is X
FILE_DIFFERS partner=TEA message=7      | --execute-on
XML_MALFORMED line=1 reason=none        | A bank's CSV needs --mapping.
WINDOW_STATE period=2 currency=KRW state=OPEN | Window 2 of KRW is OPEN.
SETTLEMENT_STATE settlement=7           | SETTLEMENT_STATE: The settlement is in another state. s
NO_SUCH_CODE partner=TEA                | NO_SUCH_CODE partner=TEA
"""


@pytest.mark.parametrize("row", TOLD.strip().splitlines())
def test_a_settling_verbs_error_names_its_facts_and_the_way_on(row: str) -> None:
    """A code is told with the words that the table has for it."""
    said, _, words = row.partition("|")
    code, *facts = said.split()
    named: dict[str, str | int] = {}
    for fact in facts:
        name, _, value = fact.partition("=")
        named[name] = value
    assert words.strip() in in_words(code, named, ENGLISH)


def test_a_deadline_is_told_as_an_instant() -> None:
    """Bounds that are instants are told in UTC, not in microseconds."""
    line = in_words("DEADLINE_INVALID", {"minimum": 0, "maximum": 1_795_358_282_687_639}, ENGLISH)
    assert line == (
        "DEADLINE_INVALID: The time must lie between 1970-01-01T00:00:00.000000Z and "
        "2026-11-22T14:38:02.687639Z."
    )


def test_every_error_is_told_in_both_languages() -> None:
    """No code lacks its Korean words, and they name the same facts as the English ones."""
    assert sorted(KOREAN_MESSAGES) == sorted(ENGLISH_MESSAGES)
    for code, english in ENGLISH_MESSAGES.items():
        korean = KOREAN_MESSAGES[code]
        assert re.search("[가-힣]", korean), code
        assert set(re.findall(r"\{\w+\}", korean)) == set(re.findall(r"\{\w+\}", english)), code
    assert in_words("SAME_SUBJECT", {}, KOREAN).startswith("SAME_SUBJECT: 제안한 사람은")


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_refusal_has_korean_words(code: str) -> None:
    """Whatever the network refuses is told in Korean, facts or none."""
    facts: dict[str, str | int] = {name: f"<{name}>" for name in CODES[code].facts}
    assert re.search("[가-힣]", in_words(code, facts, KOREAN))
    assert re.search("[가-힣]", in_words(code, {}, KOREAN))
