"""Every rule holds in every run; whoever breaks one on purpose is caught by it."""

import pytest

from tests.oracle.judge import judge
from tests.oracle.play import play
from tests.oracle.variants import (
    CAUGHT_BY,
    Variant,
    gap_a_microsecond_short,
    one_call_above_each_cap,
    retry_clock_from_the_slot,
    window_in_utc,
)

QUICK, ALL = 2, 7
"""Runs in `make check` and in `make test`; `make oracle HOURS=1000` has more and longer ones."""
FEW, HOURS = 15, 1.0
"""So many campaigns, and so long, are enough for who is broken on purpose."""
CAUGHT_WITHIN = 10
AT_ONCE = [gap_a_microsecond_short, window_in_utc, retry_clock_from_the_slot, one_call_above_each_cap]


def broken(seed: int, hours: float) -> str:
    return "\n".join(map(str, judge(play(seed, hours)).breaches))


@pytest.mark.unit
@pytest.mark.parametrize("seed", range(QUICK))
def test_an_hour_breaks_no_rule(seed: int) -> None:
    assert not broken(seed, 1)


@pytest.mark.parametrize("seed", range(QUICK, ALL))
def test_hours_break_no_rule(seed: int) -> None:
    assert not broken(seed, 2)


def test_the_same_seed_is_the_same_run() -> None:
    assert play(3, 0.2).entries == play(3, 0.2).entries


@pytest.mark.unit
@pytest.mark.parametrize("variant", AT_ONCE)
def test_what_is_broken_on_purpose_is_caught_at_once(variant: Variant) -> None:
    caught(variant)


@pytest.mark.parametrize("variant", [each for each in CAUGHT_BY if each not in AT_ONCE])
def test_what_is_broken_on_purpose_is_caught(variant: Variant) -> None:
    caught(variant)


def caught(variant: Variant) -> None:
    seen = (judge(play(seed, HOURS, campaigns=FEW, variant=variant)) for seed in range(CAUGHT_WITHIN))
    assert any(breach.rule == CAUGHT_BY[variant] for each in seen for breach in each.breaches)
