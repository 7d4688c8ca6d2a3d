"""The table of a run: a line for each cell, a column for each promise."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from tests.faults.judge import PROMISES, Verdict

HEADINGS = {
    "doubled": "doubled",
    "overlapping": "overlapping",
    "unended": "without outcome",
    "lost": "outcome lost",
    "late": "early or late",
    "forbidden": "after stop or window",
    "burst": "burst",
    "over_cap": "over cap",
    "stuck": "stuck",
}


class Report:
    """What the cells came to so far."""

    def __init__(self, cells: Iterable[str]) -> None:
        self._cells = list(cells)
        self._runs: Counter[str] = Counter()
        self._calls: Counter[str] = Counter()
        self._broken: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, cell: str, verdict: Verdict) -> None:
        """One more run of a cell."""
        self._runs[cell] += 1
        self._calls[cell] += verdict.calls
        for promise, found in verdict.broken.items():
            self._broken[cell][promise] += len(found)

    @property
    def complete(self) -> bool:
        """Whether every cell was run."""
        return all(self._runs[cell] for cell in self._cells)

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return not any(self._broken.values())

    def table(self) -> str:
        """As Markdown."""
        heads = ["cell", "runs", "calls", *(HEADINGS[promise] for promise in PROMISES)]
        rows = [self._row(cell) for cell in self._cells]
        total = sum((self._broken[cell] for cell in self._cells), Counter[str]())
        sums = [str(sum(self._runs.values())), str(sum(self._calls.values()))]
        rows.append(["**all**", *sums, *(str(total[promise]) for promise in PROMISES)])
        lines = [heads, ["---", *("---:" for _ in heads[1:])], *rows]
        return "".join(f"| {' | '.join(line)} |\n" for line in lines)

    def _row(self, cell: str) -> list[str]:
        counts = [str(self._broken[cell][promise]) for promise in PROMISES]
        return [cell, str(self._runs[cell]), str(self._calls[cell]), *counts]
