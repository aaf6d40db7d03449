"""What a report of linkage says, in English and Korean."""

from __future__ import annotations

from typing import Final

from api.linkage import DESTROYED, ELSEWHERE, ENTRIES, NOTHING, PERSON, REMAINS

LANGUAGES: Final = ("en", "ko")

WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("What links member {member}", "회원 {member}의 연결 가능성"),
    "trace": ("trace", "흔적"),
    "count": ("count", "개수"),
    "links": ("links to", "연결 대상"),
    "fate": ("erasure", "삭제하면"),
    PERSON: ("the person", "본인"),
    ENTRIES: ("other entries", "다른 항목"),
    NOTHING: ("nothing", "없음"),
    REMAINS: ("leaves it", "남음"),
    DESTROYED: ("destroys it", "파기됨"),
    ELSEWHERE: ("cannot reach it", "미치지 않음"),
    "uncounted": ("not known here", "여기서 알 수 없음"),
    "erased": (
        "Erased at {time}: entry {seq} of the log says so. What is to be destroyed is counted 0.",
        "{time}에 삭제되었습니다. 로그 항목 {seq}에 기록되어 있습니다. 파기 대상은 0이어야 합니다.",
    ),
    "living": (
        "Not erased. The last column says what an erasure would do.",
        "삭제되지 않았습니다. 마지막 열은 삭제할 경우의 결과입니다.",
    ),
    "undone": (
        "Something is there that was to be destroyed: open the network anew, and `dure doctor`.",
        "파기되었어야 할 것이 남아 있습니다. 네트워크를 다시 열고 `dure doctor`를 실행하십시오.",
    ),
    "REFERENCES": (
        "partners' references of the member, as keyed hashes",
        "파트너의 회원 참조 번호(키 있는 해시)",
    ),
    "PAYLOADS": ("payloads: references, encrypted", "부속 자료: 암호화된 참조 번호"),
    "SIGNED_COMMANDS": ("commands that partners signed", "파트너가 서명한 명령"),
    "MEMBER_KEY": (
        "the member's key, which opens these and tests guesses at cmd and pd",
        "회원의 키(위 자료를 열고 cmd와 pd에 대한 추측을 확인함)",
    ),
    "ENTRIES": ("entries of the log under the pseudonym", "가명으로 적힌 로그 항목"),
    "BUNDLES": (
        "entry bundles served to auditors that hold them",
        "그 항목이 든, 감사인에게 제공되는 항목 묶음",
    ),
    "LEDGER_ROWS": ("rows of the ledger under the pseudonym", "가명으로 적힌 원장의 행"),
    "DEBTS": ("debts in points that are open", "남아 있는 포인트 빚"),
    "OTHER_MEMBERS": (
        "other members with whom points were exchanged as gifts",
        "포인트를 선물로 주고받은 다른 회원",
    ),
    "BRANDS": ("brands that the entries name", "항목에 적힌 브랜드"),
    "DEALINGS": (
        "dealings with unit, amount and time: whoever knows when the person bought finds them",
        "단위, 금액, 시각이 적힌 거래: 구매 시각을 아는 사람은 찾을 수 있음",
    ),
    "ALONE": (
        "of these, such that nobody else's has the unit, amount and day: one guess finds them",
        "그중 단위, 금액, 날짜가 같은 다른 회원의 거래가 없는 것: 추측 한 번으로 드러남",
    ),
    "EVIDENCE": (
        "digests of evidence for consents: whoever has the document finds the member",
        "동의 증빙의 해시: 그 문서를 가진 사람은 회원을 찾을 수 있음",
    ),
    "KEPT_ANSWERS": (
        "idempotency keys, as partners chose them: a name in one stays",
        "파트너가 정한 멱등성 키: 이름이 들어 있으면 그대로 남음",
    ),
    "PLAIN_REQUESTS": (
        "of these, kept by release 0.1 with a plain hash: it confirms a guess at the request",
        "그중 0.1판이 키 없는 해시로 남긴 것: 요청에 대한 추측이 확인됨",
    ),
    "REFUSALS": (
        "refusals of the whole network, kept under a key of the vault: of whom, nobody can tell",
        "네트워크 전체의 거절 기록(보관소 키로 해시): 누구의 것인지 알 수 없음",
    ),
    "HASHES": (
        "hashes in public tiles: each entry holds a random id, so none can be guessed at",
        "공개 타일의 해시: 항목마다 무작위 번호가 있어 추측할 수 없음",
    ),
    "PARTNERS": (
        "partners whose own records may hold the pseudonym beside the person",
        "자체 기록에 가명과 본인을 함께 둘 수 있는 파트너",
    ),
    "RECEIPTS": (
        "receipts that were handed out, each with its entry",
        "항목과 함께 내준 영수증",
    ),
    "EXPORTS": (
        "exports made before: log and ledger under the pseudonym",
        "이전에 내보낸 묶음: 가명으로 된 로그와 원장",
    ),
    "DISCLOSURES": (
        "entries laid open before, singly or by --payloads: references with their keys",
        "이전에 개별로 또는 --payloads로 공개한 항목: 참조 번호와 그 키",
    ),
    "BACKUPS": (
        "backups of the table member_key, to be kept for 30 days at most",
        "member_key 테이블의 백업(최대 30일 보관)",
    ),
}


def say(key: str, language: str, **facts: str | int) -> str:
    """Return one text with its facts filled in."""
    return WORDS[key][LANGUAGES.index(language)].format(**facts)
