"""One example of each message, from which its golden bytes were once written."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from evendial_contracts.actions import (
    ActionCompleted,
    ActionResult,
    Ivr,
    Play,
    SequenceEnded,
    SequenceResult,
    Wait,
)
from evendial_contracts.calls import CallAnswered, CallEnded, CallOriginated, Disposition
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignArchived,
    CampaignCreated,
    CampaignDeleted,
    CampaignExhausted,
    CampaignFinished,
    CampaignRestored,
    CampaignRules,
    CampaignRulesChanged,
    CampaignStopped,
    DuplicatePolicy,
    NumbersImported,
    NumbersRedialled,
    NumbersRemoved,
    RemovalReason,
    SequenceChanged,
)
from evendial_contracts.claims import AttemptClaimed
from evendial_contracts.dialing import Caps, DialNumber, NumberDialVoided, VoidReason, command_id
from evendial_contracts.message import Message
from evendial_contracts.numbers import (
    ListedNumber,
    NumberFailed,
    NumberReleased,
    NumberScheduled,
    NumbersChunk,
    NumberSuppressed,
    NumberWaitingRetry,
)
from evendial_contracts.resources import DeviceDefined, IvrDefined, LimitsDefined, TrunkDefined
from evendial_contracts.suppressions import (
    ListedPerson,
    SuppressionAdded,
    SuppressionRemoved,
    SuppressionsDelisted,
    SuppressionsListed,
)
from evendial_contracts.trunks import TrunkCarried, TrunkDegraded, TrunkFailing, TrunkRecovered, TrunkTrouble
from evendial_contracts.windows import Window

OWNER = UUID("00000000-0000-4000-8000-000000000001")
CAMPAIGN = UUID("00000000-0000-4000-8000-000000000002")
DEVICE = UUID("00000000-0000-4000-8000-000000000003")
TRUNK = UUID("00000000-0000-4000-8000-000000000004")
PROMPT = UUID("00000000-0000-4000-8000-000000000005")
IVR = UUID("00000000-0000-4000-8000-000000000006")
IMPORT = UUID("00000000-0000-4000-8000-000000000007")
BATCH = UUID("00000000-0000-4000-8000-000000000008")
SUPPRESSION = UUID("00000000-0000-4000-8000-000000000009")
SLOT = datetime(2027, 3, 1, 9, 0, 6, tzinfo=UTC)
COMMAND = command_id(CAMPAIGN, 0, 42, 1, SLOT)
AUDIO = "5f" * 32

RULES = CampaignRules(
    name="Spring",
    device_id=DEVICE,
    caller_id="37052000000",
    time_zone="Europe/Vilnius",
    window=Window(
        start=time(9),
        stop=time(18),
        weekdays=(1, 2, 3, 4, 5),
        first_day=date(2027, 3, 1),
        last_day=date(2027, 5, 31),
    ),
    calls_per_minute=10,
    max_retries=2,
    retry_delay_s=600,
    ring_timeout_s=25,
    max_call_s=120,
    max_concurrent_calls=5,
    duplicate_policy=DuplicatePolicy.CAMPAIGN,
    default_region="LT",
)

_campaign: dict[str, Any] = {"campaign_id": CAMPAIGN, "owner_id": OWNER}
_attempt: dict[str, Any] = _campaign | {
    "command_id": COMMAND,
    "number_id": 42,
    "generation": 0,
    "attempt_no": 1,
    "slot_at": SLOT,
    "reference": "order-7",
}

EXAMPLES: tuple[Message, ...] = (
    CampaignCreated(**_campaign, created_by=OWNER, rules=RULES, cloned_from=CAMPAIGN),
    CampaignRulesChanged(**_campaign, changed_by=OWNER, revision=1, rules=RULES),
    SequenceChanged(
        **_campaign,
        changed_by=OWNER,
        sequence_version=1,
        actions=(
            Wait(seconds=1.5),
            Play(prompt_id=PROMPT, sha256=AUDIO, duration_ms=2500),
            Ivr(ivr_id=IVR, context="main-menu"),
        ),
    ),
    NumbersImported(
        **_campaign,
        import_id=IMPORT,
        imported_by=OWNER,
        accepted=2,
        duplicates=1,
        rejected=3,
        chunks=1,
        sha256=AUDIO,
    ),
    NumbersRemoved(
        **_campaign,
        batch_id=BATCH,
        removed_by=OWNER,
        reason=RemovalReason.IMPORT_UNDONE,
        numbers=2,
        chunks=1,
        import_id=IMPORT,
    ),
    NumbersRedialled(**_campaign, batch_id=BATCH, redialled_by=OWNER, numbers=1, chunks=1, number_id=42),
    CampaignActivated(**_campaign, activated_by=OWNER, epoch=1),
    CampaignStopped(**_campaign, stopped_by=OWNER, epoch=2, hang_up=True),
    CampaignFinished(**_campaign, epoch=3),
    CampaignExhausted(**_campaign, epoch=2, batches=3),
    CampaignArchived(**_campaign, archived_by=OWNER),
    CampaignRestored(**_campaign, restored_by=OWNER),
    CampaignDeleted(**_campaign, deleted_by=OWNER),
    TrunkDefined(
        trunk_id=TRUNK,
        revision=1,
        name="Carrier",
        endpoint="carrier",
        pool="default",
        calls_per_second=10,
        max_concurrent_calls=30,
    ),
    DeviceDefined(
        device_id=DEVICE,
        owner_id=OWNER,
        revision=1,
        name="Shop",
        trunk_id=TRUNK,
        account_code="shop-1",
        caller_ids=("37052000000",),
        max_concurrent_calls=10,
    ),
    IvrDefined(ivr_id=IVR, revision=1, name="Menu", context="main-menu"),
    LimitsDefined(
        owner_id=OWNER,
        revision=1,
        max_campaigns=20,
        calls_per_minute=600,
        max_concurrent_calls=50,
        allowed_prefixes=("370", "44"),
    ),
    TrunkDegraded(
        trunk_id=TRUNK,
        revision=1,
        reason=TrunkTrouble.FAILING,
        calls_per_second=0.0,
        until=SLOT,
        degraded_at=SLOT,
    ),
    TrunkRecovered(trunk_id=TRUNK, revision=2, recovered_at=SLOT),
    TrunkFailing(trunk_id=TRUNK, trunk_epoch=0, reason=TrunkTrouble.REJECTING, failing_at=SLOT),
    TrunkCarried(trunk_id=TRUNK, command_id=COMMAND, carried_at=SLOT),
    SuppressionAdded(suppression_id=SUPPRESSION, owner_id=OWNER, person=AUDIO, revision=7),
    SuppressionRemoved(suppression_id=SUPPRESSION, owner_id=None, person=AUDIO, revision=8),
    SuppressionsListed(
        list_id=SUPPRESSION, owner_id=OWNER, people=(ListedPerson(AUDIO, 9),), expires_at=SLOT
    ),
    SuppressionsDelisted(list_id=SUPPRESSION, owner_id=None, people=(ListedPerson(AUDIO, 10),)),
    NumbersChunk(
        **_campaign,
        import_id=IMPORT,
        chunk_no=0,
        numbers=(
            ListedNumber(42, "37061234567", 0, "order-7"),
            ListedNumber(43, "37061234568"),
            ListedNumber(44, "", deleted=True),
        ),
    ),
    NumberScheduled(**_attempt),
    NumberWaitingRetry(**_attempt, disposition=Disposition.BUSY, retry_at=SLOT),
    NumberFailed(**_attempt, disposition=Disposition.INVALID_NUMBER),
    NumberReleased(**_attempt, reason=VoidReason.EXPIRED),
    NumberSuppressed(**_attempt, suppression_id=SUPPRESSION),
    NumberDialVoided(**_attempt, reason=VoidReason.STOPPED),
    DialNumber(
        **_attempt,
        epoch=1,
        not_after=SLOT,
        e164="37061234567",
        caller_id="37052000000",
        pool="default",
        endpoint="carrier",
        trunk_id=TRUNK,
        device_id=DEVICE,
        account_code="shop-1",
        ring_timeout_s=25,
        max_call_s=120,
        sequence_version=1,
        closes_at=SLOT,
        caps=Caps(campaign=5, owner=50, device=10, trunk=30),
        trunk_epoch=4,
        trial=True,
    ),
    AttemptClaimed(
        **_attempt,
        ledger="ledger",
        account_code="acme",
        device_id=DEVICE,
        trunk_id=TRUNK,
        ring_timeout_s=30,
        max_call_s=3600,
        person=bytes(range(32)),
        asterisk="127.0.0.1:5038",
        boot_id="2027-03-01 08:00:00",
        forgotten_at=SLOT,
    ),
    CallOriginated(**_attempt, originated_at=SLOT),
    CallAnswered(**_attempt, answered_at=SLOT),
    CallEnded(
        **_attempt,
        disposition=Disposition.ANSWERED,
        hangup_cause=16,
        rang=True,
        originated_at=SLOT,
        started_at=SLOT,
        answered_at=SLOT,
        ended_at=SLOT,
        billed_s=3,
        account_code="shop-1",
        device_id=DEVICE,
        trunk_id=TRUNK,
    ),
    ActionCompleted(
        **_campaign,
        command_id=COMMAND,
        sequence_version=1,
        index=0,
        kind="wait",
        result=ActionResult.DONE,
        started_at=SLOT,
        duration_ms=1500,
    ),
    SequenceEnded(
        **_campaign,
        command_id=COMMAND,
        sequence_version=1,
        result=SequenceResult.HANDED_OVER,
        actions_done=3,
        actions_total=3,
    ),
)
