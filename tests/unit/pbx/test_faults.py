"""Faults come as often as asked for, and always at the same places."""

import pytest

from deploy.pbx.core.faults import NONE, Faults, deliveries, reply_lost

pytestmark = pytest.mark.unit


def test_without_faults_everything_comes_once_and_at_once() -> None:
    assert {deliveries(NONE, 1, count) for count in range(200)} == {(0.0,)}
    assert not any(reply_lost(NONE, 1, count) for count in range(200))


def test_events_are_lost_and_doubled_in_their_share() -> None:
    faults = Faults(lose_events=0.25, duplicate_events=0.5, lose_replies=0.1)
    copies = [len(deliveries(faults, 7, count)) for count in range(4000)]
    assert 900 < copies.count(0) < 1100
    assert 1350 < copies.count(2) < 1650
    assert 320 < sum(reply_lost(faults, 7, count) for count in range(4000)) < 480
    assert copies == [len(deliveries(faults, 7, count)) for count in range(4000)]
    assert copies != [len(deliveries(faults, 8, count)) for count in range(4000)]


def test_delays_let_events_overtake_each_other() -> None:
    delays = [deliveries(Faults(delay_events_s=2), 1, count)[0] for count in range(50)]
    assert all(0 <= delay < 2 for delay in delays)
    assert delays != sorted(delays)
