"""A pool of Postgres connections that waits for its server."""

from collections.abc import Awaitable, Callable, Mapping

import asyncpg
import msgspec

from evendial_chassis.run import Stop, patiently

TRANSIENT = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what asyncpg makes of a connection that is lost while it looks up a type
    asyncpg.OperatorInterventionError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
)
"""Failures of the database that pass: the same work is tried again."""

NO_TEXT = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
"""A text holds what Postgres cannot: NUL."""

SERVER_SETTINGS = {
    "statement_timeout": "15s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "15s",
    "timezone": "UTC",
}

ACQUIRE_S = 10.0
"""So long a connection is waited for, and so long a broken-off statement may take to end."""
MAX_QUERIES = 50_000
IDLE_S = 300.0

_json = msgspec.json.Encoder()


class NotYet(ConnectionError):
    """The server does not take connections yet; the message says why."""


class PatientPool(asyncpg.Pool):
    """A pool of which nobody waits for ever, even when its server has gone silent."""

    def acquire(self, *, timeout: float | None = ACQUIRE_S) -> asyncpg.pool.PoolAcquireContext:
        """Raises `TimeoutError`; a connection that cannot be given back in that time is dropped."""
        return super().acquire(timeout=timeout)


Admit = Callable[[asyncpg.Connection], Awaitable[None]]
"""Raises `NotYet` for a connection that may not be used."""


async def open_pool(
    dsn: str,
    *,
    stop: Stop,
    name: str,
    size: int = 5,
    ready: int = 1,
    admit: Admit | None = None,
    settings: Mapping[str, str] | None = None,
) -> asyncpg.Pool | None:
    """A pool once Postgres answers, or None when told to stop first.

    Whoever sets more than a transaction's own settings, or takes a lock of the session, takes it back.

    Of `size` connections so many are made `ready` at once. `admit` is asked of each; `settings` are more of
    Postgres' own for each.
    """

    async def prepare(connection: asyncpg.Connection) -> None:
        await _prepare(connection)
        if admit:
            await admit(connection)

    pool: asyncpg.Pool | None = None

    async def attempt() -> None:
        nonlocal pool
        try:
            pool = await PatientPool(
                dsn,
                connection_class=asyncpg.Connection,
                record_class=asyncpg.Record,
                loop=None,
                min_size=ready,
                max_size=size,
                max_queries=MAX_QUERIES,
                max_inactive_connection_lifetime=IDLE_S,
                timeout=5,
                command_timeout=20,
                init=prepare,
                reset=_leave_as_it_is,
                server_settings=SERVER_SETTINGS
                | {"application_name": f"evendial-{name}", **(settings or {})},
            )
        except (
            asyncpg.CannotConnectNowError,
            asyncpg.PostgresConnectionError,
            asyncpg.InvalidCatalogNameError,
        ) as error:
            raise NotYet(str(error)) from error

    return pool if await patiently("postgres", attempt, stop) else None


async def _leave_as_it_is(connection: asyncpg.Connection) -> None:
    """Nobody changes the session of a pooled connection for longer than a transaction.

    asyncpg's own reset asks the server four things after each use, be it a single statement; a transaction
    that is open all the same is rolled back without it.
    """


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: _json.encode(value).decode(),
        decoder=msgspec.json.decode,
    )
