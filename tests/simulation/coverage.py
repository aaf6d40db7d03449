"""What a long enough run must have reached, or it has proved less than it seems."""

from api.log_ports import AuditSignatures
from domain.ledger.rules import Rules
from settlement import commands, registry
from tests.simulation.faults import CRASHES, ERRORS
from tests.simulation.figures import Figures
from tests.simulation.simulation import WRONG

# Settlements have histories of their own, held to what was owed: `tests/property/settlement`. The
# simulation closes windows, and goes no further.
ELSEWHERE = frozenset(
    {
        commands.CreateSettlement,
        commands.ProposeSettlement,
        commands.SubmitSettlement,
        commands.ReleasePayouts,
        commands.MatchBankLine,
        commands.RecordPayment,
        commands.ProposeFunds,
        commands.ProposePolicy,
        commands.OpenDispute,
        commands.ResolveDispute,
        commands.WithdrawDispute,
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
