"""Settlement's rows of the table of rules; ``api.bootstrap`` hands them to ``Rules``."""

from __future__ import annotations

from domain.ledger.rules import Rule
from domain.partners.commands import ProposeKey
from settlement import commands
from settlement.controls import funds, keys, policies
from settlement.disputes import applying as disputing
from settlement.disputes import opening, resolving
from settlement.settlements import applying, create, payments, steps
from settlement.waiting import applying as waiting
from settlement.waiting import carrying, queueing
from settlement.windows import closing, due, proposals

DECIDE = {
    commands.ProposeWindowClose: Rule(closing.decide_close, closing.CLOSE_CODES),
    commands.CloseDueWindow: Rule(due.decide_due, due.DUE_CODES),
    commands.DecideProposal: Rule(proposals.decide_proposal, proposals.DECIDE_CODES),
    commands.CreateSettlement: Rule(create.decide_create, create.CREATE_CODES),
    commands.ProposeSettlement: Rule(steps.decide_step, steps.PROPOSE_CODES),
    commands.SubmitSettlement: Rule(payments.decide_submit, payments.SUBMIT_CODES),
    commands.ReleasePayouts: Rule(payments.decide_release, payments.RELEASE_CODES),
    commands.ProposeFunds: Rule(funds.decide_funds, funds.FUNDS_CODES),
    commands.ProposePolicy: Rule(policies.decide_policy, policies.POLICY_CODES),
    ProposeKey: Rule(keys.decide_key, keys.KEY_PROPOSE_CODES),
    commands.MatchBankLine: Rule(payments.decide_match, payments.MATCH_CODES),
    commands.QueueBankLine: Rule(queueing.decide_queue, queueing.QUEUE_CODES),
    commands.DismissBankLine: Rule(queueing.decide_dismiss, queueing.DISMISS_CODES),
    commands.ProposeCarry: Rule(carrying.decide_carry, carrying.CARRY_CODES),
    commands.RecordPayment: Rule(payments.decide_record, payments.RECORD_CODES),
    commands.OpenDispute: Rule(opening.decide_open, opening.OPEN_CODES),
    commands.ResolveDispute: Rule(resolving.decide_resolve, resolving.RESOLVE_CODES),
    commands.WithdrawDispute: Rule(resolving.decide_withdraw, resolving.WITHDRAW_CODES),
}
APPLIERS = {
    "proposal.made": proposals.apply_made,
    "proposal.tabled": proposals.apply_made,
    "proposal.decided": proposals.apply_decided,
    "window.closed": closing.apply_closing,
    "cap.set": funds.apply_cap,
    "funds.moved": funds.apply_funds,
    "policy.set": policies.apply_policy,
    **applying.APPLIERS,
    **disputing.APPLIERS,
    **waiting.APPLIERS,
}
