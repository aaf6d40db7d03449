"""What partners and the operator ask of the network in a simulation: brands, units, contracts."""

from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from random import Random

from api.bootstrap import INIT_ACTOR
from audit.keys import Ed25519Signer
from domain.clock import DAY, MINUTE, NEVER, SECOND
from domain.contracts.commands import AcceptContract, EndContract, ProposeContract
from domain.contracts.terms import Terms
from domain.ledger.commands import Command, EnrollMember, EraseMember, LinkMember
from domain.money import ZERO, Ratio
from domain.partners.commands import (
    CreatePartner,
    CreateUnit,
    GrantKey,
    ProposeKey,
    RevokeKey,
    UpdatePartner,
)
from settlement.commands import DecideProposal
from tests.simulation.callers import SCOPES, SUBJECTS, Bearing, Callers, fingerprint, first_key
from tests.simulation.desk import Desk
from tests.simulation.process import ORIGIN, VAULT

CURRENCY = "KRW"
LIVING_MIN = 4  # members that no erasure is drawn for: points need somewhere to go
BRANDS_MAX, UNITS_MAX = 6, 9  # all pairs of them have contracts in time
POLICIES = ("REFUSE", "WITHIN_BALANCE", "ALLOW_DEBT")
LIMITS = (10**15, 10**15, 10**9, 20_000, 2_000, 0)
NOMINALS = (Ratio(20, 1), Ratio(75, 2), Ratio(10, 3), Ratio(7, 1), Ratio(3, 1))
EXPIRIES = ("NEVER", "DAYS 10", "DAYS 30", "CALENDAR MONTH 1", "INACTIVITY 31")
# Rates against fair values; what is above 1 opens a loop sooner or later, and is refused.
FACTORS = (Fraction(1), Fraction(99, 100), Fraction(6, 7), Fraction(113, 355), Fraction(51, 50))
PRICES = (Ratio(7, 1), Ratio(35, 3), Ratio(1, 8), ZERO)
FEES = (ZERO, ZERO, Ratio(1, 50), Ratio(3, 7))
FEES_MONEY = (ZERO, ZERO, Ratio(1, 3), Ratio(5, 2))
CAPS = ((0, 0), (0, 0), (0, 0), (500, 0), (0, 900), (20_000, 30_000))
SPANS = (NEVER, NEVER, NEVER, 20 * DAY, 3 * DAY)
NOTICES = (MINUTE, 2 * MINUTE, 2 * MINUTE, DAY, 5 * DAY, 10 * SECOND)


def signer_of(brand: str, turn: int = 0) -> Ed25519Signer:
    """A brand's signing key; `turn` counts those that it has had."""
    return Ed25519Signer(sha256(f"{brand} {turn}".encode()).digest())


def _scopes(rng: Random) -> tuple[str, ...]:
    return tuple(sorted(rng.sample(SCOPES, 2)))


def _proposed(
    who: Bearing, mark: str, subject: str, scopes: tuple[str, ...], role: str = "OPERATOR"
) -> ProposeKey:
    """A key that its holder has made is proposed by its mark."""
    return ProposeKey(
        **who, fingerprint=mark, subject=subject, person=SUBJECTS[subject], role=role,
        scopes=scopes, reason="AGREED",
    )  # fmt: skip


