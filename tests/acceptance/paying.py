"""A closed month paid: files for the banks, their statements in, and everything once."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from api.demo.bank import Booked, Page, answer, booked

ACCOUNTS = {
    "OPERATOR": {"holder": "두레", "bank": "004", "number": "123456-04-123456"},
    "AIRLINE": {"holder": "Narae Air", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX"},
    "GRAND": {"holder": "Grand Hotel", "bank": "088", "number": "110-123-456789"},
}
CLEARING = "12345604123456"
# Verb and its argument, an option and a file's bytes, the code.
BAD = (
    ("payments", "--accounts", b"", "ACCOUNTS_INVALID"),
    ("payments", "--accounts", b"[" * 60_000, "ACCOUNTS_INVALID"),
    ("payments", "--accounts", b"\xff\xfe", "ACCOUNTS_INVALID"),
    ("payments", "--accounts", b"{}", "ACCOUNT_MISSING"),
    ("payments", "--accounts", None, "ACCOUNTS_MISSING"),
    ("payments", "--execute-on", b"2026-02-30", "DATE_INVALID"),
    ("payments", "--execute-on", b"2027-12-31", "EXECUTE_ON_TOO_LATE"),
    ("import-bank", "", b"what nobody asked for", "XML_MALFORMED"),
    ("import-bank", "", b"", "XML_MALFORMED"),
    ("import-bank", "", b"<a/>", "XML_NAMESPACE"),
    ("import-bank", "", None, "FILE_NOT_READABLE"),
    ("import-bank", "--mapping", b"what nobody asked for", "MAPPING_INVALID"),
    ("import-bank", "--mapping", b"\xff", "FILE_NOT_READABLE"),
    ("import-bank", "--mapping", None, "FILE_NOT_READABLE"),
)
Say = Callable[..., tuple[int, str]]


class Payer:
    """Settles window 1 of a home by the verbs, as two people would."""

    def __init__(self, folder: Path, people: tuple[str, str], say: Say) -> None:
        """Work beside ``folder``'s home; ``say`` runs a verb."""
        self._folder, self._people, self._say = folder, people, say
        (folder / "accounts.json").write_text(json.dumps(ACCOUNTS))

    def verb(
        self, *arguments: str | Path, by: int = 0, status: int = 0, named: bool = True
    ) -> dict[str, Any]:
        """Run a settle verb, expect its status, and return what it told."""
        who = ("--as", self._people[by]) if named else ()
        found, text = self._say(
            "settle", *arguments, "--home", self._folder / "home", "--json", *who
        )
        assert found == status, text
        told: dict[str, Any] = json.JSONDecoder().raw_decode(text)[0]  # what follows is for people
        return told

    def files(self, settlement: str, status: int = 0, folder: str = "orders") -> dict[str, Any]:
        """Write the files that may be sent."""
        where = ("--out", self._folder / folder, "--accounts", self._folder / "accounts.json")
        return self.verb("payments", settlement, *where, status=status)

    def bank(self, name: str, files: list[str], status: int = 0, spoil: str = "") -> dict[str, Any]:
        """Let the bank answer files, and import its statement; ``spoil`` spoils an amount."""
        lines = booked([Path(one).read_bytes() for one in files], CLEARING)
        return self.statement(name, lines, status, spoil)

    def statement(
        self, name: str, lines: list[Booked], status: int = 0, spoil: str = ""
    ) -> dict[str, Any]:
        """Import a statement of the clearing account."""
        data = answer(Page(name, "2026-03-02T09:00:00Z", CLEARING, "KRW"), lines)
        if spoil:
            data = data.replace(spoil.encode(), str(int(spoil) + 7).encode())
        path = self._folder / f"{name}.xml"
        path.write_bytes(data)
        accounts = ("--accounts", self._folder / "accounts.json")
        return self.verb("import-bank", path, *accounts, status=status)

    def sound(self) -> None:
        """Let the check-up find nothing."""
        status, text = self._say("doctor", "--home", self._folder / "home")
        assert status == 0, text

    def refuses(self, settlement: str) -> None:
        """Hold bad files against their codes: nothing is written, and no settlement moves."""
        for verb, option, data, code in BAD:
            path = self._folder / "bad"
            path.unlink(missing_ok=True)
            if data is not None:
                path.write_bytes(data)
            given: list[str | Path] = [option, path] if option else []
            if option == "--execute-on":
                given = [
                    option,
                    (data or b"").decode(),
                    "--accounts",
                    self._folder / "accounts.json",
                ]
            if verb == "payments":
                arguments = [settlement, "--out", self._folder / "bad-orders", *given]
            else:
                arguments = [path, *given]
            assert self.verb(verb, *arguments, status=2)["error"] == code, (verb, option, data)
        assert not (self._folder / "bad-orders").exists()


