"""What an originator has reserved in its ledger: said before its call, for the ledger's own sake."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from evendial_contracts.message import AttemptFact

LedgerName = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]{0,31}$(?!\n)")]


class AttemptClaimed(AttemptFact, tag="attempt.claimed.v1", frozen=True, kw_only=True):
    """A claim that is committed and not yet sent: a ledger that went back in time learns it from this.

    Heard by the originators of `ledger` alone. `person` is the keyed hash of the callee, base64, while the
    call may live or, until `counted_until`, counts against a cap per person. From `forgotten_at` on the
    attempt can only be unknown. `lost_stream_at` is in a claim that is said again: when the stream was made
    that had it and was lost.
    """

    ledger: LedgerName
    account_code: str
    device_id: UUID
    trunk_id: UUID
    ring_timeout_s: int
    max_call_s: int
    person: bytes | None
    asterisk: str
    boot_id: str
    forgotten_at: datetime
    lost_stream_at: datetime | None = None
    counted_until: datetime | None = None
