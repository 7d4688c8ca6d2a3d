"""Durable consumption: in order, at least once, with what cannot be handled put aside."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing

import msgspec
from evendial_contracts.codec import MalformedMessage, UnknownMessage, decode
from evendial_contracts.envelope import BadEnvelope, Envelope, open_envelope
from evendial_contracts.message import Message
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from evendial_chassis import metrics
from evendial_chassis.bus import Bus
from evendial_chassis.consumed import Consumed
from evendial_chassis.database import TRANSIENT
from evendial_chassis.dead_letters import put_aside
from evendial_chassis.durable import Durable
from evendial_chassis.pull import ConsumerGone, Gather, Pull
from evendial_chassis.run import Stop, patiently

logger = logging.getLogger(__name__)

ACK_WAIT_S = 10.0
"""How soon what a killed process had in hand comes again."""
GONE_PAUSE_S = 0.1
RETRY_DELAYS_S = (1.0, 5.0, 30.0, 30.0)
"""How long a message that its handler could not take waits for its next delivery; then it is put aside."""
HANDLED_TOGETHER = 2
"""Messages that come again for the third time are handled one by one."""
DELIVERIES_MOST = 10
MORE_BATCHES = 4


class Delivery(msgspec.Struct, frozen=True):
    """A message as delivered; acknowledged by whoever handles it, or by the consumer loop."""

    envelope: Envelope
    message: Message
    raw: Msg

    async def ack(self) -> None:
        """Done with it."""
        await self.raw.ack()

    @property
    def seq(self) -> int:
        """Its number in its stream."""
        return self.raw.metadata.sequence.stream

    @property
    def delivered_times(self) -> int:
        """1 at first."""
        return self.raw.metadata.num_delivered or 1


Handle = Callable[[list[Delivery]], Awaitable[None]]


class Consumer:
    """One durable consumer of one stream."""

    def __init__(
        self,
        bus: Bus,
        durable: str,
        subjects: Sequence[str],
        *,
        batch: int = 500,
        ack_wait_s: float = ACK_WAIT_S,
        consumed: Consumed | None = None,
        gather: Gather | None = None,
    ) -> None:
        self._bus = bus
        self._name = durable
        self._durable = Durable(bus, durable, subjects, batch=batch, ack_wait_s=ack_wait_s)
        self._stream = self._durable.stream
        self._batch = batch
        self._consumed = consumed
        self._gather = gather
        self._compared = consumed is None

    async def handle(self, handle: Handle, stop: Stop) -> None:
        """Gives each batch to `handle` and acknowledges it when that returns, until told to stop.

        A failure that passes (no database) is waited out with the batch in hand, so order is kept.
        A batch that fails otherwise is tried message by message: only the one at fault is delayed, then put
        aside. So is one whose handling has ended the process again and again.

        With `consumed` it handles again what the database has forgotten: a repeat must change nothing.
        """
        if self._consumed:
            await patiently(f"place of {self._name}", self._compare, stop)
        async with aclosing(self.deliveries(stop)) as batches:
            async for batch in batches:
                if any(each.delivered_times > HANDLED_TOGETHER for each in batch):
                    await self._handle_warily(batch, handle, stop)
                else:
                    await self._handle(batch, handle, stop)

    async def deliveries(self, stop: Stop) -> AsyncGenerator[list[Delivery]]:
        """Batches of readable messages as they come, at most `batch` a time; the taker acknowledges."""
        await self.create(stop)
        async for raw in self._pulled(stop):
            metrics.received.labels(self._name).inc(len(raw))
            if batch := [each for message in raw if (each := await self._read(message))]:
                yield batch

    async def create(self, stop: Stop) -> None:
        """Makes the consumer if it is not there, so that nothing that is in the stream is missed."""
        await self._durable.create(stop)

    async def caught_up(self) -> bool:
        """Whether all that was published before now has been handled."""
        try:
            info = await self._durable.info()
        except (NatsError, TimeoutError):
            return False
        return self._compared and info is not None and not info.num_pending and not info.num_ack_pending

    async def _compare(self) -> None:
        """Has what the database has forgotten delivered again. Raises `ConnectionError` where one is away."""
        made_at = self._bus.made_at(self._stream)
        if made_at is None:
            raise ConnectionError(f"stream {self._stream} is looked for")
        try:
            there = await self._durable.info()
            if there and there.ack_floor and self._consumed:
                place = await self._consumed.place(made_at)
                if there.ack_floor.stream_seq > place:
                    await self._go_back(place)
        except (*TRANSIENT, NatsError) as error:
            raise ConnectionError(f"consumer {self._name}: {error!r}") from error
        self._compared = True

    async def _go_back(self, place: int) -> None:
        """Some messages more, for others may have had earlier ones in hand."""
        start = max(1, place + 1 - MORE_BATCHES * self._batch)
        extra = {"action": "consumer_goes_back", "durable": self._name, "from_seq": start}
        logger.warning("the database has forgotten messages", extra=extra)
        await self._durable.begin_at(start)

    async def _note(self, batch: list[Delivery]) -> None:
        made_at = self._bus.made_at(self._stream)
        if self._consumed is None or made_at is None:
            return
        if not await self._consumed.note(made_at, max(each.seq for each in batch)):
            await self._go_back(await self._consumed.place(made_at))
            self._consumed.forget()

    async def _pulled(self, stop: Stop) -> AsyncIterator[list[Msg]]:
        async with Pull(self._bus, self._stream, self._name, self._batch, stop, self._gather) as pull:
            while not stop.requested:
                try:
                    async for batch in pull.batches():
                        yield batch
                except ConsumerGone:
                    await stop.pause(GONE_PAUSE_S)
                    await self.create(stop)
                except NatsError as error:
                    logger.debug("pull failed", extra={"action": "pull_failed", "reason": repr(error)})
                    await stop.pause(0.25)

    async def _read(self, raw: Msg) -> Delivery | None:
        try:
            envelope = open_envelope(raw.headers)
            message = decode(envelope.type, raw.data)
        except (BadEnvelope, MalformedMessage) as error:
            await self._put_aside(raw, str(error))
            return None
        if isinstance(message, UnknownMessage):
            metrics.skipped.labels(self._name).inc()
            await raw.ack()
            return None
        return Delivery(envelope, message, raw)

    async def _handle(self, batch: list[Delivery], handle: Handle, stop: Stop) -> None:
        failure = await self._try(batch, handle, stop)
        if failure is None:
            return
        if len(batch) > 1:
            for delivery in batch:
                await self._handle([delivery], handle, stop)
            return
        await self._delay(batch[0], failure)

    async def _handle_warily(self, batch: list[Delivery], handle: Handle, stop: Stop) -> None:
        """One by one: then the first of those that come again is the one at which the process died."""
        first, *others = batch
        if first.delivered_times > DELIVERIES_MOST:
            await self._put_aside(first.raw, f"its handler died {DELIVERIES_MOST} times")
        else:
            await self._handle([first], handle, stop)
        for delivery in others:
            await self._handle([delivery], handle, stop)

    async def _try(self, batch: list[Delivery], handle: Handle, stop: Stop) -> Exception | None:
        warned = False
        while True:
            try:
                await handle(batch)
                await self._note(batch)
                for delivery in batch:
                    await delivery.ack()
                return None
            except (*TRANSIENT, NatsError) as error:
                if not warned:
                    logger.warning(
                        "waiting",
                        extra={"action": "waiting", "part": self._name, "reason": repr(error)},
                    )
                warned = True
                if await stop.pause(0.5):
                    return None
                for delivery in batch:
                    await delivery.raw.in_progress()
            except Exception as error:
                return error

    async def _delay(self, delivery: Delivery, failure: Exception) -> None:
        logger.error(
            "handler failed",
            exc_info=failure,
            extra={"action": "handler_failed", "durable": self._name, "message_id": delivery.envelope.id},
        )
        times = delivery.delivered_times
        if times > len(RETRY_DELAYS_S):
            await self._put_aside(delivery.raw, repr(failure))
        else:
            await delivery.raw.nak(delay=RETRY_DELAYS_S[times - 1])

    async def _put_aside(self, raw: Msg, reason: str) -> None:
        metrics.dead_lettered.labels(self._name).inc()
        logger.error(
            "message put aside",
            extra={"action": "dead_lettered", "durable": self._name, "subject": raw.subject},
        )
        try:
            await put_aside(self._bus, self._name, raw, reason)
        except (NatsError, TimeoutError):
            logger.warning("dead letter stays where it is", extra={"action": "dead_letter_kept"})
