"""Logs of hand-written leaves: what was done is said field by field, as an honest writer would."""

import json

from audit.entry import PREV_NONE, decode, encode
from audit.findings import Findings
from audit.keys import Ed25519Signer
from audit.kinds import KINDS, TRANSFER_FIELDS
from audit.merkle import leaf_hash
from audit.replay import EntryRows, Replay, Row
from audit.times import format_time, parse_time

ORIGIN = "dure.example/seoul"
START = parse_time("2026-11-22T01:15:00.000000Z")
DAY = "2026-11-22"

MINA = "11111111111141118111111111111111"
HANA = "22222222222242228222222222222222"
KIMM = "33333333333343338333333333333333"
HASH = "ab" * 32
CONVERSION = "c0" * 16
ACCEPTANCE = "c1" * 16
FUNDING = "c2" * 16

# With what partners sign contracts; HOTELS registers another key before it signs any.
SIGNERS = {code: Ed25519Signer(code[:1].encode() * 32) for code in ("AIRLINE", "HOTELS", "CAFE")}
HOTELS_FIRST = Ed25519Signer(b"h" * 32)
AIRLINE_KEY = "partner:AIRLINE/k1"
HOTELS_KEY = "partner:HOTELS/k9"


def name(number: int) -> str:
    """An id of 32 hex digits."""
    return f"{number:032x}"


def at(seq: int) -> str:
    """The time of entry `seq`, a second after the one before it."""
    return format_time(START + seq * 1_000_000)


class LogBuilder:
    """Leaves in order, each chained to the last."""

    def __init__(self) -> None:
        self.leaves: list[bytes] = []
        self._prev = PREV_NONE

    @property
    def seq(self) -> int:
        """The sequence of the next entry."""
        return len(self.leaves)

    def add(self, kind: str, author: str = AIRLINE_KEY, **own: str) -> int:
        """Append an entry; fields not given are "", a transfer's `effective` is its time."""
        seq, moment = self.seq, at(self.seq)
        fields: dict[str, str | int] = dict.fromkeys(KINDS[kind], "")
        if TRANSFER_FIELDS[0] in fields:
            fields |= {"effective": moment, "received": moment}
        unknown = own.keys() - fields.keys()
        assert not unknown, f"{kind} has no {sorted(unknown)}"
        fields |= own
        fields |= {"v": 1, "seq": seq, "prev": self._prev, "time": moment, "kind": kind}
        fields |= {"id": name(seq + 1), "author": author, "cmd": HASH, "pd": ""}
        self.leaves.append(encode(fields))
        self._prev = leaf_hash(self.leaves[-1]).hex()
        return seq

    def agree(self, type_: str, **own: str) -> str:
        """What one of the operator's people proposes, and another approves; the proposal."""
        proposal, reason = name(0xA000 + self.seq), "CHECKED"
        if "window" in own:
            self.add("proposal.made", author="operator/op1", proposal=proposal, type=type_,
                     reason="MONTH_END", **own)  # fmt: skip
        else:
            self.add("proposal.tabled", author="operator/op1", proposal=proposal, type=type_,
                     reason=reason, **{"amount": "0", **own})  # fmt: skip
        self.add("proposal.decided", author="operator/op2", proposal=proposal, reason=reason,
                 decision="APPROVED")  # fmt: skip
        return proposal

    def declare(self, policy: str, **own: str) -> str:
        """A policy that two people agree on; the proposal."""
        proposal = self.agree(f"POLICY_{policy}", **own)
        self.add("policy.set", author="operator/op2", name=policy, **own)
        return proposal

    def close(self, currency: str, state: str, *charged: str) -> int:
        """The first window of a currency closed; returns the first of its charges."""
        self.agree("WINDOW_CLOSE", window="1", currency=currency)
        seq = self.seq
        for obls in charged:
            self.add("obligation.charged", author="operator/op2", obls=obls)
        self.add("window.closed", author="operator/op2", window="1", currency=currency, next="2",
                 state=state)  # fmt: skip
        return seq

    def partner(self, code: str, currency: str = "KRW", prefund: str = "1000") -> int:
        """A partner that issues and accepts."""
        return self.add(
            "partner.created",
            author="operator/op1",
            partner=code,
            currency=currency,
            issuer="yes",
            acceptor="yes",
            prefund=prefund,
            cap="500000",
            reversal="REFUSE",
            signing_key=(HOTELS_FIRST if code == "HOTELS" else SIGNERS[code]).public_key.hex(),
        )

    def key(self, key: str, partner: str, subject: str = "s1", role: str = "PARTNER") -> int:
        """A key granted to a partner, or to one of the operator's first two people."""
        return self.add(
            "key.granted" if partner or role == "AUDITOR" else "key.founded",
            author="system/init",
            key=key,
            partner=partner,
            subject=subject,
            person="no" if partner else "yes",
            role=role,
            scopes="points:write;points:read",
            hash=HASH,
        )

    def unit(self, code: str, owner: str, scale: str, expiry: str = "DAYS 365") -> int:
        """A unit of points worth 7 KRW each, as they are issued."""
        return self.add(
            "unit.created",
            author="operator/op1",
            unit=code,
            owner=owner,
            scale=scale,
            nominal="7/1",
            currency="KRW",
            expiry=expiry,
            grace="0",
            zone="Asia/Seoul",
            prepaid="no",
            earn="1/100",
            version="1",
        )

    def contract(self, contract: str, type_: str, **own: str) -> int:
        """A contract between AIRLINE and HOTELS, proposed and accepted."""
        terms: dict[str, str] = dict.fromkeys(KINDS["contract.proposed"], "")
        del terms["signature"]
        terms |= {"contract": contract, "version": "1", "type": type_, "proposer": "AIRLINE"}
        terms |= {"counterparty": "HOTELS", "zone": "Asia/Seoul", "valid_from": at(0), **own}
        signed = json.dumps({**terms, "origin": ORIGIN}, sort_keys=True, separators=(",", ":"))
        message = b"dure-contract/v1\n" + signed.encode()
        by_airline, by_hotels = (SIGNERS[c].sign(message).hex() for c in ("AIRLINE", "HOTELS"))
        self.add("contract.proposed", signature=by_airline, **terms)
        return self.add(
            "contract.accepted",
            author=HOTELS_KEY,
            contract=contract,
            version="1",
            signature=by_hotels,
        )


