"""Answers why a campaign, or a number of it, is not being called right now, with the code that plans."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from math import inf
from uuid import UUID

import msgspec
from evendial_chassis.bus import Bus
from evendial_chassis.clock import HOST_CLOCK, Clock
from evendial_contracts.reasons import (
    AskBlockers,
    AskReasons,
    Blockers,
    Counted,
    NumberReason,
    Reason,
    ReasonCode,
    Reasons,
)
from evendial_contracts.subjects import ASK_BLOCKERS, ASK_REASONS

from evendial_scheduler import campaign_store, claim_by_zone, number_store, reason_store, resource_store
from evendial_scheduler.core.blockers import Around, Found, Known, find
from evendial_scheduler.core.called_party import judged_by_number
from evendial_scheduler.core.crew import Crew
from evendial_scheduler.core.openings import Place
from evendial_scheduler.core.reasons import reason_of
from evendial_scheduler.core.room import NO_CEILING, System
from evendial_scheduler.core.roster import as_healthy
from evendial_scheduler.planner import LEAD
from evendial_scheduler.reason_store import Group
from evendial_scheduler.settings import SERVICE
from evendial_scheduler.store import PASSING, Connection, Pool

ANSWER_S = 0.8
"""Who asks waits for a second."""
AWAY = (*PASSING, TimeoutError)
NO_DATABASE = (Reason(code=ReasonCode.SCHEDULER_DATABASE_AWAY),)


class Explainer:
    """One of the schedulers answers each question; it reads, and holds nobody up."""

    def __init__(
        self,
        pool: Pool,
        crew: Callable[[str], Crew],
        clock_trouble: Callable[[], str | None],
        clock: Clock = HOST_CLOCK,
        ceiling: System = NO_CEILING,
    ) -> None:
        self._pool = pool
        self._crew = crew
        self._clock_trouble = clock_trouble
        self._clock = clock
        self._ceiling = ceiling

    async def listen(self, bus: Bus) -> None:
        """From now on."""
        await bus.listen(ASK_BLOCKERS, AskBlockers, self.blockers, queue=SERVICE)
        await bus.listen(ASK_REASONS, AskReasons, self.reasons, queue=SERVICE)

    async def blockers(self, asked: AskBlockers) -> Blockers:
        """What keeps the next call of a campaign from starting, and how many numbers have which reason."""
        now = self._clock.now()
        try:
            async with asyncio.timeout(ANSWER_S), self._pool.acquire() as connection:
                known, found = await self._found(connection, asked.campaign_id, now)
                groups = await reason_store.groups(connection, asked.campaign_id, now)
        except AWAY:
            return Blockers(
                campaign_id=asked.campaign_id, at=now, epoch=0, active=False, blockers=NO_DATABASE
            )
        return Blockers(
            campaign_id=asked.campaign_id,
            at=now,
            epoch=known.epoch,
            active=known.active,
            blockers=found.blockers,
            counts=_counts(groups, found, now),
            next_slot_at=min((at for each in groups if (at := each.standing.slot_at)), default=None),
            share=found.share,
        )

    async def reasons(self, asked: AskReasons) -> Reasons:
        """The reason of each of these numbers that is here."""
        now = self._clock.now()
        try:
            async with asyncio.timeout(ANSWER_S), self._pool.acquire() as connection:
                known, found = await self._found(connection, asked.campaign_id, now)
                numbers = await reason_store.standings(connection, asked.campaign_id, asked.number_ids)
        except AWAY:
            return Reasons(campaign_id=asked.campaign_id, at=now, epoch=0, active=False, blockers=NO_DATABASE)
        return Reasons(
            campaign_id=asked.campaign_id,
            at=now,
            epoch=known.epoch,
            active=known.active,
            blockers=found.blockers,
            numbers=tuple(
                NumberReason(number_id, reason_of(number, found.blocker(number.zone_set), now))
                for number_id, number in numbers.items()
            ),
        )

    async def _found(self, connection: Connection, campaign_id: UUID, now: datetime) -> tuple[Known, Found]:
        known = await reason_store.campaign(connection, campaign_id)
        if known is None:
            known = Known(campaign_id=campaign_id, owner_id=campaign_id)
        around = await self._around(connection, known, now)
        found = await asyncio.to_thread(find, known, around, now + LEAD)  # who plans does not wait for it
        if self._clock_trouble():
            off = Reason(code=ReasonCode.SCHEDULER_CLOCK_OFF)
            found = msgspec.structs.replace(found, blockers=(off, *found.blockers))
        return known, found

    async def _around(self, connection: Connection, known: Known, now: datetime) -> Around | None:
        if known.trunk is None:
            return None
        trunk = as_healthy(known.trunk, known.health, now)
        devices = await resource_store.devices_on(connection, {trunk.trunk_id: trunk})
        rivals = await campaign_store.active_on(connection, devices, now, 0.0)
        places: list[Place] = []
        if known.rules and judged_by_number(known.rules):
            places = (await claim_by_zone.places_of(connection, [known.campaign_id]))[known.campaign_id]
        return Around(
            rivals=await claim_by_zone.with_openings(connection, rivals, now, now + LEAD, now + 2 * LEAD),
            in_flight=await number_store.in_flight(connection),
            crew=self._crew(trunk.pool),
            system=self._ceiling,
            places=places,
        )


def _counts(groups: Iterable[Group], found: Found, now: datetime) -> tuple[Counted, ...]:
    """Each reason once; of those that are over at different times the earliest come first."""
    sums: Counter[Reason] = Counter()
    for each in groups:
        blocker = found.blocker(each.standing.zone_set)
        sums[reason_of(each.standing, blocker, now)] += each.numbers
    told = sorted(sums.items(), key=lambda each: each[0].until.timestamp() if each[0].until else inf)
    return tuple(Counted(reason=reason, numbers=numbers) for reason, numbers in told)
