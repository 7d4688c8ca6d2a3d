"""A Postgres of a test's own that can be sent back in time: a copy restored, a standby promoted."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import asyncpg

from deploy.local.ports import Ports
from deploy.local.postgres import PostgresServer, start_postgres
from deploy.local.postgres_binaries import find_postgres


class PastPostgres:
    """One address; what is behind it may be of an earlier time."""

    def __init__(self, folder: Path, ports: Ports) -> None:
        self._folder = folder
        self._copy = folder.parent / f"{folder.name}-copy"
        self.port = ports.one()
        self.server: PostgresServer

    async def start(self) -> None:
        """With whatever its folder holds."""
        self.server = await start_postgres(self._folder, port=self.port, fsync=False)

    async def stop(self) -> None:
        """At once, as a power cut would."""
        await self.server.process.stop(signal.SIGQUIT)

    async def back_up(self) -> None:
        """A base backup, taken while it runs."""
        self._base_backup(self._copy, "--wal-method=stream")

    async def restore(self) -> None:
        """Stops it, and starts what was backed up in its place."""
        await self.stop()
        shutil.rmtree(self._folder / "data")
        (self._copy / "data").rename(self._folder / "data")
        await self.start()

    async def follow(self, ports: Ports) -> "Standby":
        """A standby that streams from it, asynchronously."""
        folder = self._folder.parent / f"{self._folder.name}-standby"
        self._base_backup(folder, "--wal-method=stream", "--write-recovery-conf")
        shutil.copy(
            self._folder.parent / f"{self._folder.name}.password", folder.parent / f"{folder.name}.password"
        )
        standby = Standby(folder, ports)
        await standby.start()
        return standby

    def _base_backup(self, folder: Path, *options: str) -> None:
        folder.mkdir(mode=0o700)
        environment = {"PGPASSWORD": self.server.password, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        owner = (self._folder / "data").stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        who = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        subprocess.run(
            [
                find_postgres() / "pg_basebackup",
                *("-h", "127.0.0.1", "-p", str(self.port), "-U", "evendial"),
                *("-D", folder / "data", "--checkpoint=fast", "--no-sync", *options),
            ],
            check=True,
            cwd=folder,
            env=environment,
            **who,  # type: ignore[call-overload]
        )


class Standby(PastPostgres):
    """Follows until it is promoted."""

    async def promote_in_place_of(self, primary: PastPostgres) -> None:
        """Stopped before, it takes the address of the primary, which is gone, and writes from then on."""
        await primary.stop()
        self.port = primary.port
        await self.start()
        connection = await asyncpg.connect(self.server.dsn)
        try:
            await connection.execute("select pg_promote(true, 30)")
        finally:
            await connection.close()
