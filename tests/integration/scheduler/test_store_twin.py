"""The simulation's tables are held to the real ones: the same run on both is planned and told alike."""

import os
from datetime import time
from random import Random
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from evendial_chassis import outbox
from evendial_contracts.calls import Disposition
from evendial_contracts.codec import decode
from evendial_contracts.dialing import DialNumber, VoidReason
from evendial_contracts.message import Message
from evendial_contracts.numbers import ListedNumber
from evendial_contracts.requests import EndCommand
from evendial_contracts.retries import Retry, RetryPolicy
from evendial_contracts.windows import Window, WindowZone
from evendial_scheduler import attempt_store
from evendial_scheduler.store import Pool

from tests.integration.scheduler.world import (
    Kind,
    World,
    activated,
    chunk_of,
    ended,
    imported,
    lifted,
    originated,
    redialled,
    removed,
    seconds,
    stopped,
    voided,
)
from tests.sim.database import Database
from tests.sim.database import Pool as TwinPool
from tests.sim.scheduler_tables import SchedulerTables
from tests.sim.world import World as Simulated

pytestmark = pytest.mark.integration

STEPS = 50
NUMBERS = 12
SUPPRESSION = UUID(int=5)
PLACES = ("3706000", "3706000", "4822100", "88163123")
THERE: dict[str, Any] = {
    "window_zone": WindowZone.NUMBER,
    "window": Window(start=time(14), stop=time(15, 2)),
}
"""It closes in one of these places while the other goes on; one of them nobody knows."""


class Run(World):
    """One run, drawn from its seed; the ids in it are, too."""

    def __init__(self, pool: Any, seed: int) -> None:
        super().__init__(pool)
        self.random = Random(seed)
        policy = RetryPolicy(busy=Retry(delays_s=(1, 4)), rejected=Retry(max_retries=1))
        self.retry_policy = policy if seed % 2 else None
        self.window = {} if seed % 2 else THERE
        self.open: list[DialNumber] = []
        self.known = 0
        self.epoch = self.generation = 1

    async def said(self, kind: type[Kind]) -> list[Kind]:
        rows = await self.pool.fetch(outbox._NEXT, 100_000)
        messages = [decode(row["type"], row["data"]) for row in rows]
        return [message for message in messages if isinstance(message, kind)]

    async def begin(self) -> UUID:
        await self.has_a_trunk(cps=5, cap=self.random.choice([None, 4]), device_cap=6)
        return await self.has_a_campaign(
            NUMBERS,
            calls_per_minute=self.random.choice([60, 300]),
            max_retries=self.random.randint(0, 2),
            retry_delay_s=3,
            retry_policy=self.retry_policy,
            max_concurrent_calls=self.random.choice([None, 3]),
            **self.window,
        )

    async def step(self, campaign_id: UUID) -> list[Message | EndCommand]:
        """Something happens; what is new in the outbox, and what is overdue."""
        self.clock.now += seconds(self.random.choice([0.3, 1.0, 2.0, 9.0]))
        match self.random.choice(["plan", "plan", "plan", "ends", "ends", "ends", "turn", "list", "lift"]):
            case "plan":
                self.open += await self.plans()
            case "ends":
                await self.hears(*[self.end(order) for order in self.some()])
            case "turn":
                self.epoch += self.random.randint(0, 2)
                act = self.random.choice([stopped, activated, activated])
                await self.hears(act(campaign_id, self.epoch))
            case "list":
                await self.listed(campaign_id)
            case "lift":
                await self.hears(lifted(SUPPRESSION))
        messages = await self.said(Message)
        new, self.known = messages[self.known :], len(messages)
        overdue = await attempt_store.overdue(self.pool, self.clock.now - seconds(5), 100)
        return [*new, *sorted(overdue, key=lambda each: each.command_id)]

    def some(self) -> list[DialNumber]:
        """Of the orders that were made, some; one now and then twice."""
        count = min(len(self.open), self.random.randint(0, 4))
        return self.random.sample(self.open, count)

    def end(self, order: DialNumber) -> Message:
        lot = self.random.random()
        if lot < 0.15:
            return originated(order)
        if lot < 0.4:
            reason = self.random.choice([VoidReason.EXPIRED, VoidReason.CAP, VoidReason.SUPPRESSED])
            return voided(order, reason, SUPPRESSION if reason is VoidReason.SUPPRESSED else None)
        return ended(order, self.random.choice(list(Disposition)))

    async def listed(self, campaign_id: UUID) -> None:
        batch_id, number = uuid4(), self.random.randint(1, NUMBERS + 2)
        self.generation += self.random.randint(0, 1)
        gone = self.random.random() < 0.2
        place = self.random.choice(PLACES)
        digits = "" if gone else f"{place}{number:04d}"
        entry = ListedNumber(number, digits, self.generation, "row", gone)
        parts = [
            self.feed.take_in([chunk_of(campaign_id, batch_id, entry)]),
            self.hears(self.random.choice([redialled, removed, imported])(campaign_id, batch_id, chunks=1)),
        ]
        for part in self.random.sample(parts, 2):
            await part


@pytest.mark.parametrize("seed", [5, 6])
async def test_the_same_run_is_planned_and_told_alike(pool: Pool, seed: int) -> None:
    database = Database(Simulated(seed), "scheduler")
    SchedulerTables(database)
    here = await told(pool, seed)
    there = await told(TwinPool.beside(database), seed)
    for number, (real, twin) in enumerate(zip(here, there, strict=True)):
        assert real == twin, f"step {number} of seed {seed}"
    kinds = {type(message).__name__ for step in here for message in step}
    assert {"DialNumber", "NumberScheduled", "NumberReleased", "NumberWaitingRetry"} <= kinds


async def told(pool: Any, seed: int) -> list[list[Message | EndCommand]]:
    """Step by step."""
    with patch.object(os, "urandom", Random(seed).randbytes):
        run = Run(pool, seed)
        campaign_id = await run.begin()
        return [await run.step(campaign_id) for _ in range(STEPS)]
