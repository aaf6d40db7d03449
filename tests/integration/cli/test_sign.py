"""Signing requests at a partner's own machine."""

import json
from pathlib import Path

import pytest

from audit.http_signature import read, verify
from tests.integration.cli.conftest import Dure

REQUEST = {"query": "mutation { x }", "variables": {"input": {"idempotencyKey": "order-7"}}}
ORIGIN = "dure.example/test"


@pytest.fixture
def key(dure: Dure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """A partner's key file and its public key."""
    monkeypatch.setenv("DURE_PASSPHRASE", "correct horse")
    path = tmp_path / "air.key"
    said = dure("contract", "keygen", path, "--json")
    return path, str(said.result["public_key"])


def test_the_headers_are_of_the_file_s_bytes(
    dure: Dure, tmp_path: Path, key: tuple[Path, str]
) -> None:
    """They verify under the key, for the path, the log and the idempotency key of the file."""
    path = tmp_path / "request.json"
    body = json.dumps(REQUEST, indent=1).encode()
    path.write_bytes(body)
    said = dure("sign", path, "--key", key[0], "--origin", ORIGIN, "--json")
    assert (said.status, said.result["public_key"]) == (0, key[1])
    headers = said.result["headers"]
    assert isinstance(headers, dict)
    names = ("Content-Digest", "Signature-Input", "Signature")
    signed = read("/graphql", body, *(str(headers[name]) for name in names))
    verify(signed, key[1])
    assert (signed.parameters.nonce, signed.parameters.tag) == ("order-7", ORIGIN)
    lines = dure("sign", path, "--key", key[0], "--origin", ORIGIN).out
    assert all(f"{name}: " in lines for name in names)


def test_a_request_without_a_key_of_its_own_names_one(
    dure: Dure, tmp_path: Path, key: tuple[Path, str]
) -> None:
    """An idempotency key inside the document is named beside it; otherwise there is none."""
    path = tmp_path / "request.json"
    path.write_text(json.dumps({"query": "mutation { x }"}))
    said = dure("sign", path, "--key", key[0], "--origin", ORIGIN, "--json")
    assert said.status == 2
    assert "IDEMPOTENCY_KEY_MISSING" in json.dumps(said.result)
    named = dure(
        "sign", path, "--key", key[0], "--origin", ORIGIN, "--idempotency-key", "k", "--json"
    )
    assert 'nonce="k"' in json.dumps(named.result).replace("\\", "")
