from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from evendial_contracts.windows import Window
from evendial_scheduler.core.window import open_at, zone_of

pytestmark = pytest.mark.unit

NEW_YORK = ZoneInfo("America/New_York")
VILNIUS = ZoneInfo("Europe/Vilnius")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

NINE_TO_FIVE = Window(start=time(9), stop=time(17), weekdays=(1, 2, 3, 4, 5))
FRIDAY_NIGHT = Window(start=time(22), stop=time(2), weekdays=(5,))


def local(zone: ZoneInfo, *wall: int, fold: int = 0) -> datetime:
    return datetime(*wall, tzinfo=zone, fold=fold).astimezone(UTC)  # type: ignore[misc, arg-type]


def minutes_open(window: Window, zone: ZoneInfo, day: tuple[int, int, int]) -> int:
    start = local(zone, *day)
    minutes = (start + n * MINUTE for n in range(26 * 60))
    here = (at for at in minutes if at.astimezone(zone).date() == date(*day))
    return sum(open_at(window, zone, at) for at in here)


@pytest.mark.parametrize(
    ("wall", "is_open"),
    [
        ((2027, 6, 4, 8, 59), False),
        ((2027, 6, 4, 9, 0), True),
        ((2027, 6, 4, 16, 59), True),
        ((2027, 6, 4, 17, 0), False),
        ((2027, 6, 5, 12, 0), False),
    ],
)
def test_open_from_start_until_just_before_stop_on_its_days(wall: tuple[int, ...], is_open: bool) -> None:
    assert open_at(NINE_TO_FIVE, NEW_YORK, local(NEW_YORK, *wall)) is is_open


def test_start_equal_to_stop_means_all_day() -> None:
    all_monday = Window(start=time(9), stop=time(9), weekdays=(1,))
    assert minutes_open(all_monday, VILNIUS, (2027, 6, 7)) == 24 * 60
    assert minutes_open(all_monday, VILNIUS, (2027, 6, 8)) == 0


@pytest.mark.parametrize(
    ("wall", "is_open"),
    [
        ((2027, 6, 4, 1, 0), False),
        ((2027, 6, 4, 22, 0), True),
        ((2027, 6, 5, 1, 59), True),
        ((2027, 6, 5, 2, 0), False),
        ((2027, 6, 5, 22, 0), False),
    ],
)
def test_a_window_over_midnight_belongs_to_the_day_it_starts_on(wall: tuple[int, ...], is_open: bool) -> None:
    assert open_at(FRIDAY_NIGHT, VILNIUS, local(VILNIUS, *wall)) is is_open


def test_the_first_and_the_last_day_are_days_on_which_a_window_starts() -> None:
    nights = Window(start=time(22), stop=time(2), first_day=date(2027, 6, 4), last_day=date(2027, 6, 5))
    hours = [local(VILNIUS, 2027, 6, day, 0) + hour * HOUR for day in (3, 4, 5, 6, 7) for hour in range(24)]
    opened = [at.astimezone(VILNIUS) for at in hours if open_at(nights, VILNIUS, at)]
    assert [(at.day, at.hour) for at in opened] == [
        *((4, 22), (4, 23), (5, 0), (5, 1)),
        *((5, 22), (5, 23), (6, 0), (6, 1)),
    ]


def test_on_a_closed_day_nothing_opens_and_nothing_goes_on_that_began_before() -> None:
    nights = Window(start=time(22), stop=time(2), closed_days=(date(2027, 6, 5),))
    hours = [local(VILNIUS, 2027, 6, day, 0) + hour * HOUR for day in (4, 5, 6, 7) for hour in range(24)]
    opened = [at.astimezone(VILNIUS) for at in hours if open_at(nights, VILNIUS, at)]
    assert [(at.day, at.hour) for at in opened if at.day in (5, 6)] == [(6, 22), (6, 23)]
    assert [at.hour for at in opened if at.day == 4] == [0, 1, 22, 23]


def test_an_hour_that_is_skipped_is_never_open() -> None:
    spring = (2027, 3, 14)
    assert minutes_open(Window(start=time(2), stop=time(3)), NEW_YORK, spring) == 0
    assert minutes_open(Window(start=time(1, 30), stop=time(2, 30)), NEW_YORK, spring) == 30
    assert minutes_open(Window(start=time(2), stop=time(3)), LORD_HOWE, (2027, 10, 3)) == 30


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    autumn = (2027, 11, 7)
    assert minutes_open(Window(start=time(1), stop=time(2)), NEW_YORK, autumn) == 120
    assert minutes_open(Window(start=time(3), stop=time(4)), VILNIUS, (2027, 10, 31)) == 120
    assert minutes_open(Window(start=time(1, 30), stop=time(2)), LORD_HOWE, (2027, 4, 4)) == 60


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe/Vilnius\0"])
def test_a_zone_that_nobody_knows_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match="time_zone"):
        zone_of(name)
