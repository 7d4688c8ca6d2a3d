"""Timelines, as the API shows them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from evendial_contracts.message import Message
from msgspec import Meta

from evendial_campaigns.core.timeline import actor_of, sentence
from evendial_campaigns.record import Recorded

SYSTEM = "system"


class LogEntryView(msgspec.Struct, frozen=True, kw_only=True):
    """One fact of a timeline, told from the record.

    `user_id` is whose act it was and `user` their name (null: they are gone); of what a service found out
    the name is `system`. `owner_id` is whose campaign it is: an admin's act on another's has both ids.
    `outcome` is how a call or an action ended, `reason` why something was not done, `hangup_cause` the Q.850
    integer.
    """

    id: Annotated[str, Meta(examples=["7412-90210"])]
    at: datetime
    type: Annotated[str, Meta(examples=["call.ended.v1"])]
    sentence: Annotated[str, Meta(examples=["Attempt 2 ended: busy."])]
    user_id: UUID | None
    user: Annotated[str, Meta(examples=["anna"])] | None
    service: Annotated[str, Meta(examples=["originator"])]
    owner_id: UUID | None
    number_id: int | None
    command_id: UUID | None
    generation: int | None
    attempt_no: int | None
    slot_at: datetime | None
    outcome: str | None
    reason: str | None
    hangup_cause: int | None


def entry_view(recorded: Recorded, names: Mapping[UUID, str]) -> LogEntryView:
    """As the API shows it; `names` has those of the users whom it is about."""
    fact = recorded.fact
    by = whose(recorded)
    return LogEntryView(
        id=str(recorded.place),
        at=recorded.at,
        type=recorded.type,
        sentence=sentence(fact)
        if isinstance(fact, Message)
        else "Something that this version does not know.",
        user_id=by,
        user=names.get(by) if by else SYSTEM,
        service=recorded.source.removeprefix("evendial/"),
        owner_id=_of(fact, "owner_id"),
        number_id=_of(fact, "number_id"),
        command_id=_of(fact, "command_id"),
        generation=_of(fact, "generation"),
        attempt_no=_of(fact, "attempt_no"),
        slot_at=_of(fact, "slot_at"),
        outcome=_of(fact, "disposition") or _of(fact, "result"),
        reason=_of(fact, "reason"),
        hangup_cause=_of(fact, "hangup_cause"),
    )


def whose(recorded: Recorded) -> UUID | None:
    """Whose act it was; None: a service's."""
    return actor_of(recorded.fact) if isinstance(recorded.fact, Message) else None


def _of(fact: Any, name: str) -> Any:
    return getattr(fact, name, None)
