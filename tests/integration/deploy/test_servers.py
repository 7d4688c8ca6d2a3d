import os
import pwd
from pathlib import Path

import asyncpg
import nats
import pytest

from deploy.local.folders import RunFolder
from deploy.local.nats import start_nats
from deploy.local.ports import Ports
from deploy.local.postgres import PostgresServer, start_postgres
from tests.conftest import DatabaseFactory

pytestmark = pytest.mark.integration


async def test_jetstream_keeps_a_message(nats_url: str) -> None:
    client = await nats.connect(nats_url)
    stream = client.jetstream()
    await stream.add_stream(name="deploy_probe", subjects=["deploy.probe"])
    ack = await stream.publish("deploy.probe", b"kept")
    assert (await stream.get_msg("deploy_probe", ack.seq)).data == b"kept"
    await client.close()


async def test_a_restarted_nats_keeps_its_streams_and_its_address(run_folder: Path, ports: Ports) -> None:
    port, monitor = ports.one(), ports.one()
    first = await start_nats(run_folder / "again", port=port, monitor_port=monitor, always_sync=True)
    client = await nats.connect(first.url)
    await client.jetstream().add_stream(name="kept", subjects=["kept"])
    await client.close()
    first.process.kill()

    second = await start_nats(run_folder / "again", port=port, monitor_port=monitor, always_sync=True)
    assert second.url == first.url
    client = await nats.connect(second.url)
    assert (await client.jetstream().stream_info("kept")).config.name == "kept"
    await client.close()
    await second.stop()


async def test_each_role_enters_its_own_database_only(
    postgres_server: PostgresServer, database: DatabaseFactory
) -> None:
    mine, other = await database("mine"), await database("other")
    connection = await asyncpg.connect(mine)
    assert await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    await connection.execute("CREATE TABLE probe (n integer)")
    await connection.close()

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(mine.rsplit("/", 1)[0] + "/" + other.rsplit("/", 1)[1])


def test_postgres_never_runs_as_root(postgres_server: PostgresServer) -> None:
    owner = Path(f"/proc/{postgres_server.process.pid}").stat().st_uid
    assert owner == (pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid())


async def test_stopped_servers_leave_no_process_and_no_folder(ports: Ports) -> None:
    folder = RunFolder("stops")
    nats_server = await start_nats(folder.path / "nats", port=ports.one(), monitor_port=ports.one())
    postgres = await start_postgres(folder.path / "postgres", port=ports.one(), fsync=False)
    groups = [nats_server.process.pid, postgres.process.pid]
    await postgres.stop()
    await nats_server.stop()
    folder.remove()

    assert not folder.path.exists()
    for group in groups:
        with pytest.raises(ProcessLookupError):
            os.killpg(group, 0)
