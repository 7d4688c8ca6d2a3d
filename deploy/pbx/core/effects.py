"""What the simulated Asterisk does to the world."""

import msgspec

from deploy.pbx.core.state import Fields, Leg, Pbx


class Reply(msgspec.Struct, frozen=True):
    """An AMI message to the session that sent the action: its response, or an item of a list."""

    fields: Fields


class Event(msgspec.Struct, frozen=True):
    """An AMI event for every session that may read its class."""

    privilege: str
    fields: Fields

    @property
    def name(self) -> str:
        """Its name."""
        return self.fields[0][1]


class AgiOpen(msgspec.Struct, frozen=True):
    """Connect to the agi service and send these lines."""

    channel_id: str
    header: Fields


class AgiSay(msgspec.Struct, frozen=True):
    """Send a line (or lines) on the FastAGI connection of the channel."""

    channel_id: str
    text: str


class AgiClose(msgspec.Struct, frozen=True):
    """End the FastAGI connection of the channel, once everything is sent."""

    channel_id: str


class Wire(msgspec.Struct, frozen=True):
    """What the carrier writes down of a call: `what` is invite, answer or end."""

    what: str
    channel_id: str
    leg: Leg


class Cdr(msgspec.Struct, frozen=True, kw_only=True):
    """Asterisk's own record of a channel, in the words of `deploy/asterisk/evendial-cdr.conf`."""

    unique_id: str
    account: str
    started_at: float
    answered_at: float | None
    ended_at: float
    disposition: str


class Down(msgspec.Struct, frozen=True):
    """Asterisk has shut down in good order: the connections end."""


Effect = Reply | Event | AgiOpen | AgiSay | AgiClose | Wire | Cdr | Down
Turn = tuple[Pbx, tuple[Effect, ...]]
