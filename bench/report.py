"""What was measured, as text and as docs/benchmarks.md."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"

HEADER = """| measure | run | calls | least ms | p50 ms | p99 ms | max ms | goal |
|---|---|---|---|---|---|---|---|
"""

INTRODUCTION = """# Benchmarks

Written by `make bench`. Everything runs on one machine: four services, NATS and Postgres (both with fsync
on), a real Asterisk that dials, a second one as the carrier. The time of a call is the INVITE as the
carrier's own record has it (same host clock); a slot error below 0 would be a call that came early.
"""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Milliseconds of one run of one measure."""

    name: str
    run: str
    values_ms: Sequence[float]
    goal: str

    def percentile(self, share: float) -> float:
        """The value that `share` of all do not exceed."""
        ordered = sorted(self.values_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(measures: Sequence[Measure]) -> str:
    """A Markdown table, a run a line."""
    return HEADER + "".join(_row(measure) for measure in measures)


def write(measures: Sequence[Measure]) -> None:
    """Replaces docs/benchmarks.md."""
    PAGE.write_text(
        f"{INTRODUCTION}\n{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, load average at the end {os.getloadavg()[0]:.1f}.\n\n"
        f"{table(measures)}"
    )


def _row(measure: Measure) -> str:
    figures = (
        min(measure.values_ms),
        measure.percentile(0.5),
        measure.percentile(0.99),
        max(measure.values_ms),
    )
    cells = " | ".join(f"{figure:.1f}" for figure in figures)
    return f"| {measure.name} | {measure.run} | {len(measure.values_ms)} | {cells} | {measure.goal} |\n"
