"""One rule says which language a person is spoken to in, by `dure` and by `dure-verify`."""

from collections.abc import Iterator

import pytest

from api.cli.language import asked, listen, spoken
from audit.language import language_of
from audit.verify_options import parser

RULE = """
                                                          | en
LANG=ko_KR.UTF-8                                          | ko
LANG=KO                                                   | ko
LANG=en_US.UTF-8                                          | en
LANG=ko_KR.UTF-8 LC_MESSAGES=C                            | en
LANG=C LC_MESSAGES=ko_KR                                  | ko
LC_ALL=C LC_MESSAGES=ko_KR LANG=ko_KR                     | en
LC_ALL= LANG=ko_KR                                        | ko
DURE_LANG=ko LC_ALL=C                                     | ko
DURE_LANG=en LC_ALL=ko_KR.UTF-8                           | en
"""


@pytest.fixture(autouse=True)
def _again() -> Iterator[None]:
    """Leave no language to whatever runs next in this process."""
    yield
    listen([], {})


@pytest.mark.parametrize("row", RULE.strip("\n").splitlines())
def test_the_environment_decides_in_this_order(row: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """DURE_LANG, then LC_ALL, LC_MESSAGES and LANG, the first that says anything; else English."""
    said, _, language = row.partition("|")
    environment = dict(one.split("=") for one in said.split())
    assert language_of(environment) == language.strip()
    listen([], environment)
    assert spoken() == language.strip()
    for name in ("DURE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert parser().parse_args(["--key", "K"]).lang == language.strip()


@pytest.mark.parametrize(
    "line",
    ["--lang en settle status", "settle status --lang en", "settle --lang=en status"],
)
def test_the_option_wins_wherever_it_stands(line: str) -> None:
    """`--lang` goes before the environment and is the command's, wherever it was written."""
    assert listen(line.split(), {"DURE_LANG": "ko"}) == ["--lang=en", "settle", "status"]
    assert (spoken(), asked()) == ("en", "en")
    assert listen(["doctor", "--", "--lang", "en"], {"DURE_LANG": "ko"})[0] == "doctor"
    assert (spoken(), asked()) == ("ko", "")
