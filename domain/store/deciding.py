"""One batch between the lock and the commit: answers known, commands decided, rows written."""

import hashlib
import json
from collections.abc import Sequence

import orjson

from domain.clock import parse_instant
from domain.errors import DureError, Refusal, StoreError
from domain.keyed_hash import hmac_sha256
from domain.ledger.apply import Stamp
from domain.ledger.commands import Command, EnrollMember, EraseMember, LinkMember
from domain.ledger.effects import entry_fields
from domain.ledger.model import Decision
from domain.ledger.state import State
from domain.ports import Appended, Clock, Log, LogBatch, Vault
from domain.store import requests, statements, writing
from domain.store.answers import KEY_REUSED, UNAUTHENTICATED, Answer, Rules
from domain.store.loading import Shared, load
from domain.store.session import LockedHead, Session, Values
from domain.store.tables import PERSONAL_TABLES
from domain.store.writing import Written

KEYS_CACHED_MAX = 4096  # unwrapped members' keys; a batch has at most 500 members
# Entries that nobody asked for, whoever's command they precede.
UNASKED = {
    "hold.expired": "system/hold-timeout",
    "points.expired": "system/expiry",
    "lots.merged": "system/housekeeping",
}

# What an erasure expires, the operator expires: its points have not come to their time.
_UNASKED_OF_ERASURE = {"hold.expired": UNASKED["hold.expired"]}

# A tuple: the union `EnrollMember | LinkMember` would be made anew for each command.
_WITH_REFERENCE = (EnrollMember, LinkMember)

_TURNED_AWAY = Refusal(UNAUTHENTICATED)  # stands for the fault; never kept, never shown

_Known = tuple[str, str, str, str, str, str, int]
_Scope = tuple[str, str]


class MemberKeys:
    """Members' keys, unwrapped once; found by their wrapped form, so an erased one is not found."""

    def __init__(self, vault: Vault) -> None:
        """Begin with none."""
        self.vault = vault
        self._keys: dict[bytes, bytes] = {}

    def unwrap(self, owner: str, wrapped: bytes | None) -> bytes:
        """Return a member's key; raises DureError where it is gone or not this vault's."""
        if wrapped is None:
            raise DureError("MEMBER_KEY_MISSING", owner=owner)
        key = self._keys.get(wrapped)
        if key is None:
            if len(self._keys) >= KEYS_CACHED_MAX:
                self.forget()
            try:
                key = self._keys[wrapped] = self.vault.unwrap(wrapped)
            except StoreError as error:
                # The database is there; only this member's command cannot be done.
                raise DureError("MEMBER_KEY_UNREADABLE", owner=owner) from error
        return key

    def forget(self) -> None:
        """Drop every key: one of them may have been destroyed."""
        self._keys.clear()


