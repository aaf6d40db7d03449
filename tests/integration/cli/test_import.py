"""`dure import purchases`: each purchase gives its points once, whatever happens to the file."""

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest

from api.auth.credentials import Minted
from api.bootstrap import Network
from api.cli.import_purchases import author_of
from api.demo.admit import must
from api.purchases import ImportOptions, PurchaseImporter
from api.purchases.rows import Purchase
from domain.clock import SystemClock
from domain.errors import StoreError
from domain.ids import OPERATOR
from domain.ledger.commands import Actor
from domain.partners.commands import GrantKey, RevokeKey
from domain.store.engine import reading
from domain.store.queries import members, reference, wallets
from tests.hiring import hire
from tests.integration.cli.conftest import Dure, Said

HEADER = "customer,date,quantity,amount\n"
GOOD = HEADER + "c1,2024-01-02,1,11.79\nc2,2024-01-02,2,5.00\nc1,2024-01-03,1,0.00\n"


def points(network: Network, customer: str) -> int:
    """What a customer of SHOP has in its wallet, 0 for a stranger."""
    index = network.vault.reference_index("SHOP", customer)
    with reading(network.engine) as connection:
        owner = members.by_reference(connection, "SHOP", index)
        found = wallets.balances(connection, owner or "", SystemClock().now())
    return sum(balance.posted for balance in found)


def bring_in(dure: Dure, network: Network, file: Path, *flags: str | Path) -> Said:
    """Import a file for SHOP."""
    refused = file.with_suffix(".refused")
    return dure(
        "import", "purchases", file, "--partner", "SHOP", "--home", network.home,
        "--refused", refused, "--json", *flags,
    )  # fmt: skip


def test_a_file_imported_twice_gives_its_points_once(
    dure: Dure, shop: Network, tmp_path: Path
) -> None:
    """The second import of a file changes no wallet and says that all was there."""
    file = tmp_path / "may.csv"
    file.write_text(GOOD)
    first = bring_in(dure, shop, file)
    assert first.status == 0
    counts = ("rows", "issued", "zero_earning", "refused", "enrolled", "points", "replayed")
    assert [first.result[name] for name in counts] == [3, 2, 1, 0, 2, "167", 0]
    again = bring_in(dure, shop, file)
    assert [again.result[name] for name in counts] == [3, 0, 1, 0, 0, "0", 2]
    assert (points(shop, "c1"), points(shop, "c2")) == (117, 50)
    assert dure("doctor", "--home", shop.home).status == 0


def test_a_longer_file_of_the_same_batch_goes_on(dure: Dure, shop: Network, tmp_path: Path) -> None:
    """Under one batch name, rows that were there are not issued again and new ones are."""
    file = tmp_path / "may.csv"
    file.write_text(HEADER + "c1,2024-01-02,1,11.79\n")
    bring_in(dure, shop, file, "--batch", "may")
    file.write_bytes(gzip.compress(GOOD.encode()))
    said = bring_in(dure, shop, file, "--batch", "may")
    assert (said.result["issued"], said.result["replayed"]) == (1, 1)
    file.write_text(GOOD.replace("11.79", "99.00"))
    changed = bring_in(dure, shop, file, "--batch", "may")
    assert changed.status == 1
    assert changed.result["reasons"] == {"IDEMPOTENCY_KEY_REUSED": 1}
    assert points(shop, "c1") == 117


def test_bad_rows_are_reported_and_good_ones_issued(
    dure: Dure, shop: Network, tmp_path: Path
) -> None:
    """Each row that gives no points is in the file of refused rows; the others are issued."""
    file = tmp_path / "may.csv"
    file.write_text(
        GOOD
        + "c3,2024-13-01,1,5.00\n"
        + "c4,2024-01-02,1,-5.00\n"
        + "c5,2024-01-02\n"
        + ",2024-01-02,1,5.00\n"
        + "c6,2124-01-02,1,5.00\n"
        + "c7,2024-01-02,1,9999999999999999.00\n"
    )
    said = bring_in(dure, shop, file)
    assert said.status == 1
    with file.with_suffix(".refused").open() as opened:
        rows = list(csv.DictReader(opened))
    assert {int(row["row"]): row["code"] for row in rows} == {
        4: "ROW_MALFORMED",
        5: "ROW_MALFORMED",
        6: "ROW_MALFORMED",
        7: "ROW_MALFORMED",
        8: "EFFECTIVE_IN_FUTURE",
        9: "ROW_MALFORMED",
    }
    assert said.result["issued"] == 2


def test_strangers_stay_strangers_where_told(dure: Dure, shop: Network, tmp_path: Path) -> None:
    """With --no-enroll a purchase of an unknown customer is refused and no member is made."""
    file = tmp_path / "may.csv"
    file.write_text(GOOD)
    said = bring_in(dure, shop, file, "--no-enroll")
    assert (said.result["refused"], said.result["enrolled"]) == (3, 0)
    assert said.result["reasons"] == {"MEMBER_UNKNOWN": 3}


def test_columns_and_rate_are_the_callers(dure: Dure, shop: Network, tmp_path: Path) -> None:
    """A file with columns of its own, at a rate of its own, gives what that rate says."""
    file = tmp_path / "may.csv"
    file.write_text("who;,when,won\nc1,2024-01-02,1250\n")
    said = bring_in(
        dure, shop, file, "--map", "customer=who;,date=when,amount=won", "--rate", "1/100",
        "--decimals", "0",
    )  # fmt: skip
    assert (said.status, points(shop, "c1")) == (0, 12)


