"""Settlement's rows of the table of rules; ``api.bootstrap`` hands them to ``Rules``."""

from __future__ import annotations

from domain.ledger.rules import Rule
from settlement import commands, rules

DECIDE = {
    commands.ProposeWindowClose: Rule(rules.decide_close, rules.CLOSE_CODES),
    commands.DecideProposal: Rule(rules.decide_proposal, rules.DECIDE_CODES),
}
APPLIERS = {
    "proposal.made": rules.apply_proposal,
    "proposal.decided": rules.apply_proposal,
    "window.closed": rules.apply_closing,
}
