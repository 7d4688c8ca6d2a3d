"""Ends what nobody will tell us the end of: after a start, a lost link, silence, and by time."""

import asyncio
import logging

from evendial_chassis.clock import HOST_CLOCK, Clock
from evendial_chassis.database import TRANSIENT
from evendial_chassis.run import Stop

from evendial_originator.asterisk import Asterisk
from evendial_originator.core.doubt import HEARD_WITHIN
from evendial_originator.core.facts import Fact, LinkUp, Vanished
from evendial_originator.core.originate import channel_id
from evendial_originator.ledger import Ledger, LiveAttempt
from evendial_originator.tracker import Tracker
from evendial_originator.witness_table import WitnessTable
from evendial_originator.witnesses import Witnesses

logger = logging.getLogger(__name__)

SECOND_LOOK_S = 5.0
"""Asterisk may take so long to show the channel of an originate that it has accepted."""
SWEEP_EVERY_S = 5.0


class Reconcile:
    """Compares the ledger's live attempts with the channels that Asterisk has, then asks the witnesses."""

    def __init__(
        self,
        *,
        asterisk: Asterisk,
        ledger: Ledger,
        table: WitnessTable,
        tracker: Tracker,
        witnesses: Witnesses,
        second_look_s: float = SECOND_LOOK_S,
        sweep_every_s: float = SWEEP_EVERY_S,
        clock: Clock = HOST_CLOCK,
    ) -> None:
        self._asterisk = asterisk
        self._ledger = ledger
        self._table = table
        self._tracker = tracker
        self._witnesses = witnesses
        self._second_look_s = second_look_s
        self._sweep_every_s = sweep_every_s
        self._clock = clock
        self._wanted = asyncio.Event()

    def want(self) -> None:
        """Asks for a comparison."""
        self._wanted.set()

    def hear(self, fact: Fact) -> None:
        """A new link asks for a comparison."""
        if isinstance(fact, LinkUp):
            self.want()

    async def run(self, stop: Stop) -> None:
        """Until told to stop. What fails for a reason that passes is done again."""
        while not await self._wait(stop):
            try:
                await self._look_for_doubt()
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

    async def _look_for_doubt(self) -> None:
        """A call of which nothing was heard, or that was claimed by a process that is no more."""
        if self._asterisk.trouble() or self._wanted.is_set():
            return
        long_ago = self._clock.now() - HEARD_WITHIN
        if self._tracker.doubted() or await self._table.unfollowed(self._tracker.followed, long_ago):
            self._wanted.set()

    async def _compare(self, stop: Stop) -> None:
        """Looks until every attempt in doubt has been seen, or was absent in two looks in a row."""
        absent: set[str] = set()
        while self._wanted.is_set():
            now_absent = await self._look()
            await self._part_with(absent & now_absent)
            absent = now_absent - absent
            if not absent:
                self._wanted.clear()
            elif await stop.pause(self._second_look_s):
                return

    async def _look(self) -> set[str]:
        """Adopts what is in doubt, tells the tracker what Asterisk shows, returns what it does not show."""
        doubted = self._tracker.doubted()
        live = await self._adopt()
        self._tracker.forget(doubted - live.keys())
        seen = await self._asterisk.channels()
        for sighting in seen:
            self._tracker.hear(sighting)
        gone = self._tracker.doubted() - {sighting.channel_id for sighting in seen}
        boot_id = self._asterisk.boot_id
        over = {channel for channel in gone & live.keys() if live[channel].boot_id != boot_id}
        await self._part_with(over)  # their Asterisk has been started again since
        return gone - over

    async def _adopt(self) -> dict[str, LiveAttempt]:
        live = await self._ledger.live()
        for each in live:
            self._tracker.adopt(each)
        return {_channel(each): each for each in live}

    async def _part_with(self, gone: set[str]) -> None:
        """What the witnesses know of calls that Asterisk does not have any more, else that they vanished."""
        if not gone:
            return
        await self._witnesses.heard_out()
        await self._adopt()
        for record in await self._witnesses.records(self._tracker.slots_of(gone)):
            self._tracker.hear(record)
        for channel in sorted(gone):
            self._vanished(channel)

    async def _sweep(self) -> None:
        for each in await self._ledger.forgotten():
            self._tracker.adopt(each)
            self._vanished(_channel(each))

    def _vanished(self, channel: str) -> None:
        self._tracker.hear(Vanished(channel_id=channel, at=self._clock.now()))


def _channel(live: LiveAttempt) -> str:
    return channel_id(live.attempt.command_id)
