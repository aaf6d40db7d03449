"""What `dure-verify` can be asked, option by option."""

import argparse
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from audit.language import LANGUAGES, language_of

RECEIPT_SUFFIX: Final = ".tlog-proof"  # c2sp.org/tlog-proof
ENTRY_SUFFIX: Final = ".entry"


def _version() -> str:
    """The release that this is part of, where it was installed as one."""
    try:
        return version("dure")
    except PackageNotFoundError:
        return "(not installed)"


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    made = argparse.ArgumentParser(
        prog="dure-verify",
        description="Verify an exported log and ledger offline, or a receipt alone. "
        "Exit status: 0 nothing found, 1 findings, 2 bad use.",
    )
    made.add_argument(
        "bundle",
        nargs="?",
        metavar="BUNDLE|URL",
        help="the folder that `dure audit export` wrote, or the log's address, https://HOST/log",
    )
    made.add_argument(
        "--key",
        required=True,
        help="the log's verifier key, NAME+HEX8+BASE64, had from elsewhere than the bundle",
    )
    made.add_argument(
        "--policy", type=Path, metavar="FILE", help="your own policy: which witnesses must cosign"
    )
    made.add_argument(
        "--since",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="a checkpoint, or a receipt, that you kept: the log must continue it; repeatable",
    )
    made.add_argument(
        "--receipt",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help=f"a receipt, X{RECEIPT_SUFFIX}, with its entry beside it, X{ENTRY_SUFFIX}; repeatable",
    )
    made.add_argument(
        "--disclosure",
        type=Path,
        metavar="DIR",
        action="append",
        default=[],
        help="what `dure audit disclose` wrote of an entry; repeatable",
    )
    made.add_argument(
        "--signer",
        metavar="HEX",
        help="the partner's public key, 64 hex digits, where a disclosed command was signed",
    )
    made.add_argument(
        "--entry",
        type=Path,
        metavar="FILE",
        action="append",
        help="the entry of each --receipt, in their order, where it lies elsewhere",
    )
    made.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    _add_more(made)
    made.add_argument("--json", action="store_true", help="one JSON object instead of text")
    made.add_argument(
        "--lang",
        choices=LANGUAGES,
        default=language_of(os.environ),
        help="language of the verdict; else by DURE_LANG, LC_ALL, LC_MESSAGES or LANG",
    )
    return made


def _add_more(made: argparse.ArgumentParser) -> None:
    """Time stamps, who must sign, and what goes with a URL."""
    made.add_argument(
        "--tsa-cert",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="certificates (PEM) of time stamping authorities that you trust, or of who vouches "
        "for them; repeatable",
    )
    made.add_argument(
        "--must-sign",
        metavar="PARTNER",
        action="append",
        default=[],
        help="a partner that signs all it asks for: an entry of its own without a signed command "
        "in the bundle is a finding; repeatable",
    )
    made.add_argument(
        "--statement",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="with a bundle: a partner's statement in its JSON form, which is made again from the "
        "entries; repeatable",
    )
    made.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help="with a URL: an API key that may read entries; without it, hashes alone are checked",
    )
    made.add_argument(
        "--entries",
        action="store_true",
        help="with a URL: read entries without a key, as from a static copy of one's own",
    )
    made.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="with a URL: where the last checkpoint seen is remembered; under XDG_STATE_HOME if "
        "not given",
    )
