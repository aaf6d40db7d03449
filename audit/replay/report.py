"""How replay says that an entry does what the state before it does not allow."""

from audit.findings import Fact, Findings


class Reporter:
    """Findings about the entry being applied, whose sequence it adds to each."""

    def __init__(self, findings: Findings) -> None:
        self.seq = 0
        self._findings = findings

    def impossible(self, why: str, **facts: Fact) -> None:
        """The entry's effect contradicts the state before it; `why` is a few plain words."""
        self._findings.add("EFFECT_IMPOSSIBLE", seq=self.seq, why=why, **facts)

    def malformed(self, field: str, found: str) -> None:
        """The entry's effect cannot be read, and none of it is applied."""
        self._findings.add("EFFECT_MALFORMED", seq=self.seq, field=field, found=found)

    def tell(self, code: str, **facts: Fact) -> None:
        """Another finding about the entry being applied, by a code of its own."""
        self._findings.add(code, seq=self.seq, **facts)
