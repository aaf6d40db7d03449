"""The model's reading of a bank's file: what each line pays, or why it waits.

Only payments through clearing are named by its files, of which each partner has one a settlement.
Where the model's lines are known, or wait already, their commands say so.
"""

from dataclasses import dataclass

from tests.model.arithmetic import DAY
from tests.model.register import Place, Register

CURRENCY, ACCOUNT = "KRW", "1001"  # the operator's, on which all of these payments show
VALUED_AHEAD = 7 * DAY
UNPAID = ("SUBMITTED", "PARTIALLY_PAID", "DEFAULTED")


@dataclass(frozen=True)
class Payment:
    """Somebody's payment through clearing; `paid` is what nobody waits for any more."""

    settlement: str
    partner: str
    leg: str
    amount: int
    paid: int


@dataclass(frozen=True)
class Told:
    """A line as its bank tells it; `day` is its value date as days since 1970."""

    place: Place
    identity: str
    account: str
    currency: str
    amount: int
    day: int
    name: str
    returned: bool


Came = tuple[str, int, int] | tuple[str, str]  # MATCH, its amount and excess; or QUEUE and why


def payments(book: Register) -> list[Payment]:
    """What waits for banks to move through clearing."""
    found: list[Payment] = []
    for one in book.settlements.values():
        if one.method != "CLEARING" or one.state not in UNPAID:
            continue
        for code, net in one.banked.items():
            amount = net.net if net.net > 0 else -net.net - net.shared
            # Late money is nobody's payment: what a defaulter lacks was drawn, or lost.
            late = one.state == "DEFAULTED" and net.net > 0
            leg = "PAY_IN" if net.net > 0 else "PAY_OUT"
            if amount:
                found.append(Payment(one.id, code, leg, amount, amount if late else net.paid))
    return found


def told(book: Register, payment: Payment) -> list[tuple[int, int]]:
    """What lines told of a payment so far, whatever of it was needed, and on which day."""
    return [
        (one.amount + one.excess, one.time // DAY)
        for one in book.papers.values()
        if (one.settlement, one.partner) == (payment.settlement, payment.partner)
    ]


def _known(book: Register, line: Told) -> bool:
    ended = [book.queue.get(line.place), book.queue.get(book.places.get(line.identity, line.place))]
    done = any(one is not None and one.state != "WAITING" for one in ended)
    return done or line.place in book.papers or line.identity in book.references_of_bank


def read(book: Register, due: dict[str, Payment], lines: list[Told]) -> dict[int, Came]:
    """What comes of the lines that are not known, by their places in the file."""
    new = [one for one in lines if not _known(book, one)]
    came: dict[int, Came] = {}
    forward: dict[str, list[Told]] = {}
    back: dict[str, list[Told]] = {}
    for line in sorted(new, key=lambda one: (one.day, one.identity)):
        payment = due.get(line.name)
        why = _misfit(book, line, payment)
        if why or payment is None:
            came[line.place[1]] = ("QUEUE", why)
        elif (line.amount > 0) == (payment.leg == "PAY_IN"):
            forward.setdefault(line.name, []).append(line)
        else:
            back.setdefault(line.name, []).append(line)
    for name in forward.keys() | back.keys():
        came |= _paid(due[name], forward.get(name, []), back.get(name, []))
    return came


def _misfit(book: Register, line: Told, payment: Payment | None) -> str:
    """Why a line cannot be the payment that it names; "" where it can, or takes it back."""
    if payment is None:
        leg = book.named.get(line.name)
        if leg is None:
            return "END_TO_END_ID_UNKNOWN" if line.name else "NO_CANDIDATE"
        return "OVERPAID" if (line.amount < 0) == (leg == "PAY_OUT") else "RETURNED"
    if line.currency != CURRENCY:
        return "CURRENCY_WRONG"
    if line.account != ACCOUNT:
        return "ACCOUNT_WRONG"
    if (line.amount > 0) != (payment.leg == "PAY_IN"):
        return ""
    if line.returned:
        return "REVERSAL_UNCLEAR"
    return "DUPLICATE_SUSPECTED" if _told_elsewhere(book, line, payment) else ""


def _told_elsewhere(book: Register, line: Told, payment: Payment) -> bool:
    """Whether another file told of as much for the payment, and may have meant the same money."""
    return any(
        place[0] != line.place[0]
        and (one.settlement, one.partner) == (payment.settlement, payment.partner)
        and one.amount + one.excess == abs(line.amount)
        and line.day <= (one.time + VALUED_AHEAD) // DAY
        for place, one in book.papers.items()
    )


def _paid(payment: Payment, forward: list[Told], back: list[Told]) -> dict[int, Came]:
    """What a payment takes of its lines; of one that comes back nothing counts."""
    came: dict[int, Came] = {}
    there, gone = payment.paid + sum(abs(one.amount) for one in forward), 0
    for line in back:
        fits = gone + abs(line.amount) <= there
        gone += abs(line.amount) if fits else 0
        came[line.place[1]] = ("QUEUE", "RETURNED" if fits else "RETURN_EXCEEDS_PAID")
    room = payment.amount - payment.paid + gone
    for line in forward:
        taken = min(room, abs(line.amount))
        room -= taken
        if not taken:
            came[line.place[1]] = ("QUEUE", "OVERPAID")
        elif gone:
            came[line.place[1]] = ("QUEUE", "RETURNED")
        else:
            came[line.place[1]] = ("MATCH", taken, abs(line.amount) - taken)
    return came
