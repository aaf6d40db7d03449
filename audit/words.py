"""The verdict in words, English and Korean, for a reader who is no engineer.

One table: a check's name with its status, or with the reason why it was not made, to a sentence in
each language. Findings keep their codes and facts in either; what a code means is told once.
"""

from collections.abc import Iterator
from typing import Final

from audit.errors import FACT_SHOWN_MAX
from audit.findings import CODES
from audit.language import LANGUAGES
from audit.verdict import CHECKS, FAILED, NOT_CHECKED, OK, Check, CheckFact, Report
from audit.words_failed import NOT_HELD
from audit.words_korean import MEANINGS
from audit.words_unchecked import UNCHECKED

WORDS: Final[dict[str, tuple[str, str]]] = {
    # Headings, and the last line.
    OK: ("Checked and in order:", "확인했고 이상이 없는 것:"),
    FAILED: ("Not in order:", "이상이 있는 것:"),
    NOT_CHECKED: ("Not checked:", "확인하지 않은 것:"),
    "title": ("Verdict on the log {origin}", "원장 로그 {origin} 검증 결과"),
    "nameless": ("Verdict", "검증 결과"),
    "play": (
        "This is a sandbox, or its clock is simulated: its points are play.",
        "시험용 네트워크이거나 시계가 가상입니다. 이 포인트는 실제 포인트가 아닙니다.",
    ),
    "clean": ("OK: nothing was found", "정상: 발견된 문제가 없습니다"),
    "clean.one": (
        "OK as far as it was checked: nothing was found; 1 thing was not checked, see above",
        "확인한 범위에서 정상: 발견된 문제가 없습니다. 확인하지 않은 것이 1건 있습니다(위 참조)",
    ),
    "clean.many": (
        (
            "OK as far as it was checked: nothing was found; {unchecked} things were not checked,"
            " see above"
        ),
        (
            "확인한 범위에서 정상: 발견된 문제가 없습니다. 확인하지 않은 것이 {unchecked}건"
            " 있습니다(위 참조)"
        ),
    ),
    "one": ("NOT OK: 1 finding", "비정상: 문제 1건"),
    "many": ("NOT OK: {total} findings", "비정상: 문제 {total}건"),
    "more": ("... and {more} more", "... 외 {more}건"),
    # What was sought, and held.
    "checkpoint.ok": (
        "The key {key} signed the log {origin} with {size} entries; root {root}.",
        "키 {key}의 서명이 로그 {origin}의 항목 {size}건을 보증합니다. 루트 {root}.",
    ),
    "keys.ok": (
        (
            "From the key that you trust to the key that signs today, {today}: {handovers}"
            " changes of key, each vouched for as it must be."
        ),
        (
            "신뢰하시는 키에서 오늘 서명하는 키 {today}까지: 키 변경 {handovers}건, 모두"
            " 보증되었습니다."
        ),
    ),
    "files.ok": (
        "Every file of the bundle is there, and none that the log does not account for.",
        "묶음의 파일이 빠짐없이 있고, 로그로 설명되지 않는 파일은 없습니다.",
    ),
    "entries.ok": (
        (
            "{entries} of {size} entries, the last of {time}: each is in its one permitted form,"
            " numbered, chained to the one before, and later than it."
        ),
        (
            "항목 {size}건 중 {entries}건, 마지막 시각 {time}: 모두 정해진 형식이고, 번호와 사슬이"
            " 끊기지 않으며, 앞 항목보다 늦습니다."
        ),
    ),
    "tree.ok": (
        "The entries hash to the signed root, and every tile is what they give.",
        "항목의 해시가 서명된 루트와 같고, 모든 타일이 항목에서 나온 그대로입니다.",
    ),
    "tree.hashes": (
        (
            "The {size} hashes of the entries give the signed root, and every tile is what the"
            " hashes below it give; the entries themselves were not asked for."
        ),
        (
            "항목 {size}건의 해시가 서명된 루트와 맞고, 모든 타일이 그 아래 해시에서 나온"
            " 그대로입니다. 항목 자체는 읽지 않았습니다."
        ),
    ),
    "authors.ok": (
        (
            "Each entry was written by a job of the system, or with a key that the log had granted"
            " to its author before and had not revoked; windows closed and policies were set as two"
            " subjects had agreed, or by a schedule that two had."
        ),
        (
            "모든 항목은 시스템 작업이 썼거나, 로그가 그 전에 작성자에게 발급하고 폐기하지 않은"
            " 키로 쓰였습니다. 정산 기간의 마감과 정책은 두 사람이 합의했거나, 두 사람이 합의한"
            " 일정을 따랐습니다."
        ),
    ),
    "contracts.ok": (
        (
            "Every contract bears its parties' signatures under the keys that the log names as"
            " theirs, and was in force where an entry cites it, or kept by a quote or a hold."
        ),
        (
            "모든 계약에 당사자의 서명이 있고 로그에 등록된 당사자의 키와 맞습니다. 인용된"
            " 계약은 그때 유효했거나, 견적이나 보류가 유지한 것입니다."
        ),
    ),
    "consents.ok": (
        (
            "Whoever debited a member's points in another brand's unit had the member's consent to"
            " do so, neither revoked nor expired."
        ),
        (
            "다른 브랜드의 포인트를 차감한 곳은 모두 철회되지도 만료되지도 않은 회원의 동의를"
            " 받았습니다."
        ),
    ),
    "prices.ok": (
        (
            "Points and money of every issue, redemption, hold, exchange and reversal are what the"
            " cited rates and prices give."
        ),
        (
            "발급, 사용, 보류, 교환, 취소의 포인트와 금액이 인용된 비율과 가격으로 계산한 값과"
            " 같습니다."
        ),
    ),
    "four_eyes.ok": (
        (
            "Windows closed, settlements approved, aborted or defaulted, caps and collateral moved,"
            " policies declared, lines corrected: each was proposed by one and approved by another,"
            " a person, in that very form, and what was approved was done."
        ),
        (
            "기간 마감, 정산의 승인·취소·채무 불이행 처리, 한도와 예치금 변경, 정책 선언, 내역"
            " 정정은 모두 한 사람이 제안하고 다른 사람이 같은 내용으로 승인했으며, 승인된 일은"
            " 실행되었습니다."
        ),
    ),
    "charges.ok": (
        (
            "Fees and taxes of every closing are what the declared policies give, and every default"
            " drew, shared and left to be claimed what the rules give; nothing else was charged."
        ),
        (
            "모든 마감의 수수료와 세금은 선언된 정책으로 계산한 값과 같고, 모든 채무 불이행의"
            " 인출, 분담, 청구는 규칙대로이며, 그 밖의 부과는 없습니다."
        ),
    ),
    "ledger.ok": (
        "Every row of the ledger is what the entries make, and there is none without an entry.",
        "원장의 모든 행은 항목에서 나온 그대로이며, 항목 없이 생긴 행은 없습니다.",
    ),
    "witnesses.ok": (
        "Witnesses whom your policy trusts saw {size} entries under this root: {witnesses}.",
        "정책이 신뢰하는 증인들이 이 루트의 항목 {size}건을 보았습니다: {witnesses}.",
    ),
    "times.ok": (
        (
            "No entry's time contradicts the clocks of witnesses and time stamps: {bounds} of them,"
            " within {tolerance} seconds."
        ),
        (
            "항목의 시각이 증인과 시점 확인의 시계와 어긋나지 않습니다: {bounds}건, 오차"
            " {tolerance}초 이내."
        ),
    ),
    "earlier.ok": (
        "The log begins with every checkpoint that you kept: {saved}.",
        "로그는 보관하신 체크포인트를 모두 그대로 이어 갑니다: {saved}.",
    ),
    "receipts.ok": (
        "Each receipt proves its entry: {receipts}.",
        "영수증이 저마다 해당 항목을 증명합니다: {receipts}.",
    ),
    "statements.ok": (
        "Every line and total of each statement follows from the entries: {statements}.",
        "정산서의 모든 거래 내역과 합계가 항목에서 나온 그대로입니다: {statements}.",
    ),
    "stamps.ok": (
        (
            "Authorities that you trust stamped checkpoints of this log, by size and time:"
            " {stamps}. Their certificates were valid then."
        ),
        (
            "신뢰하시는 기관이 이 로그의 체크포인트에 시점 확인을 했습니다(크기와 시각):"
            " {stamps}. 그 인증서는 당시 유효했습니다."
        ),
    ),
    "stamps.newest": (
        (
            "Authorities that you trust stamped checkpoints of this log, by size and time:"
            " {stamps}. Their certificates were valid then. {unread} older ones were not asked"
            " for; a bundle has all."
        ),
        (
            "신뢰하시는 기관이 이 로그의 체크포인트에 시점 확인을 했습니다(크기와 시각):"
            " {stamps}. 그 인증서는 당시 유효했습니다. 더 오래된 {unread}건은 확인하지 않았으며,"
            " 묶음에는 모두 있습니다."
        ),
    ),
    "author_signatures.ok": (
        (
            "Commands that were laid open are those that their entries bind, and the author's key"
            " signed them: {shown}. {compared} of the entries did what was asked for in the request"
            " that was signed; not compared with it: {left}."
        ),
        (
            "제시된 명령은 항목에 묶인 것과 같고, 작성자의 키가 서명했습니다: {shown}. 그중"
            " {compared}건은 서명된 요청이 시킨 그대로 실행되었습니다. 요청과 견주지 못한 것:"
            " {left}."
        ),
    ),
    "payloads.ok": (
        (
            "Of entries that were laid open, each payload is the one that its entry binds: {shown};"
            " {erased} of them are of erased members, of whom nobody can show any."
        ),
        (
            "제시된 부속 자료는 항목에 묶인 것과 같습니다: {shown}. 그중 {erased}개는 삭제된 회원의"
            " 것으로, 누구도 내보일 수 없습니다."
        ),
    ),
    "author_signatures.log": (
        (
            "{opened} commands that are laid open are those that their entries bind, and each is"
            " signed, once, by the key that the log then named as its partner's. Of {unsigned}"
            " other entries by partners no signed command is shown. Laid open singly: {shown}."
            " {compared} of all these entries did what was asked for in the request that was"
            " signed; not compared with it: {left}."
        ),
        (
            "공개된 명령 {opened}건은 항목에 묶인 것과 같고, 그때 로그에 등록된 파트너의 키로 각각"
            " 한 번 서명되었습니다. 파트너의 다른 항목 {unsigned}건에는 서명된 명령이 제시되지"
            " 않았습니다. 따로 공개된 것: {shown}. 그중 {compared}건은 서명된 요청이 시킨 그대로"
            " 실행되었습니다. 요청과 견주지 못한 것: {left}."
        ),
    ),
    "payloads.log": (
        (
            "{opened} payloads are laid open, each as its entry binds it, and none is missing:"
            " {erased} others are of members whose erasure the log records, and nobody can show"
            " them. Laid open singly: {shown}."
        ),
        (
            "공개된 부속 자료 {opened}건이 항목에 묶인 것과 같고, 빠진 것이 없습니다. 다른"
            " {erased}건은 로그에 삭제가 기록된 회원의 것으로, 누구도 내보일 수 없습니다. 따로"
            " 공개된 것: {shown}."
        ),
    ),
    # What was sought, and did not hold.
    **NOT_HELD,
    # What nobody looked at, and why.
    **UNCHECKED,
    # Names of checks, where one sentence serves several.
    "checkpoint": ("Checkpoint", "체크포인트"),
    "keys": ("Keys", "키"),
    "files": ("Files", "파일"),
    "entries": ("Entries", "항목"),
    "tree": ("Tree", "해시 트리"),
    "authors": ("Authors", "작성자"),
    "contracts": ("Contracts", "계약"),
    "consents": ("Consents", "동의"),
    "prices": ("Rates and prices", "비율과 가격"),
    "four_eyes": ("Agreed by two people", "두 사람의 합의"),
    "charges": ("Fees, taxes and defaults", "수수료, 세금, 채무 불이행"),
    "ledger": ("Ledger", "원장"),
    "witnesses": ("Witnesses", "증인"),
    "times": ("Times", "시각"),
    "earlier": ("Earlier checkpoints", "이전 체크포인트"),
    "receipts": ("Receipts", "영수증"),
    "stamps": ("Time stamps", "시점 확인"),
    "statements": ("Statements", "정산서"),
}


