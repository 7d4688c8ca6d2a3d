"""A scheduler's and some originators' decisions about one trunk, in virtual time: their own cores, no I/O."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from uuid import UUID

from evendial_contracts.calls import CallEnded, Disposition
from evendial_contracts.trunks import TrunkFailing, TrunkTrouble
from evendial_originator.core import tripwire
from evendial_originator.core.call import Ended
from evendial_scheduler.core import breaker
from evendial_scheduler.core.breaker import Health
from evendial_scheduler.core.instants import instant, micros
from evendial_scheduler.core.limits import Binding, Ceiling, Limit
from evendial_scheduler.core.pacing import Line, Pace, trunk_gap_us
from evendial_scheduler.core.plan import plan
from evendial_scheduler.core.roster import as_healthy
from msgspec.structs import replace

from tests.unit.scheduler.makers import CAMPAIGN, DEVICE, NOON, OWNER, TRUNK, ended, seconds, trunk

BUS_S = 0.02
REFUSED_S = 0.05
RINGS_S = 1.5
TALKS_S = 30.0
TICK_S = 1.0
LEAD_S = 0.05

Fails = Callable[[datetime], bool]


class DeadTrunk:
    """Calls at the set rate through a trunk that fails them at times; `sent` are the slots of originates."""

    def __init__(self, rate: int, originators: int, fails: Fails) -> None:
        self._rate = rate
        self._fails = fails
        self._events: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = count()
        self._wires = [tripwire.ordered(None, 0, NOON) for _ in range(originators)]
        self._slots: tuple[int, ...] = ()
        self.health = Health()
        self.sent: list[datetime] = []
        self.used_up: list[datetime] = []

    def run(self, span_s: float) -> None:
        """So long from noon on."""
        self._at(NOON, self._tick)
        until = NOON + seconds(span_s)
        while self._events and self._events[0][0] < until:
            now, _, happen = heappop(self._events)
            happen(now)

    def sent_between(self, after_s: float, before_s: float) -> int:
        """How many originates had their slot in that time."""
        return sum(NOON + seconds(after_s) <= slot < NOON + seconds(before_s) for slot in self.sent)

    def _at(self, when: datetime, happen: Callable[[datetime], None]) -> None:
        heappush(self._events, (when, next(self._order), happen))

    def _tick(self, now: datetime) -> None:
        self._plan(now)
        self._at(now + seconds(TICK_S), self._tick)

    def _plan(self, now: datetime) -> None:
        self.health = breaker.recovered(self.health, self._rate, now)
        given = as_healthy(trunk(cps=self._rate), self.health, now)
        bound = Binding(limit=Limit.TRUNK_RATE)
        gap_us = trunk_gap_us(given.calls_per_second)
        line = Line(trunk_id=TRUNK, gap_us=gap_us, taken_us=self._slots, bound=bound)
        room = {} if given.room is None else {TRUNK: Ceiling(limit=Limit.BREAKER, most=given.room)}
        slots = plan([self._pace(now)], [line], room, micros(now + seconds(2 * TICK_S))).slots
        for slot in slots:
            command, at = UUID(int=next(self._order)), instant(slot.at_us)
            if given.room is not None:
                self.health = breaker.trying(self.health, command, at, 30)
            self._at(at, lambda when, c=command, e=given.epoch: self._slot(when, c, e))  # type: ignore[misc]
        self._slots = (*self._slots, *(slot.at_us for slot in slots))[-200:]

    def _pace(self, now: datetime) -> Pace:
        return Pace(
            campaign_id=CAMPAIGN,
            owner_id=OWNER,
            device_id=DEVICE,
            trunk_id=TRUNK,
            gap_us=trunk_gap_us(self._rate),
            last_us=self._slots[-1] if self._slots else None,
            opens_us=micros(now + seconds(LEAD_S)),
            closes_us=None,
        )

    def _slot(self, now: datetime, command: UUID, epoch: int) -> None:
        who = len(self.sent) % len(self._wires)
        wire = tripwire.ordered(self._wires[who], epoch, now)
        self._wires[who] = wire
        if tripwire.refuses(wire, epoch, now):
            self._at(now + seconds(BUS_S), lambda _: self._voided(command))
            return
        self.sent.append(now)
        number, self._wires[who] = wire.placed, tripwire.placed(wire)
        call = replace(ended(Disposition.ANSWERED), command_id=command, slot_at=now)
        if self._fails(now):
            self._at(now + seconds(REFUSED_S), lambda when: self._failed(when, who, number, call))
        else:
            self.used_up.append(now)
            self._at(now + seconds(RINGS_S + BUS_S), lambda when: self._carried(when, command))
            self._at(now + seconds(TALKS_S), lambda when: self._hear(when, call))

    def _failed(self, now: datetime, who: int, number: int, call: CallEnded) -> None:
        end = Ended(disposition=Disposition.CONGESTION, ended_at=now)
        wire = tripwire.after_call(self._wires[who], number, end)
        if what := tripwire.trouble(wire):
            wire = tripwire.told(wire, what, now)
            alarm = TrunkFailing(trunk_id=TRUNK, trunk_epoch=wire.epoch, reason=what, failing_at=now)
            self._at(now + seconds(BUS_S), lambda when: self._alarm(when, alarm))
        self._wires[who] = wire
        failure = replace(call, disposition=end.disposition, ended_at=now)
        self._at(now + seconds(BUS_S), lambda when: self._hear(when, failure))

    def _hear(self, now: datetime, call: CallEnded) -> None:
        self.health = breaker.after_call(self.health, call, self._rate, now)

    def _alarm(self, now: datetime, alarm: TrunkFailing) -> None:
        self.health = breaker.after_alarm(self.health, alarm, self._rate, now)
        if alarm.reason is not TrunkTrouble.CONGESTED:
            self._wires = [tripwire.refused(wire, alarm.trunk_epoch, now) for wire in self._wires]

    def _carried(self, now: datetime, command: UUID) -> None:
        self.health = breaker.after_carried(self.health, command, self._rate, now)

    def _voided(self, command: UUID) -> None:
        self.health = breaker.after_void(self.health, command)
