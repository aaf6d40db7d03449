"""A schedule as people read it."""

from settlement.windows.schedule import read_schedule
from settlement.windows.schedule_words import sentence

SENTENCES = """
MONTHLY LAST 18:00 Asia/Seoul KR FOLLOWING
Closes on the last day of every month at 18:00 (Asia/Seoul).
 Where that is no business day of KR, it is on the next business day.
매월 말일 18:00(Asia/Seoul)에 마감합니다.
 KR 달력의 영업일이 아니면 다음 영업일에 마감합니다.

WEEKLY FRIDAY 09:30 Europe/Berlin NONE PRECEDING
Closes every Friday at 09:30 (Europe/Berlin).
 A Saturday's or Sunday's closing is on the business day before.
매주 금요일 09:30(Europe/Berlin)에 마감합니다.
 토요일이나 일요일이면 직전 영업일에 마감합니다.

MONTHLY 7 00:00 UTC XECB MODIFIED_FOLLOWING
Closes on day 7 of every month at 00:00 (UTC).
 Where that is no business day of XECB, it is on the next business day of the month,\
 or else on the one before.
매월 7일 00:00(UTC)에 마감합니다.
 XECB 달력의 영업일이 아니면 같은 달의 다음 영업일에, 없으면 직전 영업일에 마감합니다.

DAILY 23:59 UTC KR NONE
Closes every day at 23:59 (UTC).
매일 23:59(UTC)에 마감합니다.
"""


def test_a_schedule_is_a_sentence_in_both_languages() -> None:
    """Another language than Korean is answered in English."""
    for block in SENTENCES.strip().split("\n\n"):
        text, english, korean = block.replace("\n ", " ").split("\n")
        schedule = read_schedule(text)
        assert [sentence(schedule, one) for one in ("en", "ko", "fr")] == [english, korean, english]
