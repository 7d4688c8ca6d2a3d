"""Listens to what an Asterisk says to the originator, and keeps it apart by call."""

from collections import defaultdict
from datetime import UTC, datetime

from evendial_contracts.dialing import DialNumber
from evendial_originator.core.ami_events import WANTED
from evendial_originator.core.originate import channel_id

from tests.traces.trace import BOOTED_ANEW, LINK_LOST, Said, Trace, anonymous, fields

Heard = tuple[datetime, str]


class Tap:
    """Give `hear` to a proxy's `tap`."""

    def __init__(self) -> None:
        self.ringing: set[str] = set()
        """The channels that were said to ring."""
        self._unread = b""
        self._of_channel: dict[str, list[Heard]] = defaultdict(list)
        self._of_all: list[Heard] = []
        self._lost = False

    def hear(self, data: bytes) -> None:
        """Bytes from Asterisk; nothing at the end of a connection."""
        if not data:
            self._unread, self._lost = b"", True
            self._of_all.append((datetime.now(UTC), LINK_LOST))
            return
        *blocks, self._unread = (self._unread + data).split(b"\r\n\r\n")
        for block in blocks:
            self._keep(datetime.now(UTC), block.decode())

    def knows(self, command: DialNumber) -> bool:
        """Whether anything was said of the call."""
        return channel_id(command.command_id) in self._of_channel

    def trace(self, command: DialNumber) -> Trace:
        """All that was said of the call, and of the link since then."""
        channel = channel_id(command.command_id)
        own = self._of_channel[channel]
        common = [heard for heard in self._of_all if own and heard[0] > own[0][0]]
        return tuple(
            Said(
                (at - command.slot_at).total_seconds(),
                anonymous(text, channel=channel, digits=command.e164, caller=command.caller_id or ""),
            )
            for at, text in sorted([*own, *common])
        )

    def _keep(self, at: datetime, text: str) -> None:
        message = fields(text)
        match message.get("event"):
            case "FullyBooted" if self._lost:
                self._lost = False
                self._of_all.append((at, BOOTED_ANEW))
            case "Shutdown":
                self._of_all.append((at, text))
            case kind if kind is None or kind in WANTED:
                self._keep_of_channel(at, text, message)

    def _keep_of_channel(self, at: datetime, text: str, message: dict[str, str]) -> None:
        by_action = "event" not in message or message["event"] == "OriginateResponse"
        channel = message.get("actionid" if by_action else "uniqueid") or message.get("destuniqueid", "")
        self._of_channel[channel].append((at, text))
        if message.get("dialstatus") == "RINGING":
            self.ringing.add(channel)
