"""The clock of a sandbox that is served: simulated by its genesis, moving at the wall's pace."""

from __future__ import annotations

from domain.clock import SystemClock


class SandboxClock:
    """Begins no earlier than the log's last entry and moves with the machine's clock from there.

    A network whose genesis names a simulated clock keeps it for ever, also where a demonstration
    has run ahead of the wall.
    """

    simulated = True

    def __init__(self, last_time: int) -> None:
        """Begin at the later of now and ``last_time``, an instant."""
        self._wall = SystemClock()
        self._ahead = max(0, last_time - self._wall.now())

    def now(self) -> int:
        """Return the sandbox's instant."""
        return self._wall.now() + self._ahead

    def monotonic(self) -> int:
        """Return microseconds of a clock that no one can set."""
        return self._wall.monotonic()
