"""`python -m bench`: prints each measure beside its baseline and writes its section of docs/benchmarks.md."""

import argparse
import asyncio
import os
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence

from bench import (
    claims,
    console,
    cost,
    evenness,
    first_ring,
    imports,
    large_list,
    live_view,
    outage,
    reads,
    rebuild,
    recovery,
    slots,
    stops,
    sustained,
    trunk,
)
from deploy.local.asterisk_fetch import AsteriskUnavailable

Measure = Callable[[], Awaitable[None]]

SCOREBOARD: dict[str, Measure] = {
    "P1": first_ring.measure,
    "P2": slots.measure,
    "P3": evenness.measure,
    "P4": sustained.measure,
    "P5": cost.measure,
    "P6": imports.measure,
    "P7": claims.measure,
    "P8": stops.measure,
    "P9": recovery.measure,
    "P10": rebuild.measure,
    "P11": large_list.measure,
    "P12": cost.measure,
}
"""What `make bench` takes. Each starts what it needs, prints, and writes its section."""

MORE: dict[str, Measure] = {
    "console": console.measure,
    "live": live_view.measure,
    "outage": outage.measure,
    "reads": reads.measure,
    "trunk": trunk.measure,
}
"""Taken by name, or with all the others where `EVENDIAL_BENCH_LONG` is set."""

LONGEST_S = 2400.0
"""A measure that takes longer hangs."""


def main() -> int:
    """Exit status 0; 1 where a measure failed (the others are taken all the same); 3 without Asterisk."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=[*SCOREBOARD, *MORE], help="one measure alone")
    asked = parser.parse_args()
    every = SCOREBOARD | (MORE if os.environ.get("EVENDIAL_BENCH_LONG") else {})
    measures = {asked.only: (SCOREBOARD | MORE)[asked.only]} if asked.only else every
    try:
        failed = [name for name in _once_each(measures) if not _take(name, measures[name])]
    except AsteriskUnavailable as reason:
        print(reason, file=sys.stderr)
        return 3
    if failed:
        print(f"not measured: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _once_each(measures: dict[str, Measure]) -> Sequence[str]:
    """Two names may be taken by one measure."""
    return list({measure: name for name, measure in reversed(measures.items())}.values())[::-1]


def _take(name: str, measure: Measure) -> bool:
    print(f"{name} … (load average {os.getloadavg()[0]:.1f})", flush=True)
    began = time.monotonic()
    try:
        asyncio.run(asyncio.wait_for(measure(), LONGEST_S))
    except AsteriskUnavailable:
        raise
    except Exception:
        traceback.print_exc()
        return False
    print(f"{name} took {time.monotonic() - began:.0f} s", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
