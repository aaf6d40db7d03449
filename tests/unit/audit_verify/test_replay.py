"""Replay makes the ledger's rows of leaves, and says what no ledger could do."""

import json

import pytest

from audit.findings import Findings
from audit.kinds import KEY_ROTATED, KINDS
from audit.replay import NEVER, TABLES, Replay, Row
from tests.unit.audit_verify.logs import (
    ACCEPTANCE,
    CONVERSION,
    DAY,
    DUE,
    HANA,
    HASH,
    KIMM,
    MINA,
    START,
    LogBuilder,
    closing,
    every_kind,
    genesis,
    movements,
    name,
    replayed,
    setting,
)


def shown(rows: list[Row], *places: int) -> list[str]:
    """Rows as text: some columns, parted by blanks; ids cut to their ends."""
    cut = {MINA: "mina", HANA: "hana", CONVERSION: "conv", ACCEPTANCE: "acc"}
    return [" ".join(cut.get(str(row[p]), str(row[p])) for p in places) for row in rows]


@pytest.fixture(scope="module")
def tables() -> dict[str, list[Row]]:
    """The tables after a log in which every kind stands."""
    findings = Findings()
    made = replayed(every_kind("key"), findings)
    assert [finding.line() for finding in findings.kept] == []
    return made


def test_every_kind_is_exercised() -> None:
    """The hand-written log holds every kind there is, so no table goes untested."""
    kinds = {json.loads(leaf)["kind"] for leaf in every_kind("key")}
    # `key.rotated` makes no row; a log with one is signed by two keys: tests of custody.
    assert kinds == set(KINDS) - {KEY_ROTATED}


def test_every_table_has_rows_in_its_form(tables: dict[str, list[Row]]) -> None:
    """Each logged table gets rows whose columns have the declared types."""
    assert tables.keys() == TABLES.keys()
    for table in TABLES.values():
        assert tables[table.name], table.name
        for row in tables[table.name]:
            types = {n: int if n in table.integers else str for n in table.columns}
            assert [type(value) for value in row] == list(types.values()), table.name
            assert json.loads(table.line(row)) == dict(zip(table.columns, row, strict=True))


def test_rows_come_in_the_order_of_their_table(tables: dict[str, list[Row]]) -> None:
    """Streamed rows are ordered by (seq, owner, n), all others by their key."""
    for table in TABLES.values():
        keys = [tuple(row[place] for place in table.order) for row in tables[table.name]]
        assert keys == sorted(set(keys)), table.name


def test_balances(tables: dict[str, list[Row]]) -> None:
    """Accounts are the sums of their legs; what was pending is released."""
    assert shown(tables["account"], 0, 1, 2, 3, 4, 5, 6) == [
        "mina AIR CLEARING 0 500 0 0",
        "mina AIR DEBT 0 200 0 0",
        "mina AIR EXCHANGED 2000 10000 0 0",
        "mina AIR EXPIRED 0 100 0 0",
        "mina AIR ISSUED 35000 0 0 0",
        "mina AIR REDEEMED 0 1400 0 0",
        "mina AIR WALLET 12200 37000 0 0",
        "mina HOTEL EXCHANGED 50 10 0 0",
        "mina HOTEL WALLET 10 50 0 0",
        "hana AIR ADJUSTED 70 0 0 0",
        "hana AIR CLEARING 500 0 0 0",
        "hana AIR WALLET 0 570 0 0",
    ]


def test_lots(tables: dict[str, list[Row]]) -> None:
    """Lots remember what remains, what is pinned, and the expiry last set."""
    assert shown(tables["lot"], 0, 1, 2, 3, 10, 11, 12) == [
        "mina 27 0 AIR 30000 20000 0",
        "mina 28 0 AIR 5000 0 0",
        "mina 30 0 HOTEL 50 40 0",
        "mina 42 0 AIR 4800 4800 0",
        "hana 32 0 AIR 500 500 0",
        "hana 33 0 AIR 70 70 0",
    ]
    assert [row[7] for row in tables["lot"]][:2] == [START + 9_100_000_000_000, NEVER]


