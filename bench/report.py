"""What was measured, as text and as docs/benchmarks.md."""

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"

HEADER = """| measure | run | calls | least ms | p50 ms | p99 ms | max ms | goal |
|---|---|---|---|---|---|---|---|
"""

INTRODUCTION = """# Benchmarks

Written by `make bench`, a section for each measure; `make bench ONLY=P6` takes one alone and leaves
the others as they are. Everything runs on one machine, NATS and Postgres with fsync on.
"""
_section = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


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


def write(title: str, text: str, page: Path = PAGE) -> None:
    """Replaces one section of the page, with the day and the machine, and leaves the others.

    `title` begins with the name of the measure ("P6: …"), by which the sections are sorted and replaced.
    """
    known = page.read_text() if page.exists() else ""
    sections = {_name(each[0]): (each[0], each[1].strip()) for each in _section.findall(known)}
    sections[_name(title)] = (title, f"{text.strip()}\n\n{_machine()}")
    body = "".join(f"\n## {title}\n\n{text}\n" for _, (title, text) in sorted(sections.items(), key=_order))
    page.write_text(INTRODUCTION + body)


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
        measure.percentile(0.99),
        max(measure.values_ms),
    )
    cells = " | ".join(f"{figure:.1f}" for figure in figures)
    return f"| {measure.name} | {measure.run} | {len(measure.values_ms)} | {cells} | {measure.goal} |\n"
