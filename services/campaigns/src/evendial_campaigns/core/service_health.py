"""How the services are, by what their processes have said of themselves."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from evendial_contracts.requests import ServiceAlive

SERVICES = ("campaigns", "scheduler", "originator", "agi")
SILENT_AFTER_S = 7.0
"""They say it every 2 s; one or two may be late."""
FORGOTTEN_AFTER_S = 600.0


class ServiceState(StrEnum):
    """Whether a service works: `well`, `troubled` if one of its processes waits for something, or `away`."""

    WELL = "well"
    TROUBLED = "troubled"
    AWAY = "away"


class Heard(msgspec.Struct, frozen=True):
    """What a process said last, and when: on a clock that nobody sets, and for people."""

    alive: ServiceAlive
    at_s: float
    at: datetime


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """One process as it was heard last; a `silent` one may have ended, or may be cut off.

    `waiting_for` tells what is wrong, by part; nothing while it is ready.
    """

    instance: str
    version: str
    started_at: datetime
    heard_at: datetime
    silent: bool
    waiting_for: dict[str, str]


class ServiceHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One service with its processes, the first started first."""

    service: str
    state: ServiceState
    instances: Sequence[Instance]


def health_of(heard: Iterable[Heard], now_s: float) -> list[ServiceHealth]:
    """Of every service that there is to be, and of any other that was heard."""
    by_service: dict[str, list[Heard]] = {service: [] for service in SERVICES}
    for each in heard:
        by_service.setdefault(each.alive.service, []).append(each)
    return [_service(service, each, now_s) for service, each in by_service.items()]


def is_forgotten(heard: Heard, now_s: float) -> bool:
    """Whether nobody misses it any more."""
    return now_s - heard.at_s > FORGOTTEN_AFTER_S


def _service(service: str, heard: Sequence[Heard], now_s: float) -> ServiceHealth:
    shown = sorted(
        (each for each in heard if not _is_replaced(each, heard, now_s)),
        key=lambda each: (each.alive.started_at, each.alive.instance),
    )
    talking = [each for each in shown if not _is_silent(each, now_s)]
    if not talking:
        state = ServiceState.AWAY
    elif len(talking) < len(shown) or any(each.alive.waiting_for for each in talking):
        state = ServiceState.TROUBLED
    else:
        state = ServiceState.WELL
    return ServiceHealth(service=service, state=state, instances=[_instance(each, now_s) for each in shown])


def _is_replaced(gone: Heard, heard: Iterable[Heard], now_s: float) -> bool:
    """A silent process after which another one was started: a restart, and nobody is missed."""
    return _is_silent(gone, now_s) and any(each.alive.started_at > gone.at for each in heard)


def _is_silent(heard: Heard, now_s: float) -> bool:
    return now_s - heard.at_s > SILENT_AFTER_S


def _instance(heard: Heard, now_s: float) -> Instance:
    alive = heard.alive
    return Instance(
        instance=alive.instance,
        version=alive.version,
        started_at=alive.started_at,
        heard_at=heard.at,
        silent=_is_silent(heard, now_s),
        waiting_for=alive.waiting_for,
    )
