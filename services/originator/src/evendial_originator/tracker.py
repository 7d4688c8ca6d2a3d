"""Follows every call from its originate to its one outcome."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from evendial_chassis.bus import Bus, NotPublished
from evendial_chassis.clock import HOST_CLOCK, Clock
from evendial_chassis.outbox import Relay
from evendial_contracts.calls import CallAnswered, CallOriginated

from evendial_originator import metrics
from evendial_originator.asterisk import Asterisk, Lost, Reply
from evendial_originator.background import Background
from evendial_originator.core.attempt import Attempt, call_answered, call_originated, fact_id
from evendial_originator.core.call import (
    Call,
    Ended,
    evolve,
    hangup_asked,
    missed,
    originated_at,
    verdict,
)
from evendial_originator.core.doubt import doubtful
from evendial_originator.core.facts import (
    Answered,
    CallFact,
    Fact,
    Left,
    LinkDown,
    LinkUp,
    ShuttingDown,
)
from evendial_originator.core.limits import look_again_at, overrun
from evendial_originator.core.originate import channel_id
from evendial_originator.core.silence import unserved, unserved_at
from evendial_originator.hangups import HangUps
from evendial_originator.ledger import Ledger, LiveAttempt
from evendial_originator.persistently import persistently

logger = logging.getLogger(__name__)


LOOK_AGAIN_S = 5.0
"""No call is left alone for longer: what it waits for is told by a clock that may be set in the meantime."""

HearEnd = Callable[[Attempt, Ended], None]
ENDED_KEPT = 5000
"""The calls that ended last: what is still said of them is news to nobody."""


class Tracked(msgspec.Struct):
    """One call in progress. `ending`: its outcome is known and on its way into the ledger."""

    attempt: Attempt
    call: Call
    looking: asyncio.TimerHandle | None = None
    ending: bool = False


class Tracker:
    """All calls of this process, by channel id. Only the ledger decides which outcome stands."""

    def __init__(
        self,
        *,
        asterisk: Asterisk,
        ledger: Ledger,
        bus: Bus,
        relay: Relay,
        hear_end: HearEnd = lambda attempt, ended: None,
        clock: Clock = HOST_CLOCK,
    ) -> None:
        self._ledger = ledger
        self._bus = bus
        self._relay = relay
        self._hear_end = hear_end
        self._clock = clock
        self._tracked: dict[str, Tracked] = {}
        self._background = Background()
        self._hang_ups = HangUps(asterisk, self.hear, clock)
        self._empty = asyncio.Event()
        self._ended: dict[UUID, None] = {}

    def begin(self, attempt: Attempt, sent_at: datetime, reply: Coroutine[Any, Any, Reply]) -> None:
        """Follows a call whose originate has just been written."""
        self._track(attempt, _call(attempt, sent_at))
        self._background.start(self._hear_reply(reply))

    def adopt(self, live: LiveAttempt) -> None:
        """Follows a call that another process, or this one before the link was lost, has originated.

        Of one that it follows already it takes what others have noted in the ledger.
        """
        channel = channel_id(live.attempt.command_id)
        if channel not in self._tracked:
            call = _call(live.attempt, live.attempt.slot_at)
            self._track(live.attempt, msgspec.structs.replace(call, gap=True, answered_at=live.answered_at))
        if live.answered_at:
            self.hear(Answered(channel_id=channel, at=live.answered_at))
        if live.left_at:
            self.hear(Left(channel_id=channel, at=live.left_at))

    @property
    def followed(self) -> set[UUID]:
        """The commands whose calls are followed."""
        return {each.attempt.command_id for each in self._tracked.values()}

    def knows(self, command_id: UUID) -> bool:
        """Whether the call of that command is followed here, or was lately."""
        return channel_id(command_id) in self._tracked or command_id in self._ended

    def slots_of(self, channels: Iterable[str]) -> dict[str, datetime]:
        """When those calls were due; without those that are not followed any more."""
        return {each: self._tracked[each].attempt.slot_at for each in channels if each in self._tracked}

    def doubted(self) -> set[str]:
        """The channels that Asterisk is to be asked for."""
        now = self._clock.now()
        return {
            channel for channel, each in self._tracked.items() if not each.ending and doubtful(each.call, now)
        }

    def forget(self, channels: set[str]) -> None:
        """Stops following calls that somebody else has ended."""
        for channel in channels:
            tracked = self._tracked.pop(channel, None)
            if tracked and tracked.looking:
                tracked.looking.cancel()

    def hear(self, fact: Fact) -> None:
        """One fact, in any order; what it changes is settled and said in the background."""
        match fact:
            case LinkDown():
                for each in self._tracked.values():
                    each.call = missed(each.call)
            case LinkUp() | ShuttingDown():
                pass
            case _:
                tracked = self._tracked.get(fact.channel_id)
                if tracked and not tracked.ending:
                    self._apply(tracked, fact)

    async def settle_down(self, within_s: float) -> None:
        """Waits a moment for calls to end: those that do are not left in doubt."""
        self._empty.clear()
        if self._tracked:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), within_s)

    async def finish(self, within_s: float) -> None:
        """Waits for outcomes on their way into the ledger. Calls in progress are left to the next process."""
        for each in self._tracked.values():
            if each.looking:
                each.looking.cancel()
        await self._background.finish(within_s)

    def _track(self, attempt: Attempt, call: Call) -> None:
        tracked = Tracked(attempt, call)
        self._tracked[channel_id(attempt.command_id)] = tracked
        self._look(tracked)

    def _apply(self, tracked: Tracked, fact: CallFact) -> None:
        before, tracked.call = tracked.call, evolve(tracked.call, fact)
        after, attempt = tracked.call, tracked.attempt
        if after.created_at and not before.created_at:
            metrics.slot_error.observe((after.created_at - attempt.slot_at).total_seconds())
        if (at := originated_at(after)) and not originated_at(before):
            self._background.start(self._say(call_originated(attempt, at)))
        if after.answered_at and not before.answered_at:
            self._background.start(self._say(call_answered(attempt, after.answered_at)))
            self._background.start(self._remember_answer(attempt, after.answered_at))
        self._look(tracked)

    def _look(self, tracked: Tracked) -> None:
        if tracked.looking:
            tracked.looking.cancel()
            tracked.looking = None
        now = self._clock.now()
        if ended := verdict(tracked.call, now):
            tracked.ending = True
            self._hear_end(tracked.attempt, ended)
            self._background.start(self._settle(tracked, ended))
            return
        channel = channel_id(tracked.attempt.command_id)
        if cause := overrun(tracked.call, now):
            tracked.call = hangup_asked(tracked.call, now)
            self._background.start(self._hang_ups.hang_up(channel, cause))
        elif unserved(tracked.call, now):
            tracked.call = hangup_asked(tracked.call, now)
            self._background.start(self._hang_ups.hang_up_unless_served(channel))
        if moments := [at for at in (look_again_at(tracked.call), unserved_at(tracked.call)) if at]:
            delay_s = min(max(0.01, (min(moments) - now).total_seconds()), LOOK_AGAIN_S)
            tracked.looking = asyncio.get_running_loop().call_later(delay_s, self._look, tracked)

    async def _hear_reply(self, reply: Coroutine[Any, Any, Reply]) -> None:
        heard = await reply
        if not isinstance(heard, Lost):
            self.hear(heard)

    async def _settle(self, tracked: Tracked, ended: Ended) -> None:
        attempt = tracked.attempt
        first = await persistently("settle", lambda: self._ledger.settle(attempt, ended))
        self._relay.wake()
        self._tracked.pop(channel_id(attempt.command_id), None)
        if not self._tracked:
            self._empty.set()
        self._ended[attempt.command_id] = None
        if len(self._ended) > ENDED_KEPT:
            self._ended.pop(next(iter(self._ended)))
        if first:
            metrics.ended.labels(ended.disposition.value).inc()
        extra = {
            "action": "call_ended" if first else "outcome_known",
            "command_id": attempt.command_id,
            "disposition": ended.disposition.value,
            "cause": ended.hangup_cause,
        }
        logger.info("call ended", extra=extra)

    async def _remember_answer(self, attempt: Attempt, at: datetime) -> None:
        await persistently("answered", lambda: self._ledger.answered(attempt, at))

    async def _say(self, fact: CallOriginated | CallAnswered) -> None:
        try:
            await self._bus.publish(fact, id=fact_id(fact))
        except NotPublished:
            logger.warning("not said", extra={"action": "not_published", "command_id": fact.command_id})


def _call(attempt: Attempt, sent_at: datetime) -> Call:
    return Call(sent_at=sent_at, ring_timeout_s=attempt.ring_timeout_s, max_call_s=attempt.max_call_s)
