"""A monitor's look at a log, again and again: does it go on growing, as one log?

Each look fetches the checkpoint, walks from the key that it was given to the key that signs now,
and proves from a few tiles that the log continues what was seen last. What an honest log cannot
show is an alarm. A log that cannot be reached is none, for a while: networks fail; but that it
shows nothing new for too long is.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from audit.evidence import Keys, Saved, check_witnesses, open_saved
from audit.findings import Fact, Findings
from audit.memory import Memory, read_memory, write_memory
from audit.note import VerifierKey
from audit.policy import Policy
from audit.remote import RemoteLog
from audit.remote_keys import named_keys, walk
from audit.remote_tree import RemoteTree
from audit.remote_verification import REMEMBERED
from audit.transport import TransportError, request
from audit.verification import opened

ALARM: Final = "alarm"
UNREACHABLE: Final = "unreachable"
SEEN: Final = "seen"  # the first look, the log grown, or back after it could not be reached

STALLED: Final = "STALLED"

WEBHOOK_TRIES: Final = 3
WEBHOOK_ANSWER_MAX: Final = 65_536  # it is not read, only waited for
_GOOD_STATUS: Final = range(200, 300)


@dataclass(frozen=True, slots=True)
class Event:
    """What a look saw.

    Attributes:
        event: `seen`, `unreachable` or `alarm`.
        code: of an alarm or of why it cannot be reached; a finding's code, or `STALLED`.
        facts: what else there is to say.
    """

    event: str
    code: str
    facts: tuple[tuple[str, Fact], ...]

    def line(self) -> str:
        """The event as one line of JSON."""
        told = {"event": self.event, "code": self.code, "facts": dict(self.facts)}
        return json.dumps(told)


@dataclass(slots=True)
class Watched:
    """A log that is watched.

    Attributes:
        url: its address.
        key: its verifier key.
        policy: what every checkpoint must satisfy, if any.
        state: file of what was seen last.
        stall_seconds: how long it may show nothing new.
        now: a clock that never goes back, in seconds.
    """

    url: str
    key: VerifierKey
    policy: Policy | None
    state: Path
    stall_seconds: int
    now: Callable[[], float] = time.monotonic


class Watch:
    """Looks at one log, and remembers."""

    def __init__(self, watched: Watched) -> None:
        """Begin where the last monitor stopped.

        Raises:
            MemoryFileError: the memory cannot be used.
            TransportError: `URL_INVALID`.
        """
        self._watched = watched
        self._log = RemoteLog(watched.url)
        self._memory = read_memory(watched.state, watched.key)
        self._grown_at = watched.now()
        self._told = ""

    def close(self) -> None:
        """Give the connection back."""
        self._log.close()

    def look(self) -> Iterator[Event]:
        """Look once; yields what is new, at the end an alarm if there is one.

        Raises:
            MemoryFileError: what was seen cannot be remembered, so that nothing could be proved.
        """
        findings = Findings()
        try:
            found = self._seen(findings)
        except TransportError as error:
            yield from self._unreachable(error)
            return
        for finding in findings.kept:
            yield Event(ALARM, finding.code, finding.facts)
        if found is None or findings.total:
            return
        before = -1 if self._memory is None else self._memory.checkpoint.size
        size = found.checkpoint.size
        write_memory(self._watched.state, found)
        self._memory = found
        if size > before:
            self._grown_at = self._watched.now()
        if self._told != SEEN or size > before:
            self._told = SEEN
            facts = (("size", size), ("root", found.checkpoint.root.hex()))
            yield Event(SEEN, "", facts)
        yield from self._stalled("")

    def _seen(self, findings: Findings) -> Memory | None:
        """The checkpoint, if it is in order; what is not is told."""
        watched = self._watched
        served = self._log.checkpoint()
        named = named_keys(self._log, watched.key, served, self._memory, findings)
        custody = named.custody
        found = opened(served, custody.today, findings)
        if found is None or findings.total:
            return None
        checkpoint, note = found
        if watched.policy is not None:
            check_witnesses(note, custody.policy(watched.policy), findings)
        tree = RemoteTree(self._log, checkpoint, findings)
        if not tree.stands() or not self._continues(tree, custody.keys, findings):
            return None
        walk(self._log, tree, named, watched.policy, findings)
        return Memory(note.text(), checkpoint, tree.frontier(), custody.keys)

    def _continues(self, tree: RemoteTree, keys: Keys, findings: Findings) -> bool:
        if self._memory is None:
            return True
        saved = Saved(REMEMBERED, self._memory.note.encode())
        anchor = open_saved(saved, keys, findings)
        return anchor is not None and tree.continues(anchor)

    def _unreachable(self, error: TransportError) -> Iterator[Event]:
        if self._told != error.code:
            self._told = error.code
            facts = [(name, fact) for name, fact in error.facts.items() if not _is_bytes(fact)]
            yield Event(UNREACHABLE, error.code, tuple((n, str(fact)) for n, fact in facts))
        yield from self._stalled(error.code)

    def _stalled(self, reason: str) -> Iterator[Event]:
        seconds = int(self._watched.now() - self._grown_at)
        if seconds >= self._watched.stall_seconds:
            size = 0 if self._memory is None else self._memory.checkpoint.size
            facts = (("size", size), ("seconds", seconds), ("reason", reason or "NOTHING_NEW"))
            yield Event(ALARM, STALLED, facts)


def _is_bytes(fact: str | int | bytes) -> bool:
    return isinstance(fact, bytes)


def tell(webhook: str, event: Event) -> str:
    """POST an event as JSON; return "", or the code of why nobody took it."""
    code = ""
    for _ in range(WEBHOOK_TRIES):
        try:
            answer = request(
                "POST",
                webhook,
                body=event.line().encode(),
                headers={"content-type": "application/json"},
                bytes_max=WEBHOOK_ANSWER_MAX,
            )
        except TransportError as error:
            code = error.code
            continue
        if answer.status in _GOOD_STATUS:
            return ""
        code = f"STATUS_{answer.status}"
    return code
