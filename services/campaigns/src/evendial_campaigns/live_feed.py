"""Live feeds: every fact of a campaign as it is recorded, to whoever watches; nothing lost, nothing twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.database import TRANSIENT

from evendial_campaigns import live_store
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.live_reader import LiveReader, frames_of
from evendial_campaigns.live_watch import Frame, Watch
from evendial_campaigns.record import AFTER_ALL, Place
from evendial_campaigns.schemas.live import HEARTBEAT, End, closing, opening

FEEDS_OF_USER_MAX = 10
FEEDS_MAX = 200
HEARTBEAT_S = 15.0
CHECK_S = 2.0
"""So long a feed goes on at most after its key, its session or its campaign is gone."""
PAGE = 200
"""Facts that are read from the record at one go for a feed that is behind."""


class Viewer(msgspec.Struct, frozen=True):
    """Who watches; `allowed` tells whether they still may."""

    user_id: UUID
    campaign_id: UUID
    allowed: Callable[[], Awaitable[bool]]


class LiveFeeds:
    """All feeds of this process. A feed holds no connection and, being slow, no more than one page."""

    def __init__(self, pool: asyncpg.Pool, reader: LiveReader) -> None:
        self._pool = pool
        self._reader = reader
        self._seats: Counter[UUID] = Counter()

    async def open(self, viewer: Viewer, last: Place | None) -> AsyncIterator[bytes]:
        """The feed of a campaign behind the last fact that the viewer has; they sit on a seat meanwhile."""
        ends = await live_store.ends(self._pool)
        lost = last is not None and last > ends.beyond
        place = ends.settled if last is None or lost else last
        return self._frames(viewer, place, lost=lost)

    @contextmanager
    def seat(self, user_id: UUID) -> Iterator[None]:
        """A place for one feed until the block is left; raises `Rejected` when none is free."""
        if self._seats[user_id] >= FEEDS_OF_USER_MAX:
            raise Rejected("too_many_feeds", f"{FEEDS_OF_USER_MAX} live feeds at once are open already.")
        if self._seats.total() >= FEEDS_MAX or self._reader.over:
            raise Rejected("no_feed_free", "No live feed is free just now. Try again.")
        self._seats[user_id] += 1
        try:
            yield
        finally:
            self._seats[user_id] -= 1
            self._seats += Counter()  # forgets who has none

    async def _frames(self, viewer: Viewer, place: Place, *, lost: bool) -> AsyncIterator[bytes]:
        with self._reader.watching(viewer.campaign_id) as watch:
            yield opening(place, lost=lost)
            async for chunk in self._follow(viewer, watch, place):
                yield chunk

    async def _follow(self, viewer: Viewer, watch: Watch, place: Place) -> AsyncIterator[bytes]:
        clock = asyncio.get_running_loop().time
        shown, said_at, checked_at = 0, clock(), clock()
        while not self._reader.over:
            changed = watch.changed
            frames, place = await self._behind(watch, place)
            for frame in frames:
                yield frame.data
            if watch.progress is not None and watch.progress_no > shown:
                shown = watch.progress_no
                yield watch.progress
                said_at = clock()
            if clock() - checked_at >= CHECK_S:
                if not await self._still_allowed(viewer):
                    yield closing(End.GONE)
                    return
                checked_at = clock()
            if frames:
                said_at = clock()
                continue
            if clock() - said_at >= HEARTBEAT_S:
                said_at = clock()
                yield HEARTBEAT
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), CHECK_S)
        yield closing(End.SHUTDOWN)

    async def _behind(self, watch: Watch, place: Place) -> tuple[list[Frame], Place]:
        """The next facts behind a place, and the place behind which to look then."""
        since = watch.since
        held = watch.behind(place)
        if held is not None:
            return held, held[-1].place if held else place
        try:
            facts = await live_store.of_campaign(self._pool, watch.campaign_id, place, PAGE)
            frames = await frames_of(self._pool, facts)
        except TRANSIENT:
            return [], place
        if frames:
            return frames, frames[-1].place
        return [], place if since == AFTER_ALL else max(place, since)

    async def _still_allowed(self, viewer: Viewer) -> bool:
        try:
            return await viewer.allowed()
        except TRANSIENT:
            return True
