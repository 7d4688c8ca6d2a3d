"""A real Postgres on loopback: one superuser with a random password, and one role for each database."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.local.postgres_binaries import find_postgres
from deploy.local.processes import Account, Process, ProcessFailed

_SUPERUSER = "evendial"


@dataclass(frozen=True, kw_only=True)
class PostgresServer:
    """A running server. `dsn` is the superuser's, for making databases; services never get it."""

    process: Process
    port: int
    password: str

    @property
    def dsn(self) -> str:
        """The superuser's address of the database `postgres`."""
        return f"postgresql://{_SUPERUSER}:{self.password}@127.0.0.1:{self.port}/postgres"

    async def create_database(self, name: str) -> str:
        """Make the role and the database `name`, which only that role (and the superuser) may enter.

        Returns the role's address. `name` is `[a-z_][a-z0-9_]*`; asyncpg.DuplicateDatabaseError if it exists.
        """
        password = secrets.token_hex(16)
        connection = await asyncpg.connect(self.dsn)
        try:
            await connection.execute(f"CREATE ROLE {_quoted(name)} LOGIN PASSWORD '{password}'")
            await connection.execute(f"CREATE DATABASE {_quoted(name)} OWNER {_quoted(name)}")
            await connection.execute(f"REVOKE ALL ON DATABASE {_quoted(name)} FROM PUBLIC")
        finally:
            await connection.close()
        return f"postgresql://{name}:{password}@127.0.0.1:{self.port}/{name}"

    async def drop_database(self, name: str) -> None:
        """Drop the database and its role; connections that are still open are ended."""
        connection = await asyncpg.connect(self.dsn)
        try:
            await connection.execute(f"DROP DATABASE {_quoted(name)} WITH (FORCE)")
            await connection.execute(f"DROP ROLE {_quoted(name)}")
        finally:
            await connection.close()

    async def stop(self) -> None:
        """Fast shutdown: clients are cut off, everything committed is kept."""
        await self.process.stop(signal.SIGINT)


async def start_postgres(
    folder: Path, *, port: int, fsync: bool = True, options: tuple[str, ...] = ()
) -> PostgresServer:
    """Start Postgres with its data in `folder` (made when absent; a second start keeps the data).

    `fsync=False` is for tests that lose nothing by a crash. `options` are settings, `work_mem=8MB` say.
    As root it runs as `nobody`. Raises PostgresUnavailable or ProcessFailed.
    """
    programs, account = find_postgres(), _account()
    password = _prepare(folder, programs, account)
    settings = (f"fsync={'on' if fsync else 'off'}", "max_connections=200", "log_timezone=UTC", *options)
    address = ["-h", "127.0.0.1", "-p", str(port), "-k", ""]
    process = Process.start(
        [programs / "postgres", "-D", folder / "data", *address, *(f"--{setting}" for setting in settings)],
        name="postgres",
        log=folder.parent / f"{folder.name}.log",
        env=_environment(),
        cwd=folder,
        account=account,
        orphan_signal=signal.SIGQUIT,  # by SIGKILL it would leave its shared memory behind
    )
    server = PostgresServer(process=process, port=port, password=password)
    await process.until_ready(lambda: _accepts(server))
    return server


def _account() -> Account | None:
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid)


def _environment() -> dict[str, str]:
    return {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/bin:/bin"}


def _prepare(folder: Path, programs: Path, account: Account | None) -> str:
    """Make the data folder when there is none yet, and return the superuser's password."""
    secret = folder.parent / f"{folder.name}.password"
    if (folder / "data").exists():
        return secret.read_text()
    folder.mkdir(mode=0o700)
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_hex(16))
    readable = folder / "password"
    shutil.copy(secret, readable)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
        os.chown(readable, account.uid, account.gid)
    _init(folder, programs, readable, account)
    readable.unlink()
    return secret.read_text()


def _init(folder: Path, programs: Path, password: Path, account: Account | None) -> None:
    who = ["-U", _SUPERUSER, f"--pwfile={password}", "--auth=scram-sha-256"]
    what = ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    result = subprocess.run(
        [programs / "initdb", "-D", folder / "data", *who, *what],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if result.returncode != 0:
        raise ProcessFailed(f"initdb ended with status {result.returncode}: {result.stderr.strip()}")


async def _accepts(server: PostgresServer) -> bool:
    try:
        connection = await asyncpg.connect(server.dsn, timeout=5)
    except (OSError, asyncpg.CannotConnectNowError):
        return False
    await connection.close()
    return True


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
