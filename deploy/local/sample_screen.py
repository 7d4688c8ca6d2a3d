"""The sample on the terminal: a progress bar with counts while it runs, tables when it is over."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from evendial_contracts.calls import CallEnded
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from deploy.local.carrier import CarrierCall
from deploy.local.listener import Listener
from deploy.local.sample_plan import PLAN, Callees
from deploy.local.sample_report import SlotError, carriers_verdict


class Bar:
    """Numbers that are done with; below them the calls that have ended, by disposition, and what is next."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._progress = Progress(
            TextColumn("Numbers"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), auto_refresh=False
        )
        self._task = self._progress.add_task("", total=sum(callees.count for callees in PLAN))

    def show(self, heard: Listener, why: str = "") -> None:
        """Draw what has been heard so far, and `why` the next call has not started yet."""
        self._progress.update(self._task, completed=len(heard.settled))
        counts = _counted(call.disposition for call in heard.calls)
        self._live.update(Group(self._progress, Text(counts), Text(why, style="dim")))


@contextmanager
def bar(console: Console) -> Iterator[Bar]:
    """A bar that is drawn in one place for as long as it lasts."""
    with Live(console=console) as live:
        yield Bar(live)
    if not console.is_terminal:
        console.line()


def outcome_table(
    e164: Mapping[int, str], calls: Sequence[CallEnded], carriers: Sequence[CarrierCall]
) -> Table:
    """For each behaviour of the carrier: how many calls, and how they ended by us and by its record."""
    table = Table(title="What became of the calls", box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for heading in ("the callee …", "numbers", "calls", "we say", "the carrier says"):
        table.add_column(heading, justify="right" if heading in ("numbers", "calls") else "left")
    for callees in PLAN:
        ours = [call for call in calls if e164.get(call.number_id) in callees.numbers]
        theirs = [call for call in carriers if call.number in callees.numbers]
        table.add_row(*_cells(callees, ours, theirs))
    return table


def slot_line(error: SlotError | None) -> str:
    """The slot error in words."""
    if error is None:
        return "No call got a channel."
    return (
        f"Slot to first channel: p50 {error.p50:.1f} ms, p99 {error.p99:.1f} ms, max {error.most:.1f} ms,"
        f" earliest {error.least:+.1f} ms."
    )


def _cells(callees: Callees, ours: Sequence[CallEnded], theirs: Sequence[CarrierCall]) -> tuple[str, ...]:
    return (
        callees.behaviour,
        str(callees.count),
        str(len(ours)),
        _counted(call.disposition for call in ours),
        _counted(carriers_verdict(call) for call in theirs),
    )


def _counted(dispositions: Iterable[str]) -> str:
    counts = Counter(dispositions)
    return ", ".join(f"{count} {disposition}" for disposition, count in sorted(counts.items()))
