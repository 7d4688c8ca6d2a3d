"""The table at the top of docs/benchmarks.md: a row for each goal, and what was measured last."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bench.goals import GOALS, Goal

HEADER = """| | metric | ours | baseline | ratio | goal | met? | moonshot | distance |
|---|---|---|---|---|---|---|---|---|
"""
_row = re.compile(r"^\| (P\d+) \| (.+?) \| .*\|$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Score:
    """What was reached, and what the `baseline` reached in the same run."""

    goal: Goal
    ours: float
    against: str = ""
    """Who the baseline is."""
    baseline: float | None = None


def rows_of(page: str) -> dict[str, str]:
    """The rows that stand in the table, by metric."""
    table = page.partition(HEADER)[2].partition("\n\n")[0]
    return {found[2]: found[0] for found in _row.finditer(table)}


def table(known: dict[str, str], scores: Sequence[Score]) -> str:
    """The table with these scores in place of the old rows; a goal without either is not measured yet."""
    rows = known | {score.goal.metric: row(score) for score in scores}
    return HEADER + "".join(f"{rows.get(goal.metric, _unmeasured(goal))}\n" for goal in GOALS)


def row(score: Score) -> str:
    """One line of the table."""
    goal, baseline = score.goal, score.baseline
    beside = "" if baseline is None else f"{_figure(baseline, goal.unit)} ({score.against})"
    return _line(
        goal,
        ours=_figure(score.ours, goal.unit),
        baseline=beside,
        ratio=_figure(score.ours / baseline, "") if baseline else "",
        met="yes" if goal.reached(score.ours) else "**no**",
        distance=goal.distance(score.ours),
    )


def _unmeasured(goal: Goal) -> str:
    return _line(goal, ours="not measured", baseline="", ratio="", met="", distance="")


def _line(goal: Goal, *, ours: str, baseline: str, ratio: str, met: str, distance: str) -> str:
    sign = ">=" if goal.more_is_better else "<="
    aims = [f"{sign} {_figure(aim, goal.unit)}" for aim in (goal.goal, goal.moonshot)]
    cells = (goal.name, goal.metric, ours, baseline, ratio, aims[0], met, aims[1], distance)
    return f"| {' | '.join(cells)} |"


def _figure(number: float, unit: str) -> str:
    """Three digits that count; a factor has its x right behind it."""
    text = f"{number:,.0f}" if abs(number) >= 100 or number == int(number) else f"{number:.3g}"
    return f"{text}x" if unit == "x" else f"{text} {unit}".strip()
