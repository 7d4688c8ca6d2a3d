"""What is told or asked on one subject, each message heard in a task of its own: none holds up another."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import msgspec
from nats.aio.msg import Msg

logger = logging.getLogger(__name__)

Said = TypeVar("Said")


class Hearing(Generic[Said]):
    """What `hear` returns is the answer; what cannot be read is logged and left unanswered."""

    def __init__(
        self, subject: str, kind: type[Said], hear: Callable[[Said], Awaitable[msgspec.Struct | None]]
    ) -> None:
        self._subject = subject
        self._kind = kind
        self._hear = hear
        self._tasks: set[asyncio.Task[None]] = set()

    async def on_message(self, message: Msg) -> None:
        """The call-back of a subscription."""
        task = asyncio.create_task(self._answer(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, message: Msg) -> None:
        try:
            answer = await self._hear(msgspec.json.decode(message.data, type=self._kind))
            if answer is not None and message.reply:
                await message.respond(msgspec.json.encode(answer))
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            extra = {"action": "request_refused", "subject": self._subject, "reason": str(error)}
            logger.warning("unreadable request", extra=extra)
        except Exception:
            extra = {"action": "request_failed", "subject": self._subject}
            logger.exception("request failed", extra=extra)
