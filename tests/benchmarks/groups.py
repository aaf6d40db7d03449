"""All groups in the order in which they run; each tells the lines that it said it would."""

from collections.abc import Sequence

from tests.benchmarks import (
    audit_log,
    engine,
    growth,
    import_rows,
    netting,
    other_commands,
    others,
    over_http,
    server_memory,
    verification,
)
from tests.benchmarks.measurement import Group, Measurement, Options, Say

GROUPS: tuple[Group, ...] = (
    engine.GROUP,
    other_commands.GROUP,
    others.GROUP,
    audit_log.GROUP,
    verification.GROUP,
    import_rows.GROUP,
    netting.GROUP,
    over_http.GROUP,
    growth.GROUP,
    server_memory.GROUP,
)


class ForeignLineError(Exception):
    """A group measured what is none of its lines, so that no reader would look for it."""


def run(groups: Sequence[Group], options: Options, say: Say) -> list[Measurement]:
    """Run groups; say which of their lines were not measured.

    Raises ForeignLineError.
    """
    found: list[Measurement] = []
    for group in groups:
        measured = group.measure(options, _named(group, say))
        wanted = {(line.name, line.database) for line in group.lines}
        got = {(one.name, one.database) for one in measured}
        if not got <= wanted:
            raise ForeignLineError(sorted(got - wanted))
        for name, database in sorted(wanted - got):
            say(f"{group.name}: not measured here: {name} ({database})")
        found += measured
    return found


def _named(group: Group, say: Say) -> Say:
    return lambda what: say(f"{group.name}: {what}")
