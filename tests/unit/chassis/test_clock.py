"""The host's clock, and one that a fault test has moved."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from evendial_chassis.clock import MOVED_BY_FILE, Clock, MovedClock, host_clock

pytestmark = pytest.mark.unit

NEAR = timedelta(seconds=5)
HOUR = timedelta(hours=1)


def is_off_by(clock: Clock, offset: timedelta) -> bool:
    return abs(clock.now() - datetime.now(UTC) - offset) < NEAR


def test_without_the_variable_there_is_nothing_that_moves_it() -> None:
    clock = host_clock({})
    assert type(clock) is Clock
    assert clock.moved_ns() == 0
    assert is_off_by(clock, timedelta(0))


def test_it_is_off_by_what_the_file_says_at_the_moment(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = host_clock({MOVED_BY_FILE: str(file)})
    assert is_off_by(clock, timedelta(0))
    file.write_text("3600")
    assert is_off_by(clock, HOUR)
    assert clock.moved_ns() == 3_600_000_000_000
    file.write_text("-3600.5")
    assert is_off_by(clock, -HOUR)


def test_durations_are_not_moved(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("3600")
    assert abs(MovedClock(file).monotonic() - Clock().monotonic()) < NEAR.total_seconds()
