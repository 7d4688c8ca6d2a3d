"""Questions that services ask each other over NATS request/reply, and heartbeats. Not kept anywhere."""

from datetime import datetime
from uuid import UUID

import msgspec


class CloseGate(msgspec.Struct, frozen=True, kw_only=True):
    """campaigns -> originators: no claim of this campaign below `epoch` may commit any more."""

    campaign_id: UUID
    epoch: int


class GateClosed(msgspec.Struct, frozen=True, kw_only=True):
    """The gate stands at `epoch` (or a newer one) in the ledger."""

    campaign_id: UUID
    epoch: int


class EndCommand(msgspec.Struct, frozen=True, kw_only=True):
    """scheduler -> originators: if this command is not in the ledger by now, void it for good."""

    command_id: UUID
    campaign_id: UUID
    owner_id: UUID
    number_id: int
    generation: int
    attempt_no: int
    slot_at: datetime
    reference: str | None = None


class CommandKnown(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger's answer: `voided` now, or known already (its outcome comes, or has come, as an event)."""

    command_id: UUID
    voided: bool


class OriginatorAlive(msgspec.Struct, frozen=True, kw_only=True):
    """Said each second by an originator that can dial for `pool`."""

    pool: str
    instance: str


class AgiAlive(msgspec.Struct, frozen=True, kw_only=True):
    """Said each second by an agi service that accepts calls of that Asterisk; empty: of any."""

    instance: str
    asterisk: str = ""
