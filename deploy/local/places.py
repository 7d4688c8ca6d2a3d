"""Who runs in a stack: a process of each service, or several schedulers and originators, with their wires."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.ports import Ports
from deploy.local.services import Dialer, Place
from deploy.local.wires import Wires


@dataclass(frozen=True, kw_only=True)
class Crew:
    """How many there are. Each originator has an Asterisk and an agi service of its own."""

    schedulers: int = 1
    originators: int = 1

    @property
    def names(self) -> dict[str, list[str]]:
        """The processes of each service."""
        return {
            "campaigns": ["campaigns"],
            "scheduler": numbered("scheduler", self.schedulers),
            "originator": numbered("originator", self.originators),
            "agi": numbered("agi", self.originators),
        }


def numbered(name: str, count: int) -> list[str]:
    """`agi`, `agi-2`, `agi-3` …"""
    return [name, *(f"{name}-{n}" for n in range(2, count + 1))]


async def lay_places(
    folder: Path,
    ports: Ports,
    wires: Wires,
    crew: Crew,
    *,
    nats_url: str,
    database_urls: Mapping[str, str],
    asterisks: Sequence[Dialer],
) -> tuple[Place, ...]:
    """A place for each process, with wires of its own to NATS and Postgres."""
    return tuple(
        [
            Place(
                name=name,
                service=service,
                nats_url=await wires.lay_url(name, "nats", nats_url),
                database_url=await wires.lay_url(name, "postgres", database_urls[service]),
                health_port=ports.one(),
                asterisk=asterisks[index] if asterisks and service in ("originator", "agi") else None,
                clock_file=folder / f"{name}.clock" if wires.faulty else None,
            )
            for service, names in crew.names.items()
            for index, name in enumerate(names)
        ]
    )
