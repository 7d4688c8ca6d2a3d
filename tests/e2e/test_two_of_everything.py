"""Two schedulers, and two originators each with an Asterisk of its own, work on one list."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zlib import crc32

import asyncpg
import pytest
from evendial_contracts.calls import CallEnded

from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.carrier import CarrierCall
from deploy.local.listener import Listener, listening
from deploy.local.places import Crew
from deploy.local.stack import Stack, local_stack
from deploy.local.user import user_of
from tests.e2e.conftest import House
from tests.waiting import until

pytestmark = pytest.mark.e2e

ANSWERS, BUSY = "4930111", "493020"
RATE = 600
MOVES_WITHIN = timedelta(seconds=5)
PLANNED_AHEAD = timedelta(seconds=1)


@pytest.fixture(scope="module")
async def pair(asterisk_build: AsteriskBuild) -> AsyncIterator[House]:
    crew = Crew(schedulers=2, originators=2)
    async with (
        local_stack(asterisk_build, crew=crew, rtp_ports=200) as stack,
        user_of(stack.api) as user,
    ):
        yield House(stack, user)


def numbers_of(what: str, count: int) -> list[str]:
    tag = crc32(what.encode()) % 1000
    return [f"{ANSWERS if n % 2 else BUSY}{tag:03d}{n:04d}" for n in range(count)]


def ended_by(stack: Stack, originator: str) -> int:
    lines = stack.log(originator).read_text().splitlines()
    return sum(json.loads(line).get("action") == "call_ended" for line in lines if line.startswith("{"))


async def until_moved(stack: Stack, heard: Listener, taken_at: datetime) -> None:
    """Waits until all that was planned by then is claimed, or free to be planned again."""
    held = [each.command_id for each in heard.planned.values() if each.slot_at < taken_at + PLANNED_AHEAD]
    ledger = await asyncpg.connect(stack.wiring.database_urls["originator"])

    async def moved() -> bool:
        known = await ledger.fetchval("select count(*) from command where command_id = any($1)", held)
        return bool(known == len(held))

    try:
        await until(moved, timeout=MOVES_WITHIN.total_seconds())
    finally:
        await ledger.close()


def longest_silence(calls: list[CarrierCall], since: datetime) -> timedelta:
    starts = [since, *(call.started_at for call in calls)]
    return max(after - before for before, after in pairwise(starts))


def judge(house: House, heard: Listener, numbers: list[str]) -> None:
    called = Counter(call.number for call in house.record(numbers))
    outcomes = {heard.e164[end.number_id]: end for end in heard.ends.values() if isinstance(end, CallEnded)}
    assert heard.ended_twice == []
    assert max(called.values()) == 1, "max_retries is 0: one attempt, one call"
    assert set(outcomes) == set(numbers), "every number has its one outcome"
    unknown = {number for number, end in outcomes.items() if end.disposition == "unknown"}
    assert set(numbers) - unknown <= set(called)


async def test_they_share_one_list_without_a_double_or_a_loss(pair: House) -> None:
    numbers = numbers_of("share", 50)
    before = [ended_by(pair.stack, name) for name in ("originator", "originator-2")]
    campaign = await pair.campaign(numbers, calls_per_minute=RATE)
    async with listening(pair.stack.wiring.nats_url, await pair.user.id(), str(campaign)) as heard:
        await pair.user.activate(campaign)
        await until(lambda: heard.finished, timeout=40)
    judge(pair, heard, numbers)
    slots = sorted(end.slot_at for end in heard.calls)
    assert min(after - before for before, after in pairwise(slots)) >= timedelta(milliseconds=100)
    each = [ended_by(pair.stack, name) for name in ("originator", "originator-2")]
    assert all(after > earlier for after, earlier in zip(each, before, strict=True)), each


@pytest.mark.parametrize(
    ("name", "how"), [("originator-2", "kill"), ("originator-2", "pause"), ("scheduler", "kill")]
)
async def test_the_other_goes_on_within_five_seconds(pair: House, name: str, how: str) -> None:
    numbers = numbers_of(f"{how}{name}", 70)
    campaign = await pair.campaign(numbers, calls_per_minute=RATE)
    async with listening(pair.stack.wiring.nats_url, await pair.user.id(), str(campaign)) as heard:
        await pair.user.activate(campaign)
        await until(lambda: len(heard.calls) >= 15, timeout=30)
        getattr(pair.stack, how)(name)
        taken_at = datetime.now(UTC)
        try:
            await until_moved(pair.stack, heard, taken_at)
            await until(lambda: len(heard.calls) >= 40, timeout=40)
        finally:
            if how == "kill":
                await pair.stack.start(name)
            else:
                pair.stack.resume(name)
        await until(lambda: heard.finished, timeout=60)
    judge(pair, heard, numbers)
    calls = [call for call in pair.record(numbers) if call.started_at > taken_at]
    assert longest_silence(calls, taken_at) < MOVES_WITHIN
