"""One piece of work for all who want to know the same."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Shared(Generic[Key, Value]):
    """Finds out for everybody who waits: at most once at a time for each key, and once more in waiting.

    Nobody gets what was begun before they came: by then they may have changed something themselves.
    """

    def __init__(self, find_out: Callable[[Key], Awaitable[Value]]) -> None:
        self._find_out = find_out
        self._running: dict[Key, asyncio.Task[Value]] = {}
        self._waiting: dict[Key, asyncio.Task[Value]] = {}

    async def get(self, key: Key) -> Value:
        """What was found out, or how that failed."""
        if key not in self._running:
            task = self._start(key)
        elif key in self._waiting:
            task = self._waiting[key]
        else:
            task = self._waiting[key] = _task(self._after(self._running[key], key))
        return await asyncio.shield(task)

    def _start(self, key: Key) -> asyncio.Task[Value]:
        task = self._running[key] = _task(self._run(key))
        return task

    async def _after(self, before: asyncio.Task[Value], key: Key) -> Value:
        await asyncio.wait([before])
        del self._waiting[key]
        return await self._start(key)

    async def _run(self, key: Key) -> Value:
        try:
            return await self._find_out(key)
        finally:
            del self._running[key]


def _task(work: Coroutine[None, None, Value]) -> asyncio.Task[Value]:
    """A failure is that of who asks; it is nobody's when all have left."""
    task = asyncio.create_task(work)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task