def test_money_between_partners(tables: dict[str, list[Row]]) -> None:
    """Positions sum obligations; a reversal's swaps debtor and creditor; windows follow on."""
    assert shown(tables["position"], 0, 1, 2, 3, 4) == [
        "AIRLINE KRW 1 429 70",
        "AIRLINE KRW 2 100 0",
        "HOTELS KRW 1 120 399",
        "HOTELS KRW 2 11 108",
        "OPERATOR KRW 1 0 80",
        "OPERATOR KRW 2 30 33",
    ]
    assert shown(tables["settlement_window"], 0, 1, 2, 3, 4) == [
        "1 KRW SETTLED 3 55",
        "1 USD SETTLED 6 89",
        "2 KRW OPEN 55 0",
        "2 USD OPEN 89 0",
    ]
    assert shown(tables["credit_line"], 0, 1, 2, 3, 4) == [
        "AIRLINE KRW 0 500000 0",
        "CAFE USD 1005 70 0",
        "HOTELS KRW 1000 500000 0",
        "HOTELS USD 0 0 0",
    ]


def test_counters_of_consents_caps_and_holds(tables: dict[str, list[Row]]) -> None:
    """A hold's end gives its consent back what was not captured, but not its daily cap."""
    assert shown(tables["consent"], 0, 5, 6, 11) == ["mina 50000 1400 0", "mina 0 0 26"]
    assert shown(tables["cap_usage"], 0, 1, 2, 3) == [
        f" conv {DAY} 10000",
        f" acc {DAY} 2800",
        f"mina conv {DAY} 10000",
        f"mina acc {DAY} 2800",
    ]
    assert shown(tables["hold"], 0, 9, 10, 11, 12) == [
        "mina CAPTURED 400 34 35",
        "mina VOIDED 0 36 37",
        "mina EXPIRED 0 38 39",
    ]


def test_a_gift_is_a_transfer_in_both_books(tables: dict[str, list[Row]]) -> None:
    """A gift makes one transfer row in the giver's book and one in the receiver's."""
    gifts = [row for row in tables["transfer"] if row[3] == "GIFT"]
    assert shown(gifts, 0, 2, 4) == ["mina 32 AIRLINE", "hana 32 AIRLINE"]


CITED = {"contract": f"{ACCEPTANCE}.1", "acceptor": "HOTELS"}
HOLD = {**CITED, "deadline": "2027-01-01T00:00:00.000000Z", "reserve": "AIRLINE,KRW,21"}
LEG = f"{MINA},AIR,WALLET,REDEEMED,posted"
HELD = f"{MINA},AIR,WALLET,REDEEMED"

