"""A simulated Asterisk under a clock that the test moves."""

from deploy.pbx.core import agi, asterisk, manager
from deploy.pbx.core.effects import AgiOpen, AgiSay, Cdr, Effect, Event, Reply, Turn, Wire
from deploy.pbx.core.state import Carrier, Setup

BOOTED_AT = 1_795_460_000.0


class Desk:
    """Its state, what it did since last asked, and everything that reached the wire."""

    def __init__(self, setup: Setup | None = None, carrier: Carrier | None = None) -> None:
        self.now = BOOTED_AT
        self.pbx = asterisk.boot(setup or Setup(), carrier or Carrier(), self.now)
        self.effects: list[Effect] = []
        self.wire: list[Wire] = []

    def ask(self, action: str, **fields: str) -> dict[str, str]:
        """The response to an action."""
        sent = {"action": action} | {name.lower(): value for name, value in fields.items()}
        before = len(self.effects)
        self._take(manager.perform(self.pbx, sent, self.now))
        reply = self.effects[before]
        assert isinstance(reply, Reply)
        return dict(reply.fields)

    def dial(
        self, number: str, channel_id: str = "ed-1", *, trunk: str = "carrier", **more: str
    ) -> dict[str, str]:
        """The response to an originate as Evendial sends it."""
        fields = {
            "ChannelId": channel_id,
            "ActionID": channel_id,
            "Channel": f"PJSIP/{number}@{trunk}",
            "Context": "evendial",
            "Exten": "s",
            "Priority": "1",
            "Timeout": "10000",
            "Account": "desk",
            "CallerID": "4930123456",
            "Variable": "EVENDIAL_CALL=token",
            "Async": "true",
        }
        return self.ask("Originate", **fields | more)

    def after(self, seconds: float) -> "Desk":
        """Time passes."""
        self.now += seconds
        self._take(asterisk.tick(self.pbx, self.now))
        return self

    def say(self, line: str, channel_id: str = "ed-1", *, sound_s: float | None = None) -> list[str]:
        """What the agi service hears at once after it has sent a command."""
        before = len(self.effects)
        self._take(agi.said(self.pbx, self.pbx.channels[channel_id], line, self.now, sound_s))
        return [each.text for each in self.effects[before:] if isinstance(each, AgiSay)]

    def close(self, channel_id: str = "ed-1") -> None:
        """The agi service ends the connection."""
        self._take(agi.closed(self.pbx, self.pbx.channels[channel_id], self.now))

    def refuse(self, channel_id: str = "ed-1") -> None:
        """Nobody listens at the address of the agi service."""
        self._take(agi.unreachable(self.pbx, self.pbx.channels[channel_id], self.now))

    def shut_down(self) -> None:
        """SIGTERM."""
        self._take(asterisk.shut_down(self.pbx, self.now))

    def events(self, name: str = "") -> list[dict[str, str]]:
        """The events so far, or those of a name."""
        events = [dict(each.fields) for each in self.effects if isinstance(each, Event)]
        return [each for each in events if not name or each["Event"] == name]

    def event(self, name: str) -> dict[str, str]:
        """The one event of a name."""
        [event] = self.events(name)
        return event

    def cdrs(self) -> dict[str, str]:
        """The dispositions that Asterisk itself has written down, by channel."""
        return {each.unique_id: each.disposition for each in self.effects if isinstance(each, Cdr)}

    def agi_lines(self) -> list[str]:
        """Every line that the agi service got after the header."""
        return [each.text for each in self.effects if isinstance(each, AgiSay)]

    def agi_header(self) -> dict[str, str]:
        """What the agi service was told when the call was handed to it."""
        [opened] = [each for each in self.effects if isinstance(each, AgiOpen)]
        return dict(opened.header)

    def _take(self, turn: Turn) -> None:
        self.pbx, effects = turn
        self.effects += effects
        self.wire += [each for each in effects if isinstance(each, Wire)]
