"""What must hold in every run, whatever broke: I1 to I9 of the fault matrix, judged by the wire's log."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from uuid import UUID

from evendial_contracts.calls import CallEnded, Disposition
from evendial_contracts.codec import decode
from evendial_contracts.dialing import DialNumber, NumberDialVoided

from tests.sim.asterisk import WireCall
from tests.sim.broker import Stored
from tests.sim.cluster import Cluster
from tests.sim.world import seconds

End = CallEnded | NumberDialVoided
STOP_S = 0.5
FORGOTTEN_S = 80.0
HEARD_LATE_S = 1.0
"""A heartbeat counts when it is heard, so long after it was said at most (agi_watch.py)."""
ON_ITS_WAY_S = 0.05
"""From the originator's write to the INVITE: the wire and Asterisk's own work."""


class Told:
    """What the bus carried: commands, and their ends, each as often as it was said."""

    def __init__(self, cluster: Cluster) -> None:
        self.commands: dict[UUID, DialNumber] = {}
        self.ends: defaultdict[UUID, list[End]] = defaultdict(list)
        self.bodies: defaultdict[str, set[bytes]] = defaultdict(set)
        cluster.broker.heard.append(self._hear)

    def _hear(self, stored: Stored) -> None:
        kind = stored.headers.get("ce-type", "")
        if kind.startswith(("number.dial", "call.ended")):
            message = decode(kind, stored.data)
            self.bodies[stored.headers["ce-id"]].add(stored.data)
            if isinstance(message, DialNumber):
                self.commands[message.command_id] = message
            elif isinstance(message, CallEnded | NumberDialVoided):
                self.ends[message.command_id].append(message)


def violations(cluster: Cluster, told: Told, at_rest: bool) -> Iterator[str]:
    """What is wrong with a run that is over; one plain line each."""
    yield from (text for _, kind, text in cluster.world.trace if kind == "violation")
    checks: tuple[Callable[[Cluster, Told], Iterator[str]], ...] = (
        one_invite, no_overlap, one_end, truth, in_time, not_after_stop, in_peace, no_burst, caps_held,
        agi_watched,
    )  # fmt: skip
    for check in checks:
        yield from (f"{check.__name__}: {text}" for text in check(cluster, told))
    if not at_rest:
        yield "at_rest: numbers are left that nobody works on"


def one_invite(cluster: Cluster, told: Told) -> Iterator[str]:
    """I1: a command reaches Asterisk, and is sent out, once at most; who has answered is not called again."""
    for channel_id, times in sum((each.originates for each in cluster.asterisks), Counter()).items():
        if times > 1:
            yield f"{channel_id} reached Asterisk {times} times"
    for command_id, times in Counter(call.command_id for call in cluster.wire).items():
        if times > 1:
            yield f"{command_id} was sent out {times} times"
        if command_id not in told.commands:
            yield f"{command_id} was never ordered"
    answered = Counter(
        (order.campaign_id, order.generation, order.number_id)
        for call in cluster.wire
        if call.answered_s is not None and (order := told.commands.get(call.command_id))
    )
    for key, times in answered.items():
        if times > 1:
            yield f"number {key} was called again after it had answered"


def no_overlap(cluster: Cluster, told: Told) -> Iterator[str]:
    """I2: nobody has two calls of one owner at once."""
    by_person: defaultdict[tuple[UUID, str], list[WireCall]] = defaultdict(list)
    for call in cluster.wire:
        if order := told.commands.get(call.command_id):
            by_person[order.owner_id, call.digits].append(call)
    for (_, digits), calls in by_person.items():
        calls.sort(key=lambda call: call.invited_s)
        for one, other in pairwise(calls):
            if one.ended_s is None or other.invited_s < one.ended_s:
                yield f"{digits} has two calls at once: {one.command_id} and {other.command_id}"


def one_end(cluster: Cluster, told: Told) -> Iterator[str]:
    """I3, I4: each command ends exactly once, and says so in the same words each time."""
    for command_id, order in told.commands.items():
        over_s = seconds(order.not_after) + order.ring_timeout_s + order.max_call_s + FORGOTTEN_S
        if not told.ends.get(command_id) and over_s < cluster.world.now_s:
            yield f"{command_id} has no end"
    for id, bodies in told.bodies.items():
        if len(bodies) > 1:
            yield f"{id} was said in {len(bodies)} different ways"


def truth(cluster: Cluster, told: Told) -> Iterator[str]:
    """What is voided was not sent out; what is said to have answered did; what did is not said to be busy."""
    calls = {call.command_id: call for call in cluster.wire}
    for command_id, ends in told.ends.items():
        call = calls.get(command_id)
        match ends[0]:
            case NumberDialVoided(reason=reason) if call:
                yield f"{command_id} was sent out and voided: {reason}"
            case CallEnded(disposition=Disposition.ANSWERED) if not (call and call.answered_s is not None):
                yield f"{command_id} is said to have answered"
            case CallEnded(disposition=said) if call and call.answered_s is not None:
                if said not in (Disposition.ANSWERED, Disposition.UNKNOWN):
                    yield f"{command_id} answered and is said to be {said}"


def in_time(cluster: Cluster, told: Told) -> Iterator[str]:
    """I5: never before its slot, never after its `not_after`, never when its window is closed."""
    for call in cluster.wire:
        if order := told.commands.get(call.command_id):
            sent_s = call.invited_s - call.slow_s
            early_s, late_s = seconds(order.slot_at) - sent_s, sent_s - seconds(order.not_after)
            if early_s > cluster.wrong_clocks_s:
                yield f"{call.command_id} was sent out {early_s:.3f} s early"
            if late_s > ON_ITS_WAY_S + cluster.wrong_clocks_s:
                yield f"{call.command_id} was sent out {late_s:.3f} s too late"
            if order.closes_at and sent_s > seconds(order.closes_at) + STOP_S:
                yield f"{call.command_id} was sent out after its window had closed"


def not_after_stop(cluster: Cluster, told: Told) -> Iterator[str]:
    """I5: a stop that was answered stops within 500 ms."""
    for stop in cluster.console.stops:
        for call in cluster.wire:
            order = told.commands.get(call.command_id)
            older = order and order.campaign_id == stop.campaign_id and order.epoch < stop.epoch
            after_s = call.invited_s - call.slow_s - stop.at_s
            if older and after_s > STOP_S:
                yield f"{call.command_id} was sent out {after_s:.3f} s after its stop"


def in_peace(cluster: Cluster, told: Told) -> Iterator[str]:
    """I5: who is suppressed is not called, from 500 ms after that was confirmed on."""
    for each in cluster.console.suppressions:
        for call in cluster.wire:
            sent_s = call.invited_s - call.slow_s
            if call.digits == each.digits and each.at_s + STOP_S < sent_s < each.until_s:
                yield f"{call.command_id} was sent out to {call.digits}, who is suppressed"


def no_burst(cluster: Cluster, told: Told) -> Iterator[str]:
    """I6: in no second more than 1.1 times the planned rate, and one."""
    by_campaign: defaultdict[UUID, list[float]] = defaultdict(list)
    for call in cluster.wire:
        if order := told.commands.get(call.command_id):
            by_campaign[order.campaign_id].append(call.invited_s - call.slow_s)
    for campaign_id, times in by_campaign.items():
        rate = cluster.console.campaigns[campaign_id].rules.calls_per_minute / 60
        times.sort()
        first = 0
        for last, at_s in enumerate(times):
            while times[first] <= at_s - 1.0:
                first += 1
            if last - first + 1 > 1.1 * rate + 1:
                yield f"{last - first + 1} calls of {campaign_id} in the second before {at_s:.3f}"


def caps_held(cluster: Cluster, told: Told) -> Iterator[str]:
    """I7: no more calls at once than the caps that their commands name."""
    for who in ("campaign", "owner", "device", "trunk"):
        for cap, calls in _capped(cluster, told, who):
            turns = [(c.invited_s, 1) for c in calls] + [
                (c.ended_s, -1) for c in calls if c.ended_s is not None
            ]
            at_once = 0
            for at_s, change in sorted(turns):
                at_once += change
                if at_once > cap:
                    yield f"{at_once} calls at once of a {who} that may have {cap}, at {at_s:.3f}"
                    break


def _capped(cluster: Cluster, told: Told, who: str) -> Iterator[tuple[int, list[WireCall]]]:
    found: defaultdict[tuple[UUID, int], list[WireCall]] = defaultdict(list)
    for call in cluster.wire:
        if order := told.commands.get(call.command_id):
            cap = getattr(order.caps, who)
            if cap is not None:
                found[getattr(order, f"{who}_id"), cap].append(call)
    for (_, cap), calls in found.items():
        yield cap, calls


def agi_watched(cluster: Cluster, told: Told) -> Iterator[str]:
    """I9: 3 s after the last word of agi nothing is sent out any more."""
    for from_s, until_s in cluster.agi_gone:
        for call in cluster.wire:
            if from_s + 3.0 + HEARD_LATE_S < call.invited_s - call.slow_s < until_s:
                yield f"{call.command_id} was sent out {call.invited_s - from_s:.3f} s after agi fell silent"


__all__ = ["Told", "violations"]
