"""Structs with everything that a test does not care about filled in."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from evendial_contracts.calls import CallEnded, Disposition
from evendial_contracts.campaigns import CampaignRules
from evendial_scheduler.core.orders import Claimed
from evendial_scheduler.core.roster import Active, Device, Trunk

NOON = datetime(2027, 6, 4, 12, tzinfo=UTC)
CAMPAIGN, OWNER, DEVICE, TRUNK, COMMAND = (UUID(int=n) for n in range(1, 6))


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def trunk(*, cap: int | None = None, cps: int = 10, slots: tuple[datetime, ...] = ()) -> Trunk:
    return Trunk(
        trunk_id=TRUNK,
        endpoint="carrier",
        pool="default",
        calls_per_second=cps,
        max_concurrent_calls=cap,
        slots=slots,
    )


def device(*, cap: int | None = None) -> Device:
    return Device(device_id=DEVICE, account_code="acc-1", max_concurrent_calls=cap)


def active(
    campaign_id: UUID = CAMPAIGN,
    rules: CampaignRules | None = None,
    *,
    due: int = 5,
    on_device: Device | None = None,
    on_trunk: Trunk | None = None,
    owner_cap: int | None = None,
    last_slot_at: datetime | None = None,
) -> Active:
    return Active(
        campaign_id=campaign_id,
        owner_id=OWNER,
        epoch=3,
        sequence_version=7,
        rules=rules or CampaignRules(name="spring", device_id=DEVICE, caller_id="37052000000"),
        device=on_device or device(),
        trunk=on_trunk or trunk(),
        owner_cap=owner_cap,
        last_slot_at=last_slot_at,
        due=due,
    )


def claimed(number_id: int, *, due_at: datetime = NOON, attempts: int = 0) -> Claimed:
    return Claimed(
        campaign_id=CAMPAIGN,
        number_id=number_id,
        e164=37060000000 + number_id,
        generation=2,
        attempts=attempts,
        reference=f"row {number_id}",
        due_at=due_at,
    )


def ended(disposition: Disposition) -> CallEnded:
    return CallEnded(
        campaign_id=CAMPAIGN,
        owner_id=OWNER,
        command_id=COMMAND,
        number_id=11,
        generation=2,
        attempt_no=1,
        slot_at=NOON,
        reference="row 11",
        disposition=disposition,
        ended_at=NOON + seconds(20),
        account_code="acc-1",
        device_id=DEVICE,
        trunk_id=TRUNK,
    )
