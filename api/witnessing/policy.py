"""The network's witness policy: a file in C2SP's form, read once at the start.

Every witness in it is asked, so every one has a URL; the log in it, where one is named, is ours.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from api.bootstrap import NetworkError
from api.witnessing.compare import log_keys
from audit.cosignature import cosignatures
from audit.errors import AuditError
from audit.note import SIGNATURES_MAX, parse_note
from audit.policy import POLICY_BYTES_MAX, Policy, PolicyError, parse_policy
from audit.transport import TransportError, check_url

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from api.bootstrap import Network

POLICY_FILE = "witness-policy"


def policy_path(network: Network) -> Path:
    """Return where the policy stands: named by a setting, or in the home."""
    return network.settings.witness_policy or network.home / POLICY_FILE


def read_policy(network: Network) -> Policy | None:
    """Return the network's policy; None where there is no file and none was named.

    Raises NetworkError: ``POLICY_UNREADABLE``, or ``POLICY_INVALID`` with the line and the reason.
    """
    path = policy_path(network)
    try:
        with path.open("rb") as opened:
            data = opened.read(POLICY_BYTES_MAX + 1)
    except FileNotFoundError:
        if network.settings.witness_policy is None:
            return None
        raise NetworkError("POLICY_UNREADABLE", path=str(path), reason="no such file") from None
    except OSError as error:
        reason = error.strerror or ""
        raise NetworkError("POLICY_UNREADABLE", path=str(path), reason=reason) from None
    try:
        policy = parse_policy(data)
        _check(policy, network)
    except (PolicyError, TransportError) as error:
        facts = {"line": 0, **error.facts}
        line = facts["line"]
        raise NetworkError(
            "POLICY_INVALID",
            path=str(path),
            line=line if isinstance(line, int) else 0,
            reason=error.diagnostics(),
        ) from None
    return policy


def quorum_of(policy: Policy) -> Callable[[str], bool]:
    """Return what tells whether a signed checkpoint satisfies the policy.

    What was published may be of an earlier policy, so it is looked at, once for each note.
    """

    @lru_cache(maxsize=2)
    def satisfied(note: str) -> bool:
        try:
            found = cosignatures(parse_note(note), policy.keys())
        except AuditError:
            return False
        # The log's own line is not in question, and may be of a key that came after the policy.
        return policy.satisfied({one.witness.public_key for one in found})

    return satisfied


def read_quorum(network: Network) -> Callable[[str], bool] | None:
    """Return what `quorum_of` does of the network's policy; None where there is none.

    Raises NetworkError: as `read_policy`.
    """
    policy = read_policy(network)
    return None if policy is None else quorum_of(policy)


def _check(policy: Policy, network: Network) -> None:
    if len(policy.witnesses) >= SIGNATURES_MAX:
        # All may cosign, beside the log itself: nobody could read what was published then.
        raise PolicyError("POLICY_LIMIT", witnesses_max=SIGNATURES_MAX - 1)
    keys = {log.key for log in policy.logs}
    if keys and keys.isdisjoint(log_keys(network).keys):
        raise PolicyError("POLICY_LOG_OTHER", expected=network.verifier_key)
    for witness in policy.witnesses.values():
        check_url(witness.url)
