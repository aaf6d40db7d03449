"""Closes the demonstration's month: netted, approved by two people, paid, matched, stated, booked.

The bank is played by ``api.demo.bank``, which does as the payment files say. All else is the
product's own way: what lies in ``month`` afterwards is what a finance team would send and file.
"""

from __future__ import annotations

import io
import json
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING, NamedTuple

from api.approving import as_seen, brought
from api.bank_import import import_bank_file, keep_file
from api.books import export_books
from api.bootstrap import open_network
from api.config import read_settings
from api.demo.admit import must
from api.demo.bank import Page, answer, booked
from api.demo.brands import BRANDS, CURRENCY, ZONE
from api.files import write_private, write_set
from api.payments import order_payments, read_settlement
from api.registers import ACCOUNTS
from api.statements import read_parties, read_statement, read_summary
from domain.clock import DAY, format_instant
from domain.errors import StoreError
from domain.ids import OPERATOR
from domain.ledger.settling import CLEARING, PAY_OUT, SETTLED
from domain.store.engine import reading
from domain.store.queries import reference
from settlement.bank.camt053 import read_camt053
from settlement.commands import CreateSettlement, DecideProposal, ProposeSettlement
from settlement.payments.register import read_register
from settlement.settlements.moves import APPROVE
from settlement.statements.formats import rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from api.bootstrap import Network
    from api.demo.admit import People
    from settlement.payments.accounts import BankAccount
    from settlement.payments.orders import PaymentFile

FOLDER = "month"
DAYS_TO_PAY = 10
PROCESSES = 2  # a demonstration has two cores
LANGUAGES = ("en", "ko")
# Made-up numbers of the lengths that these banks give.
BANKS = ("004", "020", "088", "081", "011")
NUMBERS = ("12345604123456", "1002123456789", "110123456789", "62012345678901", "3020123456781")


class Papers(NamedTuple):
    """How many files of statements were written, and how many entries the books have."""

    statements: int
    entries: int


class Month(NamedTuple):
    """A settled month: what was netted to what, and how many payments that took."""

    settlement: str
    state: str
    gross: int
    net: int
    payments: int

    @property
    def settled(self) -> bool:
        """Tell whether everything due was matched."""
        return self.state == SETTLED


def settle_month(network: Network, people: People) -> Month:
    """Settle the closed window; its payment files are left in ``HOME/month``.

    Raises StoreError ``WRITE_REFUSED`` where a step is refused, and as what it is made of.
    """
    folder = network.home / FOLDER
    accounts = _accounts(network)
    settlement = _approved(network, people, accounts)
    paid = 0
    sequence = 0
    while True:
        orders = order_payments(network, people.maker, settlement, accounts)
        write_set(folder, {file.name: file.content for file in orders.files})
        leg_out = [file for file in orders.files if file.leg == PAY_OUT]
        paid = sum(len(file.payments) for file in orders.files)
        sequence += 1
        sent = leg_out or orders.files
        if not sent:
            break
        _bank_answers(network, people, accounts, sent, sequence)
        if orders.waiting is None:
            break
    found, details = read_settlement(network, settlement)
    if found.state != SETTLED:
        due = sum(net.due for net in details.nets)
        raise StoreError("DEMO_NOT_SETTLED", state=found.state, due=due)
    return Month(settlement, found.state, found.gross, found.net, paid)


def write_papers(home: Path, period: int, advance: Callable[[int], None]) -> Papers:
    """Write books and statements into ``HOME/month``, two at a time.

    In processes of their own: fonts and workbooks take memory that the story's rows need.
    """
    parties = (OPERATOR, *(brand.code for brand in BRANDS))
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        posted = pool.submit(_write_books, home)
        papers = [pool.submit(_write_statement, home, one, period) for one in parties]
        statements = 0
        for done, written in enumerate(as_completed(papers), 1):
            statements += written.result()
            advance(done)
        return Papers(statements, posted.result())


