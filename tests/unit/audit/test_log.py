"""The append: each entry follows the last, and a batch is whole or absent."""

import pytest

from audit.checkpoint import Checkpoint, open_checkpoint
from audit.entry import PREV_NONE, decode
from audit.errors import AppendError, LeafError
from audit.log import Head, empty_head
from audit.merkle import Frontier, leaf_hash, root
from tests.unit.audit.samples import AUTHOR, ID, ORIGIN, START, add, appender, grow, own_fields

LOG = appender()


def test_the_genesis_entry_names_the_log() -> None:
    """Entry 0 bears zeros before it, the origin, the key, the clock and the sandbox mark."""
    first = next(grow(LOG))
    fields = decode(first.leaves[0][2])
    assert fields["prev"] == PREV_NONE == "0" * 64
    assert fields["origin"] == ORIGIN
    assert fields["key"] == LOG.verifier_key.text()
    assert (fields["clock"], fields["sandbox"]) == ("system", "yes")
    assert first.head.size == 1


def test_entries_are_chained_over_batches() -> None:
    """Each leaf bears the hash of the leaf before it and the next number, batches or not."""
    leaves = [one for done in grow(LOG, 3, 1, 4) for one in done.leaves]
    before = PREV_NONE
    for place, (seq, hash_, leaf) in enumerate(leaves):
        fields = decode(leaf)
        assert seq == fields["seq"] == place
        assert fields["prev"] == before
        assert hash_ == leaf_hash(leaf)
        before = hash_.hex()


def test_the_head_is_signed_over_all_entries() -> None:
    """The checkpoint of a batch has the size and root of every leaf so far."""
    batches = list(grow(LOG, 3, 1, 4))
    hashes = [hash_ for done in batches for _, hash_, _ in done.leaves]
    head = batches[-1].head
    assert open_checkpoint(head.checkpoint, LOG.verifier_key) == Checkpoint(ORIGIN, 9, root(hashes))
    assert head.last_hash == hashes[-1]
    assert head.last_time == START + 8
    assert batches[-1].proofs.checkpoint == head.checkpoint


def test_time_must_increase() -> None:
    """An entry at the time of the last one, in the batch or before it, is refused."""
    head = next(grow(LOG)).head
    batch = LOG.begin(head)
    with pytest.raises(AppendError) as same:
        add(batch, START)
    add(batch, START + 1)
    with pytest.raises(AppendError) as again:
        add(batch, START + 1)
    assert same.value.code == again.value.code == "TIME_NOT_INCREASING"


def test_a_refused_entry_leaves_the_batch_as_it_was() -> None:
    """After refusals a batch commits to the same bytes as if they had never been tried."""
    head = next(grow(LOG)).head
    tried, clean = LOG.begin(head), LOG.begin(head)
    fields = own_fields("points.issued")
    for bad in (fields | {"legs": "<"}, fields | {"seq": "1"}, {}):
        with pytest.raises(LeafError):
            tried.add("points.issued", bad, ID, AUTHOR, START + 1, "", "")
    with pytest.raises(LeafError):
        tried.add("points.issued", fields, ID, "mina", START + 1, "", "")
    with pytest.raises(AppendError):
        tried.add("log.genesis", own_fields("log.genesis"), ID, AUTHOR, START + 1, "", "")
    assert tried.size == 1
    assert add(tried, START + 1) == add(clean, START + 1)
    assert tried.commit().head == clean.commit().head


def test_a_log_begins_with_its_genesis_only() -> None:
    """No other kind may be entry 0."""
    with pytest.raises(AppendError) as refused:
        add(LOG.begin(empty_head()), START)
    assert refused.value.code == "GENESIS_PLACE"


def test_nothing_is_signed_without_an_entry() -> None:
    """An empty batch has no checkpoint."""
    with pytest.raises(AppendError) as refused:
        LOG.begin(next(grow(LOG)).head).commit()
    assert refused.value.code == "BATCH_EMPTY"


def test_a_head_of_two_trees_is_refused() -> None:
    """Size and frontier must be of one tree."""
    with pytest.raises(AppendError) as refused:
        Head(2, bytes(32), 0, Frontier(), "")
    assert refused.value.code == "HEAD_SIZE"


def test_an_earlier_batch_stays_as_it_was() -> None:
    """Going on from a head changes neither that head nor the proofs of its batch."""
    first, early, late = grow(LOG, 5, 6)
    frontier = early.head.frontier.to_bytes()
    proofs = [early.proofs.inclusion(seq) for seq, _, _ in early.leaves]
    first.head.frontier.append(bytes(32))
    assert [early.proofs.inclusion(seq) for seq, _, _ in early.leaves] == proofs
    assert early.head.frontier.to_bytes() == frontier
    assert late.head.size == 12
