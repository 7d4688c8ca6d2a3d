"""The originators' database: the statements of ledger and gates, with the constraints of their tables."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from evendial_originator import gate_table, ledger_sql, suppression_table, witness_table

from tests.sim.database import Database, Row, Values
from tests.sim.outbox_tables import OutboxTables

ATTEMPT = (
    "command_id", "campaign_id", "owner_id", "number_id", "generation", "attempt_no", "slot_at", "reference",
    "account_code", "device_id", "trunk_id", "ring_timeout_s", "max_call_s",
)  # fmt: skip
CAPPED = ("campaign_id", "owner_id", "device_id", "trunk_id")
LIVE = (*ATTEMPT, "boot_id", "answered_at", "left_at")


class LedgerTables:
    """Stands beside `tests/integration/originator/test_ledger.py`, which runs on this and on Postgres."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.gate = database.table()
        self.command = database.table()
        self.attempt = database.table()
        self.held = database.table()
        self.person = database.table()
        self.outcome = database.table()
        self.suppression = database.table()
        self.counted = database.table()
        self.outbox = OutboxTables(database)
        database.statements |= {
            ledger_sql.GATE: self._gate,
            ledger_sql.PERSON_FREE_AT: self._person_free_at,
            ledger_sql.CLAIM: self._claim,
            ledger_sql.TAKE: self._take,
            ledger_sql.OWN: self._own,
            ledger_sql.HELD: lambda *key: [Row(exists=self.held.get(key) is not None)],
            ledger_sql.SETTLE: self._settle,
            ledger_sql.VOID_UNKNOWN: self._void_unknown,
            ledger_sql.ANSWERED: self._answered,
            ledger_sql.LIVE: self._live,
            ledger_sql.FORGOTTEN: self._forgotten,
            gate_table._APPLY: self._apply,
            gate_table._EPOCH: self._epoch,
            witness_table._NOTE: self._note,
            witness_table._LIVE: self._live_before,
            gate_table._TO_HANG_UP: self._to_hang_up,
            suppression_table._APPLY: self._suppress,
            suppression_table._STANDING: self._standing,
            "select 1": lambda: [Row(one=1)],
        }

    def _gate(self, campaign_id: UUID, locks: Sequence[int], persons: Sequence[bytes]) -> list[Row]:
        row = self.gate.get(campaign_id) or {"epoch": None, "active": None}
        found = self._forbidding(persons)
        return [Row(epoch=row["epoch"], active=row["active"], now=self.database.now(), suppression_id=found)]

    def _forbidding(self, persons: Sequence[bytes]) -> UUID | None:
        """The entry that forbids longest."""
        now = self.database.now()
        entries = [
            (each["expires_at"] or datetime.max.replace(tzinfo=UTC), each["suppression_id"])
            for (person, _), each in self.suppression.rows.items()
            if each["suppressed"]
            and person in persons
            and (each["expires_at"] is None or each["expires_at"] > now)
        ]
        return max(entries, key=lambda each: (each[0], -each[1].int), default=(None, None))[1]

    def _suppress(self, *columns: Sequence[Any]) -> str:
        names = ("suppression_id", "revision", "suppressed", "expires_at")
        for person, list_id, *values in zip(*columns, strict=True):
            said = dict(zip(names, values, strict=True))
            had = self.suppression.get((person, list_id))
            if had is None or had["revision"] < said["revision"]:
                self.suppression.put((person, list_id), **said)
        return f"INSERT 0 {len(columns[0])}"

    def _standing(self, *columns: Sequence[Any]) -> list[Row]:
        kept = {
            (*key, row["suppression_id"], row["revision"], row["suppressed"])
            for key, row in self.suppression.rows.items()
        }
        return [Row(count=sum(each in kept for each in zip(*columns, strict=True)))]

    def _apply(self, *columns: Sequence[Any]) -> str:
        for campaign_id, epoch, active, below in zip(*columns, strict=True):
            row = self.gate.get(campaign_id) or {"epoch": -1, "active": False, "hang_up_below": 0}
            newer = row["epoch"] < epoch
            self.gate.put(
                campaign_id,
                epoch=max(row["epoch"], epoch),
                active=active if newer else row["active"],
                hang_up_below=max(row["hang_up_below"], below),
            )
        return f"INSERT 0 {len(columns[0])}"

    def _to_hang_up(self, asterisk: str) -> list[Row]:
        live = [a for a in self.attempt.rows.values() if a["live"] and a["asterisk"] == asterisk]
        below = {id: row["hang_up_below"] for id, row in self.gate.rows.items()}
        return [Row(command_id=a["command_id"]) for a in live if a["epoch"] < below.get(a["campaign_id"], 0)]

    def _epoch(self, campaign_id: UUID) -> list[Row]:
        row = self.gate.get(campaign_id)
        return [Row(epoch=row["epoch"])] if row else []

    def _claim(self, *values: Any) -> list[Row]:
        row = dict(zip(ATTEMPT, values, strict=False))
        nonce, person, *place, epoch, not_after, closes_at, early, persons = values[len(ATTEMPT) :]
        gate, now = self.gate.get(row["campaign_id"]), self.database.now()
        on_time = row["slot_at"] - early <= now <= not_after and (closes_at is None or now < closes_at)
        passes = gate and gate["active"] and gate["epoch"] == epoch and on_time
        passes = passes and self._forbidding(persons) is None
        taken = self.held.get(_key(row)) or self.person.get((row["owner_id"], person))
        if not passes or taken or self.attempt.get(row["command_id"]):
            return [Row(exists=False)]
        if self.command.get(row["command_id"]):
            raise asyncpg.UniqueViolationError(f"command.command_id {row['command_id']}")
        no_caps = [None] * (len(CAPPED) + 1)
        self._take(*values[: len(ATTEMPT)], nonce, person, *place, epoch, *no_caps, None)
        return [Row(exists=True)]

    def _take(self, *values: Any) -> list[Row]:
        row = dict(zip(ATTEMPT, values, strict=False))
        nonce, person, asterisk, boot_id, forgotten_at, epoch, *caps, kept_until = values[len(ATTEMPT) :]
        free = self._is_room(row, caps)
        if self.command.get(row["command_id"]):
            return [Row(new=False, taken=False, free=free)]
        self.command.put(row["command_id"], height=self.database.serial(), claimed_by=nonce)
        key = _key(row)
        if not free or self.held.get(key) or self.person.get((row["owner_id"], person)):
            return [Row(new=True, taken=False, free=free)]
        self.held.put(key, command_id=row["command_id"])
        self.person.put((row["owner_id"], person), command_id=row["command_id"])
        self.attempt.put(
            row["command_id"], **row, person=person, asterisk=asterisk, boot_id=boot_id,
            forgotten_at=forgotten_at, epoch=epoch, answered_at=None, left_at=None, live=True, held=True,
        )  # fmt: skip
        if kept_until:
            self.counted.put(row["command_id"], person=person, slot_at=row["slot_at"])
        return [Row(new=True, taken=True, free=free)]

    def _person_free_at(
        self,
        person: bytes,
        command_id: UUID,
        slot_at: datetime,
        attempts: Sequence[int],
        hours: Sequence[int],
        owner_id: UUID,
    ) -> list[Row]:
        others = [
            row["slot_at"]
            for id, row in self.counted.rows.items()
            if row["person"] == person and id != command_id
        ]
        reached: list[datetime] = []
        for most, span_h in zip(attempts, hours, strict=True):
            span = timedelta(hours=span_h)
            within = sorted((at for at in others if at > slot_at - span), reverse=True)
            reached += [at + span for at in within[most - 1 : most]]
        live = self.person.get((owner_id, person))
        in_a_call = live is not None and live["command_id"] != command_id
        return [Row(free_at=max(reached, default=None), in_a_call=in_a_call)]

    def _is_room(self, row: Values, caps: Sequence[int | None]) -> bool:
        *caps, altogether = caps
        live = [each for each in self.attempt.rows.values() if each["live"]]
        return (altogether is None or len(live) < altogether) and all(
            cap is None or sum(each[who] == row[who] for each in live) < cap
            for who, cap in zip(CAPPED, caps, strict=True)
        )

    def _own(self, command_id: UUID, nonce: UUID) -> list[Row]:
        command, attempt = self.command.get(command_id), self.attempt.get(command_id)
        own = command and attempt and command["claimed_by"] == nonce and attempt["live"]
        return [Row(exists=bool(own))]

    def _settle(
        self,
        command_id: UUID,
        disposition: str | None,
        void_reason: str | None,
        ended_at: datetime,
        kept: bool,
        *said: Any,
    ) -> list[Row]:
        if self.outcome.get(command_id):
            return []
        if not self.command.get(command_id):
            raise asyncpg.ForeignKeyViolationError(f"outcome.command_id {command_id}")
        self.outcome.put(command_id, disposition=disposition, void_reason=void_reason, ended_at=ended_at)
        attempt = self.attempt.get(command_id)
        if attempt:
            self._release(command_id, attempt, kept)
        if not kept and self.counted.get(command_id):
            self.counted.drop(command_id)
        self.outbox.add(*said)
        return [Row(ok=True)]

    def _release(self, command_id: UUID, attempt: Values, kept: bool) -> None:
        if attempt["live"]:
            self.person.drop((attempt["owner_id"], attempt["person"]))
        if attempt["held"] and not kept:
            self.held.drop(_key(attempt))
        self.attempt.change(command_id, live=False, held=attempt["held"] and kept, person=None)

    def _void_unknown(self, command_id: UUID, reason: str, ended_at: datetime, *said: Any) -> list[Row]:
        if self.command.get(command_id):
            return []
        self.command.put(command_id, height=self.database.serial(), claimed_by=None)
        self.outcome.put(command_id, disposition=None, void_reason=reason, ended_at=ended_at)
        self.outbox.add(*said)
        return [Row(ok=True)]

    def _answered(self, command_id: UUID, at: datetime) -> str:
        attempt = self.attempt.get(command_id)
        if attempt and attempt["live"] and attempt["answered_at"] is None:
            self.attempt.change(command_id, answered_at=at)
        return "UPDATE 1"

    def _live(self, asterisk: str) -> list[Row]:
        rows = [a for a in self.attempt.rows.values() if a["live"] and a["asterisk"] == asterisk]
        return [_columns(row, LIVE) for row in sorted(rows, key=lambda row: row["slot_at"])]

    def _live_before(self, asterisk: str, before: datetime) -> list[Row]:
        return [row for row in self._live(asterisk) if row["slot_at"] < before]

    def _note(self, *columns: Sequence[Any]) -> str:
        for command_id, answered_at, left_at in zip(*columns, strict=True):
            attempt = self.attempt.get(command_id)
            if attempt and attempt["live"]:
                known_at, had_left_at = attempt["answered_at"], attempt["left_at"]
                self.attempt.change(
                    command_id, answered_at=known_at or answered_at, left_at=had_left_at or left_at
                )
        return "UPDATE 1"

    def _forgotten(self) -> list[Row]:
        now = self.database.now()
        rows = [a for a in self.attempt.rows.values() if a["live"] and a["forgotten_at"] < now]
        return [_columns(row, LIVE) for row in sorted(rows, key=lambda row: row["forgotten_at"])]


def _key(row: Values) -> tuple[Any, ...]:
    return (row["campaign_id"], row["generation"], row["number_id"], row["attempt_no"])


def _columns(row: Values, names: Sequence[str]) -> Row:
    return Row(**{name: row[name] for name in names})
