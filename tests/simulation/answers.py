"""What was answered, held against what the model says, and against what was answered before."""

from dataclasses import dataclass

from domain.ledger.commands import Command, EnrollMember
from domain.store import requests
from domain.store.answers import KEY_REUSED, UNAUTHENTICATED, Answer
from tests.simulation.desk import Desk, Expected


class BreachError(AssertionError):
    """Something that must hold did not, at a step."""

    step = 0


def hold(claim: bool, what: str, *facts: object) -> None:
    """Raise BreachError where a claim is false."""
    if not claim:
        raise BreachError(f"{what}: {' | '.join(str(fact) for fact in facts)}")


@dataclass
class Kept:
    """What a key stands for: its first request, what it came to, and the answer once heard."""

    request: bytes
    expected: Expected
    answer: Answer | None


class Answers:
    """Every key that was ever decided, and the model that decides along."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.kept: dict[tuple[str, str], Kept] = {}

    def known(self, command: Command) -> bool:
        """Tell whether the command's key was decided before."""
        return (command.actor.partner, command.key) in self.kept

    def heard(self, command: Command, answer: Answer, clock: int) -> str:
        """Hold an answer that is no fault of the writer against the model; return its code."""
        kept = self.kept.get((command.actor.partner, command.key)) if command.key else None
        if kept is not None:
            return self._repeated(command, answer, kept)
        if self._desk.turned_away(command):
            hold(answer.fault == UNAUTHENTICATED, "an ended API key was heard", command, answer)
            return UNAUTHENTICATED
        expected = self.done(command, clock, answer)
        self._same(command, answer, expected)
        hold(not answer.replayed, "a first answer says that it is none", command, answer)
        return expected.code

    def done(self, command: Command, clock: int, answer: Answer | None) -> Expected:
        """Let the model do what the product has done, whether or not it said so."""
        expected = self._desk.run(command, clock)
        if command.key:
            scope = (command.actor.partner, command.key)
            self.kept[scope] = Kept(command.request, expected, answer)
        return expected

    def _same(self, command: Command, answer: Answer, expected: Expected) -> None:
        found = answer.refusal.code if answer.refusal else answer.fault
        hold(found == expected.code, f"{found or 'accepted'}, not {expected.code}", command, answer)
        hold(answer.seq == expected.seq, f"entry {answer.seq}, not {expected.seq}", command)
        if not expected.code:
            hold(answer.time == expected.time, f"at {answer.time}, not {expected.time}", command)
            hold(bool(answer.leaf), "an entry without its leaf", command)

    def _forgotten(self, command: Command, answer: Answer) -> bool:
        """Tell whether the answer is of an erased member whom the command names, or enrols.

        Of its requests nothing is kept that another could be told from; it may have any of them.
        """
        if not answer.replayed or not answer.leaf:
            return False
        touched = requests.members_of(requests.leaf_fields(answer.leaf))
        gone = self._desk.book.erased.intersection(touched)
        return bool(gone) and (command.member() in gone or isinstance(command, EnrollMember))

    def _repeated(self, command: Command, answer: Answer, kept: Kept) -> str:
        if command.request != kept.request and not self._forgotten(command, answer):
            code = answer.refusal.code if answer.refusal else answer.fault
            hold(code == KEY_REUSED, "a key served two requests", command, answer)
            return KEY_REUSED
        hold(answer.replayed, "a retry was decided anew", command, answer)
        self._same(command, answer, kept.expected)
        first = kept.answer = kept.answer or answer
        same = (first.seq, first.refusal, first.kind, first.id, first.time, first.leaf)
        again = (answer.seq, answer.refusal, answer.kind, answer.id, answer.time, answer.leaf)
        hold(same == again, "a retry has another answer", command, first, answer)
        return "replayed"
