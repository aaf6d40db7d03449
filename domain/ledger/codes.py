"""Every code that a refusal can bear, with the names of its facts.

A fact is a string, or an integer in minor units. The tables of ``api.schema`` build one GraphQL
error type from each row, so a code without a row here cannot reach a caller.
"""

from __future__ import annotations

from typing import NamedTuple


class CodeRow(NamedTuple):
    """A refusal's facts by name, and what it says in English and Korean.

    ``withheld`` are the facts that only some callers are told: they would be another brand's.
    """

    facts: tuple[str, ...]
    english: str
    korean: str
    withheld: tuple[str, ...] = ()


CODES: dict[str, CodeRow] = {
    # Everything
    "IDEMPOTENCY_KEY_REUSED": CodeRow(
        (), "This key was used for another request.", "이미 다른 요청에 쓰인 키입니다."
    ),
    "NOT_PERMITTED": CodeRow(
        ("partner",), "This partner may not do that.", "이 제휴사에 허용되지 않은 작업입니다."
    ),
    "VALUE_INVALID": CodeRow(
        ("value", "reason"), "The value is not valid.", "올바르지 않은 값입니다."
    ),
    # Members
    "MEMBER_UNKNOWN": CodeRow(("member",), "No such member.", "존재하지 않는 회원입니다."),
    "MEMBER_ERASED": CodeRow(("member",), "The member was erased.", "삭제된 회원입니다."),
    "MEMBER_HAS_HOLD": CodeRow(
        ("hold", "deadline"),
        "A hold on the member's points is open.",
        "회원 포인트에 처리 중인 보류가 있습니다.",
    ),
    "MEMBER_EXISTS": CodeRow(
        ("member",), "The member exists already.", "이미 존재하는 회원입니다."
    ),
    "REFERENCE_TAKEN": CodeRow(
        ("partner",), "The reference is another member's.", "다른 회원이 사용 중인 참조 번호입니다."
    ),
    "ALREADY_LINKED": CodeRow(
        ("partner",), "The member is linked already.", "이미 연결된 회원입니다."
    ),
    "CONSENT_UNKNOWN": CodeRow(("consent",), "No such consent.", "존재하지 않는 동의입니다."),
    "CONSENT_REVOKED": CodeRow(("consent",), "The consent was revoked.", "철회된 동의입니다."),
    # Partners, units, keys
    "PARTNER_UNKNOWN": CodeRow(("partner",), "No such partner.", "존재하지 않는 제휴사입니다."),
    "PARTNER_EXISTS": CodeRow(
        ("partner",), "The partner exists already.", "이미 존재하는 제휴사입니다."
    ),
    "UNIT_UNKNOWN": CodeRow(("unit",), "No such point unit.", "존재하지 않는 포인트 단위입니다."),
    "UNIT_EXISTS": CodeRow(
        ("unit",), "The point unit exists already.", "이미 존재하는 포인트 단위입니다."
    ),
    "CURRENCY_UNKNOWN": CodeRow(
        ("currency",),
        "No currency of ISO 4217 that a partner settles in.",
        "정산에 쓰이는 ISO 4217 통화 코드가 아닙니다.",
    ),
    "PUBLIC_KEY_INVALID": CodeRow(
        (), "The public key is not acceptable.", "사용할 수 없는 공개 키입니다."
    ),
    "CAP_RAISE_NEEDS_PROPOSAL": CodeRow(
        ("available", "required"),
        "Raising a cap needs a second subject.",
        "한도 증액에는 다른 담당자의 승인이 필요합니다.",
    ),
    "API_KEY_UNKNOWN": CodeRow(("key",), "No such API key.", "존재하지 않는 API 키입니다."),
    "API_KEY_EXISTS": CodeRow(
        ("key",), "The API key exists already.", "이미 존재하는 API 키입니다."
    ),
    "API_KEY_REVOKED": CodeRow(("key",), "The API key was revoked.", "폐기된 API 키입니다."),
    "KEY_NEEDS_PROPOSAL": CodeRow(
        ("role",),
        "Who may act for the operator is agreed on by two people.",
        "운영자를 대신할 키는 두 담당자의 합의로만 줄 수 있습니다.",
    ),
    "PERSONS_TOO_FEW": CodeRow(
        ("key",),
        "Two of the operator's people stay: give the successor a key first.",
        "운영자 담당자는 두 명 이상이어야 합니다. 후임자에게 먼저 키를 주십시오.",
    ),
    "MAKER_REVOKED": CodeRow(
        ("proposal",),
        "Who proposed this has no live key any more.",
        "제안한 담당자의 키가 모두 폐기되었습니다.",
    ),
    # Amounts
    "AMOUNT_OUT_OF_RANGE": CodeRow(
        ("amount", "minimum", "maximum"),
        "The amount is out of range.",
        "금액이 허용 범위를 벗어났습니다.",
    ),
    "AMOUNT_TOO_SMALL": CodeRow(
        ("amount",), "The amount gives no points.", "금액이 너무 작아 전환할 포인트가 없습니다."
    ),
    "SAME_UNIT": CodeRow(("unit",), "Both units are the same.", "같은 포인트 단위입니다."),
    "SAME_MEMBER": CodeRow(("member",), "Both members are the same.", "같은 회원입니다."),
    "INSUFFICIENT_POINTS": CodeRow(
        ("unit", "available", "required"), "There are not enough points.", "포인트가 부족합니다."
    ),
    "TOO_MANY_LOTS": CodeRow(
        ("lots", "maximum"),
        "The transfer would use too many lots.",
        "한 번에 처리할 수 있는 포인트 묶음 수를 넘었습니다.",
    ),
    "COUNTER_LIMIT": CodeRow(
        ("maximum",), "An account would pass its limit.", "계정 한도를 초과합니다."
    ),
    # Time
    "EFFECTIVE_IN_FUTURE": CodeRow(
        ("maximum",), "The effective time lies ahead.", "적용 시각이 미래입니다."
    ),
    "BACKDATE_NOT_PERMITTED": CodeRow(
        ("minimum",),
        "The effective time lies too far back.",
        "적용 시각이 허용 범위보다 과거입니다.",
    ),
    "DEADLINE_INVALID": CodeRow(
        ("minimum", "maximum"), "The deadline is out of range.", "기한이 허용 범위를 벗어났습니다."
    ),
    # Contracts and limits
    "CONTRACT_MISSING": CodeRow(
        ("type", "source", "other"), "No contract is in force for this.", "유효한 계약이 없습니다."
    ),
    "CONSENT_REQUIRED": CodeRow(
        ("partner", "unit", "action"), "The member has not consented.", "회원 동의가 필요합니다."
    ),
    "CONSENT_LIMIT_EXCEEDED": CodeRow(
        ("available", "required"), "The consent's limit is passed.", "동의한 한도를 초과합니다."
    ),
    "MEMBER_CAP_EXCEEDED": CodeRow(
        ("available", "required", "day"),
        "The member's daily cap is passed.",
        "회원 일일 한도를 초과합니다.",
    ),
    "PAIR_CAP_EXCEEDED": CodeRow(
        ("available", "required", "day"),
        "The contract's daily cap is passed.",
        "계약 일일 한도를 초과합니다.",
    ),
    "NET_DEBIT_CAP_EXCEEDED": CodeRow(
        ("partner", "currency", "available", "required"),
        "A net debit cap is passed.",
        "순채무 한도를 초과합니다.",
        ("available", "required"),
    ),
    "QUOTE_UNKNOWN": CodeRow(("quote",), "No such quote.", "존재하지 않는 견적입니다."),
    "QUOTE_EXPIRED": CodeRow(
        ("quote", "expires_at"), "The quote has expired.", "만료된 견적입니다."
    ),
    "QUOTE_USED": CodeRow(("quote",), "The quote was used.", "이미 사용된 견적입니다."),
    "QUOTE_MISMATCH": CodeRow(
        ("quote", "reason"), "The quote is for something else.", "견적 내용과 다릅니다."
    ),
    # Holds
    "HOLD_UNKNOWN": CodeRow(("hold",), "No such hold.", "존재하지 않는 보류입니다."),
    "HOLD_ENDED": CodeRow(("hold", "state"), "The hold has ended.", "이미 끝난 보류입니다."),
    "HOLD_EXPIRED": CodeRow(
        ("hold", "deadline"), "The hold's deadline has passed.", "보류 기한이 지났습니다."
    ),
    "CAPTURE_EXCEEDS_HOLD": CodeRow(
        ("available", "required"), "The capture exceeds the hold.", "보류한 금액을 초과합니다."
    ),
    # Reversals
    "TRANSFER_UNKNOWN": CodeRow(("transfer",), "No such transfer.", "존재하지 않는 거래입니다."),
    "NOT_REVERSIBLE": CodeRow(
        ("transfer", "kind"), "This kind is not reversed.", "취소할 수 없는 거래입니다."
    ),
    "REVERSAL_EXCEEDS_ORIGINAL": CodeRow(
        ("available", "required"),
        "More would be reversed than is left.",
        "취소 가능한 금액을 초과합니다.",
    ),
    "POINTS_SPENT": CodeRow(
        ("unit", "available", "required"),
        "What was given is spent.",
        "지급된 포인트가 이미 사용되었습니다.",
    ),
    "DEBT_NOT_ALLOWED": CodeRow(
        ("unit",),
        "A unit of several obligors allows no debt.",
        "부채를 허용하지 않는 포인트 단위입니다.",
    ),
    "NOTHING_TO_EXPIRE": CodeRow(("unit",), "Nothing has expired.", "만료된 포인트가 없습니다."),
    "NOTHING_TO_MERGE": CodeRow(
        ("unit",), "No lots are alike.", "합칠 수 있는 포인트 묶음이 없습니다."
    ),
    # Contracts between partners
    "CONTRACT_UNKNOWN": CodeRow(("contract",), "No such contract.", "존재하지 않는 계약입니다."),
    "CONTRACT_EXISTS": CodeRow(
        ("contract",), "This version exists already.", "이미 존재하는 계약 버전입니다."
    ),
    "CONTRACT_STATE": CodeRow(
        ("contract", "state"), "The contract is in another state.", "계약 상태가 맞지 않습니다."
    ),
    "TERMS_INVALID": CodeRow(
        ("field", "reason"), "The terms are not valid.", "계약 조건이 올바르지 않습니다."
    ),
    "SIGNING_KEY_MISSING": CodeRow(
        ("partner",), "The partner has no signing key.", "등록된 서명 키가 없습니다."
    ),
    "SIGNATURE_INVALID": CodeRow(
        ("partner",), "The signature does not fit the terms.", "서명이 계약 조건과 맞지 않습니다."
    ),
    "VALIDITY_TOO_SOON": CodeRow(
        ("minimum",), "The terms would begin too soon.", "계약 시작 시각이 너무 이릅니다."
    ),
    "ARBITRAGE_LOOP": CodeRow(
        ("loop", "product"),
        "A round trip would create points.",
        "순환 전환으로 포인트가 늘어나는 계약입니다.",
    ),
    # Settlement windows and proposals
    "WINDOW_UNKNOWN": CodeRow(
        ("period", "currency"), "No such settlement window.", "존재하지 않는 정산 기간입니다."
    ),
    "WINDOW_STATE": CodeRow(
        ("period", "currency", "state"),
        "The window is in another state.",
        "정산 기간의 상태가 맞지 않습니다.",
    ),
    "PROPOSAL_UNKNOWN": CodeRow(("proposal",), "No such proposal.", "존재하지 않는 제안입니다."),
    "PROPOSAL_DECIDED": CodeRow(
        ("proposal", "state"), "The proposal was decided.", "이미 결정된 제안입니다."
    ),
    "PROPOSAL_PENDING": CodeRow(
        ("proposal",), "The same was proposed already.", "이미 대기 중인 제안이 있습니다."
    ),
    "SAME_SUBJECT": CodeRow((), "Another subject must decide.", "다른 담당자가 결정해야 합니다."),
    "PERSON_REQUIRED": CodeRow((), "A person must decide.", "사람이 직접 결정해야 합니다."),
    # Settlements
    "WINDOW_SKIPPED": CodeRow(
        ("period", "currency"),
        "An older closed window would be skipped.",
        "먼저 마감된 정산 기간을 건너뛸 수 없습니다.",
    ),
    "SCHEDULE_NONE": CodeRow(
        ("currency",),
        "No schedule closes windows of this currency.",
        "이 통화의 정산 기간을 마감하는 일정이 없습니다.",
    ),
    "SCHEDULE_INVALID": CodeRow(
        ("value", "reason"),
        "This machine cannot read the schedule.",
        "이 서버에서 읽을 수 없는 마감 일정입니다.",
    ),
    "SCHEDULE_NOT_DUE": CodeRow(
        ("currency", "due"),
        "The schedule does not close this window yet.",
        "아직 일정에 따른 마감 시각이 아닙니다.",
    ),
    "NOTHING_TO_SETTLE": CodeRow(
        ("currency",), "No closed window waits.", "정산을 기다리는 마감 기간이 없습니다."
    ),
    "SETTLEMENT_UNKNOWN": CodeRow(
        ("settlement",), "No such settlement.", "존재하지 않는 정산입니다."
    ),
    "SETTLEMENT_UNCHANGED": CodeRow(
        ("settlement", "state"),
        "That has been done already; nothing changed.",
        "이미 처리된 단계이며 달라진 것이 없습니다.",
    ),
    "SETTLEMENT_STATE": CodeRow(
        ("settlement", "state"),
        "The settlement is in another state.",
        "정산 상태가 맞지 않습니다.",
    ),
    "ACCOUNTS_CHANGED": CodeRow(
        ("settlement",),
        "The bank accounts are not those that the approval is of.",
        "승인 대상 은행 계좌와 현재 은행 계좌가 다릅니다.",
    ),
    "REJECTION_MISSING": CodeRow(
        ("settlement",),
        "No rejection by a bank is recorded.",
        "기록된 은행 지급 거절이 없습니다.",
    ),
    "PAY_BY_NOT_REACHED": CodeRow(
        ("settlement", "pay_by"),
        "The time to pay is not over.",
        "납부 기한이 아직 지나지 않았습니다.",
    ),
    "PAY_BY_PASSED": CodeRow(
        ("settlement", "pay_by"),
        "The time to pay is over; abort the settlement and net its windows anew.",
        "납부 기한이 지났습니다. 정산을 중단하고 새로 상계해 주십시오.",
    ),
    "NOTHING_UNPAID": CodeRow(
        ("settlement",), "Every net debtor has paid.", "미납한 제휴사가 없습니다."
    ),
    "PAYMENT_UNEXPECTED": CodeRow(
        ("partner", "leg"),
        "The settlement expects no such payment.",
        "이 정산에서 예정되지 않은 지급입니다.",
    ),
    "PAYOUT_NOT_COVERED": CodeRow(
        ("available", "required"),
        "What came in does not cover the pay-outs.",
        "입금액이 지급할 금액에 미치지 못합니다.",
    ),
    "LINE_UNKNOWN": CodeRow(
        ("sequence", "n"),
        "No such line, or none of this partner's.",
        "존재하지 않거나 해당 제휴사의 것이 아닌 거래 내역입니다.",
    ),
    "LINE_NOT_DISPUTABLE": CodeRow(
        ("sequence", "n"),
        "A correction is not disputed; dispute the corrected line.",
        "정정 내역에는 이의를 제기할 수 없습니다. 정정된 원래 내역에 제기해 주십시오.",
    ),
    "LINE_CORRECTED": CodeRow(
        ("sequence", "n", "dispute"),
        "A dispute corrected what this transfer costs; have the line corrected back, then reverse.",
        "이의 제기로 정정된 거래입니다. 해당 내역을 원래 금액으로 정정한 뒤 취소해 주십시오.",
    ),
    "TOO_MANY_DISPUTES": CodeRow(
        ("partner", "maximum"),
        "Too many disputes of this partner are open.",
        "이 제휴사의 진행 중인 이의 제기가 너무 많습니다.",
    ),
    "DISPUTE_PENDING": CodeRow(
        ("dispute",), "The line is disputed already.", "이미 이의가 제기된 거래 내역입니다."
    ),
    "DISPUTE_UNKNOWN": CodeRow(("dispute",), "No such dispute.", "존재하지 않는 이의입니다."),
    "DISPUTE_STATE": CodeRow(
        ("dispute", "state"), "The dispute is over.", "이미 종결된 이의입니다."
    ),
    "DISPUTE_OPEN": CodeRow(
        ("settlement", "dispute", "sequence", "n"),
        "A line of its windows is disputed.",
        "정산 기간의 거래 내역에 처리되지 않은 이의가 있습니다.",
    ),
    "NOTHING_TO_CORRECT": CodeRow(
        ("amount",), "The line comes to that already.", "거래 내역이 이미 그 금액입니다."
    ),
    "FUNDS_INSUFFICIENT": CodeRow(
        ("available", "required"),
        "The rest would not cover what is owed.",
        "남는 담보로 채무를 충당할 수 없습니다.",
    ),
    "FILE_KNOWN": CodeRow(
        ("file",), "This payment file is known already.", "이미 등록된 지급 파일입니다."
    ),
    "BANK_LINE_KNOWN": CodeRow(
        ("statement", "line"),
        "This payment was counted already.",
        "이미 반영된 은행 거래입니다.",
    ),
    "BANK_LINE_UNKNOWN": CodeRow(
        ("statement", "line"),
        "No such bank line waits.",
        "대기 중인 은행 거래가 아닙니다.",
    ),
    "BANK_LINE_STATE": CodeRow(
        ("statement", "line", "state"),
        "The bank line does not wait any more, or not for that amount.",
        "이미 처리되었거나 대기 금액이 달라진 은행 거래입니다.",
    ),
    "BANK_LINE_DIFFERS": CodeRow(
        ("statement", "line", "currency", "amount"),
        "The bank line waits with another currency, amount, direction or reference.",
        "대기 중인 은행 거래와 통화, 금액, 방향 또는 참조가 다릅니다.",
    ),
}
