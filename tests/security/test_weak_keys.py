"""Public keys under which a signature proves nothing are refused at every door."""

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from api.config import Settings
from api.log_ports import AuditSignatures
from api.witnessing.home import create_witness
from audit.cosignature import COSIGNATURE, WitnessKey
from audit.errors import AuditError
from audit.note import ED25519, VerifierKey
from audit.policy import parse_policy
from audit.rotation import read_handover
from audit.verify import main
from tests.unit.audit.test_rotation import rotated

P = 2**255 - 19
SIGN = 1 << 255
# The y of two points of order 8, as libsodium lists it among what it refuses.
Y8 = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
ORIGIN = "dure.example/seoul"


def spelled(number: int) -> bytes:
    """A number as the 32 bytes of a key."""
    return number.to_bytes(32, "little")


# Eight points of small order: the identity, order 2, two of order 4, four of order 8.
SMALL = {
    "order 1": spelled(1),
    "order 2": spelled(P - 1),
    "order 4": spelled(0),
    "order 4, other sign": spelled(SIGN),
    "order 8": spelled(Y8),
    "order 8, other sign": spelled(Y8 | SIGN),
    "order 8, negative": spelled(P - Y8),
    "order 8, negative, other sign": spelled((P - Y8) | SIGN),
}
# Second spellings of points, and what is no point at all.
TWICE = {
    "identity with a sign": spelled(1 | SIGN),
    "order 2 with a sign": spelled((P - 1) | SIGN),
    **{f"y = p + {more}": spelled(P + more) for more in range(19)},
    **{f"y = p + {more} with a sign": spelled((P + more) | SIGN) for more in range(19)},
    "no point": spelled(2),
}
SHORT = {"no byte": b"", "31 bytes": bytes([9] * 31), "33 bytes": bytes([9] * 33)}
BAD = {**SMALL, **TWICE, **SHORT}


def key_text(key: bytes, algorithm: bytes, name: str = ORIGIN) -> str:
    """A verifier key's text, well formed but for the key in it."""
    hex_id = sha256(name.encode() + b"\n" + algorithm + key).digest()[:4].hex()
    return f"{name}+{hex_id}+{b64encode(algorithm + key).decode()}"


def _raises(door: Callable[[], object]) -> bool:
    try:
        door()
    except AuditError:
        return True
    return False


def _log_key(key: bytes) -> bool:
    return _raises(lambda: VerifierKey.parse(key_text(key, ED25519)))


def _witness_key(key: bytes) -> bool:
    return _raises(lambda: WitnessKey.parse(key_text(key, COSIGNATURE)))


def _bare_key(key: bytes) -> bool:
    return _raises(lambda: VerifierKey(ORIGIN, key)) and _raises(lambda: WitnessKey(ORIGIN, key))


def _policy_log(key: bytes) -> bool:
    text = f"log {key_text(key, ED25519)}\nquorum none\n"
    return _raises(lambda: parse_policy(text.encode()))


def _policy_witness(key: bytes) -> bool:
    text = f"witness w {key_text(key, COSIGNATURE)}\nquorum w\n"
    return _raises(lambda: parse_policy(text.encode()))


def _rotated(field: str) -> Callable[[bytes], bool]:
    def door(key: bytes) -> bool:
        return _raises(lambda: read_handover({**rotated(), field: key_text(key, ED25519)}))

    return door


def _partner_key(key: bytes) -> bool:
    signatures = AuditSignatures()
    forged = "01" + "00" * 63
    return not signatures.acceptable(key.hex()) and not signatures.verify(key.hex(), forged, b"")


DOORS: dict[str, Callable[[bytes], bool]] = {
    "a log's verifier key": _log_key,
    "a witness's verifier key": _witness_key,
    "a key by its bytes": _bare_key,
    "a policy's log": _policy_log,
    "a policy's witness": _policy_witness,
    "key.rotated, new key": _rotated("key"),
    "key.rotated, old key": _rotated("old"),
    "a partner's signing key, a contract's signature": _partner_key,
}


@pytest.mark.parametrize("door", DOORS)
def test_no_door_lets_a_weak_key_in(door: str) -> None:
    """Each of 52 bad encodings is refused at this door, and a good key is let in."""
    assert len(BAD) == 52
    let_in = [name for name, key in BAD.items() if not DOORS[door](key)]
    assert let_in == []


@pytest.mark.parametrize("name", ["order 1", "order 8", "y = p + 1", "31 bytes"])
def test_the_commands_let_no_weak_key_in(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`dure-verify --key` and a witness's `--log` name what is wrong; no folder is left."""
    text = key_text(BAD[name], ED25519)
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    assert main([str(bundle), "--key", text]) in {1, 2}
    said = capsys.readouterr()
    assert "KEY_" in said.out + said.err
    with pytest.raises(AuditError):
        create_witness(tmp_path / "witness", Settings(), "w.example/w", [text])
    assert not (tmp_path / "witness").exists()


def test_the_points_are_what_they_are_called() -> None:
    """Eight times each of the eight points is the identity, and they are eight."""
    assert len(set(SMALL.values())) == 8
    d = -121665 * pow(121666, -1, P) % P
    for key in SMALL.values():
        y = int.from_bytes(key, "little") & (SIGN - 1)
        xx = (y * y - 1) * pow(d * y * y + 1, -1, P) % P
        # With x^2 = a: doubling y twice more from (y^2 + x^2) / (1 - d x^2 y^2).
        for _ in range(3):
            top, low = (y * y + xx) % P, (1 - d * xx * y * y) % P
            xx = 4 * xx * y * y * pow(1 + d * xx * y * y, -2, P) % P
            y = top * pow(low, -1, P) % P
        assert (xx, y) == (0, 1)
