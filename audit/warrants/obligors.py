"""Who stands behind each lot, as its own entry says: two bytes a lot, beside its name."""

from array import array

from audit.replay.names import LotNames

# What a lot's item says first: its name, its leg, its obligor.
_OBLIGOR = 2
_OBLIGORS_MAX = 2**16  # a network has hundreds of partners; what is past this is nobody's


class Obligors:
    """Obligors of all lots so far."""

    def __init__(self) -> None:
        self._lots = LotNames()
        self._numbers: dict[str, int] = {"": 0}
        self._codes: list[str] = [""]
        self._by_lot = array("H")

    def note(self, seq: int, lots: str) -> None:
        """Remember the lots that an entry makes, from its field `lots`, which is not empty."""
        for n, item in enumerate(lots.split(";")):
            parts = item.split(",", _OBLIGOR + 1)
            code = parts[_OBLIGOR] if len(parts) > _OBLIGOR else ""
            number = self._numbers.get(code)
            if number is None:
                number = self._number(code)
            self._lots.add(seq, n)
            self._by_lot.append(number)

    def _number(self, code: str) -> int:
        if len(self._codes) == _OBLIGORS_MAX:
            return 0
        number = self._numbers[code] = len(self._codes)
        self._codes.append(code)
        return number

    def __call__(self, lot: str) -> str:
        """Who stands behind a lot, by its name; "" for one that no entry made."""
        place = self._lots.find(lot)
        return "" if place is None else self._codes[self._by_lot[place]]
