"""Who is not to be called: from the campaigns service alone. A person is a keyed hash, never digits."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid5

import msgspec
from msgspec import Meta

from evendial_contracts.message import Event

PersonHash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$(?!\n)")]
"""HMAC-SHA-256, in hex, of `<owner_id>/<digits>`, or of `system/<digits>` for what holds for everybody."""


class SuppressionEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an entry suppresses a person, as of this revision; from `expires_at` on it does not.

    A person has one entry on each list, and one on none.
    """

    suppression_id: UUID
    person: PersonHash
    revision: int
    suppressed: bool
    expires_at: datetime | None = None
    list_id: UUID | None = None


class SuppressionFact(Event, frozen=True, kw_only=True):
    """About an entry that is on no list; of what is said of one person's the highest `revision` holds.

    `owner_id` is None when it keeps everybody from calling.
    """

    suppression_id: UUID
    owner_id: UUID | None
    person: PersonHash
    revision: int


class SuppressionAdded(SuppressionFact, tag="suppression.added.v1", frozen=True, kw_only=True):
    """From now on, until it expires, this person is not called."""

    expires_at: datetime | None = None


class SuppressionRemoved(SuppressionFact, tag="suppression.removed.v1", frozen=True, kw_only=True):
    """The entry is gone: it keeps nobody from calling any more."""


class ListedPerson(msgspec.Struct, frozen=True, array_like=True):
    """One entry of a list; its `suppression_id` is `entry_id(list_id, person)`."""

    person: PersonHash
    revision: int


class SuppressionSlice(Event, frozen=True, kw_only=True):
    """About some entries of one list; of what is said of one person on it the highest `revision` holds.

    `owner_id` is None when they keep everybody from calling.
    """

    list_id: UUID
    owner_id: UUID | None
    people: tuple[ListedPerson, ...]


class SuppressionsListed(SuppressionSlice, tag="suppression.listed.v1", frozen=True, kw_only=True):
    """From now on, until they expire, these people are not called."""

    expires_at: datetime | None = None


class SuppressionsDelisted(SuppressionSlice, tag="suppression.delisted.v1", frozen=True, kw_only=True):
    """These entries are gone: they keep nobody from calling any more."""


SuppressionSaid = SuppressionFact | SuppressionSlice


def entry_id(list_id: UUID, person: str) -> UUID:
    """The id of a person's entry on a list: same inputs, same id."""
    return uuid5(list_id, person)


def entries_of(said: SuppressionSaid) -> Iterator[SuppressionEntry]:
    """What a message says, entry by entry."""
    suppressed = isinstance(said, SuppressionAdded | SuppressionsListed)
    expires_at = getattr(said, "expires_at", None)
    if isinstance(said, SuppressionFact):
        yield SuppressionEntry(
            suppression_id=said.suppression_id,
            person=said.person,
            revision=said.revision,
            suppressed=suppressed,
            expires_at=expires_at,
        )
        return
    for each in said.people:
        yield SuppressionEntry(
            suppression_id=entry_id(said.list_id, each.person),
            person=each.person,
            revision=each.revision,
            suppressed=suppressed,
            expires_at=expires_at,
            list_id=said.list_id,
        )
