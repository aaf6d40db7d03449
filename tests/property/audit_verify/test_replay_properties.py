"""Whatever effects are replayed, in any number and order, books stay balanced."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from audit.entry import decode
from audit.findings import Findings
from audit.replay import Replay
from audit.replay.fields import Texts
from tests.unit.audit_verify.logs import HANA, MINA, LogBuilder, at, name, replayed

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
    for owner, unit, _, debits, credits_, debits_pending, credits_pending, _ in tables["account"]:
        posted[str(owner), str(unit)] += int(debits) - int(credits_)
        pending[str(owner), str(unit)] += int(debits_pending) - int(credits_pending)
    assert not any(posted.values())
    assert not any(pending.values())
    assert legs == sum(str(entry["legs"]).count(";") + 1 for entry in entries)
    assert sum(int(row[3]) - int(row[4]) for row in tables["position"]) == 0


@st.composite
def histories(draw: st.DrawFn) -> LogBuilder:
    """An honest history of two wallets: issues, redemptions, gifts, holds and their ends."""
    log = LogBuilder()
    remaining: dict[str, dict[str, int]] = {MINA: {}, HANA: {}}
    for step in range(draw(st.integers(1, 25))):
        book = draw(st.sampled_from([MINA, HANA]))
        open_lots = {lot: left for lot, left in remaining[book].items() if left}
        if not open_lots or draw(st.booleans()):
            amount = draw(AMOUNTS)
            lot = f"{log.seq}.0"
            log.add("points.issued", legs=f"{book},AIR,ISSUED,WALLET,posted,{amount}",
                    lots=f"{lot},0,A,A,FREE,,KRW,0,{amount}")  # fmt: skip
            remaining[book][lot] = amount
            continue
        lot, left = draw(st.sampled_from(sorted(open_lots.items())))
        amount = draw(st.integers(1, left))
        what = draw(st.sampled_from(["expire", "gift", "hold"]))
        if what == "gift":
            other = HANA if book == MINA else MINA
            made = f"{log.seq}.0"
            log.add("points.gifted", uses=f"{lot},take,{amount}",
                    lots=f"{made},1,A,A,FREE,,KRW,0,{amount}",
                    legs=f"{book},AIR,WALLET,CLEARING,posted,{amount};"
                         f"{other},AIR,CLEARING,WALLET,posted,{amount}")  # fmt: skip
            remaining[other][made] = amount
            remaining[book][lot] -= amount
        elif what == "expire":
            log.add("points.expired", legs=f"{book},AIR,WALLET,EXPIRED,posted,{amount}",
                    uses=f"{lot},take,{amount}")  # fmt: skip
            remaining[book][lot] -= amount
        else:
            taken = draw(st.integers(0, amount))
            leg = f"{book},AIR,WALLET,REDEEMED"
            own = {"hold": name(step), "deadline": at(10**6), "reserve": "A,KRW,9"}
            log.add("hold.placed", legs=f"{leg},pending,{amount}",
                    uses=f"{lot},pin,{amount}", **own)  # fmt: skip
            log.add("hold.captured" if taken else "hold.voided",
                    legs=f"{leg},released,{amount}" + f";{leg},posted,{taken}" * bool(taken),
                    uses=f"{lot},unpin,{amount}" + f";{lot},take,{taken}" * bool(taken),
                    **own)  # fmt: skip
            remaining[book][lot] -= taken
    return log


@given(histories())
def test_honest_histories_replay_clean(log: LogBuilder) -> None:
    """Replay finds nothing in an honest history, and each wallet's lots sum to its balance."""
    findings = Findings()
    tables = replayed(log.leaves, findings)
    assert [finding.line() for finding in findings.kept] == []
    balance: Counter[str] = Counter()
    for owner, _, purpose, debits, credits_, debits_pending, *_ in tables["account"]:
        if purpose == "WALLET":
            balance[str(owner)] += int(credits_) - int(debits)
            assert debits_pending == 0
    for row in tables["lot"]:
        balance[str(row[0])] -= int(row[11])
        assert row[12] == 0
    assert not any(balance.values())
    assert all(row[4] == 0 for row in tables["credit_line"])
    assert all(row[9] in {"CAPTURED", "VOIDED"} for row in tables["hold"])


@given(histories(), st.integers(0), st.integers(1, 10**15))
def test_a_use_changed_in_an_honest_history_is_found(
    log: LogBuilder, which: int, more: int
) -> None:
    """A lot use raised without its leg, in whichever entry, is an impossible effect."""
    leaves = [decode(leaf) for leaf in log.leaves]
    using = [fields for fields in leaves if fields.get("uses")]
    if not using:
        return
    fields = using[which % len(using)]
    head, _, amount = str(fields["uses"]).rpartition(",")
    fields["uses"] = f"{head},{int(amount) + more}"
    findings = Findings()
    replay = Replay(findings)
    for entry in leaves:
        replay.apply(entry)
    assert findings.kept[0].code == "EFFECT_IMPOSSIBLE"
    assert dict(findings.kept[0].facts)["seq"] == fields["seq"]


class _General(Replay):
    """A replay that knows no short way for plain issues."""

    def _issue(self, fields: Texts) -> None:
        del fields


@given(
    histories(),
    st.integers(0),
    st.sampled_from(["lots", "legs"]),
    st.text("0123456789,.", max_size=3),
)
def test_a_plain_issue_is_applied_as_any_other(
    log: LogBuilder, which: int, field: str, more: str
) -> None:
    """The short way of an issue and the general one make the same rows and findings."""
    leaves = [decode(leaf) for leaf in log.leaves]
    issues = [fields for fields in leaves if fields["kind"] == "points.issued"]
    if issues:
        issues[which % len(issues)][field] = f"{issues[which % len(issues)][field]}{more}"
    seen = []
    for replay_of in (Replay, _General):
        findings = Findings()
        replay = replay_of(findings)
        rows = [tuple(map(list, replay.apply(fields))) for fields in leaves]
        tables = {table: list(rows) for table, rows in replay.tables().items()}
        seen.append((rows, tables, findings.kept))
    assert seen[0] == seen[1]
