"""Codes in words: states, types of proposals, and why a bank's line waits."""

from __future__ import annotations

CODE_WORDS: dict[str, str] = {
    # Windows, settlements, proposals, disputes, lines of banks
    "OPEN": "진행 중",
    "CLOSED": "마감",
    "SETTLING": "정산 중",
    "SETTLED": "정산 완료",
    "DRAFT": "초안",
    "APPROVED": "승인",
    "ABORTED": "중단",
    "SUBMITTED": "지급 지시",
    "PARTIALLY_PAID": "일부 지급",
    "DEFAULTED": "채무 불이행",
    "PENDING": "결정 대기",
    "REJECTED": "기각",
    "UPHELD": "인정",
    "WITHDRAWN": "철회",
    "WAITING": "대기",
    "MATCHED": "지급 확인",
    "DISMISSED": "해당 없음",
    "CARRIED": "이월",
    # Ways of payments
    "PAY_IN": "입금",
    "PAY_OUT": "출금",
    "DIRECT": "직접 지급",
    # Documents
    "PAYMENT": "지급 증빙",
    "REJECTION": "은행 지급 거절",
    # Who holds a key
    "PERSON": "사람",
    "SERVICE": "서비스",
    # Types of proposals
    "API_KEY": "운영자 키",
    "WINDOW_CLOSE": "기간 마감",
    "SETTLEMENT_APPROVE": "정산 승인",
    "SETTLEMENT_ACCOUNTS": "은행 계좌 변경",
    "SETTLEMENT_ABORT": "정산 중단",
    "SETTLEMENT_DEFAULT": "채무 불이행 처리",
    "DISPUTE_UPHOLD": "이의 인정",
    "BANK_CARRY": "은행 거래 이월",
    "CAP": "순채무 한도",
    "PREFUND_IN": "예치금 입금",
    "PREFUND_OUT": "예치금 반환",
    "POLICY_LOSS_SHARING": "손실 분담 정책",
    "POLICY_DISPUTES_BLOCK": "이의 시 승인 보류 정책",
    "POLICY_EXPOSURE_ALERT": "채무 경보 정책",
    "POLICY_PERIODIC_FEE": "정기 수수료 정책",
    "POLICY_TAX": "세금 정책",
    "POLICY_WINDOW_SCHEDULE": "마감 일정",
}

REASON_WORDS: dict[str, tuple[str, str]] = {
    "LINE_KNOWN": ("it was read before", "이미 읽은 거래입니다"),
    "END_TO_END_ID_UNKNOWN": (
        "it names a payment that nothing waits for",
        "기다리는 지급 중에 그 종단 간 ID가 없습니다",
    ),
    "REFERENCE_UNKNOWN": (
        "its creditor reference is no payment's",
        "그 참조 번호의 지급이 없습니다",
    ),
    "REFERENCES_DIFFER": (
        "its id names one payment, its reference another",
        "종단 간 ID와 참조 번호가 서로 다른 지급을 가리킵니다",
    ),
    "CURRENCY_WRONG": (
        "the payment that it names is in another currency",
        "해당 지급과 통화가 다릅니다",
    ),
    "ACCOUNT_WRONG": (
        "the payment that it names is on another account, or goes the other way",
        "해당 지급과 계좌 또는 방향이 다릅니다",
    ),
    "OVERPAID": ("nothing more was due", "지급할 금액보다 많습니다"),
    "RETURN_EXCEEDS_PAID": (
        "more came back than had been paid",
        "지급된 금액보다 많이 되돌아왔습니다",
    ),
    "REVERSAL_UNCLEAR": (
        "it takes an earlier line back, and it is not clear which",
        "어느 거래의 취소인지 분명하지 않습니다",
    ),
    "AMBIGUOUS": (
        "it could be several payments, or several lines could be that payment",
        "가능한 지급이나 거래가 여럿입니다",
    ),
    "DUPLICATE_SUSPECTED": (
        "another file told of as much for this payment: it may be the same money",
        "다른 파일에도 같은 지급의 같은 금액이 있어 같은 돈일 수 있습니다",
    ),
    "NO_CANDIDATE": (
        "no payment that is due has this amount and account",
        "금액과 계좌가 맞는 지급이 없습니다",
    ),
    "RETURNED": (
        "a payment that was matched came back",
        "확인된 지급이 되돌아왔습니다",
    ),
}
