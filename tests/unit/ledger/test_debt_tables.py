"""ALLOW_DEBT in every combination, WITHIN_BALANCE over other lots (LEDGER sections 2 and 5).

Each line of a table is one story. Figures are worked by hand from the rules: what is taken back is
the difference of what the original gives for what remained before and after; what is not there
becomes debt; an issue of what remains would have repaid less, and that much is owed again.
"""

import pytest

from tests.world.script import play

# 100 of AIR are issued to mina, become 50 HOTEL of hers at 7 won each, or are given to jun.
GIVEN = {
    "issue": ("AIR issues 100 AIR to mina as t1", "mina", "AIR"),
    "exchange": ("AIR exchanges 100 AIR of mina into HOTEL as t1", "mina", "HOTEL"),
    "gift": ("AIR gifts 100 AIR of mina to jun as t1", "jun", "AIR"),
}
NETWORK = """
given  partner AIR with policy {policy}; partner HOTEL with policy {policy}; partner SHOP
       unit AIR; unit HOTEL; member mina; member jun; AIR becomes HOTEL at 1/2 for 7
"""


def lines(table: str) -> list[list[str]]:
    """A table's lines but its first, each cut at its bars."""
    rows = [line for line in table.strip().splitlines() if line.strip()]
    return [[cell.strip() for cell in row.split("|")] for row in rows[1:]]


def begun(kind: str, policy: str, spent: str, more: str = "") -> tuple[str, str, str]:
    """A story up to the reversals: its text, and the wallet that was given to."""
    gives, member, unit = GIVEN[kind]
    text = NETWORK.format(policy=policy)
    if kind != "issue":
        text += "given wallet mina/AIR 100\n"
    text += f"{more}\nwhen {gives}\n"
    if spent != "0":
        text += f"when {unit} redeems {spent} {unit} of {member}\n"
    return text, member, unit


# After each part: what the wallet given to still holds, the debt in it, what AIR owes HOTEL.
PARTS = """
kind     | spent | parts      | wallet    | debt       | owed
issue    | 0     | 100        | 0         | 0          | 0
issue    | 0     | 30, 70     | 70, 0     | 0, 0       | 0, 0
issue    | 0     | 30         | 70        | 0          | 0
issue    | 40    | 100        | 0         | 40         | 0
issue    | 40    | 60, 40     | 0, 0      | 0, 40      | 0, 0
issue    | 40    | 59, 2, 39  | 1, 0, 0   | 0, 1, 40   | 0, 0, 0
issue    | 40    | 80         | 0         | 20         | 0
issue    | 100   | 100        | 0         | 100        | 0
issue    | 100   | 1, 98, 1   | 0, 0, 0   | 1, 99, 100 | 0, 0, 0
issue    | 100   | 25         | 0         | 25         | 0
exchange | 0     | 100        | 0         | 0          | 0
exchange | 0     | 33, 67     | 33, 0     | 0, 0       | 231, 0
exchange | 0     | 1          | 49        | 0          | 343
exchange | 20    | 100        | 0         | 20         | 0
exchange | 20    | 60, 40     | 0, 0      | 0, 20      | 140, 0
exchange | 20    | 33, 67     | 13, 0     | 0, 20      | 231, 0
exchange | 20    | 61, 1, 38  | 0, 0, 0   | 1, 1, 20   | 133, 133, 0
exchange | 20    | 80         | 0         | 10         | 70
exchange | 50    | 100        | 0         | 50         | 0
exchange | 50    | 33, 67     | 0, 0      | 17, 50     | 231, 0
exchange | 50    | 2          | 0         | 1          | 343
gift     | 0     | 100        | 0         | 0          | 0
gift     | 0     | 30, 70     | 70, 0     | 0, 0       | 0, 0
gift     | 40    | 100        | 0         | 40         | 0
gift     | 40    | 60, 40     | 0, 0      | 0, 40      | 0, 0
gift     | 40    | 59, 2, 39  | 1, 0, 0   | 0, 1, 40   | 0, 0, 0
gift     | 100   | 100        | 0         | 100        | 0
gift     | 100   | 1, 98, 1   | 0, 0, 0   | 1, 99, 100 | 0, 0, 0
gift     | 100   | 25         | 0         | 25         | 0
"""


@pytest.mark.parametrize("row", lines(PARTS), ids=" ".join)
def test_what_is_spent_becomes_debt_part_by_part(row: list[str]) -> None:
    """Wallet, debt and money after every part; the giver has back as much as was reversed."""
    kind, spent, *columns = row
    text, member, unit = begun(kind, "ALLOW_DEBT", spent)
    back = 0
    cells = [[cell.strip() for cell in column.split(",")] for column in columns]
    for part, wallet, debt, owed in zip(*cells, strict=True):
        back += int(part)
        text += f"""when AIR reverses {part} of t1
            then reversed {part}; wallet {member}/{unit} {wallet}
            {member} is in debt by {debt} {unit}; AIR owes HOTEL {owed}
        """
        if kind != "issue":
            text += f"wallet mina/AIR {back}\n"
    if back == 100:
        text += "when AIR reverses t1\nthen refused REVERSAL_EXCEEDS_ORIGINAL available=0\n"
    play(text)


