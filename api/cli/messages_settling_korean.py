"""Error codes of `dure settle` in Korean: the same codes and facts as ``messages_settling``."""

from __future__ import annotations

SETTLING_KOREAN: dict[str, str] = {
    # Who acts, and in which state
    "SUBJECT_UNKNOWN": "{subject}은(는) 쓰기 가능한 유효 키를 가진 운영자 담당자가 아닙니다. dure"
    " init이 만든 담당자는 홈의 operator-keys.json에 subject로 있습니다.",
    "SAME_SUBJECT": "제안한 사람은 결정할 수 없습니다. 다른 담당자가 자기 subject로 같은 명령을"
    " 실행합니다.",
    "VALUE_INVALID": "{value}은(는) 여기에 쓸 수 없습니다. 가능한 값: {reason}.",
    "TIME_MALFORMED": "{value}은(는) 시각이 아닙니다. 2026-12-10T00:00:00Z처럼 UTC로 쓰십시오.",
    "TIME_ZONE_UNKNOWN": "{value}은(는) 시간대가 아닙니다. Asia/Seoul처럼 쓰십시오.",
    "DEADLINE_INVALID": "시각은 {minimum}과 {maximum} 사이여야 합니다.",
    "NOTHING_TO_SETTLE": "정산을 기다리는 마감된 {currency} 기간이 없습니다. dure settle close로"
    " 마감하고, 진행 상황은 dure settle status로 보십시오.",
    "NOTHING_TO_SETTLE.NONE_CLOSED": "마감된 {currency} 기간이 아직 없습니다. 열린 기간은"
    " {open}입니다. 마감: dure settle close --currency {currency}",
    "NOTHING_TO_SETTLE.EMPTY": "정산을 기다리는 {currency} 기간이 없습니다. 마지막으로 마감된"
    " 기간 {period}에는 채권·채무가 없어 마감과 함께 정산 완료(SETTLED)되었습니다. 열린"
    " 기간은 {open}입니다.",
    "NOTHING_TO_SETTLE.SETTLED": "정산을 기다리는 {currency} 기간이 없습니다. 마지막으로 마감된"
    " 기간 {period}은(는) 이미 정산 완료(SETTLED)되었습니다. 열린 기간은 {open}입니다.",
    "NOTHING_TO_SETTLE.SETTLING": "정산을 기다리는 {currency} 기간이 없습니다. 마지막으로 마감된"
    " 기간 {period}은(는) 이미 정산 중입니다. 확인: dure settle status",
    "SETTLEMENT_UNKNOWN": "정산 {settlement}이(가) 없습니다. 끝나지 않은 정산: dure settle status",
    "SETTLEMENT_STATE": "정산 {settlement}의 상태는 {state}이며, 이 상태에서는 할 수 없습니다.",
    "SETTLEMENT_UNCHANGED": "정산 {settlement}은(는) 이미 {state} 상태이며 달라진 것이 없습니다.",
    "PAY_BY_PASSED": "정산 {settlement}의 납부 기한 {pay_by}이(가) 지나 제때 납부할 수 없습니다."
    " 중단하고 창을 새로 상계해 주십시오: dure settle abort, 이어서 create.",
    "FUNDS_UNCLEAR": "dure settle funds PARTNER CAP AMOUNT --currency CURRENCY처럼, CAP 자리에는"
    " PREFUND_IN이나 PREFUND_OUT도 쓸 수 있습니다. 아무것도 쓰지 않으면 모두를 보여 줍니다.",
    "PROPOSAL_UNKNOWN": "제안 {proposal}이(가) 없습니다. 대기 중인 제안: dure settle status",
    "PROPOSAL_PENDING": "같은 대상의 제안 {proposal}이(가) 대기 중이며 금액이나 값이 다를 수"
    " 있습니다. 확인: dure settle status. 다른 담당자가 승인하거나 기각합니다: dure settle"
    " decide {proposal} [--reject]",
    "PROPOSAL_DECIDED": "제안 {proposal}은(는) 이미 {state} 상태이며 달라진 것이 없습니다.",
    "REJECTION_MISSING": "정산 {settlement}의 지급 파일이 이미 나갔습니다. 은행의 지급 거절이"
    " 기록된 뒤에만 중단할 수 있습니다: dure settle record-payment {settlement} PARTNER --document"
    " FILE --rejected",
    # Bank accounts and payment files
    "ACCOUNTS_MISSING": "{path}이(가) 없습니다. 제휴사마다의 은행 계좌와, OPERATOR 아래 집금"
    " 계좌를 적는 JSON 파일이며, README의 Settlement에 예가 있습니다. 만들거나 --accounts"
    " FILE로 다른 파일을 지정해 주십시오.",
    "ACCOUNTS_CHANGED": "정산 {settlement}의 승인 대상 은행 계좌와 목록이 다릅니다: {partners}. "
    "작성된 파일은 없습니다. 계좌를 되돌리거나, 새 계좌가 맞다면 두 사람이 승인하십시오: "
    "dure settle approve {settlement} (이전 계좌로 대기 중인 제안은 먼저 기각합니다: "
    "dure settle decide PROPOSAL --reject).",
    "ACCOUNT_MISSING": "은행 계좌 목록에 {partner}의 계좌가 없습니다. 추가하거나 --accounts로"
    " 다른 목록을 지정해 주십시오.",
    "ACCOUNTS_INVALID": "은행 계좌 목록의 {path}이(가) 올바르지 않습니다: {reason}.",
    "ACCOUNT_NUMBER_INVALID": "{path}은(는) 계좌 번호가 아닙니다: {reason}.",
    "BANK_UNKNOWN": "{path}: 코드가 {value}인 한국 은행은 없습니다. 004처럼 세 자리입니다.",
    "BIC_INVALID": "{path}: {value}은(는) BIC가 아닙니다: {reason}.",
    "IBAN_INVALID": "{path}: {value}은(는) IBAN이 아닙니다: {reason}.",
    "FILE_DIFFERS": "{partner}의 지급 파일이 로그에 기록된 {message}과(와) 다르게 만들어집니다."
    " 처음과 같은 계좌와 --execute-on으로 실행해 주십시오. 쓰인 파일은 없습니다.",
    "EXECUTE_ON_TOO_LATE": "{value}에 지급하면 정산의 납부 기한이 지납니다. 늦어도 {last}입니다.",
    "DATE_INVALID": "{path}의 {value}은(는) 날짜가 아닙니다.",
    # Banks' statements
    "AMOUNT_MALFORMED": "{path}의 {value}은(는) 금액이 아닙니다.",
    "AMOUNT_TOO_FINE": "{path}의 {value}은(는) {currency}의 소수 {decimals}자리를 넘습니다.",
    "CSV_ENCODING": "{encoding} 텍스트 파일이 아닙니다: {reason}. 매핑의 encoding이 읽는 방법을"
    " 정합니다.",
    "CSV_HEADING_MISSING": "매핑의 제목 {heading}이(가) {path}에 {found}번 있습니다. 한 번 있어야"
    " 합니다. 제목 위의 행 수는 매핑의 skip이 정합니다.",
    "MAPPING_INVALID": "매핑의 {path}이(가) 올바르지 않습니다: {reason}.",
    "STATEMENT_INCOMPLETE": "은행 거래 명세에 {path}이(가) 없습니다.",
    "STATEMENT_TOO_LARGE": "{path}이(가) {limit}바이트를 넘습니다. 은행에 더 짧은 기간으로 요청해"
    " 주십시오.",
    "XML_MALFORMED": "{line}행은 XML이 아닙니다: {reason}. 은행의 CSV에는 --mapping이 필요합니다.",
    "XML_NAMESPACE": "camt.053(001.02, 001.08) 파일이 아니라 {namespace}의 {root}입니다.",
}
