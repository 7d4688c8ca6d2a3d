"""When a campaign will be through its list."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from evendial_campaigns.core.forecast import (
    NO_CALLS,
    NOT_ACTIVE,
    NOTHING_LEFT,
    TOO_FAR,
    Forecast,
    Pace,
    forecast,
)
from evendial_contracts.windows import Window

pytestmark = pytest.mark.unit

MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ALL_DAY = Window()
OFFICE = Window(start=time(9), stop=time(17), weekdays=(1, 2, 3, 4, 5))
NIGHT = Window(start=time(22), stop=time(6))
BERLIN = ZoneInfo("Europe/Berlin")


def pace(**more: Any) -> Pace:
    fields = {"active": True, "numbers_left": 600, "numbers_done": 0, "calls_ended": 0, "started": 10}
    return Pace(**{"calls_each_max": 3} | fields | more)


def at(window: Window, now: datetime = MONDAY_NOON, **more: Any) -> datetime | None:
    return forecast(pace(**more), window, BERLIN, now).finish_at


def test_numbers_left_by_the_calls_of_the_last_minute() -> None:
    assert at(ALL_DAY) == MONDAY_NOON + timedelta(hours=1)


def test_each_number_takes_the_calls_that_the_others_took_but_never_more_than_it_may() -> None:
    assert at(ALL_DAY, numbers_done=10, calls_ended=20) == MONDAY_NOON + timedelta(hours=2)
    assert at(ALL_DAY, numbers_done=1, calls_ended=50) == MONDAY_NOON + timedelta(hours=3)


def test_time_outside_the_window_does_not_count() -> None:
    assert at(OFFICE, numbers_left=3000) == datetime(2026, 11, 24, 9, tzinfo=UTC)  # 13-17, then 9-10
    friday = datetime(2026, 11, 27, 15, tzinfo=UTC)
    assert at(OFFICE, friday, numbers_left=1200) == datetime(2026, 11, 30, 9, tzinfo=UTC)
    holiday = msgspec.structs.replace(OFFICE, closed_days=(date(2026, 11, 24),))
    assert at(holiday, numbers_left=3000) == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert at(NIGHT, numbers_left=600) == datetime(2026, 11, 23, 22, tzinfo=UTC)
    assert at(NIGHT, MONDAY_NOON.replace(hour=2)) == MONDAY_NOON.replace(hour=3)


def test_where_it_cannot_be_said_there_is_a_reason() -> None:
    past = Window(last_day=date(2026, 11, 22))
    assert forecast(pace(active=False), ALL_DAY, UTC, MONDAY_NOON) == Forecast(None, NOT_ACTIVE)
    assert forecast(pace(numbers_left=0), ALL_DAY, UTC, MONDAY_NOON) == Forecast(None, NOTHING_LEFT)
    assert forecast(pace(started=0), ALL_DAY, UTC, MONDAY_NOON) == Forecast(None, NO_CALLS)
    assert forecast(pace(numbers_left=10**9), ALL_DAY, UTC, MONDAY_NOON) == Forecast(None, TOO_FAR)
    assert forecast(pace(), past, UTC, MONDAY_NOON) == Forecast(None, TOO_FAR)
