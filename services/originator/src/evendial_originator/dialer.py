"""The loop that takes dial commands: hold, claim, acknowledge, hand over to the sender."""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

from evendial_chassis.clock import HOST_CLOCK, Clock
from evendial_chassis.consumer import Consumer, Delivery
from evendial_chassis.outbox import Relay
from evendial_chassis.run import Stop
from evendial_contracts.call_token import CallToken, mint
from evendial_contracts.dialing import DialNumber, VoidReason

from evendial_originator.asterisk import Asterisk
from evendial_originator.background import Background
from evendial_originator.core.attempt import attempt_of
from evendial_originator.core.claim import Answer, Claimed, Known, NotYet, TooEarly, Voided
from evendial_originator.core.originate import BadCommand, Originate, originate
from evendial_originator.core.person_cap import counted_until
from evendial_originator.ledger import Ledger
from evendial_originator.persistently import persistently
from evendial_originator.sender import CLAIM_LIFE_S, Cannot, Claim, Sender, log_voided
from evendial_originator.trunks import Through, Trunks
from evendial_originator.witness import Witness

logger = logging.getLogger(__name__)

CLAIM_LEAD = timedelta(milliseconds=150)
GATE_POLL_S = 0.01
LATER_S = 0.2
TOKEN_LIFE = timedelta(seconds=60)
"""How long after the latest end of ringing a call's token is still good."""


class Dialer:
    """Each delivery is a task of its own: that a command delivered twice dials once is the ledger's doing."""

    def __init__(
        self,
        *,
        asterisk: Asterisk,
        ledger: Ledger,
        sender: Sender,
        trunks: Trunks,
        witness: Witness,
        relay: Relay,
        token_key: bytes,
        cannot: Cannot,
        clock: Clock = HOST_CLOCK,
    ) -> None:
        self._asterisk = asterisk
        self._ledger = ledger
        self._sender = sender
        self._trunks = trunks
        self._witness = witness
        self._relay = relay
        self._token_key = token_key
        self._cannot = cannot
        self._clock = clock
        self._background = Background()

    async def run(self, consumer: Consumer, stop: Stop) -> None:
        """Takes commands until told to stop."""
        async for batch in consumer.deliveries(stop):
            for delivery in batch:
                if isinstance(delivery.message, DialNumber):
                    self._background.start(self._take(delivery, delivery.message, stop))

    async def finish(self, within_s: float) -> None:
        """Waits until what was claimed is sent."""
        await self._background.finish(within_s)

    async def _take(self, delivery: Delivery, command: DialNumber, stop: Stop) -> None:
        try:
            order = originate(command, self._token(command))
        except BadCommand as refusal:
            logger.warning("bad command", extra={"action": "bad_command", "reason": str(refusal)})
            await self._void(command, VoidReason.REFUSED, delivery)
            return
        if await self._hold(command, stop):
            await self._carry_out(command, order, delivery)
        else:
            await delivery.raw.nak(delay=LATER_S)

    async def _hold(self, command: DialNumber, stop: Stop) -> bool:
        """Waits until the command may be claimed; False when this process ends before that."""
        until = command.slot_at - CLAIM_LEAD - self._clock.now()
        return not await stop.pause(max(0.0, until.total_seconds()))

    async def _carry_out(self, command: DialNumber, order: Originate, delivery: Delivery) -> None:
        if self._trunks.refuse(_through(command)):
            await self._void(command, VoidReason.BREAKER, delivery)
            return
        if reason := self._cannot():
            if self._clock.now() > command.not_after:
                await self._void(command, reason, delivery)
            else:  # another originator may take it, or this one after all
                await delivery.raw.nak(delay=LATER_S)
            return
        claim = await self._claim(command, order, delivery.envelope.time)
        if isinstance(claim, TooEarly):  # this host's clock is not to be trusted
            await delivery.raw.nak(delay=LATER_S)
            return
        await _ack(delivery)
        match claim:
            case Claim():
                await self._send(claim, command)
            case Voided(reason=reason):
                self._relay.wake()
                log_voided(attempt_of(command), reason)
            case Known():
                logger.info("known", extra={"action": "command_known", "command_id": command.command_id})

    async def _send(self, claim: Claim, command: DialNumber) -> None:
        """Only what is also known outside of the ledger is sent."""
        heard = await self._witness.hears(
            claim.attempt,
            person=self._ledger.persons.called(command),
            boot_id=claim.boot_id,
            counted_until=counted_until(command),
            within_s=CLAIM_LIFE_S - (self._clock.monotonic() - claim.claimed_at),
        )
        if heard:
            await self._sender.send_on_slot(claim)
        else:
            await self._sender.give_up(claim, VoidReason.EXPIRED)

    async def _claim(
        self, command: DialNumber, order: Originate, planned_at: datetime
    ) -> Claim | Voided | Known | TooEarly:
        nonce, boot_id = uuid4(), self._asterisk.boot_id

        async def ask() -> tuple[float, Answer]:
            """The clock is read before the gate is: a claim is never taken to be younger than it is."""
            asked_at = self._clock.monotonic()
            return asked_at, await self._ledger.claim(
                command, boot_id=boot_id, nonce=nonce, planned_at=planned_at
            )

        while True:
            asked_at, answer = await persistently("claim", ask)
            match answer:
                case NotYet():
                    await asyncio.sleep(GATE_POLL_S)
                case Claimed():
                    return Claim(
                        attempt=attempt_of(command),
                        through=_through(command),
                        order=order,
                        not_after=command.not_after,
                        boot_id=boot_id,
                        claimed_at=asked_at,
                    )
                case _:
                    return answer

    async def _void(self, command: DialNumber, reason: VoidReason, delivery: Delivery) -> None:
        if await persistently("void", lambda: self._ledger.void(command, reason)):
            self._relay.wake()
            log_voided(attempt_of(command), reason)
        await _ack(delivery)

    def _token(self, command: DialNumber) -> str:
        good_until = command.not_after + timedelta(seconds=command.ring_timeout_s) + TOKEN_LIFE
        return mint(
            CallToken(
                command_id=command.command_id,
                campaign_id=command.campaign_id,
                sequence_version=command.sequence_version,
                expires_at=int(good_until.timestamp()),
            ),
            self._token_key,
        )


def _through(command: DialNumber) -> Through:
    return Through(trunk_id=command.trunk_id, trunk_epoch=command.trunk_epoch, trial=command.trial)


async def _ack(delivery: Delivery) -> None:
    """May fail: the ledger, not the acknowledgement, prevents a second call."""
    with suppress(Exception):
        await delivery.ack()
