"""What consumers have put aside, as they could not read or handle it: to look at, send once more, or drop."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime

import msgspec
from evendial_contracts.subjects import DEAD_LETTERS, dead_letter
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import RawStreamMsg
from nats.js.errors import NotFoundError

from evendial_chassis.bus import Bus
from evendial_chassis.logs import mask
from evendial_chassis.streams import stream_of

STREAM = stream_of([DEAD_LETTERS])
SUBJECT_HEADER = "Evendial-Subject"
REASON_HEADER = "Evendial-Reason"
REASON_MAX = 500
SHOWN_MAX = 2000

_ONE_LINE = re.compile(r"\s+")


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One message that `durable` put aside; `body` is cut after 2,000 characters, without phone numbers."""

    seq: int
    durable: str
    at: datetime
    reason: str
    subject: str
    type: str | None
    message_id: str | None
    size: int
    body: str


class DeadLetters:
    """The stream of them. Every method raises `ConnectionError` while the bus cannot serve it."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def page(self, after: int, limit: int, durable: str | None = None) -> list[DeadLetter]:
        """The oldest above number `after`."""
        found: list[DeadLetter] = []
        subject = DEAD_LETTERS if durable is None else dead_letter(durable)
        async for raw in self._from(after + 1, subject):
            found.append(_shown(raw))
            if len(found) == limit:
                break
        return found

    async def retry(self, seq: int) -> bool:
        """Sends it once more to where it was sent first, then drops it; False when there is none.

        All consumers of its subject hear it again, under the id that it always had.
        """
        raw = await self._find(seq)
        if raw is None:
            return False
        headers = {name: value for name, value in (raw.headers or {}).items() if not name.startswith("Nats-")}
        subject = headers.pop(SUBJECT_HEADER)
        headers.pop(REASON_HEADER, None)
        headers["Nats-Msg-Id"] = f"{headers.get('ce-id', STREAM)}/again/{seq}"
        try:
            await self._bus.jetstream.publish(subject, raw.data or b"", headers=headers)
        except (NatsError, TimeoutError) as error:
            raise _gone(error) from error
        return await self.drop(seq)

    async def drop(self, seq: int) -> bool:
        """Removes it for good; False when there is none."""
        if await self._find(seq) is None:
            return False
        try:
            return await self._bus.jetstream.delete_msg(STREAM, seq)
        except (NatsError, TimeoutError) as error:
            raise _gone(error) from error

    async def _find(self, seq: int) -> RawStreamMsg | None:
        try:
            return await self._bus.jetstream.get_msg(STREAM, seq)
        except NotFoundError:
            return None
        except (NatsError, TimeoutError) as error:
            raise _gone(error) from error

    async def _from(self, seq: int, subject: str) -> AsyncGenerator[RawStreamMsg]:
        while True:
            try:
                raw = await self._bus.jetstream.get_msg(STREAM, seq, subject, next=True)
            except NotFoundError:
                return
            except (NatsError, TimeoutError) as error:
                raise _gone(error) from error
            assert raw.seq is not None, "a stored message has its number"
            yield raw
            seq = raw.seq + 1


async def put_aside(bus: Bus, durable: str, raw: Msg, reason: str) -> None:
    """Keeps a message among the dead letters and takes it away from its consumer.

    Raises what JetStream raises: then it stays where it is.
    """
    headers = dict(raw.headers or {})
    headers.pop("Nats-Msg-Id", None)
    headers |= {
        SUBJECT_HEADER: raw.subject,
        REASON_HEADER: mask(_ONE_LINE.sub(" ", reason))[:REASON_MAX],
    }
    await bus.jetstream.publish(dead_letter(durable), raw.data, headers=headers)
    await raw.term()


def _shown(raw: RawStreamMsg) -> DeadLetter:
    headers, data = raw.headers or {}, raw.data or b""
    assert raw.seq is not None and raw.time is not None and raw.subject is not None
    return DeadLetter(
        seq=raw.seq,
        durable=raw.subject.removeprefix(dead_letter("")),
        at=raw.time,
        reason=headers.get(REASON_HEADER, ""),
        subject=headers.get(SUBJECT_HEADER, ""),
        type=headers.get("ce-type"),
        message_id=headers.get("ce-id"),
        size=len(data),
        body=mask(data.decode(errors="replace"))[:SHOWN_MAX],
    )


def _gone(error: Exception) -> ConnectionError:
    return ConnectionError(f"stream {STREAM}: {error!r}")
