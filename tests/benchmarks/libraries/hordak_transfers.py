"""django-hordak on PostgreSQL: a transaction of four legs, two in each of two currencies.

Equal to ours: double entry in both units, checked by the database's own triggers, one durable
commit an exchange. Less than ours: no check that a wallet has the points, no lots, no obligation,
no idempotency key, no hash chain. It knows no balance until its legs are added up.

    python -m tests.benchmarks.libraries.hordak_transfers FOLDER_OF_SOCKET DATABASE
"""

import random
import sys

import django
from django.conf import settings
from django.core.management import call_command

from tests.benchmarks.libraries.turns import serve

WALLETS = 200  # a wallet's row is only named by a leg; opening one walks the tree of accounts
AIR, HOTEL = "USD", "EUR"  # its units are currencies


def main() -> None:
    """Migrate, open accounts, and serve."""
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "mptt", "hordak"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": sys.argv[1],
                "NAME": sys.argv[2],
                "USER": "postgres",
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        HORDAK_CURRENCIES=[AIR, HOTEL],
        CURRENCIES=[AIR, HOTEL],
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)

    # Django's models can be imported only once it is set up.
    from django.db import transaction  # noqa: PLC0415
    from hordak.models import Account, AccountType, Leg, Transaction  # noqa: PLC0415
    from moneyed import Money  # noqa: PLC0415

    def account(name: str, code: int) -> object:
        return Account.objects.create(
            name=name, code=str(code), type=AccountType.liability, currencies=[AIR, HOTEL]
        )

    clearing = account("clearing", 0)
    wallets = [account("wallet", number) for number in range(1, WALLETS + 1)]
    taken, given = Money(2, AIR), Money(1, HOTEL)

    def turn(count: int) -> None:
        for _ in range(count):
            wallet = random.choice(wallets)
            with transaction.atomic():
                made = Transaction.objects.create()
                Leg.objects.create(transaction=made, account=wallet, debit=taken)
                Leg.objects.create(transaction=made, account=clearing, credit=taken)
                Leg.objects.create(transaction=made, account=clearing, debit=given)
                Leg.objects.create(transaction=made, account=wallet, credit=given)

    serve(turn)


if __name__ == "__main__":
    main()