IMPOSSIBLE: list[tuple[str, str, dict[str, str]]] = [
    ("uses an unknown lot", "points.expired", {"legs": f"{LEG},5", "uses": "3.0,take,5"}),
    ("more than the lot has", "points.expired",
     {"legs": f"{LEG},24000", "uses": "27.0,take,24000"}),
    ("more than the lot has", "hold.placed",
     {**HOLD, "hold": name(9), "legs": f"{HELD},pending,21000", "uses": "27.0,pin,21000"}),
    ("more than the lot has", "points.adjusted",
     {"legs": f"{HANA},AIR,ADJUSTED,WALLET,posted,1", "uses": "33.0,give,1"}),
    ("other than its lots", "points.expired", {"legs": f"{LEG},5", "uses": "27.0,take,4"}),
    ("other than its lots", "points.expired", {"legs": f"{LEG},5"}),
    ("other than its lots", "points.expired", {"legs": f"{HELD},pending,5"}),
    ("other than its lots", "lots.merged", {"uses": "27.0,take,5"}),
    ("merges lots that differ", "lots.merged",
     {"uses": "42.0,take,4800", "lots": "43.0,,AIRLINE,AIRLINE,FREE,,KRW,384,4800"}),
    ("one lot of what they carry", "lots.merged",
     {"uses": "42.0,take,4800", "lots": "43.0,,AIRLINE,AIRLINE,PAID,,KRW,385,4800"}),
    ("one lot of what they carry", "lots.merged",
     {"uses": "42.0,take,4000", "lots": "43.0,,AIRLINE,AIRLINE,PAID,,KRW,384,4000"}),
    ("one lot of what they carry", "lots.merged",
     {"uses": "42.0,take,4800", "lots": "43.0,,AIRLINE,AIRLINE,PAID,,KRW,192,2400;"
      "43.1,,AIRLINE,AIRLINE,PAID,,KRW,192,2400"}),
    ("pass the wallet's credits", "points.expired",
     {"legs": f"{LEG},90000", "uses": "27.0,take,90000"}),
    ("releases more than is pending", "hold.voided",
     {**HOLD, "hold": name(0xD0), "legs": f"{HELD},released,5", "uses": "27.0,unpin,5"}),
    ("ends an unknown hold", "hold.voided",
     {**HOLD, "hold": name(9), "legs": f"{HELD},released,5", "uses": "27.0,unpin,5"}),
    ("ends a hold that has ended", "hold.voided",
     {**HOLD, "hold": name(0xD0), "legs": f"{HELD},released,5", "uses": "27.0,unpin,5"}),
    ("captures more than the hold has", "hold.captured",
     {**HOLD, "hold": name(0xD1), "legs": f"{LEG},601", "uses": "27.0,take,601"}),
    ("another reserve", "hold.captured",
     {**HOLD, "hold": name(0xD1), "legs": f"{LEG},1", "uses": "27.0,take,1",
      "reserve": "AIRLINE,KRW,20"}),
    ("frees more than is reserved", "hold.captured",
     {**HOLD, "hold": name(0xD1), "legs": f"{LEG},1", "uses": "27.0,take,1"}),
    ("places a hold twice", "hold.placed",
     {**HOLD, "hold": name(0xD0), "legs": f"{HELD},pending,5", "uses": "27.0,pin,5"}),
    ("contract that is not accepted", "points.redeemed",
     {"contract": f"{name(9)}.1", "legs": f"{LEG},5", "uses": "27.0,take,5"}),
    ("contract that is not accepted", "points.redeemed",
     {"day": DAY, "legs": f"{LEG},5", "uses": "27.0,take,5"}),
    ("unknown consent", "points.redeemed",
     {**CITED, "consent": name(9), "legs": f"{LEG},5", "uses": "27.0,take,5"}),
    ("quote that is not open", "points.exchanged",
     {"contract": f"{CONVERSION}.1", "quote": name(0xE1), "legs": f"{LEG},5",
      "uses": "27.0,take,5"}),
    ("expiry of an unknown lot", "points.expired", {"expiries": "1.0,"}),
    ("CLEARING is not zero", "points.gifted",
     {"legs": f"{MINA},AIR,WALLET,CLEARING,posted,5", "uses": "27.0,take,5"}),
    ("a window that is not open", "obligation.charged", {"obls": "CAFE,HOTELS,USD,2,5,,FEE"}),
    ("a partner owes itself", "obligation.charged", {"obls": "CAFE,CAFE,USD,1,5,,FEE"}),
    ("closes a window that is not open", "window.closed",
     {"window": "9", "currency": "KRW", "next": "10", "state": "CLOSED"}),
    ("calls a window due that is not open", "window.due",
     {"window": "9", "currency": "KRW", "missed": "0", **DUE}),
    ("creates a partner twice", "partner.created",
     {"partner": "CAFE", "currency": "USD", "issuer": "no", "acceptor": "no", "prefund": "0",
      "cap": "0"}),
    ("updates an unknown partner", "partner.updated", {"partner": "NONE"}),
    ("grants a key twice", "key.granted", {"key": "k1", "person": "no"}),
    ("revokes a key that is not live", "key.revoked", {"key": "k2"}),
    ("creates a unit twice", "unit.created",
     {"unit": "AIR", "scale": "2", "grace": "0", "prepaid": "no", "version": "3"}),
    ("terms of an unknown unit", "unit.terms", {"unit": "NONE"}),
    ("proposes a contract twice", "contract.proposed", {"contract": CONVERSION, "version": "1"}),
    ("accepts a contract that is not open", "contract.accepted",
     {"contract": CONVERSION, "version": "1"}),
    ("ends an unknown contract", "contract.ended", {"contract": CONVERSION, "version": "2"}),
    ("enrolls a member twice", "member.enrolled", {"member": HANA, "partner": "CAFE"}),
    ("names an unknown member", "member.linked", {"member": name(9), "partner": "CAFE"}),
    ("links a member twice", "member.linked", {"member": MINA, "partner": "HOTELS"}),
    ("grants a consent twice", "consent.granted", {"member": MINA, "consent": name(0xC1)}),
    ("revokes a consent that is not live", "consent.revoked",
     {"member": MINA, "consent": name(0xC2)}),
    ("gives a quote twice", "quote.given",
     {"member": MINA, "quote": name(0xE1), "contract": f"{CONVERSION}.1", "source": "1",
      "target": "1"}),
    ("decides a proposal that is not pending", "proposal.decided",
     {"proposal": name(9), "decision": "APPROVED"}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "kind", "own"), IMPOSSIBLE, ids=[row[0] for row in IMPOSSIBLE])
