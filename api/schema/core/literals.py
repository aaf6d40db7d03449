"""Values written into a document: one that is wrong is told with the place where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import (
    SKIP,
    ArgumentNode,
    GraphQLError,
    ValuesOfCorrectTypeRule,
    VariableDefinitionNode,
    VisitorAction,
    validate_input_literal,
)

from api.schema.core.words import WordedError, Words

if TYPE_CHECKING:
    from graphql import GraphQLInputType, ValueNode


class PlacedError(WordedError):
    """A wrong value, told as its argument and the fields that lead to it (``extensions.path``)."""

    def __init__(self, error: GraphQLError, path: list[str | int], node: ValueNode) -> None:
        """Take what is wrong, the path, and the literal, whose line and column are told."""
        place = ".".join(str(step) for step in path)
        words = error.words if isinstance(error, WordedError) else Words(*[error.message] * 2)
        placed = Words(*(f"{place}: {text}" for text in words))
        super().__init__(placed, "BAD_REQUEST", error.nodes or [node])
        assert self.extensions is not None  # a code was given
        self.extensions["path"] = path


class PlacedValues(ValuesOfCorrectTypeRule):
    """graphql-core's rule for literals, which throws the path away that it has found."""

    _place = ""

    def enter_argument(self, node: ArgumentNode, *_args: object) -> None:
        """Remember the argument whose value comes next."""
        self._place = node.name.value

    def enter_variable_definition(self, node: VariableDefinitionNode, *_args: object) -> None:
        """Remember the variable whose default value may come next."""
        self._place = f"${node.variable.name.value}"

    def is_valid_value_node(
        self, node: ValueNode, input_type: GraphQLInputType | None
    ) -> VisitorAction:
        """Check one literal, and what is within it."""

        def on_error(error: GraphQLError, path: list[str | int]) -> None:
            self.report_error(PlacedError(error, [self._place, *path], node))

        if input_type is not None:
            validate_input_literal(node, input_type, on_error)
        return SKIP