class Batch:
    """A batch under the head's lock.

    ``head``, ``reference_version`` and ``shared`` are those that it leaves, once committed;
    ``erased`` are the members that it erased.
    """

    def __init__(
        self,
        session: Session,
        log: Log,
        rules: Rules,
        clock: Clock,
        keys: MemberKeys,
        locked: LockedHead,
    ) -> None:
        """Begin after the head that was locked."""
        self._session = session
        self._rules = rules
        self._clock = clock
        self._keys = keys
        self._before = self.head = locked.head
        self.reference_version = locked.reference_version
        self.shared: Shared | None = None
        self.erased: list[str] = []
        self._log = log
        self._last_time = locked.head.last_time
        self._next_seq = locked.head.size
        self._written: list[Written] = []
        self._own: list[tuple[Command, int, dict[str, str] | None]] = []  # with its payload
        self._payloads: list[Values] = []
        self._signed: list[Values] = []
        self._kept: dict[int, str] = {}  # what is kept of each own entry's request
        self._texts: list[Values] = []

    def run(self, commands: Sequence[Command], shared: Shared, now: int) -> list[Answer]:
        """Answer what is known, decide the rest in order, and write it all."""
        scopes = [(command.actor.partner, command.key) for command in commands]
        asked = {scope for scope in scopes if scope[1]}
        known = {(row[0], row[1]): row for row in self._session.read(statements.COMMANDS, [*asked])}
        undecided = [i for i, scope in enumerate(scopes) if scope not in known]
        wanted = [commands[i] for i in undecided]
        state, wrapped = load(self._session, shared, self._before.size, now, wanted)
        outcomes: dict[int, Written | Refusal] = {}
        first: dict[_Scope, int] = {}
        for i in undecided:
            if scopes[i] not in first:
                outcomes[i] = outcome = self._decide(state, commands[i])
                if scopes[i][1] and outcome is not _TURNED_AWAY:
                    first[scopes[i]] = i  # what was turned away is not decided: a retry may be
        log = self._append(wrapped)
        appended = self._write(state, commands, outcomes, log)
        for owner in self.erased:
            shared.books.keys.pop(owner, None)
        self.shared = shared._replace(books=shared.books.after(state))
        leaves = self._leaves(known)
        keys = self._keys_of(known, leaves)
        found: list[Answer] = []
        for i, (command, scope) in enumerate(zip(commands, scopes, strict=True)):
            if i in outcomes:
                found.append(self._answer(outcomes[i], appended))
            elif scope in known:
                found.append(self._replay(command, known[scope], leaves, keys))
            else:
                same = command.request == commands[first[scope]].request
                earlier = found[first[scope]]._replace(replayed=True, effect=None)
                found.append(earlier if same else _reused(command))
        return found

    def _decide(self, state: State, command: Command) -> Written | Refusal:
        if _revoked(state, command) or _key_changed(state, command):
            return _TURNED_AWAY
        now = max(self._clock.now(), self._last_time + 1)
        decision = self._rules.decide(state, command, now)
        if isinstance(decision, Refusal):
            return decision
        return self._accept(state, command, decision, now)

    def _accept(self, state: State, command: Command, decision: Decision, now: int) -> Written:
        """Give the decision's entries their places and carry them into the state."""
        own = len(decision.effects) - 1
        asked = command.actor.author
        for i, effect in enumerate(decision.effects):
            seq, time, author = self._next_seq, now + i, asked
            if i != own:
                unasked = _UNASKED_OF_ERASURE if isinstance(command, EraseMember) else UNASKED
                author = unasked.get(effect.kind, author)
            self._rules.apply(state, effect, Stamp(seq, time, author))
            self._written.append(Written(effect, seq, time, author))
            self._next_seq = state.size = seq + 1
            self._last_time = time
        text_key, text = command.free_text()
        if text:
            self._texts.append((self._written[-1].seq, text_key.hex(), text))
        self._own.append((command, self._next_seq - 1, decision.payload))
        if isinstance(command, _WITH_REFERENCE):
            # The reference stands outside the log, so no effect says that it is taken now.
            state.references[command.partner, command.reference_index] = command.owner
        elif isinstance(command, EraseMember):
            self.erased.append(command.owner)
        return self._written[-1]

    def _append(self, wrapped: dict[str, bytes]) -> LogBatch | None:
        """Append the batch's entries; None where it has none.

        Step by step over the whole batch, and not entry by entry: a step that is repeated finds
        its code in the processor's cache, and takes little more than half the time.
        """
        if not self._written:
            return None
        log = self._log.begin(self._before)
        bound = {
            seq: self._bind(command, seq, payload, wrapped) for command, seq, payload in self._own
        }
        fields = [entry_fields(effect, seq) for effect, seq, _, _ in self._written]
        unbound = ("", "")
        for (effect, seq, time, author), own in zip(self._written, fields, strict=True):
            cmd, pd = bound.get(seq, unbound)
            log.add(
                kind=effect.kind, id=effect.id, author=author, time=time, cmd=cmd, pd=pd,
                fields=own,
            )  # fmt: skip
        return log

    def _bind(
        self,
        command: Command,
        seq: int,
        personal: dict[str, str] | None,
        wrapped: dict[str, bytes],
    ) -> tuple[str, str]:
        """Return ``cmd`` and ``pd`` of a command's own entry (AUDIT_FORMAT, "Erasure")."""
        owner, bound = command.member(), command.signed or command.request
        if not owner:
            if command.signed:
                self._signed.append(("", seq, command.signed))
            cmd = hashlib.sha256(bound).hexdigest() if bound else ""
            self._kept[seq] = requests.of_entry(command, None, cmd)
            return cmd, ""
        key = self._keys.unwrap(owner, wrapped.get(owner))
        entry_key = requests.entry_key(key, seq)
        cmd = hmac_sha256(entry_key, bound).hex() if bound else ""
        self._kept[seq] = requests.of_entry(command, entry_key, cmd)
        if command.signed:
            context = f"{owner}/{seq}/command".encode("ascii")
            sealed = self._keys.vault.encrypt(key, context, command.signed)
            self._signed.append((owner, seq, sealed))
        if personal is None:
            return cmd, ""
        payload = _canonical(personal)
        context = f"{owner}/{seq}".encode("ascii")
        sealed = self._keys.vault.encrypt(key, context, payload)
        self._payloads.append((owner, seq, sealed))
        return cmd, hmac_sha256(entry_key, payload).hex()

    def _write(
        self,
        state: State,
        commands: Sequence[Command],
        outcomes: dict[int, Written | Refusal],
        log: LogBatch | None,
    ) -> Appended | None:
        session = self._session
        rows = [
            self._command_row(commands[i], outcome)
            for i, outcome in outcomes.items()
            if commands[i].key and outcome is not _TURNED_AWAY
        ]
        rows.sort()
        writing.write_commands(session, rows)
        if log is None:
            return None
        writing.write_effects(session, self._written)
        if writing.write_state(session, state):
            self.reference_version += 1
        accepted = [commands[i] for i, done in outcomes.items() if isinstance(done, Written)]
        writing.write_outside(session, accepted)
        session.insert("payload", self._payloads)
        session.insert("signed_command", self._signed)
        session.insert("free_text", self._texts)
        if self.erased:
            for table in PERSONAL_TABLES:
                session.delete(table, self.erased)
            self.reference_version += 1  # every process drops the keys that it has unwrapped
        appended = log.commit()
        writing.write_log(session, appended)
        writing.write_head(session, appended.head, self.reference_version)
        self.head = appended.head
        return appended

    def _command_row(self, command: Command, outcome: Written | Refusal) -> Values:
        scope = (command.actor.partner, command.key)
        if isinstance(outcome, Refusal):
            kept = requests.of_refusal(self._keys.vault, command.request)
            facts = json.dumps(outcome.facts, sort_keys=True)
            return (*scope, kept, outcome.code, ".".join(outcome.path), facts, -1)
        return (*scope, self._kept[outcome.seq], "", "", "{}", outcome.seq)

    def _answer(self, outcome: Written | Refusal, appended: Appended | None) -> Answer:
        if outcome is _TURNED_AWAY:
            return Answer(-1, fault=UNAUTHENTICATED)
        if isinstance(outcome, Refusal) or appended is None:
            refusal = outcome if isinstance(outcome, Refusal) else None
            return Answer(-1, refusal, size=self.head.size)
        effect, seq, time, _ = outcome
        head, entries, _, proofs = appended
        leaf = entries[seq - self._before.size][2]
        # In their order: eleven names would cost as much again as the values.
        return Answer(
            seq, None, "", False,  # noqa: FBT003
            effect.kind, effect.id, time, leaf, effect, head.checkpoint, proofs, head.size,
        )  # fmt: skip

    def _leaves(self, known: dict[_Scope, _Known]) -> dict[int, bytes]:
        seqs = [(row[6],) for row in known.values() if row[6] >= 0]
        return {seq: bytes(leaf) for seq, leaf in self._session.read(statements.LEAVES, seqs)}

    def _keys_of(
        self, known: dict[_Scope, _Known], leaves: dict[int, bytes]
    ) -> dict[int, dict[str, bytes]]:
        """Return the entries' own keys by member, of those whose request is kept under them."""
        touched = {
            row[6]: requests.members_of(requests.leaf_fields(leaves[row[6]]))
            for row in known.values()
            if row[6] >= 0 and row[2][:1] in (requests.OF_ENTRY, requests.OF_SIGNED)
        }
        owners = {(owner,) for members in touched.values() for owner in members}
        wrapped = dict(self._session.read(statements.MEMBER_KEYS, [*owners]))
        return {
            seq: {
                owner: requests.entry_key(self._keys.unwrap(owner, bytes(wrapped[owner])), seq)
                for owner in members
                if owner in wrapped
            }
            for seq, members in touched.items()
        }

    def _replay(
        self,
        command: Command,
        row: _Known,
        leaves: dict[int, bytes],
        keys: dict[int, dict[str, bytes]],
    ) -> Answer:
        """Return the first answer again; its checkpoint is the head's, which covers it too."""
        _, _, kept, code, path, facts, seq = row
        if seq < 0:
            vault = self._keys.vault
            if kept not in (requests.of_refusal(vault, command.request), _plain(command)):
                return _reused(command)
            refusal = Refusal(code, tuple(path.split(".")) if path else (), json.loads(facts))
            return Answer(-1, refusal, replayed=True, size=self.head.size)
        leaf = leaves[seq]
        fields = requests.leaf_fields(leaf)
        if not requests.Kept(kept, fields, keys.get(seq, {})).is_of(command):
            return _reused(command)
        return Answer(
            seq,
            replayed=True,
            kind=fields["kind"],
            id=fields["id"],
            time=parse_instant(fields["time"]),
            leaf=leaf,
            checkpoint=self.head.checkpoint,
            size=self.head.size,
        )


def _revoked(state: State, command: Command) -> bool:
    """Tell whether the caller's API key has ended since it was recognised.

    Seen under the lock: no entry by a key stands behind the entry that revoked it.
    """
    if not command.actor.key:
        return False
    key = state.reference.keys.get(command.actor.key)
    return key is None or key.revoked_seq != 0


def _key_changed(state: State, command: Command) -> bool:
    """Tell whether the key that signed is no longer the partner's.

    Seen under the lock: a verifier holds the signature against the key that stands at the entry.
    """
    if not command.signer:
        return False
    partner = state.reference.partners.get(command.actor.partner)
    return partner is None or partner.signing_key != command.signer


def _plain(command: Command) -> str:
    return requests.plain(command.request)


def _reused(command: Command) -> Answer:
    return Answer(-1, Refusal(KEY_REUSED, ("input", "idempotencyKey"), {"key": command.key}))


def _canonical(payload: dict[str, str]) -> bytes:
    """Return RFC 8785 of strings under ASCII names, which is what orjson writes, sorted."""
    return orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
