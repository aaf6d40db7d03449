"""What partners agreed on: their units' terms and their contracts, signed by both parties.

Both parties sign `dure-contract/v1` LF and the RFC 8785 form of the terms, the network's origin
among them, with the Ed25519 key that the log says is theirs at that moment (LEDGER section 7). The
terms are the fields of `contract.proposed` but its signature, so the log alone has all it takes.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.errors import KeyRejected
from audit.findings import Findings
from audit.keys import screen_public_key
from audit.kinds import KINDS
from audit.replay.arithmetic import Ratio, ratio
from audit.replay.fields import MalformedError, Texts, number, yes_no

SIGNED_FIRST: Final = b"dure-contract/v1\n"
CONVERSION: Final = "conversion"
ACCEPTANCE: Final = "acceptance"
FUNDING: Final = "funding"

_TERMS: Final = tuple(name for name in KINDS["contract.proposed"] if name != "signature")
_NONE: Final = Ratio(0, 1)

# Times of the log are ordered as their texts are; this one is past them all.
_NEVER: Final = "~"

# Decimals of a unit; a price is multiplied by ten to this power, which a hostile scale may not make
# larger than memory. No unit that Dure makes has more than four.
_SCALE_MAX: Final = 18


@dataclass(frozen=True, slots=True)
class Unit:
    """A point unit's terms, as far as they price anything."""

    code: str
    owner: str
    scale: int
    nominal: Ratio
    currency: str
    prepaid: bool


@dataclass(slots=True)
class Contract:
    """One version of a contract, its terms and what both parties signed."""

    cite: str
    type: str
    parties: tuple[str, str]
    source: str
    target: str
    partner: str
    rate: Ratio
    price: Ratio
    currency: str
    fee_points: Ratio
    fee_money: Ratio
    begins: str
    until: str
    signed: bytes


class Agreements:
    """Units, contracts and registered signing keys so far."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._origin = ""
        self._signing_keys: dict[str, str] = {}
        self.units: dict[str, Unit] = {}
        self.contracts: dict[str, Contract] = {}
        # Accepted versions by type, source, and target or partner: the latest begun first.
        self._versions: dict[tuple[str, str, str], list[Contract]] = {}

    def begin(self, fields: Texts) -> None:
        """The genesis names the network, which every signed term repeats."""
        self._origin = fields["origin"]

    def set_partner(self, fields: Texts) -> None:
        """A partner's values, its signing key among them."""
        self._signing_keys[fields["partner"]] = fields["signing_key"]

    def set_unit(self, fields: Texts) -> None:
        """A unit's terms, first or anew."""
        code, scale = fields["unit"], number(fields, "scale")
        if scale > _SCALE_MAX:
            raise MalformedError("scale", fields["scale"])
        self.units[code] = Unit(
            code,
            fields["owner"],
            scale,
            ratio(fields["nominal"], "nominal"),
            fields["currency"],
            bool(yes_no(fields, "prepaid")),
        )

    def propose(self, seq: int, fields: Texts) -> None:
        """A contract's version under its proposer's signature."""
        terms = {name: fields[name] for name in _TERMS} | {"origin": self._origin}
        # Keys and values are printable ASCII without quotes: sorted, this is RFC 8785.
        signed = SIGNED_FIRST + json.dumps(terms, sort_keys=True, separators=(",", ":")).encode()
        contract = Contract(
            f"{fields['contract']}.{fields['version']}",
            fields["type"],
            (fields["proposer"], fields["counterparty"]),
            fields["source"],
            fields["target"],
            fields["partner"],
            _ratio(fields, "rate"),
            _ratio(fields, "price"),
            fields["currency"],
            _ratio(fields, "fee_points"),
            _ratio(fields, "fee_money"),
            fields["valid_from"],
            fields["valid_to"] or _NEVER,
            signed,
        )
        self.contracts[contract.cite] = contract
        self._check_parties(seq, contract)
        self._check_signature(seq, contract, contract.parties[0], fields["signature"])

    def accept(self, seq: int, fields: Texts) -> None:
        """The counterparty's signature under the same terms."""
        contract = self.contracts.get(f"{fields['contract']}.{fields['version']}")
        if contract is not None:
            self._check_signature(seq, contract, contract.parties[1], fields["signature"])
            versions = self._versions.setdefault(_pair(contract), [])
            # Of two that begin at once, the one accepted later is the latest begun.
            versions.insert(0, contract)
            versions.sort(key=lambda one: one.begins, reverse=True)

    def end(self, fields: Texts) -> None:
        """The end of a version's validity; it never comes later than its terms say."""
        contract = self.contracts.get(f"{fields['contract']}.{fields['version']}")
        if contract is not None:
            contract.until = min(contract.until, fields["ends"])

    def in_force(self, contract: Contract, at: str) -> bool:
        """Whether a version was the one in force: of those accepted, the latest begun."""
        for one in self._versions.get(_pair(contract), ()):
            if one.begins <= at:
                return one is contract and at < one.until
        return False

    def _check_parties(self, seq: int, contract: Contract) -> None:
        """Those who sign are those whom it binds: others' signatures would cost them nothing."""
        other = self.owner(contract.target) if contract.type == CONVERSION else contract.partner
        bound = sorted((self.owner(contract.source), other))
        found = sorted(contract.parties)
        if bound != found or bound[0] == bound[1]:
            self._findings.add(
                "CONTRACT_PARTIES",
                seq=seq,
                contract=contract.cite,
                expected=",".join(bound),
                found=",".join(found),
            )

    def _check_signature(self, seq: int, contract: Contract, party: str, signature: str) -> None:
        reason = _unsigned(self._signing_keys.get(party, ""), signature, contract.signed)
        if reason:
            self._findings.add(
                "CONTRACT_SIGNATURE", seq=seq, contract=contract.cite, party=party, reason=reason
            )

    def owner(self, unit: str) -> str:
        """A unit's owner, "" where there is no such unit."""
        found = self.units.get(unit)
        return found.owner if found else ""

    def may_write(self, partner: str, kind: str, fields: Texts) -> bool:
        """Whether an entry of this kind and content is the partner's to write.

        Whose a reversal is, its original says; whose a revocation is, its consent (`consents`).
        """
        if kind == "points.issued":
            lots = fields["lots"]
            issuers = (lot.split(",", 4)[3:4] for lot in lots.split(";")) if ";" in lots else ()
            return lots.split(",", 4)[3:4] == [partner] and all(i == [partner] for i in issuers)
        if kind in _NAMED:
            return fields[_NAMED[kind]] == partner
        if kind in {"points.exchanged", "points.gifted", "points.adjusted", "hold.voided"}:
            owners = {self.owner(unit) for unit in _units(fields)}
            return partner in owners or fields.get("acceptor") == partner
        if kind in {"contract.accepted", "contract.ended"}:
            contract = self.contracts.get(f"{fields['contract']}.{fields['version']}")
            parties = contract.parties if contract else ()
            return partner in (parties[1:] if kind == "contract.accepted" else parties)
        if kind == "dispute.closed":
            return fields["party"] == partner and fields["state"] == "WITHDRAWN"
        return kind in {"transfer.reversed", "consent.revoked"}


