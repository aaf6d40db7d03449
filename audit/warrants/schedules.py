"""Windows that are due: by a schedule that two people agreed on, the system closes them alone.

`window.due` stands where the closing's decision would (`four_eyes`). It names the proposal of the
schedule in force, the period, and the instant as UTC and as the schedule's zone counted it.

Held against the schedule is what needs neither a calendar of holidays nor the zones' history: its
time, its period and which way it was rolled, that the instant had come, lay after the window's
opening and after the schedule's own entry, and that no period was closed twice by it. Which days
were holidays, and how far the zone was ahead of UTC, is what the operator's software said.
"""

from calendar import monthrange
from dataclasses import dataclass
from typing import Final

from audit.findings import Findings
from audit.replay.fields import Texts, day_us, time_us, wall_us

WINDOW_SCHEDULE: Final = "WINDOW_SCHEDULE"

_MINUTE: Final = 60_000_000
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_OFFSET_STEP: Final = 15 * _MINUTE  # every zone's offset since 1972 is whole quarters of an hour
_OFFSET_MAX: Final = 15 * _HOUR  # the furthest are 12 hours behind UTC and 14 ahead
_ROLLED_MAX: Final = 40 * _DAY  # no row of holidays is as long
_WEEKDAYS: Final = (
    *("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"),
)
_EPOCH_WEEKDAY: Final = 3  # 1970 began on a Thursday


@dataclass(slots=True)
class _Schedule:
    """A schedule in force: its text, its proposal, when it was declared, its latest period."""

    value: str
    proposal: str
    since: str
    day: str = ""


class Schedules:
    """Schedules and open windows so far."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._schedules: dict[str, _Schedule] = {}
        self._opened: dict[str, str] = {}  # a currency -> the time of its last closing

    def declare(self, fields: Texts, proposal: str) -> None:
        """A policy, with the proposal of which it came; it may be a schedule."""
        if fields["name"] == WINDOW_SCHEDULE:
            self._schedules[fields["currency"]] = _Schedule(
                fields["value"], proposal, fields["time"]
            )

    def fall_due(self, seq: int, fields: Texts) -> None:
        """A window that is due by the schedule of its currency."""
        currency = fields["currency"]
        schedule = self._schedules.get(currency, _Schedule("", "", ""))
        why = self._not_due(schedule, fields)
        if why:
            self._findings.add(
                "DUE_INVALID", seq=seq, window=fields["window"], currency=currency, why=why
            )
        schedule.day = max(schedule.day, fields["day"])

    def close(self, fields: Texts) -> None:
        """A closing, which opens the next window."""
        self._opened[fields["currency"]] = fields["time"]

    def _not_due(self, schedule: _Schedule, fields: Texts) -> str:
        """Why the schedule does not say so; "" where it does."""
        due = time_us(fields["due"], "due")
        since = max(schedule.since, self._opened.get(fields["currency"], ""))
        if not schedule.proposal or schedule.value == "NONE":
            return "no schedule"
        if fields["proposal"] != schedule.proposal:
            return "another schedule"
        if not since < fields["due"] <= fields["time"]:
            return "not its time"
        if fields["day"] <= schedule.day:
            return "a period twice"
        try:
            return _mismatch(schedule.value, due, fields["day"], fields["local"])
        except (ValueError, IndexError):
            return "a schedule that cannot be read"


def _mismatch(value: str, due: int, day: str, local: str) -> str:
    """What of the instant is not as the schedule's text has it; a text that is none raises."""
    often, *on, time, zone, _, roll = value.split(" ")
    wall, period = wall_us(local, "local"), day_us(day, "day")
    ahead = wall - due
    if local[11:] != time:
        return "another time of day"
    if ahead % _OFFSET_STEP or abs(ahead) > _OFFSET_MAX or (zone == "UTC" and ahead):
        return "no time of the zone"
    if often == "WEEKLY" and on != [_WEEKDAYS[(period // _DAY + _EPOCH_WEEKDAY) % 7]]:
        return "another weekday"
    if often == "MONTHLY":
        length = monthrange(int(day[:4]), int(day[5:7]))[1]
        if int(day[8:]) != (length if on == ["LAST"] else min(int(on[0]), length)):
            return "another day of the month"
    rolled = wall // _DAY * _DAY - period
    ways = {
        "NONE": rolled == 0,
        "FOLLOWING": 0 <= rolled <= _ROLLED_MAX,
        "PRECEDING": -_ROLLED_MAX <= rolled <= 0,
        "MODIFIED_FOLLOWING": local[:7] == day[:7],
    }
    return "" if ways.get(roll) else "rolled another way"
