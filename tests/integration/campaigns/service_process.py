"""The service as a process of its own, for tests that end it the hard way."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
from evendial_campaigns.settings import Settings

from deploy.local.processes import Process
from tests.integration.campaigns.conftest import USER_KEY

StartProcess = Callable[..., Process]


class Starter:
    """Starts the service as often as it is killed."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        given = msgspec.structs.asdict(settings)
        self._environment = {
            f"EVENDIAL_CAMPAIGNS_{name.upper()}": str(value)
            for name, value in given.items()
            if value is not None
        }
        self._folder = folder
        self.settings = settings
        self.started: list[Process] = []

    def begin(self, **changes: str | None) -> Process:
        """A new process; what `changes` sets to None is not in its environment."""
        env = {name: value for name, value in (self._environment | changes).items() if value is not None}
        process = Process.start(
            [sys.executable, "-m", "evendial_campaigns"],
            name="campaigns",
            log=self._folder / f"campaigns-{len(self.started)}.log",
            env=env,
        )
        self.started.append(process)
        return process

    async def ready(self) -> Process:
        """A new process that is ready."""
        process = self.begin()
        await until_ready(process, self.settings)
        return process

    def kill(self) -> None:
        """Whatever runs."""
        for process in self.started:
            process.kill()


def client(settings: Settings, key: str = USER_KEY) -> httpx.AsyncClient:
    """Speaks with that key."""
    return httpx.AsyncClient(
        base_url=f"http://{settings.host}:{settings.http_port}",
        headers={"Authorization": f"Bearer {key}"},
        timeout=60,
    )


async def until_ready(process: Process, settings: Settings) -> None:
    """Its health port says so."""

    async def ready() -> bool:
        async with httpx.AsyncClient() as health:
            try:
                response = await health.get(f"http://127.0.0.1:{settings.health_port}/readyz")
            except httpx.TransportError:
                return False
            return response.is_success

    await process.until_ready(ready)


def logged(process: Process, action: str) -> list[dict[str, Any]]:
    """Its log lines of one kind."""
    lines = [json.loads(line) for line in process.log.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("action") == action]
