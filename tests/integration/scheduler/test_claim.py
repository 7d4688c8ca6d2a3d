from datetime import timedelta
from uuid import UUID

import pytest
from evendial_scheduler.core.pacing import Slot
from evendial_scheduler.number_store import CLAIM, claim
from evendial_scheduler.store import Pool, transaction

from tests.integration.scheduler.world import NOON

pytestmark = pytest.mark.integration

CAMPAIGNS = [UUID(int=n) for n in range(1, 101)]
FILL = """
insert into number(campaign_id, number_id, e164, generation, due_at)
select campaign_id, entry, 37060000000 + entry, 0, $2::timestamptz - entry * interval '1 second'
from unnest($1::uuid[]) as campaign_id cross join generate_series(1, 300) as entry
"""


def slots(campaign_id: UUID, count: int) -> list[Slot]:
    return [
        Slot(campaign_id=campaign_id, trunk_id=UUID(int=0), at_us=n, not_after_us=n) for n in range(count)
    ]


@pytest.fixture
async def full(pool: Pool) -> Pool:
    """100 campaigns of 300 due numbers, the last entries being due longest."""
    await pool.execute(FILL, CAMPAIGNS, NOON)
    await pool.execute("analyze number")
    return pool


async def test_one_statement_claims_for_a_hundred_campaigns(full: Pool) -> None:
    wanted = [slot for index, campaign_id in enumerate(CAMPAIGNS) for slot in slots(campaign_id, index % 4)]
    async with transaction(full) as connection:
        claimed = await claim(connection, wanted, NOON)
    assert len(claimed) == len(wanted) == 150
    for index, campaign_id in enumerate(CAMPAIGNS):
        numbers = {each.number_id for each in claimed if each.campaign_id == campaign_id}
        assert numbers == set(range(300, 300 - index % 4, -1))


async def test_only_due_numbers_are_claimed_and_each_once(full: Pool) -> None:
    (campaign_id, *_) = CAMPAIGNS
    async with transaction(full) as connection:
        early = await claim(connection, slots(campaign_id, 50), NOON - timedelta(seconds=280))
        assert {each.number_id for each in early} == set(range(280, 301))
        assert await claim(connection, slots(campaign_id, 50), NOON - timedelta(seconds=280)) == []


async def test_numbers_that_another_transaction_holds_are_passed_over(full: Pool) -> None:
    (campaign_id, *_) = CAMPAIGNS
    async with transaction(full) as first, transaction(full) as second:
        one = await claim(first, slots(campaign_id, 5), NOON)
        two = await claim(second, slots(campaign_id, 5), NOON)
    assert {each.number_id for each in one}.isdisjoint(each.number_id for each in two)
    assert len(one) == len(two) == 5


async def test_the_claim_never_reads_the_whole_table(full: Pool) -> None:
    wanted = [10] * len(CAMPAIGNS)
    async with transaction(full) as connection:
        plan = await connection.fetch(f"explain (analyze) {CLAIM}", CAMPAIGNS, wanted, NOON)
    text = "\n".join(row["QUERY PLAN"] for row in plan)
    assert "Tid Scan on number" in text
    assert "number_due" in text
    assert "number_retry" in text
    assert "Seq Scan on number" not in text
