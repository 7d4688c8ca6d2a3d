"""The originates that Asterisk has not shown a channel of yet: few at once, or it slows down."""

from collections.abc import Coroutine
from typing import Any

from evendial_chassis.clock import HOST_CLOCK, Clock

from evendial_originator.asterisk import Reply
from evendial_originator.core.facts import Fact, LinkDown, LinkUp, ShuttingDown

STALLED_AFTER_S = 0.5
"""An originate is answered within some milliseconds; an Asterisk that takes so long stands still."""
FORGOTTEN_AFTER_S = 60.0
"""Asterisk makes no channel any more of what it was sent so long ago."""


class Starts:
    """At 1,500 at once Asterisk falls to a third of its rate, so it is never given more than `most`.

    One that stands still is given next to none: when it goes on it does at once what it was given.
    """

    def __init__(self, most: int, clock: Clock = HOST_CLOCK) -> None:
        self._most = most
        self._clock = clock
        self._unanswered: dict[str, float] = {}
        self._without_channel: dict[str, float] = {}

    def full(self) -> bool:
        """Whether Asterisk is to be given no more for now."""
        now = self._clock.monotonic()
        for channel_id, sent_at in list(self._without_channel.items()):
            if now - sent_at <= FORGOTTEN_AFTER_S:
                break  # they are in the order in which they were sent
            self.settled(channel_id)
        oldest = next(iter(self._unanswered.values()), now)
        return len(self._without_channel) >= self._most or now - oldest > STALLED_AFTER_S

    def sent(self, channel_id: str, reply: Coroutine[Any, Any, Reply]) -> Coroutine[Any, Any, Reply]:
        """Its originate has just been written; the reply is to be awaited by the caller."""
        self._unanswered[channel_id] = self._without_channel[channel_id] = self._clock.monotonic()
        return self._answered(channel_id, reply)

    def settled(self, channel_id: str) -> None:
        """There is a channel, or there never will be."""
        self._unanswered.pop(channel_id, None)
        self._without_channel.pop(channel_id, None)

    def hear(self, fact: Fact) -> None:
        """A new link starts anew."""
        match fact:
            case LinkDown():
                self._unanswered.clear()
                self._without_channel.clear()
            case LinkUp() | ShuttingDown():
                pass
            case _:
                self.settled(fact.channel_id)

    async def _answered(self, channel_id: str, reply: Coroutine[Any, Any, Reply]) -> Reply:
        answer = await reply
        self._unanswered.pop(channel_id, None)
        return answer
