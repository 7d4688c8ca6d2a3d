"""Hangs calls up that have gone on for too long, or that nobody serves."""

import logging
from collections.abc import Callable

from evendial_chassis.clock import Clock
from evendial_contracts.causes import HangupCause

from evendial_originator import metrics
from evendial_originator.asterisk import Asterisk
from evendial_originator.core.facts import Fact, Served, Vanished

logger = logging.getLogger(__name__)


class HangUps:
    """What cannot be asked for now is asked for again by the caller, while the call goes on."""

    def __init__(self, asterisk: Asterisk, hear: Callable[[Fact], None], clock: Clock) -> None:
        self._asterisk = asterisk
        self._hear = hear
        self._clock = clock

    async def hang_up(self, channel: str, cause: HangupCause, action: str = "call_overran") -> None:
        """Asks Asterisk to; `action` says in the log why."""
        extra = {"action": action, "channel": channel, "cause": int(cause)}
        logger.warning("call hung up", extra=extra)
        try:
            found = await self._asterisk.hangup(channel, cause)
        except (OSError, TimeoutError):
            return
        if not found:
            self._hear(Vanished(channel_id=channel, at=self._clock.now()))

    async def hang_up_unless_served(self, channel: str) -> None:
        """The report may have been missed, or not sent for want of app_userevent: Asterisk knows."""
        try:
            served = await self._asterisk.served(channel)
        except (OSError, TimeoutError):
            return
        if served:
            self._hear(Served(channel_id=channel, at=self._clock.now()))
        elif served is False:
            metrics.unserved.inc()
            await self.hang_up(channel, HangupCause.NORMAL_CLEARING, "call_not_served")
