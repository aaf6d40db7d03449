"""Words of `dure settle`: windows, settlements, disputes, statements, books; and headings."""

from __future__ import annotations

HEADINGS: dict[str, tuple[str, str]] = {
    "account": ("account", "계정"),
    "agreed": ("agreed on by", "합의한 담당자"),
    "amount": ("amount", "금액"),
    "bank": ("bank", "은행"),
    "balance": ("balance", "잔액"),
    "by": ("proposed by", "제안자"),
    "cap": ("cap", "한도"),
    "code": ("code", "코드"),
    "comes_to": ("comes to", "정정 금액"),
    "counterparty": ("counterparty", "거래 상대방"),
    "creditor": ("creditor", "채권자"),
    "currency": ("currency", "통화"),
    "date": ("date", "날짜"),
    "debtor": ("debtor", "채무자"),
    "dispute": ("dispute", "이의"),
    "exposure": ("exposure", "채무"),
    "file": ("file", "파일"),
    "held_by": ("held by", "소지자"),
    "holder": ("holder", "예금주"),
    "is_owed": ("is owed", "받을 금액"),
    "key": ("key", "키"),
    "kind": ("kind", "종류"),
    "leg": ("leg", "방향"),
    "line": ("line", "내역"),
    "lines": ("lines", "건수"),
    "net": ("net", "순액"),
    "of": ("of", "제기한 곳"),
    "owes": ("owes", "줄 금액"),
    "partner": ("partner", "제휴사"),
    "pay_by": ("pay by", "납부 기한"),
    "payable": ("payable", "지급액"),
    "payee": ("payee", "수취인"),
    "payer": ("payer", "지급인"),
    "payments": ("payments", "지급 건수"),
    "policy": ("policy", "정책"),
    "prefund": ("collateral", "예치금"),
    "proposal": ("proposal", "제안"),
    "receivable": ("receivable", "수취액"),
    "reserved": ("reserved by holds", "사용 예약"),
    "role": ("role", "역할"),
    "settlement": ("settlement", "정산"),
    "stands": ("stands", "현재 금액"),
    "state": ("state", "상태"),
    "subject": ("subject", "담당자"),
    "value": ("value", "값"),
    "what": ("what", "내용"),
    "where": ("where", "위치"),
    "why": ("why", "이유"),
    "window": ("window", "정산 기간"),
}

