"""A nats-server of a test's own, whose store can be lost."""

import shutil
from pathlib import Path

from deploy.local.nats import NatsServer, start_nats
from deploy.local.ports import Ports


class LosableNats:
    """Keeps its address; what JetStream held is gone after `lose_store`."""

    def __init__(self, folder: Path, ports: Ports) -> None:
        self._folder = folder
        self._port, self._monitor_port = ports.one(), ports.one()
        self.server: NatsServer

    @property
    def url(self) -> str:
        """With the credentials."""
        return self.server.url

    async def start(self) -> None:
        """With whatever its folder holds."""
        self.server = await start_nats(self._folder, port=self._port, monitor_port=self._monitor_port)

    async def lose_store(self) -> None:
        """Killed, its store removed, started again."""
        self.server.process.kill()
        shutil.rmtree(self._folder / "store")
        await self.start()
