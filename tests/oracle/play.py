"""A run: the real scheduler, people and callees, under virtual time; its log is all that comes of it."""

from bisect import bisect_left
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from heapq import heappop, heappush
from itertools import count
from random import Random
from uuid import UUID

from evendial_contracts.campaigns import CampaignExhausted
from evendial_contracts.dialing import DialNumber, VoidReason
from evendial_contracts.message import Message
from evendial_contracts.numbers import NumbersChunk
from evendial_scheduler.core.room import System
from evendial_scheduler.core.state import State

from tests.oracle.callees import end_of, news_takes_us, voided
from tests.oracle.hours import NEVER, Hours, goes_by_place
from tests.oracle.log import HOUR_US, MINUTE_US, Log, micros
from tests.oracle.people import People
from tests.oracle.places import Zones
from tests.oracle.scene import CAMPAIGNS, scene
from tests.oracle.scheduler import Scheduler
from tests.sim.number_tables import CALLABLE

BATCH = 200
"""As the projector: so many messages it hears at once after it was away."""

LONGEST_NAP = 100
"""So many ticks are passed over at most where none of them could plan anything."""

Variant = Callable[[], AbstractContextManager[object]]


def play(seed: int, hours: float, *, campaigns: int = CAMPAIGNS, variant: Variant = nullcontext) -> Log:
    """So many hours of the world of this seed; a `variant` breaks the scheduler."""
    with variant():
        return _Play(seed, campaigns).run(round(hours * HOUR_US))


class _Play:
    def __init__(self, seed: int, campaigns: int) -> None:
        self._scene = drawn = scene(seed, campaigns)
        self._random = Random(f"calls {seed}")
        self._log = Log(drawn.interval_us, drawn.begins_us, drawn.calls_per_second, drawn.calls_at_once)
        self._now_us = drawn.begins_us
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        self._order = count()
        self._back_us = 0
        self._tick_us = drawn.begins_us
        self._waiting: list[Message] = []
        self._hours = Hours()
        ceiling = System(calls_per_second=drawn.calls_per_second, max_concurrent_calls=drawn.calls_at_once)
        self._scheduler = Scheduler(seed, drawn.interval_us, ceiling, self._said)
        self._people = People(self, drawn, seed)

    def run(self, for_us: int) -> Log:
        """From its beginning to its end."""
        ends_us = self._now_us + for_us
        self._people.begin()
        while True:
            next_us = self._agenda[0][0] if self._agenda else ends_us
            if min(next_us, self._tick_us) >= ends_us:
                break
            if next_us <= self._tick_us:
                self._now_us = max(self._now_us, next_us)
                heappop(self._agenda)[2]()
            else:
                self._now_us = max(self._now_us, self._tick_us)
                self._tick()
            if self._scheduler.woken and not self._away():
                self._tick()
        self._log.ends_us = ends_us
        return self._log

    def tell(self, *messages: Message) -> None:
        """The scheduler hears of it, as soon as there is one."""
        if self._away():
            self._waiting += messages
            return
        self._now_us += 1  # no two batches of one instant
        self._wake_up()
        for each in messages:
            self._log.add(self._now_us, each)
        events = [each for each in messages if not isinstance(each, NumbersChunk)]
        if events:
            self._scheduler.hear(self._now_us, events)
        for each in messages:
            if isinstance(each, NumbersChunk):
                self._scheduler.take_in(self._now_us, each)

    def later(self, after_us: int, act: Callable[[], None]) -> None:
        """Something is to happen then."""
        heappush(self._agenda, (self._now_us + after_us, next(self._order), act))

    def go_away(self, for_us: int) -> None:
        """There is no scheduler for so long; then another one, which hears what it missed, or plans first."""
        if self._away():
            return
        self._back_us = self._tick_us = self._now_us + for_us
        self._log.away.append((self._now_us, self._back_us))
        plans_first = self._random.random() < 0.3

        def back() -> None:
            self._scheduler.restart()
            if plans_first:
                self._tick()
            missed, self._waiting = self._waiting, []
            for start in range(0, len(missed), BATCH):
                self.tell(*missed[start : start + BATCH])

        self.later(for_us, back)

    def failed_of(self, campaign_id: UUID) -> list[int]:
        """Numbers that have failed."""
        return self._numbers(campaign_id, (State.FAILED,))

    def waiting_of(self, campaign_id: UUID) -> list[int]:
        """Numbers that may be called."""
        return self._numbers(campaign_id, CALLABLE)

    def _numbers(self, campaign_id: UUID, states: tuple[State, ...]) -> list[int]:
        rows = self._scheduler.tables.numbers.number.rows.values()
        return [
            row["number_id"] for row in rows if row["campaign_id"] == campaign_id and row["state"] in states
        ]

    def _away(self) -> bool:
        return self._now_us < self._back_us

    def _wake_up(self) -> None:
        """There may be something to plan at the next tick, which was to be passed over."""
        interval_us = self._scene.interval_us
        self._tick_us -= max(0, self._tick_us - self._now_us) // interval_us * interval_us

    def _tick(self) -> None:
        self._now_us += 1
        said = len(self._log.entries)
        self._scheduler.tick(self._now_us)
        interval_us = self._scene.interval_us
        idle = 0 if len(self._log.entries) > said else (self._quiet_until() - self._now_us) // interval_us - 2
        self._tick_us = self._now_us + interval_us * max(1, min(idle, LONGEST_NAP))

    def _quiet_until(self) -> int:
        """No campaign could have a slot before: until then most ticks are passed over."""
        numbers = self._scheduler.tables.numbers.number
        earliest = NEVER
        for campaign_id, row in self._scheduler.tables.campaign.rows.items():
            line = numbers.line[campaign_id]
            if not (row["active"] and line):
                continue
            its = self._people.campaigns[campaign_id].rules
            fresh = line[bisect_left(line, (0,)) :][:1]
            due_us = min(micros(due_at) for _, due_at, _ in (line[0], *fresh))
            wanted_us = max(self._now_us, due_us)
            if row["last_slot_at"]:
                wanted_us = max(wanted_us, micros(row["last_slot_at"]) + MINUTE_US // its.calls_per_minute)
            if wanted_us < earliest:
                anywhere: set[Zones] = {()}
                for zones in self._people.campaigns[campaign_id].zones if goes_by_place(its) else anywhere:
                    earliest = min(earliest, self._hours.next_open(its, zones, wanted_us))
        return earliest

    def _said(self, message: Message) -> None:
        self._log.add(self._now_us, message)
        if isinstance(message, DialNumber):
            self.later(micros(message.slot_at) - self._now_us, lambda: self._dial(message))
        elif isinstance(message, CampaignExhausted):
            self._people.hear(message)

    def _dial(self, order: DialNumber) -> None:
        """The originator's part: nothing that was stopped, and one end for each."""
        campaign = self._people.campaigns[order.campaign_id]
        stopped = order.epoch != campaign.epoch
        end = voided(order, VoidReason.STOPPED) if stopped else end_of(order, self._random)
        over_us = micros(getattr(end, "ended_at", order.slot_at)) - self._now_us
        self.later(max(0, over_us) + news_takes_us(self._random), lambda: self.tell(end))
