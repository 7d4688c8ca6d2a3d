"""P2, slot error: how late calls start after their slots, beside three other ways to start them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bench import awaited, bare, chart, goals, loaded, report, spool
from bench.dialled import INVITES, invites, late_ms, on_slot
from bench.report import Measure
from bench.summary import Score
from deploy.local.asterisk_fetch import find_asterisk
from deploy.local.stack import Stack, local_stack

TITLE = "P2: slot error"
OURS, FILES, BARE, AWAITED = "Evendial", "call files", "bare timer + AMI", "panoramisk, awaited"
SECONDS = 60
AWAITED_SECONDS = 30
SLOW_SECONDS = 600
BUSY, ANSWERS = "493016", "4930111"
TEXT = f"""{INVITES}
The callees ring for half a second and are busy; where it says so they answer and hang up after a second
of the prompt. One after the other on the same Asterisk: a campaign of ours; call files whose time of
modification is the slot (the origin's way); a bare asyncio timer with a bare AMI connection, which keeps
nothing; a loop that awaits each originate of panoramisk, as a first program does. At 10/min all four run
at once. Under load: 20 other campaigns call 10/s in all, a million numbers are imported, over and over,
somebody watches the live feed, and the bare timer calls in the same minute as we do.

![Slot error of each call](images/slots.svg)

"""

Dial = Callable[[Stack, Sequence[str], int], Awaitable[dict[str, float]]]


async def measure() -> None:
    """All runs, printed and written."""
    measures: list[Measure] = []
    async with local_stack(find_asterisk(progress=print)) as stack:
        for rate, name in ((5, "5/s"), (50, "50/s")):
            for run, dial, seconds in (
                (OURS, on_slot, SECONDS),
                (FILES, spool.dial, SECONDS),
                (BARE, bare.dial, SECONDS),
                (AWAITED, awaited.dial, AWAITED_SECONDS),
            ):
                numbers = _numbers(BUSY, rate * seconds)
                measures.append(await _run(stack, name, run, dial, numbers, rate * 60))
        measures.append(
            await _run(stack, "20/s", f"{OURS}, answered", on_slot, _numbers(ANSWERS, 20 * SECONDS), 1200)
        )
        measures += await _slow(stack)
        measures += await loaded.measure(stack)
    table = report.table(measures)
    report.write(TITLE, TEXT + table, scores=_scores(measures))
    chart.slot_errors([each for each in measures if each.name.endswith("/s")])


async def _run(
    stack: Stack, name: str, run: str, dial: Dial, numbers: Sequence[str], calls_per_minute: int
) -> Measure:
    planned = await dial(stack, numbers, calls_per_minute)
    late = late_ms(invites(stack), planned)
    goal = (
        "" if not run.startswith(OURS) else "<= 50, never early" if name == "10/min" else "<= 10, never early"
    )
    measure = Measure(name=name, run=run, values_ms=late, slots=len(numbers), goal=goal)
    report.say(measure)
    return measure


async def _slow(stack: Stack) -> list[Measure]:
    """All at once, with their slots apart from each other."""

    async def one(place: int, run: str, dial: Dial) -> Measure:
        await asyncio.sleep(1.5 * place)
        return await _run(stack, "10/min", run, dial, _numbers(BUSY, SLOW_SECONDS // 6), 10)

    ways = ((OURS, on_slot), (FILES, spool.dial), (BARE, bare.dial), (AWAITED, awaited.dial))
    return await asyncio.gather(*(one(place, *way) for place, way in enumerate(ways)))


def _scores(measures: Sequence[Measure]) -> list[Score]:
    by = {(each.name, each.run): each for each in measures}
    load = loaded.NAME

    def p99(goal: goals.Goal, name: str, against: str) -> Score:
        return Score(
            goal=goal, ours=by[name, OURS].p99, against=against, baseline=by[name, against].furthest_ms
        )

    def to_bare(goal: goals.Goal, name: str) -> Score:
        return Score(goal=goal, ours=by[name, OURS].p99 / by[name, BARE].p99)

    slow = by["10/min", OURS]
    early = sum(value < 0 for each in measures if each.run.startswith(OURS) for value in each.values_ms)
    return [
        p99(goals.SLOTS_5, "5/s", FILES),
        p99(goals.SLOTS_50, "50/s", FILES),
        to_bare(goals.SLOTS_TO_BARE, "50/s"),
        Score(
            goal=goals.SLOTS_10_A_MINUTE,
            ours=max(slow.values_ms),
            against=FILES,
            baseline=by["10/min", FILES].furthest_ms,
        ),
        Score(goal=goals.EARLY, ours=early),
        Score(goal=goals.SLOTS_LOADED, ours=by[load, OURS].p99, against=BARE, baseline=by[load, BARE].p99),
        to_bare(goals.LOADED_TO_BARE, load),
    ]


_given = iter(range(10_000))


def _numbers(prefix: str, count: int) -> list[str]:
    """Numbers that no other run calls: the carrier's record has one call for each."""
    run = next(_given)
    return [f"{prefix}{run:02d}{n:06d}" for n in range(count)]