def told_anew(payer: Payer, pay_in: str, amount: int) -> None:
    """The same money under another name of the bank's waits as what it may be."""
    (line,) = booked([Path(pay_in).read_bytes()], CLEARING)
    anew = replace(line, amount=amount, date="2026-03-02", bank_reference="2026|17")
    (waits,) = payer.statement("S2B", [anew], status=1)["queued"]
    assert (waits["amount"], waits["reason"]) == (str(amount), "DUPLICATE_SUSPECTED")
    places = payer.verb("unmatched", status=1, named=False)["waiting"]
    (place,) = (one for one in places if one["reason"] == "DUPLICATE_SUSPECTED")
    named = f"{place['statement']}.{place['line']}"
    payer.verb("dismiss", named, "--reason", "TOLD_TWICE")


def queue(payer: Payer, net: str) -> None:
    """What was paid too much waits: a part is owed back by two people, what was told twice goes."""
    waiting = payer.verb("unmatched", status=1, named=False)["waiting"]
    told = [(one["amount"], one["reason"], one["line"]) for one in waiting]
    assert told == [("7", "OVERPAID", 1), (net, "OVERPAID", 1)]
    assert waiting[1]["told"]["account"] == CLEARING
    first, second = (f"{one['statement'][:8]}.{one['line']}" for one in waiting)
    carried = payer.verb("carry", first, "AIRLINE", "--reason", "PAID_TOO_MUCH")
    assert (carried["state"], carried["now"]) == ("PENDING", "WAITING")
    again = ("carry", first, "AIRLINE", "--reason", "PAID_TOO_MUCH")
    assert payer.verb(*again, status=2)["error"] == "SAME_SUBJECT"
    assert payer.verb(*again, by=1)["now"] == "CARRIED"
    dismissed = ("dismiss", second, "--reason", "TOLD_TWICE")
    assert payer.verb(*dismissed)["state"] == "DISMISSED"
    assert payer.verb(*dismissed, status=2)["error"] == "BANK_LINE_UNKNOWN"
    assert payer.verb("unmatched", named=False) == {"waiting": []}


def come_back(payer: Payer, settlement: str, pay_in: str, net: str) -> None:
    """A pay-in that comes back after all was settled is owed again; the settlement stays over."""
    (line,) = booked([Path(pay_in).read_bytes()], CLEARING)
    back = replace(line, amount=-line.amount, bank_reference="BACK1", reversal=True)
    found = payer.statement("S4", [back], status=1)
    told = {"line": 1, "amount": net, "currency": "KRW", "reason": "RETURNED"}
    assert (found["queued"], found["counted"]) == ([told], 0)
    assert payer.statement("S4", [back], status=1)["queued"] == [told]
    (waiting,) = payer.verb("unmatched", status=1, named=False)["waiting"]
    assert (waiting["amount"], waiting["told"]["settlement"]) == (f"-{net}", settlement)
    named = (f"{waiting['statement']}.1", "AIRLINE", "--settlement", settlement)
    assert payer.verb("assign", named[0], settlement, "GRAND", status=2)["error"] == (
        "SETTLEMENT_STATE"
    )
    for by in (0, 1):
        payer.verb("carry", *named, by=by)
    assert payer.statement("S4", [back])["known"] == 1
    assert payer.verb("unmatched", named=False) == {"waiting": []}
    payer.sound()


