"""`python -m bench`: prints each measure beside its baseline and writes docs/benchmarks.md."""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

from bench import chart, first_ring, report, slots
from bench.report import Measure
from deploy.local.asterisk_fetch import AsteriskUnavailable, find_asterisk
from deploy.local.stack import Stack, local_stack

Take = Callable[[Stack, int], Awaitable[list[Measure]]]

MEASURES: dict[str, Take] = {"P1": first_ring.measure, "P2": slots.measure}


def main() -> int:
    """Exit status 0, or 3 where no Asterisk can be had."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=sorted(MEASURES), help="one measure alone")
    parser.add_argument("--seconds", type=int, default=60, help="how long each run of P2 dials")
    asked = parser.parse_args()
    try:
        asyncio.run(_run([asked.only] if asked.only else sorted(MEASURES), asked.seconds))
    except AsteriskUnavailable as reason:
        print(reason, file=sys.stderr)
        return 3
    return 0


async def _run(names: list[str], seconds: int) -> None:
    taken: list[Measure] = []
    async with local_stack(find_asterisk(progress=print)) as stack:
        for name in names:
            print(f"{name} … (load average {os.getloadavg()[0]:.1f})", flush=True)
            taken += await MEASURES[name](stack, seconds)
            print(report.table(taken), flush=True)
    report.write(taken)
    if slot_errors := [measure for measure in taken if "20/s" in measure.name]:
        chart.write(slot_errors)


if __name__ == "__main__":
    sys.exit(main())
