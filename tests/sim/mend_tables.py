"""The statements of `evendial_originator.mend_store`: what the ledger knows of itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from evendial_originator import mend_store

from tests.sim.database import Database, Row
from tests.sim.ledger_tables import ATTEMPT, LedgerTables

CLAIM = (*ATTEMPT, "asterisk", "boot_id", "forgotten_at", "person")
NOTE = ("claims_made_at", "claims_seq", "events_made_at", "events_seq")


class MendTables:
    """The tables `outside` and `epoch`. The server is always the same: its database never goes back here."""

    def __init__(self, database: Database, ledger: LedgerTables) -> None:
        self._ledger = ledger
        self._outside = database.table()
        self._epoch = database.table()
        self._database = database
        server = Row(system_id=1, started_at=database.now(), timeline=1)
        database.statements |= {
            mend_store._SERVER: lambda: [server],
            mend_store._TAKE_LOCK: lambda _: [],
            mend_store._FREE_LOCK: lambda _: [],
            mend_store._NOTE: lambda: [Row(**row) for row in self._outside.rows.values()],
            mend_store._KEEP_NOTE: self._keep_note,
            mend_store._LAST_EPOCH: self._last_epoch,
            mend_store._OPEN_EPOCH: self._open_epoch,
            mend_store._EPOCHS: self._epochs,
            mend_store._USED: lambda: [Row(exists=bool(ledger.command.rows))],
            mend_store._KNOWN: self._known,
            mend_store._RECENT: self._recent,
            mend_store._VOIDED: self._voided,
            mend_store._ENDED: self._ended,
        }

    def _keep_note(self, *places: Any) -> str:
        self._outside.put(True, **dict(zip(NOTE, places, strict=True)))
        return "INSERT 0 1"

    def _last_epoch(self) -> list[Row]:
        last = max(self._epoch.rows, default=None)
        row = self._epoch.get(last) if last else None
        return [Row(system_id=row["system_id"], timeline=row["timeline"])] if row else []

    def _open_epoch(self, reason: str, system_id: int, timeline: int) -> str:
        row = {"reason": reason, "system_id": system_id, "timeline": timeline}
        self._epoch.put(self._database.serial(), **row, opened_at=self._database.now())
        return "INSERT 0 1"

    def _epochs(self) -> list[Row]:
        def last(*but: str) -> datetime | None:
            opened = [row["opened_at"] for row in self._epoch.rows.values() if row["reason"] not in but]
            return max(opened, default=None)

        return [Row(opened_at=last("first"), unwitnessed_at=last("first", "moved", "behind"))]

    def _known(self, commands: Sequence[UUID]) -> list[Row]:
        return [Row(command_id=each) for each in commands if self._ledger.command.get(each)]

    def _recent(self, since: datetime) -> list[Row]:
        rows = sorted(self._ledger.attempt.rows.values(), key=lambda row: row["slot_at"])
        return [
            Row(**{name: row[name] for name in CLAIM}, counted_until=None)
            for row in rows
            if row["slot_at"] > since
        ]

    def _voided(self, command_id: UUID) -> str:
        if not self._ledger.command.get(command_id):
            self._ledger.command.put(command_id, height=self._database.serial(), claimed_by=None)
        return "INSERT 0 1"

    def _ended(
        self, command_id: UUID, disposition: str | None, reason: str | None, at: datetime, kept: bool
    ) -> str:
        if self._ledger.command.get(command_id) and not self._ledger.outcome.get(command_id):
            self._ledger.outcome.put(command_id, disposition=disposition, void_reason=reason, ended_at=at)
            if attempt := self._ledger.attempt.get(command_id):
                self._ledger._release(command_id, attempt, kept)
        return "UPDATE 1"
