"""A trust policy: which logs, which witnesses, and how many of them must have cosigned.

C2SP tlog-policy. A line names a log, a witness, a group of names from the lines above it, or the
quorum:

    log VKEY [URL]
    witness NAME VKEY [URL]
    group NAME all|any|K NAME...
    quorum NAME|none

A checkpoint satisfies the policy if one of its logs signed it and the quorum's members cosigned it.
Names are opaque octets; nothing is known of them but that they differ.
"""

import re
from dataclasses import dataclass, field

from audit.checkpoint import Checkpoint
from audit.cosignature import Cosigned, WitnessKey, cosignatures
from audit.errors import AuditError
from audit.note import Note, VerifierKey

POLICY_BYTES_MAX = 65_536  # 400 lines of the longest keys; the format asks for 96 at least
NAMES_MAX = 256  # witnesses and groups; each known witness may cost a verification
LOGS_MAX = 64  # the format asks for 32 at least

NONE = "none"

_OCTETS = re.compile(rb"[\x09\x0a\x20-\x7e\x80-\xff]*")
_ITEMS = re.compile(r"[^ \t]+")
_COUNT = re.compile("[1-9][0-9]{0,2}")


class PolicyError(AuditError):
    """A policy cannot be read, or a checkpoint does not satisfy one."""


@dataclass(frozen=True, slots=True)
class PolicyWitness:
    """A witness under the policy's name for it, and its submission prefix, "" if none is given."""

    name: str
    key: WitnessKey
    url: str


@dataclass(frozen=True, slots=True)
class PolicyLog:
    """A log that the policy accepts; "" where no URL is given."""

    key: VerifierKey
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """At least ``count`` of the members must have witnessed."""

    count: int
    members: tuple[str, ...]


@dataclass(slots=True)
class Policy:
    """What makes a checkpoint valid.

    Attributes:
        logs: accepted logs; empty where the caller knows the log from elsewhere.
        witnesses: by name.
        groups: by name, each of names defined before it.
        quorum: the name that must have witnessed; `none` asks for no cosignature.
        text: the policy as it was read.
    """

    logs: list[PolicyLog] = field(default_factory=list)
    witnesses: dict[str, PolicyWitness] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = ""
    text: str = ""

    def keys(self) -> tuple[WitnessKey, ...]:
        """Return the witnesses' keys."""
        return tuple(witness.key for witness in self.witnesses.values())

    def satisfied(self, witnessed: set[bytes]) -> bool:
        """Tell whether cosignatures under these public keys make the quorum."""
        if self.quorum == NONE:
            return True
        held = {n for n, one in self.witnesses.items() if one.key.public_key in witnessed}
        for name, group in self.groups.items():
            if sum(member in held for member in group.members) >= group.count:
                held.add(name)
        return self.quorum in held

    def check(self, note: Note) -> tuple[Cosigned, ...]:
        """Hold a signed checkpoint against the policy; return the cosignatures that count.

        Where the policy lists logs, one of them must have signed; the caller checks the signature
        of the one log that it trusts in any case.

        Raises:
            NoteError: a known key's line does not verify (`NOTE_SIGNATURE_INVALID`,
                `COSIGNATURE_INVALID`), or no listed log signed (`NOTE_UNSIGNED`).
            CheckpointError: the text is no checkpoint.
            PolicyError: `POLICY_ORIGIN` if it is another log's than the one that signed,
                `POLICY_QUORUM` where too few witnesses cosigned.
        """
        origin = Checkpoint.parse(note.body).origin
        if self.logs:
            signed = note.verify([log.key for log in self.logs])
            if origin not in {key.name for key in signed}:
                raise PolicyError("POLICY_ORIGIN", origin=origin)
        found = cosignatures(note, self.keys())
        if not self.satisfied({one.witness.public_key for one in found}):
            raise PolicyError(
                "POLICY_QUORUM", quorum=self.quorum, cosigned=len(found), known=len(self.witnesses)
            )
        return found


