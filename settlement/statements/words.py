"""What a statement says to people, English and Korean: labels, and what its codes mean.

Codes of partners are the same in both. So are those of kinds and events, which the CSV and the
workbook have in columns of their own, for programs; where people read, words stand for them.
"""

from __future__ import annotations

LANGUAGES = ("en", "ko")

WORDS: dict[str, tuple[str, str]] = {
    "title": ("Settlement statement", "정산서"),
    "number": ("Statement no.", "정산서 번호"),
    "partner": ("Partner", "파트너"),
    "network": ("Network", "네트워크"),
    "currency": ("Currency", "통화"),
    "windows": ("Windows", "정산 기간"),
    "from": ("From", "시작"),
    "to": ("To", "종료"),
    "entry": ("entry", "항목"),
    "summary": ("Summary", "요약"),
    "opening": ("Brought forward", "이월 금액"),
    "payable": ("Payable", "지급액"),
    "receivable": ("Receivable", "수취액"),
    "supplies": ("Points and other, net", "포인트 및 기타 순액"),
    "fees": ("Fees, net", "수수료 순액"),
    "tax": ("Tax, net", "세금 순액"),
    "net": ("Net", "순액"),
    "closing": ("To be settled", "정산할 금액"),
    "pays": ("You pay", "지급하실 금액"),
    "receives": ("You receive", "받으실 금액"),
    "nothing": ("Nothing is due", "정산할 금액이 없습니다"),
    "sums": ("By counterparty and kind", "거래 상대방 및 종류별"),
    "counterparty": ("Counterparty", "거래 상대방"),
    "kind": ("Kind", "종류"),
    "count": ("Lines", "건수"),
    "contracts": ("Contracts", "계약"),
    "contract": ("Contract", "계약"),
    "total": ("Total", "합계"),
    "carried": ("Brought forward from earlier windows", "이전 기간 이월"),
    "window": ("Window", "기간"),
    "invoices": ("Invoices", "청구 내역"),
    "invoice": ("Invoice", "청구 번호"),
    "creditor": ("Supplier", "공급자"),
    "debtor": ("Customer", "공급받는 자"),
    "amount": ("Amount", "금액"),
    "lines": ("Lines", "거래 내역"),
    "sequence": ("Entry", "항목"),
    "place": ("No.", "순번"),
    "time": ("Time (UTC)", "시각(UTC)"),
    "transfer": ("Transfer", "거래"),
    "event": ("Event", "유형"),
    "row": ("Row", "구분"),
    "kind_code": ("Code of the kind", "종류 코드"),
    "event_code": ("Code of the event", "유형 코드"),
    "row_code": ("Code of the row", "구분 코드"),
    "none": ("There are no lines in this period.", "이 기간에는 거래가 없습니다."),
    "elsewhere": (
        "{lines} lines, not printed here; all of them are in the CSV, XLSX and JSON forms.",
        "거래 {lines}건은 여기에 인쇄하지 않습니다. 전체는 CSV, XLSX, JSON에 있습니다.",
    ),
    "many": (
        "{lines} lines; the first {shown} are printed. All of them are in the CSV and JSON forms.",
        "거래 {lines}건 중 처음 {shown}건만 인쇄합니다. 전체는 CSV와 JSON에 있습니다.",
    ),
    "page": ("Page {page} of {pages}", "{pages}쪽 중 {page}쪽"),
    "cites": (
        "Log {origin}, checkpoint of {size} entries, root {root}",
        "원장 로그 {origin}, 항목 {size}건의 체크포인트, 루트 {root}",
    ),
    "sign": (
        "Net is payable less receivable: positive is owed by the partner, negative is owed to it.",
        "순액은 지급액에서 수취액을 뺀 금액입니다. 양수는 파트너가 지급하고, 음수는 받습니다.",
    ),
}

# What is owed for, what happened, and what a row of the CSV is: words for a code.
CODES: dict[str, tuple[str, str]] = {
    "EXCHANGE": ("Exchange", "포인트 교환"),
    "REDEEM": ("Redemption", "포인트 사용"),
    "FUNDING": ("Points bought", "포인트 매입"),
    "FEE": ("Fee", "수수료"),
    "PERIODIC_FEE": ("Periodic fee", "정기 수수료"),
    "TAX": ("Tax", "세금"),
    "CLAIM": ("Claim of a default", "채무 불이행 청구"),
    "CORRECTION": ("Correction", "정정"),
    "BANK": ("Bank line", "은행 거래"),
    # Transfers and entries that owe something
    "ISSUE": ("Issue", "포인트 적립"),
    "CAPTURE": ("Capture of a hold", "보류 확정"),
    "REVERSE": ("Reversal", "취소"),
    "obligation.charged": ("Charge at closing", "마감 부과"),
    "obligation.corrected": ("Correction", "정정"),
    "bank.carried": ("Bank line", "은행 거래"),
    # Rows
    "CARRIED": ("Brought forward", "이전 기간 이월"),
    "LINE": ("Line", "거래 내역"),
    "OPENING": ("Brought forward, in all", "이월 금액"),
    "SUPPLIES": ("Points and other, net", "포인트 및 기타 순액"),
    "FEES": ("Fees, net", "수수료 순액"),
    "TAXES": ("Tax, net", "세금 순액"),
    "CLOSING": ("To be settled", "정산할 금액"),
}


def code_words(code: str, language: str) -> str:
    """Return what a kind, an event or a row is called; a code without words stands for itself."""
    words = CODES.get(code)
    return words[LANGUAGES.index(language)] if words else code


def say(key: str, language: str, /, **facts: str | int) -> str:
    """Return a label with its facts filled in."""
    text = WORDS[key][LANGUAGES.index(language)]
    return text.format(**facts) if facts else text
