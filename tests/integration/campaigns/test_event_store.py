"""The record: versions, conflicts, and what others say."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest
from evendial_campaigns import event_store
from evendial_campaigns.app import time_zones
from evendial_campaigns.campaign_facts import FactReader
from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.commands import Actor, Create, SetSequence
from evendial_campaigns.event_store import Conflict, campaign_stream
from evendial_contracts.actions import Wait
from evendial_contracts.campaigns import CampaignCreated, CampaignRules, CampaignStopped, SequenceChanged

pytestmark = pytest.mark.integration

OWNER = uuid4()


@pytest.fixture
def handler(pool: asyncpg.Pool) -> CommandHandler:
    """Takes commands."""
    return CommandHandler(pool, FactReader(time_zones(), frozenset()))


def created(campaign_id: UUID) -> CampaignCreated:
    rules = CampaignRules(name="spring")
    return CampaignCreated(campaign_id=campaign_id, owner_id=OWNER, created_by=OWNER, rules=rules)


def stopped(campaign_id: UUID, epoch: int) -> CampaignStopped:
    return CampaignStopped(campaign_id=campaign_id, owner_id=OWNER, stopped_by=OWNER, epoch=epoch)


async def append(pool: asyncpg.Pool, campaign_id: UUID, expected: int, *epochs: int) -> None:
    events = [stopped(campaign_id, epoch) for epoch in epochs]
    async with pool.acquire() as connection, connection.transaction():
        await event_store.append(connection, campaign_stream(campaign_id), expected, events)


async def test_what_was_appended_is_loaded_in_order(pool: asyncpg.Pool) -> None:
    campaign_id = uuid4()
    await append(pool, campaign_id, 0, 1, 2)
    await append(pool, campaign_id, 2, 3)
    await append(pool, uuid4(), 0, 9)
    history = await event_store.load(pool, campaign_stream(campaign_id))
    assert history.events == [stopped(campaign_id, epoch) for epoch in (1, 2, 3)]
    assert history.version == 3


async def test_a_stream_that_is_not_there_is_empty(pool: asyncpg.Pool) -> None:
    history = await event_store.load(pool, campaign_stream(uuid4()))
    assert (history.events, history.version) == ([], 0)


async def test_an_append_after_another_conflicts_and_leaves_nothing(pool: asyncpg.Pool) -> None:
    campaign_id = uuid4()
    await append(pool, campaign_id, 0, 1)
    with pytest.raises(Conflict):
        await append(pool, campaign_id, 0, 2)
    assert (await event_store.load(pool, campaign_stream(campaign_id))).version == 1
    assert await pool.fetchval("select count(*) from outbox") == 1


async def test_a_fact_and_its_message_are_stored_together_or_not_at_all(pool: asyncpg.Pool) -> None:
    campaign_id = uuid4()
    with pytest.raises(ZeroDivisionError):
        async with pool.acquire() as connection, connection.transaction():
            await event_store.append(connection, campaign_stream(campaign_id), 0, [created(campaign_id)])
            raise ZeroDivisionError
    assert (await event_store.load(pool, campaign_stream(campaign_id))).version == 0
    assert await pool.fetchval("select count(*) from outbox") == 0

    await append(pool, campaign_id, 0, 1)
    row = await pool.fetchrow("select e.id, o.id as sent from event e join outbox o using (id)")
    assert row is not None


async def test_commands_at_once_on_one_campaign_are_decided_one_after_the_other(
    pool: asyncpg.Pool, handler: CommandHandler
) -> None:
    campaign_id, by = uuid4(), Actor(user_id=OWNER)
    await handler.handle(campaign_id, Create(campaign_id=campaign_id, by=by, rules=CampaignRules(name="x")))
    commands = [SetSequence(by=by, actions=(Wait(seconds=second),)) for second in range(1, 7)]
    await asyncio.gather(*(handler.handle(campaign_id, command) for command in commands))
    history = await event_store.load(pool, campaign_stream(campaign_id))
    changes = [event for event in history.events if isinstance(event, SequenceChanged)]
    assert [change.sequence_version for change in changes] == [1, 2, 3, 4, 5, 6]
    kept = await pool.fetchval("select state->'sequence_version' from campaign")
    assert kept == 6
