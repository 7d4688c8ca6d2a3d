"""What became of lists, as the API shows it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from evendial_campaigns.core.numbers import Refusal


class ImportState(StrEnum):
    """Only numbers of a `finished` import are called; a `cut_off` one has none."""

    RUNNING = "running"
    CUT_OFF = "cut_off"
    FINISHED = "finished"


class RejectionView(msgspec.Struct, frozen=True, kw_only=True):
    """A line that was refused; lines count from 1."""

    line: int
    reason: Refusal
    detail: str


class FormatView(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken as what in a CSV list.

    `variables` are the columns kept beside each number; `detected` names what nobody said and was found out.
    """

    delimiter: Annotated[str, Meta(examples=[";"])]
    header: bool
    columns: Annotated[tuple[str, ...], Meta(examples=[["phone", "customer", "town"]])]
    number_column: Annotated[str, Meta(examples=["phone"])]
    reference_column: Annotated[str | None, Meta(examples=["customer"])]
    variables: Annotated[tuple[str, ...], Meta(examples=[["town"]])]
    detected: Annotated[tuple[str, ...], Meta(examples=[["delimiter", "header", "number_column"]])]


class ImportSummary(msgspec.Struct, frozen=True, kw_only=True):
    """How far a list is, or what became of it.

    `lines` and `bytes` count what was read so far, `refusals` the `rejected` lines by reason. `format` is
    null for plain text, `sha256` is that of the list as it was sent and null until it is whole. `undone_at`
    is when its numbers, but for those that had been called, were taken off the list again.
    """

    import_id: UUID
    campaign_id: UUID
    state: ImportState
    started_at: datetime
    lines: int
    bytes: int
    accepted: int
    duplicates: int
    rejected: int
    blank: int
    refusals: Annotated[dict[str, int], Meta(examples=[{"too_short": 12}])]
    format: FormatView | None
    sha256: str | None
    undone_at: datetime | None


class ImportView(ImportSummary, frozen=True, kw_only=True):
    """`rejections` holds the first 1,000 refused lines; `…/refused` gives all that are kept."""

    rejections: list[RejectionView]
