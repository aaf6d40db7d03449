"""Words of `dure doctor`, of `dure audit` and of `dure key`."""

from __future__ import annotations

LOG_WORDS: dict[str, tuple[str, str]] = {
    "doctor.replaying": ("Replaying the log", "로그 재생"),
    "doctor.breaches": ("Breaches", "어긋난 것"),
    "doctor.good": (
        "Good: {entries} entries, every row as the log makes it, sums agree.",
        "정상: 항목 {entries}건, 모든 행이 로그에서 나온 그대로이고 합계가 맞습니다.",
    ),
    "doctor.erased": (
        "Destroyed again: what a restored table had brought back of {erased} erased members.",
        "복원된 표가 되살린 삭제 회원 {erased}명의 자료를 다시 파기했습니다.",
    ),
    "export.exporting": ("Exporting", "내보내기"),
    "export.done": ("{size} entries are in {out}.", "항목 {size}건을 {out}에 내보냈습니다."),
    "export.server": (
        "Any file server may show it; {out}/tile/entries is for auditors alone.",
        "아무 파일 서버로나 공개할 수 있습니다. 다만 {out}/tile/entries는 감사인만 봅니다.",
    ),
    "export.verify": ("Verify it with: {command}", "검증: {command}"),
    "export.opened": (
        (
            "Laid open: {payloads} payloads and {commands} signed commands. They name persons: give"
            " the folder to nobody who may not know them."
        ),
        (
            "공개: 부속 자료 {payloads}건, 서명된 명령 {commands}건. 개인을 알 수 있으므로 알아도"
            " 되는 사람에게만 폴더를 주십시오."
        ),
    ),
    "export.unreadable": (
        (
            "{unreadable} could not be opened and were left out; `dure-verify` will name the"
            " payloads among them as missing."
        ),
        (
            "열 수 없는 {unreadable}건은 뺐습니다. `dure-verify`는 그중 부속 자료를 빠진 것으로"
            " 알립니다."
        ),
    ),
    "export.silent": (
        (
            "Too few witnesses cosigned {size} entries: {silent}. Whoever verifies the folder with"
            " the policy of witnesses will refuse it: export again when they answer."
        ),
        (
            "항목 {size}건에 서명한 증인이 모자랍니다: {silent}. 증인 정책으로 이 폴더를 검증하면"
            " 거부됩니다. 증인이 응답하면 다시 내보내십시오."
        ),
    ),
    "key.token": (
        "Your key, which nobody else may have and which is not shown again: {token}",
        "본인만 가질 키이며 다시 표시되지 않습니다: {token}",
    ),
    "key.fingerprint": (
        "Its fingerprint, for the two who agree on it: {fingerprint}",
        "합의할 두 담당자에게 줄 지문: {fingerprint}",
    ),
    "key.title": ("Keys that act for the operator", "운영자를 대신하는 키"),
    "key.people": (
        "{people} people hold them. Where nobody is named, one person gave the key.",
        "담당자 {people}명. 합의한 담당자가 없는 키는 한 사람이 준 것입니다.",
    ),
}