# The field that names the one partner whose such an entry is.
_NAMED: Final[dict[str, str]] = {
    "member.enrolled": "partner",
    "member.linked": "partner",
    "quote.given": "partner",
    "unit.created": "owner",
    "unit.terms": "owner",
    "consent.granted": "vouched",
    "contract.proposed": "proposer",
    "points.redeemed": "acceptor",
    "hold.placed": "acceptor",
    "hold.captured": "acceptor",
    "dispute.opened": "party",
}


def _pair(contract: Contract) -> tuple[str, str, str]:
    other = contract.target if contract.type == CONVERSION else contract.partner
    return contract.type, contract.source, other


def _units(fields: Texts) -> set[str]:
    """The units that an entry's legs move."""
    return {parts[1] for leg in fields["legs"].split(";") if len(parts := leg.split(",")) > 1}


def _ratio(fields: Texts, name: str) -> Ratio:
    """A field that holds a fraction, or nothing, which is zero."""
    value = fields[name]
    return ratio(value, name) if value else _NONE


def _unsigned(key: str, signature: str, message: bytes) -> str:
    """Why this is no signature of the message under a registered key; "" where it is one."""
    public = _registered(key)
    if isinstance(public, str):
        return public
    try:
        public.verify(bytes.fromhex(signature), message)
    except ValueError:
        return "NOT_HEX"
    except InvalidSignature:
        return "NOT_SIGNED"
    return ""


@lru_cache(maxsize=256)  # screening takes longer than verifying, and partners sign again and again
def _registered(key: str) -> Ed25519PublicKey | str:
    """A registered key that signatures may be trusted under, or why it is none."""
    if not key:
        return "NO_KEY"
    try:
        public = bytes.fromhex(key)
        screen_public_key(public)
        return Ed25519PublicKey.from_public_bytes(public)
    except KeyRejected as error:
        return error.code
    except ValueError:
        return "NOT_HEX"
