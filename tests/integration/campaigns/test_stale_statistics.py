"""Postgres does not know of a campaign's rows, as it does not straight after a large import."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest
from evendial_campaigns import call_list, number_list
from evendial_campaigns.core.progress import NumberState

from tests.integration.campaigns.conftest import Running

pytestmark = pytest.mark.integration

OTHER, CAMPAIGN = UUID(int=1), UUID(int=2)
OTHERS, NUMBERS = 5_000, 60_000
PAGE = 1000
TABLES = ("number", "number_progress", "call")
HALF_CALLED = """
with listed as (
    insert into number(campaign_id, import_id, e164)
    select $1, $1, 4915500000000 + i from generate_series(1, $2) i returning number_id),
called as (
    select number_id from listed order by number_id limit $2 / 2),
progress as (
    insert into number_progress(campaign_id, number_id, generation, slot_at, rank, state, attempt_no)
    select $1, number_id, 0, now(), 1, 'completed', 1 from called)
insert into call(campaign_id, number_id, generation, attempt_no, slot_at, command_id)
select $1, number_id, 0, 1, now(), gen_random_uuid() from called
"""


@pytest.fixture
async def impatient(fresh: Running) -> AsyncIterator[asyncpg.Pool]:
    """Gives up after two seconds. A list came, half of it called, since the tables were last looked at."""
    await fresh.pool.execute(HALF_CALLED, OTHER, OTHERS)
    for table in TABLES:
        await fresh.pool.execute(f"alter table {table} set (autovacuum_enabled = false)")
        await fresh.pool.execute(f"analyze {table}")
    await fresh.pool.execute(HALF_CALLED, CAMPAIGN, NUMBERS)
    pool = asyncpg.create_pool(
        fresh.settings.database_url, min_size=1, max_size=1, server_settings={"statement_timeout": "2s"}
    )
    async with pool:
        yield pool


@pytest.mark.parametrize("digits", [None, "49155"])
@pytest.mark.parametrize("state", [None, NumberState.FREE, NumberState.COMPLETED])
async def test_a_page_of_numbers_comes_in_time(
    impatient: asyncpg.Pool, state: NumberState | None, digits: str | None
) -> None:
    wanted = number_list.Wanted(state=state, digits=digits, limit=PAGE)
    page = await number_list.numbers(impatient, CAMPAIGN, wanted)
    assert len(page.items) == PAGE
    assert {each.attempts for each in page.items} == {0 if state is NumberState.FREE else 1}
    assert page.next == str(page.items[-1].number_id)


async def test_numbers_that_are_not_there_are_missed_in_time(impatient: asyncpg.Pool) -> None:
    for state in (None, NumberState.FREE, NumberState.COMPLETED):
        wanted = number_list.Wanted(state=state, digits="777777", import_id=uuid4())
        assert (await number_list.numbers(impatient, CAMPAIGN, wanted)).items == []


async def test_a_page_of_calls_comes_in_time(impatient: asyncpg.Pool) -> None:
    page = await call_list.calls(impatient, CAMPAIGN, call_list.Wanted(limit=PAGE))
    assert len(page.items) == PAGE
    assert all(each.e164 for each in page.items)