class OfficeTraffic:
    """Commands on brands, units, API keys, members and contracts."""

    def __init__(self, rng: Random, desk: Desk, callers: Callers) -> None:
        self.rng, self.desk, self.book, self.callers = rng, desk, desk.book, callers
        self._signers: dict[str, Ed25519Signer] = {}
        self._born = 0

    def _key(self, brand: str, turn: int) -> str:
        signer = signer_of(brand, turn)
        self._signers[signer.public_key.hex()] = signer
        return signer.public_key.hex()

    def _either(self, brand: str) -> str:
        """A brand, or rarely one that there is not."""
        return brand if self.rng.random() < 0.97 else "NOSUCH"

    def admit(self) -> Command:
        """A brand comes, or one that is there comes again."""
        rng = self.rng
        code = f"BRAND{rng.randrange(BRANDS_MAX)}"
        limit = rng.choice(LIMITS)
        return CreatePartner(
            **(self.callers.operator() if rng.random() < 0.95 else self.callers.partner(code)),
            partner=code,
            currency=CURRENCY,
            prefund=limit // 4 if rng.random() < 0.98 else -1,
            cap=limit - limit // 4,
            reversal=rng.choice(POLICIES),
            signing_key=self._key(code if rng.random() < 0.95 else "BRAND0", 0),
            name_en=f"Brand {code}",
        )

    def change(self) -> Command:
        """A brand's policy, cap or key changes; few turn their issuing or accepting off."""
        rng, brand = self.rng, self.callers.brand()
        command = UpdatePartner(**self.callers.operator(), partner=self._either(brand))
        known = self.book.brands[brand]
        what = rng.randrange(6)
        if what == 0:
            return replace(command, reversal=rng.choice(POLICIES))
        if what == 1:
            held = known.limit - known.prefund
            return replace(command, cap=rng.choice((held, held, held // 2, held + 1, -1)))
        if what == 2:
            turns = (brand, rng.randrange(3)) if rng.random() < 0.9 else ("BRAND0", 0)
            return replace(command, signing_key=self._key(*turns))
        if what == 3:
            return replace(command, issuer=not known.issuer or rng.random() < 0.8)
        if what == 4:
            return replace(command, acceptor=not known.acceptor or rng.random() < 0.8)
        return replace(command, name_en=f"Brand {brand} {rng.randrange(9)}")

    def open_unit(self) -> Command:
        """A brand opens a unit."""
        rng, brand = self.rng, self.callers.brand()
        return CreateUnit(
            **(self.callers.partner(brand) if rng.random() < 0.8 else self.callers.operator()),
            unit=f"UNIT{rng.randrange(UNITS_MAX)}",
            owner=self._either(brand),
            scale=rng.choice((0, 1, 2, 2, 4)) if rng.random() < 0.97 else 5,
            nominal=rng.choice(NOMINALS),
            currency=CURRENCY,
            expiry=rng.choice(EXPIRIES),
            grace=rng.choice((0, 0, 7, 40)),
            zone=rng.choice(("UTC", "Asia/Seoul")),
            prepaid=rng.random() < 0.3,
            name_en="Points",
        )

    def give_key(self) -> Command:
        """The operator gives an API key to a brand's service or to one of its own."""
        rng = self.rng
        self._born += 1
        prefix = f"KEY{self._born if rng.random() < 0.95 else rng.randrange(1, self._born + 1)}"
        partner = self._either(rng.choice(self._without_key() or [self.callers.brand()]))
        subject, person, role = "1" * 32, False, "SERVICE"
        if rng.random() < 0.25:
            partner, subject = "", rng.choice(sorted(SUBJECTS))
            person, role = SUBJECTS[subject], rng.choice(("AUDITOR", "AUDITOR", "OPERATOR"))
        return GrantKey(
            **self.callers.operator(),
            prefix=prefix, partner=partner, subject=subject, person=person, role=role,
            scopes=_scopes(rng), hash=sha256(prefix.encode()).hexdigest(),
        )  # fmt: skip

    def suggest_key(self) -> Command:
        """Somebody proposes another key of one who acts for the operator, rarely one there is."""
        rng = self.rng
        subject = rng.choice(sorted(SUBJECTS))
        known = rng.random() < 0.1
        self._born += not known
        mark = fingerprint(subject if known else f"key {self._born}")
        role = "OPERATOR" if rng.random() < 0.95 else "NOBODY"
        return _proposed(self.callers.operator(), mark, subject, _scopes(rng), role)

    def first_keys(self) -> list[Command]:
        """The keys that the founding gives, to two people."""
        found: list[Command] = []
        for subject in filter(SUBJECTS.get, SUBJECTS):
            prefix, _, hash_ = fingerprint(subject).partition(".")
            found.append(GrantKey(
                **self.callers.by(INIT_ACTOR),
                prefix=prefix, partner="", subject=subject, person=True, role="OPERATOR",
                scopes=SCOPES, hash=hash_,
            ))  # fmt: skip
        return found

    def first_service(self) -> list[Command]:
        """A service's key, on which the two people agree."""
        one, other = filter(SUBJECTS.get, SUBJECTS)
        (service,) = SUBJECTS.keys() - {one, other}
        asked = _proposed(self.callers.person(one), fingerprint(service), service, SCOPES)
        agreed = DecideProposal(**self.callers.person(other), proposal=asked.id, approve=True)
        return [asked, agreed]

    def _without_key(self) -> list[str]:
        return [brand for brand in sorted(self.book.brands) if not self.callers.keys(brand)]

    def end_key(self) -> Command:
        """The operator ends an API key."""
        keys = sorted(self.book.credentials.keys() - set(map(first_key, SUBJECTS))) or ["KEY0"]
        prefix = self.rng.choice(keys) if self.rng.random() < 0.9 else "KEY0"
        return RevokeKey(**self.callers.operator(), prefix=prefix)

    def enrol(self) -> Command:
        """A brand makes a member known."""
        rng, brand = self.rng, self.callers.brand()
        wrapped, commitment = VAULT.new_member_key()
        again = self.book.members and rng.random() < 0.05
        owner = rng.choice(sorted(self.book.members)) if again else self.callers.new_id()
        reference = f"customer {rng.randrange(60)}"
        return EnrollMember(
            **self.callers.partner(brand),
            owner=owner,
            partner=self._either(brand),
            reference=reference,
            reference_index=VAULT.reference_index(brand, reference),
            wrapped_key=wrapped,
            commitment=commitment,
        )

    def reborn(self, command: EnrollMember) -> EnrollMember:
        """The same enrolment sent again: the server makes up a pseudonym and a key anew."""
        wrapped, commitment = VAULT.new_member_key()
        owner = self.callers.new_id()
        return replace(command, owner=owner, wrapped_key=wrapped, commitment=commitment)

    def erase(self) -> Command:
        """The operator erases a member, or one that is gone already; some few always stay."""
        rng, gone = self.rng, sorted(self.book.erased)
        living = sorted(self.book.members - self.book.erased)
        if len(living) < LIVING_MIN:
            return self.enrol()
        held = sorted({h.owner for h in self.book.holds.values() if h.state == "PENDING"})
        again = gone and rng.random() < 0.1
        some = held if held and rng.random() < 0.3 else living
        owner = rng.choice(gone if again else some) if rng.random() < 0.97 else "f" * 32
        who = self.callers.operator()
        if rng.random() < 0.03:
            who = self.callers.partner(self.callers.brand())
        return EraseMember(**who, owner=owner)

    def link(self) -> Command:
        """A brand adds its membership to a member already known."""
        rng, brand = self.rng, self.callers.brand()
        reference = f"customer {rng.randrange(60)}"
        return LinkMember(
            **self.callers.partner(brand if rng.random() < 0.97 else self.callers.brand()),
            owner=rng.choice(sorted(self.book.members)) if rng.random() < 0.97 else "f" * 32,
            partner=brand,
            reference=reference,
            reference_index=VAULT.reference_index(brand, reference),
        )

    def _seal(self, brand: str, terms: Terms) -> str:
        """A brand's signature of terms, sometimes by a key that it no longer has."""
        known = self.book.brands.get(brand)
        key = known.key if known and self.rng.random() < 0.97 else self._key(brand, 2)
        signer = self._signers[key]
        signature = signer.sign(terms.to_be_signed()).hex()
        self.desk.seals[signature] = (key, terms.to_be_signed())
        return signature

    def _pair(self) -> tuple[str, str, str]:
        """A type of contract with its unit and its other unit or brand."""
        rng, units = self.rng, sorted(self.book.units)
        type_ = rng.choice(("conversion", "conversion", "acceptance", "funding"))
        other = rng.choice(units) if type_ == "conversion" else self.callers.brand()
        return type_, rng.choice(units), other

    def propose(self, pair: tuple[str, str, str] | None = None) -> ProposeContract:
        """A brand offers terms: a new contract, or a new version of one."""
        rng = self.rng
        type_, source, other = pair or self._pair()
        contract, version = self.callers.new_id(), 1
        if self.desk.terms and pair is None and rng.random() < 0.3:
            contract, version = rng.choice(sorted(self.desk.terms))
            old = self.desk.terms[contract, version]
            type_, source, other = old.type, old.source, old.target or old.partner
            version += rng.random() < 0.9
        units, conversion = self.book.units, type_ == "conversion"
        owner = units[source].owner
        party = units[other].owner if conversion else other
        rate = units[source].nominal / units[other].nominal if conversion else Fraction(0)
        rate *= rng.choice(FACTORS)
        caps = (0, 0) if type_ == "funding" else rng.choice(CAPS)
        begins = self.callers.time + rng.choice(NOTICES) + SECOND
        lasts = rng.choice(SPANS)
        terms = Terms(
            origin=ORIGIN,
            contract=contract,
            version=version,
            type=type_,
            proposer=owner,
            counterparty=party,
            source=source,
            currency=CURRENCY,
            price=rng.choice(PRICES),
            target=other if conversion else "",
            partner="" if conversion else other,
            rate=Ratio(rate.numerator, rate.denominator),
            fee_points=rng.choice(FEES) if conversion else ZERO,
            fee_money=rng.choice(FEES_MONEY) if conversion else ZERO,
            expiry=rng.choice(("MIN_OF_BOTH", "TARGET_RULE", "SOURCE_KEPT")) if conversion else "",
            member_cap=caps[0],
            pair_cap=caps[1],
            zone=rng.choice(("UTC", "Asia/Seoul")),
            valid_from=begins,
            valid_to=NEVER if lasts == NEVER else begins + lasts,
        )
        if rng.random() < 0.5 and pair is None:
            terms = replace(terms, proposer=party, counterparty=owner)
        caller = terms.proposer if rng.random() < 0.97 else self.callers.brand()
        signature = self._seal(terms.proposer, terms)
        return ProposeContract(**self.callers.partner(caller), terms=terms, signature=signature)

    def accept(self, offered: Terms | None = None) -> Command:
        """The other brand signs what is on offer."""
        rng = self.rng
        waiting = [key for key, offer in self.book.offers.items() if not offer.accepted]
        known = waiting[-3:] if rng.random() < 0.9 else list(self.book.offers)
        if offered is None and not known:
            return self.propose()
        terms = offered or self.desk.terms[rng.choice(known)]
        caller = terms.counterparty if rng.random() < 0.97 else self.callers.brand()
        return AcceptContract(
            **self.callers.partner(caller),
            contract=terms.contract,
            version=terms.version + (rng.random() < 0.01),
            signature=self._seal(terms.counterparty, terms),
        )

    def end(self) -> Command:
        """A contract ends, now or later."""
        rng = self.rng
        if not self.desk.terms:
            return self.propose()
        terms = self.desk.terms[rng.choice(sorted(self.desk.terms))]
        at = self.callers.time + rng.choice((DAY, 3 * DAY, -DAY)) if rng.random() < 0.7 else 0
        caller = rng.choice((terms.proposer, terms.counterparty))
        return EndContract(
            **self.callers.partner(caller if rng.random() < 0.95 else self.callers.brand()),
            contract=terms.contract,
            version=terms.version,
            ends_at=at,
        )
