"""`make sim SEEDS=3000`, `make sim SEED=123`: many seeds, or one with its trace."""

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.sim.run import Verdict, run

SHOWN = 5
CHUNK = 20


def main() -> int:
    """Exit status 1 when a promise was broken."""
    if one := os.environ.get("SEED"):
        verdict = run(int(one))
        print(verdict.story() if verdict.violations else _told(verdict))
        return bool(verdict.violations)
    first, count = int(os.environ.get("FROM", "0")), int(os.environ.get("SEEDS", "1000"))
    workers = int(os.environ.get("WORKERS", "2"))
    began, broken, calls, simulated_s = time.monotonic(), [], 0, 0.0
    with ProcessPoolExecutor(workers) as pool:
        for done, verdict in enumerate(pool.map(_brief, range(first, first + count), chunksize=CHUNK), 1):
            calls, simulated_s = calls + verdict.calls, simulated_s + verdict.simulated_s
            if verdict.violations:
                broken.append(verdict)
                print(f"\n{verdict.story()}\nagain: make sim SEED={verdict.seed}", flush=True)
            if done % 100 == 0 or done == count:
                _progress(done, count, calls, simulated_s, time.monotonic() - began, len(broken))
            if len(broken) >= SHOWN:
                pool.shutdown(cancel_futures=True)
                break
    print(f"{len(broken)} seeds broke a promise" if broken else "every promise was kept")
    return bool(broken)


def _brief(seed: int) -> Verdict:
    verdict = run(seed)
    return verdict if verdict.violations else Verdict(**{**verdict.__dict__, "trace": ()})


def _progress(done: int, count: int, calls: int, simulated_s: float, took_s: float, broken: int) -> None:
    print(
        f"{done}/{count} seeds, {calls} calls in {simulated_s / 3600:.1f} simulated hours, "
        f"{simulated_s / took_s:.0f} x real time, {broken} broken",
        flush=True,
    )


def _told(verdict: Verdict) -> str:
    lines = [f"{at_s:9.3f} {kind:10} {text}" for at_s, kind, text in _worth_telling(verdict)]
    kept = f"seed {verdict.seed}: every promise kept, {verdict.calls} calls in {verdict.simulated_s:.0f} s"
    return "\n".join([*lines, f"{kept}, trace {verdict.digest[:16]}"])


def _worth_telling(verdict: Verdict) -> Iterator[tuple[float, str, str]]:
    return (line for line in verdict.trace if line[1] != "bus")


if __name__ == "__main__":
    sys.exit(main())
