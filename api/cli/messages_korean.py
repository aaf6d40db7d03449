"""Error codes in words, in Korean: the same codes and facts as ``messages`` has in English."""

from __future__ import annotations

from api.cli.messages_settling_korean import SETTLING_KOREAN

KOREAN_MESSAGES: dict[str, str] = {
    "AMOUNT_TOO_LARGE": "스프레드시트는 {digits}자리까지 정확합니다. {amount}(최소 단위)은 그보다"
    " 길어 반올림됩니다. --format에서 xlsx를 빼 주십시오.",
    "ALREADY_FOUNDED": "데이터베이스에 이미 네트워크 {origin}이(가) 있습니다.",
    "OPERATOR_KEYS_INVALID": "{path}이(가) dure init이 쓴 첫 두 담당자의 키 파일이 아닙니다.",
    "KEY_NEEDS_PROPOSAL": "운영자를 대신할 키는 두 담당자가 합의합니다. 소지할 사람이 dure key"
    " new를 실행하고, 한 담당자가 dure key grant로 제안하면 다른 담당자가 같은 명령으로"
    " 승인합니다.",
    "MAKER_REVOKED": "제안한 담당자의 키가 모두 폐기되었습니다. 다른 담당자가 다시 제안합니다.",
    "AUDIT_OUT_NOT_EMPTY": "{path}이(가) 비어 있지 않습니다. 내보내기는 기존 파일을 바꾸지"
    " 않습니다.",
    "BANK_LINE_DIFFERS": "은행 거래 {line}의 대기 금액은 {amount}이며,"
    " 출금이면 음수입니다. 요청한 지급과 다릅니다.",
    "BANK_LINE_STATE": "은행 거래 {line}은(는) 이미 처리되었거나 대기 금액이 다릅니다: {state}.",
    "BANK_LINE_UNKNOWN": "대기 중인 은행 거래 {line}이(가) 없습니다. 목록: dure settle unmatched",
    "BOOKS_DIFFER": "{partner}, {unit}: 분개장 합계 {journal}과(와) 포인트"
    " 묶음 합계 {lots}이(가) 다릅니다. 실행: dure doctor",
    "BOOKS_EXIST": "{path}이(가) 이미 있습니다. 장부는 새 폴더나 빈 폴더에 씁니다.",
    "BOOKS_NOT_WRITTEN": "{path}에 쓸 수 없습니다: {reason}.",
    "BOOKS_POLICY_INVALID": "회계 정책의 {at}이(가) 올바르지 않습니다: {reason}.",
    "BUNDLE_EXISTS": "{path}이(가) 이미 있습니다. 내보내기는 새 폴더나 빈 폴더에 합니다.",
    "BUNDLE_WRITE": "{path}에 쓸 수 없습니다: {reason}.",
    "CHECK_INTERRUPTED": "점검이 외부에서 중단되었습니다. 다시 실행해 주십시오.",
    "CONTRACT_TERMS_INVALID": "{path}은(는) 계약 조건 파일이 아닙니다: {reason}.",
    "DATABASE_DIRECTORY_MISSING": "데이터베이스를 둘 폴더 {path}이(가) 없습니다.",
    "DATABASE_NOT_A_DATABASE": "{path}은(는) 데이터베이스가 아닙니다.",
    "DATABASE_UNREACHABLE": "데이터베이스 {path}에 연결할 수 없습니다: {reason}",
    "DATABASE_URL_INVALID": "데이터베이스 주소를 알 수 없습니다. 형식: {expected}.",
    "DEMO_INTERRUPTED": "데모가 중단되었고, 남은 것은 없습니다.",
    "MEMBER_UNKNOWN": "로그에 회원 {member}이(가) 없습니다.",
    "ENTRY_UNKNOWN": "로그에 항목 {seq}이(가) 없습니다. 항목 수: {size}.",
    "FILE_EXISTS": "{path}이(가) 이미 있으며, 바꾸지 않습니다.",
    "FILE_NOT_READABLE": "{path}을(를) 읽을 수 없습니다: {reason}.",
    "FILE_NOT_USABLE": "{path}을(를) 쓸 수 없습니다: {reason}.",
    "FILE_NOT_WRITTEN": "{path}에 쓸 수 없습니다: {reason}.",
    "FORMAT_UNKNOWN": "{format} 형식은 없습니다. 가능한 형식: {known}.",
    "FORMAT_NEWER": "{path}의 형식 {found}은(는) 이 프로그램보다 나중 것입니다. 이 프로그램이"
    " 아는 형식: {known}. 그 프로그램을 실행해 주십시오.",
    "DATABASE_MISSING": "{path}이(가) 없습니다. 되돌려 놓거나 실제 데이터베이스를 지정해 주십시오.",
    "HOME_MISSING": "{path}에 네트워크가 없습니다. 만들기: dure init --home {path}",
    "FENCE_NOT_MOVED": "로그의 항목은 {size}건이지만 최고 수위 표시를 옮기지 못했습니다:"
    " {reason}. 기록된 것에 대한 응답은 옮겨진 뒤에 나갑니다.",
    "LOCKS_MISSING": "{path}을(를) 잠글 수 없습니다: {reason}. 홈 폴더는 잠금이 되는 파일"
    " 시스템에 두어야 하며, 일부 네트워크 파일 시스템은 되지 않습니다.",
    "FENCE_MALFORMED": "{path}은(는) 이 프로그램의 최고 수위 표시가 아닙니다.",
    "HOME_NOT_A_FOLDER": "{path}은(는) 파일입니다. 네트워크는 폴더에 둡니다.",
    "HOME_NOT_EMPTY": "{path}이(가) 비어 있지 않습니다. 새 네트워크에는 빈 폴더가 필요합니다.",
    "HOME_NOT_WRITABLE": "{path}을(를) 만들 수 없습니다: {reason}.",
    "KEY_FILE_NEWER": "{path}의 형식 {found}은(는) 이 프로그램보다 나중 것입니다. 이 프로그램이"
    " 아는 형식: {known}. 그 프로그램을 실행해 주십시오.",
    "KEY_FOREIGN": "{path}의 키는 {origin} 로그를 시작한 키가 아닙니다.",
    "CURRENCY_MISSING": "--currency 통화코드로 지정하거나, --due로 일정에 따른 마감을 하십시오.",
    "CURRENCY_UNKNOWN": "{currency}은(는) 제휴사가 정산하는 통화가 아닙니다. KRW처럼 ISO 4217"
    " 코드를 대문자로 쓰십시오.",
    "CUT_OFF_INVALID": "로그의 항목은 {size}건입니다. 키를 {cut_off}까지 믿을 수는 없습니다.",
    "CUT_OFF_NEEDED": "--compromised와 --cut-off SIZE는 함께 씁니다. 이전 키의 서명을 몇 번째"
    " 항목까지 믿을지 지정합니다.",
    "LANGUAGE_UNKNOWN": "{language} 언어는 지원하지 않습니다. 가능한 언어: {known}.",
    "LOG_KEY_MISSING": "로그는 {key} 키로 서명되었지만 {path}에 그 키의 파일이 없습니다. 키를"
    " 바꾼 홈에서 복사해 오십시오.",
    "LOG_KEYS_BROKEN": "로그 항목에서 키의 이력이 이어지지 않습니다: {reason}.",
    "QUORUM_NEEDED": "침해된 키는 증인 정책이 정족수를 정한 경우에만 바꿀 수 있습니다. 증인의"
    " 서명이 이전 키의 서명을 대신합니다.",
    "ROTATION_RUNNING": "다른 프로세스가 {path}의 키를 바꾸고 있습니다.",
    "ROTATIONS_TOO_MANY": "키를 이미 {rotations}번 바꾸었으며, 더 바꿀 수 없습니다.",
    "HANDOVER_INVALID": "{path}은(는) 알려진 키에서 로그를 넘겨주지 않습니다: {reason}.",
    "LOG_BEHIND": "로그의 항목은 {size}건이지만 {path}의 기록은 {remembered}건입니다. 오래된"
    " 사본으로 복원했거나 다른 데이터베이스입니다. 더 새로운 데이터베이스를 복원해 주십시오.",
    "LOG_BEHIND_WITNESS": "로그의 항목은 {size}건이지만 증인 {witness}의 서명은"
    " {remembered}건입니다. 오래된 사본으로 복원한 것입니다. 더 새로운 것을 복원하기 전에는"
    " 로그가 서명하지 않습니다.",
    "LOG_FORKED_WITNESS": "로그의 처음 {remembered}건이 증인 {witness}이(가) 서명한 것과"
    " 다릅니다. 이름만 같은 다른 데이터베이스입니다. 맞는 것을 복원해 주십시오.",
    "LOG_FORKED": "로그가 {path}의 기록과 크기 {remembered}에서 다릅니다. 이름만 같은 다른"
    " 데이터베이스입니다. 맞는 것을 복원해 주십시오.",
    "MIGRATION_FAILED": "스키마를 {revision}(으)로 옮기지 못했습니다: {reason}. 이전 그대로입니다.",
    "NOT_INITIALISED": "데이터베이스에 네트워크가 없습니다. 만들기: dure init --home {path}",
    "ORIGIN_INVALID": "{origin}은(는) 로그 이름이 될 수 없습니다. 공백과 더하기 기호 없이"
    " 255자까지입니다.",
    "PARTNER_UNKNOWN": "네트워크에 제휴사 {partner}이(가) 없습니다.",
    "PASSPHRASE_MISSING": "암호문이 필요합니다. DURE_PASSPHRASE 또는 DURE_PASSPHRASE_FILE을"
    " 설정하거나 {path}에 넣어 주십시오.",
    "PASSPHRASE_WRONG": "암호문으로 {path}을(를) 열 수 없습니다.",
    "POLICY_INVALID": "{path}은(는) 증인 정책이 아닙니다: {reason}.",
    "POLICY_UNREADABLE": "{path}을(를) 읽을 수 없습니다: {reason}.",
    "PORT_TAKEN": "{host}의 포트 {port}은(는) 다른 프로그램이 쓰고 있습니다. --port로 바꿔"
    " 주십시오.",
    "PURCHASES_MALFORMED": "{path}, {line}행: {reason}.",
    "RATE_MISSING": "구매 적립률을 --rate NUM/DEN(파일 통화의 최소 단위당 포인트)으로 지정해"
    " 주십시오. 포인트 단위 {unit}에는 자체 적립률이 없습니다.",
    "RATIO_MALFORMED": "{value}은(는) 분수가 아닙니다. 1/10처럼 NUM/DEN으로 쓰십시오.",
    "RECEIPT_EXISTS": "{path}이(가) 이미 있습니다. 다른 폴더를 쓰거나 --force로 바꾸십시오.",
    "REVISION_UNKNOWN": "개정 {revision}은(는) 없습니다. 이 프로그램의 개정: {known}.",
    "SIZES_UNKNOWN": "로그의 크기는 0에서 {size}까지였습니다. {old}에서 {new}까지는 증명할 수"
    " 없습니다.",
    "CHECKPOINT_UNKNOWN": "항목 {size}건의 서명된 체크포인트가 없습니다. NEW_SIZE를 빼면 현재"
    " 제공되는 것까지 증명합니다.",
    "IDEMPOTENCY_KEY_MISSING": "{path}에 variables.input.idempotencyKey가 없습니다."
    " --idempotency-key로 지정해 주십시오.",
    "REQUEST_INVALID": "{path}은(는) {maximum}바이트 이하의 JSON 객체가 아닙니다.",
    "REQUEST_UNREADABLE": "{path}을(를) 읽을 수 없습니다: {reason}.",
    "SCHEMA_MISSING": "데이터베이스에 아직 표가 없습니다. 실행: dure migrate",
    "SCHEMA_NEWER": "데이터베이스의 스키마 {found}은(는) 이 프로그램보다 나중 것입니다. 이"
    " 프로그램은 {latest}까지 압니다. 그 프로그램을 실행해 주십시오. 바뀐 것은 없습니다.",
    "SCHEMA_OLDER": "데이터베이스의 스키마는 {found}이고 이 프로그램에는 {expected}이(가)"
    " 필요합니다. 백업하고 다른 서버를 멈춘 뒤 실행: dure migrate",
    "SETTING_INVALID": "설정 {setting}이(가) 올바르지 않습니다: {reason}.",
    "UNIT_NOT_CHOSEN": "{partner}에는 포인트 단위 {units}이(가) 있습니다. --unit으로 하나를"
    " 고르십시오.",
    "UNIT_UNKNOWN": "이 제휴사에 포인트 단위 {unit}이(가) 없습니다.",
    "USAGE_INVALID": "{reason}. 도움말: dure --help",
    "STATEMENT_TOO_LONG": "정산서 하나에는 거래 내역 {maximum}건까지 들어갑니다. 기간을 줄여"
    " 주십시오.",
    "STATE_FOREIGN": "{path}은(는) 이 증인이 쓴 파일이 아닙니다({reason}). 남의 기록에서 이어"
    " 가는 증인은 갈라진 로그에 서명할 수 있습니다. 파일을 복원해 주십시오.",
    "STATE_FOLDER": "{path}을(를) 쓸 수 없습니다: {reason}. 증인의 기록은 잠금이 되는 자기"
    " 컴퓨터의 파일 시스템에 둡니다.",
    "STATE_LOST": "이 증인은 {origin}에 서명한 적이 있지만 그 기록 {path}이(가) 없어졌습니다."
    " 파일을 되돌려 놓으십시오. 사본이 없으면, 다른 증인과 제휴사가 가진 로그에서 이어지는지"
    " 확인하고 한 번만 다음으로 시작하십시오: --begin-anew {origin}",
    "STATE_PRESENT": "{origin}의 기록은 없어지지 않았습니다: {path}. --begin-anew를 빼 주십시오.",
    "STATE_IN_USE": "이 증인의 다른 프로세스가 {path}을(를) 쓰고 있습니다.",
    "WINDOWS_NOT_CONSECUTIVE": "정산 기간 {windows}: 이어지는 기간을 오래된 것부터 지정해"
    " 주십시오.",
    "WINDOW_STATE": "{currency} 정산 기간 {period}의 상태는 {state}입니다. 정산서와 정산은 마감된"
    " 기간으로 만들고, 열린 기간만 마감합니다.",
    "WINDOW_UNKNOWN": "{currency} 정산 기간 {period}은(는) 없습니다.",
    "SCHEDULE_INVALID": "{value}은(는) 마감 일정이 아닙니다. {part}: {reason}.",
    "SCHEDULE_NONE": "{currency} 기간을 마감하는 일정이 없습니다: dure settle schedule",
    "SUBJECT_MISSING": "--as SUBJECT로 누가 하는지 밝혀 주십시오. 두 사람이 정할 일은 자동 작업이"
    " 하지 않습니다.",
    "WITNESSES_SILENT": "서명한 증인이 모자랍니다({failed}). 필요한 수: {quorum}.",
    "WITNESS_LOGS_MISSING": "증인이 될 로그를 --log VKEY로, 로그마다 한 번씩 지정해 주십시오.",
    "WITNESS_MALFORMED": "{path}은(는) 이 증인의 키와 맞지 않습니다: {reason}.",
    "WITNESS_MISSING": "{path}에 증인이 없습니다. 만들기: dure audit witness --init --name NAME"
    " --home {path}",
    "WRITE_REFUSED": "{step} 단계가 거절되었습니다: {refusal} {facts}",
    "SUBJECT_REVOKED": "{subject}이(가) 쓰던 API 키가 그사이 폐기되었습니다. 처리된 것은"
    " 그대로입니다. 나머지는 키가 유효한 사람이 --as로 같은 명령을 다시 실행해 주십시오.",
    "WRITER_FAULT": "{step} 단계에서 데이터베이스가 더 받지 못했습니다: {fault}. 같은 명령을 다시"
    " 실행해 주십시오. 처리된 것은 두 번 처리되지 않습니다.",
    **SETTLING_KOREAN,
}
