"""Subjects and streams. Strings only: nothing here needs a NATS client."""

from uuid import UUID

import msgspec

from evendial_contracts.claims import AttemptClaimed
from evendial_contracts.dialing import DialNumber
from evendial_contracts.message import TAG, Command, Event, Message, tag_of
from evendial_contracts.numbers import NumbersChunk
from evendial_contracts.resources import DeviceDefined, IvrDefined, LimitsDefined, TrunkDefined
from evendial_contracts.suppressions import SuppressionFact, SuppressionSlice
from evendial_contracts.trunks import TrunkCarried, TrunkDegraded, TrunkFailing, TrunkRecovered

EVENTS = "evendial.event.>"
COMMANDS = "evendial.command.>"
NUMBERS = "evendial.numbers.>"
DEAD_LETTERS = "evendial.dead.>"
CLAIMS = "evendial.claim.>"

GATE_CLOSE = "evendial.request.gate.close"
HANG_UP_CALLS = "evendial.notice.hang_up"
KEEP_SUPPRESSIONS = "evendial.request.suppressions.keep"
ASK_SUPPRESSIONS = "evendial.request.suppressions.known"
END_COMMAND = "evendial.request.ledger.end_command"
ASK_BLOCKERS = "evendial.request.scheduler.blockers"
ASK_REASONS = "evendial.request.scheduler.reasons"
RECORD_DECIDED = "evendial.request.record.decided"
RECORD_LISTS = "evendial.request.record.lists"
RECORD_NUMBERS = "evendial.request.record.numbers"
AGI_WANTED = "evendial.request.agi.alive"
AGI_HEARTBEAT = "evendial.heartbeat.agi"
SERVICE_HEARTBEAT = "evendial.heartbeat.service"

SYSTEM_OWNER = "system"
"""Stands where the owner's id would in the subject of facts that nobody owns."""

DAY_S = 86_400
HOUR_S = 3_600
STALE_S = 120
"""No dial command is good for as long as that; JetStream remembers the ids of messages for as long."""


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """A JetStream stream that every service ensures at its start. Sizes in bytes, ages in seconds.

    When it is full, what is new is refused, and waits with whoever says it, unless it `forgets` the oldest.
    """

    name: str
    subjects: tuple[str, ...]
    max_age_s: int
    max_bytes: int
    work_queue: bool = False
    forgets: bool = False


STREAMS = (
    Stream(name="EVENDIAL_EVENTS", subjects=(EVENTS,), max_age_s=7 * DAY_S, max_bytes=2 << 30),
    Stream(
        name="EVENDIAL_COMMANDS",
        subjects=(COMMANDS,),
        max_age_s=STALE_S,
        max_bytes=64 << 20,
        work_queue=True,
    ),
    Stream(name="EVENDIAL_NUMBERS", subjects=(NUMBERS,), max_age_s=3 * DAY_S, max_bytes=1 << 30),
    Stream(
        name="EVENDIAL_CLAIMS",
        subjects=(CLAIMS,),
        max_age_s=5 * HOUR_S,
        max_bytes=512 << 20,
        forgets=True,
    ),
    Stream(
        name="EVENDIAL_DEAD",
        subjects=(DEAD_LETTERS,),
        max_age_s=14 * DAY_S,
        max_bytes=64 << 20,
        forgets=True,
    ),
)

PROMPT_BUCKET = "EVENDIAL_PROMPTS"
"""Object store of prompts; an object is named `<owner_id>/<sha256 of its audio>`."""


def subject_of(message: Message) -> str:
    """Where a message is published."""
    match message:
        case DialNumber():
            return f"evendial.command.number.dial.{message.pool}.{message.campaign_id}"
        case NumbersChunk():
            return f"evendial.numbers.{message.campaign_id}.{message.import_id}"
        case AttemptClaimed():
            return claims_of(message.ledger)
        case Event():
            return f"evendial.event.{_fact(message)}.{_owner(message)}.{_subject_id(message)}"
        case _:
            raise TypeError(f"{tag_of(message)} has no subject")


def events_of(*messages: type[Message]) -> tuple[str, ...]:
    """Filters that match every message of these types, whoever owns it."""
    return tuple(f"evendial.{_kind(message)}.{_fact(message)}.>" for message in messages)


def dial_commands(pool: str) -> str:
    """Filter that matches the dial commands of one pool."""
    return f"evendial.command.number.dial.{pool}.>"


def claims_of(ledger: str) -> str:
    """Where the claims of one ledger are said."""
    return f"evendial.claim.{ledger}"


def originator_heartbeat(pool: str) -> str:
    """Where originators of a pool say each second that they can dial; `*` for all pools."""
    return f"evendial.heartbeat.originator.{pool}"


def originator_trouble(pool: str) -> str:
    """Where originators of a pool say each second why they cannot dial; `*` for all pools."""
    return f"evendial.heartbeat.originator_trouble.{pool}"


def dead_letter(durable: str) -> str:
    """Where a consumer puts what it cannot read or handle."""
    return f"evendial.dead.{durable}"


def _kind(message: type[Message]) -> str:
    return "command" if issubclass(message, Command) else "event"


def _fact(message: Message | type[Message]) -> str:
    match_ = TAG.fullmatch(tag_of(message))
    assert match_, f"{tag_of(message)} is not <aggregate>.<fact>.v<version>"
    return f"{match_['aggregate']}.{match_['fact']}"


def _owner(message: Event) -> str:
    return str(getattr(message, "owner_id", None) or SYSTEM_OWNER)


def _subject_id(message: Event) -> UUID:
    match message:
        case TrunkDefined() | TrunkDegraded() | TrunkRecovered() | TrunkFailing() | TrunkCarried():
            return message.trunk_id
        case DeviceDefined():
            return message.device_id
        case IvrDefined():
            return message.ivr_id
        case LimitsDefined():
            return message.owner_id
        case SuppressionFact():
            return message.suppression_id
        case SuppressionSlice():
            return message.list_id
        case _:
            campaign_id: UUID = getattr(message, "campaign_id")  # noqa: B009
            return campaign_id
