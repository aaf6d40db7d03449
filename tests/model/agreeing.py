"""The model's contracts and settlement windows: offered, signed, ended; proposed, decided."""

from collections.abc import Iterator
from fractions import Fraction

from tests.model import admitting, disputing, queueing, settling
from tests.model.facts import OPERATOR, Deal
from tests.model.register import CLOSED, OPEN, SETTLED, Offer, Register, Suggestion

NOTICE = 60_000_000


def propose(book: Register, actor: str, offer: Offer, signer: str, now: int) -> str:
    """A brand offers terms; `signer` is the key that signed these very terms, "" if none did."""
    if actor != offer.proposer or actor not in book.brands:
        return "NOT_PERMITTED"
    if _senseless(book, offer) or offer.deal.begins < now + NOTICE:
        return "TERMS_INVALID"
    if (offer.contract, offer.version) in book.offers:
        return "CONTRACT_EXISTS"
    if offer.version > 1:
        before = book.offers.get((offer.contract, offer.version - 1))
        if before is None or _pair(before.deal) != _pair(offer.deal):
            return "TERMS_INVALID"
    key = book.brands[offer.proposer].key
    if not key:
        return "SIGNING_KEY_MISSING"
    if signer != key:
        return "SIGNATURE_INVALID"
    offer.key = key
    book.offers[offer.contract, offer.version] = offer
    book.size += 1
    return ""


def _pair(deal: Deal) -> tuple[str, str, str]:
    return deal.type, deal.source, deal.other


def _senseless(book: Register, offer: Offer) -> bool:
    deal = offer.deal
    if offer.counterparty not in book.brands or offer.counterparty == offer.proposer:
        return True
    if deal.source not in book.units or deal.begins >= deal.ends:
        return True
    if deal.type == "conversion":
        if deal.other not in book.units or deal.other == deal.source:
            return True
        other = book.units[deal.other].owner
    else:
        other = deal.other
    return {book.units[deal.source].owner, other} != {offer.proposer, offer.counterparty}


def accept(book: Register, actor: str, named: tuple[str, int], signer: str, now: int) -> str:
    """The other brand signs what the first stands by; a minute's notice, no loop that gains."""
    offer = book.offers.get(named)
    if offer is None or actor not in (offer.proposer, offer.counterparty, OPERATOR):
        return "CONTRACT_UNKNOWN"
    if actor != offer.counterparty:
        return "NOT_PERMITTED"
    if offer.accepted or offer.deal.ends <= now:
        return "CONTRACT_STATE"
    if offer.deal.begins < now + NOTICE:
        return "VALIDITY_TOO_SOON"
    key = book.brands[actor].key
    if not key:
        return "SIGNING_KEY_MISSING"
    if signer != key:
        return "SIGNATURE_INVALID"
    if offer.key != book.brands[offer.proposer].key:
        return "SIGNATURE_INVALID"
    if offer.deal.type == "conversion" and gains(book, offer):
        return "ARBITRAGE_LOOP"
    book.accept(offer)
    book.size += 1
    return ""


def gains(book: Register, offer: Offer) -> bool:
    """Tell whether, with the offer in force, points could grow on a way that leads back."""
    deal = offer.deal
    deal.accepted = book.size
    with_it = [*(d for d in book.deals if d.type == "conversion"), deal]
    moments = {d.begins for d in with_it if deal.begins <= d.begins < deal.ends}
    found = any(_gains_at(with_it, deal, moment) for moment in moments)
    deal.accepted = 0
    return found


def _gains_at(deals: list[Deal], new: Deal, moment: int) -> bool:
    latest: dict[tuple[str, str], Deal] = {}
    for deal in sorted(deals, key=lambda d: (d.begins, d.accepted)):
        if deal.begins <= moment:
            latest[deal.source, deal.other] = deal
    edges = [deal for deal in latest.values() if moment < deal.ends]
    if latest.get((new.source, new.other)) is not new:
        return False
    return any(product > 1 for product in _ways_back(edges, new.other, new.source, _worth(new), []))


def _worth(deal: Deal) -> Fraction:
    return deal.rate * (1 - deal.fee_points)


def _ways_back(
    edges: list[Deal], here: str, home: str, product: Fraction, seen: list[str]
) -> Iterator[Fraction]:
    for deal in edges:
        if deal.source == here and deal.other not in seen:
            along = product * _worth(deal)
            if deal.other == home:
                yield along
            else:
                yield from _ways_back(edges, deal.other, home, along, [*seen, here])


def end(book: Register, actor: str, named: tuple[str, int], ends: int, now: int) -> str:
    """Either brand, or the operator, ends a version; nobody puts its end off."""
    offer = book.offers.get(named)
    if offer is None or actor not in (offer.proposer, offer.counterparty, OPERATOR):
        return "CONTRACT_UNKNOWN"
    at = ends or now
    if offer.deal.ends <= now or at >= offer.deal.ends:
        return "CONTRACT_STATE"
    if at < now:
        return "VALIDITY_TOO_SOON"
    offer.deal.ends = at
    book.size += 1
    return ""


def suggest_closing(book: Register, actor: str, author: str, id: str, period: int) -> str:
    """The operator proposes to close the open window."""
    if actor != OPERATOR:
        return "NOT_PERMITTED"
    state = book.windows.get(period)
    if state != OPEN:
        return "WINDOW_STATE" if state else "WINDOW_UNKNOWN"
    return book.suggest(id, Suggestion(period, author))


def decide(
    book: Register, actor: tuple[str, str, bool], id: str, now: int, *, approve: bool
) -> str:
    """Another person of the operator decides; `actor` is partner, author, whether a person."""
    partner, author, person = actor
    if partner != OPERATOR:
        return "NOT_PERMITTED"
    if not person:
        return "PERSON_REQUIRED"
    suggestion = book.suggestions.get(id)
    if suggestion is None:
        return "PROPOSAL_UNKNOWN"
    if suggestion.state != "PENDING":
        return "PROPOSAL_DECIDED"
    if suggestion.maker == author:
        return "SAME_SUBJECT"
    book.size += 1
    code = _act(book, suggestion, now) if approve else ""
    book.size -= bool(code)
    if not code:
        suggestion.state = "APPROVED" if approve else "REJECTED"
    return code


def _act(book: Register, suggestion: Suggestion, now: int) -> str:
    if suggestion.type == "WINDOW_CLOSE":
        return close(book, suggestion.period)
    if suggestion.type.startswith("SETTLEMENT_"):
        return settling.take(book, suggestion, now)
    if suggestion.type.startswith("POLICY_"):
        return disputing.enact(book, suggestion)
    if suggestion.type == "DISPUTE_UPHOLD":
        return disputing.uphold(book, suggestion)
    if suggestion.type == "BANK_CARRY":
        return queueing.carry(book, suggestion)
    if suggestion.type == "API_KEY":
        return admitting.admit_key(book, suggestion)
    return disputing.move_funds(book, suggestion)


def close(book: Register, period: int) -> str:
    """A window closes, with what is charged in it; the next one opens."""
    if book.windows[period] != OPEN:
        return "WINDOW_STATE"
    disputing.charge_window(book)
    moved = any(of == period for _, of in book.in_window)
    book.windows[period] = CLOSED if moved else SETTLED
    book.period = period + 1
    book.windows[book.period] = OPEN
    book.opened_at = book.time
    book.size += 1
    return ""