def genesis(log: LogBuilder, key: str) -> None:
    """Entry 0, and keys of the operator's two people."""
    log.add("log.genesis", author="system/init", origin=ORIGIN, key=key, clock="system",
            sandbox="no")  # fmt: skip
    log.key("ko1", "", "op1", "OPERATOR")
    log.key("ko2", "", "op2", "OPERATOR")


def setting(log: LogBuilder) -> None:
    """Two partners with a unit each, three contracts, two members, keys, consents."""
    log.partner("AIRLINE", prefund="200")
    log.partner("HOTELS")
    log.add("partner.updated", author="operator/op1", partner="HOTELS", currency="USD",
            issuer="yes", acceptor="no", prefund="0", cap="0", reversal="ALLOW_DEBT",
            signing_key=SIGNERS["HOTELS"].public_key.hex())  # fmt: skip
    log.partner("CAFE", "USD")
    for key, partner in (("k1", "AIRLINE"), ("k2", "AIRLINE"), ("k9", "HOTELS")):
        log.key(key, partner)
    log.add("key.revoked", author="operator/op1", key="k2")
    log.unit("AIR", "AIRLINE", "2")
    log.unit("HOTEL", "HOTELS", "0")
    log.add("unit.terms", unit="AIR", owner="AIRLINE", scale="2", nominal="8/1", currency="KRW",
            expiry="NEVER", grace="3", zone="Asia/Seoul", prepaid="no", earn="1/50",
            version="2")  # fmt: skip
    log.contract(CONVERSION, "conversion", source="AIR", target="HOTEL", rate="1/2", price="7/1",
                 currency="KRW", fee_points="0/1", fee_money="0/1", expiry="MIN_OF_BOTH",
                 member_cap="100000", pair_cap="900000")  # fmt: skip
    log.contract(ACCEPTANCE, "acceptance", source="AIR", partner="HOTELS", price="350/100",
                 currency="KRW", valid_to="2027-11-22T00:00:00.000000Z")  # fmt: skip
    log.contract(FUNDING, "funding", source="AIR", partner="HOTELS", price="1/1", currency="KRW")
    log.add("contract.ended", contract=FUNDING, version="1", ends=at(500))
    log.add("member.enrolled", member=MINA, partner="AIRLINE", commitment=HASH)
    log.add("member.linked", author=HOTELS_KEY, member=MINA, partner="HOTELS")
    log.add("member.enrolled", member=HANA, partner="AIRLINE", commitment=HASH)
    for number, limit in ((1, "50000"), (2, "")):
        log.add("consent.granted", consent=name(0xC0 + number), member=MINA, partner="HOTELS",
                unit="AIR", action="REDEEM", limit=limit, vouched="AIRLINE", evidence=HASH,
                expires=at(90_000 * number) if limit else "")  # fmt: skip
    log.add("consent.revoked", consent=name(0xC2), member=MINA)


