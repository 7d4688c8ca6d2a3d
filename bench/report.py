"""What was measured, as text and as docs/benchmarks.md."""

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import summary
from bench.summary import Score

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"

HEADER = """| measure | run | calls | least ms | p50 ms | p99 ms | max ms | goal |
|---|---|---|---|---|---|---|---|
"""

INTRODUCTION = """# Benchmarks

Written by `make bench`, a section for each measure; `make bench ONLY=P6` takes one alone and leaves the
others as they are. Everything runs on one machine, NATS and Postgres with fsync on. What is ours and its
baseline are measured in the same run; a ratio is ours divided by the baseline. Load averages are told
with each section: an hour on a busy machine moves the longest times more than the middle ones.

"""
_section = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Milliseconds of one run of one measure, in the order of its calls; `slots` is how many were due."""

    name: str
    run: str
    values_ms: Sequence[float]
    slots: int | None = None
    goal: str = ""

    def percentile(self, share: float) -> float:
        """The value that `share` of all do not exceed."""
        ordered = sorted(self.values_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def p99(self) -> float:
        """What one in a hundred exceeds."""
        return self.percentile(0.99)

    @property
    def furthest_ms(self) -> float:
        """What one in a hundred is further away from its slot than, before or after it."""
        ordered = sorted(map(abs, self.values_ms))
        return ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]


def say(measure: Measure) -> None:
    """One line while it runs."""
    print(f"{_row(measure).strip()} load average {os.getloadavg()[0]:.1f}", flush=True)


def table(measures: Sequence[Measure]) -> str:
    """A Markdown table, a run a line."""
    return HEADER + "".join(_row(measure) for measure in measures)


def write(title: str, text: str, page: Path = PAGE, *, scores: Sequence[Score] = ()) -> None:
    """Replaces one section of the page, with the day and the machine, and leaves the others.

    `title` begins with the name of the measure ("P6: …"), by which the sections are sorted and replaced.
    `scores` replace their rows in the table at the top.
    """
    known = page.read_text() if page.exists() else ""
    top = INTRODUCTION + summary.table(summary.rows_of(known), scores)
    sections = {_name(each[0]): (each[0], each[1].strip()) for each in _section.findall(known)}
    sections[_name(title)] = (title, f"{text.strip()}\n\n{_machine()}")
    body = "".join(f"\n## {title}\n\n{text}\n" for _, (title, text) in sorted(sections.items(), key=_order))
    page.write_text(top + body)


def _name(title: str) -> str:
    return title.split(":")[0]


def _order(section: tuple[str, tuple[str, str]]) -> tuple[int, str]:
    """P1, P2, P10, then those without a number."""
    number = section[0].removeprefix("P")
    return (int(number), "") if number.isdigit() else (1000, section[0])


def _machine() -> str:
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"load average at the end {os.getloadavg()[0]:.1f}."
    )


def _row(measure: Measure) -> str:
    figures = (
        min(measure.values_ms),
        measure.percentile(0.5),
        measure.p99,
        max(measure.values_ms),
    )
    cells = " | ".join(f"{figure:,.1f}" for figure in figures)
    calls = len(measure.values_ms)
    counted = f"{calls:,}" if measure.slots in (None, calls) else f"{calls:,} of {measure.slots:,}"
    return f"| {measure.name} | {measure.run} | {counted} | {cells} | {measure.goal} |\n"
