"""What verbs say to people stands in one table, in English and in Korean."""

import re
from pathlib import Path
from typing import get_args

import pytest

from api.bank_import import RETURNED
from api.cli.language import listen
from api.cli.words import WORDS, code, reason, say
from api.cli.words_codes import CODE_WORDS, REASON_WORDS
from api.cli.words_settling import HEADINGS
from domain.ledger.disputes import UPHOLD
from domain.ledger.settling import DIRECT, PAY_IN, PAY_OUT
from domain.ledger.waiting import CARRY
from settlement.bank.matching import Reason
from settlement.controls import funds
from settlement.controls.policies import FORMS, PREFIX
from settlement.settlements.moves import MOVES
from settlement.settlements.steps import TYPES
from settlement.windows.closing import WINDOW_CLOSE

CLI = Path(__file__).parents[3] / "api" / "cli"
BUILT = {f"four.{name}" for name in TYPES.values()} | {
    "unmatched.to", "unmatched.from", "schedule.late", "schedule.next",
}  # fmt: skip


def test_every_text_stands_in_both_languages() -> None:
    """Neither language lacks a text, and both take the same facts."""
    for key, (english, korean) in {**WORDS, **HEADINGS, **REASON_WORDS}.items():
        assert english, key
        assert re.search("[가-힣]", korean) or english == korean, key
        facts = [sorted(re.findall(r"\{\w+\}", text)) for text in (english, korean)]
        assert facts[0] == facts[1], key


def test_the_table_has_what_verbs_say_and_nothing_else() -> None:
    """No verb asks for a text that is not there, and no text is left that nobody says."""
    sources = [path.read_text("utf-8") for path in CLI.glob("*.py")]
    said = {key for text in sources for key in re.findall(r'\bsay\(\s*"([\w.]+)"', text)}
    called = re.compile(r"\bheads\(([^)]*)\)")
    headed = {
        key for text in sources for found in called.findall(text)
        for key in re.findall(r'"(\w+)"', found)
    }  # fmt: skip
    report = {"title", "living", "erased", "undone", "uncounted"}  # `linkage_words` has those
    assert said - report | BUILT == set(WORDS)
    assert headed == set(HEADINGS)


def test_codes_have_words() -> None:
    """Every state, type of proposal and reason to wait that a screen can show is told in words."""
    states = {
        *(state for state, _ in MOVES),
        "OPEN",
        "CLOSED",
        "SETTLING",
        "PENDING",
        "UPHELD",
        "REJECTED",
        "WITHDRAWN",
    }
    types = {WINDOW_CLOSE, UPHOLD, CARRY, *TYPES.values(), *funds.TYPES}
    types |= {PREFIX + name for name in FORMS}
    assert states | types | {PAY_IN, PAY_OUT, DIRECT} <= CODE_WORDS.keys()
    assert {*get_args(Reason), RETURNED} == REASON_WORDS.keys()


@pytest.mark.parametrize(
    ("language", "state", "why"),
    [
        ("en", "SETTLED", "OVERPAID: nothing more was due"),
        ("ko", "정산 완료 (SETTLED)", "OVERPAID: 지급할 금액보다 많습니다"),
    ],
)
def test_a_code_is_told_with_its_words(language: str, state: str, why: str) -> None:
    """The code stays beside its words, for the documentation speaks of it."""
    listen(["--lang", language], {})
    told = (code("SETTLED"), reason("OVERPAID"), code("NO_SUCH_CODE"), say("dismiss.done", line=1))
    listen([], {})
    assert told[:3] == (state, why, "NO_SUCH_CODE")
    assert ("1 is dismissed." in told) is (language == "en")
