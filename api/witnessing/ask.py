"""What a process does before its first batch over a new connection: hear the policy's witnesses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.witnessing.compare import compare
from api.witnessing.policy import read_policy

if TYPE_CHECKING:
    from api.bootstrap import Network


def ask_witnesses(network: Network) -> None:
    """Let nothing be signed that a witness has seen further along.

    Raises as ``read_policy`` and ``compare`` do; without a policy nobody is asked.
    """
    policy = read_policy(network)
    if policy is not None:
        compare(network, policy)