def parse_policy(data: bytes) -> Policy:
    """Read a policy strictly.

    Raises:
        PolicyError: `POLICY_TOO_LONG`, `POLICY_CHARACTER`, `POLICY_LINE` (a line that is none of
            the four), `POLICY_LIMIT`, `POLICY_NAME` (taken, reserved or unknown),
            `POLICY_DUPLICATE` (one public key twice), `POLICY_COUNT`, `POLICY_KEY` or
            `POLICY_QUORUM_LINE` (none, or more than one); each names its line from 1.
    """
    if len(data) > POLICY_BYTES_MAX:
        raise PolicyError("POLICY_TOO_LONG", length=len(data), length_max=POLICY_BYTES_MAX)
    if _OCTETS.fullmatch(data) is None:
        raise PolicyError("POLICY_CHARACTER")
    # Names are opaque octets: surrogates keep those that are no UTF-8, one for one.
    text = data.decode("utf-8", "surrogateescape")
    policy = Policy(text=text)
    for number, line in enumerate(text.split("\n"), 1):
        items = _ITEMS.findall(line)
        if items and not items[0].startswith("#"):
            _Line(policy, number, items).read()
    if not policy.quorum:
        raise PolicyError("POLICY_QUORUM_LINE", line=len(text.split("\n")))
    return policy


@dataclass(frozen=True, slots=True)
class _Line:
    policy: Policy
    number: int
    items: list[str]

    def read(self) -> None:
        kind, *rest = self.items
        if kind == "log" and 1 <= len(rest) <= 2:  # noqa: PLR2004 -- VKEY [URL]
            self._log(rest[0], "".join(rest[1:]))
        elif kind == "witness" and 2 <= len(rest) <= 3:  # noqa: PLR2004 -- NAME VKEY [URL]
            self._witness(rest[0], rest[1], "".join(rest[2:]))
        elif kind == "group" and len(rest) > 2:  # noqa: PLR2004 -- NAME, how many, and a member
            self._group(rest[0], rest[1], rest[2:])
        elif kind == "quorum" and len(rest) == 1:
            self._quorum(rest[0])
        else:
            raise self._refusal("POLICY_LINE", item=kind)

    def _refusal(self, code: str, **facts: str | int) -> PolicyError:
        return PolicyError(code, line=self.number, **facts)

    def _log(self, text: str, url: str) -> None:
        try:
            key = VerifierKey.parse(text)
        except AuditError as error:
            raise self._refusal("POLICY_KEY", reason=error.code) from None
        if any(log.key.public_key == key.public_key for log in self.policy.logs):
            raise self._refusal("POLICY_DUPLICATE", name=key.name)
        if len(self.policy.logs) >= LOGS_MAX:
            raise self._refusal("POLICY_LIMIT", logs_max=LOGS_MAX)
        self.policy.logs.append(PolicyLog(key, url))

    def _witness(self, name: str, text: str, url: str) -> None:
        self._check_free(name)
        try:
            key = WitnessKey.parse(text)
        except AuditError as error:
            raise self._refusal("POLICY_KEY", reason=error.code) from None
        if any(one.key.public_key == key.public_key for one in self.policy.witnesses.values()):
            raise self._refusal("POLICY_DUPLICATE", name=name)
        self.policy.witnesses[name] = PolicyWitness(name, key, url)

    def _group(self, name: str, how: str, members: list[str]) -> None:
        self._check_free(name)
        for member in members:
            if member not in self.policy.witnesses and member not in self.policy.groups:
                raise self._refusal("POLICY_NAME", name=member)
        if len(set(members)) != len(members):
            raise self._refusal("POLICY_DUPLICATE", name=name)
        if how in {"all", "any"}:
            count = len(members) if how == "all" else 1
        elif _COUNT.fullmatch(how) and int(how) <= len(members):
            count = int(how)
        else:
            raise self._refusal("POLICY_COUNT", count=how, members=len(members))
        if self._in_two_groups(members):
            raise self._refusal("POLICY_DUPLICATE", name=name)
        self.policy.groups[name] = Group(count, tuple(members))

    def _in_two_groups(self, members: list[str]) -> bool:
        """Each name is a member at most once in all, so that no witness counts twice."""
        taken = {one for group in self.policy.groups.values() for one in group.members}
        return not taken.isdisjoint(members)

    def _quorum(self, name: str) -> None:
        if self.policy.quorum:
            raise self._refusal("POLICY_QUORUM_LINE")
        known = name in self.policy.witnesses or name in self.policy.groups
        if name != NONE and not known:
            raise self._refusal("POLICY_NAME", name=name)
        self.policy.quorum = name

    def _check_free(self, name: str) -> None:
        policy = self.policy
        if name == NONE or name in policy.witnesses or name in policy.groups:
            raise self._refusal("POLICY_NAME", name=name)
        if len(policy.witnesses) + len(policy.groups) >= NAMES_MAX:
            raise self._refusal("POLICY_LIMIT", names_max=NAMES_MAX)
