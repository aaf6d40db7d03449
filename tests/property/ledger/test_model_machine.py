"""The rules and the model, told the same, say and do the same."""

from hypothesis.stateful import invariant

from tests.property.ledger import invariants
from tests.property.ledger.comparison import compare
from tests.property.ledger.merging import MergingCommands
from tests.property.ledger.profile import MACHINE


class AgainstModel(MergingCommands):
    """After each command both tell the same ledger, and the invariants hold in it."""

    @invariant()
    def same(self) -> None:
        """Balances, lots, holds, debts, reserves, consents and counters are the model's."""
        compare(self.network, self.book)

    @invariant()
    def holds_together(self) -> None:
        """Invariants 1, 2, 3, 9 and 12 of the design hold."""
        invariants.check(self.network)


AgainstModel.TestCase.settings = MACHINE
TestAgainstModel = AgainstModel.TestCase
