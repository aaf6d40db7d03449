"""Whatever effects are replayed, in any number and order, books stay balanced."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from audit.findings import Findings
from audit.replay import Replay
from tests.unit.audit_verify.logs import at, name

BOOKS = st.sampled_from(["mina", "hana", "AIRLINE"])
UNITS = st.sampled_from(["AIR", "HOTEL"])
PURPOSES = ["WALLET", "ISSUED", "REDEEMED", "CLEARING", "DEBT"]
AMOUNTS = st.integers(1, 10**15)


@st.composite
def effects(draw: st.DrawFn) -> list[dict[str, str | int]]:
    """Entries with random legs, lots and uses; most of them impossible, all of them readable."""
    entries: list[dict[str, str | int]] = []
    for seq in range(draw(st.integers(1, 8))):
        legs = []
        for _ in range(draw(st.integers(1, 4))):
            debit, credit = draw(st.permutations(PURPOSES))[:2]
            phase = draw(st.sampled_from(["posted", "pending", "released"]))
            legs.append(f"{draw(BOOKS)},{draw(UNITS)},{debit},{credit},{phase},{draw(AMOUNTS)}")
        lots = [
            f"{seq}.{n},{draw(st.integers(0, len(legs) - 1))},A,A,FREE,,KRW,0,{draw(AMOUNTS)}"
            for n in range(draw(st.integers(0, 2)))
        ]
        uses = [
            f"{draw(st.integers(0, seq))}.{draw(st.integers(0, 1))},"
            f"{draw(st.sampled_from(['take', 'give', 'pin', 'unpin']))},{draw(AMOUNTS)}"
            for _ in range(draw(st.integers(0, 3)))
        ]
        obls = [
            f"P{draw(st.integers(0, 3))},P{draw(st.integers(0, 3))},KRW,1,{draw(AMOUNTS)},,FEE"
            for _ in range(draw(st.integers(0, 3)))
        ]
        entries.append(
            {
                "seq": seq,
                "kind": "points.adjusted",
                "id": name(seq),
                "author": "operator/op1",
                "time": at(seq),
                "effective": at(seq),
                "received": "",
                "reason": "",
                "legs": ";".join(legs),
                "lots": ";".join(lots),
                "uses": ";".join(uses),
                "expiries": "",
                "obls": ";".join(obls),
            }
        )
    return entries


@given(effects())
def test_debits_equal_credits(entries: list[dict[str, str | int]]) -> None:
    """In each book and unit debits equal credits, posted and pending, and positions net to zero."""
    replay = Replay(Findings())
    legs = 0
    for entry in entries:
        legs += len(replay.apply(entry).leg)
    replay.finish()
    tables = {table: list(rows) for table, rows in replay.tables().items()}
    posted: Counter[tuple[str, str]] = Counter()
    pending: Counter[tuple[str, str]] = Counter()
    for owner, unit, _, debits, credits_, debits_pending, credits_pending in tables["account"]:
        posted[str(owner), str(unit)] += int(debits) - int(credits_)
        pending[str(owner), str(unit)] += int(debits_pending) - int(credits_pending)
    assert not any(posted.values())
    assert not any(pending.values())
    assert legs == sum(str(entry["legs"]).count(";") + 1 for entry in entries)
    assert sum(int(row[3]) - int(row[4]) for row in tables["position"]) == 0


@given(effects())
def test_clean_effects_keep_lots_and_wallets_equal(entries: list[dict[str, str | int]]) -> None:
    """Where replay finds nothing, each wallet's lots sum to its balance; else it said so."""
    findings = Findings()
    replay = Replay(findings)
    for entry in entries:
        replay.apply(entry)
    tables = {table: list(rows) for table, rows in replay.tables().items()}
    balance: Counter[tuple[str, str]] = Counter()
    for owner, unit, purpose, debits, credits_, *_ in tables["account"]:
        if purpose == "WALLET":
            balance[str(owner), str(unit)] += int(credits_) - int(debits)
    for row in tables["lot"]:
        balance[str(row[0]), str(row[3])] -= int(row[11])
    assert findings.total or not any(balance.values())
    assert findings.total or all(int(row[11]) >= int(row[12]) >= 0 for row in tables["lot"])
