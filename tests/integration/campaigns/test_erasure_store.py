"""Who asks for an erasure gets one, also where the one that was running ends in that moment."""

from uuid import UUID, uuid4

import asyncpg
import pytest
from evendial_campaigns.erasure_store import Erasures
from evendial_campaigns.suppression_store import Suppressions

from tests.integration.campaigns.conftest import PERSON_KEY

pytestmark = pytest.mark.integration

OWNER, NUMBER = UUID(int=77), 4915560000001
ENDS_WHEN_ANOTHER_IS_ASKED_FOR = """
create function ends() returns trigger language plpgsql as $$ begin
    update erasure set e164 = null, done_at = clock_timestamp()
        where erasure_id = '{running}' and done_at is null;
    return null;
end $$;
create trigger ends after insert on erasure for each statement execute function ends();
"""


async def test_what_runs_already_is_joined(pool: asyncpg.Pool) -> None:
    erasures = Erasures(pool, Suppressions(pool, PERSON_KEY.encode()))
    first = await erasures.begin(uuid4(), OWNER, NUMBER, OWNER)
    assert await erasures.begin(uuid4(), OWNER, NUMBER, OWNER) == first


async def test_what_ends_while_it_is_to_be_joined_is_begun_anew(pool: asyncpg.Pool) -> None:
    erasures, asked = Erasures(pool, Suppressions(pool, PERSON_KEY.encode())), uuid4()
    running = await erasures.begin(uuid4(), OWNER, NUMBER, OWNER)
    await pool.execute(ENDS_WHEN_ANOTHER_IS_ASKED_FOR.format(running=running.erasure_id))
    begun = await erasures.begin(asked, OWNER, NUMBER, OWNER)
    assert (begun.erasure_id, begun.done_at) == (asked, None)
