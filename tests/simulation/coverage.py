"""What a long enough run must have reached, or it has proved less than it seems."""

from api.log_ports import AuditSignatures
from domain.ledger.rules import Rules
from domain.partners.commands import ProposeKey
from settlement import commands, registry
from tests.simulation.faults import CRASHES, ERRORS
from tests.simulation.figures import Figures
from tests.simulation.simulation import WRONG

# Closings by schedule hang on calendars, of which the model has none; theirs are
# `tests/property/settlement/test_schedules.py` and `tests/integration/store/test_schedules.py`.
# Lines that no payment takes come with a bank's files: `tests/integration/store/test_waiting.py`.
# Keys that two agree on need people who hold keys: `tests/integration/cli/test_two_people.py`.
ELSEWHERE = frozenset(
    {
        ProposeKey,
        commands.CloseDueWindow,
        commands.QueueBankLine,
        commands.DismissBankLine,
        commands.ProposeCarry,
    }
)
OTHER_FAULTS = ("power cut", "queue full", "clock frozen", *WRONG)


def missing(figures: Figures) -> list[str]:
    """Kinds of command never accepted, and faults that never happened."""
    rules = Rules(AuditSignatures(), registry.DECIDE, registry.APPLIERS)
    kinds = sorted({kind.__name__ for kind in rules.commands() if kind not in ELSEWHERE})
    unaccepted = [kind for kind in kinds if not figures.accepted[kind]]
    unhappened = [
        fault for fault in (*CRASHES, *ERRORS, *OTHER_FAULTS) if not figures.faults[fault]
    ]
    return unaccepted + unhappened


def unreached_codes(figures: Figures) -> list[str]:
    """Refusals that the rules can give and no command met."""
    rules = Rules(AuditSignatures(), registry.DECIDE, registry.APPLIERS)
    codes = {
        code for kind in rules.commands() if kind not in ELSEWHERE for code in rules.codes(kind)
    }
    return sorted(codes - figures.codes.keys())
