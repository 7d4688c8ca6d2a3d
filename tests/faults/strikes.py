"""How each kind of fault is done to a running stack, and undone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import asyncpg
from evendial_chassis.run import Stop

from deploy.local.stack import Stack

SLOW_COMMIT = "20000"
"""Microseconds that a commit waits before it is on the disk: so many of them can be hit."""
HIT_EVERY_S = 0.05
_AT_COMMIT = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = $1 and state = 'active' and query ~* '^(commit|insert|update|with)'
"""
_DELAYED_COMMITS = ("commit_delay", "commit_siblings")


@asynccontextmanager
async def killed(stack: Stack, names: Sequence[str]) -> AsyncIterator[None]:
    """SIGKILL, and the same parts started again."""
    for name in names:
        stack.kill(name)
    yield
    await asyncio.gather(*(stack.start(name) for name in names))


@asynccontextmanager
async def paused(stack: Stack, names: Sequence[str]) -> AsyncIterator[None]:
    """SIGSTOP, and SIGCONT."""
    for name in names:
        stack.pause(name)
    try:
        yield
    finally:
        for name in names:
            stack.resume(name)


@asynccontextmanager
async def without_streams(stack: Stack) -> AsyncIterator[None]:
    """NATS comes back without anything that JetStream had kept."""
    await stack.lose_streams()
    yield


@asynccontextmanager
async def clock_moved(stack: Stack, name: str, seconds: float) -> AsyncIterator[None]:
    """The wall clock of one service jumps, and jumps back."""
    stack.move_clock(name, seconds)
    try:
        yield
    finally:
        stack.move_clock(name, 0)


@asynccontextmanager
async def failing(stack: Stack, edges: Sequence[str], how: str, strength: float) -> AsyncIterator[None]:
    """Wires that are cut, stalled, delayed (50 to 300 ms each way), half-open, or break off."""
    for name in edges:
        edge = stack.edges[name]
        match how:
            case "cut":
                edge.cut()
            case "stall":
                edge.stall()
            case "delay":
                edge.delay(0.05 + 0.25 * strength)
            case "half-open":
                edge.half_open()
            case "break":
                edge.drop_after(round(2000 * strength))
    try:
        yield
    finally:
        for name in edges:
            stack.edges[name].heal()


@asynccontextmanager
async def commits_terminated(stack: Stack, database: str) -> AsyncIterator[None]:
    """The connections of one service are ended while they commit, again and again."""
    admin = await asyncpg.connect(stack.wiring.postgres_url)
    over = Stop()
    try:
        await _slow_commits(admin)
        hitting = asyncio.create_task(_hit(admin, database, over))
        yield
        over.request()
        await hitting
    finally:
        for setting in _DELAYED_COMMITS:
            await admin.execute(f"alter system reset {setting}")
        await admin.execute("select pg_reload_conf()")
        await admin.close()


async def _slow_commits(admin: asyncpg.Connection) -> None:
    for setting, value in zip(_DELAYED_COMMITS, (SLOW_COMMIT, "0"), strict=True):
        await admin.execute(f"alter system set {setting} = {value}")
    await admin.execute("select pg_reload_conf()")


async def _hit(admin: asyncpg.Connection, database: str, over: Stop) -> None:
    while not await over.pause(HIT_EVERY_S):
        with suppress(asyncpg.PostgresError):
            await admin.fetch(_AT_COMMIT, database)


def now() -> datetime:
    """The host's clock, which no fault moves."""
    return datetime.now(UTC)
