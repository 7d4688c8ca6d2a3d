"""P3, evenness: the most calls that start within a tenth of a second, beside call files."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench import chart, goals, report, spool
from bench.dialled import INVITES, invites, on_slot
from bench.summary import Score
from deploy.local.asterisk_fetch import find_asterisk
from deploy.local.stack import local_stack

TITLE = "P3: evenness"
CALLS_PER_SECOND = 40
SECONDS = 60
WINDOW_S = 0.1
SHOWN_S = 5
BUSY = "493016"
TEXT = f"""{INVITES}
{CALLS_PER_SECOND}/s for {SECONDS} s; the callees ring for half a second and are busy. The most calls in
any {WINDOW_S:g} s, wherever it begins, divided by the {CALLS_PER_SECOND * WINDOW_S:g} that are planned
for it; call files whose time of modification is the slot are the origin's way. The chart counts calls in
each {WINDOW_S:g} s of {SHOWN_S} s.

![Calls in each tenth of a second](images/evenness.svg)

| run | calls | most in {WINDOW_S:g} s | of the planned |
|---|---|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """When the calls of one run began, in order, in Unix seconds."""

    run: str
    starts: Sequence[float]

    @property
    def most(self) -> int:
        """In any window."""
        return max(bisect_right(self.starts, at + WINDOW_S) - n for n, at in enumerate(self.starts))

    @property
    def of_planned(self) -> float:
        """1 is what was planned."""
        return self.most / (CALLS_PER_SECOND * WINDOW_S)


async def measure() -> None:
    """Both runs, printed and written."""
    runs: list[Taken] = []
    async with local_stack(find_asterisk(progress=print)) as stack:
        for tag, (name, dial) in enumerate((("Evendial", on_slot), ("call files", spool.dial))):
            numbers = [f"{BUSY}{tag:02d}{n:06d}" for n in range(CALLS_PER_SECOND * SECONDS)]
            planned = await dial(stack, numbers, CALLS_PER_SECOND * 60)
            runs.append(Taken(run=name, starts=_starts(invites(stack), planned)))
            print(_row(runs[-1]), end="", flush=True)
    report.write(TITLE, TEXT + "".join(map(_row, runs)), scores=[_score(*runs)])
    _draw(runs)


def _starts(seen: Mapping[str, float], planned: Mapping[str, float]) -> list[float]:
    return sorted(seen[number] for number in planned if number in seen)


def _row(taken: Taken) -> str:
    return f"| {taken.run} | {len(taken.starts)} | {taken.most} | {taken.of_planned:.2f} |\n"


def _score(ours: Taken, files: Taken) -> Score:
    return Score(goal=goals.EVENNESS, ours=ours.of_planned, against=files.run, baseline=files.of_planned)


def _draw(runs: Sequence[Taken]) -> None:
    most = float(max(taken.most for taken in runs))
    panels = [
        chart.bars(
            f"{taken.run}: calls in each {WINDOW_S:g} s",
            _windows(taken.starts),
            most=most,
            planned=CALLS_PER_SECOND * WINDOW_S,
        )
        for taken in runs
    ]
    chart.write("evenness.svg", "Calls in each tenth of a second", panels)


def _windows(starts: Sequence[float]) -> list[int]:
    """Counts of the seconds in the middle of a run."""
    first = starts[len(starts) // 2]
    counted = Counter(int((at - first) / WINDOW_S) for at in starts if at >= first)
    return [counted[n] for n in range(round(SHOWN_S / WINDOW_S))]
