"""`dure audit watch`: a monitor that anyone can run against anyone's log."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import FOUND, GOOD

if TYPE_CHECKING:
    from audit.policy import Policy
    from audit.watch import Event, Watched

EVERY = 60
EVERY_MAX = 86_400
# A network of brands writes an entry a day, if only one that closes a window.
STALL = 86_400
STALL_MAX = 31_622_400  # a year


def run(
    *,
    url: Annotated[str, typer.Argument(help="The log's address, such as https://HOST/log.")],
    key: Annotated[str, typer.Option(help="The log's verifier key, had from elsewhere.")],
    policy: Annotated[
        Path | None, typer.Option(help="Witnesses that must have cosigned (C2SP tlog-policy).")
    ] = None,
    every: Annotated[
        int, typer.Option(min=1, max=EVERY_MAX, help="Seconds between two looks.")
    ] = EVERY,
    once: Annotated[bool, typer.Option("--once", help="Look once and end, for a timer.")] = False,
    stall: Annotated[
        int, typer.Option(min=1, max=STALL_MAX, help="Seconds without anything new: an alarm.")
    ] = STALL,
    webhook: Annotated[
        str | None, typer.Option(help="Address that an alarm is posted to, as JSON.")
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(help="File of what was seen last; under XDG_STATE_HOME if not given."),
    ] = None,
) -> int:
    """Watch a log, and end with status 1 where it forks, rewinds, loses its quorum or stalls.

    Each event is a line of JSON. A log that cannot be reached is named and asked again, until
    nothing new was seen for --stall seconds.
    """
    import os

    from audit.memory import default_path
    from audit.note import VerifierKey
    from audit.transport import check_url
    from audit.watch import Watched

    known = VerifierKey.parse(key)
    if webhook is not None:
        check_url(webhook)
    watched = Watched(
        url, known, _policy(policy), state or default_path(known.name, os.environ), stall
    )
    try:
        return _watch(watched, every, webhook, once=once)
    except KeyboardInterrupt:
        return GOOD


def _policy(path: Path | None) -> Policy | None:
    """Raises NetworkError ``POLICY_UNREADABLE``, and PolicyError."""
    from api.bootstrap import NetworkError
    from audit.policy import POLICY_BYTES_MAX, parse_policy

    if path is None:
        return None
    try:
        with path.open("rb") as opened:
            return parse_policy(opened.read(POLICY_BYTES_MAX + 1))
    except OSError as error:
        reason = error.strerror or ""
        raise NetworkError("POLICY_UNREADABLE", path=str(path), reason=reason) from None


def _watch(watched: Watched, every: int, webhook: str | None, *, once: bool) -> int:
    from audit.watch import ALARM, Event, Watch, tell

    watch = Watch(watched)
    try:
        while True:
            alarms: list[Event] = []
            for event in watch.look():
                _print(event)
                if event.event == ALARM:
                    alarms.append(event)
            if alarms and webhook is not None:
                failed = tell(webhook, alarms[0])
                if failed:
                    _print(Event("webhook_failed", failed, ()))
            if alarms:
                return FOUND
            if once:
                return GOOD
            time.sleep(every)
    finally:
        watch.close()


def _print(event: Event) -> None:
    sys.stdout.write(f"{event.line()}\n")
    sys.stdout.flush()
