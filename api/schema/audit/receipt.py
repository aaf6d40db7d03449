"""A receipt: the entry of a change and the proof that the signed log holds it (AUDIT_FORMAT)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import strawberry

from api.schema.core import scalars
from api.schema.core.fields import computed
from audit.merkle import leaf_hash
from audit.proof import Receipt as Proof

if TYPE_CHECKING:
    from domain.store.answers import Answer


@strawberry.type(
    description="Proof that a change stands in the signed log; worth keeping, checkable offline."
)
class Receipt:
    """An entry, its inclusion proof and the checkpoint that the proof leads to."""

    sequence: scalars.Sequence = strawberry.field(description="Number of the entry in the log.")
    leaf: str = strawberry.field(description="The entry's bytes: RFC 8785 JSON.")
    checkpoint: str = strawberry.field(
        description="The signed checkpoint (C2SP signed note) that the proof leads to."
    )
    cosigned: bool = strawberry.field(description="Whether witnesses have signed the checkpoint.")
    hashes: strawberry.Private[Callable[[], Sequence[bytes]]]

    @computed("SHA-256(00 || leaf), in hex: the entry's hash in the tree.")
    def leaf_hash(self) -> str:
        """Hash the leaf (RFC 6962 section 2.1)."""
        return leaf_hash(self.leaf.encode("ascii")).hex()

    @computed("Hashes from the leaf to the root, each in base64.")
    def inclusion_proof(self) -> list[str]:
        """Make the proof now: most callers never ask."""
        return [base64.b64encode(one).decode("ascii") for one in self.hashes()]

    @computed("Index, hashes and checkpoint in one text (c2sp.org/tlog-proof@v1).")
    def proof(self) -> str:
        """Write the receipt file."""
        return Proof(self.sequence, tuple(self.hashes()), self.checkpoint).text()


def fresh_receipt(answer: Answer) -> Receipt | None:
    """Make the receipt of what was just written; None where its proof has to be read."""
    proofs = answer.proofs
    if proofs is None:
        return None
    seq = answer.seq
    return Receipt(
        sequence=scalars.Sequence(seq),
        leaf=answer.leaf.decode("ascii"),
        checkpoint=answer.checkpoint,
        cosigned=False,
        hashes=lambda: proofs.inclusion(seq),
    )
