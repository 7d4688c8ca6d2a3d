"""A scheduler's parts on a real database, with a clock that the test sets, and the facts that it hears."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

import msgspec
from evendial_contracts.calls import CallEnded, CallOriginated, Disposition
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignCreated,
    CampaignDeleted,
    CampaignRules,
    CampaignRulesChanged,
    CampaignStopped,
    NumbersImported,
    NumbersRedialled,
    NumbersRemoved,
    RemovalReason,
    SequenceChanged,
)
from evendial_contracts.codec import decode
from evendial_contracts.dialing import DialNumber, NumberDialVoided, VoidReason
from evendial_contracts.message import AttemptFact, Message
from evendial_contracts.numbers import ListedNumber, NumbersChunk
from evendial_contracts.resources import DeviceDefined, LimitsDefined, TrunkDefined
from evendial_contracts.suppressions import SuppressionRemoved
from evendial_scheduler.core.state import State
from evendial_scheduler.exhaustion_store import announce_exhausted
from evendial_scheduler.feed import Feed
from evendial_scheduler.planner import Planner
from evendial_scheduler.projector import Projector
from evendial_scheduler.store import Pool, transaction

NOON = datetime(2027, 6, 4, 12, tzinfo=UTC)
OWNER = UUID(int=7)

Kind = TypeVar("Kind", bound=Message)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


class Clock:
    """Stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Wakes:
    """Remembers what the planning was told."""

    def __init__(self) -> None:
        self.woken = 0
        self.came: set[UUID] = set()

    def wake(self) -> None:
        self.woken += 1

    def numbers_came(self, campaigns: set[UUID]) -> None:
        self.came |= campaigns


