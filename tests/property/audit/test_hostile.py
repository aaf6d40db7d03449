"""Every parser of the log's formats, fed with mutations of what it accepts and with anything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.parsers import TARGETS, feed, samples

PIECES = st.binary(max_size=4) | st.sampled_from(
    [b"\n", b"\n\n", "\u2014 ".encode(), b" ", b"=", b"+", b"0", b"A", b"\xff", b"group x any w1\n"]
)


@st.composite
def mutated(draw: st.DrawFn, sample: bytes) -> bytes:
    """A sample with some bytes replaced, but for the first, which names the format."""
    start = draw(st.integers(1, len(sample)))
    end = draw(st.integers(start, min(len(sample), start + 8)))
    return sample[:start] + draw(PIECES) + sample[end:]


def test_every_sample_is_accepted() -> None:
    """What is mutated below is good to begin with."""
    assert [feed(sample) for sample in samples()] == [True] * len(TARGETS)


@pytest.mark.parametrize("sample", samples(), ids=[target.__name__ for target, _ in TARGETS])
@settings(deadline=None)
@given(data=st.data())
def test_hostile_bytes_meet_a_named_error_or_the_truth(sample: bytes, data: st.DataObject) -> None:
    """No crash; and no mutated note, proof or cosignature is taken for what it is not."""
    feed(data.draw(mutated(sample) | st.binary(max_size=200).map(lambda b: sample[:1] + b)))
