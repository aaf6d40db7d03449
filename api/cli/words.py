"""What verbs say to people: one table of words, English and Korean, by key.

A key is the verb's name and a word for what is said. Codes of states, reasons and kinds are told in
English as they are, for the documentation speaks of them; a Korean reader gets words and the code.
"""

from __future__ import annotations

from api.cli.language import spoken
from api.cli.words_bank import BANK_WORDS
from api.cli.words_codes import CODE_WORDS, REASON_WORDS
from api.cli.words_log import LOG_WORDS
from api.cli.words_settling import HEADINGS, SETTLING_WORDS
from audit.language import KOREAN, LANGUAGES

WORDS: dict[str, tuple[str, str]] = {**SETTLING_WORDS, **BANK_WORDS, **LOG_WORDS}


def say(key: str, /, **facts: str | int) -> str:
    """Return what stands under a key in this run's language, with its facts filled in."""
    return WORDS[key][LANGUAGES.index(spoken())].format(**facts)


def heads(*keys: str) -> list[str]:
    """Return the headings of a table's columns."""
    place = LANGUAGES.index(spoken())
    return [HEADINGS[key][place] for key in keys]


def code(text: str) -> str:
    """Return a code for people: in English itself, in Korean its words and itself."""
    words = CODE_WORDS.get(text)
    return f"{words} ({text})" if words and spoken() == KOREAN else text


def reason(text: str) -> str:
    """Return why a bank's line waits: the code, and what it means."""
    words = REASON_WORDS.get(text)
    return f"{text}: {words[LANGUAGES.index(spoken())]}" if words else text
