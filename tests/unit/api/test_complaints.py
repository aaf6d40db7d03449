"""A witness that is away is told of once, and not with the round of every second."""

import pytest

from api.witnessing.publish import Complaints, Round


def _failed(size: int, **codes: str) -> Round:
    return Round(size, (), codes, published=False)


def _done(size: int) -> Round:
    return Round(size, ("AIR",), {}, published=True)


def test_rounds_that_fail_alike_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """Sixty rounds without a quorum are one line; another witness's failure is a second one."""
    complaints = Complaints()
    for size in range(60):
        complaints.tell(_failed(size, CAFE="UNREACHABLE", AIR="SLOW"))
        complaints.tell(None)
    complaints.tell(_failed(60, AIR="SLOW"))
    first, second = caplog.messages
    assert first.endswith("size 0: AIR (SLOW), CAFE (UNREACHABLE)")
    assert second.endswith("size 60: AIR (SLOW)")


def test_a_quorum_that_is_back_is_told_and_lost_again_too(caplog: pytest.LogCaptureFixture) -> None:
    """Rounds in order say nothing, the first after a failure does, a new failure again."""
    complaints = Complaints()
    for round_ in (_done(1), _failed(2, AIR="SLOW"), _done(3), _done(4), _failed(5, AIR="SLOW")):
        complaints.tell(round_)
    assert [line.split()[0] for line in caplog.messages] == ["too", "a", "too"]