@pytest.mark.parametrize(
    ("data", "flags", "code"),
    [
        (b"", (), "COLUMN_MISSING"),
        (b"customer,date\n", (), "COLUMN_MISSING"),
        (HEADER.encode() + b"\xff\xfe\n", (), "PURCHASES_MALFORMED"),
        (HEADER.encode() + b"x" * 9000, (), "PURCHASES_MALFORMED"),
        (b"\x1f\x8b" + b"x" * 50, (), "PURCHASES_MALFORMED"),
        (gzip.compress(GOOD.encode())[:-9], (), "PURCHASES_MALFORMED"),
        (GOOD.encode(), ("--rate", "1/0"), "RATIO_MALFORMED"),
        (GOOD.encode(), ("--map", "price=x"), "COLUMN_MAP_MALFORMED"),
        (GOOD.encode(), ("--unit", "NONE"), "UNIT_UNKNOWN"),
        (GOOD.encode(), ("--as", "nobody"), "SUBJECT_UNKNOWN"),
        (GOOD.encode(), ("--batch", "a b"), "BATCH_NAME_INVALID"),
        (GOOD.encode(), ("--partner", "NONE"), "PARTNER_UNKNOWN"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_use_is_one_line(
    dure: Dure, sqlite_shop: Network, tmp_path: Path, data: bytes, flags: tuple[str, ...], code: str
) -> None:
    """A file or flag that cannot be meant is one named line, exit status 2, and no points."""
    file = tmp_path / "may.csv"
    file.write_bytes(data)
    said = bring_in(dure, sqlite_shop, file, *flags)
    assert (said.status, said.result["error"]) == (2, code)
    assert len(said.err.splitlines()) == 1


def test_nobody_imports_as_an_auditor(dure: Dure, sqlite_shop: Network, tmp_path: Path) -> None:
    """A key that reads and never writes is no author: the verifier would not know it."""
    key = GrantKey(
        actor=Actor(OPERATOR, "operator/test"),
        id=sqlite_shop.ids.entity(),
        prefix="abcdefgh",
        partner="",
        subject="ines",
        person=True,
        role="AUDITOR",
        scopes=("audit:read",),
        hash="0" * 64,
    )
    must(sqlite_shop.runner.run([key]), "giving a key")
    file = tmp_path / "may.csv"
    file.write_text(GOOD)
    said = bring_in(dure, sqlite_shop, file, "--as", "ines")
    assert (said.status, said.result["error"]) == (2, "SUBJECT_UNKNOWN")


def test_lines_of_json_are_imported_as_rows_of_csv_are(
    dure: Dure, shop: Network, tmp_path: Path
) -> None:
    """The same purchases under one batch name are the same rows, whichever form they come in.

    A line that is none is reported by its number, and its neighbours are issued.
    """
    file = tmp_path / "may.csv"
    file.write_text(GOOD)
    assert bring_in(dure, shop, file, "--batch", "may").result["issued"] == 2
    good = [
        f'{{"customer": "{name}", "date": "{day}", "quantity": {quantity}, "amount": "{amount}"}}\n'
        for name, day, quantity, amount in csv.reader(GOOD.splitlines()[1:])
    ]
    listed = tmp_path / "may.ndjson"
    listed.write_text("".join(good))
    again = bring_in(dure, shop, listed, "--batch", "may")
    assert (again.result["replayed"], again.result["issued"]) == (2, 0)
    unnamed = tmp_path / "june"
    unnamed.write_text("".join([good[0], good[1].replace("2,", "2.0,"), good[2]]))
    june = bring_in(dure, shop, unnamed, "--format", "ndjson")
    counts = ("rows", "issued", "zero_earning", "refused")
    assert [june.result[name] for name in counts] == [3, 1, 1, 1]
    with unnamed.with_suffix(".refused").open() as opened:
        found = [(row["row"], row["customer"], row["code"]) for row in csv.DictReader(opened)]
    assert found == [("2", "c2", "ROW_MALFORMED")]
    assert points(shop, "c1") == 234


def test_an_import_ends_with_its_authors_key(
    dure: Dure, sqlite_shop: Network, tmp_path: Path
) -> None:
    """Revoked between two batches, a key writes no more; what was written is sound and stays."""
    hire(sqlite_shop, "ines", made=Minted("abcdefgh", "", "0" * 64))
    author = author_of(sqlite_shop, "ines", "system/import")
    assert author == ("operator/ines", "abcdefgh")
    with reading(sqlite_shop.engine) as connection:
        (unit,) = reference.load(connection).units.values()
    actor = Actor("SHOP", author.name, "ines", person=False, key=author.key)
    options = ImportOptions(unit, unit.earn, "may", enroll=True, actor=actor)
    importer = PurchaseImporter(sqlite_shop, options, print)
    importer.write([Purchase(1, "c1", date(2024, 1, 2), 1, 1179)])
    revoke = RevokeKey(
        actor=Actor(OPERATOR, author.name), id=sqlite_shop.ids.entity(), prefix="abcdefgh"
    )
    must(sqlite_shop.runner.run([revoke]), "revoking it")
    with pytest.raises(StoreError, match="SUBJECT_REVOKED subject=ines"):
        importer.write([Purchase(2, "c2", date(2024, 1, 2), 1, 500)])
    assert (points(sqlite_shop, "c1"), points(sqlite_shop, "c2")) == (117, 0)
    assert dure("doctor", "--home", sqlite_shop.home).status == 0
