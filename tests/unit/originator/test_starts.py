import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

import pytest
from evendial_chassis.clock import Clock
from evendial_originator.asterisk import Reply
from evendial_originator.core.facts import Accepted, ChannelCreated, LinkDown, NotAnswered
from evendial_originator.starts import Starts

pytestmark = pytest.mark.unit

NOON = datetime(2027, 6, 4, 12, tzinfo=UTC)


class Time(Clock):
    """Seconds that the test sets."""

    def __init__(self) -> None:
        self.s = 0.0

    def monotonic(self) -> float:
        return self.s


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def starts(time: Time) -> Starts:
    return Starts(3, time)


async def accepted(channel: str) -> Reply:
    return Accepted(channel_id=channel, at=NOON)


def answered(starts: Starts, *channels: str) -> None:
    """Originates that Asterisk has accepted at once."""
    for channel in channels:
        asyncio.run(starts.sent(channel, accepted(channel)))


def unanswered(starts: Starts, channel: str) -> Coroutine[Any, Any, Reply]:
    return starts.sent(channel, accepted(channel))


def test_only_so_many_may_be_without_a_channel_at_once(starts: Starts) -> None:
    answered(starts, "a", "b")
    assert not starts.full()
    answered(starts, "c")
    assert starts.full()
    starts.hear(ChannelCreated(channel_id="b", at=NOON))
    assert not starts.full()


def test_one_that_never_gets_a_channel_is_not_waited_for(starts: Starts) -> None:
    answered(starts, "a", "b", "c")
    starts.hear(NotAnswered(channel_id="a", reason=0, at=NOON))
    assert not starts.full()
    answered(starts, "d")
    assert starts.full()
    starts.settled("d")
    assert not starts.full()


def test_an_asterisk_that_has_not_answered_for_half_a_second_gets_no_more(starts: Starts, time: Time) -> None:
    reply = unanswered(starts, "a")
    time.s = 0.5
    assert not starts.full()
    time.s = 0.6
    assert starts.full()
    asyncio.run(reply)
    assert not starts.full()


def test_an_answer_without_a_channel_is_no_standstill(starts: Starts, time: Time) -> None:
    answered(starts, "a")
    time.s = 30
    assert not starts.full()


def test_a_lost_link_and_a_minute_forget(starts: Starts, time: Time) -> None:
    answered(starts, "a", "b", "c")
    starts.hear(LinkDown(at=NOON))
    assert not starts.full()
    answered(starts, "d", "e", "f")
    time.s = 60
    assert starts.full()
    time.s = 60.1
    assert not starts.full()
