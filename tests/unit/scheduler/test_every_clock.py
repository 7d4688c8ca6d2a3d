"""Windows at every change of every clock, against the same rules read another way.

The reference knows no fold and no edge: it takes what the clock shows, and compares wall times.
"""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from evendial_contracts.windows import Window
from evendial_scheduler.core import hours
from evendial_scheduler.core.hours import Hours, first_open
from evendial_scheduler.core.window import edges, open_at, zone_of

from tests.unit.scheduler.clock_changes import FIRST, LAST, Clock, clocks

CLOCKS = list(clocks())
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
NEAR_S = (-7200, -3601, -1800, -1, 0, 1, 1799, 1800, 3599, 3600, 7200)
SHARES = 12
"""One test looks at one change in so many, of each clock another one; all tests together look at all."""
IN_CHECK = 2


@pytest.fixture(autouse=True, scope="module")
def pinned() -> Iterator[None]:
    """The database of the lock file, not that of this machine."""

    def forget() -> None:
        ZoneInfo.clear_cache()
        zone_of.cache_clear()
        hours._open_on.cache_clear()

    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(())
    forget()
    yield
    zoneinfo.reset_tzpath(before)
    forget()


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def reference(rule: Window, local: datetime) -> bool:
    """Whether what a wall clock shows lies in a window that began on that day or on the one before."""
    if local.date() in rule.closed_days:
        return False
    for began in (local.date(), local.date() - DAY):
        first, last = rule.first_day or date.min, rule.last_day or date.max
        if began.isoweekday() not in rule.weekdays or not first <= began <= last or began in rule.closed_days:
            continue
        begins = datetime.combine(began, rule.start)
        ends = datetime.combine(began, rule.stop) + DAY * (rule.stop < rule.start)
        if rule.start == rule.stop:
            begins, ends = datetime.combine(began, time.min), datetime.combine(began, time.min) + DAY
        if begins <= local < ends:
            return True
    return False


def walls_of(clock: Clock, change: int) -> tuple[datetime, datetime]:
    """What the clock shows just before it is changed, and then."""
    zone = zone_of(clock.name)
    before = at(change - 1).astimezone(zone).replace(tzinfo=None) + SECOND
    return before, at(change).astimezone(zone).replace(tzinfo=None)


def rules_at(clock: Clock, change: int) -> list[Window]:
    """Windows with an edge before, in and after what is skipped or comes twice."""
    before, after = walls_of(clock, change)
    middle = before + (after - before) / 2
    shown = [each.replace(microsecond=0) for each in (before, middle, after)]
    day, other = after.date(), before.date()
    half = timedelta(minutes=30)
    return [
        *(Window(start=(each - half).time(), stop=(each + half).time()) for each in shown),
        Window(start=shown[0].time(), stop=shown[2].time()),
        Window(start=shown[2].time(), stop=shown[0].time()),
        Window(start=time(9), stop=time(9), weekdays=(day.isoweekday(),)),
        Window(start=time(22), stop=time(6), first_day=other - DAY, last_day=day),
        Window(start=time(22), stop=time(3), closed_days=(day,)),
    ]


def share(number: int) -> Iterator[tuple[Clock, int]]:
    """Some of all changes."""
    for index, clock in enumerate(CLOCKS):
        for change in clock.within()[(index + number) % SHARES :: SHARES]:
            yield clock, change


def check(clock: Clock, change: int) -> Iterator[str]:
    zone = zone_of(clock.name)
    start, end = at(change - 7201), at(change + 7201)
    samples = [at(change + near) for near in NEAR_S]
    for rule in rules_at(clock, change):
        expected = [reference(rule, each.astimezone(zone).replace(tzinfo=None)) for each in samples]
        if [open_at(rule, zone, each) for each in samples] != expected:
            yield f"{clock.name} {at(change)} {rule}: open_at"
        found = [each for each in samples if _within(rule, clock.name, each, start, end)]
        if found != [each for each, is_open in zip(samples, expected, strict=True) if is_open]:
            yield f"{clock.name} {at(change)} {rule}: first_open"


def _within(rule: Window, name: str, sample: datetime, start: datetime, end: datetime) -> bool:
    """Whether a stretch that first_open finds one after the other holds this instant."""
    while stretch := first_open([Hours((rule,), name)], start, end):
        if stretch.opens <= sample < (stretch.closes or end):
            return True
        if stretch.closes is None or stretch.closes > sample:
            return False
        start = stretch.closes
    return False


@pytest.mark.unit
def test_the_files_are_read_as_the_zones_are() -> None:
    assert len(CLOCKS) > 300
    assert sum(len(clock.within()) for clock in CLOCKS) > 6_000
    for clock, change in share(1):
        offset = clock.offsets[clock.changes.index(change)]
        assert at(change).astimezone(zone_of(clock.name)).utcoffset() == timedelta(seconds=offset)


@pytest.mark.unit
def test_no_clock_is_changed_twice_within_a_day() -> None:
    """What window.py finds changes by: it looks once a day."""
    near = [
        (clock.name, at(one))
        for clock in CLOCKS
        for one, other in zip(clock.within(), clock.within()[1:], strict=False)
        if other - one < 2 * DAY.total_seconds()
    ]
    assert near == []


@pytest.mark.unit
def test_each_change_is_an_edge() -> None:
    always = Window()
    missed = [
        (clock.name, at(change))
        for clock, change in share(2)
        if at(change) not in edges(always, zone_of(clock.name), at(change - 40_000), at(change + 40_000))
    ]
    assert missed == []


@pytest.mark.parametrize("number", range(IN_CHECK))
@pytest.mark.unit
def test_what_is_open_around_a_change_is_what_the_wall_clock_says(number: int) -> None:
    assert [wrong for clock, change in share(number) for wrong in check(clock, change)] == []


@pytest.mark.parametrize("number", range(IN_CHECK, SHARES))
@pytest.mark.integration
def test_and_so_it_is_around_every_other_change(number: int) -> None:
    assert [wrong for clock, change in share(number) for wrong in check(clock, change)] == []


@pytest.mark.unit
def test_after_the_last_change_of_the_files_the_rule_of_the_zone_goes_on() -> None:
    """2038 and 2039 are in no file as changes: the zones have a rule for ever."""
    zone, rule = zone_of("America/New_York"), Window(start=time(1, 30), stop=time(2, 30))
    for year in (2038, 2039):
        start = datetime(year, 3, 7, tzinfo=UTC)
        minutes = [start + timedelta(minutes=30) * n for n in range(48 * 14)]
        wall = [each.astimezone(zone).replace(tzinfo=None) for each in minutes]
        assert [open_at(rule, zone, each) for each in minutes] == [reference(rule, each) for each in wall]
    assert FIRST < start.timestamp() < LAST
