from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from evendial_contracts.windows import Window
from evendial_scheduler.core.hours import Hours, Stretch, first_open, next_open, open_at
from evendial_scheduler.core.window import zone_of
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.unit

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

NEW_YORK, VILNIUS, LOS_ANGELES = "America/New_York", "Europe/Vilnius", "America/Los_Angeles"
ZONES = (
    "UTC",
    "America/New_York",
    "Europe/Vilnius",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Honolulu",
)
NINE_TO_FIVE = Window(start=time(9), stop=time(17), weekdays=(1, 2, 3, 4, 5))

walls = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]), st.sampled_from([0, 30]))
days = st.dates(date(2027, 3, 1), date(2027, 11, 30))
windows = st.builds(
    Window,
    start=walls,
    stop=walls,
    weekdays=st.sets(st.integers(1, 7)).map(lambda days: tuple(sorted(days))),
    first_day=st.none() | days,
    last_day=st.none() | days,
    closed_days=st.lists(days, max_size=3).map(tuple),
)
hours = st.lists(
    st.builds(Hours, st.lists(windows, min_size=1, max_size=2).map(tuple), st.sampled_from(ZONES)),
    min_size=1,
    max_size=3,
)
instants = st.floats(0, 274).map(lambda days: datetime(2027, 3, 1, tzinfo=UTC) + timedelta(days=days))


def local(name: str, *wall: int, fold: int = 0) -> datetime:
    return datetime(*wall, tzinfo=zone_of(name), fold=fold).astimezone(UTC)  # type: ignore[misc, arg-type]


def in_zone(window: Window, *names: str) -> list[Hours]:
    return [Hours((window,), name) for name in names]


def test_it_closes_at_the_clock_change_when_that_skips_its_stop() -> None:
    night = in_zone(Window(start=time(1, 30), stop=time(2, 30)), NEW_YORK)
    start = local(NEW_YORK, 2027, 3, 14, 1, 40)
    assert first_open(night, start, start + HOUR) == Stretch(start, local(NEW_YORK, 2027, 3, 14, 3, 0))


def test_it_closes_at_the_clock_change_when_that_goes_back_before_its_start() -> None:
    night = in_zone(Window(start=time(1, 30), stop=time(2, 30)), NEW_YORK)
    start = local(NEW_YORK, 2027, 11, 7, 1, 59, 59)
    change = start + timedelta(seconds=1)
    assert first_open(night, start, start + timedelta(seconds=3)) == Stretch(start, change)
    assert first_open(night, change, change + HOUR) == Stretch(change + 30 * MINUTE, None)


def test_the_first_stretch_begins_on_the_second_when_the_window_opens() -> None:
    start = local(NEW_YORK, 2027, 6, 4, 8, 59, 58)
    nine, soon = start + timedelta(seconds=2), start + timedelta(seconds=3)
    assert first_open(in_zone(NINE_TO_FIVE, NEW_YORK), start, soon) == Stretch(nine, None)
    assert first_open(in_zone(NINE_TO_FIVE, NEW_YORK), start, nine) is None


def test_a_window_without_days_is_never_open() -> None:
    never, start = in_zone(Window(weekdays=()), NEW_YORK), datetime(2027, 6, 4, tzinfo=UTC)
    assert first_open(never, start, start + timedelta(days=30)) is None
    assert next_open(never, start) is None
    assert next_open([Hours((), NEW_YORK)], start) is None


def test_in_two_zones_it_is_open_from_the_later_opening_until_the_earlier_close() -> None:
    both = in_zone(NINE_TO_FIVE, NEW_YORK, LOS_ANGELES)
    start = local(NEW_YORK, 2027, 6, 4, 0)
    expected = Stretch(local(LOS_ANGELES, 2027, 6, 4, 9), local(NEW_YORK, 2027, 6, 4, 17))
    assert first_open(both, start, start + DAY) == expected
    assert not open_at(both, expected.opens - MINUTE)
    assert open_at(both, expected.opens)


def test_of_several_windows_in_one_zone_one_open_is_enough() -> None:
    weekend_later = Hours((NINE_TO_FIVE, Window(start=time(12), stop=time(16), weekdays=(6,))), VILNIUS)
    saturday = local(VILNIUS, 2027, 6, 5, 0)
    assert first_open([weekend_later], saturday, saturday + DAY) == Stretch(
        saturday + 12 * HOUR, saturday + 16 * HOUR
    )


