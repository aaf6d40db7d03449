"""Signing contract terms at a partner's own machine."""

import json
from pathlib import Path

import pytest

from api.log_ports import AuditSignatures
from domain.contracts.terms import SIGNATURE_CONTEXT
from tests.integration.cli.conftest import Dure

TERMS = {
    "origin": "dure.example/test",
    "contractId": "0" * 32,
    "version": 1,
    "type": "conversion",
    "proposer": "AIR",
    "counterparty": "HOTEL",
    "source": "MILE",
    "target": "NIGHT",
    "rate": "1/2",
    "price": "7/1",
    "currency": "KRW",
    "expiry": "MIN_OF_BOTH",
    "validFrom": "2027-01-01T00:00:00Z",
}


@pytest.fixture
def key(dure: Dure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """A partner's key file and its public key."""
    monkeypatch.setenv("DURE_PASSPHRASE", "correct horse")
    path = tmp_path / "air.key"
    said = dure("contract", "keygen", path, "--json")
    assert said.status == 0
    return path, str(said.result["public_key"])


def test_a_signature_is_of_the_terms_in_either_spelling(
    dure: Dure, tmp_path: Path, key: tuple[Path, str]
) -> None:
    """The proposer's spelling and the canonical one that it gives have one signature."""
    path = tmp_path / "terms.json"
    path.write_text(json.dumps(TERMS))
    first = dure("contract", "sign", "--terms", path, "--key", key[0], "--json").result
    canonical = str(first["terms"])
    assert AuditSignatures().verify(
        key[1], str(first["signature"]), SIGNATURE_CONTEXT + canonical.encode()
    )
    path.write_text(canonical)
    again = dure("contract", "sign", "--terms", path, "--key", key[0], "--json").result
    assert again == first


def test_what_is_left_out_of_a_conversion_is_what_the_api_takes(
    dure: Dure, tmp_path: Path, key: tuple[Path, str]
) -> None:
    """A conversion that names no expiry is signed as MIN_OF_BOTH, as the API reads it."""
    path = tmp_path / "terms.json"
    path.write_text(json.dumps(TERMS))
    named = dure("contract", "sign", "--terms", path, "--key", key[0], "--json").result
    path.write_text(json.dumps({name: TERMS[name] for name in TERMS if name != "expiry"}))
    assert dure("contract", "sign", "--terms", path, "--key", key[0], "--json").result == named


@pytest.mark.parametrize(
    "change",
    [
        {"rate": "1:2"},
        {"rate": 0.5},
        {"version": 0},
        {"version": True},
        {"origin": None},
        {"contractId": "x"},
        {"type": "gift"},
        {"source": "mile"},
        {"currency": "won"},
        {"zone": "Mars/Olympus"},
        {"validFrom": "tomorrow"},
        {"expiry": "NEVER"},
        {"memberDailyCap": "-1"},
        {"discount": "1/2"},
        {"contract": "0" * 32},
    ],
    ids=str,
)
def test_terms_that_nobody_could_mean_are_not_signed(
    dure: Dure, tmp_path: Path, change: dict[str, object]
) -> None:
    """A field that is wrong, unknown or named twice is told, and nothing is signed."""
    path = tmp_path / "terms.json"
    path.write_text(json.dumps({**TERMS, **change}))
    said = dure("contract", "sign", "--terms", path, "--key", tmp_path / "none", "--json")
    assert (said.status, said.result["error"]) == (2, "CONTRACT_TERMS_INVALID")


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b"[" * 100_000, b"{" + b" " * 70_000 + b"}"])
def test_a_file_that_is_no_terms_is_told(dure: Dure, tmp_path: Path, data: bytes) -> None:
    """Whatever the bytes of the file, the answer is one named line."""
    path = tmp_path / "terms.json"
    path.write_bytes(data)
    said = dure("contract", "sign", "--terms", path, "--key", tmp_path / "none")
    assert (said.status, len(said.err.splitlines())) == (2, 1)
    assert "CONTRACT_TERMS_INVALID" in said.err
