"""The statements of `evendial_chassis.outbox`, `said` and `consumed`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg
from evendial_chassis import clock_watch, consumed, outbox, said

from tests.sim.database import Database, Row


class OutboxTables:
    """The tables `outbox`, `said`, `said_to` and `consumed` of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._outbox = database.table()
        self._ids = database.table()
        self._said = database.table()
        self._said_to = database.table()
        self._consumed = database.table()
        database.statements |= {
            clock_watch.NOW: lambda: [Row(now=database.now())],
            outbox._INSERT: self._insert,
            outbox._NEXT: self._next,
            outbox._HELD: lambda: [Row(exists=bool(self._outbox.rows))],
            said._MOVE: self._move,
            said._MOVE_BACK: self._move_back,
            said._SAID_TO: self._said_to_at,
            said._NOW_SAID_TO: self._now_said_to,
            consumed._PLACE: self._place,
            consumed._NOTE: self._note,
            said._FORGET: lambda *_: [Row(count=0)],
        }

    def add(self, id: Any, subject: str, type: str, headers: Any, data: bytes) -> None:
        """One message. Raises as Postgres does when its id is there already."""
        if self._ids.get(id):
            raise asyncpg.UniqueViolationError(f"outbox.id {id}")
        pos = self._database.serial()
        self._ids.put(id, pos=pos)
        self._outbox.put(pos, pos=pos, id=id, subject=subject, type=type, headers=headers, data=data)

    def _insert(self, *columns: Sequence[Any]) -> str:
        for id, *rest in zip(*columns, strict=True):
            if not self._ids.get(id):
                self.add(id, *rest)
        return "INSERT"

    def _next(self, limit: int) -> list[Row]:
        rows = [row for _, row in sorted(self._outbox.rows.items())][:limit]
        return [Row(**row) for row in rows]

    def _move(self, positions: Sequence[int], like: str) -> list[Row]:
        for pos in positions:
            row = self._outbox.get(pos)
            if row:
                self._outbox.drop(pos)
                self._ids.drop(row["id"])
                if row["subject"].startswith(like.removesuffix("%")):
                    self._said.put(pos, **row)
        return [Row(exists=bool(self._outbox.rows))]

    def _move_back(self, limit: int) -> list[Row]:
        kept = sorted(self._said.rows.items())[:limit]
        for pos, row in kept:
            self._said.drop(pos)
            if not self._ids.get(row["id"]):
                self._ids.put(row["id"], pos=pos)
                self._outbox.put(pos, **row)
        return [Row(count=len(kept))]

    def _said_to_at(self, stream: str) -> list[Row]:
        row = self._said_to.get(stream)
        return [Row(made_at=row["made_at"])] if row else []

    def _now_said_to(self, stream: str, made_at: datetime) -> str:
        self._said_to.put(stream, made_at=made_at)
        return "INSERT 0 1"

    def _place(self, durable: str, made_at: datetime) -> list[Row]:
        row = self._consumed.get(durable)
        return [Row(handled_seq=row["handled_seq"])] if row and row["made_at"] == made_at else []

    def _note(self, durable: str, made_at: datetime, seq: int, noted: int) -> list[Row]:
        row = self._consumed.get(durable)
        same = row if row and row["made_at"] == made_at else None
        if noted and (same is None or same["handled_seq"] < noted):
            return []
        handled = max(seq, same["handled_seq"]) if same else seq
        self._consumed.put(durable, made_at=made_at, handled_seq=handled)
        return [Row(true=True)]
