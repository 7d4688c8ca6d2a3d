"""Who is not to be called: from the campaigns service alone. A person is a keyed hash, never digits."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from evendial_contracts.message import Event

PersonHash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$(?!\n)")]
"""HMAC-SHA-256, in hex, of `<owner_id>/<digits>`, or of `system/<digits>` for what holds for everybody."""


class SuppressionFact(Event, frozen=True, kw_only=True):
    """About one entry; of what is said about one person the highest `revision` holds.

    `owner_id` is None when it keeps everybody from calling.
    """

    suppression_id: UUID
    owner_id: UUID | None
    person: PersonHash
    revision: int


class SuppressionAdded(SuppressionFact, tag="suppression.added.v1", frozen=True, kw_only=True):
    """From now on this person is not called."""


class SuppressionRemoved(SuppressionFact, tag="suppression.removed.v1", frozen=True, kw_only=True):
    """The entry is gone: it keeps nobody from calling any more."""
