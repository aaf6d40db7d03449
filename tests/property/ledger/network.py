"""The real rules on a state in memory: commands in, effects applied, leaves kept."""

from audit.entry import PREV_NONE, encode, leaf_hash
from audit.times import format_time
from domain.clock import parse_instant
from domain.errors import Refusal
from domain.ledger.apply import Stamp
from domain.ledger.commands import Actor, Command
from domain.ledger.effects import TRANSFER_KINDS, entry_fields
from domain.ledger.model import TAKE, Effect, Obligation, Original
from domain.ledger.rules import Rules
from domain.ledger.state import Reference, State

START = parse_instant("2026-11-22T00:00:00Z")
ORIGIN = "dure.example/property"
KINDS = {
    "points.issued": "ISSUE",
    "points.redeemed": "REDEEM",
    "points.exchanged": "EXCHANGE",
    "points.gifted": "GIFT",
    "points.expired": "EXPIRE",
    "points.adjusted": "ADJUST",
    "hold.placed": "HOLD",
    "hold.captured": "CAPTURE",
    "hold.voided": "VOID",
    "hold.expired": "TIMEOUT",
    "lots.merged": "MERGE",
    "transfer.reversed": "REVERSE",
}


class AnySignature:
    """Takes every key and signature: what they are worth is tested elsewhere."""

    def acceptable(self, public_key: str) -> bool:
        """Every key may enter."""
        return bool(public_key)

    def verify(self, public_key: str, signature: str, message: bytes) -> bool:
        """Every signature fits."""
        return bool(public_key and signature and message)


def actor(partner: str) -> Actor:
    """Whoever holds a partner's key, or the operator."""
    author = "operator/op1" if partner == "OPERATOR" else f"partner:{partner}/KEY1"
    return Actor(partner, author, "subject", person=True)


class Network:
    """One network whose batches have one command each."""

    def __init__(self) -> None:
        self.now = START
        self.born = 0
        self.rules = Rules(AnySignature())
        self.state = State(Reference(), 0)
        self.state.reference.origin = ORIGIN
        self.effects: list[tuple[int, Effect]] = []
        self.obligations: list[tuple[int, int, Obligation]] = []
        self.leaves: list[bytes] = []
        self._prev = PREV_NONE
        genesis = {"origin": ORIGIN, "key": "key", "clock": "simulated", "sandbox": "yes"}
        self._append("log.genesis", self.new_id(), "system/genesis", self.now, genesis)
        self.state.size = 1

    def new_id(self) -> str:
        """An id that no entry has yet."""
        self.born += 1
        return f"{self.born:032x}"

    def run(self, command: Command) -> str:
        """Decide a command a microsecond later; return its refusal's code, or "" if accepted."""
        self.now += 1
        before = fingerprint(self.state)
        decision = self.rules.decide(self.state, command, self.now)
        assert fingerprint(self.state) == before, "a decision wrote to the state"
        if isinstance(decision, Refusal):
            assert decision.code in self.rules.codes(type(command))
            return decision.code
        for n, effect in enumerate(decision.effects):
            self.now += bool(n)
            seq = self.state.size
            fields = entry_fields(effect, seq)
            self._append(effect.kind, effect.id, command.actor.author, self.now, fields)
            self.rules.apply(self.state, effect, Stamp(seq, self.now, command.actor.author))
            self._remember(effect, seq, command.actor.partner)
        return ""

    def _append(self, kind: str, id: str, author: str, time: int, own: dict[str, str]) -> None:
        common: dict[str, str | int] = {
            "v": 1,
            "seq": len(self.leaves),
            "prev": self._prev,
            "time": format_time(time),
            "kind": kind,
            "id": id,
            "author": author,
            "cmd": "",
            "pd": "",
        }
        leaf = encode({**common, **own})
        self._prev = leaf_hash(leaf).hex()
        self.leaves.append(leaf)

    def _remember(self, effect: Effect, seq: int, partner: str) -> None:
        """Keep what the store would read of a transfer that a later reversal names."""
        self.effects.append((seq, effect))
        self.obligations += [(seq, n, owed) for n, owed in enumerate(effect.obligations)]
        if effect.kind not in TRANSFER_KINDS:
            return
        lots = tuple((*effect.wallet_of(lot), seq, n) for n, lot in enumerate(effect.lots))
        for book in {leg.book for leg in effect.legs} or {effect.uses[0].owner}:
            self.state.originals[book, effect.id] = Original(
                book,
                effect.id,
                seq,
                KINDS[effect.kind],
                partner,
                effect.fields.get("contract", ""),
                effect.fields.get("hold", ""),
                effect.fields.get("acceptor", ""),
                effect.legs,
                tuple(use for use in effect.uses if use.action == TAKE),
                lots,
                0,
            )


def fingerprint(state: State) -> str:
    """Everything in a state that an entry may change, as text."""
    return repr(
        [
            state.size,
            sorted((k, _counters(state, k)) for k in state.accounts),
            [
                (k, lot.remaining, lot.pinned, lot.expires_at)
                for k, lot in sorted(state.lot_by_key.items())
            ],
            [(k, hold.state, hold.captured) for k, hold in sorted(state.holds.items())],
            [(k, original.reversed) for k, original in sorted(state.originals.items())],
            sorted(state.consents.items()),
            sorted(state.quotes.items()),
            sorted(state.usage.items()),
            sorted(state.positions.items()),
            sorted(state.credit_lines.items()),
            sorted(state.reference.contracts),
            sorted(state.merges.items()),
        ]
    )


def _counters(state: State, key: tuple[str, str, str]) -> tuple[int, ...]:
    account = state.accounts[key]
    return (
        account.debits_posted,
        account.credits_posted,
        account.debits_pending,
        account.credits_pending,
        account.active_at,
    )
