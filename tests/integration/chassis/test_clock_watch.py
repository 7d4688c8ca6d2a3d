"""A clock that differs from the database's is not trusted, from the instant at which it is set."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from evendial_chassis.clock import MovedClock
from evendial_chassis.clock_watch import ClockOff, ClockWatch
from evendial_chassis.database import TRANSIENT, open_pool
from evendial_chassis.run import Stop

from tests.conftest import DatabaseFactory

pytestmark = pytest.mark.integration


class Asked:
    """A database that answers so much later."""

    def __init__(self, pool: asyncpg.Pool, clock: "SlowClock") -> None:
        self._pool = pool
        self._clock = clock

    async def fetchval(self, statement: str) -> object:
        self._clock.passed_s += self._clock.answers_after_s
        return await self._pool.fetchval(statement)


class SlowClock(MovedClock):
    """Its monotonic side goes on by what a slow answer takes."""

    passed_s = 0.0
    answers_after_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.passed_s


async def test_it_is_trusted_once_it_was_compared_and_until_it_is_set(
    database: DatabaseFactory, tmp_path: Path
) -> None:
    pool = await open_pool(await database(), stop=Stop(), name="test", size=1)
    assert pool
    file = tmp_path / "clock"
    watch = ClockWatch(pool, MovedClock(file))
    with pytest.raises(ClockOff, match="not compared"):
        watch.now()
    await watch.compare()
    assert watch.trouble() is None
    assert abs(watch.now() - datetime.now(UTC)) < timedelta(seconds=0.5)
    for seconds in ("3600", "-3600", "0.6", "-0.6"):
        file.write_text(seconds)
        with pytest.raises(TRANSIENT, match="s off the database's"):
            watch.now()
    await watch.compare()
    assert watch.trouble(), "the database is right, not this host"
    for seconds in ("0.4", "0"):
        file.write_text(seconds)
        assert watch.trouble() is None
    await pool.close()


async def test_a_slow_answer_says_nothing(database: DatabaseFactory, tmp_path: Path) -> None:
    pool = await open_pool(await database(), stop=Stop(), name="test", size=1)
    assert pool
    clock = SlowClock(tmp_path / "clock")
    clock.answers_after_s = 0.6
    watch = ClockWatch(Asked(pool, clock), clock)  # type: ignore[arg-type]
    await watch.compare()
    assert watch.trouble() == "the clock was not compared with the database's yet"
    await pool.close()
