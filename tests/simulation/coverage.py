"""What a long enough run must have reached, or it has proved less than it seems."""

from api.log_ports import AuditSignatures
from domain.contracts import commands as agree
from domain.ledger import commands as ask
from domain.ledger.rules import Rules
from domain.partners import commands as office
from settlement import commands as settle
from settlement import registry
from tests.simulation.faults import CRASHES, ERRORS
from tests.simulation.figures import Figures
from tests.simulation.simulation import WRONG

# Every command of the product is drawn, or is left out and says why.
DRAWN: frozenset[type[ask.Command]] = frozenset(
    {
        # points.py
        ask.IssuePoints, ask.RedeemPoints, ask.ExchangePoints, ask.GiveQuote, ask.GiftPoints,
        ask.AdjustPoints, ask.PlaceHold, ask.CaptureHold, ask.VoidHold, ask.ReverseTransfer,
        ask.GrantConsent, ask.RevokeConsent,
        # offices.py
        ask.EnrollMember, ask.LinkMember, ask.EraseMember, office.CreatePartner,
        office.UpdatePartner, office.CreateUnit, office.GrantKey, office.ProposeKey,
        office.RevokeKey,
        agree.ProposeContract, agree.AcceptContract, agree.EndContract,
        # settlements.py
        settle.ProposeWindowClose, settle.DecideProposal, settle.CreateSettlement,
        settle.ProposeSettlement, settle.SubmitSettlement, settle.ReleasePayouts,
        settle.ProposeFunds, settle.ProposePolicy, settle.MatchBankLine, settle.RecordPayment,
        settle.OpenDispute, settle.ResolveDispute, settle.WithdrawDispute,
        # banking.py
        settle.QueueBankLine, settle.DismissBankLine, settle.ProposeCarry,
        # what jobs ask, in simulation.py
        ask.ExpireWallet, ask.MergeLots, settle.CloseDueWindow,
    }
)  # fmt: skip
LEFT_OUT: dict[type[ask.Command], str] = {}  # why it is not drawn
# What only another machine's software could bring about.
NOT_MET = {
    "SCHEDULE_INVALID": "a schedule that this machine cannot read was read by another",
}
OTHER_FAULTS = ("power cut", "queue full", "clock frozen", *WRONG)


def missing(figures: Figures) -> list[str]:
    """Kinds of command never accepted, and faults that never happened."""
    rules = Rules(AuditSignatures(), registry.DECIDE, registry.APPLIERS)
    kinds = sorted(kind.__name__ for kind in rules.commands() if kind not in LEFT_OUT)
    unaccepted = [kind for kind in kinds if not figures.accepted[kind]]
    unhappened = [
        fault for fault in (*CRASHES, *ERRORS, *OTHER_FAULTS) if not figures.faults[fault]
    ]
    return unaccepted + unhappened


def unreached_codes(figures: Figures) -> list[str]:
    """Refusals that the rules can give and no command met."""
    rules = Rules(AuditSignatures(), registry.DECIDE, registry.APPLIERS)
    codes = {code for kind in rules.commands() for code in rules.codes(kind)}
    return sorted(codes - figures.codes.keys() - NOT_MET.keys())
