"""Messages ready to be said: with their id, their time and their subject."""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from evendial_contracts.codec import encode
from evendial_contracts.envelope import seal
from evendial_contracts.message import Message, tag_of
from evendial_contracts.subjects import subject_of

from evendial_chassis.clock import HOST_CLOCK


class Outgoing(msgspec.Struct, frozen=True):
    """A message that was sealed before, e.g. when it was stored in an outbox."""

    id: UUID
    subject: str
    type: str
    headers: dict[str, str]
    data: bytes


def sealed(message: Message, service: str, *, id: UUID | None = None, at: datetime | None = None) -> Outgoing:
    """A message ready to be stored or published, with its id (a random one unless given) and time."""
    envelope = seal(message, id=id or uuid4(), source=service, time=at or HOST_CLOCK.now())
    return Outgoing(
        id=envelope.id,
        subject=subject_of(message),
        type=tag_of(message),
        headers=envelope.headers(),
        data=encode(message),
    )
