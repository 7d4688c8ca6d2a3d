from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import DialNumber, VoidReason
from evendial_contracts.message import AttemptFact
from evendial_contracts.numbers import ListedNumber, NumberFailed, NumberReleased, NumberWaitingRetry
from evendial_contracts.retries import Retry, RetryPolicy
from evendial_contracts.windows import Window
from evendial_scheduler.core.state import State

from tests.integration.scheduler.world import (
    NOON,
    World,
    chunk_of,
    ended,
    originated,
    rules_changed,
    seconds,
    stopped,
    voided,
)

pytestmark = pytest.mark.integration

Fact = NumberWaitingRetry | NumberFailed | NumberReleased


async def first_order(world: World, *, retry_delay_s: int = 300) -> DialNumber:
    await world.has_a_trunk()
    await world.has_a_campaign(1, retry_delay_s=retry_delay_s)
    (order,) = await world.plans()
    return order


async def facts(world: World) -> list[AttemptFact]:
    return [fact for fact in await world.said(AttemptFact) if isinstance(fact, Fact)]


@pytest.mark.parametrize(
    ("disposition", "state", "said"),
    [
        (Disposition.ANSWERED, State.COMPLETED, None),
        (Disposition.UNKNOWN, State.UNKNOWN, None),
        (Disposition.BUSY, State.WAITING_RETRY, NumberWaitingRetry),
        (Disposition.NO_ANSWER, State.WAITING_RETRY, NumberWaitingRetry),
        (Disposition.CONGESTION, State.WAITING_RETRY, NumberWaitingRetry),
        (Disposition.FAILED_SYSTEM, State.WAITING_RETRY, NumberWaitingRetry),
        (Disposition.REJECTED, State.FAILED, NumberFailed),
        (Disposition.INVALID_NUMBER, State.FAILED, NumberFailed),
    ],
)
async def test_each_end_has_its_consequence(
    world: World, disposition: Disposition, state: State, said: type | None
) -> None:
    order = await first_order(world)
    await world.hears(ended(order, disposition))
    assert await world.state_of(order.campaign_id, 1) is state
    spoken = await facts(world)
    assert [type(fact) for fact in spoken] == ([said] if said else [])
    assert all(fact.command_id == order.command_id for fact in spoken)


async def test_a_retry_comes_after_its_delay_and_uses_the_next_attempt(world: World) -> None:
    order = await first_order(world, retry_delay_s=60)
    world.clock.now = order.slot_at + seconds(10)
    await world.hears(ended(order, Disposition.BUSY, after_s=10))
    (waiting,) = await world.said(NumberWaitingRetry)
    assert (waiting.retry_at, waiting.attempt_no) == (order.slot_at + seconds(70), 1)
    world.clock.now = waiting.retry_at - seconds(0.001)
    assert await world.plans() == []
    world.clock.now = waiting.retry_at
    (again,) = await world.plans()
    assert (again.attempt_no, again.number_id) == (2, order.number_id)
    assert again.slot_at > waiting.retry_at


async def test_each_outcome_is_retried_by_the_policy_of_the_moment_it_ends_at(world: World) -> None:
    await world.has_a_trunk()
    busy = RetryPolicy(busy=Retry(delays_s=(60, 1800)))
    rules: dict[str, Any] = {"max_retries": 9, "retry_delay_s": 300}
    campaign_id = await world.has_a_campaign(1, retry_policy=busy, **rules)
    waited = []
    for end in (Disposition.BUSY, Disposition.NO_ANSWER, Disposition.BUSY):
        waited.append(await _waited(world, end))
    declined = RetryPolicy(rejected=Retry(delays_s=(7200,), max_retries=1))
    await world.hears(rules_changed(campaign_id, world.rules(retry_policy=declined, **rules)))
    waited += [await _waited(world, Disposition.REJECTED), await _waited(world, Disposition.BUSY)]
    assert waited == [60, 300, 1800, 7200, 300]
    (last,) = await world.plans()
    await world.hears(ended(last, Disposition.REJECTED))
    assert await world.state_of(campaign_id, 1) is State.FAILED


async def _waited(world: World, end: Disposition) -> float:
    """Has the number called; how long after that end it is due again, which is then."""
    (order,) = await world.plans()
    world.clock.now = order.slot_at + seconds(20)
    await world.hears(ended(order, end, after_s=20))
    waiting = (await world.said(NumberWaitingRetry))[-1]
    world.clock.now = waiting.retry_at
    return (waiting.retry_at - order.slot_at).total_seconds() - 20


async def test_a_redialled_number_begins_its_policy_anew(world: World) -> None:
    await world.has_a_trunk()
    policy = RetryPolicy(busy=Retry(delays_s=(60, 1800)))
    campaign_id = await world.has_a_campaign(1, max_retries=9, retry_policy=policy)
    assert await _waited(world, Disposition.BUSY) == 60
    batch_id = uuid4()
    again = chunk_of(campaign_id, batch_id, ListedNumber(1, "37060000001", 1))
    await world.feed.take_in([again])
    assert await _waited(world, Disposition.BUSY) == 60


