"""The sequence of actions that runs on an answered call, and the facts the agi service reports about it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from evendial_contracts.message import CampaignFact

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$(?!\n)")]
DialplanContext = Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,78}$(?!\n)")]


class Wait(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="wait"):
    """Say nothing for so many seconds."""

    seconds: Annotated[float, Meta(gt=0, le=3600)]


class Play(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="play"):
    """Play a prompt of the owner to its end; `sha256` names its audio."""

    prompt_id: UUID
    sha256: Sha256
    duration_ms: Annotated[int, Meta(ge=0)]


class Ivr(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="ivr"):
    """Hand the call over to a dialplan context that an admin has registered; always the last action."""

    ivr_id: UUID
    context: DialplanContext


Action = Wait | Play | Ivr


class ActionResult(StrEnum):
    """How one action ended."""

    DONE = "done"
    CALLEE_HUNG_UP = "callee_hung_up"
    FAILED = "failed"


class SequenceResult(StrEnum):
    """How a whole sequence ended. A callee who hangs up in the middle is a normal end."""

    COMPLETED = "completed"
    HANDED_OVER = "handed_over"
    CALLEE_HUNG_UP = "callee_hung_up"
    FAILED = "failed"
    CONFIG_ERROR = "config_error"
    INTERRUPTED = "interrupted"


class ActionCompleted(CampaignFact, tag="action.completed.v1", frozen=True, kw_only=True):
    """One action of a call has ended. `index` counts from 0."""

    command_id: UUID
    sequence_version: int
    index: int
    kind: str
    result: ActionResult
    started_at: datetime
    duration_ms: int


class SequenceEnded(CampaignFact, tag="action.sequence_ended.v1", frozen=True, kw_only=True):
    """The agi service is done with a call; `actions_done` of its sequence were run to their end."""

    command_id: UUID
    sequence_version: int
    result: SequenceResult
    actions_done: int
    actions_total: int
