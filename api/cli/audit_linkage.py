"""`dure audit linkage`: what links a member's entries, and what an erasure does about it."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import Home, Json
from api.cli.output import BAD_USE, FOUND, GOOD, Output


def run(
    *,
    member: Annotated[str, typer.Argument(help="The member: 32 hex digits, or the API's id.")],
    home: Home = None,
    json: Json = False,
) -> int:
    """Tell what links a member's entries to one another or to the person, counted here."""
    from api.bootstrap import open_network
    from api.cli.language import spoken
    from api.config import read_settings
    from api.linkage import measure
    from api.linkage_words import say
    from api.schema.core.ids import member_key

    voice = Output(as_json=json)
    found = member_key(member)
    if found is None:
        voice.complain("USAGE_INVALID", reason="MEMBER is no id of a member")
        return BAD_USE
    settings = read_settings(home=home)
    network = open_network(settings.home, settings)
    try:
        told = measure(network, found)
    finally:
        network.close()
    words = spoken()
    voice.table(
        say("title", words, member=found),
        [say(name, words) for name in ("trace", "count", "links", "fate")],
        [
            (
                say(one.code, words),
                say("uncounted", words) if one.counted is None else f"{one.counted:,}",
                say(one.links, words),
                say(one.fate, words),
            )
            for one in told.traces
        ],
    )
    if told.erased_seq is None:
        voice.say(say("living", words))
    else:
        voice.say(say("erased", words, time=told.erased_time, seq=told.erased_seq))
    if told.undone:
        voice.say(say("undone", words))
    voice.result(
        {
            "member": found,
            "erased": told.erased_seq is not None,
            "erased_at": told.erased_time,
            "erased_entry": told.erased_seq,
            "good": not told.undone,
            "traces": [
                {"code": one.code, "count": one.counted, "links": one.links, "fate": one.fate}
                for one in told.traces
            ],
        }
    )
    return FOUND if told.undone else GOOD
