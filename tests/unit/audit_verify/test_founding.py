"""Nobody comes to act for the operator by one person's word, and the log alone shows it.

Each row is what an operator's log says after its genesis, one word an entry:

- `ann=` founds a person, `+ann` grants a key of the operator's, `-ann` ends ann's keys
- `~ann` grants a key that only reads, `@air` a partner's key
- `ann?bob` ann proposes a key for bob, `cid!` cid approves the last, `cid.` rejects it
- a name in capitals in front of `+` says who writes the grant; else it is `system/init`
"""

import re

import pytest

from audit.entry import decode
from audit.findings import Findings
from audit.warrants import Warrants
from tests.unit.audit_verify.logs import HASH, ORIGIN, LogBuilder, name

GRANTED = "APPROVAL_MISSING"
ANOTHER = "DECIDER_NOT_ANOTHER"
UNDONE = "PROPOSAL_NOT_DONE"

LOGS = f"""
ann= bob=                                  |                  | two at the beginning
ann= bob= ann?cid bob! BOB+cid             |                  | a third by two
ann= bob= ann?bob bob! BOB+bob             |                  | another key for one of them
ann= bob= ~eve @air                        |                  | readers and partners' keys
ann= bob= cid=                             | {GRANTED}        | a third founder
ann= Ann= bob=                             |                  | one in other letters is one
ann= Ann= bob= cid=                        | {GRANTED}        | and two are two
ann= bob= -bob cid=                        | {GRANTED}        | a revoked founder was one
ann= bob= -ann -bob cid=                   | {GRANTED}        | and both were
ann= bob= +cid                             | {GRANTED}        | a grant without a word
ann= bob= ANN+cid                          | {GRANTED}        | an admin alone
ann= bob= ann?cid ANN+cid                  | {GRANTED}        | not decided
ann= bob= ann?cid bob. BOB+cid             | {GRANTED}        | rejected
ann= bob= ann?cid ann! ANN+cid             | {ANOTHER}        | approved by its maker
ann= bob= ann?cid Ann! ANN+cid             | {ANOTHER} {GRANTED} | in other letters
ann= bob= ann?cid cid! CID+cid             | {ANOTHER}        | approved by whom it would admit
ann= bob= eve?cid bob! BOB+cid             | {ANOTHER}        | proposed by a stranger
ann= bob= ann?cid -ann bob! BOB+cid        | {ANOTHER}        | by one whose keys have ended
ann= bob= ann?cid bob! BOB+dan             | {GRANTED}        | somebody else than agreed
ann= bob= ann?cid bob! ANN+cid             | {GRANTED}        | written by another than decided
ann= bob= ann?cid bob! BOB+cid BOB+cid     | {GRANTED}        | once agreed, twice granted
ann= bob= ann?cid bob! BOB+cid bob! BOB+cid | {GRANTED}       | decided twice
ann= bob= ann?cid bob!                     | {UNDONE}         | agreed and not done
ann= bob= ann?cid bob! ~eve BOB+cid        | {UNDONE} {GRANTED} | not right after
ann= +cid                                  | {GRANTED}        | founded once, granted ever after
+ann +bob +cid                             |                  | a log of the release before
+ann +bob +cid ann?dan bob! BOB+dan        |                  | that begins to keep to it
+ann +bob ann?dan bob. +cid                | {GRANTED}        | and keeps to it from then on
+ann +bob cid=                             | {GRANTED}        | no founder after two
+ann bob=                                  |                  | the second of an older log
"""
ROWS = [[cell.strip() for cell in row.split("|")] for row in LOGS.strip().splitlines()]


def _key(log: LogBuilder, kind: str, key: str, author: str, **own: str) -> None:
    given = {"person": "yes", "role": "OPERATOR", "scopes": "audit:read", "hash": HASH, **own}
    log.add(kind, author=author, key=key, subject=key[:-1], **given)


def _next(holder: str, keys: dict[str, list[str]]) -> str:
    return f"{holder}{len(keys.get(holder, ()))}"


def _said(log: LogBuilder, word: str, keys: dict[str, list[str]]) -> None:
    who, sign, whom = re.split("([=+~@?!.-])", word)
    if sign == "-":
        for key in keys.pop(whom):
            log.add("key.revoked", author="system/init", key=key)
    elif sign == "?":
        value = f"{_next(whom, keys)}.{HASH},{whom},person,OPERATOR,audit:read"
        log.add("proposal.tabled", author=f"operator/{who}", proposal=name(log.seq + 70),
                type="API_KEY", value=value, amount="0")  # fmt: skip
        keys["proposal"] = [name(log.seq + 69)]
    elif sign in "!.":
        decision = "APPROVED" if sign == "!" else "REJECTED"
        log.add("proposal.decided", author=f"operator/{who}", proposal=keys["proposal"][0],
                decision=decision)  # fmt: skip
    elif sign == "@":
        _key(
            log,
            "key.granted",
            f"{whom}0",
            "system/init",
            partner="AIR",
            role="PARTNER",
            person="no",
        )
    else:
        holder = whom or who
        kind = "key.founded" if sign == "=" else "key.granted"
        author = f"operator/{who.lower()}" if who and sign == "+" else "system/init"
        key, role = _next(holder, keys), "AUDITOR" if sign == "~" else "OPERATOR"
        keys.setdefault(holder, []).append(key)
        _key(log, kind, key, author, role=role)


def found(words: str) -> list[str]:
    """The codes that warrants find of a log, but for its authors."""
    log = LogBuilder()
    keys: dict[str, list[str]] = {}
    log.add("log.genesis", author="system/init", origin=ORIGIN, key="key", clock="system",
            sandbox="no")  # fmt: skip
    for word in words.split():
        _said(log, word, keys)
    findings = Findings()
    warrants = Warrants(findings)
    for leaf in log.leaves:
        warrants.check(decode(leaf))
    warrants.finish(lambda _: None)
    return [one.code for one in findings.kept if "AUTHOR" not in one.code]


@pytest.mark.parametrize(("words", "codes"), [row[:2] for row in ROWS], ids=[r[2] for r in ROWS])
def test_the_log_shows_who_was_agreed_on_by_two(words: str, codes: str) -> None:
    """Whoever came to act for the operator without two is told by a code, and nobody else."""
    assert found(words) == codes.split()


@pytest.mark.parametrize("own", [{"partner": "AIR"}, {"role": "AUDITOR"}, {"person": "no"}])
def test_only_people_of_the_operator_are_founders(own: dict[str, str]) -> None:
    """No service, reader or partner is one of the first two, nor is one by another's word."""
    log = LogBuilder()
    _key(log, "key.founded", "ann0", "system/init", **own)
    _key(log, "key.founded", "bob0", "operator/ann")
    findings = Findings()
    warrants = Warrants(findings)
    for leaf in log.leaves:
        warrants.check(decode(leaf))
    assert [one.code for one in findings.kept].count(GRANTED) == 2
