"""Kinds of entries, each with its frozen list of fields.

A kind's list never changes: a leaf written today must read the same in ten years. What needs other
fields is another kind. Every field always stands in the leaf; "" says there is none.
"""

# A bundle counts a leaf's bytes in sixteen bits (C2SP tlog-tiles), so no leaf can be longer.
LEAF_BYTES_MAX = 65_535

# The only version of the leaf's form so far; field `v`.
LEAF_VERSION = 1

# An integer that every JSON reader keeps exact lies below 2^53 (RFC 8785 §3.2.2.3, RFC 7493 §2.2).
SEQ_MAX = 2**53 - 1

GENESIS = "log.genesis"
KEY_ROTATED = "key.rotated"

COMMON_FIELDS: tuple[str, ...] = (
    "v",
    "seq",
    "prev",
    "time",
    "kind",
    "id",
    "author",
    "cmd",
    "pd",
)

# What a transfer did: two times, and its effects on books, lots and debts between partners.
TRANSFER_FIELDS: tuple[str, ...] = (
    "effective",
    "received",
    "legs",
    "lots",
    "uses",
    "expiries",
    "obls",
)


def _own(names: str) -> tuple[str, ...]:
    return tuple(names.split())


def _transfer(names: str) -> tuple[str, ...]:
    return TRANSFER_FIELDS + _own(names)


_PARTNER = _own("partner currency issuer acceptor prefund cap reversal signing_key")
_KEY = _own("key partner subject person role scopes hash")
_UNIT = _own("unit owner scale nominal currency expiry grace zone prepaid earn version")
_HOLD_END = _transfer("hold deadline acceptor contract reserve")

KINDS: dict[str, tuple[str, ...]] = {
    GENESIS: _own("origin key clock sandbox"),
    KEY_ROTATED: _own("key old until cut_off key_signature old_signature"),
    "partner.created": _PARTNER,
    "partner.updated": _PARTNER,
    "key.founded": _KEY,
    "key.granted": _KEY,
    "key.revoked": _own("key"),
    "unit.created": _UNIT,
    "unit.terms": _UNIT,
    "contract.proposed": _own(
        "contract version type proposer counterparty source target partner rate price currency"
        " fee_points fee_money expiry member_cap pair_cap zone valid_from valid_to signature"
    ),
    "contract.accepted": _own("contract version signature"),
    "contract.ended": _own("contract version ends"),
    "member.enrolled": _own("member partner commitment"),
    "member.linked": _own("member partner"),
    "subject.erased": _own("member commitment"),
    "consent.granted": _own("consent member partner unit action limit vouched evidence expires"),
    "consent.revoked": _own("consent member"),
    "quote.given": _own("quote member partner contract source target expires"),
    "points.issued": _transfer("contract"),
    "points.redeemed": _transfer("quote contract consent acceptor day"),
    "points.exchanged": _transfer("quote contract consent day"),
    "points.gifted": _transfer("pd_from pd_to"),
    "points.expired": _transfer(""),
    "points.adjusted": _transfer("reason"),
    "hold.placed": _transfer("hold deadline acceptor contract reserve consent day"),
    "hold.captured": _HOLD_END,
    "hold.voided": _HOLD_END,
    "hold.expired": _HOLD_END,
    "lots.merged": _transfer(""),
    "transfer.reversed": _transfer("original part reason"),
    "proposal.made": _own("proposal type window currency reason"),
    "proposal.decided": _own("proposal decision reason"),
    "obligation.charged": _own("obls"),
    "window.closed": _own("window currency next state"),
    "window.due": _own("window currency proposal due day local missed"),
    "funds.moved": _own("partner currency amount type"),
    "cap.set": _own("partner currency cap"),
    "policy.set": _own("name partner currency value"),
    "proposal.tabled": _own("proposal type settlement partner currency amount value reason"),
    "settlement.netted": _own("settlement partner currency debits credits"),
    "settlement.created": _own("settlement currency windows method pay_by gross net"),
    "settlement.moved": _own("settlement currency windows state window_state reason"),
    "settlement.drawn": _own("settlement partner currency amount"),
    "settlement.shared": _own("settlement debtor creditor currency amount"),
    "settlement.paid": _own(
        "settlement partner leg counterparty currency amount excess end_to_end statement line"
        " reference"
    ),
    "settlement.evidenced": _own("settlement partner type evidence note"),
    "dispute.opened": _own(
        "dispute line debtor creditor currency window amount stands party reason note"
    ),
    "dispute.closed": _own("dispute debtor creditor party state reason"),
    "obligation.corrected": _own("dispute line corrected reason obls"),
    "bank.queued": _own("statement line reference currency amount reason note"),
    "bank.dismissed": _own("statement line reason"),
    "bank.carried": _own("statement line settlement reason obls"),
    "payment.written": _own("settlement partner leg currency message hash"),
    "payment.ordered": _own("settlement partner leg currency message hash accounts"),
}