def test_an_impossible_effect_is_told(why: str, kind: str, own: dict[str, str]) -> None:
    """What the state before an entry does not allow is a finding that names the entry."""
    log = LogBuilder()
    genesis(log, "key")
    setting(log)
    movements(log)
    seq = log.add(kind, **own)
    findings = Findings()
    replayed(log.leaves, findings)
    told = [finding for finding in findings.kept if why in str(dict(finding.facts).get("why"))]
    assert told, [finding.line() for finding in findings.kept]
    assert told[0].code == "EFFECT_IMPOSSIBLE"
    assert dict(told[0].facts).get("seq", seq) == seq


ERASED: list[tuple[str, str, dict[str, str]]] = [
    ("names an erased member", "subject.erased", {"member": KIMM, "commitment": "ee" * 32}),
    ("names an erased member", "member.linked", {"member": KIMM, "partner": "HOTELS"}),
    ("names an erased member", "consent.revoked", {"member": KIMM, "consent": name(9)}),
    ("touches the book of an erased member", "points.issued",
     {"legs": f"{KIMM},AIR,ISSUED,WALLET,posted,7",
      "lots": "*.0,0,AIRLINE,AIRLINE,FREE,,KRW,7,7"}),
    ("erases a member that holds points", "subject.erased",
     {"member": MINA, "commitment": HASH}),
    ("destroys another key than the member's", "subject.erased",
     {"member": HANA, "commitment": "cd" * 32}),
    ("names an unknown member", "subject.erased", {"member": name(9), "commitment": HASH}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "kind", "own"), ERASED, ids=[row[0] for row in ERASED])
def test_what_no_erasure_allows_is_told(why: str, kind: str, own: dict[str, str]) -> None:
    """An erased member's book is closed, and only an empty one is; the key is the member's."""
    log = LogBuilder()
    genesis(log, "key")
    setting(log)
    movements(log)
    closing(log)
    honest = Findings()
    replayed(log.leaves, honest)
    assert honest.total == 0
    log.add(kind, **{field: value.replace("*", str(log.seq)) for field, value in own.items()})
    findings = Findings()
    replayed(log.leaves, findings)
    assert [one for one in findings.kept if why in str(dict(one.facts).get("why"))]


def test_a_proposal_made_twice_is_told() -> None:
    """A proposal has one maker."""
    log = LogBuilder()
    for _ in range(2):
        log.add("proposal.made", proposal=name(1))
    findings = Findings()
    replayed(log.leaves, findings)
    assert findings.total == 1


