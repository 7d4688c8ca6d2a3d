"""Killed between an effect and its answer: the repeat makes the same thing again, harmlessly."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest
from evendial_campaigns.settings import Settings

from tests.integration.campaigns.conftest import listing, made
from tests.integration.campaigns.service_process import Starter, client
from tests.waiting import until

pytestmark = pytest.mark.integration

TEXT = {"Content-Type": "text/plain"}
HOLD = 7
HOLD_ANSWERS = f"""
create function hold() returns trigger language plpgsql as $$
begin perform pg_advisory_xact_lock({HOLD}); return new; end $$;
create trigger hold before update of status on idempotent_answer for each row execute function hold();
"""
END_WAITING = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock'
"""
FREE_ANSWERS = "drop trigger hold on idempotent_answer; drop function hold"


@pytest.fixture
async def starter(settings: Settings, tmp_path: Path) -> AsyncIterator[Starter]:
    starter = Starter(settings, tmp_path)
    yield starter
    starter.kill()


@asynccontextmanager
async def no_answer_is_stored(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """The service carries requests out and then waits at the door of its table of answers."""
    holder = await asyncpg.connect(settings.database_url)
    await holder.execute(HOLD_ANSWERS)
    await holder.execute("select pg_advisory_lock($1)", HOLD)
    yield holder
    await holder.execute(END_WAITING)
    await holder.execute("select pg_advisory_unlock($1)", HOLD)
    await holder.execute(FREE_ANSWERS)
    await holder.close()


async def test_a_campaign_is_made_once(starter: Starter) -> None:
    process = await starter.ready()
    key, body = {"Idempotency-Key": str(uuid4())}, {"name": "once"}
    async with client(starter.settings) as asking, no_answer_is_stored(starter.settings) as database:
        cut = asyncio.ensure_future(asking.post("/v1/campaigns", json=body, headers=key))
        made_id = await until(lambda: database.fetchval("select campaign_id from campaign"))
        process.kill()
        with pytest.raises(httpx.TransportError):
            await cut
    await starter.ready()
    async with client(starter.settings) as asking:
        other = await asking.post("/v1/campaigns", json={"name": "other"}, headers=key)
        assert (other.status_code, other.json()["type"]) == (422, "idempotency_key_reused")
        again = await asking.post("/v1/campaigns", json=body, headers=key)
        assert made(again)["campaign_id"] == str(made_id)
        third = await asking.post("/v1/campaigns", json=body, headers=key)
        assert (third.content, third.headers["Idempotency-Replayed"]) == (again.content, "true")
        assert len((await asking.get("/v1/campaigns")).json()["items"]) == 1


async def test_a_list_is_taken_once(starter: Starter) -> None:
    process = await starter.ready()
    key = {"Idempotency-Key": str(uuid4())} | TEXT
    async with client(starter.settings) as asking:
        campaign_id = made(await asking.post("/v1/campaigns", json={"name": "once"}))["campaign_id"]
        url = f"/v1/campaigns/{campaign_id}/numbers/import"
        async with no_answer_is_stored(starter.settings) as database:
            cut = asyncio.ensure_future(asking.post(url, content=listing(100), headers=key))
            finished = "select import_id from import where state = 'finished'"
            import_id = await until(lambda: database.fetchval(finished))
            process.kill()
            with pytest.raises(httpx.TransportError):
                await cut
    await starter.ready()
    async with client(starter.settings) as asking:
        other = await asking.post(url, content=listing(101), headers=key)
        assert (other.status_code, other.json()["type"]) == (422, "idempotency_key_reused")
        again = made(await asking.post(url, content=listing(100), headers=key))
        assert (again["import_id"], again["accepted"]) == (str(import_id), 100)
        assert (await asking.get(f"/v1/campaigns/{campaign_id}/progress")).json()["numbers"] == 100
