"""Two people agree, or a change is condemned: each kind of change, done on one person's word."""

import re
from collections.abc import Callable

import pytest

from audit.entry import decode
from audit.findings import Findings
from audit.kinds import KINDS
from audit.warrants import Warrants
from tests.unit.audit_verify.logs import HASH, LogBuilder, genesis, name

ACTS: dict[str, tuple[dict[str, str], tuple[str, dict[str, str]]]] = {
    "WINDOW_CLOSE": (
        {"window": "1", "currency": "KRW"},
        ("window.closed", {"window": "1", "currency": "KRW", "next": "2", "state": "CLOSED"}),
    ),
    "CAP": (
        {"partner": "A", "currency": "KRW", "amount": "7"},
        ("cap.set", {"partner": "A", "currency": "KRW", "cap": "7"}),
    ),
    **{
        type_: (
            {"partner": "A", "currency": "KRW", "amount": "7"},
            ("funds.moved", {"partner": "A", "currency": "KRW", "amount": "7", "type": type_}),
        )
        for type_ in ("PREFUND_IN", "PREFUND_OUT")
    },
    "POLICY_LOSS_SHARING": (
        {"value": "OPERATOR"},
        ("policy.set", {"name": "LOSS_SHARING", "value": "OPERATOR"}),
    ),
    **{
        f"SETTLEMENT_{step}": (
            {"settlement": name(9), "currency": "KRW"},
            ("settlement.moved", {"settlement": name(9), "currency": "KRW", "state": state}),
        )
        for step, state in (("APPROVE", "APPROVED"), ("ABORT", "ABORTED"), ("DEFAULT", "DEFAULTED"))
    },
    "DISPUTE_UPHOLD": (
        {"value": name(8), "amount": "20", "currency": "KRW"},
        ("obligation.corrected", {"dispute": name(8), "corrected": "20"}),
    ),
    "API_KEY": (
        {"value": f"k9.{HASH},op9,person,OPERATOR,audit:read"},
        (
            "key.granted",
            {
                "key": "k9",
                "subject": "op9",
                "person": "yes",
                "role": "OPERATOR",
                "scopes": "audit:read",
                "hash": HASH,
            },
        ),
    ),
}

Write = Callable[[LogBuilder, str], None]


def _propose(log: LogBuilder, type_: str, maker: str = "op1", **other: str) -> None:
    given = {**ACTS[type_][0], **other}
    kind = "proposal.made" if type_ == "WINDOW_CLOSE" else "proposal.tabled"
    log.add(kind, author=f"operator/{maker}", proposal=name(5), type=type_, **given)


def _decide(log: LogBuilder, decision: str = "APPROVED", decider: str = "op2") -> None:
    author = f"operator/{decider}"
    log.add("proposal.decided", author=author, proposal=name(5), decision=decision)


def _act(log: LogBuilder, type_: str, author: str = "op2", **other: str) -> None:
    kind, own = ACTS[type_][1]
    log.add(kind, author=f"operator/{author}", **{**own, **other})


def found(type_: str, write: Write) -> list[str]:
    """What warrants find of a log that is written so, after its genesis and two people's keys."""
    log = LogBuilder()
    genesis(log, "key")
    log.agree("API_KEY", value=f"ks.{HASH},robot,service,OPERATOR,audit:read")
    log.add("key.granted", author="operator/op2", key="ks", subject="robot", person="no",
            role="OPERATOR", scopes="audit:read", hash=HASH)  # fmt: skip
    log.add("key.granted", author="system/init", key="ka", subject="reader", person="yes",
            role="AUDITOR")  # fmt: skip
    write(log, type_)
    findings = Findings()
    warrants = Warrants(findings)
    for leaf in log.leaves:
        warrants.check(decode(leaf))
    warrants.finish(lambda _: None)
    return [finding.line() for finding in findings.kept if "AUTHOR" not in finding.code]


def _agreed(log: LogBuilder, type_: str) -> None:
    _propose(log, type_)
    _decide(log)
    _act(log, type_)


