"""Limits of a document, checked once a document and remembered with its validation.

One pass over each operation, through its fragments, counts depth, aliases, root fields and cost.
Cost is in values made or rows read: a page multiplies what it holds by its ``first`` (a size that
stands in a variable counts as the greatest), and a field that has to search for its answer is
charged for the search (``CHARGES``). What is asked of the schema itself is counted apart, by how
long its lists are (``LENGTHS``).
"""

from __future__ import annotations

from dataclasses import dataclass

from graphql import (
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)

from api.schema.core.connection import FIRST_DEFAULT, FIRST_MAX
from api.schema.core.words import WordedError, Words

DEPTH_MAX = 12  # transfers.edges.node.receipt.leafHash has 5; twice that leaves room
ALIASES_MAX = 30  # a dashboard of thirty tiles
COST_MAX = 12_000  # one full page of transfers with all their fields, receipts too; some 0.2 s
SEARCHES_MAX = 3  # fields that look through the log; a screen shows one or two such lists
MUTATIONS_MAX = 10  # each waits for its own commit, one after another
TOKENS_MAX = 2_000  # ten times the longest document of our own pages
INTROSPECTION_MAX = 50_000  # what the query of every tool comes to, and a quarter as much again
INTROSPECTION_DEPTH_MAX = 16  # that query has 15: a list of lists of what may not be null
_SPREADS_MAX = 200  # fragments spread in fragments multiply without a cycle

# Fields that look through the log for what the caller may see, or through the history of a wallet
# or a window.
SEARCHES = frozenset({"transfers", "auditEntries", "walletAsOf", "statement", "statementLines"})

# Rows that a field reads before its own values are made. A proof reads hashes out of three tiles
# or more and costs as much as fifty values; a public one is asked for without credentials.
CHARGES: dict[str, int] = {
    "transfers": 200,
    "auditEntries": 200,
    "walletAsOf": 2_000,
    "statement": 2_000,
    "statementLines": 2_000,
    "holds": 50,
    "wallet": 50,
    "receipt": 50,
    "transfer": 20,
    "auditEntry": 20,
    "node": 20,
    "settlements": 500,
    "settlement": 100,
    "settlementSchedule": 100,  # three dates by a calendar
    "disputes": 100,
    "bankLinesWaiting": 500,
    "dispute": 20,
    "auditInclusionProof": 200,
    "auditConsistencyProof": 200,
}

_GIVEN_OR_READ = frozenset({"node", "settlement", "dispute"})

# How long the schema's own lists are, on average over all types.
LENGTHS: dict[str, int] = {
    "types": 250,
    "fields": 4,
    "possibleTypes": 2,
    "inputFields": 2,
    "enumValues": 2,
    "directives": 6,
}
POSSIBLE_TYPES = 80  # of one interface, the refusals'; it is reached from each of them


@dataclass(slots=True)
class _Count:
    """What a selection comes to: ``schema_`` what it asks of the schema itself."""

    depth: int = 0
    aliases: int = 0
    cost: int = 0
    roots: int = 0
    searches: int = 0
    paged: bool = False
    schema_depth: int = 0
    schema_cost: int = 0

    def add(self, other: _Count) -> None:
        """Take in a selection that stands beside this one."""
        self.depth = max(self.depth, other.depth)
        self.aliases += other.aliases
        self.cost += other.cost
        self.roots += other.roots
        self.searches += other.searches
        self.paged = self.paged or other.paged
        self.schema_depth = max(self.schema_depth, other.schema_depth)
        self.schema_cost += other.schema_cost