@pytest.mark.parametrize(("cost", "findings"), [(2**62, 0), (2**62 + 1, 1)])
def test_a_lot_may_cost_what_a_counter_holds(cost: int, findings: int) -> None:
    """The dearest lot that the ledger opens is replayed; one dearer is malformed."""
    log = LogBuilder()
    log.add("points.issued", legs=f"{MINA},AIR,ISSUED,WALLET,posted,5",
            lots=f"0.0,0,A,A,FREE,,KRW,{cost},5")  # fmt: skip
    found = Findings()
    replayed(log.leaves, found)
    assert found.total == findings, [finding.line() for finding in found.kept]


MALFORMED: list[tuple[str, str, dict[str, str]]] = [
    ("legs", "points.expired", {"legs": "a,b,c,d,posted"}),
    ("legs", "points.expired", {"legs": f"{LEG},5;"}),
    ("legs", "points.expired", {"legs": f"{LEG},05"}),
    ("legs", "points.expired", {"legs": f"{LEG},0"}),
    ("legs", "points.expired", {"legs": f"{LEG},-1"}),
    ("legs", "points.expired", {"legs": f"{LEG}," + "9" * 19}),
    ("legs", "points.expired", {"legs": f"{LEG}," + "9" * 5000}),
    ("legs", "points.expired", {"legs": f"{MINA},AIR,WALLET,WALLET,posted,5"}),
    ("legs", "points.expired", {"legs": f"{MINA},AIR,WALLET,REDEEMED,later,5"}),
    ("lots", "points.issued", {"lots": "9.9,0,A,A,FREE,,KRW,1,5"}),
    ("lots", "points.issued", {"lots": "0.0,0,A,A,FREE,,KRW,1,5"}),
    ("lots", "points.issued", {"legs": f"{LEG},5", "lots": "0.0,1,A,A,FREE,,KRW,1,5"}),
    ("lots", "points.issued", {"legs": f"{LEG},5", "lots": "0.0,0,A,A,FREE,soon,KRW,1,5"}),
    ("uses", "points.expired", {"uses": "1.0,keep,5"}),
    ("obls", "points.expired", {"obls": "A,B,KRW,0,5,,FEE"}),
    ("reserve", "hold.placed", {**HOLD, "hold": name(9), "legs": f"{LEG},5", "reserve": "A"}),
    ("legs", "hold.placed", {**HOLD, "hold": name(9)}),
    ("effective", "points.expired", {"effective": ""}),
    ("effective", "points.expired", {"effective": "2300-01-01T00:00:00.000000Z"}),
    ("legs", "points.redeemed", {"day": DAY}),
    ("part", "transfer.reversed", {"part": ""}),
    ("issuer", "partner.created", {"partner": "A", "issuer": "true"}),
    ("state", "window.closed", {"window": "1", "next": "2", "state": "OPEN"}),
    ("decision", "proposal.decided", {"proposal": name(9), "decision": "MAYBE"}),
    *(
        (field, "window.due", {"window": "1", "missed": "0", **DUE, field: value})
        for field, value in (
            ("window", "0"),
            ("missed", ""),
            ("due", f"{DAY}T01:16:00Z"),
            ("day", "2026-02-29"),
            ("local", f"{DAY} 10:16"),
        )
    ),
]


@pytest.mark.parametrize(("field", "kind", "own"), MALFORMED)
def test_a_malformed_effect_is_told(field: str, kind: str, own: dict[str, str]) -> None:
    """An effect that cannot be read changes nothing, and the finding names its field."""
    log = LogBuilder()
    log.add(kind, **own)
    findings = Findings()
    tables = replayed(log.leaves, findings)
    assert [finding.code for finding in findings.kept] == ["EFFECT_MALFORMED"]
    assert dict(findings.kept[0].facts)["field"] == field
    assert not any(tables.values())


def test_an_unknown_kind_is_told() -> None:
    """A kind that this version cannot replay is never passed over in silence."""
    findings = Findings()
    rows = Replay(findings).apply({"seq": 3, "kind": "points.minted"})
    assert not rows.transfer
    assert findings.kept[0].line() == "EFFECT_MALFORMED seq=3 field=kind found=points.minted"
