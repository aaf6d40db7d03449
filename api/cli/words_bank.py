"""Words of `dure settle` for banks' statements, and for the lines that wait for a person."""

from __future__ import annotations

BANK_WORDS: dict[str, tuple[str, str]] = {
    "import.matching": ("Matching", "대조"),
    "import.counted": (
        "Payments that the statement proves",
        "은행 거래 명세로 확인된 지급",
    ),
    "import.queued": (
        "Lines that wait for a person: dure settle unmatched",
        "담당자를 기다리는 거래: dure settle unmatched",
    ),
    "import.before": (
        "This very file was imported before.",
        "같은 파일을 이미 가져온 적이 있습니다.",
    ),
    "import.sums": (
        "{counted} counted, {known} known before.",
        "반영 {counted}건, 이미 알던 거래 {known}건.",
    ),
    "import.state": ("Settlement {settlement}: {state}.", "정산 {settlement}: {state}."),
    "unmatched.title": ("Bank lines that wait for a person", "담당자를 기다리는 은행 거래"),
    "unmatched.none": ("No bank line waits.", "대기 중인 은행 거래가 없습니다."),
    "unmatched.to": ("to {other}", "받는 곳 {other}"),
    "unmatched.from": ("from {other}", "보낸 곳 {other}"),
    "unmatched.return": (
        "a return, of settlement {settlement}",
        "정산 {settlement}의 지급이 되돌아온 것",
    ),
    "unmatched.perhaps": (
        "perhaps {payer} to {payee}, {due} due{more}",
        "{payer}에서 {payee}(으)로 가는 지급일 수 있음, 남은 금액 {due}{more}",
    ),
    "assign.done": (
        "{line} is counted for {partner}. Settlement {settlement}: {state}.",
        "{line}을(를) {partner}의 지급으로 반영했습니다. 정산 {settlement}: {state}.",
    ),
    "assign.rest": (
        "{rest} {currency} of it waits on: nothing more was due.",
        "그중 {rest} {currency}은(는) 지급할 금액을 넘어 계속 대기합니다.",
    ),
    "dismiss.done": ("{line} is dismissed.", "{line}을(를) 해당 없음으로 처리했습니다."),
}
