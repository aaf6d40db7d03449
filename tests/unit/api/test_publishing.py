"""Publishing goes on, whatever one round meets."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.auth.scopes import Role, Scope
from api.bootstrap import INIT_ACTOR, Network, create_network, grant_key
from api.config import read_settings
from api.http.monitoring import Monitoring
from api.rotation import Compromise, rotate
from api.schema.audit.evidence import Served, served_checkpoint
from api.witnessing.policy import quorum_of
from api.witnessing.publish import Publisher, Round
from api.witnessing.serving import begin_serving
from audit.cosignature import WitnessKey
from audit.keys import Ed25519Signer
from audit.merkle import consistency_proof
from audit.note import VerifierKey, parse_note
from audit.policy import Policy, parse_policy
from audit.tiles import TileNodes
from audit.witness.request import AddCheckpoint
from domain.store.engine import reading
from domain.store.queries import log
from tests.unit.api.partners import Partner, partners


class Stumbling(Publisher):
    """A publisher whose first round ends in what nobody expects."""

    rounds = 0
    again: asyncio.Event

    async def run_round(self) -> Round | None:
        """Fail once, then find nothing to do."""
        self.rounds += 1
        if self.rounds == 1:
            raise ValueError("a strange answer")
        self.again.set()
        return None


def test_a_round_that_fails_strangely_is_not_the_last(tmp_path: Path) -> None:
    """After an error of no known kind the next round is run."""
    settings = read_settings(home=tmp_path / "home", passphrase="a pass phrase")
    network = create_network(
        settings.home, settings, origin="dure.example/test", sandbox=True, simulated=True
    )
    publisher = Stumbling(network, parse_policy(b"quorum none\n"))

    async def story() -> None:
        publisher.again = asyncio.Event()
        task = asyncio.create_task(publisher.run_forever())
        again = asyncio.create_task(publisher.again.wait())
        await asyncio.wait({task, again}, return_when=asyncio.FIRST_COMPLETED, timeout=30)
        task.cancel()
        again.cancel()

    try:
        asyncio.run(story())
    finally:
        network.close()
    assert publisher.rounds == 2


@pytest.fixture
def network(tmp_path: Path, database_url: str) -> Iterator[Network]:
    """A fresh network."""
    settings = read_settings(
        home=tmp_path / "home", passphrase="a pass phrase", database_url=database_url
    )
    made = create_network(
        settings.home, settings, origin="dure.example/test", sandbox=True, simulated=False
    )
    yield made
    made.close()


@pytest.fixture
def three(tmp_path: Path, network: Network) -> Iterator[dict[str, Partner]]:
    """Three witnesses of its log."""
    with partners(tmp_path / "witnesses", VerifierKey.parse(network.verifier_key)) as three:
        yield three


def policy(three: dict[str, Partner], quorum: str, *names: str) -> Policy:
    """A policy of some of them."""
    lines = [f"witness {n} {three[n].witness.key.text()} {three[n].url}\n" for n in names]
    lines += [f"group g {quorum} {' '.join(names)}\nquorum g\n"]
    return parse_policy("".join(lines).encode())


def grow(network: Network) -> None:
    """Append an entry."""
    reads = frozenset({Scope.AUDIT_READ})
    grant_key(network, INIT_ACTOR, "", network.ids.member(), Role.AUDITOR, reads)


def served(network: Network, by: Policy | None) -> Served:
    """What is served by a policy, or without one."""
    with reading(network.engine) as connection:
        found = served_checkpoint(connection, witnessed=None if by is None else quorum_of(by))
    assert found is not None
    return found


def test_a_slow_witness_delays_its_own_line_alone(
    network: Network, three: dict[str, Partner]
) -> None:
    """With two of three there a round ends; the third's line is added when it comes."""
    both, all_ = policy(three, "2", "w1", "w2", "w3"), policy(three, "all", "w1", "w2", "w3")
    three["w3"].awake.clear()

    async def story() -> None:
        publisher = Publisher(network, both)
        round_ = await asyncio.wait_for(publisher.run_round(), 60)
        assert round_ is not None
        assert (round_.published, round_.cosigned) == (True, ("w1", "w2"))
        assert round_.failed == {"w3": "WITNESS_SLOW"}
        assert served(network, both).cosigned
        assert not served(network, all_).cosigned
        three["w3"].awake.set()
        for _ in range(200):
            await publisher.run_round()
            if served(network, all_).cosigned:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the late line was not kept")

    asyncio.run(story())


def test_processes_with_other_policies_keep_each_others_lines(
    network: Network, three: dict[str, Partner]
) -> None:
    """What one published is cosigned further by another, and satisfies both."""
    first, second = policy(three, "all", "w1", "w2"), policy(three, "all", "w3")
    for one in (first, second):
        begin_serving(network, one)
        round_ = asyncio.run(Publisher(network, one).run_round())
        assert round_ is not None
        assert round_.published
    assert served(network, first).cosigned
    assert served(network, second).cosigned
    assert asyncio.run(Publisher(network, first).run_round()) is None