# 40 are owed. An issue repays them before anything can be spent of it, and is then turned round:
# what it repaid comes back to the wallet, the wallet gives what it has, the rest is owed anew.
REPAID = """
issued | wallet | debt | spent | parts      | wallet    | debt        | moved
25     | 0      | 15   | 0     | 25         | 0         | 40          | 25 25
25     | 0      | 15   | 0     | 10, 15     | 0, 0      | 25, 40      | 10 10, 15 15
40     | 0      | 0    | 0     | 40         | 0         | 40          | 40 40
40     | 0      | 0    | 0     | 1, 39      | 0, 0      | 1, 40       | 1 1, 39 39
70     | 30     | 0    | 0     | 70         | 0         | 40          | 40 70
70     | 30     | 0    | 0     | 20, 20, 30 | 10, 0, 0  | 0, 10, 40   | 20, 10 20, 30 30
70     | 30     | 0    | 0     | 30, 40     | 0, 0      | 0, 40       | 30, 40 40
70     | 30     | 0    | 12    | 70         | 0         | 52          | 40 58 12
70     | 30     | 0    | 12    | 18, 12, 40 | 0, 0, 0   | 0, 12, 52   | 18, 12, 40 40
70     | 30     | 0    | 30    | 70         | 0         | 70          | 40 40 30
70     | 30     | 0    | 30    | 35, 35     | 0, 0      | 35, 70      | 5 5 30, 35 35
"""


@pytest.mark.parametrize("kind", sorted(GIVEN))
@pytest.mark.parametrize("row", lines(REPAID), ids=" ".join)
def test_an_issue_that_repaid_is_turned_round(kind: str, row: list[str]) -> None:
    """Whatever made the debt of 40: the last points of the issue are those that repaid it."""
    issued, wallet, debt, spent, *columns = row
    text, member, unit = begun(kind, "ALLOW_DEBT", "40")
    part = "80" if kind == "exchange" else "100"
    debt_now = "30" if kind == "exchange" else "40"
    text += f"when AIR reverses {part} of t1\nthen {member} is in debt by {debt_now} {unit}\n"
    if kind == "exchange":  # 10 of the 50 were still there: 80 AIR cost 40 HOTEL, 20 cost the rest
        text += f"when AIR reverses t1\nthen {member} is in debt by 40 {unit}\n"
    text += f"""when {unit} issues {issued} {unit} to {member} as t2
        then wallet {member}/{unit} {wallet}; {member} is in debt by {debt} {unit}
    """
    if spent != "0":
        text += f"when {unit} redeems {spent} {unit} of {member}\n"
    cells = [[cell.strip() for cell in column.split(",")] for column in columns]
    for back, left, owing, moved in zip(*cells, strict=True):
        text += f"""when {unit} reverses {back} of t2
            then moved {moved.replace(" ", ", ")}
            wallet {member}/{unit} {left}; {member} is in debt by {owing} {unit}
        """
    play(text)


# SHOP may issue the unit, too; in a prepaid one it does so in the owner's name.
OBLIGORS = """
kind     | unit    | spent | answer
issue    | own     | 0     | wallet 0 debt 0
issue    | own     | 40    | refused
issue    | own     | 100   | refused
issue    | prepaid | 40    | wallet 0 debt 40
exchange | own     | 0     | wallet 0 debt 0
exchange | own     | 20    | refused
exchange | own     | 50    | refused
exchange | prepaid | 20    | wallet 0 debt 20
gift     | own     | 0     | wallet 0 debt 0
gift     | own     | 40    | refused
gift     | own     | 100   | refused
gift     | prepaid | 40    | wallet 0 debt 40
"""


@pytest.mark.parametrize("row", lines(OBLIGORS), ids=" ".join)
def test_debt_needs_a_unit_of_one_obligor(row: list[str]) -> None:
    """Where another may stand behind a unit's points, what is spent is refused; nothing moves."""
    kind, form, spent, answer = row
    text, member, unit = begun(kind, "ALLOW_DEBT", spent, "given SHOP may issue {} for 5")
    text = text.replace("{}", unit)
    if form == "prepaid":
        text = text.replace(f"unit {unit};", f"unit {unit} prepaid;")
    if answer == "refused":
        left = 50 - int(spent) if kind == "exchange" else 100 - int(spent)
        text += f"""when AIR reverses t1
            then refused DEBT_NOT_ALLOWED unit={unit}
            wallet {member}/{unit} {left}; {member} is in debt by 0 {unit}
        """
    else:
        _, wallet, _, debt = answer.split()
        text += f"""when AIR reverses t1
            then wallet {member}/{unit} {wallet}; {member} is in debt by {debt} {unit}
        """
    play(text)


