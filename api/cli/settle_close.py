"""`dure settle close`: close the open window of a currency, by two people or by its schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import As, Home, Json, Reason
from api.cli.output import GOOD, Output
from api.cli.settle_statement import PERIOD_MAX
from domain.errors import DureError, InvalidValueError

if TYPE_CHECKING:
    from api.bootstrap import Network
    from api.cli.output import JsonValue


def run(
    *,
    currency: Annotated[
        str | None, typer.Option(help="Currency of the window, ISO 4217; with --due: only it.")
    ] = None,
    due: Annotated[
        bool, typer.Option("--due", help="Close what is due by schedules; it needs no subject.")
    ] = False,
    window: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=PERIOD_MAX,
            help="Its number, so that a repeated command proposes no other; else the open one.",
        ),
    ] = None,
    reason: Reason = "PERIOD_END",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Propose to close the open window; another subject approves by the same command."""
    from api.cli.settling import acting, by_four_eyes, opened, reference_of, tell
    from api.cli.words import say
    from domain.ledger.records import PENDING_STATE, SETTLED, Proposal
    from settlement.commands import ProposeWindowClose
    from settlement.windows.closing import WINDOW_CLOSE

    out = Output(as_json=json)
    if due:
        with opened(home, writes=True) as network:
            _close_due(out, network, currency)
        return GOOD
    if currency is None:
        raise InvalidValueError("CURRENCY_MISSING")
    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        period = window or reference_of(network).open_periods.get(currency, 0)
        if not period:
            raise InvalidValueError("CURRENCY_UNKNOWN", currency=currency[:16])
        command = ProposeWindowClose(
            actor=actor, id=network.ids.entity(), period=period, currency=currency, reason=reason
        )
        wanted = Proposal(
            command.id, WINDOW_CLOSE, period, currency, "", PENDING_STATE, "", reason, 0, 0
        )
        proposal = by_four_eyes(network, actor, wanted, command)
        state = reference_of(network).windows[period, currency].state
    what = say("four.close", period=period, currency=currency)
    tell(out, proposal, what, period=period, currency=currency, window=state)
    if state == SETTLED:
        out.say(say("close.empty", period=period, currency=currency))
    return GOOD


def _close_due(out: Output, network: Network, only: str | None) -> None:
    """Close what is due now, as a server's housekeeping does; raises as ``written``."""
    from api.cli.settle_schedule import next_closings, read_upcoming
    from api.cli.settling import reference_of
    from api.cli.words import say
    from api.writing import written
    from domain.ledger.records import SETTLED
    from settlement.commands import CloseDueWindow
    from settlement.windows.due import SCHEDULER

    reference, before = reference_of(network), read_upcoming(network)
    if only is not None and only not in reference.open_periods:
        raise DureError("CURRENCY_UNKNOWN", currency=only[:64])
    if only is not None and only not in {one.currency for one in before}:
        raise DureError("SCHEDULE_NONE", currency=only[:64])
    closed: list[JsonValue] = []
    for one in before:
        if one.late and only in {None, one.currency}:
            command = CloseDueWindow(
                actor=SCHEDULER, id=network.ids.entity(), currency=one.currency
            )
            try:
                written(network, command)
            except DureError as error:
                if error.code == "SCHEDULE_NOT_DUE":
                    continue  # a server has closed it since it was looked at
                raise
            at = next_closings(one)[0]
            closed.append({"currency": one.currency, "period": one.period, "due": at})
            out.say(say("close.closed", period=one.period, currency=one.currency, at=at))
            if reference_of(network).windows[one.period, one.currency].state == SETTLED:
                out.say(say("close.empty", period=one.period, currency=one.currency))
    after = [one for one in read_upcoming(network) if only in {None, one.currency}]
    for one in after:
        at, schedule = next_closings(one)[0], str(one.schedule)
        out.say(say("close.next", currency=one.currency, at=at, schedule=schedule))
    if not after:
        out.say(say("close.no_schedule"))
    out.result({"closed": closed, "next": {one.currency: next_closings(one)[0] for one in after}})
