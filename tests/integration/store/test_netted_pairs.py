"""The sums that netting starts from: exact, of the windows asked for, and bounded."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from domain.errors import StoreError
from domain.money import AMOUNT_MAX, COUNTER_MAX
from domain.store.engine import open_engine, reading, writing
from domain.store.migration import migrate
from domain.store.queries.obligations import netted_pairs
from settlement.netting.sums import net

LINES = [  # window, currency, debtor, creditor, amount
    (1, "KRW", "AIR", "HOTEL", 40),
    (1, "KRW", "AIR", "HOTEL", 2),
    (1, "KRW", "HOTEL", "AIR", 30),
    (1, "EUR", "AIR", "HOTEL", 500),
    (2, "KRW", "AIR", "OPERATOR", 7),
    (2, "KRW", "AIR", "HOTEL", 100),
    (3, "KRW", "HOTEL", "AIR", 1_000),
]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A network's tables, without a network."""
    opened = open_engine(database_url)
    migrate(opened)
    yield opened
    opened.dispose()


def owe(engine: Engine, lines: list[tuple[int, str, str, str, int]]) -> None:
    """Write obligations as they would stand there."""
    rows = [
        {"n": n, "period": period, "currency": currency, "debtor": debtor, "creditor": creditor,
         "amount": amount}
        for n, (period, currency, debtor, creditor, amount) in enumerate(lines)
    ]  # fmt: skip
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO obligation (owner, seq, n, debtor, creditor, currency, period, amount,"
                " contract, kind) VALUES ('', 1, :n, :debtor, :creditor, :currency, :period,"
                " :amount, '', 'EXCHANGE')"
            ),
            rows,
        )


def test_pairs_are_summed_over_the_windows_asked_for(engine: Engine) -> None:
    """Over two windows of one currency, and nothing beside them."""
    owe(engine, LINES)
    with reading(engine) as connection:
        assert netted_pairs(connection, [1, 2], "KRW") == [
            ("AIR", "HOTEL", 142),
            ("AIR", "OPERATOR", 7),
            ("HOTEL", "AIR", 30),
        ]
        netting = net(netted_pairs(connection, [1, 2], "KRW"))
        assert netting.nets == {"AIR": 119, "HOTEL": -112, "OPERATOR": -7}
        assert netted_pairs(connection, [4], "KRW") == []


def test_a_sum_is_exact_up_to_its_bound_and_refused_past_it(engine: Engine) -> None:
    """Below 2^62 every unit counts; a sum past 2^63, where SQLite gives up, is refused by name."""
    full, rest = divmod(COUNTER_MAX - 1, AMOUNT_MAX)
    owe(
        engine, [(1, "KRW", "AIR", "HOTEL", AMOUNT_MAX)] * full + [(1, "KRW", "AIR", "HOTEL", rest)]
    )
    with reading(engine) as connection:
        assert netted_pairs(connection, [1], "KRW") == [("AIR", "HOTEL", COUNTER_MAX - 1)]
    with writing(engine) as connection:
        connection.execute(text("UPDATE obligation SET amount = 3 * amount, n = n + 100000"))
    with reading(engine) as connection, pytest.raises(StoreError) as refused:
        netted_pairs(connection, [1], "KRW")
    assert refused.value.code == "SUM_TOO_LARGE"
    assert refused.value.facts["sum"] == str(3 * (COUNTER_MAX - 1))
