"""Ends what nobody will tell us the end of: after a start, after each lost link, and by time."""

import asyncio
import logging

from evendial_chassis.clock import HOST_CLOCK, Clock
from evendial_chassis.database import TRANSIENT
from evendial_chassis.run import Stop

from evendial_originator.asterisk import Asterisk
from evendial_originator.core.facts import Fact, LinkUp, Vanished
from evendial_originator.core.originate import channel_id
from evendial_originator.ledger import Ledger, LiveAttempt
from evendial_originator.tracker import Tracker

logger = logging.getLogger(__name__)

SECOND_LOOK_S = 5.0
"""Asterisk may take so long to show the channel of an originate that it has accepted."""
SWEEP_EVERY_S = 10.0


class Reconcile:
    """Compares the ledger's live attempts with the channels that Asterisk has."""

    def __init__(
        self,
        *,
        asterisk: Asterisk,
        ledger: Ledger,
        tracker: Tracker,
        second_look_s: float = SECOND_LOOK_S,
        sweep_every_s: float = SWEEP_EVERY_S,
        clock: Clock = HOST_CLOCK,
    ) -> None:
        self._asterisk = asterisk
        self._ledger = ledger
        self._tracker = tracker
        self._second_look_s = second_look_s
        self._sweep_every_s = sweep_every_s
        self._clock = clock
        self._wanted = asyncio.Event()

    def hear(self, fact: Fact) -> None:
        """A new link asks for a comparison."""
        if isinstance(fact, LinkUp):
            self._wanted.set()

    async def run(self, stop: Stop) -> None:
        """Until told to stop. What fails for a reason that passes is done again."""
        while not await self._wait(stop):
            try:
                await self._compare(stop)
                await self._sweep()
            except TRANSIENT as error:
                if self._asterisk.trouble():
                    self._wanted.clear()  # the next link asks again
                extra = {"action": "waiting", "part": "reconcile", "reason": repr(error)}
                logger.warning("not reconciled", extra=extra)
                await stop.pause(1.0)

    async def _wait(self, stop: Stop) -> bool:
        """Until a comparison is wanted or a sweep is due; true once the process is to end."""
        either = [asyncio.ensure_future(self._wanted.wait()), asyncio.ensure_future(stop.wait())]
        await asyncio.wait(either, timeout=self._sweep_every_s, return_when=asyncio.FIRST_COMPLETED)
        for each in either:
            each.cancel()
        return stop.requested

    async def _compare(self, stop: Stop) -> None:
        """Looks until every attempt in doubt has been seen, or was absent in two looks in a row."""
        absent: set[str] = set()
        while self._wanted.is_set():
            now_absent = await self._look()
            for channel in sorted(absent & now_absent):
                self._vanished(channel)
            absent = now_absent - absent
            if not absent:
                self._wanted.clear()
            elif await stop.pause(self._second_look_s):
                return

    async def _look(self) -> set[str]:
        """Adopts what is in doubt, tells the tracker what Asterisk shows, returns what it does not show."""
        doubted = self._tracker.doubted()
        live = await self._ledger.live()
        self._tracker.forget(doubted - {_channel(each) for each in live})
        for each in live:
            self._tracker.adopt(each)
        seen = await self._asterisk.channels()
        for sighting in seen:
            self._tracker.hear(sighting)
        gone = self._tracker.doubted() - {sighting.channel_id for sighting in seen}
        over = {_channel(each) for each in live if each.boot_id != self._asterisk.boot_id} & gone
        for channel in sorted(over):  # their Asterisk has been started again since
            self._vanished(channel)
        return gone - over

    async def _sweep(self) -> None:
        for each in await self._ledger.forgotten():
            self._tracker.adopt(each)
            self._vanished(_channel(each))

    def _vanished(self, channel: str) -> None:
        self._tracker.hear(Vanished(channel_id=channel, at=self._clock.now()))


def _channel(live: LiveAttempt) -> str:
    return channel_id(live.attempt.command_id)