def test_what_is_served_never_goes_back(network: Network, three: dict[str, Partner]) -> None:
    """A policy that comes, goes and comes back: at each start and each round it only grows."""
    by = policy(three, "2", "w1", "w2", "w3")
    seen: list[int] = []

    def see(one: Policy | None) -> None:
        seen.append(served(network, one).size)
        assert seen == sorted(seen)

    for current in (None, by, None, by):
        begin_serving(network, current)
        see(current)
        for _ in range(2):
            grow(network)
            see(current)
        if current is None:
            continue
        # While the checkpoint is on its way to the witnesses, the log grows on.
        publisher = Publisher(network, current)
        newest = publisher._unpublished()  # noqa: SLF001 -- the first half of a round
        assert newest is not None
        grow(network)
        see(current)
        asyncio.run(publisher._offer_all(newest))  # noqa: SLF001 -- the second half
        see(current)
        assert served(network, current).cosigned
    assert len(set(seen)) > 4


def replace_key(network: Network, by: Policy) -> int:
    """Replace a key as compromised; return the handover's size."""
    return rotate(
        network, overlap_days=0, author="system/keys", compromise=Compromise(1, by)
    ).size  # fmt: skip


def rounds(network: Network, by: Policy, count: int) -> list[tuple[int, bool]]:
    """Run rounds of one process; return each one's size and whether it was published."""

    async def story() -> list[tuple[int, bool]]:
        publisher = Publisher(network, by)
        said: list[tuple[int, bool]] = []
        for _ in range(count):
            round_ = await publisher.run_round()
            if round_ is not None:
                said.append((round_.size, round_.published))
        return said

    return asyncio.run(story())


def test_a_liar_ahead_does_not_end_a_handover(network: Network, tmp_path: Path) -> None:
    """A witness that claims to be ahead, the others silent, is not believed; then they answer."""
    first = VerifierKey.parse(network.verifier_key)
    with partners(tmp_path / "early", first) as early:
        size = replace_key(network, policy(early, "2", "w1", "w2", "w3"))
    with reading(network.engine) as connection:
        keys = network.ring.read().keys
        assert log.handovers(connection)[0].size == size
    with partners(tmp_path / "late", *keys) as three:
        by = policy(three, "2", "w1", "w2", "w3")
        three["w1"].lies = (409, b"999999\n")
        three["w2"].lies = three["w3"].lies = (503, b"\n")

        async def story() -> None:
            publisher = Publisher(network, by)
            round_ = await publisher.run_round()
            assert round_ is not None
            assert (round_.size, round_.published) == (size, False)
            three["w2"].lies = three["w3"].lies = None
            await publisher.run_round()

        asyncio.run(story())
        with reading(network.engine) as connection:
            note = log.handovers(connection)[0].note
    assert len(by.check(parse_note(note))) == 2


def test_who_proved_to_be_ahead_is_not_waited_for(network: Network, tmp_path: Path) -> None:
    """Where a quorum has cosigned more than the handover, what is newer is published."""
    first = VerifierKey.parse(network.verifier_key)
    with partners(tmp_path / "early", first) as early:
        handover = replace_key(network, policy(early, "2", "w1", "w2", "w3"))
    grow(network)
    with partners(tmp_path / "late", *network.ring.read().keys) as three:
        with reading(network.engine) as connection:
            found = log.network(connection)
            assert found is not None
            nodes = TileNodes(lambda level, index: log.tile(connection, level, index))
            proof = tuple(consistency_proof(0, found.head.size, nodes))
        body = AddCheckpoint(0, proof, found.head.checkpoint).body()
        for name in ("w1", "w2"):
            assert three[name].witness.add_checkpoint(body).status == 200
        by = policy(three, "2", "w1", "w2", "w3")
        assert rounds(network, by, 2) == [(handover, False), (handover + 1, True)]


def test_figures_bear_any_name_of_a_policy(network: Network) -> None:
    """A witness's name that is no UTF-8, or holds quotes, is shown escaped, and breaks nothing."""
    key = Ed25519Signer(b"w" * 32).public_key
    text = b'witness \xff"\\{} %s http://127.0.0.1:9/\nquorum \xff"\\{}\n'
    by = parse_policy(text % WitnessKey("w", key).text().encode())
    monitoring = Monitoring()
    monitoring.publisher = Publisher(network, by)
    asyncio.run(monitoring.publisher.run_round())
    page = asyncio.run(monitoring.metrics()).body.decode()
    (line,) = [one for one in page.splitlines() if one.startswith("dure_witness_cosigning{")]
    assert line == 'dure_witness_cosigning{witness="\\\\xff\\"\\\\{}"} 0.0'
