"""An operator may sign any values at all: the verifier reports, and never falls over."""

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.entry import decode, encode
from audit.errors import AuditError
from audit.findings import CODES, Findings
from audit.replay import Replay
from audit.warrants import Warrants
from tests.acceptance.tamper.forging import honest_leaves, rechained

LEAVES = honest_leaves()
FIXED = {"v", "seq", "prev", "kind", "id", "time", "author"}
VALUES = st.one_of(
    st.sampled_from(["", "0", "1", "-1", "9" * 18, "9" * 40, "0/0", "1/0", "2/1", ";", ",,;,"]),
    st.text("0123456789,;/.AIR", max_size=20),
)


@st.composite
def forgeries(draw: st.DrawFn) -> list[bytes]:
    """The honest log with up to three values that anybody could have made up."""
    leaves = list(LEAVES)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(leaves) - 1))
        fields = decode(leaves[at])
        field = draw(st.sampled_from(sorted(fields.keys() - FIXED)))
        before = str(fields[field])
        kept = draw(st.integers(0, len(before)))
        fields[field] = draw(VALUES) if draw(st.booleans()) else before[:kept] + draw(VALUES)
        try:
            leaves[at] = encode(fields)
        except AuditError:
            continue
    return rechained(leaves)


@settings(deadline=None, max_examples=200)
@given(leaves=forgeries())
def test_any_signed_values_are_findings_at_most(leaves: list[bytes]) -> None:
    """Replay and warrants tell what is wrong with made-up values; they do not raise."""
    findings = Findings()
    replay = Replay(findings)
    warrants = Warrants(findings)
    entries = dict(enumerate(map(decode, leaves)))
    for fields in entries.values():
        replay.apply(fields)
        warrants.check(fields)
    warrants.finish(entries.get)
    assert set(findings.counts) <= set(CODES)
