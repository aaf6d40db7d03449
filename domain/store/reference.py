"""The small tables as the rules see them, from rows and back to rows.

They are read whole, and again only when ``log_head.reference_version`` has moved.
"""

from collections.abc import Sequence
from typing import Protocol

from domain.ledger.records import (
    SETTLED,
    ApiKey,
    Contract,
    Partner,
    Proposal,
    Unit,
    Window,
)
from domain.ledger.settling import Policy, Settlement
from domain.ledger.state import Reference
from domain.money import ZERO, Ratio
from domain.store import statements
from domain.store.session import Values
from domain.store.statements import Read, RowT

# Tables whose rows stand in ``Reference``; a batch that writes one moves the version.
REFERENCE_TABLES = (
    "partner", "unit", "api_key", "contract", "settlement_window", "proposal", "settlement",
    "policy",
)  # fmt: skip


class Reader(Protocol):
    """Whatever can run a statement without keys: a batch's session, a reader's connection."""

    def read(self, statement: Read[RowT], keys: Sequence[Values] = ()) -> list[RowT]:
        """Return the statement's rows."""
        ...


def read_reference(reader: Reader, origin: str, *, sandbox: bool, simulated: bool) -> Reference:
    """Return the small tables as they stand."""
    reference = Reference()
    reference.origin, reference.sandbox, reference.simulated = origin, sandbox, simulated
    for code, currency, issuer, acceptor, reversal, signing_key, seq in reader.read(
        statements.PARTNERS
    ):
        reference.partners[code] = Partner(
            code, currency, bool(issuer), bool(acceptor), reversal, signing_key, seq
        )
    for key, partner, subject, person, role, scopes, hash_, seq, revoked in reader.read(
        statements.API_KEYS
    ):
        parts = tuple(scopes.split(";")) if scopes else ()
        reference.keys[key] = ApiKey(
            key, partner, subject, bool(person), role, parts, hash_, seq, revoked
        )
    for row in reader.read(statements.UNITS):
        reference.units[row[0]] = _unit(row)
    for contract in reader.read(statements.CONTRACTS):
        reference.put_contract(_contract(contract))
    for window in reader.read(statements.WINDOWS):
        reference.put_window(Window(*window))
        if window[2] == SETTLED:
            reference.settled.add((window[0], window[1]))
    subjects = {row[0]: row[1:] for row in reader.read(statements.SUBJECTS)}
    for proposal in reader.read(statements.PROPOSALS):
        of = subjects.get(proposal[0], ("", "", 0, ""))
        reference.proposals[proposal[0]] = Proposal(*proposal, *of)
    for one in reader.read(statements.SETTLEMENTS):
        windows = tuple(int(period) for period in one[2].split(";"))
        reference.settlements[one[0]] = Settlement(one[0], one[1], windows, *one[3:])
    for policy in reader.read(statements.POLICIES):
        reference.policies[policy[0], policy[1], policy[2]] = Policy(*policy)
    return reference


def _ratio(text: str) -> Ratio:
    """Read a fraction of a row; "" where the type of contract has none."""
    return Ratio.parse(text) if text else ZERO


def _unit(row: tuple[str, str, int, str, str, str, int, str, int, str, int, int]) -> Unit:
    code, owner, scale, nominal, currency, expiry, grace, zone, prepaid, earn, version, seq = row
    return Unit(
        code, owner, scale, _ratio(nominal), currency, expiry, grace, zone, bool(prepaid),
        _ratio(earn), version, seq,
    )  # fmt: skip


def _contract(row: statements.ContractRow) -> Contract:
    rate, price, currency, fee_points, fee_money, *_ = row[8:]
    terms = (_ratio(rate), _ratio(price), currency, _ratio(fee_points), _ratio(fee_money))
    columns = (*row[:8], *terms, *row[13:])
    return Contract(*columns)


def reference_row(reference: Reference, table: str, key: Values) -> Values:
    """Return a small table's row as the rules left it."""
    if table == "partner":
        partner = reference.partners[str(key[0])]
        return (
            partner.code, partner.currency, int(partner.issuer), int(partner.acceptor),
            partner.reversal, partner.signing_key, partner.seq,
        )  # fmt: skip
    if table == "unit":
        unit = reference.units[str(key[0])]
        return (
            unit.code, unit.owner, unit.scale, str(unit.nominal), unit.currency, unit.expiry,
            unit.grace, unit.zone, int(unit.prepaid), str(unit.earn), unit.version, unit.seq,
        )  # fmt: skip
    if table == "api_key":
        found = reference.keys[str(key[0])]
        return (
            found.key, found.partner, found.subject, int(found.person), found.role,
            ";".join(found.scopes), found.hash, found.seq, found.revoked_seq,
        )  # fmt: skip
    if table == "contract":
        return _contract_row(reference.contracts[str(key[0]), int(key[1])])
    if table == "settlement_window":
        window = reference.windows[int(key[0]), str(key[1])]
        return window.period, window.currency, window.state, window.opened_seq, window.closed_seq
    if table == "policy":
        policy = reference.policies[str(key[0]), str(key[1]), str(key[2])]
        return policy.name, policy.partner, policy.currency, policy.value, policy.seq
    if table == "settlement":
        one = reference.settlements[str(key[0])]
        return (
            one.id, one.currency, ";".join(map(str, one.windows)), one.method, one.pay_by,
            one.state, one.gross, one.net, one.rejected_seq, one.seq, one.changed_seq,
        )  # fmt: skip
    made = reference.proposals[str(key[0])]
    return (
        made.id, made.type, made.period, made.currency, made.maker, made.state, made.decider,
        made.reason, made.seq, made.decided_seq,
    )  # fmt: skip


def _contract_row(contract: Contract) -> Values:
    # As in the leaf: only a conversion has a rate and fees.
    conversion = contract.type == "conversion"
    return (
        contract.id, contract.version, contract.type, contract.proposer, contract.counterparty,
        contract.source, contract.target, contract.partner,
        str(contract.rate) if conversion else "",
        str(contract.price), contract.currency,
        str(contract.fee_points) if conversion else "",
        str(contract.fee_money) if conversion else "",
        contract.expiry, contract.member_cap, contract.pair_cap, contract.zone,
        contract.valid_from, contract.valid_to, contract.proposer_signature,
        contract.counterparty_signature, contract.proposed_seq, contract.accepted_seq,
        contract.ended_at,
    )  # fmt: skip
