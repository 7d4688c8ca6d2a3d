"""Sends what is claimed, on its slot, once; or voids it, if surely nothing was sent."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

import msgspec
from evendial_chassis.clock import HOST_CLOCK, Clock
from evendial_chassis.outbox import Relay
from evendial_contracts.dialing import VoidReason

from evendial_originator import metrics
from evendial_originator.ami import LinkLost
from evendial_originator.asterisk import Asterisk, NotReady
from evendial_originator.core.ami_encoding import Unsendable
from evendial_originator.core.attempt import Attempt
from evendial_originator.core.originate import Originate
from evendial_originator.ledger import Ledger
from evendial_originator.persistently import persistently
from evendial_originator.starts import Starts
from evendial_originator.timer import SlotTimer
from evendial_originator.tracker import Tracker
from evendial_originator.trunks import Through, Trunks

logger = logging.getLogger(__name__)

NEVER = datetime.min.replace(tzinfo=UTC)
ON_TIME = timedelta(milliseconds=100)
AWAKE_LEAD = timedelta(milliseconds=2)
"""So long before a slot Asterisk is asked whether it is awake: what is written to one that stands still
leaves when it goes on, be it after a stop or the window's end."""
CLAIM_LIFE_S = 0.25
"""What bounds a stop: after its claim a command is checked against the gate no more."""


Result = TypeVar("Result")
Cannot = Callable[[], VoidReason | None]
"""Says why this originator can place no call at all now, or None."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A committed claim. `claimed_at` is on the monotonic clock, and no later than the commit."""

    attempt: Attempt
    through: Through
    order: Originate
    not_after: datetime
    boot_id: str
    claimed_at: float


class Sender:
    """Between the slot and the write there is no await: the timer calls, the socket takes."""

    def __init__(
        self,
        *,
        asterisk: Asterisk,
        tracker: Tracker,
        trunks: Trunks,
        starts: Starts,
        ledger: Ledger,
        relay: Relay,
        timer: SlotTimer,
        cannot: Cannot,
        clock: Clock = HOST_CLOCK,
    ) -> None:
        self._asterisk = asterisk
        self._tracker = tracker
        self._trunks = trunks
        self._starts = starts
        self._ledger = ledger
        self._relay = relay
        self._timer = timer
        self._cannot = cannot
        self._clock = clock
        self._last_sent: dict[UUID, datetime] = {}

    async def send_on_slot(self, claim: Claim) -> None:
        """Returns once the originate is written, or the claim is void."""
        reason = await self._reason(claim)
        if reason:
            await self.give_up(claim, reason)

    async def give_up(self, claim: Claim, reason: VoidReason) -> None:
        """Voids a claim that was surely not sent."""
        await persistently("void", lambda: self._ledger.void_claimed(claim.attempt, reason))
        self._relay.wake()
        log_voided(claim.attempt, reason)

    async def _reason(self, claim: Claim) -> VoidReason | None:
        """Writes it; None if that was done. A slot that does not come: the wall clock was set back."""
        slot_at, silent = claim.attempt.slot_at, VoidReason.EXPIRED
        try:
            async with asyncio.timeout(CLAIM_LIFE_S):
                await self._at(slot_at - AWAKE_LEAD, lambda: None)
                silent = VoidReason.OVERLOADED
                await self._asterisk.awake()
                silent = VoidReason.EXPIRED
                return await self._at(slot_at, lambda: self._send(claim))
        except TimeoutError:
            return silent
        except (NotReady, LinkLost):
            return VoidReason.NO_ASTERISK

    async def _at(self, when: datetime, work: Callable[[], Result]) -> Result:
        """What `work` returns, done by the timer itself."""
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()

        def on_time() -> None:
            if done.done():
                return  # nobody waits any more
            try:
                done.set_result(work())
            except Exception as error:
                done.set_exception(error)

        self._timer.at(when, on_time)
        return await done

    def _send(self, claim: Claim) -> VoidReason | None:
        now = self._clock.now()
        if now > claim.not_after or self._clock.monotonic() - claim.claimed_at > CLAIM_LIFE_S:
            return VoidReason.EXPIRED
        if self._is_made_up(claim, now):
            return VoidReason.EXPIRED
        if reason := self._cannot():
            return reason
        if claim.boot_id != self._asterisk.boot_id:
            return VoidReason.NO_ASTERISK
        if self._trunks.refuse(claim.through):
            return VoidReason.BREAKER
        if self._starts.full():
            return VoidReason.OVERLOADED
        try:
            reply = self._asterisk.originate(claim.order)
        except NotReady:
            return VoidReason.NO_ASTERISK
        except Unsendable:
            logger.exception("originate refused", extra={"action": "originate_refused"})
            return VoidReason.REFUSED
        self._tracker.begin(claim.attempt, now, self._starts.sent(claim.order.channel_id, reply))
        self._trunks.placed(claim.attempt, claim.through)
        self._last_sent[claim.through.trunk_id] = now
        metrics.send_error.observe((now - claim.attempt.slot_at).total_seconds())
        return None

    def _is_made_up(self, claim: Claim, now: datetime) -> bool:
        """A late call may fill the gap that it has left; many that waited together would be a burst."""
        slot_at = claim.attempt.slot_at
        last_sent = self._last_sent.get(claim.through.trunk_id, NEVER)
        return now > slot_at + ON_TIME and last_sent >= slot_at


def log_voided(attempt: Attempt, reason: VoidReason) -> None:
    """One line and one count for a command that was surely not dialled."""
    metrics.voided.labels(reason.value).inc()
    extra = {"action": "voided", "command_id": attempt.command_id, "reason": reason.value}
    logger.info("command voided", extra=extra)
