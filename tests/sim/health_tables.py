"""The table `trunk_health` of the schedulers."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from evendial_scheduler import health_store
from evendial_scheduler.core.breaker import Health

from tests.sim.database import Database, Row, Table


class HealthTables:
    """Beside the table `trunk`."""

    def __init__(self, database: Database, trunk: Table) -> None:
        self._trunk = trunk
        self._health = database.table()
        database.statements |= {
            health_store._MAKE: self._make,
            health_store._LOCK: self._lock,
            health_store._KEEP: self._keep,
            health_store._TRIED_BY: self._tried_by,
            health_store._ALL: self._all,
        }

    def _make(self, trunks: Sequence[UUID], health: Health) -> str:
        for trunk_id in trunks:
            if self._trunk.get(trunk_id) and not self._health.get(trunk_id):
                self._keep(trunk_id, health)
        return "INSERT 0 1"

    def _lock(self, trunks: Sequence[UUID]) -> list[Row]:
        return [
            Row(trunk_id=trunk_id, health=row["health"], calls_per_second=trunk["calls_per_second"])
            for trunk_id in sorted(trunks)
            if (row := self._health.get(trunk_id)) and (trunk := self._trunk.get(trunk_id))
        ]

    def _keep(self, trunk_id: UUID, health: Health) -> str:
        self._health.put(trunk_id, health=msgspec.to_builtins(health))
        return "UPDATE 1"

    def _tried_by(self, commands: Sequence[str]) -> list[Row]:
        return [
            Row(trunk_id=trunk_id, command_id=UUID(row["health"]["trial"]))
            for trunk_id, row in self._health.rows.items()
            if row["health"]["trial"] in commands
        ]

    def _all(self, trunks: Sequence[UUID]) -> list[Row]:
        return [
            Row(trunk_id=trunk_id, health=row["health"])
            for trunk_id in trunks
            if (row := self._health.get(trunk_id))
        ]
