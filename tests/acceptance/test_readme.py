"""The README's own network is made by the README's own commands, word by word."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.integration.cli.test_serve import free_port

ROOT = Path(__file__).resolve().parents[2]
SECTION = re.compile(r"^## Your own network\n(.*?)^## ", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
SERVE = ".venv/bin/dure serve"
STARTED_SECONDS_MAX = 60
DONE_SECONDS_MAX = 500  # 100 of them the contract's notice
DURE = """#!/bin/sh
PYTHONPATH='{root}' exec '{python}' -c 'from api.cli import main; main()' "$@"
"""


def commands(port: int) -> list[str]:
    """Return the section's blocks of shell, on another port than anybody's 8000."""
    section = SECTION.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert section is not None
    return [
        block.replace("127.0.0.1:8000", f"127.0.0.1:{port}") for block in BLOCK.findall(section[1])
    ]


def test_the_readmes_network_exchanges_its_first_points(tmp_path: Path) -> None:
    """Run as they stand, the commands end with twenty corks and eighty cents owed."""
    program = tmp_path / ".venv" / "bin" / "dure"
    program.parent.mkdir(parents=True)
    program.write_text(DURE.format(root=ROOT, python=sys.executable))
    program.chmod(0o755)
    port = free_port()
    first, *others = commands(port)
    settings = {name: value for name, value in os.environ.items() if not name.startswith("DURE_")}
    settings["DURE_PORT"] = str(port)
    making, _, serving = first.partition(SERVE)
    assert serving, "the first block serves what it makes"
    subprocess.run(["bash", "-euc", making], cwd=tmp_path, env=settings, check=True)
    with subprocess.Popen(
        ["bash", "-euc", f"exec {SERVE}{serving}"],
        cwd=tmp_path,
        env=settings,
        stdout=subprocess.DEVNULL,
    ) as server:
        try:
            retried = f"--retry {STARTED_SECONDS_MAX} --retry-connrefused"
            ready = f"curl -sf {retried} 127.0.0.1:{port}/readyz"
            started = time.monotonic()
            subprocess.run(["bash", "-euc", ready], cwd=tmp_path, check=True, capture_output=True)
            assert time.monotonic() - started < STARTED_SECONDS_MAX
            told = subprocess.run(
                ["bash", "-euc", "\n".join(others)],
                cwd=tmp_path,
                env=settings,
                check=False,
                capture_output=True,
                text=True,
                timeout=DONE_SECONDS_MAX,
            )
        finally:
            server.terminate()
    assert (told.returncode, told.stderr) == (0, "")
    assert '"code"' not in told.stdout, told.stdout
    payload = json.loads(told.stdout.strip().splitlines()[-1])["data"]["pointsExchange"]
    assert payload["transfer"] == {
        "target": {"amount": "20", "unit": "CORK"},
        "obligations": [{"debtor": "TEA", "creditor": "WINE", "amount": "80", "currency": "EUR"}],
    }
