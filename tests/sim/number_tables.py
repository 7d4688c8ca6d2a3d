"""The table `number` of the schedulers: lists, claims of due numbers, attempts in progress."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from evendial_scheduler import attempt_store, claim_by_zone, number_store, suppression_store, zone_store
from evendial_scheduler.core.state import State

from tests.sim.database import Database, Row, Table, Values

FRESH = {
    "attempts": 0,
    "system_failures": 0,
    "failing_since": None,
    "command_id": None,
    "slot_at": None,
    "not_after": None,
    "suppression_id": None,
    "ends": None,
    "disposition": None,
}
CLAIMED = (
    "campaign_id", "number_id", "e164", "generation", "attempts", "system_failures", "reference", "due_at",
)  # fmt: skip
IN_HAND = (State.SCHEDULED, State.CALLING)
CALLABLE = (State.FREE, State.WAITING_RETRY)
SECOND = timedelta(seconds=1)


class NumberTables:
    """Rows by campaign and number."""

    def __init__(self, database: Database, campaign: Table, device: Table) -> None:
        self._campaign = campaign
        self._device = device
        self.number = database.table()
        self._lifted = database.table()
        self._zone_set = database.table()
        self._campaign_zone = database.table()
        self._zone_set.put(-1, zones=())
        database.statements |= {
            number_store._TAKE: self._take,
            number_store.CLAIM: self._claim,
            claim_by_zone._PLACES: self._places,
            claim_by_zone._DUE: self._due_in,
            claim_by_zone.CLAIM_OPEN: self._claim_open,
            zone_store._ADD_SETS: self._add_sets,
            zone_store._SETS: self._sets,
            zone_store._HAS: self._has,
            zone_store._WITHOUT: lambda _: [],
            number_store._ORDER: self._order,
            number_store._IN_FLIGHT: self._in_flight,
            attempt_store._SCHEDULED: self._scheduled,
            attempt_store._CALLING: self._calling,
            attempt_store._HELD: self._held,
            attempt_store._SETTLE: self._settle,
            attempt_store._OVERDUE: self._overdue,
            suppression_store._ONE_AT_A_TIME: lambda _: "SELECT 1",
            suppression_store._LIFTED: self._lifted_among,
            suppression_store._LIFT: self._lift,
            suppression_store._RELEASE: self._release,
        }

    def callable_of(self, campaign_id: UUID, now: datetime) -> Sequence[Values]:
        """Due numbers, retries first, then who is due longest."""
        due = [
            row
            for row in self.number.rows.values()
            if row["campaign_id"] == campaign_id and row["state"] in CALLABLE and row["due_at"] <= now
        ]
        return sorted(due, key=lambda row: (-row["state"], row["due_at"], row["number_id"]))

    def open_of(self, campaign_id: UUID) -> bool:
        """Whether any number may be called, ever, or is in a command's hands."""
        skips = self._campaign.rows[campaign_id]["skips_unknown"]
        rows = [row for row in self.number.rows.values() if row["campaign_id"] == campaign_id]
        return any(
            row["state"] in IN_HAND or (row["state"] in CALLABLE and not (skips and row["zone_set"] < 0))
            for row in rows
        )

    def _add_sets(self, names: Sequence[str]) -> str:
        known = {row["zones"] for row in self._zone_set.rows.values()}
        for zones in sorted({tuple(each.split()) for each in names} - known):
            self._zone_set.put(len(self._zone_set.rows), zones=zones)
        return "INSERT"

    def _sets(self, names: Sequence[str]) -> list[Row]:
        return [
            Row(zone_set=zone_set, zones=list(row["zones"]))
            for zone_set, row in self._zone_set.rows.items()
            if " ".join(row["zones"]) in names
        ]

    def _has(self, campaign_id: UUID, zone_sets: Sequence[int]) -> str:
        for each in zone_sets:
            self._campaign_zone.put((campaign_id, each), here=True)
        return "INSERT"

    def _places(self, campaigns: Sequence[UUID]) -> list[Row]:
        return [
            Row(campaign_id=campaign_id, zone_set=each, zones=list(self._zone_set.rows[each]["zones"]))
            for campaign_id, each in self._campaign_zone.rows
            if campaign_id in campaigns
        ]

    def _in_sets(self, campaign_id: UUID, text: str, now: datetime) -> Sequence[Values]:
        """Due numbers of these zone sets, retries first, then set by set."""
        sets = [int(each) for each in text.strip("{}").split(",") if each]
        due = [row for row in self.callable_of(campaign_id, now) if row["zone_set"] in sets]
        return sorted(due, key=lambda row: (-row["state"], sets.index(row["zone_set"])))

    def _due_in(
        self, campaigns: Sequence[UUID], sets: Sequence[str], most: Sequence[int], now: datetime
    ) -> list[Row]:
        return [
            Row(campaign_id=campaign_id, due=min(limit, len(self._in_sets(campaign_id, text, now))))
            for campaign_id, text, limit in zip(campaigns, sets, most, strict=True)
        ]

    def _claim_open(
        self, campaigns: Sequence[UUID], sets: Sequence[str], slots: Sequence[int], now: datetime
    ) -> list[Row]:
        taken = []
        for campaign_id, text, wanted in zip(campaigns, sets, slots, strict=True):
            for row in self._in_sets(campaign_id, text, now)[:wanted]:
                self.number.change((campaign_id, row["number_id"]), state=int(State.SCHEDULED))
                taken.append(Row(**{name: row[name] for name in (*CLAIMED, "zone_set")}))
        return taken

    def _take(self, campaign_id: UUID, *columns: Any) -> str:
        *lists, now = columns
        newest: dict[int, tuple[Any, ...]] = {}
        for entry in zip(*lists, strict=True):
            had = newest.get(entry[0])
            if had is None or (entry[4], entry[2]) > (had[4], had[2]):
                newest[entry[0]] = entry
        for number_id, e164, generation, reference, deleted, zone_set in newest.values():
            held = self.number.get((campaign_id, number_id))
            if held and (held["state"] == State.REMOVED or not (deleted or generation > held["generation"])):
                continue
            self.number.put(
                (campaign_id, number_id), campaign_id=campaign_id, number_id=number_id, e164=e164,
                generation=generation, reference=reference, due_at=now, zone_set=zone_set,
                state=int(State.REMOVED if deleted else State.FREE), **FRESH,
            )  # fmt: skip
        return f"INSERT 0 {len(newest)}"

    def _claim(self, campaigns: Sequence[UUID], slots: Sequence[int], now: datetime) -> list[Row]:
        taken = []
        for campaign_id, wanted in zip(campaigns, slots, strict=True):
            for row in self.callable_of(campaign_id, now)[:wanted]:
                self.number.change((campaign_id, row["number_id"]), state=int(State.SCHEDULED))
                taken.append(Row(**{name: row[name] for name in CLAIMED}))
        return taken

    def _order(self, *columns: Sequence[Any]) -> str:
        for campaign_id, number_id, command_id, slot_at, not_after in zip(*columns, strict=True):
            given = {"command_id": command_id, "slot_at": slot_at, "not_after": not_after}
            self.number.change((campaign_id, number_id), **given)
        return f"UPDATE {len(columns[0])}"

    def _in_flight(self) -> list[Row]:
        calls = Counter(row["campaign_id"] for row in self.number.rows.values() if row["state"] in IN_HAND)
        return [self._flying(campaign_id, count) for campaign_id, count in calls.items()]

    def _flying(self, campaign_id: UUID, calls: int) -> Row:
        campaign = self._campaign.rows[campaign_id]
        device = self._device.get(campaign["device_id"])
        return Row(
            campaign_id=campaign_id,
            owner_id=campaign["owner_id"],
            device_id=campaign["device_id"],
            trunk_id=device["trunk_id"] if device else None,
            calls=calls,
        )

    def _scheduled(self, *columns: Sequence[Any]) -> str:
        for campaign_id, number_id, command_id, generation, attempt_no, slot_at in zip(*columns, strict=True):
            row = self.number.get((campaign_id, number_id))
            if (
                row
                and (row["generation"], row["attempts"] + 1) == (generation, attempt_no)
                and row["state"] in CALLABLE
                and (row["slot_at"] is None or row["slot_at"] < slot_at)
            ):
                given = {"command_id": command_id, "slot_at": slot_at, "not_after": slot_at + SECOND}
                self.number.change((campaign_id, number_id), **given | {"state": int(State.SCHEDULED)})
        return "UPDATE"

    def _calling(self, *keys: Sequence[Any]) -> str:
        for campaign_id, number_id, command_id in zip(*keys, strict=True):
            row = self.number.get((campaign_id, number_id))
            if row and row["command_id"] == command_id and row["state"] == State.SCHEDULED:
                self.number.change((campaign_id, number_id), state=int(State.CALLING))
        return "UPDATE"

    def _held(self, *keys: Sequence[Any]) -> list[Row]:
        names = ("command_id", "state", "attempts", "system_failures", "failing_since", "due_at")
        found = []
        for campaign_id, number_id, command_id in dict.fromkeys(zip(*keys, strict=True)):
            row = self.number.get((campaign_id, number_id))
            campaign = self._campaign.get(campaign_id)
            if row and campaign and row["command_id"] == command_id and row["state"] in IN_HAND:
                wanted = ("max_retries", "retry_delay_s", "retry_policy")
                rules = {name: campaign["rules"][name] for name in wanted}
                found.append(Row(**{name: row[name] for name in names}, ends=row["ends"] or {}, **rules))
        return found

    def _settle(self, *columns: Sequence[Any]) -> str:
        names = ("state", "attempts", "system_failures", "failing_since", "due_at", "suppression_id", "ends")
        for campaign_id, number_id, *values, disposition in zip(*columns, strict=True):
            after = dict(zip(names, values, strict=True))
            stored = {"state": int(after["state"]), "ends": msgspec.to_builtins(after["ends"])}
            if disposition:
                stored["disposition"] = disposition
            self.number.change((campaign_id, number_id), **after | stored)
        return f"UPDATE {len(columns[0])}"

    def _lifted_among(self, ids: Sequence[UUID]) -> list[Row]:
        return [Row(suppression_id=id) for id in ids if self._lifted.get(id)]

    def _lift(self, ids: Sequence[UUID]) -> str:
        for id in ids:
            self._lifted.put(id, gone=True)
        return f"INSERT 0 {len(ids)}"

    def _release(self, ids: Sequence[UUID], now: datetime) -> list[Row]:
        released = []
        for key, row in list(self.number.rows.items()):
            if row["state"] == State.SUPPRESSED and row["suppression_id"] in ids:
                again = row["attempts"] > 0 or row["system_failures"] > 0
                state = State.WAITING_RETRY if again else State.FREE
                due_at = max(row["due_at"], now)
                self.number.change(key, suppression_id=None, due_at=due_at, state=int(state))
                released.append(self._command_of(row))
        return released

    def _overdue(self, before: datetime, limit: int) -> list[Row]:
        late = [
            row
            for row in self.number.rows.values()
            if row["state"] == State.SCHEDULED and row["not_after"] and row["not_after"] < before
        ]
        late.sort(key=lambda row: row["not_after"])
        return [self._command_of(row) for row in late[:limit]]

    def _command_of(self, row: Values) -> Row:
        names = ("command_id", "campaign_id", "number_id", "generation", "slot_at", "reference")
        return Row(
            **{name: row[name] for name in names},
            owner_id=self._campaign.rows[row["campaign_id"]]["owner_id"],
            attempt_no=row["attempts"] + 1,
        )
