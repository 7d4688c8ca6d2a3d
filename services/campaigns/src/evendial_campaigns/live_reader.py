"""The one loop that reads the record on for all feeds, and counts the progress of what is watched."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import asyncpg
from evendial_chassis.database import TRANSIENT
from evendial_chassis.run import Stop

from evendial_campaigns import campaign_store, live_store, timeline_store
from evendial_campaigns.bell import Bell
from evendial_campaigns.event_store import campaign_stream
from evendial_campaigns.live_watch import Frame, Watch
from evendial_campaigns.progress_store import ProgressReader
from evendial_campaigns.record import Place, Recorded
from evendial_campaigns.schemas.live import fact_frame, progress_frame
from evendial_campaigns.schemas.timeline import whose

logger = logging.getLogger(__name__)

STEP = 500
PAUSE_S = 0.03
"""Between two looks at the record: what comes meanwhile is read at one go."""
SAFETY_POLL_S = 0.25
"""A fact may have to wait for an older transaction, and nobody tells when that ends."""
IDLE_S = 60.0
PROGRESS_S = 1.0
COUNTING_SHARE = 10
"""Counting may take a tenth of the time at most."""


class LiveReader:
    """Watches campaigns while somebody wants to know."""

    def __init__(self, pool: asyncpg.Pool, progress: ProgressReader) -> None:
        self.bell = Bell()
        self.over = False
        self._pool = pool
        self._progress = progress
        self._watches: dict[UUID, Watch] = {}
        self._counting: dict[UUID, asyncio.Task[None]] = {}
        self._place: Place | None = None

    @contextmanager
    def watching(self, campaign_id: UUID) -> Iterator[Watch]:
        """What is new in a campaign, shared by all who watch it."""
        watch = self._watches.get(campaign_id) or self._begin(campaign_id)
        watch.feeds += 1
        try:
            yield watch
        finally:
            watch.feeds -= 1
            if not watch.feeds:
                del self._watches[campaign_id]
                self._counting.pop(campaign_id).cancel()

    async def run(self, stop: Stop) -> None:
        """Until told to stop; then every feed ends at once."""
        while not stop.requested:
            try:
                behind = await self._read_on()
            except TRANSIENT as error:
                logger.debug("waiting", extra={"action": "waiting", "part": "live", "reason": repr(error)})
                behind = False
            if behind:
                continue
            await stop.pause(PAUSE_S)
            await self.bell.wait(stop, SAFETY_POLL_S if self._watches else IDLE_S)
        self.over = True
        for watch in self._watches.values():
            watch.wake()

    def _begin(self, campaign_id: UUID) -> Watch:
        watch = self._watches[campaign_id] = Watch(campaign_id)
        self._counting[campaign_id] = asyncio.create_task(self._count(watch))
        self.bell.ring()
        return watch

    async def _read_on(self) -> bool:
        """Takes the next step; true when there is more."""
        watches = dict(self._watches)
        if not watches:
            self._place = None
            return False
        place = self._place or (await live_store.ends(self._pool)).settled
        self._place = place
        for watch in watches.values():
            watch.begin(place)
        step = await live_store.step(self._pool, place, list(watches), STEP)
        facts: dict[str, list[Recorded]] = defaultdict(list)
        for stream, fact in step.facts:
            facts[stream].append(fact)
        frames = {stream: await frames_of(self._pool, told) for stream, told in facts.items()}
        for watch in watches.values():
            if told := frames.get(campaign_stream(watch.campaign_id)):
                watch.add(told)
        self._place = step.place
        return step.full

    async def _count(self, watch: Watch) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            watch.stirred.clear()
            began = clock()
            try:
                await self._report(watch)
            except TRANSIENT as error:
                logger.debug("waiting", extra={"action": "waiting", "part": "live", "reason": repr(error)})
                watch.stirred.set()
            await asyncio.sleep(max(PROGRESS_S, COUNTING_SHARE * (clock() - began)))
            await watch.stirred.wait()

    async def _report(self, watch: Watch) -> None:
        kept = await campaign_store.find(self._pool, watch.campaign_id, None)
        if kept is not None:
            progress = await self._progress.read(kept.campaign)
            watch.report(progress_frame(kept.campaign, progress))


async def frames_of(pool: asyncpg.Pool, facts: Sequence[Recorded]) -> list[Frame]:
    """The facts as they are sent."""
    names = await timeline_store.names(pool, {by for each in facts if (by := whose(each))})
    return [Frame(each.place, fact_frame(each, names)) for each in facts]