def movements(log: LogBuilder) -> None:
    """Every kind of transfer, each with the effects that an honest writer gives it."""
    contract = f"{CONVERSION}.1"
    accepted = f"{ACCEPTANCE}.1"
    lot = f"{log.seq}.0"
    log.add("points.issued", legs=f"{MINA},AIR,ISSUED,WALLET,posted,30000",
            lots=f"{lot},0,AIRLINE,AIRLINE,FREE,{at(9_000_000)},KRW,2400,30000")  # fmt: skip
    second = f"{log.seq}.0"
    log.add("points.issued",
            legs=f"{MINA},AIR,ISSUED,WALLET,posted,5000;{MINA},AIR,WALLET,DEBT,posted,200",
            lots=f"{second},0,AIRLINE,AIRLINE,PAID,,KRW,400,5000",
            uses=f"{second},take,200", received="")  # fmt: skip
    log.add("quote.given", quote=name(0xE1), member=MINA, partner="AIRLINE", contract=contract,
            source="10000", target="50", expires=at(log.seq + 60))  # fmt: skip
    exchanged = log.seq
    log.add("points.exchanged", quote=name(0xE1), contract=contract, day=DAY,
            legs=f"{MINA},AIR,WALLET,EXCHANGED,posted,10000;"
                 f"{MINA},HOTEL,EXCHANGED,WALLET,posted,50",
            lots=f"{log.seq}.0,1,HOTELS,HOTELS,FREE,{at(9_000_000)},KRW,350,50",
            uses=f"{lot},take,10000",
            obls=f"AIRLINE,HOTELS,KRW,1,350,{contract},EXCHANGE")  # fmt: skip
    log.add("points.redeemed", author=HOTELS_KEY, contract=accepted, acceptor="HOTELS",
            consent=name(0xC1), day=DAY, legs=f"{MINA},AIR,WALLET,REDEEMED,posted,1000",
            uses=f"{lot},take,1000", obls=f"AIRLINE,HOTELS,KRW,1,35,{accepted},REDEEM")  # fmt: skip
    log.add("points.gifted", pd_from=HASH, pd_to=HASH,
            legs=f"{MINA},AIR,WALLET,CLEARING,posted,500;{HANA},AIR,CLEARING,WALLET,posted,500",
            lots=f"{log.seq}.0,1,AIRLINE,AIRLINE,FREE,{at(9_000_000)},KRW,40,500",
            uses=f"{lot},take,500")  # fmt: skip
    log.add("points.adjusted", reason="GOODWILL", effective=at(1),
            legs=f"{HANA},AIR,ADJUSTED,WALLET,posted,70",
            lots=f"{log.seq}.0,0,AIRLINE,AIRLINE,FREE,,KRW,4,70")  # fmt: skip
    _holds(log, lot, accepted)
    log.add("points.expired", author="system/expiry",
            legs=f"{MINA},AIR,WALLET,EXPIRED,posted,100", uses=f"{lot},take,100")  # fmt: skip
    log.add("transfer.reversed", original=name(exchanged + 1), part="2000", reason="RETURNED",
            legs=f"{MINA},HOTEL,WALLET,EXCHANGED,posted,10;"
                 f"{MINA},AIR,EXCHANGED,WALLET,posted,2000",
            uses=f"{exchanged}.0,take,10;{lot},give,2000",
            obls=f"HOTELS,AIRLINE,KRW,1,70,{contract},EXCHANGE",
            expiries=f"{lot},{at(9_100_000)};{second},")  # fmt: skip
    log.add("lots.merged", author="system/housekeeping", uses=f"{second},take,4800",
            lots=f"{log.seq}.0,,AIRLINE,AIRLINE,PAID,,KRW,384,4800")  # fmt: skip


