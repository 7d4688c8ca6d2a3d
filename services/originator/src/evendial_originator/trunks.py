"""What this originator sees of its trunks: it refuses calls for one that fails them, and says so."""

import logging
from typing import NamedTuple
from uuid import UUID

import msgspec
from evendial_chassis.bus import Bus, NotPublished
from evendial_chassis.clock import HOST_CLOCK, Clock
from evendial_contracts.subjects import events_of
from evendial_contracts.trunks import TrunkCarried, TrunkFailing, TrunkTrouble

from evendial_originator.background import Background
from evendial_originator.core import tripwire
from evendial_originator.core.attempt import Attempt
from evendial_originator.core.call import Ended
from evendial_originator.core.facts import Answered, Fact, LinkDown, Ringing
from evendial_originator.core.originate import channel_id
from evendial_originator.core.tripwire import Tripwire

logger = logging.getLogger(__name__)

FINISH_S = 1.0
SAY_AGAIN_S = 1.0


class Through(msgspec.Struct, frozen=True, kw_only=True):
    """Which trunk a call goes through, in which of its epochs, and whether it is the one that tries it."""

    trunk_id: UUID
    trunk_epoch: int
    trial: bool


class Placed(NamedTuple):
    """A call in progress: which one of its trunk's it is, and the command of a trial."""

    number: int
    trunk_id: UUID
    trial: UUID | None


class Alarm(NamedTuple):
    """What was said of a trunk, and when by the monotonic clock."""

    fact: TrunkFailing
    at: float


class Trunks:
    """The tripwire of each trunk, by all calls that this process has placed."""

    def __init__(self, bus: Bus, clock: Clock = HOST_CLOCK) -> None:
        self._bus = bus
        self._clock = clock
        self._wires: dict[UUID, Tripwire] = {}
        self._calls: dict[str, Placed] = {}
        self._alarms: dict[UUID, Alarm] = {}
        self._background = Background()

    async def listen(self) -> None:
        """Hears from now on what other originators see."""
        for subject in events_of(TrunkFailing):
            await self._bus.listen(subject, TrunkFailing, self._hear_other)

    def refuse(self, through: Through) -> bool:
        """Whether a call must not be placed: the breaker of its trunk is open, or will be in a moment."""
        now = self._clock.now()
        wire = tripwire.ordered(self._wires.get(through.trunk_id), through.trunk_epoch, now)
        self._wires[through.trunk_id] = wire
        if not tripwire.refuses(wire, through.trunk_epoch, now):
            return False
        alarm = self._alarms.get(through.trunk_id)
        if alarm and self._clock.monotonic() - alarm.at > SAY_AGAIN_S:
            self._raise(alarm.fact)
        return True

    def placed(self, attempt: Attempt, through: Through) -> None:
        """Its originate has been written; what becomes of it tells something of its trunk."""
        wire = self._wires[through.trunk_id]
        trial = attempt.command_id if through.trial else None
        self._calls[channel_id(attempt.command_id)] = Placed(wire.placed, through.trunk_id, trial)
        self._wires[through.trunk_id] = tripwire.placed(wire)

    def hear(self, fact: Fact) -> None:
        """A trial proves its trunk as soon as it rings. Without a link calls prove nothing."""
        match fact:
            case Ringing() | Answered():
                call = self._calls.get(fact.channel_id)
                if call and call.trial:
                    self._calls[fact.channel_id] = call._replace(trial=None)
                    self._carried(call.trunk_id, call.trial)
            case LinkDown():
                self._calls.clear()
            case _:
                pass

    def ended(self, attempt: Attempt, ended: Ended) -> None:
        """A call has ended."""
        call = self._calls.pop(channel_id(attempt.command_id), None)
        if call is None:
            return
        wire = tripwire.after_call(self._wires[attempt.trunk_id], call.number, ended)
        if what := tripwire.trouble(wire):
            now = self._clock.now()
            wire = tripwire.told(wire, what, now)
            self._raise(
                TrunkFailing(trunk_id=attempt.trunk_id, trunk_epoch=wire.epoch, reason=what, failing_at=now)
            )
        self._wires[attempt.trunk_id] = wire

    async def finish(self) -> None:
        """Waits for what is on its way to the bus."""
        await self._background.finish(FINISH_S)

    async def _hear_other(self, alarm: TrunkFailing) -> None:
        wire = self._wires.get(alarm.trunk_id)
        if wire and alarm.reason is not TrunkTrouble.CONGESTED:
            now = self._clock.now()
            self._wires[alarm.trunk_id] = tripwire.refused(wire, alarm.trunk_epoch, now)

    def _raise(self, alarm: TrunkFailing) -> None:
        """Said again while commands of that epoch still come: perhaps nobody has heard it."""
        self._alarms[alarm.trunk_id] = Alarm(alarm, self._clock.monotonic())
        extra = {"action": "trunk_failing", "trunk_id": alarm.trunk_id, "reason": alarm.reason.value}
        logger.warning("trunk failing", extra=extra)
        self._background.start(self._say(alarm))

    def _carried(self, trunk_id: UUID, command_id: UUID) -> None:
        fact = TrunkCarried(trunk_id=trunk_id, command_id=command_id, carried_at=self._clock.now())
        self._background.start(self._say(fact))

    async def _say(self, fact: TrunkCarried | TrunkFailing) -> None:
        try:
            await self._bus.publish(fact)
        except NotPublished:
            logger.warning("not said", extra={"action": "not_published", "trunk_id": fact.trunk_id})
