"""The network's witness policy: a file in C2SP's form, read once at the start.

Every witness in it is asked, so every one has a URL; the log in it, where one is named, is ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.bootstrap import NetworkError
from api.witnessing.compare import log_keys
from audit.policy import POLICY_BYTES_MAX, Policy, PolicyError, parse_policy
from audit.transport import TransportError, check_url

if TYPE_CHECKING:
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


def _check(policy: Policy, network: Network) -> None:
    keys = {log.key for log in policy.logs}
    if keys and keys.isdisjoint(log_keys(network).keys):
        raise PolicyError("POLICY_LOG_OTHER", expected=network.verifier_key)
    for witness in policy.witnesses.values():
        check_url(witness.url)