def _holds(log: LogBuilder, lot: str, contract: str) -> None:
    """Three holds of 600 AIR: one captured in part, one voided, one timed out."""
    for number, end in enumerate(("hold.captured", "hold.voided", "hold.expired")):
        hold = name(0xD0 + number)
        own = {"hold": hold, "deadline": at(log.seq + 600), "acceptor": "HOTELS",
               "contract": contract, "reserve": "AIRLINE,KRW,21"}  # fmt: skip
        leg = f"{MINA},AIR,WALLET,REDEEMED"
        log.add("hold.placed", author=HOTELS_KEY, consent=name(0xC1), day=DAY,
                legs=f"{leg},pending,600", uses=f"{lot},pin,600", **own)  # fmt: skip
        if end == "hold.captured":
            log.add(end, author=HOTELS_KEY, legs=f"{leg},released,600;{leg},posted,400",
                    uses=f"{lot},unpin,600;{lot},take,400",
                    obls=f"AIRLINE,HOTELS,KRW,1,14,{contract},REDEEM", **own)  # fmt: skip
        else:
            author = HOTELS_KEY if end == "hold.voided" else "system/hold-timeout"
            log.add(end, author=author, legs=f"{leg},released,600",
                    uses=f"{lot},unpin,600", **own)  # fmt: skip


# A minute past the first entry's, and the wall of Seoul at that instant: a Sunday.
SCHEDULE = "WEEKLY SUNDAY 10:16 Asia/Seoul KR NONE"
DUE = {"due": "2026-11-22T01:16:00.000000Z", "day": DAY, "local": f"{DAY}T10:16"}


def closing(log: LogBuilder) -> None:
    """A member come and gone, a window closed by two, another by its schedule, and settled."""
    log.add("member.enrolled", member=KIMM, partner="AIRLINE", commitment="ee" * 32)
    log.add("subject.erased", author="operator/op1", member=KIMM, commitment="ee" * 32)
    for partner, fee in (("AIRLINE", "30"), ("HOTELS", "50")):
        log.declare("PERIODIC_FEE", partner=partner, currency="KRW", value=f"{fee} 0/1")
    charged = log.close("KRW", "CLOSED", "HOTELS,OPERATOR,KRW,1,50,,PERIODIC_FEE",
                        "AIRLINE,OPERATOR,KRW,1,30,,PERIODIC_FEE")  # fmt: skip
    schedule = log.declare("WINDOW_SCHEDULE", value=SCHEDULE, currency="USD")
    settling(log)
    log.declare("LOSS_SHARING", value="BY_NET")
    log.add("window.due", author="system/schedule", window="1", currency="USD", missed="0",
            proposal=schedule, **DUE)  # fmt: skip
    log.add("window.closed", author="system/schedule", window="1", currency="USD", next="2",
            state="SETTLED")  # fmt: skip
    one = {"partner": "CAFE", "currency": "USD"}
    log.agree("CAP", amount="70", **one)
    log.add("cap.set", author="operator/op2", cap="70", **one)
    log.agree("PREFUND_IN", amount="5", **one)
    log.add("funds.moved", author="operator/op2", amount="5", type="PREFUND_IN", **one)
    disputing(log, charged)
    waiting(log)


def waiting(log: LogBuilder) -> None:
    """A bank line that concerns nobody; another, money that came back, owed in the open window."""
    for line, amount in (("901", "7"), ("902", "-11")):
        log.add("bank.queued", author="operator/op1", statement=HASH, line=line,
                reference=line.zfill(64), currency="KRW", amount=amount, reason="NO_CANDIDATE",
                note=HASH)  # fmt: skip
    log.agree("BANK_CARRY", settlement=SETTLEMENT, partner="HOTELS", currency="KRW", amount="11",
              value=f"{HASH}.902.OPERATOR")  # fmt: skip
    log.add("bank.carried", author="operator/op2", statement=HASH, line="902",
            settlement=SETTLEMENT, reason="RETURNED",
            obls="HOTELS,OPERATOR,KRW,2,11,,BANK")  # fmt: skip
    log.add("bank.dismissed", author="operator/op1", statement=HASH, line="901", reason="BANK_FEE")


SETTLEMENT = name(0x5E)
# What closing's window comes to: debits and credits of each partner.
NETS = {"AIRLINE": (429, 70), "HOTELS": (120, 399), "OPERATOR": (0, 80)}