_NOBODY = ("none", "없음")  # a list of nobody, such as of witnesses, in the order of LANGUAGES


def say(key: str, language: str, /, **facts: CheckFact) -> str:
    """One text of the table with its facts filled in, escaped and cut: they may be hostile."""
    place = LANGUAGES.index(language)
    return WORDS[key][place].format(
        **{name: _NOBODY[place] if value == [] else _shown(value) for name, value in facts.items()}
    )


def _shown(value: CheckFact) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value)
    if isinstance(value, int):
        return f"{value:,}"
    text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in value)
    return text if len(text) <= 2 * FACT_SHOWN_MAX else text[: 2 * FACT_SHOWN_MAX] + "..."


def sentence(check: Check, language: str) -> str:
    """A check's sentence."""
    key = f"{check.name}.{check.status}"
    if check.status == OK and f"{check.name}.{check.facts.get('form')}" in WORDS:
        key = f"{check.name}.{check.facts['form']}"
    if check.status == NOT_CHECKED:
        reason = str(check.facts["reason"])
        key = f"{check.name}.{reason}"
        if key not in WORDS:
            return say(reason, language, name=WORDS[check.name][LANGUAGES.index(language)])
    return say(key, language, **check.facts)


def meaning(code: str, language: str) -> str:
    """What a finding's code means."""
    return CODES[code] if language == LANGUAGES[0] else MEANINGS[code]


def verdict_lines(report: Report, language: str) -> Iterator[str]:
    """The verdict, line by line, without its findings."""
    yield say("title" if report.origin else "nameless", language, origin=report.origin)
    if report.sandbox or report.clock == "simulated":
        yield say("play", language)
    for status in (FAILED, OK, NOT_CHECKED):
        checks = [check for check in report.checks if check.status == status]
        if checks:
            yield ""
            yield say(status, language)
        for check in checks:
            yield f"  - {sentence(check, language)}"
            if status == FAILED:
                codes = [code for code in CHECKS[check.name] if report.counts.get(code)]
                for code in codes:
                    count = _shown(report.counts[code])
                    yield f"      {code} ({count}): {meaning(code, language)}"
    yield ""
    total = report.findings_total
    if total:
        yield say("one" if total == 1 else "many", language, total=total)
        return
    unchecked = sum(check.status == NOT_CHECKED for check in report.checks)
    key = "clean.one" if unchecked == 1 else "clean.many" if unchecked else "clean"
    yield say(key, language, unchecked=unchecked)
