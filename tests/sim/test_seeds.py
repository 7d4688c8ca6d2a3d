"""Every seed keeps every promise; the same seed is the same run; what is broken on purpose is caught."""

import os
import subprocess
import sys

import pytest

from tests.sim.run import run
from tests.sim.variants import Variant, act_then_ack, replay_after_reconnect

QUICK, ALL = 30, 300
"""Seeds in `make check` and in `make test`."""
STORMY_S = 12.0
"""`make sim` has more seeds and longer storms."""
CHUNK = 10
CAUGHT_WITHIN = 5
AMBUSH_P = 0.1
"""What is broken on purpose shows at the worst moments: these storms are long, and full of them."""
DIGEST = "from tests.sim.run import run; print(run(7).digest)"


def broken(first: int) -> str:
    verdicts = [run(seed, stormy_s=STORMY_S) for seed in range(first, first + CHUNK)]
    return "\n\n".join(verdict.story() for verdict in verdicts if verdict.violations)


@pytest.mark.unit
@pytest.mark.sim
@pytest.mark.parametrize("first", range(0, QUICK, CHUNK))
def test_a_few_storms_break_no_promise(first: int) -> None:
    assert not broken(first)


@pytest.mark.sim
@pytest.mark.parametrize("first", range(QUICK, ALL, CHUNK))
def test_whatever_breaks_the_promises_are_kept(first: int) -> None:
    assert not broken(first)


@pytest.mark.sim
def test_the_same_seed_is_the_same_run() -> None:
    assert len({run(seed).digest for seed in (3, 3, 3)}) == 1
    assert run(3).digest != run(4).digest


@pytest.mark.sim
def test_the_same_seed_is_the_same_run_whatever_the_hash_seed_is() -> None:
    digests = set()
    for hash_seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        done = subprocess.run(
            [sys.executable, "-c", DIGEST],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        digests.add(done.stdout.strip())
    assert len(digests) == 1


@pytest.mark.sim
@pytest.mark.parametrize("variant", [act_then_ack, replay_after_reconnect])
def test_what_is_broken_on_purpose_is_caught(variant: Variant) -> None:
    assert any(run(seed, variant, ambush_p=AMBUSH_P).violations for seed in range(CAUGHT_WITHIN))
