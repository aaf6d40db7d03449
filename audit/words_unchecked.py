"""Why a check was not made, English and Korean: what `audit.words` says of it."""

from typing import Final

UNCHECKED: Final[dict[str, tuple[str, str]]] = {
    "no_bundle": (
        "{name}: there is no log here to look at, receipts alone.",
        "{name}: 로그 없이 영수증만 검증했습니다.",
    ),
    "incomplete": (
        "{name}: not the whole log could be read.",
        "{name}: 로그를 끝까지 읽을 수 없었습니다.",
    ),
    "unreadable": (
        "{name}: there is no checkpoint that could be read.",
        "{name}: 읽을 수 있는 체크포인트가 없습니다.",
    ),
    "witnesses.no_policy": (
        (
            "Witnesses: no policy was given. Nobody but the operator vouches that this log was not"
            " rewritten and signed anew."
        ),
        (
            "증인: 정책이 주어지지 않았습니다. 이 로그가 다시 쓰이고 다시 서명되지 않았다는"
            " 것은 운영자만이 보증합니다."
        ),
    ),
    "witnesses.no_quorum": (
        (
            "Witnesses: your policy asks for none. Nobody but the operator vouches that this log"
            " was not rewritten and signed anew."
        ),
        (
            "증인: 정책이 증인을 요구하지 않습니다. 이 로그가 다시 쓰이고 다시 서명되지 않았다는"
            " 것은 운영자만이 보증합니다."
        ),
    ),
    "no_entries": (
        "{name}: entries were not read; that needs an API key with the right to (--token-file).",
        "{name}: 항목을 읽지 않았습니다. 읽을 권한이 있는 API 키가 필요합니다(--token-file).",
    ),
    "files.no_files": (
        "Files: there is no bundle, only an address.",
        "파일: 묶음이 없고 주소만 있습니다.",
    ),
    "ledger.no_rows": (
        (
            "Ledger: every effect was replayed and is possible, but the ledger's rows are in a"
            " bundle alone, and were not compared."
        ),
        "원장: 모든 항목을 재현할 수 있었으나, 원장의 행은 묶음에만 있어 견주지 못했습니다.",
    ),
    "times.no_cosignature": (
        "Times: no cosignature or stamp bounds them; they are the operator's word.",
        "시각: 이를 뒷받침하는 공동 서명이나 시점 확인이 없습니다. 시각은 운영자의 말일 뿐입니다.",
    ),
    "times.clocks_disagree": (
        (
            "Times: witnesses' clocks differ by over {tolerance} seconds, and by some of them"
            " entries bear wrong times: {disputed} (witness, size, time). Too few of them cosigned"
            " to tell whose clock it is."
        ),
        (
            "시각: 증인들의 시계가 {tolerance}초 넘게 어긋나며, 그중 일부에 따르면 항목의 시각이"
            " 틀립니다: {disputed}(증인, 크기, 시각). 공동 서명한 증인이 적어 어느 시계가 틀렸는지"
            " 가릴 수 없습니다."
        ),
    ),
    "times.simulated": (
        "Times: the log's clock is simulated.",
        "시각: 이 로그의 시계는 가상입니다.",
    ),
    "earlier.not_given": (
        "Earlier checkpoints: none was given. A log rewritten before you had it looks the same.",
        "이전 체크포인트: 주어지지 않았습니다. 받으시기 전에 다시 쓰인 로그도 똑같아 보입니다.",
    ),
    "receipts.not_given": ("Receipts: none was given.", "영수증: 주어지지 않았습니다."),
    "statements.not_given": ("Statements: none was given.", "정산서: 주어지지 않았습니다."),
    "stamps.no_stamps": (
        "Time stamps of a third party (RFC 3161): there are none here.",
        "제3자의 시점 확인(RFC 3161): 여기에는 없습니다.",
    ),
    "stamps.no_authority": (
        (
            "Time stamps of a third party (RFC 3161): there are some, but no certificate of an"
            " authority that you trust was given (--tsa-cert)."
        ),
        (
            "제3자의 시점 확인(RFC 3161): 있으나, 신뢰하시는 기관의 인증서가 주어지지"
            " 않았습니다(--tsa-cert)."
        ),
    ),
    "author_signatures.never": (
        (
            "Partners' signatures under their own commands: an entry names the key that was used,"
            " on the operator's word."
        ),
        "파트너가 명령에 한 서명: 항목에 적힌 키를 썼다는 것은 운영자의 말입니다.",
    ),
    "payloads.never": (
        "Payloads: names and references lie outside the log; their digests were not opened.",
        "부속 자료: 이름과 참조 번호는 로그 밖에 있으며, 그 해시값을 대조하지 않았습니다.",
    ),
    "revocations.never": (
        (
            "Whether certificates of time stamping authorities were revoked: no list of theirs and"
            " no responder was asked."
        ),
        "시점 확인 기관의 인증서가 폐기되었는지: 폐기 목록도 응답 서버도 조회하지 않았습니다.",
    ),
    "rules.never": (
        (
            "Rules that no contract states: expiry dates, daily caps, limits of consents, the order"
            " in which points are spent, what gifts and corrections carry over, the cost of lots"
            " of an exchange whose target's owner stood behind the points; which days a closing"
            " schedule's calendar has as holidays, and how far its zone is ahead of UTC; whether"
            " two subjects are two humans, and who agreed to keys of the operator's that were given"
            " before its log began to ask for two."
        ),
        (
            "계약에 없는 규칙: 유효 기간, 일일 한도, 동의 한도, 포인트 사용 순서, 선물과 정정이"
            " 넘기는 원가, 교환 대상의 발행사가 스스로 보증하던 포인트의 원가, 마감 일정의 달력이"
            " 정한 휴일과 그 시간대의 시차, 두 담당자가 서로 다른 사람인지, 로그가 두 사람의 합의를"
            " 요구하기 전에 준 운영자 키에 누가 합의했는지."
        ),
    ),
}