def settling(log: LogBuilder) -> None:
    """The closed window netted and approved, half paid, half defaulted, and settled."""
    one = {"settlement": SETTLEMENT, "currency": "KRW", "author": "operator/op1"}
    for partner, (debits, credits_) in NETS.items():
        log.add("settlement.netted", partner=partner, debits=str(debits), credits=str(credits_),
                **one)  # fmt: skip
    log.add("settlement.created", windows="1", method="CLEARING", pay_by=at(9_000), gross="549",
            net="359", **one)  # fmt: skip
    log.agree("SETTLEMENT_APPROVE", settlement=SETTLEMENT, currency="KRW")
    _move(log, "APPROVED")
    log.add("payment.written", partner="AIRLINE", leg="PAY_IN", message=name(0xF1), hash=HASH,
            **one)  # fmt: skip
    log.agree("SETTLEMENT_ACCOUNTS", settlement=SETTLEMENT, currency="KRW", value=HASH)
    _move(log, "SUBMITTED")
    _pay(log, "AIRLINE", "PAY_IN", 59, excess="3")
    _move(log, "PARTIALLY_PAID")
    log.add("settlement.evidenced", author="operator/op1", settlement=SETTLEMENT,
            partner="AIRLINE", type="REJECTION", evidence=HASH, note="")  # fmt: skip
    log.agree("SETTLEMENT_DEFAULT", settlement=SETTLEMENT, currency="KRW")
    one["author"] = "operator/op2"
    log.add("settlement.drawn", partner="AIRLINE", amount="200", **one)
    for creditor, share in (("HOTELS", "78"), ("OPERATOR", "22")):
        log.add("settlement.shared", debtor="AIRLINE", creditor=creditor, amount=share, **one)
    _move(log, "DEFAULTED")
    log.add("payment.ordered", partner="OPERATOR", leg="PAY_OUT", message=name(0xF2), hash=HASH,
            accounts=HASH, **one)  # fmt: skip
    _pay(log, "HOTELS", "PAY_OUT", 200)
    _pay(log, "HOTELS", "PAY_OUT", 1)
    for obls in ("AIRLINE,HOTELS,KRW,2,78,,CLAIM", "AIRLINE,OPERATOR,KRW,2,22,,CLAIM"):
        log.add("obligation.charged", author="operator/op1", obls=obls)
    _move(log, "SETTLED", windows="1", window_state="SETTLED")


def disputing(log: LogBuilder, charged: int) -> None:
    """A fee disputed and corrected, disputed anew and left as it is; another withdrawn."""
    fee = {"line": f"{charged}.0", "debtor": "HOTELS", "creditor": "OPERATOR", "party": "HOTELS"}
    own = {"currency": "KRW", "window": "1", "amount": "50", "reason": "WRONG_PRICE"}
    for number, stands in ((0xD1, "50"), (0xD2, "20"), (0xD3, "20")):
        log.add("dispute.opened", author=HOTELS_KEY, dispute=name(number), stands=stands,
                note=HASH if number == 0xD1 else "", **fee, **own)  # fmt: skip
        ended = {"dispute": name(number), "reason": "CHECKED"}
        if number == 0xD1:
            log.agree("DISPUTE_UPHOLD", currency="KRW", value=name(number), amount="20")
            log.add("obligation.corrected", author="operator/op2", line=fee["line"], corrected="20",
                    obls="OPERATOR,HOTELS,KRW,2,30,,CORRECTION", **ended)  # fmt: skip
            continue
        withdrawn = number == 0xD3
        log.add("dispute.closed", author=HOTELS_KEY if withdrawn else "operator/op1",
                state="WITHDRAWN" if withdrawn else "REJECTED", debtor="HOTELS",
                creditor="OPERATOR", party="HOTELS", **ended)  # fmt: skip


def _move(log: LogBuilder, state: str, **windows: str) -> None:
    log.add("settlement.moved", author=f"operator/op{1 + (state in {'APPROVED', 'DEFAULTED'})}",
            settlement=SETTLEMENT, currency="KRW", state=state, reason="CHECKED",
            **windows)  # fmt: skip


def _pay(log: LogBuilder, partner: str, leg: str, amount: int, excess: str = "0") -> None:
    log.add("settlement.paid", author="operator/op1", settlement=SETTLEMENT, partner=partner,
            leg=leg, currency="KRW", amount=str(amount), excess=excess, end_to_end=name(log.seq),
            statement=HASH, line=str(log.seq), reference=f"{log.seq:064x}")  # fmt: skip


def every_kind(key: str) -> list[bytes]:
    """A log in which every kind of entry stands at least once, under a verifier key."""
    log = LogBuilder()
    genesis(log, key)
    setting(log)
    movements(log)
    closing(log)
    return log.leaves


def replayed(leaves: list[bytes], findings: Findings) -> dict[str, list[Row]]:
    """All tables after the leaves, each in its order."""
    replay = Replay(findings)
    tables: dict[str, list[Row]] = {"transfer": [], "leg": [], "lot_use": [], "obligation": []}
    for leaf in leaves:
        rows: EntryRows = replay.apply(decode(leaf))
        for table in tables:
            tables[table] += getattr(rows, table)
    replay.finish()
    return tables | {table: list(rows) for table, rows in replay.tables().items()}
