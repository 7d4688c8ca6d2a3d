"""The scheduler's database and the lists on the bus are lost: one command makes up for it."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

import asyncpg
import nats
import pytest
from evendial_scheduler.core.state import State

from deploy.local.stack import Stack, local_stack
from deploy.local.user import user_of
from deploy.pbx.instance import Simulation
from tests.e2e.conftest import House
from tests.waiting import until

pytestmark = pytest.mark.e2e

ANSWERS, RINGS_OUT, BUSY, NOBODY, CONGESTED = "4930111", "493030", "493020", "493022", "493021"
COMPARED = """
select campaign_id, number_id, e164, generation, reference, state, attempts, system_failures, suppression_id,
    ends, disposition
from number"""
IN_HAND = (State.SCHEDULED, State.CALLING)


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    async with local_stack(Simulation()) as stack, user_of(stack.api) as user:
        yield House(stack, user)


def numbers(prefix: str, tag: int, count: int) -> list[str]:
    return [f"{prefix}{tag}{n:0{12 - len(prefix)}d}" for n in range(count)]


async def rows(stack: Stack) -> dict[tuple[UUID, int], Mapping[str, Any]]:
    connection = await asyncpg.connect(stack.wiring.database_urls["scheduler"])
    found = await connection.fetch(COMPARED)
    await connection.close()
    return {(row["campaign_id"], row["number_id"]): dict(row) for row in found}


def settled(found: dict[tuple[UUID, int], Mapping[str, Any]]) -> dict[tuple[UUID, int], Mapping[str, Any]]:
    return {key: row for key, row in found.items() if row["state"] not in IN_HAND}


async def lose(stack: Stack) -> None:
    connection = await asyncpg.connect(stack.wiring.database_urls["scheduler"])
    await connection.execute("drop schema public cascade; create schema public")
    await connection.close()
    client = await nats.connect(stack.wiring.nats_url)
    await client.jetstream().purge_stream("EVENDIAL_NUMBERS")
    await client.close()


async def rebuild(stack: Stack) -> str:
    wiring = stack.wiring
    settings = {
        "EVENDIAL_DATABASE_URL": wiring.database_urls["scheduler"],
        "EVENDIAL_NATS_URL": wiring.nats_url,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "evendial_scheduler",
        "rebuild",
        env=os.environ | settings,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output
    return output.decode()


async def state_counts(stack: Stack, campaign: UUID) -> Counter[State]:
    found = await rows(stack)
    return Counter(State(row["state"]) for key, row in found.items() if key[0] == campaign)


async def test_a_lost_schedule_is_rebuilt_row_by_row_and_dialled_to_the_end(house: House) -> None:
    user, stack = house.user, house.stack
    device = await user.device()
    rules: dict[str, Any] = {"device_id": device, "calls_per_minute": 600, "max_retries": 1}
    done = numbers(ANSWERS, 1, 4) + numbers(NOBODY, 1, 3)
    finished = await house.campaign(done, **rules | {"calls_per_minute": 1200})
    await user.activate(finished)
    await house.finished(finished, timeout=30)
    await user.ask("POST", f"/v1/campaigns/{finished}/redial-failed")

    waiting = numbers(BUSY, 2, 3)
    stopped = await house.campaign(waiting + numbers(ANSWERS, 2, 20), **rules | {"retry_delay_s": 600})
    await user.activate(stopped)
    await until(lambda: counted(stack, stopped, State.WAITING_RETRY, 3), timeout=30)
    await user.ask("POST", f"/v1/campaigns/{stopped}/stop")

    suppressed, removed = numbers(ANSWERS, 4, 2)
    parts = [
        numbers(RINGS_OUT, 3, 2),
        [suppressed],
        numbers(BUSY, 3, 8),
        numbers(CONGESTED, 3, 1),
        numbers(ANSWERS, 3, 40),
        [removed],
    ]
    listed = [number for part in parts for number in part]
    running = await house.campaign(listed, **rules | {"retry_delay_s": 4})
    await user.ask("POST", "/v1/suppressions", json={"number": f"+{suppressed}"})
    page = await user.ask("GET", f"/v1/campaigns/{running}/numbers", params={"q": removed, "limit": 1})
    number_id = page["items"][0]["number_id"]
    deleted = await user.http.delete(f"/v1/campaigns/{running}/numbers/{number_id}")
    assert deleted.is_success
    await user.activate(running)
    await until(lambda: counted(stack, running, State.COMPLETED, 8), timeout=30)

    stack.kill("scheduler")
    before = await rows(stack)
    kinds = {State(row["state"]) for row in before.values()}
    assert kinds >= {State.FREE, State.WAITING_RETRY, State.COMPLETED, State.SUPPRESSED, State.CALLING}, kinds
    await lose(stack)
    assert "Done." in await rebuild(stack)
    after = await rows(stack)
    assert "Done." in await rebuild(stack), "safe to run twice"
    again = await rows(stack)
    assert settled(after).items() <= again.items()
    removed_rows = {key for key, row in before.items() if row["state"] == State.REMOVED}
    assert set(after) == set(before) - removed_rows, "who was never called and is off the list is not known"
    assert {key: row for key, row in settled(before).items() if key in after}.items() <= after.items()

    await stack.start("scheduler")
    await house.finished(running, timeout=60)
    await user.activate(stopped)
    await until(lambda: counted(stack, stopped, State.COMPLETED, 20), timeout=40)
    called = Counter(call.number for call in house.record(listed + waiting + numbers(ANSWERS, 2, 20)))
    assert called[suppressed] == called[removed] == 0
    once = numbers(ANSWERS, 3, 40) + numbers(ANSWERS, 2, 20)
    assert {number: called[number] for number in once if called[number] != 1} == {}
    assert all(called[number] <= 2 for number in numbers(BUSY, 3, 8) + numbers(RINGS_OUT, 3, 2))


async def counted(stack: Stack, campaign: UUID, state: State, count: int) -> bool:
    return (await state_counts(stack, campaign))[state] >= count
