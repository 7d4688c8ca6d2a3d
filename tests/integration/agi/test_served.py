"""The record of calls, on a real Postgres."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest
from evendial_agi.served import Report, Served
from evendial_chassis.database import open_pool
from evendial_chassis.migrations import migrate
from evendial_chassis.run import Stop
from evendial_contracts.actions import ActionCompleted, ActionResult, SequenceEnded, SequenceResult
from evendial_contracts.call_token import CallToken

from tests.conftest import DatabaseFactory

pytestmark = pytest.mark.integration

CAMPAIGN, OWNER = uuid4(), uuid4()


@pytest.fixture
async def pool(database: DatabaseFactory) -> AsyncIterator[asyncpg.Pool]:
    opened = await open_pool(await database("agi"), stop=Stop(), name="test")
    assert opened
    await migrate(opened, "evendial_agi")
    yield opened
    await opened.close()


@pytest.fixture
def served(pool: asyncpg.Pool) -> Served:
    return Served(pool, "one")


def token(command_id: UUID, *, valid_s: int = 60) -> CallToken:
    return CallToken(
        command_id=command_id,
        campaign_id=CAMPAIGN,
        sequence_version=3,
        expires_at=int(time.time()) + valid_s,
    )


def completed(command_id: UUID, index: int, result: ActionResult = ActionResult.DONE) -> ActionCompleted:
    return ActionCompleted(
        campaign_id=CAMPAIGN,
        owner_id=OWNER,
        command_id=command_id,
        sequence_version=3,
        index=index,
        kind="wait",
        result=result,
        started_at=datetime.now(UTC),
        duration_ms=5,
    )


def ended(command_id: UUID, result: SequenceResult = SequenceResult.COMPLETED) -> SequenceEnded:
    return SequenceEnded(
        campaign_id=CAMPAIGN,
        owner_id=OWNER,
        command_id=command_id,
        sequence_version=3,
        result=result,
        actions_done=2,
        actions_total=2,
    )


async def outbox(pool: asyncpg.Pool) -> list[str]:
    return [row["type"] for row in await pool.fetch("select type from outbox order by xid, pos")]


async def test_a_command_is_let_in_once_by_whichever_instance(served: Served, pool: asyncpg.Pool) -> None:
    command_id = uuid4()
    assert await served.claim(token(command_id), owner_id=OWNER, actions_total=2)
    assert not await served.claim(token(command_id), owner_id=OWNER, actions_total=2)
    assert not await Served(pool, "two").claim(token(command_id), owner_id=OWNER, actions_total=2)


async def test_a_repeated_report_is_one_message(served: Served, pool: asyncpg.Pool) -> None:
    command_id = uuid4()
    await served.claim(token(command_id), owner_id=OWNER, actions_total=2)
    reports: list[Report] = [completed(command_id, 0), completed(command_id, 1), ended(command_id)]
    await served.record(reports)
    await served.record(reports)
    assert await outbox(pool) == [
        "action.completed.v1",
        "action.completed.v1",
        "action.sequence_ended.v1",
    ]


async def test_the_first_end_of_a_call_is_its_only_one(served: Served, pool: asyncpg.Pool) -> None:
    command_id = uuid4()
    await served.claim(token(command_id), owner_id=OWNER, actions_total=2)
    assert await served.end_interrupted() == 1
    await pool.execute("delete from outbox")
    await served.record([ended(command_id)])
    assert await outbox(pool) == []


async def test_what_this_instance_left_open_ends_as_interrupted(served: Served, pool: asyncpg.Pool) -> None:
    left, finished, anothers = uuid4(), uuid4(), uuid4()
    for command_id in (left, finished):
        await served.claim(token(command_id), owner_id=OWNER, actions_total=2)
    await Served(pool, "two").claim(token(anothers), owner_id=OWNER, actions_total=2)
    cut_short = completed(left, 1, ActionResult.CALLEE_HUNG_UP)
    await served.record([completed(left, 0), cut_short, ended(finished)])
    await pool.execute("delete from outbox")

    assert await served.end_interrupted() == 1
    rows = await pool.fetch("select data from outbox")
    said = msgspec.json.decode(rows[0]["data"], type=SequenceEnded)
    assert (said.command_id, said.result) == (left, SequenceResult.INTERRUPTED)
    assert (said.actions_done, said.actions_total) == (1, 2)
    assert await served.end_interrupted() == 0


async def test_a_call_of_an_unknown_campaign_is_never_reported(served: Served, pool: asyncpg.Pool) -> None:
    await served.claim(token(uuid4()), owner_id=None, actions_total=0)
    assert await served.end_interrupted() == 0
    assert await outbox(pool) == []


async def test_only_what_cannot_come_again_is_forgotten(served: Served, pool: asyncpg.Pool) -> None:
    fresh, old, old_and_open = uuid4(), uuid4(), uuid4()
    for command_id, valid_s in ((fresh, 60), (old, -200_000), (old_and_open, -200_000)):
        await served.claim(token(command_id, valid_s=valid_s), owner_id=OWNER, actions_total=2)
    await served.record([ended(fresh), ended(old)])
    await served.prune()
    kept = {row["command_id"] for row in await pool.fetch("select command_id from served")}
    assert kept == {fresh, old_and_open}
