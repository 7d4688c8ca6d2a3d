import asyncio
import logging

import pytest
from evendial_chassis.run import Stop
from evendial_contracts.dialing import DialNumber
from evendial_scheduler.ticker import Ticker

from tests.integration.scheduler.world import World, seconds
from tests.waiting import until

pytestmark = pytest.mark.integration

HOUR_S = 3600.0


@pytest.fixture
def ticker(world: World) -> Ticker:
    """Ticks once at its start, and then in an hour unless it is woken."""
    return Ticker(world.pool, world.planner, HOUR_S, world.on_stored)


def actions(caplog: pytest.LogCaptureFixture) -> list[str]:
    wanted = {"pool_blocked", "pool_free", "plan_failed", "waiting"}
    return [action for r in caplog.records if (action := r.__dict__.get("action")) in wanted]


async def test_nothing_is_planned_without_an_originator_and_that_is_said_once(
    world: World, ticker: Ticker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await world.has_a_trunk()
    await world.has_a_campaign(5)
    for alive in (False, False, True, True, False):
        await ticker.tick(lambda pool, alive=alive: alive)  # type: ignore[misc]
        assert bool(await world.said(DialNumber)) is (actions(caplog).count("pool_free") == 1)
    assert actions(caplog) == ["pool_blocked", "pool_free", "pool_blocked"]


async def test_it_plans_at_once_when_it_is_woken(world: World, ticker: Ticker) -> None:
    await world.has_a_trunk()
    stop = Stop()
    running = asyncio.create_task(ticker.run(lambda pool: True, stop))
    await until(lambda: ticker.trouble() is None)
    await world.has_a_campaign(5)
    ticker.wake()
    await until(lambda: world.said(DialNumber))
    stop.request()
    await asyncio.wait_for(running, 5)


async def test_numbers_wake_it_only_for_a_campaign_that_had_run_dry(world: World, ticker: Ticker) -> None:
    await world.has_a_trunk()
    dry, full = await world.has_a_campaign(1), await world.has_a_campaign(50)
    stop = Stop()
    running = asyncio.create_task(ticker.run(lambda pool: True, stop))
    await until(lambda: ticker.trouble() is None)
    orders = await world.said(DialNumber)
    world.clock.now += seconds(5)
    ticker.numbers_came({full})
    await world.has_imported(dry, [2])
    assert await world.said(DialNumber) == orders
    ticker.numbers_came({dry})
    await until(lambda: has_called(world, dry_number=2))
    stop.request()
    await running


async def has_called(world: World, *, dry_number: int) -> bool:
    return any(order.number_id == dry_number for order in await world.said(DialNumber))


async def test_a_plan_that_fails_is_told_and_the_next_one_is_made(
    world: World, ticker: Ticker, caplog: pytest.LogCaptureFixture
) -> None:
    await world.has_a_trunk()
    await world.has_a_campaign(5)
    await world.pool.execute("alter table outbox rename to elsewhere")
    stop = Stop()
    running = asyncio.create_task(ticker.run(lambda pool: True, stop))
    await until(lambda: "UndefinedTableError" in (ticker.trouble() or ""))
    assert actions(caplog) == ["plan_failed"]
    await world.pool.execute("alter table elsewhere rename to outbox")
    ticker.wake()
    await until(lambda: ticker.trouble() is None)
    assert await world.said(DialNumber)
    stop.request()
    await running
