"""`dure settle policy`: what the network declares of its settlement, by two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import As, Home, Json, Reason
from api.cli.output import GOOD, Output

if TYPE_CHECKING:
    from pathlib import Path


def run(
    name: Annotated[
        str | None,
        typer.Argument(
            help="LOSS_SHARING, DISPUTES_BLOCK, EXPOSURE_ALERT, PERIODIC_FEE, TAX or "
            "WINDOW_SCHEDULE; none, to see all that is declared."
        ),
    ] = None,
    value: Annotated[
        str | None, typer.Argument(help="What it is to be; none, to see what it is.")
    ] = None,
    *,
    partner: Annotated[
        str, typer.Option(help="Code of the partner that it is of, where it is of one.")
    ] = "",
    currency: Annotated[str, typer.Option(help="Its currency, where it is of one.")] = "",
    reason: Reason = "AGREED",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Propose a policy; another subject approves by the same command. Without a value: show it.

    LOSS_SHARING: BY_NET or OPERATOR. DISPUTES_BLOCK: YES or NO. Of a partner and currency
    EXPOSURE_ALERT: minor units, 0 for never; PERIODIC_FEE: 'FIXED NUM/DEN'; TAX:
    KIND,CODE,NUM/DEN parted by semicolons. Of a currency WINDOW_SCHEDULE: see dure settle schedule.
    """
    from api.cli.settling import acting, by_four_eyes, opened, tell, wanted
    from api.cli.words import code, say
    from settlement.commands import ProposePolicy
    from settlement.controls.policies import PREFIX

    out = Output(as_json=json)
    if name is None or value is None:
        return _show(out, home, name)
    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        command = ProposePolicy(
            actor=actor, id=network.ids.entity(), name=name, value=value, reason=reason,
            partner=partner, currency=currency,
        )  # fmt: skip
        type_ = PREFIX + name
        asked = wanted(command, type_, reason, currency=currency, partner=partner, value=value)
        proposal = by_four_eyes(network, actor, asked, command)
    of = " ".join(filter(None, (partner, currency)))
    what = say("four.policy", what=" ".join(filter(None, (code(type_), of))), value=value)
    tell(out, proposal, what, name=name, partner=partner, currency=currency, value=value)
    return GOOD


def _show(out: Output, home: Path | None, name: str | None) -> int:
    from api.cli.settling import opened, reference_of
    from api.cli.words import heads, say
    from domain.errors import InvalidValueError
    from settlement.controls.policies import FORMS

    if name is not None and name not in FORMS:
        raise InvalidValueError("VALUE_INVALID", value=name[:64], reason=" ".join(FORMS))
    with opened(home, writes=False) as network:
        found = sorted(reference_of(network).policies.items())
    rows = [row for _, row in found if name in (None, row.name)]
    out.table(
        say("policy.title"),
        heads("policy", "partner", "currency", "value"),
        [[row.name, row.partner, row.currency, row.value] for row in rows],
    )
    if not rows:
        out.say(say("policy.none"))
    out.result(
        {
            "policies": [
                {"name": row.name, "partner": row.partner, "currency": row.currency,
                 "value": row.value, "sequence": row.seq}
                for row in rows
            ]
        }
    )  # fmt: skip
    return GOOD
