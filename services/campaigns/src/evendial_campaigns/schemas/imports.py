"""What became of lists, as the API shows it."""

from uuid import UUID

import msgspec

from evendial_campaigns.core.numbers import Refusal


class RejectionView(msgspec.Struct, frozen=True, kw_only=True):
    """A line that was refused; lines count from 1."""

    line: int
    reason: Refusal
    detail: str


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a list; `rejections` holds the first 1,000."""

    import_id: UUID
    campaign_id: UUID
    accepted: int
    duplicates: int
    rejected: int
    blank: int
    rejections: list[RejectionView]
    sha256: str