class DocumentLimits(ValidationRule):
    """Refuses documents that would cost more than an answer is worth."""

    def __init__(self, context: ValidationContext) -> None:
        """Begin a document."""
        super().__init__(context)
        self._spreads = 0

    def enter_operation_definition(self, node: OperationDefinitionNode, *_args: object) -> None:
        """Measure an operation and report each limit that it passes."""
        counted = self._measure(node.selection_set, frozenset(), "")
        mutations = counted.roots if node.operation is OperationType.MUTATION else 0
        for what, found, limit in (
            (Words("depth", "깊이"), counted.depth, DEPTH_MAX),
            (Words("aliases", "별칭"), counted.aliases, ALIASES_MAX),
            (Words("cost", "비용"), counted.cost, COST_MAX),
            (Words("searches", "검색"), counted.searches, SEARCHES_MAX),
            (Words("mutations", "변경"), mutations, MUTATIONS_MAX),
            (
                Words("depth of introspection", "스키마 조회의 깊이"),
                counted.schema_depth,
                INTROSPECTION_DEPTH_MAX,
            ),
            (
                Words("cost of introspection", "스키마 조회의 비용"),
                counted.schema_cost,
                INTROSPECTION_MAX,
            ),
            (Words("fragment spreads", "펼친 조각"), self._spreads, _SPREADS_MAX),
        ):
            if found > limit:
                self.report_error(_passed(what, found, limit, node))

    def _measure(self, selected: SelectionSetNode, within: frozenset[str], parent: str) -> _Count:
        """Count a selection; ``parent`` is the field that holds it, inside introspection only."""
        total = _Count()
        for node in selected.selections:
            if isinstance(node, FieldNode):
                total.add(
                    self._asked(node, within, parent) if parent else self._field(node, within)
                )
            elif isinstance(node, InlineFragmentNode):
                total.add(self._measure(node.selection_set, within, parent))
            elif isinstance(node, FragmentSpreadNode):
                total.add(self._spread(node.name.value, within, parent))
        return total

    def _spread(self, name: str, within: frozenset[str], parent: str) -> _Count:
        fragment: ExecutableDefinitionNode | None = self.context.get_fragment(name)
        self._spreads += 1
        if (
            not isinstance(fragment, FragmentDefinitionNode)
            or name in within
            or self._spreads > _SPREADS_MAX
        ):
            return _Count()  # unknown and circular ones are other rules' to report
        return self._measure(fragment.selection_set, within | {name}, parent)

    def _field(self, node: FieldNode, within: frozenset[str]) -> _Count:
        name = node.name.value
        found = _Count(
            depth=1,
            aliases=0 if node.alias is None else 1,
            cost=1 + _charge(node),
            roots=1,
            searches=1 if name in SEARCHES else 0,
            paged=name == "edges",
        )
        if node.selection_set is None:
            return found
        if name.startswith("__"):
            found.add(self._asked(node, within, name))
            found.aliases -= 0 if node.alias is None else 1  # counted once already
            return found
        inner = self._measure(node.selection_set, within, "")
        found.depth += inner.depth
        found.aliases += inner.aliases
        found.searches += inner.searches
        found.schema_depth = inner.schema_depth
        found.schema_cost = inner.schema_cost
        found.cost += inner.cost * _times(node, paged=inner.paged)
        return found

    def _asked(self, node: FieldNode, within: frozenset[str], parent: str) -> _Count:
        """Count a field of the schema's own types."""
        found = _Count(aliases=0 if node.alias is None else 1, schema_depth=1, schema_cost=1)
        if node.selection_set is None:
            return found
        name = node.name.value
        inner = self._measure(node.selection_set, within, name)
        found.aliases += inner.aliases
        found.schema_depth += inner.schema_depth
        if name == "ofType":
            found.schema_cost += (inner.schema_cost + 1) // 2  # every second type wraps no other
        elif name == "possibleTypes" and parent != "types":
            found.schema_cost += inner.schema_cost * POSSIBLE_TYPES
        else:
            found.schema_cost += inner.schema_cost * LENGTHS.get(name, 1)
        return found


def _passed(what: Words, found: int, limit: int, node: OperationDefinitionNode) -> WordedError:
    english = f"{what.english} {found}, at most {limit}"
    return WordedError(Words(english, f"{what.korean} {found}, 최대 {limit}"), nodes=[node])


def _charge(node: FieldNode) -> int:
    """Return what a field reads before its own values; what has no argument was read above it.

    So was an edge's `node`, and the `settlement` or `dispute` that a proposal is of.
    """
    name = node.name.value
    return 0 if name in _GIVEN_OR_READ and not node.arguments else CHARGES.get(name, 0)


def _times(node: FieldNode, *, paged: bool) -> int:
    """Return how often a field's content may be repeated: a page's size, 1 for all others."""
    for argument in node.arguments or ():
        if argument.name.value == "first":
            value = argument.value
            if isinstance(value, IntValueNode) and len(value.value) <= len(str(FIRST_MAX)):
                return max(1, int(value.value))
            return FIRST_MAX
    return FIRST_DEFAULT if paged else 1
