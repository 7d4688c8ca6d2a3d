"""One simulated Asterisk from its boot to its end."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from deploy.pbx.core import agi, calls, dialplan
from deploy.pbx.core.effects import Down, Effect, Event, Turn, Wire
from deploy.pbx.core.state import Carrier, Channel, Leg, Pbx, Phase, Setup, with_channel

POWER_CUT: Final = 0
"""The cause of a call whose Asterisk was killed: nobody said anything."""


def boot(setup: Setup, carrier: Carrier, now: float) -> Pbx:
    """A fresh Asterisk; the callees remember their calls."""
    return Pbx(setup=setup, carrier=carrier, booted_at=now, booting=setup.boot_s > 0)


def fully_booted(pbx: Pbx, now: float) -> Event:
    """Told once it can place calls, and to each session that logs in after that."""
    uptime = str(int(now - pbx.booted_at))
    times = (("Uptime", uptime), ("LastReload", uptime), ("Status", "Fully Booted"))
    return Event("system", (("Event", "FullyBooted"), *times))


def due_at(pbx: Pbx) -> float | None:
    """When `tick` next has something to do; None while only an input can change anything."""
    return min(_instants(pbx), default=None)


def tick(pbx: Pbx, now: float) -> Turn:
    """Everything that time alone brings about until now, in the order in which it was due."""
    effects: list[Effect] = []
    while (at := due_at(pbx)) is not None and at <= now:
        pbx, some = _next(pbx, at)
        effects += some
    return pbx, tuple(effects)


def shut_down(pbx: Pbx, now: float) -> Turn:
    """SIGTERM: every call is hung up without a cause, then the connections end."""
    effects: list[Effect] = []
    for channel in pbx.channels.values():
        pbx, some = _ended_now(pbx, channel, now)
        effects += some
    down = Event("system", (("Event", "Shutdown"), ("Shutdown", "Cleanly"), ("Restart", "False")))
    return replace(pbx, queued=()), (*effects, down, Down())


def killed(pbx: Pbx, now: float) -> tuple[Carrier, tuple[Wire, ...]]:
    """SIGKILL: nothing is told to anybody; what the carrier writes down of the calls that were up."""
    legs = ((channel.id, channel.leg) for channel in pbx.channels.values())
    return pbx.carrier, tuple(Wire("end", id, _cut(leg, now)) for id, leg in legs if leg and not leg.ended_at)


def _cut(leg: Leg, now: float) -> Leg:
    return replace(leg, ended_at=now, cause=POWER_CUT, plan=())


def _instants(pbx: Pbx) -> Iterator[float]:
    if pbx.booting:
        yield pbx.booted_at + pbx.setup.boot_s
    for channel in pbx.queued:
        if channel.due_at is not None:
            yield channel.due_at
    for channel in pbx.channels.values():
        if channel.wakes_at is not None:
            yield channel.wakes_at


def _next(pbx: Pbx, at: float) -> Turn:
    if pbx.booting and at == pbx.booted_at + pbx.setup.boot_s:
        return replace(pbx, booting=False), (fully_booted(pbx, at),)
    for position, channel in enumerate(pbx.queued):
        if channel.due_at == at:
            waiting = pbx.queued[:position] + pbx.queued[position + 1 :]
            return calls.begin(replace(pbx, queued=waiting), channel, at)
    channel = next(each for each in pbx.channels.values() if each.wakes_at == at)
    return _move(pbx, channel, at)


def _move(pbx: Pbx, channel: Channel, at: float) -> Turn:
    """One step of one channel. The callee comes first: who answers with the time-out has answered."""
    if channel.leg and channel.leg.plan and channel.leg.plan[0].at == at:
        return calls.act(pbx, channel, at)
    if channel.due_at == at:
        if channel.phase is Phase.UP:
            return dialplan.ivr_over(pbx, channel, at)
        return calls.ring_out(pbx, channel, at)
    if channel.agi and channel.agi.running and channel.agi.running.ends_at == at:
        return agi.command_over(pbx, channel, at)
    if channel.agi and channel.agi.tell_hangup_at == at:
        return agi.hangup_told(pbx, channel, at)
    return calls.hang_up(pbx, channel, at, 0)


def _ended_now(pbx: Pbx, channel: Channel, now: float) -> Turn:
    if channel.phase is not Phase.UP:
        return calls.hang_up(pbx, channel, now, 0)
    channel = replace(channel, cause=channel.cause if channel.gone else 0)
    return dialplan.finish(with_channel(pbx, channel), channel, now, "HANGUP")