def pay(folder: Path, people: tuple[str, str], say: Say) -> None:
    """From the draft to SETTLED; what is repeated changes nothing, what differs is refused."""
    payer = Payer(folder, people, say)
    due = ("--currency", "KRW", "--pay-by", "2027-12-31T00:00:00Z")
    made = payer.verb("create", *due)
    settlement = made["settlement"]
    net = made["net"]
    assert payer.files(settlement, status=2)["error"] == "SETTLEMENT_STATE"
    payer.verb("approve", settlement)
    assert payer.verb("approve", settlement, by=1)["now"] == "APPROVED"

    payer.refuses(settlement)
    first = payer.files(settlement)
    assert (first["submitted"], first["released"]) == (True, False)
    assert first["waiting"] == {"available": "0", "required": net}
    (pay_in,) = first["files"]
    assert (pay_in["debtor"], pay_in["leg"]) == ("AIRLINE", "PAY_IN")
    bytes_ = Path(pay_in["file"]).read_bytes()
    # A kill between the log and the file: the files are made again, to the byte.
    Path(pay_in["file"]).unlink()
    again = payer.files(settlement)
    assert (again["submitted"], Path(pay_in["file"]).read_bytes()) == (False, bytes_)
    # Another account would be another file under the same message id.
    moved = {**ACCOUNTS, "AIRLINE": ACCOUNTS["GRAND"]}
    (folder / "accounts.json").write_text(json.dumps(moved))
    assert payer.files(settlement, status=2, folder="other")["error"] == "FILE_DIFFERS"
    assert not (folder / "other").exists()
    (folder / "accounts.json").write_text(json.dumps(ACCOUNTS))

    # An account that is missing refuses the statement, and nothing of it is kept.
    (folder / "accounts.json").write_text("{}")
    assert payer.bank("S1", [pay_in["file"]], status=2, spoil=net)["error"] == "ACCOUNT_MISSING"
    assert not (folder / "home" / "bank").exists()
    (folder / "accounts.json").write_text(json.dumps(ACCOUNTS))

    over = payer.bank("S1", [pay_in["file"]], status=1, spoil=net)
    assert over["queued"] == [{"line": 1, "amount": "7", "currency": "KRW", "reason": "OVERPAID"}]
    assert (over["counted"], over["settlements"]) == (1, {settlement: "PARTIALLY_PAID"})
    same = payer.bank("S1", [pay_in["file"]], spoil=net)
    assert (same["counted"], same["known"], same["repeated"]) == (0, 1, True)
    # The bank tells of the same payment in another statement, and once under a name in use.
    other = payer.bank("S2", [pay_in["file"]], status=1)
    assert (other["counted"], other["queued"][0]["reason"]) == (0, "OVERPAID")
    (folder / "S1.xml").write_bytes((folder / "S1.xml").read_bytes() + b"\n")
    reused = payer.verb(
        "import-bank", folder / "S1.xml", "--accounts", folder / "accounts.json", status=2
    )
    assert reused["error"] == "STATEMENT_ID_REUSED"

    told_anew(payer, pay_in["file"], int(net) + 7)
    queue(payer, net)
    second = payer.files(settlement)
    assert (second["released"], second["waiting"]) == (True, None)
    pay_out = second["files"][-1]
    assert (pay_out["debtor"], pay_out["leg"]) == ("OPERATOR", "PAY_OUT")
    done = payer.bank("S3", [pay_out["file"]])
    assert done["settlements"] == {settlement: "SETTLED"}
    assert payer.files(settlement)["files"] == second["files"]
    late = payer.bank("S3", [pay_out["file"]])
    assert (late["counted"], late["known"], late["queued"]) == (0, 1, [])
    come_back(payer, settlement, pay_in["file"], net)
