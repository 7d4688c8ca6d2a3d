"""The timer, by timerfd and without: in order, never early, and no failure stops it."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from evendial_chassis.clock import MovedClock
from evendial_originator import timerfd
from evendial_originator.timer import SlotTimer, nanoseconds

from tests.waiting import until

pytestmark = pytest.mark.unit


@pytest.fixture(params=["timerfd", "fallback"])
async def timer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlotTimer]:
    if request.param == "fallback":

        def absent() -> int:
            raise OSError("this system has no timerfd")

        monkeypatch.setattr(timerfd, "create", absent)
    made = SlotTimer()
    yield made
    made.close()


def soon(milliseconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(milliseconds=milliseconds)


async def test_functions_are_called_in_the_order_of_their_instants_and_never_early(timer: SlotTimer) -> None:
    called: list[tuple[datetime, int]] = []
    instants = [soon(each) for each in (30, 10, 50.5, 10.2, 20, 0, -1000, 40)]
    for instant in instants:
        timer.at(instant, lambda instant=instant: called.append((instant, time.time_ns())))  # type: ignore[misc]
    await until(lambda: len(called) == len(instants))
    assert [instant for instant, _ in called] == sorted(instants)
    assert all(now >= nanoseconds(instant) for instant, now in called)


async def test_an_instant_before_the_one_that_is_waited_for_comes_first(timer: SlotTimer) -> None:
    called: list[str] = []
    timer.at(soon(60_000), lambda: called.append("late"))
    timer.at(soon(5), lambda: called.append("soon"))
    await until(lambda: called == ["soon"])


async def test_equal_instants_keep_their_order(timer: SlotTimer) -> None:
    called: list[int] = []
    instant = soon(10)
    for number in range(50):
        timer.at(instant, lambda number=number: called.append(number))  # type: ignore[misc]
    await until(lambda: len(called) == 50)
    assert called == list(range(50))


async def test_a_function_may_set_the_next(timer: SlotTimer) -> None:
    done = asyncio.Event()
    timer.at(soon(1), lambda: timer.at(soon(1), done.set))
    await until(done.is_set)


async def test_a_function_that_fails_is_logged_and_the_next_is_called(
    timer: SlotTimer, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ValueError("a bug")

    done = asyncio.Event()
    timer.at(soon(1), fail)
    timer.at(soon(2), done.set)
    await until(done.is_set)
    assert [record.levelno for record in caplog.records if record.exc_info] == [logging.ERROR]


async def test_after_close_nothing_is_called(timer: SlotTimer) -> None:
    called: list[str] = []
    timer.at(soon(5), lambda: called.append("closed"))
    timer.close()
    other, done = SlotTimer(), asyncio.Event()
    other.at(soon(15), done.set)
    await until(done.is_set)
    other.close()
    assert called == []


async def test_it_keeps_a_clock_that_is_set_wrong(timer: SlotTimer, tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("-3600")
    clock, called = MovedClock(tmp_path / "clock"), list[str]()
    slow, done = SlotTimer(clock), asyncio.Event()
    slow.at(soon(5), lambda: called.append("an hour early"))
    slow.at(clock.now() + timedelta(milliseconds=15), done.set)
    await until(done.is_set)
    slow.close()
    assert called == []


def test_an_instant_is_exact_to_its_microsecond() -> None:
    instant = datetime(2026, 11, 23, 12, 0, 0, 123_457, tzinfo=UTC)
    assert nanoseconds(instant) == 1_795_435_200_123_457_000
