"""The statements of `evendial_chassis.outbox`."""

from collections.abc import Sequence
from typing import Any

from evendial_chassis import outbox

from tests.sim.database import Database, Row


class OutboxTables:
    """The table `outbox` of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._outbox = database.table()
        self._ids = database.table()
        database.statements |= {
            outbox._INSERT: self._insert,
            outbox._NEXT: self._next,
            outbox._HELD: lambda: [Row(exists=bool(self._outbox.rows))],
            outbox._DONE: self._done,
        }

    def add(self, id: Any, subject: str, type: str, headers: Any, data: bytes) -> bool:
        """One message; False when its id is there already."""
        if self._ids.get(id):
            return False
        pos = self._database.serial()
        self._ids.put(id, pos=pos)
        self._outbox.put(pos, pos=pos, id=id, subject=subject, type=type, headers=headers, data=data)
        return True

    def _insert(self, *columns: Sequence[Any]) -> str:
        added = [self.add(*row) for row in zip(*columns, strict=True)]
        return f"INSERT 0 {sum(added)}"

    def _next(self, limit: int) -> list[Row]:
        rows = list(self._outbox.rows.values())[:limit]
        return [Row(**row) for row in rows]

    def _done(self, positions: Sequence[int]) -> str:
        for pos in positions:
            row = self._outbox.get(pos)
            if row:
                self._outbox.drop(pos)
                self._ids.drop(row["id"])
        return f"DELETE {len(positions)}"
