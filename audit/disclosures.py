"""A whole log laid open: what its entries bind, for an auditor who may see whom they are about.

    OUT/disclosures/entries.ndjson

A line an entry, in the order of the log, each a JSON object in one spelling: names sorted, no
blanks, no escapes but those that JSON demands.

    command   what `cmd` binds, in base64, where a partner signed it; else ""
    key       k_e, the entry's own key, in hex; "" where no member is touched
    owner     the member from whose key it comes; ""
    payload   the text that `pd` binds; "" for none
    seq       the entry's number

What an entry binds and no line shows is missing, unless the log itself says that the member was
erased; of an erased member nothing may stand here. A partner's key is the one that the log names
as its own where the entry stands, so that nobody has to bring it.
"""

import binascii
import hashlib
import hmac
import json
from array import array
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from audit.bundle import ENTRIES_LAID_OPEN, BundleError, BundleReader, RowFile
from audit.command_check import Rates, compare
from audit.disclosure import BYTES_MAX, COMMAND, PAYLOAD, books
from audit.entry import Fields
from audit.findings import Findings
from audit.http_signature import SignatureError, Signed, unpack, verify

# Base64 takes four letters for three bytes; JSON's worst escape six for one of a payload's.
LINE_BYTES_MAX: Final = 2 * BYTES_MAX[COMMAND] + 6 * BYTES_MAX[PAYLOAD]

_ID_BYTES: Final = 16
_BINDERS_MAX: Final = 2  # a gift's reversal touches two books, no entry more
_KEY_BYTES: Final = 32
_SEQ_LENGTH: Final = 16  # digits of 2^53
_AUTHOR: Final = "partner:"


class Line(NamedTuple):
    """What is shown of one entry; b"" and "" for none."""

    seq: int
    owner: str
    key: bytes
    payload: bytes
    command: bytes

    def data(self) -> bytes:
        """The line's bytes.

        Raises:
            ValueError: where the payload is no UTF-8.
        """
        told = {
            "command": b64encode(self.command).decode(),
            "key": self.key.hex(),
            "owner": self.owner,
            "payload": self.payload.decode(),
            "seq": self.seq,
        }
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode() + b"\n"

    @classmethod
    def parse(cls, data: bytes) -> "Line | None":
        """Read a line; None where it is not in its one form."""
        try:
            told = json.loads(data)
            line = cls(
                told["seq"],
                told["owner"],
                bytes.fromhex(told["key"]),
                told["payload"].encode(),
                b64decode(told["command"], validate=True),
            )
            # A number of another form is no number here, and says the same twice below.
            plain = type(line.seq) is int and len(str(line.seq)) <= _SEQ_LENGTH
            # Nor is an owner a list, which has one spelling too.
            plain = plain and type(line.owner) is str
            return line if plain and line.data() == data else None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, binascii.Error):
            return None


def lines(shown: Iterable[Line]) -> Iterator[bytes]:
    """The file's bytes, line by line."""
    return (line.data() for line in shown)


@dataclass(slots=True)
class Opened:
    """What was laid open of a whole log.

    Attributes:
        payloads: payloads that are what their entries bind.
        commands: commands that are what their entries bind, and signed by their partners.
        erased: entries of which nothing can be shown, since their members were erased.
        unsigned: entries by partners of which no signed command is shown.
        sought: whether there was anything to look at.
        compared: commands whose entries did what they ask for.
        left: what could not be compared, with how often.
    """

    payloads: int = 0
    commands: int = 0
    erased: int = 0
    unsigned: int = 0
    sought: bool = False
    compared: int = 0
    left: Counter[str] = field(default_factory=Counter)


