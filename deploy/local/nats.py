"""A real nats-server with JetStream, on loopback, with a password of its own."""

import asyncio
import secrets
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local.processes import Process

_USER = "evendial"
_STORE_LIMIT = "64GB"  # streams reserve their largest size at once; by default a small disk would refuse them


@dataclass(frozen=True, kw_only=True)
class NatsServer:
    """A running server; `url` carries the credentials."""

    process: Process
    url: str
    monitor_port: int

    async def stop(self) -> None:
        """End it; JetStream's store stays in its folder."""
        await self.process.stop()


async def start_nats(folder: Path, *, port: int, monitor_port: int, always_sync: bool = False) -> NatsServer:
    """Start nats-server with its store in `folder` (made when absent, so a restart keeps the streams).

    `always_sync` makes JetStream sync each write to the disk, as production on one node must.
    Raises FileNotFoundError without the program, ProcessFailed when it does not come up.
    """
    password = _password(folder)
    config = _configure(folder, port, monitor_port, password, always_sync)
    process = Process.start([find_nats_server(), "-c", config], name="nats-server", log=folder / "nats.log")

    async def answers() -> bool:
        return await _greets(port)

    await process.until_ready(answers)
    return NatsServer(
        process=process, url=f"nats://{_USER}:{password}@127.0.0.1:{port}", monitor_port=monitor_port
    )


def find_nats_server() -> Path:
    """The server of the wheel beside this interpreter, else the one on the PATH."""
    beside = Path(sys.executable).parent / "nats-server"
    if beside.exists():
        return beside
    if found := shutil.which("nats-server"):
        return Path(found)
    raise FileNotFoundError("nats-server is not in the virtual environment and not on the PATH: `make setup`")


def _password(folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    file = folder / "password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(16))
    return file.read_text()


def _configure(folder: Path, port: int, monitor_port: int, password: str, always_sync: bool) -> Path:
    sync = "  sync_interval: always\n" if always_sync else ""
    file = folder / "nats.conf"
    file.write_text(
        f'listen: "127.0.0.1:{port}"\n'
        f'http: "127.0.0.1:{monitor_port}"\n'
        f'authorization {{\n  user: {_USER}\n  password: "{password}"\n}}\n'
        f'jetstream {{\n  store_dir: "{folder}/store"\n  max_file_store: {_STORE_LIMIT}\n{sync}}}\n'
    )
    return file


async def _greets(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        return (await reader.readline()).startswith(b"INFO ")
    finally:
        writer.close()
        await writer.wait_closed()
