"""python-accounting on SQLite: two journal entries, one for each unit, posted to its ledger.

Equal to ours: double entry, records that are hashed in a chain, durable commits. Less than ours: no
wallet's check, no lots, no obligation, no idempotency key, no signature. It commits each posting by
itself, so that an exchange is not one transaction but several.

    python -m tests.benchmarks.libraries.accounting_entries PATH
"""

import sys
from datetime import datetime

from python_accounting.database.session import get_session
from python_accounting.models import Account, Base, Currency, Entity, LineItem
from python_accounting.transactions import JournalEntry
from sqlalchemy import create_engine

from tests.benchmarks.libraries.turns import serve

WALLETS = 20  # its accounts are a chart; the number of transfers is what makes it slow


def main() -> None:
    """Open a chart of accounts and serve."""
    engine = create_engine(f"sqlite:///{sys.argv[1]}")
    Base.metadata.create_all(engine)
    with get_session(engine) as session:
        entity = Entity(name="Network")
        session.add(entity)
        session.commit()
        currency = Currency(name="Points", code="USD", entity_id=entity.id)
        session.add(currency)
        session.commit()

        def account(name: str) -> Account:
            made = Account(
                name=name,
                account_type=Account.AccountType.CURRENT_LIABILITY,
                currency_id=currency.id,
                entity_id=entity.id,
            )
            session.add(made)
            session.flush()
            return made

        clearing = account("Clearing")
        wallets = [account(f"Wallet {number}") for number in range(WALLETS)]
        session.commit()

        def post(debit: Account, credit: Account, amount: int) -> None:
            entry = JournalEntry(
                narration="Exchange",
                transaction_date=datetime.now(),  # noqa: DTZ005 -- it refuses an aware time
                account_id=credit.id,
                entity_id=entity.id,
            )
            session.add(entry)
            session.flush()
            line = LineItem(
                narration="Exchange", account_id=debit.id, amount=amount, entity_id=entity.id
            )
            session.add(line)
            session.flush()
            entry.line_items.add(line)
            session.add(entry)
            entry.post(session)

        def turn(count: int) -> None:
            for number in range(count):
                wallet = wallets[number % WALLETS]
                post(wallet, clearing, 2)
                post(clearing, wallet, 1)
                session.commit()

        serve(turn)


if __name__ == "__main__":
    main()
