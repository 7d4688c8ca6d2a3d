"""Ordered SQL files of a package, each applied once, by one starter at a time."""

import hashlib
import logging
from importlib import resources

import asyncpg
import msgspec

logger = logging.getLogger(__name__)

LOCK = 0x65766469
"""Advisory lock of the starter that migrates ("evdi"); one database belongs to one service."""

JOURNAL = """
create table if not exists schema_migration(
    name text primary key, sha256 text not null, applied_at timestamptz not null default clock_timestamp())
"""


class MigrationChanged(RuntimeError):
    """A file that was applied before is not the same any more; its name is in the message."""


class Migration(msgspec.Struct, frozen=True):
    """One file."""

    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """What the file held."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations_of(package: str) -> list[Migration]:
    """The files `migrations/NNNN_*.sql` of an installed package, in order."""
    folder = resources.files(package) / "migrations"
    files = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    return [Migration(entry.name, entry.read_text()) for entry in sorted(files, key=lambda e: e.name)]


async def migrate(pool: asyncpg.Pool, package: str) -> int:
    """Applies what is missing, each file in a transaction; returns how many were applied."""
    async with pool.acquire() as connection:
        await connection.execute("set lock_timeout = 0; set statement_timeout = 0")
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        try:
            await connection.execute(JOURNAL)
            return sum([await _apply(connection, each) for each in migrations_of(package)])
        finally:
            await connection.execute("select pg_advisory_unlock($1)", LOCK)
            await connection.execute("reset lock_timeout; reset statement_timeout")


async def _apply(connection: asyncpg.pool.PoolConnectionProxy, migration: Migration) -> bool:
    applied = await connection.fetchval("select sha256 from schema_migration where name = $1", migration.name)
    if applied is not None and applied != migration.sha256:
        raise MigrationChanged(f"{migration.name} was changed after it had been applied")
    if applied is not None:
        return False
    async with connection.transaction():
        await connection.execute(migration.sql)
        await connection.execute(
            "insert into schema_migration(name, sha256) values ($1, $2)", migration.name, migration.sha256
        )
    logger.info("migrated", extra={"action": "migrated", "migration": migration.name})
    return True
