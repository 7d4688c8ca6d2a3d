"""Commands and facts to test with."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from evendial_contracts.dialing import DialNumber
from evendial_originator.core.call import Call
from evendial_originator.core.originate import channel_id

SENT = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
COMMAND_ID = UUID("11111111-2222-5333-8444-555555555555")
CHANNEL = channel_id(COMMAND_ID)


def after(seconds: float) -> datetime:
    """So long after the originate was sent."""
    return SENT + timedelta(seconds=seconds)


def fresh_call() -> Call:
    """A call whose originate has just been written."""
    return Call(sent_at=SENT, ring_timeout_s=30, max_call_s=3600)


COMMAND = DialNumber(
    command_id=COMMAND_ID,
    campaign_id=UUID(int=1),
    owner_id=UUID(int=2),
    number_id=3,
    generation=0,
    attempt_no=1,
    epoch=1,
    slot_at=SENT,
    not_after=after(0.5),
    e164="441174960123",
    caller_id="441174960000",
    pool="default",
    endpoint="carrier",
    trunk_id=UUID(int=4),
    device_id=UUID(int=5),
    account_code="acme-1",
    ring_timeout_s=30,
    max_call_s=3600,
    sequence_version=1,
    reference="row-7",
)
