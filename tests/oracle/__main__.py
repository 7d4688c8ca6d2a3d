"""`make oracle HOURS=1000`, `make oracle SEED=12`: many simulated hours, or one run and all that it broke."""

import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from evendial_contracts.dialing import DialNumber

from tests.oracle.findings import Breach
from tests.oracle.judge import judge
from tests.oracle.play import play
from tests.oracle.scene import CAMPAIGNS

RUN_HOURS = 20.0
"""Long enough for a change of the clocks and the windows around it."""
SHOWN = 5


@dataclass(frozen=True)
class Outcome:
    """What came of one run."""

    seed: int
    calls: int
    checked: Counter[str]
    breaches: list[Breach]


def main() -> int:
    """Exit status 1 when a rule was broken."""
    if one := os.environ.get("SEED"):
        outcome = _run(int(one))
        _tell(outcome, len(outcome.breaches))
        print(f"{RUN_HOURS:.0f} hours, {outcome.calls} orders, {len(outcome.breaches)} breaches")
        return bool(outcome.breaches)
    hours, first = float(os.environ.get("HOURS", "1000")), int(os.environ.get("FROM", "0"))
    runs = max(1, round(hours / RUN_HOURS))
    began, calls, broken, checked = time.monotonic(), 0, 0, Counter[str]()
    with ProcessPoolExecutor(int(os.environ.get("WORKERS", "2"))) as pool:
        for done, outcome in enumerate(pool.map(_run, range(first, first + runs)), 1):
            calls, checked = calls + outcome.calls, checked + outcome.checked
            broken += bool(outcome.breaches)
            _tell(outcome, SHOWN)
            took_s = time.monotonic() - began
            print(
                f"{done * RUN_HOURS:.0f} hours, {calls} orders, {took_s:.0f} s, {broken} runs broken",
                flush=True,
            )
    for rule, count in sorted(checked.items()):
        print(f"{count:>10}  {rule}")
    print(f"{runs * RUN_HOURS:.0f} simulated hours of {CAMPAIGNS} campaigns, {calls} orders: ", end="")
    print(f"{broken} runs broke a rule" if broken else "every rule held")
    return bool(broken)


def _run(seed: int) -> Outcome:
    log = play(seed, RUN_HOURS)
    findings = judge(log)
    calls = sum(isinstance(message, DialNumber) for _, message in log.entries)
    return Outcome(seed, calls, findings.checked, findings.breaches)


def _tell(outcome: Outcome, most: int) -> None:
    for breach in outcome.breaches[:most]:
        print(breach)
    if outcome.breaches:
        print(f"{len(outcome.breaches)} times; again: make oracle SEED={outcome.seed}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
