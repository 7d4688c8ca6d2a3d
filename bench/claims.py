"""P7, the claim: a tick of the scheduler against the size of its lists."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from evendial_chassis.migrations import migrate
from evendial_chassis.run import Stop
from evendial_contracts.calls import CallEnded, Disposition
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignCreated,
    CampaignRules,
    NumbersImported,
    SequenceChanged,
)
from evendial_contracts.codec import decode
from evendial_contracts.dialing import DialNumber
from evendial_contracts.message import AttemptFact, Message
from evendial_contracts.resources import DeviceDefined, TrunkDefined
from evendial_scheduler.planner import Planner
from evendial_scheduler.projector import Projector
from evendial_scheduler.store import Pool, open_pool
from evendial_scheduler.ticker import Ticker

from bench import chart, goals, report
from bench.report import Measure
from bench.summary import Score
from deploy.local.folders import RunFolder
from deploy.local.ports import Ports
from deploy.local.postgres import PostgresServer, start_postgres

TITLE = "P7: claim"
TICKS = 250
WARM_UP = 10
A_SECOND = 30
SLICE = 250_000
GOAL_MS = 20.0
SCALE_MS = 50.0
OWNER, TRUNK, DEVICE = UUID(int=1), UUID(int=2), UUID(int=3)

TEXT = f"""A tick as the scheduler does it each second, on a Postgres with fsync on: {A_SECOND} slots
are worked out, a due number is taken for each, commands and facts are stored for the bus, and every campaign
is asked whether it is exhausted. The calls of the tick before have ended. Lists are written straight into the
table, and Postgres knows as little of them as after an import; of "90 % called" nine in ten numbers are done.
Of many campaigns {A_SECOND} are activated each second, so that each tick has as many slots.
{TICKS} ticks each; the ratio is of the largest list to both runs of the smallest, the first and the last.

![each tick](images/claims.svg)