def _accounts(network: Network) -> dict[str, BankAccount]:
    """Leave the list of bank accounts in the home, as an operator would keep it."""
    holders = [(OPERATOR, "두레"), *((brand.code, brand.name_ko) for brand in BRANDS)]
    listed = {
        code: {"holder": holder, "bank": bank, "number": number}
        for (code, holder), bank, number in zip(holders, BANKS, NUMBERS, strict=True)
    }
    data = json.dumps(listed, ensure_ascii=False, indent=1).encode()
    write_private(network.home / ACCOUNTS, data)
    return read_register(data)


def _approved(network: Network, people: People, accounts: dict[str, BankAccount]) -> str:
    """Net the closed window; one person proposes to approve it and the accounts, another does."""
    now = network.clock.now()
    create = CreateSettlement(
        actor=people.maker,
        id=network.ids.entity(),
        key="demo:settle",
        received_at=now,
        currency=CURRENCY,
        method=CLEARING,
        pay_by=now + DAYS_TO_PAY * DAY,
    )
    must(network.runner.run([create]), "netting the window")
    with reading(network.engine) as connection:
        brings = brought(connection, create.id, accounts)
    propose = ProposeSettlement(
        actor=people.maker,
        id=network.ids.entity(),
        key="demo:approve",
        received_at=now,
        settlement=create.id,
        step=APPROVE,
        reason="CHECKED",
        accounts=brings.text,
        accounts_key=brings.key,
    )
    must(network.runner.run([propose]), "proposing to approve the settlement")
    with reading(network.engine) as connection:
        proposal = reference.load(connection).proposals[propose.id]
        seen = as_seen(connection, proposal, accounts)
    decide = DecideProposal(
        actor=people.checker,
        id=network.ids.entity(),
        key="demo:approved",
        received_at=now,
        proposal=propose.id,
        approve=True,
        accounts=seen,
    )
    must(network.runner.run([decide]), "approving the settlement")
    return create.id


def _bank_answers(
    network: Network,
    people: People,
    accounts: dict[str, BankAccount],
    sent: tuple[PaymentFile, ...] | list[PaymentFile],
    sequence: int,
) -> None:
    """Let the bank carry out what was sent, and read what its statement says of it."""
    clearing = accounts[OPERATOR].number
    created = f"{format_instant(network.clock.now())[:19]}Z"
    page = Page(f"DEMO{sequence:04}", created, clearing, CURRENCY)
    data = answer(page, booked([file.content for file in sent], clearing))
    file = read_camt053(io.BytesIO(data))
    imported, _ = import_bank_file(network, people.maker, file, accounts, lambda _: None)
    keep_file(network.home, file, data)
    if imported.queued:
        raise StoreError("DEMO_LINES_QUEUED", lines=len(imported.queued))


def _write_books(home: Path) -> int:
    """Write everybody's books; return how many entries they have."""
    with _opened(home) as network:
        return export_books(network, home / FOLDER / "books", {}, ZONE, lambda _: None).entries


def _write_statement(home: Path, partner: str, period: int) -> int:
    """Write a party's statement in every form; return how many files."""
    with _opened(home) as network, reading(network.engine) as connection:
        statement = read_statement(connection, partner, CURRENCY, [period])
        summary = read_summary(connection, partner, CURRENCY, [period])
        named = {language: read_parties(connection, language) for language in LANGUAGES}
    stem = statement.number
    files = {f"{stem}.json": rendered(statement, named["en"], "json", "en")}
    for language, parties in named.items():
        # On paper the sums; the lines, thousands of them, where they can be searched.
        files[f"{stem}.{language}.pdf"] = rendered(summary, parties, "pdf", language)
        files[f"{stem}.{language}.csv"] = rendered(statement, parties, "csv", language)
    files[f"{stem}.ko.xlsx"] = rendered(statement, named["ko"], "xlsx", "ko")
    write_set(home / FOLDER / "statements", files)
    return len(files)


@contextmanager
def _opened(home: Path) -> Iterator[Network]:
    network = open_network(home, read_settings(home=home))
    try:
        yield network
    finally:
        network.close()