class _Owed:
    """Entries by members, to be asked after once all erasures are known; 40 bytes each."""

    def __init__(self) -> None:
        self._seqs = array("Q")
        self._members = bytearray()

    def add(self, seq: int, *members: str) -> None:
        """Remember an entry and who may have bound it, of whom the first two are kept.

        Whoever is no member is nobody who can be erased.
        """
        self._seqs.append(seq)
        for member in (*members, "", "")[:_BINDERS_MAX]:
            raw = _raw(member)
            self._members += raw if len(raw) == _ID_BYTES else bytes(_ID_BYTES)

    def __iter__(self) -> Iterator[tuple[int, tuple[bytes, bytes]]]:
        for place, seq in enumerate(self._seqs):
            at = place * _ID_BYTES * _BINDERS_MAX
            between, end = at + _ID_BYTES, at + _ID_BYTES * _BINDERS_MAX
            yield seq, (bytes(self._members[at:between]), bytes(self._members[between:end]))


class DisclosuresCheck:
    """A bundle's disclosures beside its entries, which come in their order.

    Args:
        reader: the bundle.
        origin: the log's name, for which partners sign.
        must_sign: partners who sign all that they ask for, as the auditor knows.
        findings: where differences are told.
    """

    def __init__(
        self, reader: BundleReader, origin: str, must_sign: frozenset[str], findings: Findings
    ) -> None:
        self._origin, self._must_sign, self._findings = origin, must_sign, findings
        self._present = ENTRIES_LAID_OPEN in reader.files
        self._file: RowFile | None = None
        self._line: Line | None = None
        self._last = -1  # the number of the last line
        self._signing_keys: dict[str, str] = {}
        self._nonces: set[bytes] = set()  # of each partner's commands; 90 bytes each
        self._erased: set[bytes] = set()
        self._rates = Rates()
        self._shown, self._payloads, self._commands = _Owed(), _Owed(), _Owed()
        self.opened = Opened(sought=self._present or bool(must_sign))
        if self._present:
            try:
                self._file = reader.open_rows(ENTRIES_LAID_OPEN, LINE_BYTES_MAX)
            except BundleError as error:
                findings.add_error(error)
            self._advance()

    @property
    def watchers(self) -> tuple[Callable[[Fields], None], ...]:
        """What has to see every entry: nothing, where there is nothing to look at."""
        return (self.see,) if self.opened.sought else ()

    def see(self, fields: Fields) -> None:
        """Hold what is shown of the next entry against it."""
        seq, kind = int(fields["seq"]), fields["kind"]
        shown = self._shown_of(seq)
        if shown is not None and shown.owner:
            self._shown.add(seq, shown.owner)
        self._check_payload(seq, fields, shown)
        self._check_command(seq, fields, shown)
        self._rates.see(fields)
        if kind == "subject.erased":
            self._erased.add(_raw(str(fields["member"])))
        elif kind in ("partner.created", "partner.updated"):
            self._signing_keys[str(fields["partner"])] = str(fields["signing_key"])

    def finish(self, *, whole: bool) -> Opened:
        """Conclude: where all entries were seen, what is missing was erased or is kept back."""
        if whole:
            self._shown_of(-1, every=True)
            self._conclude()
        self._close()
        return self.opened

    def _conclude(self) -> None:
        for seq, (member, _) in self._shown:
            if member in self._erased:
                self._findings.add("ERASED_SHOWN", seq=seq, member=member.hex())
        self.opened.erased = sum(self._gone(members) for _, members in self._payloads)
        self._tell("PAYLOAD_MISSING", self._payloads)
        self._tell("COMMAND_MISSING", self._commands)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _tell(self, code: str, owed: _Owed) -> None:
        for seq, members in owed:
            if not self._gone(members):
                self._findings.add(code, seq=seq, member=members[0].hex())

    def _gone(self, members: Iterable[bytes]) -> bool:
        """Whether one of those who may have bound an entry was erased."""
        return not self._erased.isdisjoint(members)

    def _check_payload(self, seq: int, fields: Fields, shown: Line | None) -> None:
        pd = str(fields["pd"])
        if shown is None or not shown.payload:
            if pd and self._present:
                self._payloads.add(seq, *_binders(fields))
        elif shown.owner in books(fields) and _hmac(shown.key, shown.payload) == pd:
            self.opened.payloads += 1
        else:
            self._findings.add("PAYLOAD_MISMATCH", seq=seq, member=shown.owner)

    def _check_command(self, seq: int, fields: Fields, shown: Line | None) -> None:
        author = str(fields["author"])
        partner = author.removeprefix(_AUTHOR).partition("/")[0] if _is_partner(author) else ""
        if shown is None or not shown.command:
            if partner:
                self.opened.unsigned += 1
            if partner in self._must_sign:
                self._commands.add(seq, *_binders(fields))
            return
        told = self._findings.total
        bound = {_hmac(shown.key, shown.command)} if shown.owner in books(fields) else set()
        if not books(fields):
            bound = {hashlib.sha256(shown.command).hexdigest()}
        if fields["cmd"] not in bound:
            self._findings.add("COMMAND_MISMATCH", seq=seq)
        try:
            signed = unpack(shown.command)
            verify(signed, self._signing_keys.get(partner, ""))
            self._check_use(seq, partner, signed)
            self._check_done(seq, fields, signed)
        except SignatureError as error:
            self._findings.add("AUTHOR_SIGNATURE", seq=seq, author=author, why=error.code)
        self.opened.commands += told == self._findings.total

    def _check_done(self, seq: int, fields: Fields, signed: Signed) -> None:
        """What the entry did is what was asked for, as far as that can be seen."""
        differences, left = compare(fields, signed, self._rates.given)
        for name, wanted, done in differences:
            self._findings.add("COMMAND_DIFFERS", seq=seq, field=name, asked=wanted, done=done)
        self.opened.left.update(left)
        self.opened.compared += not differences and not left

    def _check_use(self, seq: int, partner: str, signed: Signed) -> None:
        """What was signed was for this log, and for one entry: the nonce is a key of one command.

        Raises SignatureError ``SIGNATURE_TAG``.
        """
        if signed.parameters.tag != self._origin:
            raise SignatureError("SIGNATURE_TAG")
        named = f"{partner}\0{signed.parameters.nonce}".encode()
        nonce = hashlib.sha256(named).digest()[:_ID_BYTES]
        if nonce in self._nonces:
            self._findings.add("COMMAND_REPEATED", seq=seq, nonce=signed.parameters.nonce)
        self._nonces.add(nonce)

    def _shown_of(self, seq: int, *, every: bool = False) -> Line | None:
        """The line of an entry; those before it, or ``every`` other, are of none."""
        while self._line is not None and (every or self._line.seq <= seq):
            line = self._line
            self._advance()
            if line.seq == seq:
                return line
            self._findings.add("DISCLOSURE_INVALID", seq=line.seq, why="no such entry")
        return None

    def _advance(self) -> None:
        """Read on to the next line that is one and stands in its order."""
        self._line = None
        while self._file is not None and self._line is None:
            try:
                data = self._file.line()
            except BundleError as error:
                self._findings.add_error(error)
                data = None
            if data is None:
                self._close()
                return
            line = Line.parse(data)
            if line is None or line.seq <= self._last:
                why = "form" if line is None else "order"
                self._findings.add("DISCLOSURE_INVALID", after=self._last, why=why)
            else:
                self._line, self._last = line, line.seq


def _binders(fields: Fields) -> list[str]:
    """The members from whose key an entry's own key may come; none where no member is touched.

    That is the first book's, except of a reversal: a gift's is asked for from either book, under
    the key of that one.
    """
    found = books(fields)
    return found if fields["kind"] == "transfer.reversed" else found[:1]


def _raw(member: str) -> bytes:
    try:
        return bytes.fromhex(member)
    except ValueError:
        return b""


def _is_partner(author: str) -> bool:
    return author.startswith(_AUTHOR)


def _hmac(key: bytes, message: bytes) -> str:
    return hmac.digest(key, message, "sha256").hex() if len(key) == _KEY_BYTES else ""
