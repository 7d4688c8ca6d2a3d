"""The table `ceiling`: the last slots given on all trunks together, where the system has a limit."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from evendial_scheduler.core.room import NO_CEILING, System
from evendial_scheduler.store import Connection

_LOCK = "select slots from ceiling for update"
_KEEP = "update ceiling set slots = $1"


async def locked(connection: Connection, ceiling: System) -> System:
    """The ceiling with the slots given under it; until the transaction ends nobody else plans under one."""
    if ceiling == NO_CEILING:
        return ceiling
    return replace(ceiling, slots=tuple(await connection.fetchval(_LOCK)))


async def keep(connection: Connection, slots: Sequence[datetime]) -> None:
    """Replaces the slots that new ones must keep clear of."""
    await connection.execute(_KEEP, slots)