| lists | ticks | p50 ms | p99 ms | max ms |
|---|---|---|---|---|
"""
_FILL = """
insert into number(campaign_id, number_id, e164, generation, due_at, zone_set, state, attempts)
select $1, n, 491510000000 + n, 0, $4, 1, case when n % 10 < $5 then 4 else 0 end, (n % 10 < $5)::integer
from generate_series($2::bigint, $3::bigint) as n
"""


@dataclass(frozen=True, kw_only=True)
class Lists:
    """What there is to call: so many campaigns of so many numbers, of which so many tenths are called."""

    name: str
    campaigns: int
    numbers: int
    tenths_called: int = 0


SMALL = Lists(name="1 of 10 k", campaigns=1, numbers=10_000)
LARGE = Lists(name="1 of 10 M", campaigns=1, numbers=10_000_000)
ALL = (
    SMALL,
    Lists(name="1 of 1 M", campaigns=1, numbers=1_000_000),
    LARGE,
    Lists(name="1 of 10 M, 90 % called", campaigns=1, numbers=10_000_000, tenths_called=9),
    Lists(name="100 of 100 k", campaigns=100, numbers=100_000),
    SMALL,
)


async def measure() -> None:
    """Takes all lists, prints them and writes the section."""
    taken: list[Measure] = []
    async with _postgres() as server:
        for number, lists in enumerate(ALL):
            async with _database(server, f"scheduler_{number}") as pool:
                ticks = await _Schedule(pool, lists).ticks_ms()
            taken.append(Measure(name="tick", run=lists.name, values_ms=ticks))
            report.say(taken[-1])
    small = [value for each in taken if each.run == SMALL.name for value in each.values_ms]
    (large,) = [each for each in taken if each.run == LARGE.name]
    baseline = Measure(name="tick", run=SMALL.name, values_ms=small)
    panels = [chart.bars(each.run, each.values_ms, most=SCALE_MS, planned=GOAL_MS) for each in taken]
    chart.write("claims.svg", "Each tick in ms, by the size of the lists", panels)
    report.write(
        TITLE,
        TEXT + "".join(map(_row, taken)),
        scores=[Score(goal=goals.CLAIM, ours=large.p99 / baseline.p99, against=f"{baseline.p99:.1f} ms")],
    )


class _Schedule:
    """A scheduler's parts, with a clock of their own: the ticks come one after the other."""

    def __init__(self, pool: Pool, lists: Lists) -> None:
        self._pool = pool
        self._lists = lists
        self._now = datetime.now(UTC)
        self._campaigns = [UUID(int=100 + n) for n in range(lists.campaigns)]
        self._projector = Projector(pool, self._clock, self, self._nothing)
        planner = Planner(pool, self._clock, 1.0, self._nothing)
        self._ticker = Ticker(pool, planner, 1.0, self._nothing)

    async def ticks_ms(self) -> list[float]:
        await self._prepare()
        ticks: list[float] = []
        taken = 0
        for tick in range(WARM_UP + TICKS):
            await self._activate(tick)
            began = time.perf_counter()
            await self._ticker.tick(lambda _: True)
            ticks.append((time.perf_counter() - began) * 1000)
            orders = await self._ordered()
            taken += len(orders)
            self._now += timedelta(seconds=1)
            await self._projector.project([self._end_of(order) for order in orders])
        assert taken >= 0.95 * A_SECOND * len(ticks), f"{taken} numbers were taken"
        return ticks[WARM_UP:]

    async def _prepare(self) -> None:
        rate = A_SECOND * 60 // self._lists.campaigns
        rules = CampaignRules(name="list", device_id=DEVICE, calls_per_minute=rate)
        facts: list[Message] = [
            TrunkDefined(
                trunk_id=TRUNK, revision=1, name="trunk", endpoint="carrier", pool="default",
                calls_per_second=1000,
            ),
            DeviceDefined(
                device_id=DEVICE, owner_id=OWNER, revision=1, name="desk", trunk_id=TRUNK,
                account_code="desk", caller_ids=("37052000000",),
            ),
        ]  # fmt: skip
        for campaign_id in self._campaigns:
            about = {"campaign_id": campaign_id, "owner_id": OWNER}
            facts += [
                CampaignCreated(**about, created_by=OWNER, rules=rules),
                SequenceChanged(**about, changed_by=OWNER, sequence_version=1, actions=()),
                NumbersImported(
                    **about, import_id=campaign_id, imported_by=OWNER, accepted=1, duplicates=0, rejected=0,
                    chunks=0, sha256="0" * 64,
                ),
            ]  # fmt: skip
        await self._pool.execute("alter table number disable trigger user")
        for campaign_id in self._campaigns:
            await self._fill(campaign_id)
        await self._pool.execute("alter table number enable trigger user")
        await self._projector.project(facts)
        await self._pool.execute("delete from outbox")

    async def _activate(self, tick: int) -> None:
        """As many as have their slots in one tick: all at once, they would keep step for ever."""
        begun = self._campaigns[tick * A_SECOND : (tick + 1) * A_SECOND]
        await self._projector.project(
            [
                CampaignActivated(campaign_id=each, owner_id=OWNER, activated_by=OWNER, epoch=1)
                for each in begun
            ]
        )

    async def _fill(self, campaign_id: UUID) -> None:
        due_at, called = self._now - timedelta(hours=1), self._lists.tenths_called
        for done in range(0, self._lists.numbers, SLICE):
            last = min(done + SLICE, self._lists.numbers)
            await self._pool.execute(_FILL, campaign_id, done + 1, last, due_at, called)

    async def _ordered(self) -> list[DialNumber]:
        """What the relay would take out of the outbox."""
        rows = await self._pool.fetch("delete from outbox returning type, data")
        messages = [decode(row["type"], row["data"]) for row in rows]
        return [each for each in messages if isinstance(each, DialNumber)]

    def _end_of(self, order: DialNumber) -> CallEnded:
        return CallEnded(
            **{name: getattr(order, name) for name in AttemptFact.__struct_fields__},
            disposition=Disposition.ANSWERED,
            ended_at=order.slot_at,
            account_code=order.account_code,
            device_id=order.device_id,
            trunk_id=order.trunk_id,
        )

    def _clock(self) -> datetime:
        return self._now

    def wake(self) -> None:
        """Ticks come anyway."""

    def numbers_came(self, campaigns: set[UUID]) -> None:
        """Ticks come anyway."""

    def _nothing(self) -> None:
        """Nobody relays."""


@asynccontextmanager
async def _postgres() -> AsyncIterator[PostgresServer]:
    ports = Ports()
    with RunFolder("claims") as folder:
        server = await start_postgres(folder / "postgres", port=ports.one())
        try:
            yield server
        finally:
            await server.stop()
            ports.close()


@asynccontextmanager
async def _database(server: PostgresServer, name: str) -> AsyncIterator[Pool]:
    pool = await open_pool(await server.create_database(name), stop=Stop(), name="bench", size=4)
    assert pool
    await migrate(pool, "evendial_scheduler")
    try:
        yield pool
    finally:
        await pool.close()
        await server.drop_database(name)


def _row(taken: Measure) -> str:
    figures: Sequence[float] = (taken.percentile(0.5), taken.p99, max(taken.values_ms))
    cells = (taken.run, f"{len(taken.values_ms)}", *(f"{each:.1f}" for each in figures))
    return f"| {' | '.join(cells)} |\n"
