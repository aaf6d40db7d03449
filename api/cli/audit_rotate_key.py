"""`dure audit rotate-key`: from now on another key signs the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import As, Home, Json
from api.cli.output import BAD_USE, GOOD, Output

if TYPE_CHECKING:
    from api.rotation import Rotated

KEYS_JOB = "system/keys"
# Auditors and witnesses are people: a month finds them back from their holidays.
OVERLAP_DAYS = 30
OVERLAP_DAYS_MAX = 366  # a key that signs beside another for longer is not being replaced


def run(
    *,
    home: Home = None,
    overlap: Annotated[
        int,
        typer.Option(min=0, max=OVERLAP_DAYS_MAX, help="Days for which the old key signs too."),
    ] = OVERLAP_DAYS,
    compromised: Annotated[
        bool, typer.Option("--compromised", help="The old key is in strange hands: revoke it.")
    ] = False,
    cut_off: Annotated[
        int | None,
        typer.Option(min=0, help="With --compromised: the last size it is still believed at."),
    ] = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Replace the key that signs the log; servers that run take the new one by themselves."""
    from api.bootstrap import open_network
    from api.cli.import_purchases import author_of
    from api.config import read_settings
    from api.rotation import Compromise, rotate
    from api.witnessing.policy import read_policy

    out = Output(as_json=json)
    if compromised != (cut_off is not None):
        out.complain("CUT_OFF_NEEDED")
        return BAD_USE
    settings = read_settings(home=home)
    network = open_network(settings.home, settings)
    try:
        compromise = None if cut_off is None else Compromise(cut_off, read_policy(network))
        author = author_of(network, subject, KEYS_JOB).name
        done = rotate(network, overlap_days=overlap, author=author, compromise=compromise)
    finally:
        network.close()
    _tell(out, done)
    return GOOD


def _tell(out: Output, done: Rotated) -> None:
    from audit.times import format_time

    until = format_time(done.until) if done.until >= 0 else ""
    if done.finished:
        out.say("A rotation that was interrupted is finished now; the key was not changed again.")
    out.say(f"The log is signed by {done.key.text()}")
    if until:
        out.say(f"The old key signs beside it until {until}: {done.old.text()}")
        out.say("Give the new one to auditors and witnesses; dure-verify walks from old to new.")
    elif not done.finished:
        out.say(f"Nothing that {done.old.text()} signs from now on is to be believed.")
        out.say("Give the new key to the witnesses: a quorum of them must cosign the handover.")
    out.result(
        {
            "key": done.key.text(),
            "old": done.old.text(),
            "size": done.size,
            "until": until,
            "finished": done.finished,
        }
    )