async def test_a_retry_due_in_a_closed_window_takes_a_slot_of_the_next(world: World) -> None:
    await world.has_a_trunk()
    noon_only = Window(start=time(12), stop=time(12, 5))
    await world.has_a_campaign(1, window=noon_only, retry_policy=RetryPolicy(busy=Retry(delays_s=(600,))))
    await _waited(world, Disposition.BUSY)
    assert await world.plans() == []
    world.clock.now = NOON + timedelta(days=1)
    (again,) = await world.plans()
    assert again.attempt_no == 2


async def test_the_last_attempt_fails_the_number(world: World) -> None:
    order = await first_order(world, retry_delay_s=0)
    await world.hears(ended(order, Disposition.NO_ANSWER))
    world.clock.now += seconds(60)
    (again,) = await world.plans()
    await world.hears(ended(again, Disposition.NO_ANSWER))
    assert await world.state_of(order.campaign_id, 1) is State.FAILED
    (failed,) = await world.said(NumberFailed)
    assert (failed.attempt_no, failed.disposition) == (2, Disposition.NO_ANSWER)


async def test_a_voided_number_is_free_again_with_the_same_attempt(world: World) -> None:
    order = await first_order(world)
    await world.hears(voided(order, VoidReason.EXPIRED))
    (released,) = await world.said(NumberReleased)
    assert released.reason is VoidReason.EXPIRED
    world.clock.now += seconds(1)
    (again,) = await world.plans()
    assert (again.attempt_no, again.number_id) == (1, 1)
    assert again.command_id != order.command_id


async def test_numbers_of_a_stopped_campaign_are_free_again_and_stay_so(world: World) -> None:
    order = await first_order(world)
    await world.hears(stopped(order.campaign_id, 2), voided(order, VoidReason.STOPPED))
    world.clock.now += seconds(10)
    assert await world.plans() == []
    assert await world.states(order.campaign_id) == {State.FREE: 1}


async def test_what_is_heard_again_changes_nothing(world: World) -> None:
    order = await first_order(world, retry_delay_s=5)
    end = ended(order, Disposition.BUSY, after_s=1)
    await world.hears(originated(order), end, end)
    before = await world.pool.fetch("select * from number"), await world.pool.fetch("select * from outbox")
    await world.hears(originated(order), end)
    assert before == (
        await world.pool.fetch("select * from number"),
        await world.pool.fetch("select * from outbox"),
    )
    world.clock.now += seconds(10)
    (again,) = await world.plans()
    await world.hears(end, voided(order, VoidReason.EXPIRED), originated(order))
    assert await world.state_of(order.campaign_id, 1) is State.SCHEDULED
    await world.hears(ended(again, Disposition.ANSWERED))
    assert await world.state_of(order.campaign_id, 1) is State.COMPLETED


async def test_a_call_in_progress_is_calling_until_its_end(world: World) -> None:
    order = await first_order(world)
    await world.hears(originated(order))
    assert await world.state_of(order.campaign_id, 1) is State.CALLING
    await world.hears(ended(order, Disposition.ANSWERED))
    assert await world.state_of(order.campaign_id, 1) is State.COMPLETED


async def test_an_end_that_overtakes_the_beginning_stands(world: World) -> None:
    order = await first_order(world)
    await world.hears(ended(order, Disposition.ANSWERED), originated(order))
    assert await world.state_of(order.campaign_id, 1) is State.COMPLETED


async def test_a_number_that_alone_keeps_failing_uses_up_its_attempts(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(2, calls_per_minute=6000, max_retries=0, retry_delay_s=60)
    bad, good = await world.plans()
    await world.hears(ended(bad, Disposition.CONGESTION, after_s=1))
    await world.hears(ended(good, Disposition.ANSWERED, after_s=5))
    for failures in (2, 3):
        world.clock.now += seconds(120)
        (again,) = await world.plans()
        assert again.attempt_no == 1, failures
        await world.hears(ended(again, Disposition.CONGESTION))
    assert await world.state_of(campaign, bad.number_id) is State.FAILED


async def test_a_retry_that_is_due_comes_before_numbers_never_tried(world: World) -> None:
    await world.has_a_trunk()
    campaign = await world.has_a_campaign(1, retry_delay_s=10)
    (order,) = await world.plans()
    await world.has_imported(campaign, [2, 3, 4])
    await world.hears(ended(order, Disposition.BUSY, after_s=1))
    world.clock.now = NOON + seconds(60)
    assert [each.number_id for each in await world.plans_for(3)] == [1, 2, 3, 4]