@pytest.mark.parametrize("type_", ACTS)
def test_what_two_agreed_on_stands(type_: str) -> None:
    """Proposed by one, approved by another, done right after: nothing is found."""
    assert found(type_, _agreed) == []


def _alone(log: LogBuilder, type_: str) -> None:
    _act(log, type_)


def _not_decided(log: LogBuilder, type_: str) -> None:
    _propose(log, type_)
    _act(log, type_)


def _rejected(log: LogBuilder, type_: str) -> None:
    _propose(log, type_)
    _decide(log, "REJECTED")
    _act(log, type_)


def _by_another(log: LogBuilder, type_: str) -> None:
    _propose(log, type_)
    _decide(log)
    _act(log, type_, author="op1")


def _twice(log: LogBuilder, type_: str) -> None:
    _agreed(log, type_)
    _act(log, type_)


def _decided_twice(log: LogBuilder, type_: str) -> None:
    _agreed(log, type_)
    _decide(log)
    _act(log, type_)


@pytest.mark.parametrize(
    "write", [_alone, _not_decided, _rejected, _by_another, _twice, _decided_twice]
)
@pytest.mark.parametrize("type_", ACTS)
def test_what_nobody_agreed_on_is_told(type_: str, write: Write) -> None:
    """Without an approval of its own right before it, each kind of change is condemned by name."""
    (told,) = found(type_, write)
    assert re.match(f"APPROVAL_MISSING seq=[0-9]+ kind=\\S+ of={type_} ", told)


CONTENTS = [(type_, field) for type_, (given, _) in ACTS.items() for field in given
            if (type_, field) != ("DISPUTE_UPHOLD", "currency")]  # fmt: skip


@pytest.mark.parametrize(("type_", "field"), CONTENTS)
def test_what_was_approved_is_what_is_done(type_: str, field: str) -> None:
    """One value other than the proposal's, and it is another change, which nobody approved."""

    def write(log: LogBuilder, type_: str) -> None:
        _propose(log, type_, **{field: "3"})
        _decide(log)
        _act(log, type_)

    (told,) = found(type_, write)
    assert re.match(
        f"APPROVAL_MISSING seq=[0-9]+ kind=\\S+ of={type_} .*approved=\\S+ ?.*3", told
    ), told


@pytest.mark.parametrize("decider", ["op1", "OP1", "robot", "reader", "nobody"])
@pytest.mark.parametrize("type_", ACTS)
def test_another_person_decides(type_: str, decider: str) -> None:
    """Not the maker, in whatever letters, no service, nobody who only reads, no stranger."""

    def write(log: LogBuilder, type_: str) -> None:
        _propose(log, type_)
        _decide(log, decider=decider)
        _act(log, type_, author=decider)

    (told,) = found(type_, write)
    assert told.startswith("DECIDER_NOT_ANOTHER ")
    assert told.endswith(f"maker=operator/op1 decider=operator/{decider}")


def test_a_person_whose_keys_ended_decides_nothing() -> None:
    """A revoked key is no person's any more."""

    def write(log: LogBuilder, type_: str) -> None:
        log.add("key.revoked", author="system/init", key="ko2")
        _agreed(log, type_)

    assert [one for one in found("CAP", write) if one.startswith("DECIDER_NOT_ANOTHER")]


@pytest.mark.parametrize("follows", ["", "cap.set", "proposal.decided", "settlement.moved"])
def test_what_was_approved_is_done(follows: str) -> None:
    """An approval that nothing comes of, or not right after it, is told once."""

    def write(log: LogBuilder, type_: str) -> None:
        _propose(log, type_)
        _decide(log)
        log.add("member.enrolled")
        if follows:
            log.add(follows, **dict.fromkeys(KINDS[follows], "1"))

    told = [one.split()[0] for one in found("WINDOW_CLOSE", write)]
    assert told[0] == "PROPOSAL_NOT_DONE"
    assert told[1:] == (["APPROVAL_MISSING"] if follows == "cap.set" else [])
