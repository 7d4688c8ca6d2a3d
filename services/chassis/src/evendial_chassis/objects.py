"""Files that travel over the bus: a JetStream object store, by name."""

import asyncio
import time
from collections.abc import AsyncGenerator

import msgspec
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError, ObjectDeletedError, ObjectNotFoundError
from nats.js.object_store import ObjectStore

from evendial_chassis.bus import Bus
from evendial_chassis.run import Stop

GET_TRY_S = 5.0
GET_TRIES = 2
"""nats-py itself would wait for a lost piece of an object for ever."""


class ObjectChanged(msgspec.Struct, frozen=True):
    """An object as it is now; `size` in bytes."""

    name: str
    size: int
    deleted: bool


class Objects:
    """One bucket. Every method raises `ConnectionError` while the bus cannot serve it."""

    def __init__(self, bus: Bus, bucket: str) -> None:
        self._bus = bus
        self._bucket = bucket

    async def put(self, name: str, data: bytes) -> None:
        """Stores an object whole; the same name is replaced."""
        try:
            await (await self._store()).put(name, data)
        except (NatsError, TimeoutError) as error:
            raise ConnectionError(f"object {name}: {error!r}") from error

    async def get(self, name: str) -> bytes | None:
        """The object's content, its digest checked; None when there is none."""
        for _ in range(GET_TRIES):
            try:
                async with asyncio.timeout(GET_TRY_S):
                    return bytes((await (await self._store()).get(name)).data or b"")
            except (NotFoundError, ObjectNotFoundError, ObjectDeletedError):
                return None
            except TimeoutError:
                continue
            except NatsError as error:
                raise ConnectionError(f"object {name}: {error!r}") from error
        raise ConnectionError(f"object {name} did not arrive in {GET_TRIES * GET_TRY_S:g} s")

    async def delete(self, name: str) -> None:
        """Deletes an object; one that is not there is no error."""
        try:
            await (await self._store()).delete(name)
        except (NotFoundError, ObjectNotFoundError, ObjectDeletedError):
            return
        except (NatsError, TimeoutError) as error:
            raise ConnectionError(f"object {name}: {error!r}") from error

    async def names(self) -> list[str]:
        """Of every object there is."""
        try:
            infos = await (await self._store()).list(ignore_deletes=True)
        except NotFoundError:
            return []
        except (NatsError, TimeoutError) as error:
            raise ConnectionError(f"bucket {self._bucket}: {error!r}") from error
        return [info.name for info in infos]

    async def changes(self, stop: Stop, *, for_s: float) -> AsyncGenerator[ObjectChanged, None]:
        """Every object there is, then each change as it comes, for so long or until told to stop."""
        until = time.monotonic() + for_s
        try:
            watcher = await (await self._store()).watch()
            try:
                while not stop.requested and time.monotonic() < until:
                    try:
                        info = await watcher.updates(timeout=0.5)
                    except TimeoutError:
                        continue
                    if info is not None:
                        yield ObjectChanged(info.name, info.size or 0, bool(info.deleted))
            finally:
                await watcher.stop()
        except NatsError as error:
            raise ConnectionError(f"bucket {self._bucket}: {error!r}") from error

    async def _store(self) -> ObjectStore:
        return await self._bus.objects(self._bucket)
