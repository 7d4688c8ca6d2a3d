from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from evendial_contracts.campaigns import Window
from evendial_scheduler.core.window import Stretch, closes_at, first_open, open_at, zone_of
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unit

NEW_YORK = ZoneInfo("America/New_York")
VILNIUS = ZoneInfo("Europe/Vilnius")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
ZONES = (
    "UTC",
    "America/New_York",
    "Europe/Vilnius",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

NINE_TO_FIVE = Window(start=time(9), stop=time(17), weekdays=(1, 2, 3, 4, 5))
FRIDAY_NIGHT = Window(start=time(22), stop=time(2), weekdays=(5,))

walls = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]), st.sampled_from([0, 30]))
days = st.dates(date(2027, 3, 1), date(2027, 11, 30))
windows = st.builds(
    Window,
    start=walls,
    stop=walls,
    weekdays=st.sets(st.integers(1, 7)).map(lambda days: tuple(sorted(days))),
    first_day=st.none() | days,
    last_day=st.none() | days,
)
instants = st.floats(0, 274).map(lambda days: datetime(2027, 3, 1, tzinfo=UTC) + timedelta(days=days))


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


def test_it_closes_at_the_clock_change_when_that_skips_its_stop() -> None:
    window = Window(start=time(1, 30), stop=time(2, 30))
    start = local(NEW_YORK, 2027, 3, 14, 1, 40)
    assert closes_at(window, NEW_YORK, start, start + HOUR) == local(NEW_YORK, 2027, 3, 14, 3, 0)


def test_it_closes_at_the_clock_change_when_that_goes_back_before_its_start() -> None:
    window = Window(start=time(1, 30), stop=time(2, 30))
    start = local(NEW_YORK, 2027, 11, 7, 1, 59, 59)
    change = start + timedelta(seconds=1)
    assert first_open(window, NEW_YORK, start, start + timedelta(seconds=3)) == Stretch(start, change)
    assert first_open(window, NEW_YORK, change, change + HOUR) == Stretch(change + 30 * MINUTE, None)


def test_the_first_stretch_begins_on_the_second_when_the_window_opens() -> None:
    start = local(NEW_YORK, 2027, 6, 4, 8, 59, 58)
    nine, soon = start + timedelta(seconds=2), start + timedelta(seconds=3)
    assert first_open(NINE_TO_FIVE, NEW_YORK, start, soon) == Stretch(nine, None)
    assert first_open(NINE_TO_FIVE, NEW_YORK, start, nine) is None


def test_a_window_without_days_is_never_open() -> None:
    never = Window(weekdays=())
    start = datetime(2027, 6, 4, tzinfo=UTC)
    assert first_open(never, NEW_YORK, start, start + timedelta(days=30)) is None


@given(windows, st.sampled_from(ZONES), instants, st.sampled_from([3.5, 7200.0, 200_000.0]))
def test_the_first_stretch_is_where_it_is_open(
    window: Window, name: str, start: datetime, span_s: float
) -> None:
    zone, until = zone_of(name), start + timedelta(seconds=span_s)
    found = first_open(window, zone, start, until)
    looked_at = [start + timedelta(seconds=span_s) * part / 97 for part in range(97)]
    if found is None:
        assert not any(open_at(window, zone, at) for at in looked_at)
        return
    closes = found.closes or until
    assert start <= found.opens < until
    assert not any(open_at(window, zone, at) for at in looked_at if at < found.opens)
    assert all(open_at(window, zone, at) for at in [found.opens, *looked_at] if found.opens <= at < closes)
    assert found.closes is None or not open_at(window, zone, found.closes)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe/Vilnius\0"])
def test_a_zone_that_nobody_knows_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match="time_zone"):
        zone_of(name)
