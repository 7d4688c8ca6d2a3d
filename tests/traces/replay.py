"""A trace as the originator would take it: messages to facts, facts to the one outcome."""

from collections.abc import Iterable

from evendial_contracts.calls import CallEnded
from evendial_originator.core.ami_events import fact_of
from evendial_originator.core.call import Call, Ended, evolve, missed, verdict
from evendial_originator.core.facts import Accepted, CallFact, Refused, Vanished

from tests.traces.row import End, Row
from tests.traces.trace import BOOTED_ANEW, LINK_LOST, Said, Trace, fields
from tests.unit.originator.samples import CHANNEL, SENT, after

NEVER_S = 100_000.0
TELLING = (
    *("event", "response", "message", "userevent", "dialstatus", "reason"),
    *("channelstatedesc", "cause", "techcause"),
)


def outcome(row: Row, trace: Trace) -> Ended:
    """How the call ended. Raises AssertionError when the trace leaves that open."""
    call = Call(sent_at=SENT, ring_timeout_s=row.ring_timeout_s, max_call_s=row.max_call_s)
    for said in trace:
        call = taken(call, said)
    ended = verdict(call, after(NEVER_S))
    assert ended, f"{row.name} has no end"
    return ended


def end(ended: CallEnded | Ended) -> End:
    """What a row says of it."""
    return ended.disposition, ended.hangup_cause, ended.rang


def taken(call: Call, said: Said) -> Call:
    """The call after one message."""
    if said.text == LINK_LOST:
        return missed(call)
    fact = fact_in(said)
    return evolve(call, fact) if fact else call


def fact_in(said: Said) -> CallFact | None:
    """What a message tells of its call. An Asterisk that was started anew has none of its calls any more."""
    if said.text == BOOTED_ANEW:
        return Vanished(channel_id=CHANNEL, at=after(said.at_s))
    message, at = fields(said.text), after(said.at_s)
    match message.get("response"):
        case str(response) if "event" not in message:
            if response == "Success":
                return Accepted(channel_id=CHANNEL, at=at)
            return Refused(channel_id=CHANNEL, at=at, message=message["message"])
        case _:
            return fact_of(message, at)


def shape(row: Row, trace: Iterable[Said]) -> list[tuple[str, ...]]:
    """What a trace says without when, in which order and how often: equal for each run of a row."""
    telling = TELLING if row.or_cause is None else TELLING[:-2]
    messages = (fields(said.text) for said in trace)
    return sorted({tuple(message.get(name, "") for name in telling) for message in messages})
