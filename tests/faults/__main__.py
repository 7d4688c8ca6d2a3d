"""`make faults`: the matrix, round robin, until the minutes are over; status 1 if a promise was broken."""

import argparse
import asyncio
import os
import secrets
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.asterisk_fetch import find_asterisk
from deploy.pbx.instance import Simulation
from tests.faults.cells import Cell, cells
from tests.faults.judge import Verdict
from tests.faults.report import Report
from tests.faults.run import Runner, kept_at

HOUSES = 2
"""Stacks side by side: a scene is mostly waiting."""
NIGHT_ROUNDS = 30
"""`MINUTES=0`: so many seeds for each cell."""


def main() -> int:
    """The exit status."""
    asked = _arguments()
    matrix = [cell for cell in cells() if asked.only in cell.name]
    if not matrix:
        print(f"no cell is called {asked.only!r}; there are: {', '.join(cell.name for cell in cells())}")
        return 2
    report = asyncio.run(_run(matrix, asked.seed, asked.minutes, asked.rounds))
    print("\n" + report.table())
    if asked.write:
        asked.write.write_text(_page(report, asked.seed))
    return 0 if report.clean and report.complete else 1


async def _run(matrix: list[Cell], seed: str, minutes: float, rounds: int) -> Report:
    report, turns = Report(cell.name for cell in matrix), _turns(matrix, minutes, rounds)
    build = _asterisk()

    async def work() -> None:
        async with Runner(build) as runner:
            for turn, cell in turns:
                began, its_seed = time.monotonic(), f"{seed}.{turn}"
                verdict = await runner.run(cell, f"{its_seed} {cell.name}")
                report.add(cell.name, verdict)
                _say(cell, its_seed, verdict, time.monotonic() - began)

    await asyncio.gather(*(work() for _ in range(min(HOUSES, len(matrix)))))
    return report


def _turns(matrix: list[Cell], minutes: float, rounds: int) -> Iterator[tuple[int, Cell]]:
    """Round robin until the rounds or the minutes are over, but each cell once."""
    until = time.monotonic() + minutes * 60
    bounded = rounds or (NIGHT_ROUNDS if minutes == 0 else 0)
    for turn in range(bounded) if bounded else count():
        for cell in matrix:
            if turn and not bounded and time.monotonic() > until:
                return
            yield turn, cell


def _asterisk() -> AsteriskBuild | Simulation:
    """A real one, unless `PBX=simulated` is asked for."""
    if os.environ.get("PBX") == "simulated":
        return Simulation()
    return find_asterisk(progress=print)


def _say(cell: Cell, seed: str, verdict: Verdict, took_s: float) -> None:
    outcome = "kept" if not verdict.broken else "BROKEN"
    print(f"{cell.name:<28} seed {seed}  {verdict.calls:>3} calls  {took_s:5.1f} s  {outcome}", flush=True)
    for promise, found in verdict.broken.items():
        print(f"    {promise}: {len(found)}, such as: {found[0]}")
    if verdict.broken:
        first, _, turn = seed.rpartition(".")
        print(f"    logs: {kept_at(cell, f'{seed} {cell.name}')}")
        print(f"    again: make faults ONLY='{cell.name}' SEED={first} ROUNDS={int(turn) + 1}", flush=True)


def _page(report: Report, seed: str) -> str:
    day = time.strftime("%Y-%m-%d", time.gmtime())
    return (
        "# Faults\n\nWhat `make faults` found: how often each promise was broken, judged by the carrier's\n"
        f"own record. Run of {day}, seed {seed}.\n\n{report.table()}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", default=secrets.token_hex(3))
    parser.add_argument("--write", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
