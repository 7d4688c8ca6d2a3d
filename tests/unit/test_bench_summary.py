"""The table of all goals: what was measured stands until it is measured again."""

from pathlib import Path

import pytest

from bench import report
from bench.goals import GOALS, SLOTS_5, SUSTAINED
from bench.summary import Score, row, rows_of

pytestmark = pytest.mark.unit


def test_a_score_is_told_beside_its_baseline() -> None:
    told = row(Score(goal=SLOTS_5, ours=4.23, against="call files", baseline=352.0))
    assert told == (
        "| P2 | slot error at 5/s, p99 | 4.23 ms | 352 ms (call files) | 0.012 "
        "| <= 10 ms | yes | <= 5 ms | there |"
    )


def test_what_misses_its_goal_says_so_and_by_how_much() -> None:
    assert "| **no** | >= 0.6x | 3.0x |" in row(Score(goal=SUSTAINED, ours=0.2))


def test_a_row_stays_until_its_goal_is_measured_again(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    report.write("P2: slot error", "two", page, scores=[Score(goal=SLOTS_5, ours=4.0)])
    report.write("P4: sustained", "four", page, scores=[Score(goal=SUSTAINED, ours=0.5)])
    rows = rows_of(page.read_text())
    assert list(rows) == [goal.metric for goal in GOALS]
    assert "| 4 ms |" in rows[SLOTS_5.metric]
    assert "| 0.5x |" in rows[SUSTAINED.metric]
    report.write("P2: slot error", "two", page, scores=[Score(goal=SLOTS_5, ours=6.0)])
    assert "| 6 ms |" in rows_of(page.read_text())[SLOTS_5.metric]


def test_metrics_are_told_apart_by_their_words() -> None:
    assert len({goal.metric for goal in GOALS}) == len(GOALS)
