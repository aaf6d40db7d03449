"""What a run of simulations did: counted as it happens, told at the end."""

from collections import Counter
from dataclasses import dataclass, field

from rich.table import Table


@dataclass
class Figures:
    """Counts of everything; `accepted` and `refused` by kind of command."""

    seeds: list[int] = field(default_factory=list)
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    restarts: int = 0
    batches: int = 0
    unheard: int = 0

    @property
    def commands(self) -> int:
        """All that were answered."""
        return sum(self.accepted.values()) + sum(self.refused.values())

    def count(self, kind: str, code: str) -> None:
        """Count an answer."""
        (self.refused if code else self.accepted)[kind] += 1
        if code:
            self.codes[code] += 1

    def line(self) -> str:
        """The figures on one line."""
        return (
            f"{len(self.seeds)} seeds, {self.commands} commands in {self.batches} batches"
            f" ({sum(self.accepted.values())} accepted), {self.restarts} restarts,"
            f" {sum(self.faults.values())} faults, {sum(self.checks.values())} checks"
        )

    def tables(self) -> list[Table]:
        """Commands by kind, answers by code, faults by kind, checks by kind."""
        commands = Table("command", "accepted", "not", title=self.line())
        for kind in sorted(self.accepted.keys() | self.refused.keys()):
            commands.add_row(kind, str(self.accepted[kind]), str(self.refused[kind]))
        return [
            commands,
            _table("refused, replayed or a fault", self.codes),
            _table("fault", self.faults),
            _table("check", self.checks),
        ]


def _table(title: str, counts: Counter[str]) -> Table:
    table = Table(title, "times")
    for name, times in counts.most_common():
        table.add_row(name, str(times))
    return table
