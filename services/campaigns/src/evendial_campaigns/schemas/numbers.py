"""The numbers of a list, as the API takes and shows them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import VoidReason
from evendial_contracts.reasons import ReasonCode
from msgspec import Meta

from evendial_campaigns.core.progress import NumberState
from evendial_campaigns.schemas.body import Body
from evendial_campaigns.schemas.reasons import WHY


class NumberCreate(Body, frozen=True, kw_only=True):
    """A number to add. `reference` and `variables` are what a CSV list would say of it in other columns."""

    number: Annotated[str, Meta(max_length=1024, examples=["+49 151 1234-5678"])]
    reference: Annotated[str, Meta(max_length=64, examples=["customer-17"])] | None = None
    variables: Annotated[dict[str, str], Meta(max_length=50, examples=[{"town": "Kiel"}])] = msgspec.field(
        default_factory=dict
    )


class ListedNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A number of a list and where it stands.

    `attempts` counts all its calls, `attempt_no` those of its `generation`, which each reactivation raises.
    `retry_at` is when it is due again, `last_void` why its last order led to no call.
    """

    number_id: int
    e164: Annotated[str, Meta(description="Digits with the country code.", examples=["4915112345678"])]
    state: NumberState
    import_id: UUID
    reference: str | None
    variables: dict[str, str]
    generation: int
    attempt_no: int
    attempts: int
    disposition: Disposition | None
    slot_at: datetime | None
    retry_at: datetime | None
    last_void: VoidReason | None


class NumberView(ListedNumber, frozen=True, kw_only=True):
    """The same, with the one reason why it is not being called right now, and that as a sentence, `why`.

    `reason` is what `GET …/blockers` counts; its `code`s are there, too.
    """

    reason: Annotated[ReasonCode, Meta(examples=["waiting_for_retry"])]
    why: Annotated[str, Meta(examples=[WHY])]


class RedialView(msgspec.Struct, frozen=True, kw_only=True):
    """So many numbers will be called once more."""

    numbers: int


class RemovalView(msgspec.Struct, frozen=True, kw_only=True):
    """So many numbers were taken off the list; so many were kept: in a call, or called (of an import)."""

    removed: int
    kept: int
