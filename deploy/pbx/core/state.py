"""The state of one Asterisk, its channels and the callees behind its trunk."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from deploy.pbx.core.callees import Act, Script

Fields = tuple[tuple[str, str], ...]


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What is fixed for one Asterisk, however often it is started."""

    major: int = 22
    """22 or 16: they differ in what facts/asterisk calls out, such as the cause of a ring time-out."""
    seed: int = 1
    """Picks the order of events that Asterisk sends in no fixed order."""
    agi_address: str = "127.0.0.1:4573"
    trunks: tuple[str, ...] = ("carrier",)
    """Endpoints that reach the callees."""
    silent_trunks: tuple[str, ...] = ("deadtrunk",)
    """Endpoints where nobody listens and nobody checks. Any other endpoint is not known at all."""
    contexts: tuple[str, ...] = ("evendial", "ivr-demo")
    boot_s: float = 0.0
    """From its start, when it takes logins, until it can place calls."""
    setup_s: float = 0.002
    """From an accepted Originate to its channel."""


class Carrier(msgspec.Struct, frozen=True, kw_only=True):
    """What callees do and remember, whatever happens to Asterisk; `congested` answers every call with 503."""

    calls: Mapping[str, int] = {}
    """How often each number was called."""
    scripts: Mapping[str, Script] = {}
    """What some numbers do in place of what their digits say."""
    congested: bool = False


class Planned(msgspec.Struct, frozen=True):
    """An act of a callee and when it is due."""

    at: float
    act: Act


class Leg(msgspec.Struct, frozen=True, kw_only=True):
    """One call as the carrier sees it, from the INVITE to its end."""

    number: str
    caller: str
    started_at: float
    plan: tuple[Planned, ...] = ()
    answered_at: float | None = None
    ended_at: float | None = None
    cause: int = 0
    heard_s: float = 0.0
    """Seconds of sound that reached the callee."""


class Phase(StrEnum):
    """How far a channel has come, as AMI's ChannelStateDesc."""

    DOWN = "Down"
    RINGING = "Ringing"
    UP = "Up"


class Place(msgspec.Struct, frozen=True):
    """Where a channel is in the dialplan."""

    context: str
    extension: str
    priority: int


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """An AGI command that takes its time."""

    plays: bool
    """Sound that the callee hears; else a wait for a key."""
    began_at: float
    ends_at: float


class Agi(msgspec.Struct, frozen=True, kw_only=True):
    """The FastAGI session of an answered channel."""

    running: Running | None = None
    tell_hangup_at: float | None = None


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """One originate and what became of it."""

    id: str
    action_id: str
    dialled: str
    """The Channel field of the Originate."""
    number: str
    endpoint: str
    caller: str
    account: str
    variables: Mapping[str, str]
    target: Place
    timeout_s: float
    due_at: float | None
    """When time alone moves it on: its setup, its ring time-out, the end of a wait in the dialplan."""
    name: str = ""
    phase: Phase = Phase.DOWN
    place: Place = Place("no-incoming-calls", "s", 1)
    application: tuple[str, str] = ("AppDial2", "(Outgoing Line)")
    created_at: float = 0.0
    leg: Leg | None = None
    cause: int = 0
    gone: bool = False
    """Hung up by either side; an AGI session still holds it."""
    ends_at: float | None = None
    """The absolute time-out of the dialplan."""
    agi: Agi | None = None
    wakes_at: float | None = None
    """When time alone next changes anything about it; kept by `with_channel`."""


class Pbx(msgspec.Struct, frozen=True, kw_only=True):
    """One running Asterisk. `booted_at` is what AMI's CoreStatus tells it apart by, in whole seconds."""

    setup: Setup
    carrier: Carrier
    booted_at: float
    booting: bool = False
    """It takes logins and cannot place calls yet."""
    queued: tuple[Channel, ...] = ()
    """Accepted originates that have no channel yet."""
    channels: Mapping[str, Channel] = {}
    made: int = 0
    """Channels so far, for their names."""
    processed: int = 0
    """Calls that ran in the dialplan so far."""


def with_channel(pbx: Pbx, channel: Channel) -> Pbx:
    """The state with this channel new or changed."""
    channel = replace(channel, wakes_at=min(instants_of(channel), default=None))
    return replace(pbx, channels={**pbx.channels, channel.id: channel})


def instants_of(channel: Channel) -> list[float]:
    """Every instant at which something about a channel is due."""
    agi = channel.agi or Agi()
    instants = (
        channel.leg.plan[0].at if channel.leg and channel.leg.plan else None,
        channel.due_at,
        channel.ends_at,
        agi.tell_hangup_at,
        agi.running.ends_at if agi.running else None,
    )
    return [instant for instant in instants if instant is not None]


def without(pbx: Pbx, channel: Channel) -> Pbx:
    """The state after this channel is gone."""
    return replace(pbx, channels={key: each for key, each in pbx.channels.items() if key != channel.id})
