"""Four eyes: a window closes, and a policy is declared, because two subjects agreed just before.

A decision's entries stand together: `proposal.decided`, what closing charges, and then what was
agreed, all by the one who approved. A schedule is a policy, so two subjects agreed on it; by it the
system closes windows alone, and `window.due` stands in the decision's place. It names the proposal
of the schedule in force, the period, and the instant as UTC and as the schedule's zone counted it.

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

WINDOW_CLOSE: Final = "WINDOW_CLOSE"
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

# What is agreed on: type, partner, currency, and the number of a window or a policy's value.
Subject = tuple[str, str, str, str]


@dataclass(slots=True)
class _Agreed:
    """What may happen in the entry `following`, by `author`."""

    subject: Subject
    proposal: str
    author: str
    following: int


@dataclass(slots=True)
class _Schedule:
    """A schedule in force: its text, its proposal, when it was declared, its latest period."""

    value: str
    proposal: str
    since: str
    day: str = ""


class Approvals:
    """Proposals, schedules and open windows so far."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._proposals: dict[str, Subject] = {}
        self._schedules: dict[str, _Schedule] = {}
        self._opened: dict[str, str] = {}  # a currency -> the time of its last closing
        self._agreed: _Agreed | None = None

    def propose(self, _seq: int, fields: Texts) -> None:
        """A proposal of a window."""
        subject = (fields["type"], "", fields["currency"], fields["window"])
        self._proposals[fields["proposal"]] = subject

    def table(self, _seq: int, fields: Texts) -> None:
        """A proposal of anything else."""
        subject = (fields["type"], fields["partner"], fields["currency"], fields["value"])
        self._proposals[fields["proposal"]] = subject

    def decide(self, seq: int, fields: Texts) -> None:
        """A decision; that it was another subject's the replay looks at."""
        subject = self._proposals.get(fields["proposal"])
        if subject is not None and fields["decision"] == "APPROVED":
            self._agreed = _Agreed(subject, fields["proposal"], fields["author"], seq + 1)

    def charge(self, seq: int, fields: Texts) -> None:
        """What a closing charges stands before it."""
        agreed = self._agreed
        if agreed is not None and (agreed.following, agreed.author) == (seq, fields["author"]):
            agreed.following += 1

    def declare(self, seq: int, fields: Texts) -> None:
        """A policy, which was proposed as it is."""
        name, currency = fields["name"], fields["currency"]
        subject = ("POLICY_" + name, fields["partner"], currency, fields["value"])
        proposal = self._take(seq, fields, subject)
        if name == WINDOW_SCHEDULE:
            self._schedules[currency] = _Schedule(fields["value"], proposal, fields["time"])

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
        subject = (WINDOW_CLOSE, "", currency, fields["window"])
        self._agreed = _Agreed(subject, fields["proposal"], fields["author"], seq + 1)

    def close(self, seq: int, fields: Texts) -> None:
        """A closing, which two subjects agreed on, or which is due."""
        currency = fields["currency"]
        self._take(seq, fields, (WINDOW_CLOSE, "", currency, fields["window"]))
        self._opened[currency] = fields["time"]

    def _take(self, seq: int, fields: Texts, subject: Subject) -> str:
        """The proposal by which this happens; it happens once."""
        agreed, self._agreed = self._agreed, None
        if agreed is not None and (agreed.subject, agreed.author, agreed.following) == (
            subject,
            fields["author"],
            seq,
        ):
            return agreed.proposal
        self._findings.add("APPROVAL_MISSING", seq=seq, kind=fields["kind"], currency=subject[2])
        return ""

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
