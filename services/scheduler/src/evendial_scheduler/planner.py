"""One plan of some pools: the coming slots, a number for each, and their commands, in one transaction."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from evendial_chassis import outbox
from evendial_chassis.bus import Outgoing, sealed
from evendial_chassis.metrics import Gauge
from evendial_contracts.dialing import DialNumber

from evendial_scheduler import (
    anchors,
    campaign_store,
    ceiling_store,
    claim_by_zone,
    health_store,
    number_store,
    resource_store,
    trunk_watch,
)
from evendial_scheduler.clock import Clock
from evendial_scheduler.core.facts import fact_id, scheduled
from evendial_scheduler.core.orders import Claimed, filled, in_zones, orders
from evendial_scheduler.core.outlook import planned
from evendial_scheduler.core.pacing import Slot
from evendial_scheduler.core.room import NO_CEILING, System, has_caps
from evendial_scheduler.core.roster import Active, Trunk, as_healthy
from evendial_scheduler.settings import SERVICE
from evendial_scheduler.store import Connection, Pool, lock_pool, transaction

trunk_rate = Gauge(
    "evendial_trunk_calls_per_second", "What a trunk is given; 0 while its breaker is open.", ["trunk_id"]
)

LEAD = timedelta(milliseconds=100)
"""How far ahead of now the earliest slot is: the way of a command to its originator."""
FIRST = LEAD + timedelta(milliseconds=150)
"""What is planned first when somebody waits for it: a plan of seconds would take longer than the lead."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan came to: commands by pool; `dry` are active campaigns that it left without a due number."""

    orders: Mapping[str, int]
    dry: frozenset[UUID]


class Planner:
    """Plans as far ahead as two intervals: one until the next plan, one in hand."""

    def __init__(
        self,
        pool: Pool,
        clock: Clock,
        interval_s: float,
        stored: Callable[[], None],
        ceiling: System = NO_CEILING,
    ) -> None:
        """`ceiling` is what all calls of all pools together may come to."""
        self._pool = pool
        self._clock = clock
        self._ahead = timedelta(seconds=2 * interval_s)
        self._stored = stored
        self._ceiling = ceiling

    async def plan_first(self, *pools: str) -> Planned:
        """Gives the very next slots of these pools to due numbers."""
        return await self._plan(pools, min(FIRST, self._ahead))

    async def plan(self, *pools: str) -> Planned:
        """Gives the coming slots of these pools to due numbers."""
        return await self._plan(pools, self._ahead)

    async def _plan(self, pools: Sequence[str], ahead: timedelta) -> Planned:
        """Whoever else plans one of these pools now is waited for, and whoever else plans under a ceiling."""
        async with transaction(self._pool) as connection:
            for pool in sorted(pools):
                await lock_pool(connection, pool)
            system = await ceiling_store.locked(connection, self._ceiling)
            now = self._clock()
            trunks, degraded = await _trunks(connection, pools, now)
            devices = await resource_store.devices_on(connection, trunks)
            campaigns = await campaign_store.active_on(connection, devices, now, ahead.total_seconds())
            campaigns = await claim_by_zone.with_openings(connection, campaigns, now, now + LEAD, now + ahead)
            slots = in_zones(await _slots(connection, campaigns, system, now, ahead), campaigns)
            claimed = await _claim(connection, slots, now)
            made = list(orders(slots, claimed, campaigns, system.max_concurrent_calls))
            if made:
                await number_store.keep_orders(connection, made)
                await anchors.keep(connection, filled(slots, made), campaigns, system, now + LEAD)
                await outbox.store(connection, [message for order in made for message in _messages(order)])
            facts = await trunk_watch.planned(connection, made, degraded, now)
        trunk_watch.tell(facts)
        if made or facts:
            self._stored()
        return Planned(orders=Counter(order.pool for order in made), dry=_left_dry(campaigns, made))


async def _trunks(
    connection: Connection, pools: Sequence[str], now: datetime
) -> tuple[dict[UUID, Trunk], list[UUID]]:
    """The trunks of these pools with what they may be given now, and which of them that holds back."""
    trunks = await resource_store.trunks_of(connection, pools)
    health = await health_store.of_trunks(connection, list(trunks))
    degraded = [trunk_id for trunk_id, each in health.items() if each.pace]
    for trunk_id, each in health.items():
        trunks[trunk_id] = as_healthy(trunks[trunk_id], each, now)
    for trunk_id, trunk in trunks.items():
        trunk_rate.labels(trunk_id).set(0 if trunk.room is not None else trunk.calls_per_second)
    return trunks, degraded


async def _slots(
    connection: Connection, campaigns: Sequence[Active], system: System, now: datetime, ahead: timedelta
) -> list[Slot]:
    may_call = any(each.due for each in campaigns)
    flying = await number_store.in_flight(connection) if may_call and has_caps(campaigns, system) else []
    return planned(campaigns, flying, now + LEAD, now + ahead, system).slots


async def _claim(connection: Connection, slots: Sequence[Slot], now: datetime) -> list[Claimed]:
    anywhere = [slot for slot in slots if slot.zone_sets is None]
    in_their_zones = [slot for slot in slots if slot.zone_sets is not None]
    claimed = await number_store.claim(connection, anywhere, now) if anywhere else []
    if in_their_zones:
        claimed += await claim_by_zone.claim(connection, in_their_zones, now)
    return claimed


def _messages(order: DialNumber) -> tuple[Outgoing, Outgoing]:
    fact = scheduled(order)
    return (
        sealed(fact, SERVICE, id=fact_id(fact)),
        sealed(order, SERVICE, id=order.command_id),
    )


def _left_dry(campaigns: Sequence[Active], made: Sequence[DialNumber]) -> frozenset[UUID]:
    given = Counter(each.campaign_id for each in made)
    return frozenset(each.campaign_id for each in campaigns if given[each.campaign_id] >= each.due)
