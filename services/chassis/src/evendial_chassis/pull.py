"""Pull requests to a durable consumer: what they bring, and that nobody serves them any more."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from enum import Enum

import msgspec
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from evendial_chassis.bus import Bus
from evendial_chassis.run import Stop

EXPIRES_S = 2.0
NO_RESPONDERS = "503"

Arrivals = asyncio.Queue[Msg | None]


class Gather(msgspec.Struct, frozen=True, kw_only=True):
    """Messages on these subjects (`a.b.>`) may wait for each other: a batch comes `seconds` after another.

    Any other message is handed over at once, with those that wait. Ten messages cost little more than one.
    """

    seconds: float
    subjects: Sequence[str]

    def may_wait(self, message: Msg) -> bool:
        """Whether it is one of those."""
        return message.subject.startswith(tuple(each.removesuffix(">") for each in self.subjects))


class ConsumerGone(Exception):
    """JetStream does not know the durable consumer any more."""


class End(Enum):
    """How a pull request ended."""

    OVER = "over"
    GONE = "gone"


class Pull:
    """One inbox for all pull requests of one loop; a context manager."""

    def __init__(
        self, bus: Bus, stream: str, durable: str, batch: int, stop: Stop, gather: Gather | None = None
    ) -> None:
        self._bus = bus
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._batch = batch
        self._stop = stop
        self._gather = gather
        self._arrived: Arrivals = asyncio.Queue()
        self._pressing = asyncio.Event()
        self._next_at = 0.0

    async def __aenter__(self) -> "Pull":
        self._inbox = self._bus.client.new_inbox()
        self._subscription = await self._bus.client.subscribe(self._inbox, cb=self._arrives)
        self._waking = asyncio.ensure_future(self._wake())
        self._end_doubts = self._bus.on_doubt(self._wake_up)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._waking.cancel()
        self._end_doubts()
        with suppress(NatsError):
            await self._subscription.unsubscribe()

    async def batches(self) -> AsyncGenerator[list[Msg]]:
        """What one request brings until it ends or expires, in batches of what is there at once.

        Raises `ConsumerGone`.
        """
        ask = {"batch": self._batch, "expires": int(EXPIRES_S * 1e9)}
        await self._bus.client.publish(self._subject, json.dumps(ask).encode(), reply=self._inbox)
        wanted = self._batch
        while wanted > 0:
            try:
                first = await asyncio.wait_for(self._arrived.get(), EXPIRES_S + 1)
            except TimeoutError:
                return
            await self._gathered()
            batch, end = _drain(self._arrived, first)
            wanted -= len(batch)
            if batch:
                yield batch
            if end is End.GONE:
                raise ConsumerGone
            if end:
                return

    async def _arrives(self, message: Msg) -> None:
        self._arrived.put_nowait(message)
        if self._gather is None or not self._gather.may_wait(message):
            self._pressing.set()

    async def _gathered(self) -> None:
        """Waits until the next batch is due, or until something has come that may not wait."""
        if self._gather is None:
            return
        clock = asyncio.get_running_loop().time
        if (left_s := self._next_at - clock()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._pressing.wait(), left_s)
        self._pressing.clear()
        self._next_at = clock() + self._gather.seconds

    async def _wake(self) -> None:
        await self._stop.wait()
        self._wake_up()

    def _wake_up(self) -> None:
        self._arrived.put_nowait(None)
        self._pressing.set()


def _drain(arrived: Arrivals, first: Msg | None) -> tuple[list[Msg], End | None]:
    """The messages that are here by now, and how the pull request has ended, if it has."""
    batch: list[Msg] = []
    message = first
    while message is not None and (end := _end(message)) is None:
        batch.append(message)
        if arrived.empty():
            return batch, None
        message = arrived.get_nowait()
    return batch, End.OVER if message is None else end


def _end(message: Msg) -> End | None:
    """None for a message; a status says that nobody serves the consumer, that it was deleted, or less."""
    headers = message.headers or {}
    if not (status := headers.get("Status")):
        return None
    deleted = "deleted" in headers.get("Description", "").lower()
    return End.GONE if status == NO_RESPONDERS or deleted else End.OVER