class World:
    """What a test says to the scheduler, and what it finds there."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.clock = Clock()
        self.wakes = Wakes()
        self.stored = 0
        self.planner = Planner(pool, self.clock, 1.0, self.on_stored)
        self.projector = Projector(pool, self.clock, self.wakes, self.on_stored)
        self.feed = Feed(pool, self.clock, self.wakes, self.on_stored)
        self.trunk_id, self.device_id = uuid4(), uuid4()

    def on_stored(self) -> None:
        self.stored += 1

    async def hears(self, *messages: Message) -> None:
        await self.projector.project(messages)

    async def exhausts(self) -> None:
        """What each tick asks."""
        async with transaction(self.pool) as connection:
            await announce_exhausted(connection)

    async def has_a_trunk(
        self, *, cps: int = 1000, cap: int | None = None, device_cap: int | None = None
    ) -> None:
        await self.hears(self.trunk(cps=cps, cap=cap), self.device(cap=device_cap))

    def trunk(self, *, cps: int = 1000, cap: int | None = None, revision: int = 1) -> TrunkDefined:
        return TrunkDefined(
            trunk_id=self.trunk_id,
            revision=revision,
            name="carrier",
            endpoint="carrier",
            pool="default",
            calls_per_second=cps,
            max_concurrent_calls=cap,
        )

    def device(self, *, cap: int | None = None, revision: int = 1, deleted: bool = False) -> DeviceDefined:
        return DeviceDefined(
            device_id=self.device_id,
            owner_id=OWNER,
            revision=revision,
            name="desk",
            trunk_id=self.trunk_id,
            account_code="acc-1",
            caller_ids=("37052000000",),
            max_concurrent_calls=cap,
            deleted=deleted,
        )

    def rules(self, **changes: object) -> CampaignRules:
        plain = CampaignRules(name="spring", device_id=self.device_id, calls_per_minute=60, max_retries=1)
        return msgspec.structs.replace(plain, **changes)

    def limits(self, *, cap: int | None, revision: int = 1) -> LimitsDefined:
        return LimitsDefined(owner_id=OWNER, revision=revision, max_concurrent_calls=cap)

    async def has_a_campaign(self, numbers: int, *, active: bool = True, **rules: object) -> UUID:
        """A campaign with a sequence and a list; active under epoch 1."""
        campaign_id = uuid4()
        about = {"campaign_id": campaign_id, "owner_id": OWNER}
        await self.hears(
            CampaignCreated(**about, created_by=OWNER, rules=self.rules(**rules)),
            SequenceChanged(**about, changed_by=OWNER, sequence_version=4, actions=()),
        )
        await self.has_imported(campaign_id, range(1, numbers + 1))
        if active:
            await self.hears(activated(campaign_id, 1))
        return campaign_id

    async def has_imported(self, campaign_id: UUID, number_ids: Sequence[int]) -> None:
        import_id = uuid4()
        await self.hears(imported(campaign_id, import_id, chunks=1))
        await self.feed.take_in([chunk(campaign_id, import_id, 0, number_ids)])

    async def plans(self) -> list[DialNumber]:
        """One plan now; its orders."""
        before = await self.said(DialNumber)
        await self.planner.plan("default")
        return [order for order in await self.said(DialNumber) if order not in before]

    async def plans_for(self, span_s: int) -> list[DialNumber]:
        """A plan each second; all orders of that time."""
        orders: list[DialNumber] = []
        for _ in range(span_s):
            orders += await self.plans()
            self.clock.now += seconds(1)
        return orders

    async def said(self, kind: type[Kind]) -> list[Kind]:
        """What stands in the outbox of this type, in the order in which it was stored."""
        rows = await self.pool.fetch("select type, data from outbox order by pos")
        messages = [decode(row["type"], row["data"]) for row in rows]
        return [message for message in messages if isinstance(message, kind)]

    async def state_of(self, campaign_id: UUID, number_id: int) -> State:
        query = "select state from number where campaign_id = $1 and number_id = $2"
        return State(await self.pool.fetchval(query, campaign_id, number_id))

    async def states(self, campaign_id: UUID) -> dict[State, int]:
        query = "select state, count(*) from number where campaign_id = $1 group by state"
        return {State(row["state"]): row["count"] for row in await self.pool.fetch(query, campaign_id)}


def rules_changed(campaign_id: UUID, rules: CampaignRules, revision: int = 1) -> CampaignRulesChanged:
    return CampaignRulesChanged(
        campaign_id=campaign_id, owner_id=OWNER, changed_by=OWNER, revision=revision, rules=rules
    )


def activated(campaign_id: UUID, epoch: int) -> CampaignActivated:
    return CampaignActivated(campaign_id=campaign_id, owner_id=OWNER, activated_by=OWNER, epoch=epoch)


def stopped(campaign_id: UUID, epoch: int) -> CampaignStopped:
    return CampaignStopped(campaign_id=campaign_id, owner_id=OWNER, stopped_by=OWNER, epoch=epoch)


def deleted(campaign_id: UUID) -> CampaignDeleted:
    return CampaignDeleted(campaign_id=campaign_id, owner_id=OWNER, deleted_by=OWNER)


def imported(campaign_id: UUID, import_id: UUID, *, chunks: int) -> NumbersImported:
    return NumbersImported(
        campaign_id=campaign_id,
        owner_id=OWNER,
        import_id=import_id,
        imported_by=OWNER,
        accepted=1,
        duplicates=0,
        rejected=0,
        chunks=chunks,
        sha256="0" * 64,
    )


def redialled(campaign_id: UUID, batch_id: UUID, *, chunks: int = 1) -> NumbersRedialled:
    return NumbersRedialled(
        campaign_id=campaign_id,
        owner_id=OWNER,
        batch_id=batch_id,
        redialled_by=OWNER,
        numbers=1,
        chunks=chunks,
    )


def removed(campaign_id: UUID, batch_id: UUID, *, chunks: int = 1) -> NumbersRemoved:
    return NumbersRemoved(
        campaign_id=campaign_id,
        owner_id=OWNER,
        batch_id=batch_id,
        removed_by=OWNER,
        reason=RemovalReason.DELETED,
        numbers=1,
        chunks=chunks,
    )


def chunk_of(campaign_id: UUID, batch_id: UUID, *numbers: ListedNumber, chunk_no: int = 0) -> NumbersChunk:
    return NumbersChunk(
        campaign_id=campaign_id, owner_id=OWNER, import_id=batch_id, chunk_no=chunk_no, numbers=numbers
    )


def chunk(campaign_id: UUID, import_id: UUID, chunk_no: int, number_ids: Sequence[int]) -> NumbersChunk:
    numbers = tuple(ListedNumber(n, str(37060000000 + n), 0, f"row {n}") for n in number_ids)
    return NumbersChunk(
        campaign_id=campaign_id, owner_id=OWNER, import_id=import_id, chunk_no=chunk_no, numbers=numbers
    )


def originated(order: DialNumber) -> CallOriginated:
    return CallOriginated(**_attempt(order), originated_at=order.slot_at)


def ended(order: DialNumber, disposition: Disposition, *, after_s: float = 20) -> CallEnded:
    return CallEnded(
        **_attempt(order),
        disposition=disposition,
        ended_at=order.slot_at + seconds(after_s),
        account_code=order.account_code,
        device_id=order.device_id,
        trunk_id=order.trunk_id,
    )


def voided(order: DialNumber, reason: VoidReason, suppression_id: UUID | None = None) -> NumberDialVoided:
    return NumberDialVoided(**_attempt(order), reason=reason, suppression_id=suppression_id)


def lifted(suppression_id: UUID) -> SuppressionRemoved:
    return SuppressionRemoved(suppression_id=suppression_id, owner_id=OWNER, person="a" * 64, revision=2)


def _attempt(order: DialNumber) -> dict[str, Any]:
    return {name: getattr(order, name) for name in AttemptFact.__struct_fields__}
