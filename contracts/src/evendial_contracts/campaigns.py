"""Facts about campaigns: from the campaigns service alone (`campaign.exhausted`: from the scheduler)."""

from enum import StrEnum
from uuid import UUID

import msgspec

from evendial_contracts.actions import Action
from evendial_contracts.message import CampaignFact
from evendial_contracts.person_caps import PersonCap
from evendial_contracts.retries import RetryPolicy
from evendial_contracts.windows import Jurisdiction, UnknownZone, Window, WindowZone


class DuplicatePolicy(StrEnum):
    """Where the same number is refused.

    In one `file`, in the whole `campaign`, in all `active` campaigns of the owner, or nowhere (`allow`).
    """

    FILE = "file"
    CAMPAIGN = "campaign"
    ACTIVE = "active"
    ALLOW = "allow"


class CampaignRules(msgspec.Struct, frozen=True, kw_only=True):
    """When, how fast and how often a campaign calls.

    Calls start where `window` is open, as wall time of `window_zone`, and so are the hours of `jurisdiction`.
    `default_region` (ISO 3166-1 alpha-2) is the country that numbers in national form belong to. Without a
    `retry_policy` busy, no answer and the trunk's failures are retried after `retry_delay_s`. Where not all
    campaigns can have the calls that they ask for, they share in proportion to their `weight`.
    """

    name: str
    device_id: UUID | None = None
    caller_id: str | None = None
    time_zone: str = "UTC"
    window: Window = Window()
    calls_per_minute: int = 10
    max_retries: int = 0
    retry_delay_s: int = 300
    ring_timeout_s: int = 30
    max_call_s: int = 3600
    max_concurrent_calls: int | None = None
    duplicate_policy: DuplicatePolicy = DuplicatePolicy.CAMPAIGN
    default_region: str | None = None
    retry_policy: RetryPolicy | None = None
    weight: int = 1
    window_zone: WindowZone = WindowZone.CAMPAIGN
    unknown_zone: UnknownZone = UnknownZone.SKIP
    jurisdiction: Jurisdiction | None = None
    person_caps: tuple[PersonCap, ...] = ()


class CampaignCreated(CampaignFact, tag="campaign.created.v1", frozen=True, kw_only=True):
    """A campaign exists; it dials nothing yet. Its epoch is 0."""

    created_by: UUID
    rules: CampaignRules
    cloned_from: UUID | None = None


class CampaignRulesChanged(CampaignFact, tag="campaign.rules_changed.v1", frozen=True, kw_only=True):
    """The rules were edited; they hold from the next slot on. `revision` counts up from 1."""

    changed_by: UUID
    revision: int
    rules: CampaignRules


class SequenceChanged(CampaignFact, tag="campaign.sequence_changed.v1", frozen=True, kw_only=True):
    """The actions of a campaign were replaced; calls that are planned from now on run this version."""

    changed_by: UUID
    sequence_version: int
    actions: tuple[Action, ...]


class NumbersImported(CampaignFact, tag="campaign.numbers_imported.v1", frozen=True, kw_only=True):
    """A list was imported.

    The numbers themselves travel as `chunks` messages `NumbersChunk`, so that a person can be erased.
    """

    import_id: UUID
    imported_by: UUID
    accepted: int
    duplicates: int
    rejected: int
    chunks: int
    sha256: str


class RemovalReason(StrEnum):
    """Why numbers were taken off a list: a person's act on them, on their import, or an erasure."""

    DELETED = "deleted"
    IMPORT_UNDONE = "import_undone"
    ERASED = "erased"


class NumbersRemoved(CampaignFact, tag="campaign.numbers_removed.v1", frozen=True, kw_only=True):
    """So many numbers are not called any more; `number_id` when it was one, `import_id` when it was a list.

    Which ones travels as `chunks` messages `NumbersChunk` under `batch_id`.
    """

    batch_id: UUID
    removed_by: UUID
    reason: RemovalReason
    numbers: int
    chunks: int
    number_id: int | None = None
    import_id: UUID | None = None


class NumbersRedialled(CampaignFact, tag="campaign.numbers_redialled.v1", frozen=True, kw_only=True):
    """So many numbers are to be called once more, each in a generation of its own, with all its attempts.

    `number_id` when a person picked one, None when it was all that had failed. Which ones travels as `chunks`
    messages `NumbersChunk` under `batch_id`.
    """

    batch_id: UUID
    redialled_by: UUID
    numbers: int
    chunks: int
    number_id: int | None = None


class CampaignActivated(CampaignFact, tag="campaign.activated.v1", frozen=True, kw_only=True):
    """The campaign dials from now on, under this epoch."""

    activated_by: UUID
    epoch: int


class CampaignStopped(CampaignFact, tag="campaign.stopped.v1", frozen=True, kw_only=True):
    """No originate may follow; commands of an older epoch are void. `hang_up` ends calls in progress."""

    stopped_by: UUID
    epoch: int
    hang_up: bool = False


class CampaignFinished(CampaignFact, tag="campaign.finished.v1", frozen=True, kw_only=True):
    """Nothing is left to call. New numbers make it startable again."""

    epoch: int


class CampaignExhausted(CampaignFact, tag="campaign.exhausted.v1", frozen=True, kw_only=True):
    """The scheduler holds every announced number and none is free, scheduled, calling or waiting.

    `batches` is how many announcements (imported, removed, redialled) it had heard by then.
    """

    epoch: int
    batches: int | None = None


class CampaignArchived(CampaignFact, tag="campaign.archived.v1", frozen=True, kw_only=True):
    """The campaign is put away: it cannot be activated or edited until it is restored."""

    archived_by: UUID


class CampaignRestored(CampaignFact, tag="campaign.restored.v1", frozen=True, kw_only=True):
    """The campaign is no longer archived."""

    restored_by: UUID


class CampaignDeleted(CampaignFact, tag="campaign.deleted.v1", frozen=True, kw_only=True):
    """The campaign never dialled and is gone, with its numbers."""

    deleted_by: UUID
