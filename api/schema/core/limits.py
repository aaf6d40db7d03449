"""Limits of a document, checked once a document and remembered with its validation.

One pass over each operation counts depth, aliases, root fields and cost. A page multiplies what it
holds by its ``first``; a size that stands in a variable counts as the greatest. Introspection is
bounded by graphql-core's own rule.
"""

from __future__ import annotations

from typing import NamedTuple

from graphql import (
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)

from api.schema.core.connection import FIRST_DEFAULT, FIRST_MAX

DEPTH_MAX = 12  # transfers.edges.node.receipt.leafHash has 5; twice that leaves room
ALIASES_MAX = 30  # a dashboard of thirty tiles
COST_MAX = 20_000  # two full pages with every list of a transfer asked for
MUTATIONS_MAX = 10  # each waits for its own commit, one after another
TOKENS_MAX = 2_000  # ten times the longest document of our own pages
_SPREADS_MAX = 200  # fragments spread in fragments multiply without a cycle


class _Count(NamedTuple):
    depth: int
    aliases: int
    cost: int


class DocumentLimits(ValidationRule):
    """Refuses documents that would cost more than an answer is worth."""

    def __init__(self, context: ValidationContext) -> None:
        """Begin a document."""
        super().__init__(context)
        self._spreads = 0

    def enter_operation_definition(self, node: OperationDefinitionNode, *_args: object) -> None:
        """Measure an operation and report each limit that it passes."""
        counted = self._measure(node.selection_set, frozenset())
        for what, found, limit in (
            ("depth", counted.depth, DEPTH_MAX),
            ("aliases", counted.aliases, ALIASES_MAX),
            ("cost", counted.cost, COST_MAX),
            ("fragment spreads", self._spreads, _SPREADS_MAX),
        ):
            if found > limit:
                self.report_error(GraphQLError(f"{what} {found}, at most {limit}", node))
        if node.operation is OperationType.MUTATION:
            fields = len(node.selection_set.selections)
            if fields > MUTATIONS_MAX:
                self.report_error(
                    GraphQLError(f"{fields} mutations, at most {MUTATIONS_MAX}", node)
                )

    def _measure(self, selected: SelectionSetNode, within: frozenset[str]) -> _Count:
        depth = aliases = cost = 0
        for node in selected.selections:
            if isinstance(node, FieldNode):
                found = self._field(node, within)
            elif isinstance(node, InlineFragmentNode):
                found = self._measure(node.selection_set, within)
            elif isinstance(node, FragmentSpreadNode):
                found = self._spread(node.name.value, within)
            depth = max(depth, found.depth)
            aliases += found.aliases
            cost += found.cost
        return _Count(depth, aliases, cost)

    def _spread(self, name: str, within: frozenset[str]) -> _Count:
        fragment: ExecutableDefinitionNode | None = self.context.get_fragment(name)
        self._spreads += 1
        if (
            not isinstance(fragment, FragmentDefinitionNode)
            or name in within
            or self._spreads > _SPREADS_MAX
        ):
            return _Count(0, 0, 0)  # unknown and circular ones are other rules' to report
        return self._measure(fragment.selection_set, within | {name})

    def _field(self, node: FieldNode, within: frozenset[str]) -> _Count:
        alias = 1 if node.alias is not None else 0
        if node.selection_set is None or node.name.value.startswith("__"):
            return _Count(1, alias, 1)
        inner = self._measure(node.selection_set, within)
        return _Count(inner.depth + 1, inner.aliases + alias, 1 + inner.cost * _times(node))


def _times(node: FieldNode) -> int:
    """Return how often a field's content may be repeated: a page's size, 1 for all others."""
    paged = node.selection_set is not None and any(
        isinstance(one, FieldNode) and one.name.value == "edges"
        for one in node.selection_set.selections
    )
    for argument in node.arguments or ():
        if argument.name.value == "first":
            value = argument.value
            if isinstance(value, IntValueNode) and len(value.value) <= len(str(FIRST_MAX)):
                return max(1, int(value.value))
            return FIRST_MAX
    return FIRST_DEFAULT if paged else 1
