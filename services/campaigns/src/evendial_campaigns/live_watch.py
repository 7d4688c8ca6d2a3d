"""What the feeds of one campaign share: its newest facts and its progress, ready to be sent."""

import asyncio
from collections import deque
from collections.abc import Iterable
from uuid import UUID

import msgspec

from evendial_campaigns.record import AFTER_ALL, Place

KEPT = 500
"""Facts that are held for the feeds; one that is further behind reads them from the record."""


class Frame(msgspec.Struct, frozen=True):
    """A fact as it is sent."""

    place: Place
    data: bytes


class Watch:
    """The newest facts of a campaign; every fact behind `since` is among them."""

    def __init__(self, campaign_id: UUID) -> None:
        self.campaign_id = campaign_id
        self.feeds = 0
        self.since = AFTER_ALL
        self.progress: bytes | None = None
        self.progress_no = 0
        self.stirred = asyncio.Event()
        self._frames: deque[Frame] = deque()
        self._changed = asyncio.Event()

    def begin(self, place: Place) -> None:
        """From here on every fact will be added."""
        if self.since == AFTER_ALL:
            self.since = place

    def add(self, frames: Iterable[Frame]) -> None:
        """The next facts, in order."""
        for frame in frames:
            self._frames.append(frame)
            if len(self._frames) > KEPT:
                self.since = self._frames.popleft().place
        self.stirred.set()
        self.wake()

    def report(self, progress: bytes) -> None:
        """How far the campaign is by now."""
        self.progress, self.progress_no = progress, self.progress_no + 1
        self.wake()

    def behind(self, place: Place) -> list[Frame] | None:
        """The facts behind a place; None if they are not held any more."""
        if place < self.since:
            return None
        return [frame for frame in self._frames if frame.place > place]

    def wake(self) -> None:
        """Lets every feed look."""
        self._changed.set()
        self._changed = asyncio.Event()

    @property
    def changed(self) -> asyncio.Event:
        """Set by the next change; taken before looking, so that none is missed before waiting."""
        return self._changed
