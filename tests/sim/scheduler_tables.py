"""The schedulers' database, except its numbers: campaigns, what they call through, which lists are here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.person_caps import PersonCap
from evendial_scheduler import (
    campaign_store,
    ceiling_store,
    deletion_store,
    exhaustion_store,
    import_store,
    reason_store,
    refill_store,
    resource_store,
)

from tests.sim.database import Database, Row, Values
from tests.sim.health_tables import HealthTables
from tests.sim.number_tables import NumberTables
from tests.sim.outbox_tables import OutboxTables

LOCK_POOL = "select pg_advisory_xact_lock($1, hashtext($2))"
CAMPAIGN = {
    "epoch": 0,
    "active": False,
    "exhausted_epoch": None,
    "exhausted_batches": 0,
    "rules_revision": -1,
    "rules": None,
    "skips_unknown": False,
    "device_id": None,
    "sequence_version": None,
    "last_slot_at": None,
    "served": None,
    "deleted": False,
}

NEW_TRUNK: Values = {"revision": -1, "slots": [], "served": None, "clock": 0, "healthy_at": None}


class SchedulerTables:
    """Stands beside the tests of tests/integration/scheduler, of which test_stores.py runs on both."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.trunk = database.table()
        self.device = database.table()
        self.limits = database.table()
        self.campaign = database.table()
        self.imports = database.table()
        self.chunks = database.table()
        self.ceiling = database.table()
        self._keep_ceiling([])
        database.journal.clear()
        self.outbox = OutboxTables(database)
        self.health = HealthTables(database, self.trunk)
        self.numbers = NumberTables(database, self.campaign, self.device)
        database.statements |= {
            LOCK_POOL: lambda *_: [Row(lock="")],
            campaign_store._RULES: self._rules,
            campaign_store._SEQUENCE: self._sequence,
            campaign_store._TURN: self._turn,
            campaign_store._POOLS: self._pools,
            campaign_store._ACTIVE: self._active,
            campaign_store._ANCHOR: self._anchor,
            resource_store._DEFINE_TRUNK: self._define_trunk,
            resource_store._DEFINE_DEVICE: self._define_device,
            resource_store._DEFINE_LIMITS: self._define_limits,
            resource_store._TRUNKS: self._trunks,
            resource_store._DEVICES: self._devices,
            resource_store._KEEP_SLOTS: self._keep_slots,
            resource_store._HEALTHY: self._healthy,
            ceiling_store._LOCK: lambda: [Row(slots=self.ceiling.rows[True]["slots"])],
            ceiling_store._KEEP: self._keep_ceiling,
            resource_store._HEALTH: self._health,
            import_store._ANNOUNCE: self._announce,
            import_store._TAKE: self._take_chunks,
            import_store._RECEIVE: self._receive,
            exhaustion_store.EXHAUSTED: self._exhausted,
            deletion_store._LEFT: lambda: [],
            reason_store._FOLD: lambda: "INSERT 0 0",
            refill_store._LISTED: lambda: [Row(listed=True)],
            refill_store._UNFILLED: lambda _: [],
            refill_store._NEXT: lambda: [],
        }

    def _known(self, campaign_id: UUID, owner_id: UUID) -> Values:
        row = self.campaign.get(campaign_id)
        return row or self.campaign.put(campaign_id, campaign_id=campaign_id, owner_id=owner_id, **CAMPAIGN)

    def _rules(
        self, campaign_id: UUID, owner_id: UUID, revision: int, rules: CampaignRules, skips_unknown: bool
    ) -> str:
        if self._known(campaign_id, owner_id)["rules_revision"] < revision:
            kept = msgspec.to_builtins(rules)
            self.campaign.change(
                campaign_id,
                rules_revision=revision,
                rules=kept,
                device_id=rules.device_id,
                skips_unknown=skips_unknown,
            )
        return "INSERT 0 1"

    def _sequence(self, campaign_id: UUID, owner_id: UUID, version: int) -> str:
        had = self._known(campaign_id, owner_id)["sequence_version"]
        if had is None or had < version:
            self.campaign.change(campaign_id, sequence_version=version)
        return "INSERT 0 1"

    def _turn(self, campaign_id: UUID, owner_id: UUID, epoch: int, active: bool) -> str:
        row = self._known(campaign_id, owner_id)
        if row["epoch"] < epoch:
            self.campaign.change(campaign_id, epoch=epoch, active=active and not row["deleted"])
        return "INSERT 0 1"

    def _pools(self) -> list[Row]:
        trunks = [self._trunk_of(row) for row in self.campaign.rows.values() if row["active"]]
        return [Row(pool=pool) for pool in sorted({trunk["pool"] for trunk in trunks if trunk})]

    def _trunk_of(self, campaign: Values) -> Values | None:
        device = self.device.get(campaign["device_id"])
        return self.trunk.get(device["trunk_id"]) if device else None

    def _active(self, devices: Sequence[UUID], now: datetime, ahead_s: float) -> list[Row]:
        rows = [
            row
            for row in self.campaign.rows.values()
            if row["active"] and row["device_id"] in devices and row["sequence_version"] is not None
        ]
        return [self._active_row(row, now, ahead_s) for row in rows]

    def _active_row(self, row: Values, now: datetime, ahead_s: float) -> Row:
        names = (
            "campaign_id", "owner_id", "epoch", "sequence_version", "rules", "device_id", "last_slot_at",
            "served",
        )  # fmt: skip
        limits = self.limits.get(row["owner_id"])
        most = 1 + -(-row["rules"]["calls_per_minute"] * ahead_s // 60)
        due = min(int(most), len(self.numbers.callable_of(row["campaign_id"], now)))
        cap = limits["max_concurrent_calls"] if limits else None
        caps = limits["person_caps"] if limits else []
        return Row(**{name: row[name] for name in names}, owner_cap=cap, owner_person_caps=caps, due=due)

    def _anchor(self, ids: Sequence[UUID], slots: Sequence[datetime], served: Sequence[int]) -> str:
        for campaign_id, slot_at, so_far in zip(ids, slots, served, strict=True):
            self.campaign.change(campaign_id, last_slot_at=slot_at, served=so_far)
        return f"UPDATE {len(ids)}"

    def _define_trunk(self, trunk_id: UUID, revision: int, *values: Any) -> str:
        names = ("endpoint", "pool", "calls_per_second", "max_concurrent_calls", "deleted")
        before = self.trunk.get(trunk_id) or NEW_TRUNK
        if before["revision"] < revision:
            kept = dict(zip(names, values, strict=True)) | {
                name: before[name] for name in ("slots", "served", "clock", "healthy_at")
            }
            self.trunk.put(trunk_id, trunk_id=trunk_id, revision=revision, **kept)
        return "INSERT 0 1"

    def _define_device(self, device_id: UUID, revision: int, *values: Any) -> str:
        names = ("trunk_id", "account_code", "max_concurrent_calls", "deleted")
        before = self.device.get(device_id)
        if before is None or before["revision"] < revision:
            kept = dict(zip(names, values, strict=True))
            self.device.put(device_id, device_id=device_id, revision=revision, **kept)
        return "INSERT 0 1"

    def _define_limits(
        self, owner_id: UUID, revision: int, cap: int | None, person_caps: Sequence[PersonCap]
    ) -> str:
        before = self.limits.get(owner_id)
        if before is None or before["revision"] < revision:
            kept = {"max_concurrent_calls": cap, "person_caps": msgspec.to_builtins(person_caps)}
            self.limits.put(owner_id, revision=revision, **kept)
        return "INSERT 0 1"

    def _trunks(self, pools: Sequence[str]) -> list[Row]:
        names = (
            "trunk_id", "endpoint", "pool", "calls_per_second", "max_concurrent_calls", "slots", "served",
            "clock",
        )  # fmt: skip
        rows = [row for row in self.trunk.rows.values() if row["pool"] in pools and not row["deleted"]]
        return [Row(**{name: row[name] for name in names}) for row in rows]

    def _devices(self, trunks: Sequence[UUID]) -> list[Row]:
        names = ("device_id", "trunk_id", "account_code", "max_concurrent_calls")
        rows = [row for row in self.device.rows.values() if row["trunk_id"] in trunks and not row["deleted"]]
        return [Row(**{name: row[name] for name in names}) for row in rows]

    def _keep_slots(self, trunk_id: UUID, slots: Sequence[datetime], served: int, clock: int) -> str:
        self.trunk.change(trunk_id, slots=list(slots), served=served, clock=clock)
        return "UPDATE 1"

    def _keep_ceiling(self, slots: Sequence[datetime]) -> str:
        self.ceiling.put(True, slots=list(slots))
        return "UPDATE 1"

    def _healthy(self, trunks: Sequence[UUID], ended: Sequence[datetime]) -> str:
        for trunk_id, at in zip(trunks, ended, strict=True):
            row = self.trunk.get(trunk_id)
            if row and (row["healthy_at"] is None or row["healthy_at"] < at):
                self.trunk.change(trunk_id, healthy_at=at)
        return f"UPDATE {len(trunks)}"

    def _health(self, trunks: Sequence[UUID]) -> list[Row]:
        rows = [row for row in self.trunk.rows.values() if row["trunk_id"] in trunks]
        return [Row(trunk_id=row["trunk_id"], healthy_at=row["healthy_at"]) for row in rows]

    def _announce(self, import_id: UUID, campaign_id: UUID, chunks: int) -> str:
        had = self.imports.get(import_id)
        received = had["received"] if had else 0
        self.imports.put(import_id, campaign_id=campaign_id, chunks=chunks, received=received)
        return "INSERT 0 1"

    def _take_chunks(self, ids: Sequence[UUID], numbers: Sequence[int]) -> list[Row]:
        new = [key for key in zip(ids, numbers, strict=True) if not self.chunks.get(key)]
        for key in new:
            self.chunks.put(key, here=True)
        return [Row(import_id=import_id, chunk_no=chunk_no) for import_id, chunk_no in new]

    def _receive(self, ids: Sequence[UUID], campaigns: Sequence[UUID]) -> str:
        for import_id, campaign_id in zip(ids, campaigns, strict=True):
            had = self.imports.get(import_id) or {"chunks": None, "received": 0}
            self.imports.put(
                import_id, campaign_id=campaign_id, chunks=had["chunks"], received=had["received"] + 1
            )
        return f"INSERT 0 {len(ids)}"

    def _exhausted(self, ids: Sequence[UUID] | None) -> list[Row]:
        said = []
        for campaign_id, row in list(self.campaign.rows.items()):
            if (ids is None or campaign_id in ids) and row["active"] and row["rules"] is not None:
                said += self._exhausted_row(campaign_id, row)
        return said

    def _exhausted_row(self, campaign_id: UUID, row: Values) -> list[Row]:
        lists = [each for each in self.imports.rows.values() if each["campaign_id"] == campaign_id]
        announced = [each for each in lists if each["chunks"] is not None]
        again = row["exhausted_epoch"] != row["epoch"] or row["exhausted_batches"] < len(announced)
        complete = bool(announced) and all(each["received"] >= each["chunks"] for each in announced)
        if not (again and complete) or self.numbers.open_of(campaign_id):
            return []
        self.campaign.change(campaign_id, exhausted_epoch=row["epoch"], exhausted_batches=len(announced))
        return [
            Row(campaign_id=campaign_id, owner_id=row["owner_id"], epoch=row["epoch"], batches=len(announced))
        ]
