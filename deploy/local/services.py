"""The four services as child processes, with the environment that each of them reads."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from deploy.local.ami import AmiAccess
from deploy.local.processes import Process

SERVICES = ("campaigns", "scheduler", "originator", "agi")

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_RUNTIME_DIR")
_AGI_DRAIN_S = "1"  # Ctrl-C ends the whole stack within 5 s, calls in progress included


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service, ready to be started as often as a test likes."""

    name: str
    environment: Mapping[str, str]
    health_port: int
    log: Path

    async def start(self) -> Process:
        """Start it and wait until it says that it is ready."""
        process = Process.start(
            [sys.executable, "-m", f"evendial_{self.name}"],
            name=self.name,
            log=self.log,
            env=self.environment,
        )
        async with httpx.AsyncClient(timeout=2) as client:

            async def ready() -> bool:
                try:
                    answer = await client.get(f"http://127.0.0.1:{self.health_port}/readyz")
                except httpx.TransportError:
                    return False
                return answer.is_success

            await process.until_ready(ready, timeout=30, every=0.05)
        return process


@dataclass(frozen=True, kw_only=True)
class Dialer:
    """What the services must know of the Asterisk that dials."""

    ami: AmiAccess
    agi_port: int
    prompt_dir: Path


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """What the services are told: where their parts are, and the secrets that they share."""

    nats_url: str
    database_urls: Mapping[str, str]
    health_ports: Mapping[str, int]
    http_port: int
    call_token_key: str
    person_key: str
    admin_api_key: str
    user_api_key: str
    asterisk: Dialer | None
    """None: the operator has set `EVENDIAL_AMI_HOST` and the like for an Asterisk of their own."""


def wire(wiring: Wiring, logs: Path) -> list[Service]:
    """The services, each with its own settings over the `EVENDIAL_*` of this process's environment."""
    passed_on = {name: value for name, value in os.environ.items() if name.startswith("EVENDIAL_")}
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return [
        Service(
            name=name,
            environment={**kept, **passed_on, **_settings(name, wiring)},
            health_port=wiring.health_ports[name],
            log=logs / f"{name}.log",
        )
        for name in SERVICES
    ]


def _settings(service: str, wiring: Wiring) -> dict[str, str]:
    own = {
        "NATS_URL": wiring.nats_url,
        "DATABASE_URL": wiring.database_urls[service],
        "HEALTH_PORT": str(wiring.health_ports[service]),
        **_settings_of(service, wiring),
    }
    return {f"EVENDIAL_{service.upper()}_{name}": value for name, value in own.items()}


def _settings_of(service: str, wiring: Wiring) -> dict[str, str]:
    match service:
        case "campaigns":
            return {
                "HTTP_PORT": str(wiring.http_port),
                "PERSON_KEY": wiring.person_key,
                "ADMIN_API_KEY": wiring.admin_api_key,
                "USER_API_KEY": wiring.user_api_key,
            }
        case "originator":
            keys = {"CALL_TOKEN_KEY": wiring.call_token_key, "PERSON_KEY": wiring.person_key}
            return keys | (_ami(wiring.asterisk.ami) if wiring.asterisk else {})
        case "agi":
            keys = {"CALL_TOKEN_KEY": wiring.call_token_key, "DRAIN_S": _AGI_DRAIN_S}
            return keys | (_agi(wiring.asterisk) if wiring.asterisk else {})
        case _:
            return {}


def _ami(access: AmiAccess) -> dict[str, str]:
    return {
        "AMI_HOST": access.host,
        "AMI_PORT": str(access.port),
        "AMI_USER": access.user,
        "AMI_SECRET": access.secret,
    }


def _agi(asterisk: Dialer) -> dict[str, str]:
    return {"LISTEN_PORT": str(asterisk.agi_port), "PROMPT_FOLDER": str(asterisk.prompt_dir)}
