"""A stream looked through, and single messages taken out of it for good: for what may not be kept."""

from collections.abc import AsyncGenerator, Callable

import msgspec
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerInfo
from nats.js.errors import NotFoundError

from evendial_chassis.bus import Bus


class Held(msgspec.Struct, frozen=True):
    """A message as a stream holds it; `type` is that of its envelope, empty where there is none."""

    seq: int
    type: str
    data: bytes


class Scrub:
    """One stream. Every method raises `ConnectionError` while the bus cannot serve it."""

    def __init__(self, bus: Bus, stream: str) -> None:
        self._bus = bus
        self.stream = stream

    async def last(self) -> int:
        """The number of the newest message; 0 when there never was one."""
        try:
            return (await self._bus.jetstream.stream_info(self.stream)).state.last_seq
        except (NatsError, TimeoutError) as error:
            raise self._gone(error) from error

    async def messages(
        self, wanted: Callable[[bytes], bool], *, after: int, through: int
    ) -> AsyncGenerator[Held, None]:
        """Those whose content is wanted, oldest first, that are numbered above `after`, up to `through`."""
        seq = after + 1
        while seq <= through:
            try:
                raw = await self._bus.jetstream.get_msg(self.stream, seq, ">", direct=True, next=True)
            except NotFoundError:
                return
            except (NatsError, TimeoutError) as error:
                raise self._gone(error) from error
            assert raw.seq is not None, "a stored message has its number"
            data = raw.data or b""
            if raw.seq <= through and wanted(data):
                yield Held(raw.seq, (raw.headers or {}).get("ce-type", ""), data)
            seq = raw.seq + 1

    async def delete(self, seq: int) -> None:
        """Overwrites a message and removes it; one that is not there is no error."""
        try:
            await self._bus.jetstream.delete_msg(self.stream, seq)
        except (NatsError, TimeoutError) as error:
            if await self._holds(seq):
                raise self._gone(error) from error

    async def unread(self, through: int) -> list[str]:
        """The consumers that have not acknowledged every message up to this one that is for them."""
        try:
            consumers = await self._bus.jetstream.consumers_info(self.stream)
        except (NatsError, TimeoutError) as error:
            raise self._gone(error) from error
        return [each.name for each in consumers if not _has_read(each, through)]

    async def _holds(self, seq: int) -> bool:
        try:
            await self._bus.jetstream.get_msg(self.stream, seq)
        except NotFoundError:
            return False
        except (NatsError, TimeoutError) as error:
            raise self._gone(error) from error
        return True

    def _gone(self, error: Exception) -> ConnectionError:
        return ConnectionError(f"stream {self.stream}: {error!r}")


def _has_read(consumer: ConsumerInfo, through: int) -> bool:
    if not consumer.num_pending and not consumer.num_ack_pending:
        return True
    acknowledges = consumer.config.ack_policy is not AckPolicy.NONE
    reached = consumer.ack_floor if acknowledges else consumer.delivered
    return reached is not None and reached.stream_seq >= through
