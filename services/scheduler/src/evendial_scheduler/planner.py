"""One plan of one pool: the coming slots, a number for each, and their commands, in one transaction."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from evendial_chassis import outbox
from evendial_chassis.bus import Outgoing, sealed
from evendial_chassis.metrics import Gauge
from evendial_contracts.dialing import DialNumber

from evendial_scheduler import campaign_store, health_store, number_store, resource_store, trunk_watch
from evendial_scheduler.clock import Clock
from evendial_scheduler.core.facts import fact_id, scheduled
from evendial_scheduler.core.orders import orders, slots_to_keep
from evendial_scheduler.core.outlook import planned
from evendial_scheduler.core.pacing import Slot
from evendial_scheduler.core.room import has_caps
from evendial_scheduler.core.roster import Active, Trunk, as_healthy
from evendial_scheduler.settings import SERVICE
from evendial_scheduler.store import Connection, Pool, lock_pool, transaction

trunk_rate = Gauge(
    "evendial_trunk_calls_per_second", "What a trunk is given; 0 while its breaker is open.", ["trunk_id"]
)

LEAD = timedelta(milliseconds=50)
"""How far ahead of now the earliest slot is: the way of a command to its originator."""
FIRST = LEAD + timedelta(milliseconds=150)
"""What is planned first when somebody waits for it: a plan of seconds would take longer than the lead."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan came to: so many commands; `dry` are active campaigns that it left without a due number."""

    orders: int
    dry: frozenset[UUID]


class Planner:
    """Plans as far ahead as two intervals: one until the next plan, one in hand."""

    def __init__(self, pool: Pool, clock: Clock, interval_s: float, stored: Callable[[], None]) -> None:
        self._pool = pool
        self._clock = clock
        self._ahead = timedelta(seconds=2 * interval_s)
        self._stored = stored

    async def plan_first(self, pool: str) -> int:
        """Gives the very next slots of this pool to due numbers; how many."""
        return (await self._plan(pool, min(FIRST, self._ahead))).orders

    async def plan(self, pool: str) -> Planned:
        """Gives the coming slots of this pool to due numbers."""
        return await self._plan(pool, self._ahead)

    async def _plan(self, pool: str, ahead: timedelta) -> Planned:
        """Whoever else plans this pool now is waited for."""
        async with transaction(self._pool) as connection:
            await lock_pool(connection, pool)
            now = self._clock()
            trunks, degraded = await _trunks(connection, pool, now)
            devices = await resource_store.devices_on(connection, trunks)
            campaigns = await campaign_store.active_on(connection, devices, now, ahead.total_seconds())
            slots = await _slots(connection, campaigns, now, ahead)
            claimed = await number_store.claim(connection, slots, now) if slots else []
            made = list(orders(slots, claimed, campaigns))
            if made:
                await _keep(connection, made, campaigns, now + LEAD)
            facts = await trunk_watch.planned(connection, made, degraded, now)
        trunk_watch.tell(facts)
        if made or facts:
            self._stored()
        return Planned(orders=len(made), dry=_left_dry(campaigns, made))


async def _trunks(connection: Connection, pool: str, now: datetime) -> tuple[dict[UUID, Trunk], list[UUID]]:
    """The trunks of the pool with what they may be given now, and which of them that holds back."""
    trunks = await resource_store.trunks_of_pool(connection, pool)
    health = await health_store.of_trunks(connection, list(trunks))
    degraded = [trunk_id for trunk_id, each in health.items() if each.pace]
    for trunk_id, each in health.items():
        trunks[trunk_id] = as_healthy(trunks[trunk_id], each, now)
    for trunk_id, trunk in trunks.items():
        trunk_rate.labels(trunk_id).set(0 if trunk.room is not None else trunk.calls_per_second)
    return trunks, degraded


async def _slots(
    connection: Connection, campaigns: Sequence[Active], now: datetime, ahead: timedelta
) -> list[Slot]:
    may_call = any(each.due for each in campaigns)
    flying = await number_store.in_flight(connection) if may_call and has_caps(campaigns) else []
    return planned(campaigns, flying, now + LEAD, now + ahead).slots


async def _keep(
    connection: Connection, made: Sequence[DialNumber], campaigns: Sequence[Active], start: datetime
) -> None:
    """Numbers, anchors and messages: only what was really given."""
    await number_store.keep_orders(connection, made)
    await campaign_store.keep_anchors(connection, made)
    used = {each.trunk_id for each in made}
    for trunk in {each.trunk.trunk_id: each.trunk for each in campaigns}.values():
        if trunk.trunk_id in used:
            await resource_store.keep_slots(connection, trunk.trunk_id, slots_to_keep(trunk, made, start))
    await outbox.store(connection, [message for order in made for message in _messages(order)])


def _messages(order: DialNumber) -> tuple[Outgoing, Outgoing]:
    fact = scheduled(order)
    return (
        sealed(fact, SERVICE, id=fact_id(fact)),
        sealed(order, SERVICE, id=order.command_id),
    )


def _left_dry(campaigns: Sequence[Active], made: Sequence[DialNumber]) -> frozenset[UUID]:
    given = Counter(each.campaign_id for each in made)
    return frozenset(each.campaign_id for each in campaigns if given[each.campaign_id] >= each.due)
