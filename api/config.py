"""Settings: `DURE_*` variables, each with what it means and why its default is what it is.

A variable named in the environment wins over a default; a flag of the command line wins over both.
Nothing is read from a file of settings, so that what a process runs with can be seen in one place.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.errors import InvalidValueError

PREFIX = "DURE_"
DATABASE = "dure.db"  # in the home, where no other is named
PORT_MAX = 65_535
METRICS_TOKEN_MIN = 16  # characters; at a guess a millisecond, random ones hold for ever


class Settings(BaseSettings):
    """What a process runs with."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    home: Path = Field(
        default=Path("./dure-home"),
        description="Folder of the network: keys, pass phrase, and the SQLite database.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="`postgresql+psycopg://...` or `sqlite:///PATH`; unset, a file in the home.",
    )
    host: str = Field(
        default="127.0.0.1",
        description="Address that `dure serve` listens on; unset, this machine alone.",
    )
    port: int = Field(
        default=8000,
        ge=1,
        le=PORT_MAX,
        description="Port that `dure serve` listens on.",
    )
    passphrase: SecretStr | None = Field(
        default=None,
        description="Pass phrase of the key files; unset, it is read from a file.",
    )
    passphrase_file: Path | None = Field(
        default=None,
        description="File whose first line is the pass phrase; unset, `passphrase` in the home.",
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        min_length=METRICS_TOKEN_MIN,
        description="Bearer token that `/metrics` asks for; unset, nobody has one.",
    )
    metrics_local: bool = Field(
        default=False,
        description="`true` shows `/metrics` to this machine without a token; not where a proxy "
        "runs on it that passes requests on without saying for whom.",
    )
    witness_policy: Path | None = Field(
        default=None,
        description="Witnesses that cosign the log (C2SP tlog-policy, each with its URL); unset, "
        "`witness-policy` in the home, and where that is not there, no witness is asked.",
    )
    tsa_url: str | None = Field(
        default=None,
        description="Time stamping authority (RFC 3161, over HTTP) that stamps the log's "
        "checkpoints; unset, none does.",
    )
    tsa_every: int = Field(
        default=3_600,
        ge=60,
        le=604_800,
        description="Seconds between two time stamps.",
    )
    signed_partners: str = Field(
        default="",
        pattern=r"^([A-Z][A-Z0-9_]{1,15}(,[A-Z][A-Z0-9_]{1,15})*)?$",
        description="Codes of partners whose changes must be signed, parted by commas; others may.",
    )
    origin: str = Field(
        default="dure.example/network",
        min_length=1,
        max_length=255,
        description="Name of the network's log, given once by `dure init`.",
    )


class SettingRow(NamedTuple):
    """One line of the table of settings."""

    variable: str
    default: str
    meaning: str


def read_settings(**flags: str | int | Path | None) -> Settings:
    """Read the environment, then let the flags that are not None win.

    Raises InvalidValueError ``SETTING_INVALID`` naming the first variable at fault.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings.model_validate({**Settings().model_dump(), **given})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InvalidValueError(
            "SETTING_INVALID", setting=f"{PREFIX}{name.upper()}", reason=first["msg"]
        ) from None


def setting_rows() -> list[SettingRow]:
    """Return the table of settings in the order of their declaration."""
    return [
        SettingRow(
            f"{PREFIX}{name.upper()}",
            "" if field.default is None else str(field.default),
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]


def settings_table() -> str:
    """Return the table of settings as the README has it."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for row in setting_rows():
        default = f"`{row.default}`" if row.default else ""
        lines.append(f"| `{row.variable}` | {default} | {row.meaning} |")
    return "\n".join(lines)
