"""`python -m bench`: prints each measure beside its baseline and writes its section of docs/benchmarks.md."""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence

from bench import (
    chart,
    first_ring,
    imports,
    outage,
    reads,
    rebuild,
    recovery,
    report,
    slots,
    stops,
    trunk,
)
from bench.report import Measure
from deploy.local.asterisk_fetch import AsteriskUnavailable, find_asterisk
from deploy.local.stack import Stack, local_stack

Dial = Callable[[Stack, int], Awaitable[list[Measure]]]

CALLS: dict[str, tuple[str, Dial]] = {
    "P1": (first_ring.TITLE, first_ring.measure),
    "P2": (slots.TITLE, slots.measure),
    "P8": (stops.TITLE, stops.measure),
}
"""Measures of calls: on the whole stack with a real Asterisk."""

ALONE: dict[str, Callable[[], Awaitable[None]]] = {
    "P6": imports.measure,
    "P9": recovery.measure,
    "P10": rebuild.measure,
    "outage": outage.measure,
    "reads": reads.measure,
    "trunk": trunk.measure,
}
"""Measures that each start what they need, print, and write their section."""

INVITES = """The time of a call is the INVITE as the carrier's own record has it (same host clock; the
carrier is a second Asterisk); a slot error below 0 would be a call that came early.
"""


def main() -> int:
    """Exit status 0, or 3 where no Asterisk can be had."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=sorted(CALLS | ALONE), help="one measure alone")
    parser.add_argument("--seconds", type=int, default=60, help="how long each run of P2 dials")
    asked = parser.parse_args()
    names = [asked.only] if asked.only else sorted(CALLS | ALONE)
    try:
        asyncio.run(_run(names, asked.seconds))
    except AsteriskUnavailable as reason:
        print(reason, file=sys.stderr)
        return 3
    return 0


async def _run(names: Sequence[str], seconds: int) -> None:
    for name in names:
        if name in ALONE:
            print(f"{name} … (load average {os.getloadavg()[0]:.1f})", flush=True)
            await ALONE[name]()
    if calls := [name for name in names if name in CALLS]:
        await _dial(calls, seconds)


async def _dial(names: Sequence[str], seconds: int) -> None:
    async with local_stack(find_asterisk(progress=print)) as stack:
        for name in names:
            print(f"{name} … (load average {os.getloadavg()[0]:.1f})", flush=True)
            title, measure = CALLS[name]
            taken = await measure(stack, seconds)
            print(report.table(taken), flush=True)
            report.write(title, f"{INVITES}\n{report.table(taken)}")
            if slot_errors := [each for each in taken if "20/s" in each.name]:
                chart.write(slot_errors)


if __name__ == "__main__":
    sys.exit(main())