def test_the_next_opening_is_found_a_year_and_more_ahead() -> None:
    now = local(VILNIUS, 2027, 6, 4, 12)
    next_june = Window(start=time(9), stop=time(17), first_day=date(2028, 6, 5))
    assert next_open(in_zone(next_june, VILNIUS), now) == local(VILNIUS, 2028, 6, 5, 9)
    far = Window(start=time(9), stop=time(17), first_day=date(2041, 6, 5))
    assert next_open(in_zone(far, VILNIUS, NEW_YORK), now) == local(NEW_YORK, 2041, 6, 5, 9)


def test_the_next_opening_is_after_the_closed_days() -> None:
    friday = local(NEW_YORK, 2027, 12, 24, 8)
    closed = tuple(date(2027, 12, 24) + n * DAY for n in range(5))
    window = Window(start=time(9), stop=time(17), weekdays=(1, 2, 3, 4, 5), closed_days=closed)
    assert next_open(in_zone(window, NEW_YORK), friday) == local(NEW_YORK, 2027, 12, 29, 9)


def test_where_it_is_open_the_next_opening_is_now() -> None:
    now = local(NEW_YORK, 2027, 6, 4, 12, 30, 30)
    assert next_open(in_zone(NINE_TO_FIVE, NEW_YORK), now) == now


def test_what_never_opens_again_has_no_next_opening() -> None:
    now = local(NEW_YORK, 2027, 6, 4, 12)
    over = Window(last_day=date(2027, 6, 3))
    assert next_open(in_zone(over, NEW_YORK), now) is None
    apart = [*in_zone(Window(start=time(9), stop=time(10)), NEW_YORK, LOS_ANGELES)]
    assert next_open(apart, now) is None
    assert next_open(in_zone(Window(first_day=date.max), NEW_YORK), now) is None
    assert next_open(in_zone(Window(last_day=date.max), NEW_YORK), now) == now


def test_a_day_that_was_skipped_as_a_whole_had_no_opening() -> None:
    friday = Window(first_day=date(2011, 12, 30), last_day=date(2011, 12, 30))
    start = local("Pacific/Apia", 2011, 12, 29, 0)
    assert next_open(in_zone(friday, "Pacific/Apia"), start) is None
    thursday = Window(start=time(22), stop=time(2), first_day=date(2011, 12, 29), last_day=date(2011, 12, 29))
    found = first_open(in_zone(thursday, "Pacific/Apia"), start, start + DAY * 3)
    assert found == Stretch(local("Pacific/Apia", 2011, 12, 29, 22), local("Pacific/Apia", 2011, 12, 31, 0))


@given(hours, instants, st.sampled_from([3.5, 7200.0, 200_000.0]))
def test_the_first_stretch_is_where_all_are_open(some: list[Hours], start: datetime, span_s: float) -> None:
    until = start + timedelta(seconds=span_s)
    found = first_open(some, start, until)
    looked_at = [start + timedelta(seconds=span_s) * part / 97 for part in range(97)]
    if found is None:
        assert not any(open_at(some, at) for at in looked_at)
        return
    closes = found.closes or until
    assert start <= found.opens < until
    assert not any(open_at(some, at) for at in looked_at if at < found.opens)
    assert all(open_at(some, at) for at in [found.opens, *looked_at] if found.opens <= at < closes)
    assert found.closes is None or not open_at(some, found.closes)


@settings(max_examples=40)
@given(hours, st.lists(instants, min_size=2, max_size=4))
def test_the_next_opening_never_goes_back_and_misses_none(some: list[Hours], starts: list[datetime]) -> None:
    for earlier, later in pairwise(sorted(starts)):
        soon, then = next_open(some, earlier), next_open(some, later)
        if soon is None:
            assert then is None
            assert not any(open_at(some, earlier + part * HOUR / 2) for part in range(500))
            continue
        assert earlier <= soon
        assert open_at(some, soon)
        assert soon == earlier or not open_at(some, soon - timedelta(microseconds=1))
        assert then == soon if later <= soon else then is None or then >= later
