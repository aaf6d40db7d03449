"""`dure settle close`: close the open window of a currency, by two people."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import As, Home, Json
from api.cli.output import GOOD, Output


def run(
    *,
    currency: Annotated[str, typer.Option(help="Currency of the window, ISO 4217.")],
    reason: Annotated[str, typer.Option(help="A reason code.")] = "PERIOD_END",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Propose to close the open window; another subject approves by the same command."""
    from api.cli.settling import acting, by_four_eyes, opened, reference_of, tell
    from domain.ledger.records import PENDING_STATE, Proposal
    from settlement.commands import ProposeWindowClose
    from settlement.windows.closing import WINDOW_CLOSE

    out = Output(as_json=json)
    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        period = reference_of(network).open_periods.get(currency, 0)
        command = ProposeWindowClose(
            actor=actor, id=network.ids.entity(), period=period, currency=currency, reason=reason
        )
        wanted = Proposal(
            command.id, WINDOW_CLOSE, period, currency, "", PENDING_STATE, "", reason, 0, 0
        )
        proposal = by_four_eyes(network, actor, wanted, command)
        window = reference_of(network).windows[period, currency]
    tell(
        out, proposal, f"Closing window {period} of {currency}",
        period=period, currency=currency, window=window.state,
    )  # fmt: skip
    return GOOD
