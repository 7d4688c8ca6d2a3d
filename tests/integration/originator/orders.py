"""Dial commands for tests: of one campaign, due now."""

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from evendial_contracts.dialing import DialNumber, command_id
from msgspec.structs import replace

_numbers = count(1)


def order(
    *,
    campaign_id: UUID | None = None,
    due_in_s: float = 0.0,
    digits: str = "",
    late_s: float = 1.0,
    **fields: object,
) -> DialNumber:
    """A command whose slot is `due_in_s` from now, good for `late_s` after it."""
    campaign = campaign_id or uuid4()
    number = next(_numbers)
    slot = datetime.now(UTC) + timedelta(seconds=due_in_s)
    command = DialNumber(
        command_id=command_id(campaign, 0, number, 1, slot),
        campaign_id=campaign,
        owner_id=uuid4(),
        number_id=number,
        generation=0,
        attempt_no=1,
        epoch=1,
        slot_at=slot,
        not_after=slot + timedelta(seconds=late_s),
        e164=digits or f"44117{number:05d}",
        caller_id="441174960000",
        pool="default",
        endpoint="carrier",
        trunk_id=uuid4(),
        device_id=uuid4(),
        account_code="acme",
        ring_timeout_s=30,
        max_call_s=3600,
        sequence_version=1,
        reference="row",
    )
    return replace(command, **fields)


def again(command: DialNumber, **fields: object) -> DialNumber:
    """Another command: by default for the same attempt, at another slot."""
    return replace(command, **({"command_id": uuid4()} | fields))
