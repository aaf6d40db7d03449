"""The shape of a document, looked at before it is validated.

Validation itself has a price: graphql-core compares every two fields of one selection that answer
under one name, and tries every unknown name against all known ones. What is written down is
therefore bounded first, in time linear in the document: fields, how deep they nest, how many answer
under one name where they are merged (through fragments, as an execution would merge them), how
long a number is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import (
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
)

from api.schema.core.words import WordedError, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphql import DocumentNode

FIELDS_MAX = 300  # the query that every tool sends to learn a schema has a hundred
SAME_KEY_MAX = 30  # fields that merge into one; a page put together from thirty parts
MERGED_MAX = 1_500  # fields with those of fragments at every place where they are spread
NESTING_MAX = 32  # twice what any limit on depth lets through
DIGITS_MAX = 20  # of a number written out; the longest that means anything has 19
VARIABLES_MAX = 100  # our widest input has some twenty fields


def shape_error(document: DocumentNode) -> GraphQLError | None:
    """Return what is wrong with a document's shape, None where it may be validated."""
    return _written(document) or _merged(document)


def _too_much(what: Words, limit: int) -> GraphQLError:
    return WordedError(
        Words(f"more than {limit} {what.english}", f"{what.korean}이(가) {limit}을(를) 넘습니다")
    )


def _written(document: DocumentNode) -> GraphQLError | None:
    """Look at every node once."""
    fields = 0
    nodes: list[Node] = [document]
    while nodes:
        node = nodes.pop()
        if isinstance(node, FieldNode):
            fields += 1
            if fields > FIELDS_MAX:
                return _too_much(Words("fields in a document", "문서의 필드"), FIELDS_MAX)
        elif isinstance(node, IntValueNode | FloatValueNode):
            if len(node.value) > DIGITS_MAX:
                return _too_much(Words("characters in a number", "숫자의 글자"), DIGITS_MAX)
        elif (
            isinstance(node, OperationDefinitionNode)
            and len(node.variable_definitions or ()) > VARIABLES_MAX
        ):
            return _too_much(Words("variables", "변수"), VARIABLES_MAX)
        for name in node.keys:
            value = getattr(node, name, None)
            if isinstance(value, Node):
                nodes.append(value)
            elif isinstance(value, list | tuple):
                nodes += [one for one in value if isinstance(one, Node)]
    return None


def _merged(document: DocumentNode) -> GraphQLError | None:
    """Merge selections as an execution would, from each operation and each fragment."""
    fragments: dict[str, FragmentDefinitionNode] = {}
    places: list[tuple[list[SelectionSetNode], int]] = []
    for definition in document.definitions:
        if isinstance(definition, FragmentDefinitionNode):
            fragments[definition.name.value] = definition
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            places.append(([definition.selection_set], 1))
    met = 0
    while places:
        selected, nesting = places.pop()
        if nesting > NESTING_MAX:
            return _too_much(Words("levels of fields", "필드의 단계"), NESTING_MAX)
        keys: dict[str, list[FieldNode]] = {}
        for field in _fields(selected, fragments):
            met += 1
            if met > MERGED_MAX:
                return _too_much(
                    Words("fields with those of its fragments", "조각의 것을 더한 필드"), MERGED_MAX
                )
            key = (field.alias or field.name).value
            same = keys.setdefault(key, [])
            same.append(field)
            if len(same) > SAME_KEY_MAX:
                return _too_much(Words("fields under one name", "한 이름의 필드"), SAME_KEY_MAX)
        for same in keys.values():
            inner = [field.selection_set for field in same if field.selection_set is not None]
            if inner:
                places.append((inner, nesting + 1))
    return None


def _fields(
    selected: Iterable[SelectionSetNode], fragments: dict[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    """Walk the fields of merged selections, each fragment once."""
    visited: set[str] = set()
    nodes = [node for one in selected for node in one.selections]
    while nodes:
        node = nodes.pop()
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            nodes += node.selection_set.selections
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in visited:
            visited.add(node.name.value)
            fragment = fragments.get(node.name.value)
            if fragment is not None:
                nodes += fragment.selection_set.selections