# Lots of jun's, mina's AIR, in the order in which they came; t1's own lots stand in brackets.
# `held` are pinned, `other` are points of another obligor. Then what a reversal of all finds.
BALANCES = """
kind     | lots before             | spent | held | lots after | part | reversed | lots then
issue    |                         | 30    | 0    | 70         | 100  | 70       | 0
issue    | 5                       | 0     | 0    | 5, 100     | 40   | 40       | 5, 60
issue    | 5 exp 2026-12-01        | 45    | 0    | 0, 60      | 100  | 60       | 0, 0
issue    | 5 PAID                  | 80    | 0    | 5, 20      | 30   | 25       | 0, 0
issue    | 5 PAID, 9 PAID          | 80    | 0    | 5, 9, 20   | 27   | 27       | 0, 7, 0
issue    | 9 PAID exp 2028-01-01, 5 PAID | 89 | 0  | 0, 5, 20   | 30   | 25       | 0, 0, 0
issue    | 5 PAID obligor SHOP     | 80    | 0    | 5, 20      | 30   | 20       | 5, 0
issue    | 5 PAID obligor SHOP, 3 PAID | 80 | 0   | 5, 3, 20   | 100  | 23       | 5, 0, 0
issue    | 5 PAID                  | 80    | 12   | 5, 20      | 100  | 13       | 0, 12
issue    | 5 exp 2027-06-01        | 0     | 8    | 5, 100     | 100  | 97       | 5, 3
exchange | 7 PAID                  | 45    | 0    | 7, 5       | 100  | 24       | 0, 0
exchange | 7 PAID                  | 45    | 0    | 7, 5       | 11   | 11       | 6, 0
exchange | 7 PAID                  | 45    | 0    | 7, 5       | 10   | 10       | 7, 0
exchange | 7 PAID obligor SHOP     | 45    | 0    | 7, 5       | 100  | 10       | 7, 0
exchange | 7 PAID                  | 45    | 3    | 7, 5       | 100  | 18       | 0, 3
gift     | 5 PAID                  | 80    | 0    | 5, 20      | 100  | 25       | 0, 0
gift     | 5 PAID obligor SHOP     | 80    | 0    | 5, 20      | 100  | 20       | 5, 0
gift     | 5 PAID                  | 80    | 20   | 5, 20      | 100  | 5        | 0, 20
"""


@pytest.mark.parametrize("row", lines(BALANCES), ids=" ".join)
def test_within_balance_counts_own_lots_first_then_others(row: list[str]) -> None:
    """Own newest first, others in spending order; neither what is pinned nor another obligor's."""
    kind, before, spent, held, after, part, reversed_, then = row
    _, member, unit = GIVEN[kind]
    more = f"given SHOP may issue {unit} for 5\n"
    if before:
        total = sum(int(lot.split()[0]) for lot in before.split(","))
        more += f"given wallet {member}/{unit} {total} ({before})\n"
    text, _, _ = begun(kind, "WITHIN_BALANCE", "0", more)
    if spent != "0":
        text += f"when {unit} adjusts {member} by -{spent} {unit} for FRAUD\n"
    text += f"then lots {member}/{unit} {after}\n"
    if held != "0":
        text += f"when {unit} holds {held} {unit} of {member} for 10m as h1\n"
    text += f"""when AIR reverses {part} of t1
        then reversed {reversed_}; lots {member}/{unit} {then}
    """
    play(text)


def test_an_exchange_s_own_lots_go_from_the_last() -> None:
    """60 + 40 AIR of two ends made 30 + 20 HOTEL; 10 of the 20 are left, and 9 + 2 of others.

    24 AIR cost 12 HOTEL; then 9 are there, which 18 of the 76 AIR cost: 38 less 29.
    """
    play(f"""{NETWORK.format(policy="WITHIN_BALANCE")}
        given  wallet mina/AIR 100 (60 exp 2026-12-01, 40 exp 2027-06-01)
               wallet mina/HOTEL 16 (5 exp 2026-11-01, 9 exp 2027-12-01, 2)
        when   AIR exchanges 100 AIR of mina into HOTEL as t1
               HOTEL redeems 45 HOTEL of mina
        then   lots mina/HOTEL 0, 9, 2, 0, 10
        when   AIR reverses 24 of t1
        then   reversed 24; lots mina/HOTEL 0, 7, 2, 0, 0; lots mina/AIR 0, 24
        when   AIR reverses t1
        then   reversed 18; lots mina/HOTEL 0, 0, 0, 0, 0; lots mina/AIR 2, 40
        when   AIR reverses t1
        then   refused POINTS_SPENT available=0 required=29
    """)
