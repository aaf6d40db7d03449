"""What did not hold, English and Korean: what `audit.words` says of a check that failed."""

from typing import Final

NOT_HELD: Final[dict[str, tuple[str, str]]] = {
    "stamps.failed": (
        "A time stamp is not what an authority that you trust says of its checkpoint.",
        "시점 확인이 신뢰하시는 기관이 그 체크포인트에 대해 한 말이 아닙니다.",
    ),
    "checkpoint.failed": (
        "The checkpoint is not one that the key {key} signed for this log.",
        "체크포인트는 키 {key}가 이 로그에 서명한 것이 아닙니다.",
    ),
    "keys.failed": (
        "The walk from the key that you trust to the key that signs today does not hold.",
        "신뢰하시는 키에서 오늘 서명하는 키까지의 이어짐이 성립하지 않습니다.",
    ),
    "files.failed": (
        "Files of the bundle are missing, unreadable, or should not be there.",
        "묶음의 파일이 없거나 읽을 수 없거나 있어서는 안 됩니다.",
    ),
    "entries.failed": (
        "Entries are out of form, out of order, or not chained ({entries} of {size} were read).",
        "항목의 형식, 순서 또는 사슬이 어긋납니다(항목 {size}건 중 {entries}건을 읽음).",
    ),
    "tree.failed": (
        "The entries or tiles are not those that the signed root stands for.",
        "항목이나 타일이 서명된 루트가 뜻하는 것과 다릅니다.",
    ),
    "authors.failed": (
        "Entries were written by authors who had no right to write them.",
        "권한이 없는 작성자가 쓴 항목이 있습니다.",
    ),
    "contracts.failed": (
        "A contract lacks a signature, binds others than its parties, or was not in force.",
        "당사자의 서명이 없거나, 당사자 아닌 이를 묶거나, 유효하지 않을 때 인용된 계약이 있습니다.",
    ),
    "consents.failed": (
        "Members' points were debited without their consent.",
        "회원의 동의 없이 포인트를 차감한 항목이 있습니다.",
    ),
    "prices.failed": (
        "Points or money differ from what the cited contracts give.",
        "포인트나 금액이 인용된 계약으로 계산한 값과 다릅니다.",
    ),
    "four_eyes.failed": (
        "Something was done on one person's word that two people must agree on.",
        "두 사람이 합의해야 하는 일이 한 사람의 뜻으로 이루어졌습니다.",
    ),
    "charges.failed": (
        "What closings and defaults charged is not what the declared policies and rules give.",
        "마감과 채무 불이행의 부과가 선언된 정책과 규칙으로 계산한 값과 다릅니다.",
    ),
    "ledger.failed": (
        "The ledger is not what the entries make.",
        "원장이 항목에서 나온 것과 다릅니다.",
    ),
    "witnesses.failed": (
        (
            "The witnesses whom your policy asks for do not vouch for the checkpoint; those who do:"
            " {witnesses}."
        ),
        "정책이 요구하는 증인들이 체크포인트를 보증하지 않습니다. 보증한 증인: {witnesses}.",
    ),
    "times.failed": (
        "Entries bear times that witnesses or time stamps contradict by over {tolerance} seconds.",
        "항목의 시각이 증인이나 시점 확인의 시계와 {tolerance}초 넘게 어긋납니다.",
    ),
    "earlier.failed": (
        "The log is not a continuation of what you kept of it.",
        "로그는 보관하신 체크포인트를 이어 가지 않습니다.",
    ),
    "receipts.failed": (
        "A receipt does not prove its entry, or the log has another entry in its place.",
        "영수증이 항목을 증명하지 못하거나, 로그의 그 자리에 다른 항목이 있습니다.",
    ),
    "statements.failed": (
        "A statement is not what the entries make of its windows.",
        "정산서가 해당 기간의 항목에서 나온 것과 다릅니다.",
    ),
    "author_signatures.failed": (
        (
            "A command is not what its entry binds, or its author did not sign it, or not for that,"
            " or its entry did other than it asks for."
        ),
        (
            "명령이 항목에 묶인 것과 다르거나, 작성자가 서명하지 않았거나 다른 데에 서명했거나,"
            " 항목이 명령과 다른 일을 했습니다."
        ),
    ),
    "payloads.failed": (
        (
            "A payload is not the one that its entry binds, is kept back though nobody was erased,"
            " or is shown though its member was."
        ),
        (
            "부속 자료가 항목에 묶인 것과 다르거나, 삭제된 회원이 없는데도 제시되지 않았거나,"
            " 삭제된 회원의 것인데도 제시되었습니다."
        ),
    ),
}
