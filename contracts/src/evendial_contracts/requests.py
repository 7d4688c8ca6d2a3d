"""Questions that services ask each other over NATS request/reply, and heartbeats. Not kept anywhere."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from evendial_contracts.suppressions import SuppressionEntry


class CloseGate(msgspec.Struct, frozen=True, kw_only=True):
    """campaigns -> originators: no claim of this campaign below `epoch` may commit any more.

    `hang_up`: its calls in progress are to be ended.
    """

    campaign_id: UUID
    epoch: int
    hang_up: bool = False


class GateClosed(msgspec.Struct, frozen=True, kw_only=True):
    """The gate stands at `epoch` (or a newer one) in the ledger."""

    campaign_id: UUID
    epoch: int


class HangUpCalls(msgspec.Struct, frozen=True, kw_only=True):
    """Among originators: the ledger has calls of this campaign that are to be ended."""

    campaign_id: UUID


class KeepSuppressions(msgspec.Struct, frozen=True, kw_only=True):
    """campaigns -> originators: from now on claims are checked against these."""

    entries: tuple[SuppressionEntry, ...]


class SuppressionsKept(msgspec.Struct, frozen=True, kw_only=True):
    """So many of them stand in the ledger as they were said, and no call that they forbid can follow."""

    kept: int


class AskSuppressions(msgspec.Struct, frozen=True, kw_only=True):
    """campaigns -> originators: how much does the ledger know of suppressions?"""


class SuppressionsKnown(msgspec.Struct, frozen=True, kw_only=True):
    """So many persons are suppressed in the ledger; `newest` is the highest revision it knows (0: none)."""

    suppressed: int
    newest: int


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


class Trouble(StrEnum):
    """Why an originator cannot dial: what it needs is away, or it has not read all that it must know."""

    NO_ASTERISK = "no_asterisk"
    NO_AGI = "no_agi"
    LEDGER_AWAY = "ledger_away"
    CLOCK_OFF = "clock_off"
    CATCHING_UP = "catching_up"


class OriginatorTroubled(msgspec.Struct, frozen=True, kw_only=True):
    """Said each second by an originator that cannot dial for `pool`. Nothing is planned because of it."""

    pool: str
    instance: str
    trouble: Trouble


class AgiWanted(msgspec.Struct, frozen=True, kw_only=True):
    """originator -> agi services, as it starts: who accepts calls of that Asterisk, say so now."""

    asterisk: str


class AgiAlive(msgspec.Struct, frozen=True, kw_only=True):
    """Said each second by an agi service that accepts calls of that Asterisk; empty: of any."""

    instance: str
    asterisk: str = ""


class ServiceAlive(msgspec.Struct, frozen=True, kw_only=True):
    """Said every 2 s by each process of each service that has a bus, whether it is ready or not.

    `instance` tells processes of one service apart; `waiting_for` is what `/readyz` tells: what is wrong, by
    part, and nothing while it is ready.
    """

    service: str
    instance: str
    version: str
    started_at: datetime
    waiting_for: dict[str, str] = {}
