"""Numbers on their way to the scheduler, and what the scheduler says of each."""

from datetime import datetime
from uuid import UUID

import msgspec

from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import VoidReason
from evendial_contracts.message import AttemptFact, Event


class ListedNumber(msgspec.Struct, frozen=True, array_like=True):
    """One entry of a list; `e164` holds digits only, without the plus sign (ITU-T E.164).

    The highest `generation` wins. `deleted` wins over any, for good: then `e164` is empty.
    """

    number_id: int
    e164: str
    generation: int = 0
    reference: str | None = None
    deleted: bool = False


class NumbersChunk(Event, tag="numbers.chunk.v1", frozen=True, kw_only=True):
    """A slice of what was imported, redialled or removed. Kept for days only, never in the permanent record.

    `import_id` is the import's id, or the `batch_id` of the redial or removal.
    """

    campaign_id: UUID
    owner_id: UUID
    import_id: UUID
    chunk_no: int
    numbers: tuple[ListedNumber, ...]


class NumberScheduled(AttemptFact, tag="number.scheduled.v1", frozen=True, kw_only=True):
    """An attempt has its slot; the dial command follows."""


class NumberWaitingRetry(AttemptFact, tag="number.waiting_retry.v1", frozen=True, kw_only=True):
    """The attempt did not succeed; the number is due again at `retry_at`."""

    disposition: Disposition
    retry_at: datetime


class NumberFailed(AttemptFact, tag="number.failed.v1", frozen=True, kw_only=True):
    """The number will not be called again by itself."""

    disposition: Disposition


class NumberSuppressed(AttemptFact, tag="number.suppressed.v1", frozen=True, kw_only=True):
    """The command was voided because of this entry: the number is not called while the entry is there."""

    suppression_id: UUID | None


class NumberReleased(AttemptFact, tag="number.released.v1", frozen=True, kw_only=True):
    """The command was voided: nothing was dialled or consumed, the number is free again.

    With the reason `suppressed`: the entry that kept it from being called is gone. `not_before`: it is
    due then.
    """

    reason: VoidReason
    not_before: datetime | None = None
