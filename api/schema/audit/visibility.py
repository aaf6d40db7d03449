"""Who may read which entry: a partner reads those that name it or its units (AUDIT_FORMAT, Tiles).

The fields are looked up one by one, never searched as text: a partner may be called WALLET.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.schema.core.leaf import rows
from domain.ids import split_cite

if TYPE_CHECKING:
    from api.auth.principal import Principal
    from api.schema.core.catalogue import Tables
    from api.schema.core.leaf import Leaf

_PARTNER_FIELDS = (
    "partner", "proposer", "counterparty", "owner", "vouched", "acceptor", "debtor", "creditor",
)  # fmt: skip
# They name nobody. What a settlement comes to in all does neither, and is the operator's to read.
_FOR_ALL = frozenset(
    {"log.genesis", "key.rotated", "window.due", "window.closed", "settlement.moved"}
)


def may_read(caller: Principal, tables: Tables, leaf: Leaf) -> bool:
    """Tell whether the caller may read an entry."""
    if caller.sees_all or leaf["kind"] in _FOR_ALL:
        return True
    if caller.partner in _partners(tables, leaf):
        return True
    return not _units(leaf).isdisjoint(tables.units_of(caller.partner))


def _partners(tables: Tables, leaf: Leaf) -> set[str]:
    found = {leaf[field] for field in _PARTNER_FIELDS if field in leaf}
    kind, _, name = leaf["author"].partition(":")
    if kind == "partner":
        found.add(name.partition("/")[0])
    for lot in rows(leaf.get("lots", "")):
        found.update(lot[2:4])
    for obligation in rows(leaf.get("obls", "")):
        found.update(obligation[:2])
    found.update(reserve[0] for reserve in rows(leaf.get("reserve", "")))
    if leaf["kind"] == "key.revoked":
        key = tables.reference.keys.get(leaf["key"])
        found.add("" if key is None else key.partner)
    cite = leaf.get("contract", "")
    if cite:
        pair = split_cite(cite) if "." in cite else (cite, int(leaf["version"]))
        contract = tables.reference.contracts.get(pair)
        if contract is not None:
            found.update((contract.proposer, contract.counterparty))
    found.discard("")
    return found


def _units(leaf: Leaf) -> set[str]:
    found = {leg[1] for leg in rows(leaf.get("legs", ""))}
    if "unit" in leaf:
        found.add(leaf["unit"])
    if leaf["kind"] == "contract.proposed":
        found.update((leaf["source"], leaf["target"]))
    found.discard("")
    return found
