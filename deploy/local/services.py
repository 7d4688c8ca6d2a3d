"""The four services as child processes, with the environment that each of them reads."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from evendial_chassis.clock import MOVED_BY_FILE

from deploy.local.ami import AmiAccess
from deploy.local.processes import Process

SERVICES = ("campaigns", "scheduler", "originator", "agi")

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_RUNTIME_DIR")
_AGI_DRAIN_S = "1"  # Ctrl-C ends the whole stack within 5 s, calls in progress included


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service, ready to be started as often as a test likes."""

    name: str
    program: str
    """`scheduler` for a `scheduler-2`."""
    environment: Mapping[str, str]
    health_port: int
    log: Path

    async def start(self) -> Process:
        """Start it and wait until it says that it is ready."""
        process = Process.start(
            [sys.executable, "-m", f"evendial_{self.program}"],
            name=self.name,
            log=self.log,
            env=self.environment,
        )
        async with httpx.AsyncClient(timeout=2) as client:

            async def ready() -> bool:
                return await is_ready(client, self.health_port)

            await process.until_ready(ready, timeout=30, every=0.05)
        return process


@dataclass(frozen=True, kw_only=True)
class Dialer:
    """What the services must know of the Asterisk that dials."""

    name: str
    ami: AmiAccess
    agi_port: int
    prompt_dir: Path
    cdr_file: Path | None
    """Its own record of calls, where it keeps one."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One process of a service: its name in the stack, and where it finds its parts."""

    name: str
    service: str
    nats_url: str
    database_url: str
    health_port: int
    asterisk: Dialer | None = None
    """None: the operator has set `EVENDIAL_AMI_HOST` and the like for an Asterisk of their own."""
    clock_file: Path | None = None
    """Moves its clock, for a fault test."""


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """What the services are told: where their parts are, and the secrets that they share."""

    nats_url: str
    postgres_url: str
    """The superuser's; no service is told it."""
    database_urls: Mapping[str, str]
    """By service, straight: what a place has may lead over an edge."""
    places: tuple[Place, ...]
    http_port: int
    call_token_key: str
    person_key: str
    admin_api_key: str
    user_api_key: str
    unclaimed: bool = False
    """Nobody has a key: the first admin comes by the token that the campaigns service prints."""

    @property
    def health_ports(self) -> dict[str, int]:
        """By the name of the process."""
        return {place.name: place.health_port for place in self.places}


async def is_ready(client: httpx.AsyncClient, health_port: int) -> bool:
    """Whether the service behind that port says that it is."""
    try:
        answer = await client.get(f"http://127.0.0.1:{health_port}/readyz")
    except httpx.TransportError:
        return False
    return answer.is_success


def wire(wiring: Wiring, logs: Path) -> list[Service]:
    """The services, each with its own settings over the `EVENDIAL_*` of this process's environment."""
    passed_on = {name: value for name, value in os.environ.items() if name.startswith("EVENDIAL_")}
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return [
        Service(
            name=place.name,
            program=place.service,
            environment={**kept, **passed_on, **_settings(place, wiring), **_clock(place)},
            health_port=place.health_port,
            log=logs / f"{place.name}.log",
        )
        for place in wiring.places
    ]


def _clock(place: Place) -> dict[str, str]:
    return {} if place.clock_file is None else {MOVED_BY_FILE: str(place.clock_file)}


def _settings(place: Place, wiring: Wiring) -> dict[str, str]:
    own = {
        "NATS_URL": place.nats_url,
        "DATABASE_URL": place.database_url,
        "HEALTH_PORT": str(place.health_port),
        **_settings_of(place, wiring),
    }
    return {f"EVENDIAL_{place.service.upper()}_{name}": value for name, value in own.items()}


def _settings_of(place: Place, wiring: Wiring) -> dict[str, str]:
    match place.service:
        case "campaigns":
            return {
                "HTTP_PORT": str(wiring.http_port),
                "PERSON_KEY": wiring.person_key,
                **({} if wiring.unclaimed else _first_keys(wiring)),
            }
        case "originator":
            keys = {"CALL_TOKEN_KEY": wiring.call_token_key, "PERSON_KEY": wiring.person_key}
            return keys | {"INSTANCE": place.name} | _ami(place.asterisk)
        case "agi":
            keys = {"CALL_TOKEN_KEY": wiring.call_token_key, "DRAIN_S": _AGI_DRAIN_S}
            return keys | {"INSTANCE": place.name} | _agi(place.asterisk)
        case _:
            return {}


def _first_keys(wiring: Wiring) -> dict[str, str]:
    return {"ADMIN_API_KEY": wiring.admin_api_key, "USER_API_KEY": wiring.user_api_key}


def _ami(asterisk: Dialer | None) -> dict[str, str]:
    if asterisk is None:
        return {}
    return {
        "ASTERISK": asterisk.name,
        "AMI_HOST": asterisk.ami.host,
        "AMI_PORT": str(asterisk.ami.port),
        "AMI_USER": asterisk.ami.user,
        "AMI_SECRET": asterisk.ami.secret,
        "CDR_FILE": str(asterisk.cdr_file or ""),
    }


def _agi(asterisk: Dialer | None) -> dict[str, str]:
    if asterisk is None:
        return {}
    return {
        "ASTERISK": asterisk.name,
        "LISTEN_PORT": str(asterisk.agi_port),
        "PROMPT_FOLDER": str(asterisk.prompt_dir),
    }
