"""A schedule as a sentence, in English and in Korean."""

from __future__ import annotations

from settlement.windows.schedule import (
    DAILY,
    FOLLOWING,
    LAST,
    MODIFIED_FOLLOWING,
    MONTHLY,
    NONE,
    PRECEDING,
    WEEKDAYS,
    Schedule,
)

ENGLISH, KOREAN = "en", "ko"

_WEEKDAYS_KOREAN = ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일")
_ROLLS = {
    FOLLOWING: ("on the next business day", "다음 영업일에 마감합니다"),
    PRECEDING: ("on the business day before", "직전 영업일에 마감합니다"),
    MODIFIED_FOLLOWING: (
        "on the next business day of the month, or else on the one before",
        "같은 달의 다음 영업일에, 없으면 직전 영업일에 마감합니다",
    ),
}


def sentence(schedule: Schedule, language: str) -> str:
    """Return the schedule as a sentence; English where the language is not Korean."""
    korean = language == KOREAN
    when = _often(schedule, korean=korean)
    if korean:
        begins = f"{when} {schedule.time}({schedule.zone})에 마감합니다."
    else:
        begins = f"Closes {when} at {schedule.time} ({schedule.zone})."
    if schedule.roll == NONE:
        return begins
    rolled = _ROLLS[schedule.roll][korean]
    if schedule.calendar == NONE:
        days = "토요일이나 일요일이면" if korean else "A Saturday's or Sunday's closing is"
    elif korean:
        days = f"{schedule.calendar} 달력의 영업일이 아니면"
    else:
        days = f"Where that is no business day of {schedule.calendar}, it is"
    return f"{begins} {days} {rolled}."


def _often(schedule: Schedule, *, korean: bool) -> str:
    if schedule.frequency == DAILY:
        return "매일" if korean else "every day"
    if schedule.frequency != MONTHLY:
        place = WEEKDAYS.index(schedule.on)
        return f"매주 {_WEEKDAYS_KOREAN[place]}" if korean else f"every {schedule.on.title()}"
    if schedule.on == LAST:
        return "매월 말일" if korean else "on the last day of every month"
    return f"매월 {schedule.on}일" if korean else f"on day {schedule.on} of every month"
