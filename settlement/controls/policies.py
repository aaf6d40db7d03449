"""What the network declares of its settlement, by four eyes; each a name, its scope and a value.

| name            | of                     | value                                                 |
|-----------------|------------------------|-------------------------------------------------------|
| LOSS_SHARING    | the network            | BY_NET, or OPERATOR: who bears what a defaulter lacks |
| DISPUTES_BLOCK  | the network            | YES, or NO: whether open disputes block an approval   |
| EXPOSURE_ALERT  | a partner and currency | minor units from which its exposure is told; 0: never |
| PERIODIC_FEE    | a partner and currency | FIXED NUM/DEN: its fee at each closing                |
| TAX             | a creditor, a currency | KIND,CODE,NUM/DEN;...: rates of tax on its invoices   |
| WINDOW_SCHEDULE | a currency             | a line of `settlement.windows.schedule`, or NONE      |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.errors import Refusal
from domain.ids import OPERATOR
from domain.ledger.checks import not_permitted
from domain.ledger.model import Decision, Effect
from domain.ledger.records import PENDING_STATE, Proposal
from domain.ledger.settling import Policy
from domain.money import AMOUNT_MAX
from settlement.charges.charging import PERIODIC_FEE, TAX, read_fee, read_tax
from settlement.checks import bad_reason, invalid, pending
from settlement.disputes.blocking import DISPUTES_BLOCK, NO, YES
from settlement.settlements.default import BY_NET, LOSS_SHARING, OPERATOR_BEARS
from settlement.settlements.steps import tabled
from settlement.windows.schedule import WINDOW_SCHEDULE
from settlement.windows.schedule import fault_of as schedule_fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.ledger.apply import Stamp
    from domain.ledger.state import State
    from settlement.commands import ProposePolicy

EXPOSURE_ALERT = "EXPOSURE_ALERT"
# What stands before a policy's name in its proposal's type.
PREFIX = "POLICY_"

POLICY_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "PARTNER_UNKNOWN",
    "CURRENCY_UNKNOWN",
    "PROPOSAL_PENDING",
)


class Form(NamedTuple):
    """A policy's form: whether it is of a partner and of a currency, and what values it takes.

    ``fault`` says what a value would have to be, and nothing of a good one.
    """

    fault: Callable[[str], str]
    of_partner: bool = False
    of_currency: bool = False


def _of(values: str, good: Callable[[str], bool]) -> Callable[[str], str]:
    return lambda value: "" if good(value) else values


def _amount(value: str) -> bool:
    digits = value.isascii() and value.isdigit() and len(value) <= len(str(AMOUNT_MAX))
    return digits and str(int(value)) == value and int(value) <= AMOUNT_MAX


FORMS = {
    LOSS_SHARING: Form(
        _of(f"{BY_NET} or {OPERATOR_BEARS}", lambda value: value in (BY_NET, OPERATOR_BEARS))
    ),
    DISPUTES_BLOCK: Form(_of(f"{YES} or {NO}", lambda value: value in (YES, NO))),
    EXPOSURE_ALERT: Form(
        _of("minor units, 0 for never", _amount), of_partner=True, of_currency=True
    ),
    PERIODIC_FEE: Form(
        _of("FIXED NUM/DEN, a fraction of at most 1", lambda value: read_fee(value) is not None),
        of_partner=True,
        of_currency=True,
    ),
    TAX: Form(
        _of(
            "KIND,CODE,NUM/DEN parted by semicolons, each kind once",
            lambda value: read_tax(value) is not None,
        ),
        of_partner=True,
        of_currency=True,
    ),
    WINDOW_SCHEDULE: Form(schedule_fault, of_currency=True),
}


def decide_policy(state: State, command: ProposePolicy, now: int) -> Decision | Refusal:
    """Decide a proposal of a policy; refusals come in the order of ``POLICY_CODES``."""
    del now
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    refusal = _bad_form(command)
    if refusal is not None:
        return refusal
    known = command.partner in state.reference.partners or command.partner == OPERATOR
    if command.partner and not known:
        return Refusal("PARTNER_UNKNOWN", ("input", "partner"), {"partner": command.partner[:64]})
    if command.currency and command.currency not in state.reference.open_periods:
        facts: dict[str, str | int] = {"currency": command.currency[:64]}
        return Refusal("CURRENCY_UNKNOWN", ("input", "currency"), facts)
    wanted = Proposal(
        command.id, PREFIX + command.name, 0, command.currency, "", PENDING_STATE, "",
        command.reason, 0, 0, "", command.partner, 0, command.value,
    )  # fmt: skip
    return pending(state, wanted) or Decision((tabled(wanted),))


def _bad_form(command: ProposePolicy) -> Refusal | None:
    form = FORMS.get(command.name)
    if form is None:
        return invalid("name", command.name, " ".join(FORMS))
    if bool(command.partner) != form.of_partner:
        return invalid("partner", command.partner, "a partner" if form.of_partner else "none")
    if command.name == PERIODIC_FEE and command.partner == OPERATOR:
        return invalid("partner", command.partner, "a partner; the operator owes itself nothing")
    if bool(command.currency) != form.of_currency:
        return invalid("currency", command.currency, "a currency" if form.of_currency else "none")
    fault = form.fault(command.value)
    return invalid("value", command.value, fault) if fault else bad_reason(command.reason)


def act(
    state: State, proposal: Proposal, now: int, path: tuple[str, ...]
) -> list[Effect] | Refusal:
    """Return the entry of an approved policy."""
    del state, now, path
    fields = {
        "name": proposal.type.removeprefix(PREFIX),
        "partner": proposal.partner,
        "currency": proposal.currency,
        "value": proposal.value,
    }
    return [Effect("policy.set", "", fields)]


def apply_policy(state: State, effect: Effect, stamp: Stamp) -> None:
    """Let a policy be in force."""
    fields = effect.fields
    key = (fields["name"], fields["partner"], fields["currency"])
    state.reference.policies[key] = Policy(*key, fields["value"], stamp.seq)
    state.touch("policy", *key)


def alerts(
    policies: dict[tuple[str, str, str], Policy], exposure: dict[tuple[str, str], int]
) -> list[tuple[str, str, int, int]]:
    """Return partner, currency, exposure and threshold wherever an exposure passes its alert's."""
    return sorted(
        (partner, currency, exposure.get((partner, currency), 0), int(policy.value))
        for (name, partner, currency), policy in policies.items()
        if name == EXPOSURE_ALERT and 0 < int(policy.value) < exposure.get((partner, currency), 0)
    )