SETTLING_WORDS: dict[str, tuple[str, str]] = {
    # Status
    "status.windows": ("Windows", "정산 기간"),
    "status.settlements": ("Settlements", "정산"),
    "status.proposals": (
        "Waiting for a second person",
        "다른 담당자의 결정을 기다리는 제안",
    ),
    "status.verb": (
        "{proposal}: {command} --as SUBJECT",
        "{proposal}: {command} --as SUBJECT",
    ),
    "status.second": (
        (
            "SUBJECT is another person than who proposed. To reject:"
            " dure settle decide PROPOSAL --reject --as SUBJECT"
        ),
        (
            "SUBJECT는 제안자가 아닌 담당자입니다. 기각:"
            " dure settle decide PROPOSAL --reject --as SUBJECT"
        ),
    ),
    "status.alert": (
        "{partner} owes {owed} {currency}, above the alert of {alert}.",
        "{partner}의 채무 {owed} {currency}이(가) 경보 금액 {alert}을(를) 넘었습니다.",
    ),
    "status.overdue": (
        "{settlement} is unpaid past its time: dure settle default {settlement}",
        "정산 {settlement}의 납부 기한이 지났습니다: dure settle default {settlement}",
    ),
    # What two people agree on
    "four.approved": ("{what}: approved by {decider}.", "{what}: {decider}이(가) 승인했습니다."),
    "four.proposed": (
        "{what}: proposed. Another subject approves it by the same command.",
        "{what}: 제안했습니다. 다른 담당자가 같은 명령으로 승인합니다.",
    ),
    "four.close": ("Closing window {period} of {currency}", "{currency} 정산 기간 {period} 마감"),
    "four.SETTLEMENT_APPROVE": ("Approve {settlement}", "정산 {settlement} 승인"),
    "four.SETTLEMENT_ACCOUNTS": (
        "Pay {settlement} by other accounts",
        "정산 {settlement}의 은행 계좌 변경",
    ),
    "four.SETTLEMENT_ABORT": ("Abort {settlement}", "정산 {settlement} 중단"),
    "four.SETTLEMENT_DEFAULT": ("Default {settlement}", "정산 {settlement} 채무 불이행 처리"),
    "four.uphold": (
        "Uphold {dispute} at {amount} {currency}",
        "이의 {dispute} 인정, 금액 {amount} {currency}",
    ),
    "four.carry": ("Carry {line}", "은행 거래 {line} 이월"),
    "four.schedule": (
        "Closing windows of {currency} by {value}",
        "{currency} 정산 기간 마감 일정 {value}",
    ),
    "four.funds": (
        "{what} of {partner}: {amount} {currency}",
        "{partner}의 {what}: {amount} {currency}",
    ),
    "four.policy": ("{what}: {value}", "{what}: {value}"),
    "decide.approved": (
        "{proposal}, {what}: approved by {decider}.",
        "제안 {proposal}, {what}: {decider}이(가) 승인했습니다.",
    ),
    "decide.rejected": (
        "{proposal}, {what}: rejected by {decider}; nothing changed.",
        "제안 {proposal}, {what}: {decider}이(가) 기각했습니다. 달라진 것이 없습니다.",
    ),
    # Funds, policies and documents
    "funds.title": ("Caps, collateral and exposures", "한도, 예치금과 채무"),
    "funds.none": ("No partner has any yet.", "한도나 예치금이 있는 제휴사가 아직 없습니다."),
    "policy.title": ("Policies in force", "시행 중인 정책"),
    "policy.none": ("None is declared.", "정해진 정책이 없습니다."),
    "record.done": (
        "{what} of {partner}, settlement {settlement} ({state}): recorded, document {evidence}.",
        "{partner} {what}, 정산 {settlement} ({state}): 기록했습니다. 문서 {evidence}.",
    ),
    "record.abort": (
        "It can be given up now: dure settle abort {settlement} --as SUBJECT",
        "이제 중단할 수 있습니다: dure settle abort {settlement} --as SUBJECT",
    ),
    "four.key": ("Key {key} for {holder}", "{holder}의 키 {key}"),
    # Closing
    "close.empty": (
        (
            "Window {period} of {currency} had no obligations: it is SETTLED at once, and there is"
            " nothing of it to settle."
        ),
        (
            "{currency} 정산 기간 {period}에는 채권·채무가 없어 바로 정산 완료(SETTLED)되었습니다."
            " 정산할 것이 없습니다."
        ),
    ),
    "close.closed": (
        "Closed window {period} of {currency}, due {at}.",
        "{currency} 정산 기간 {period}을(를) 마감했습니다. 일정 시각: {at}.",
    ),
    "close.next": (
        "{currency} closes next at {at}: {schedule}",
        "{currency} 다음 마감: {at} ({schedule})",
    ),
    "close.no_schedule": (
        "No schedule closes windows here: dure settle schedule",
        "마감 일정이 없습니다: dure settle schedule",
    ),
    "schedule.next": (
        "Window {period} of {currency} closes at {at} ({schedule})",
        "{currency} 정산 기간 {period}의 마감: {at} ({schedule})",
    ),
    "schedule.late": (
        (
            "Window {period} of {currency} closes at {at}, which has passed: is a server running?"
            " ({schedule})"
        ),
        (
            "{currency} 정산 기간 {period}의 마감 시각 {at}이(가) 지났습니다. 서버가 실행 중입니까?"
            " ({schedule})"
        ),
    ),
    # Settlements
    "create.title": ("Settlement {settlement}, {currency}", "정산 {settlement}, {currency}"),
    "create.next": (
        "Gross {gross}, net {net} {currency}. Next: dure settle approve {settlement} --as SUBJECT",
        "총액 {gross}, 순액 {net} {currency}. 다음: dure settle approve {settlement} --as SUBJECT",
    ),
    "payments.title": (
        "Payment files of settlement {settlement}",
        "정산 {settlement}의 지급 파일",
    ),
    "accounts.title": ("Bank accounts of proposal {proposal}", "제안 {proposal}의 은행 계좌"),
    "accounts.none": (
        "No bank accounts are part of this proposal: it was made without a list of them.",
        "은행 계좌 목록 없이 제안되어 이 제안에는 은행 계좌가 포함되지 않습니다.",
    ),
    "payments.not_approved": (
        (
            "The approval is of the nets alone: nobody approved these bank accounts. To have them"
            " approved: dure settle approve {settlement} --as SUBJECT"
        ),
        (
            "순액만 승인되었고 은행 계좌는 승인되지 않았습니다. 계좌를 승인하려면:"
            " dure settle approve {settlement} --as SUBJECT"
        ),
    ),
    "payments.waiting": (
        (
            "The operator's pay-outs wait: {available} of {required} {currency} came in. Import the"
            " bank's statement, then run again."
        ),
        (
            "운영자의 지급은 대기 중입니다: {required} {currency} 중 {available} 입금. 은행 거래"
            " 명세를 가져온 뒤 다시 실행하십시오."
        ),
    ),
    # Disputes
    "disputes.title": ("Disputes", "이의 제기"),
    "dispute.made": (
        "{dispute} disputes {line}. Next: dure settle uphold, or reject.",
        (
            "거래 내역 {line}에 대한 이의 {dispute}을(를) 제기했습니다. 다음: dure settle uphold"
            " 또는 reject."
        ),
    ),
    "dispute.rejected": (
        "{dispute} is rejected; its line stays as it was.",
        "이의 {dispute}을(를) 기각했습니다. 거래 내역은 그대로입니다.",
    ),
    "dispute.withdrawn": (
        "{dispute} is withdrawn; its line stays as it was.",
        "이의 {dispute}을(를) 철회했습니다. 거래 내역은 그대로입니다.",
    ),
    # Statements and books
    "statement.sums": (
        (
            "Brought forward {opening}, net {net}, to be settled {closing} {currency} (positive:"
            " the partner pays)."
        ),
        "이월 {opening}, 순액 {net}, 정산할 금액 {closing} {currency} (양수: 제휴사가 지급).",
    ),
    "books.posting": ("Posting", "분개"),
    "books.title": (
        "Balances after {size} entries, debits positive",
        "항목 {size}건까지의 잔액 (차변이 양수)",
    ),
    "books.where": (
        (
            "{entries} entries are in {out}; liability and breakage in {file}.\n"
            "Check them with: bean-check {out}/*.beancount"
        ),
        (
            "분개 {entries}건: {out}. 포인트 부채와 미사용 추정: {file}.\n"
            "확인: bean-check {out}/*.beancount"
        ),
    ),
}
