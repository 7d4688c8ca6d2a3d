"""An Asterisk of the simulated world: AMI as bytes on a wire, channels, and the log of what it sent out."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from tests.sim.ami_wire import Session
from tests.sim.callees import Fate, draw
from tests.sim.process import Process
from tests.sim.world import World, instant

ANSWERED = "4"
TIMED_OUT = "3"
KNOWN_S = 0.6
"""So long after the first originate that it owes an answer to it is given no more (`starts.py`)."""


@dataclass
class WireCall:
    """One INVITE as the carrier saw it; the judge of all promises."""

    command_id: UUID
    digits: str
    endpoint: str
    asterisk: str
    invited_s: float
    slow_s: float = 0.0
    """How much of the time before it was Asterisk's own."""
    answered_s: float | None = None
    ended_s: float | None = None
    served_s: float | None = None


@dataclass
class Channel:
    """Asterisk's leg."""

    id: str
    action_id: str
    fate: Fate
    timeout_s: float
    call: WireCall | None = None
    phase: str = "Down"
    gone: bool = False
    served: bool = False


class Asterisk:
    """One, with the callees behind its trunk.

    `deaf_p`: how often it loses an event or an answer; `slow_p`: how often a channel takes its time.
    """

    def __init__(self, world: World, name: str, wire: list[WireCall]) -> None:
        self.world = world
        self.name = name
        self.wire = wire
        self.up = True
        self.boots = 1
        self.channels: dict[str, Channel] = {}
        self.originates: Counter[str] = Counter()
        self.session: list[Session] = []
        self.deaf_p = 0.0
        self.slow_p = 0.0
        self.bad_trunk = False
        self.stalled_until_s = -1.0
        self._first_waiting_s: float | None = None
        self.asked: Callable[[Process], None] = lambda _: None
        self.agi_serves: Callable[[WireCall], str] = lambda call: "served"

    def accept(self, session: Session) -> None:
        """Somebody has connected."""
        self.session.append(session)

    def left(self, session: Session) -> None:
        """A connection has ended."""
        if session in self.session:
            self.session.remove(session)

    def kill(self, for_s: float) -> None:
        """kill -9, and a start after a while: all calls end, nobody is told."""
        if not self.up:
            return
        self.up = False
        for channel in list(self.channels.values()):
            self._over(channel)
        for session in list(self.session):
            session.end()
        self.session.clear()
        self.world.after(for_s, self._boot)

    def stall(self, for_s: float) -> None:
        """Reads and says nothing for a while: what it is sent waits."""
        if self.world.now_s < self.stalled_until_s:
            return
        self.stalled_until_s = self.world.now_s + for_s
        self._first_waiting_s = None

    def act(self, session: Session, fields: Mapping[str, str], waited_s: float = 0.0) -> None:
        """One AMI action, which has waited so long for this Asterisk to go on."""
        wait_s = self.stalled_until_s - self.world.now_s
        if wait_s > 0:
            boot = self.boots
            self.world.after(
                wait_s, lambda: self.act(session, fields, wait_s) if self.up and self.boots == boot else None
            )
            return
        match fields.get("action", "").lower():
            case "login":
                self._answer(session, fields, Response="Success", Message="Authentication accepted")
                session.say({"Event": "FullyBooted", "Status": "Fully Booted"})
            case "corestatus":
                started = instant(self.boots * 1.0).strftime("%H:%M:%S")
                self._answer(session, fields, CoreStartupDate="2027-06-04", CoreStartupTime=started)
            case "originate":
                self._originate(session, fields, waited_s)
            case "hangup":
                self._hangup(session, fields)
            case "coreshowchannels":
                self._show(session, fields)
            case "getvar":
                self._tell_variable(session, fields)
            case _:
                self._answer(session, fields, Ping="Pong")

    def _boot(self) -> None:
        self.up = True
        self.boots += 1
        self.world.note("asterisk", f"{self.name} boots {self.boots}")

    def _answer(
        self, session: Session, fields: Mapping[str, str], Response: str = "Success", **more: str
    ) -> None:
        if fields.get("action") == "Originate" and self.world.chance(self.deaf_p):
            return
        session.say({"Response": Response, "ActionID": fields.get("actionid", ""), **more})

    def _originate(self, session: Session, fields: Mapping[str, str], waited_s: float) -> None:
        channel_id = fields["channelid"]
        self.originates[channel_id] += 1
        self.asked(session.process)
        self._answer(session, fields, Message="Originate successfully queued")
        self.world.note("originate", f"{self.name} {channel_id}")
        if channel_id in self.channels:
            self._event("OriginateResponse", channel_id, ActionID=channel_id, Response="Failure", Reason="0")
            return
        fate = draw(self.world, self.bad_trunk)
        channel = Channel(channel_id, fields["actionid"], fate, int(fields["timeout"]) / 1000)
        self.channels[channel_id] = channel
        digits, _, endpoint = fields["channel"].removeprefix("PJSIP/").partition("@")
        slow_s = self.world.between(0.1, 3.0) if self.world.chance(self.slow_p) else 0.002
        own_s = slow_s + (waited_s if waited_s and self._is_excused(waited_s) else 0.0)
        self._after(channel, slow_s, lambda: self._begin(channel, digits, endpoint, own_s))

    def _is_excused(self, waited_s: float) -> bool:
        """Whether the originator could not know yet that nothing was answered here."""
        sent_s = self.world.now_s - waited_s
        first_s = self._first_waiting_s if self._first_waiting_s is not None else sent_s
        self._first_waiting_s = first_s
        return sent_s <= first_s + KNOWN_S

    def _begin(self, channel: Channel, digits: str, endpoint: str, slow_s: float) -> None:
        fate = channel.fate
        if not fate.channel:
            self._event("OriginateResponse", channel.id, ActionID=channel.id, Response="Failure", Reason="0")
            self._over(channel)
            return
        command_id = UUID(channel.id.removeprefix("ed-"))
        channel.call = WireCall(command_id, digits, endpoint, self.name, self.world.now_s, slow_s)
        self.wire.append(channel.call)
        self.world.note("invite", f"{self.name} {command_id} {digits}")
        self._event("Newchannel", channel.id, ChannelStateDesc="Down")
        self._after(channel, channel.timeout_s, lambda: self._fail(channel, 19, TIMED_OUT))
        if fate.rings_s is not None:
            self._after(channel, 0.02, lambda: self._ring(channel))
        if fate.talks_s is not None:
            self._after(channel, fate.rings_s or 0.05, lambda: self._take(channel))
        elif fate.cause is not None:
            cause = fate.cause
            self._after(channel, fate.rings_s or 0.05, lambda: self._fail(channel, cause, "0"))

    def _ring(self, channel: Channel) -> None:
        channel.phase = "Ringing"
        self._event("Newstate", channel.id, ChannelStateDesc="Ringing")

    def _take(self, channel: Channel) -> None:
        assert channel.call and channel.fate.talks_s is not None
        channel.phase = "Up"
        channel.call.answered_s = self.world.now_s
        self.world.note("answer", f"{self.name} {channel.call.command_id}")
        self._event("OriginateResponse", channel.id, ActionID=channel.id, Response="Success", Reason=ANSWERED)
        served = self.agi_serves(channel.call)
        talks_s = {"dead": 2.0, "hung": 600.0}.get(served, channel.fate.talks_s)
        if served == "served":
            self._after(channel, self.world.between(0.005, 0.1), lambda: self._serve(channel))
        self._after(channel, talks_s, lambda: self._end(channel, 16))

    def _serve(self, channel: Channel) -> None:
        channel.served = True
        assert channel.call
        channel.call.served_s = self.world.now_s
        self._event("UserEvent", channel.id, UserEvent="EvendialServing")

    def _fail(self, channel: Channel, cause: int, reason: str) -> None:
        if channel.phase == "Up":
            return
        said = [
            ("OriginateResponse", {"ActionID": channel.id, "Response": "Failure", "Reason": reason}),
            ("Hangup", {"Cause": str(cause), "ChannelStateDesc": channel.phase}),
        ]
        if self.world.chance(0.11):
            said.reverse()
        self._over(channel)
        for name, fields in said:
            self._event(name, channel.id, **fields)

    def _end(self, channel: Channel, cause: int) -> None:
        self._over(channel)
        self._event("Hangup", channel.id, Cause=str(cause), ChannelStateDesc=channel.phase)

    def _over(self, channel: Channel) -> None:
        channel.gone = True
        self.channels.pop(channel.id, None)
        if channel.call and channel.call.ended_s is None:
            channel.call.ended_s = self.world.now_s
            self.world.note("end", f"{self.name} {channel.call.command_id}")

    def _hangup(self, session: Session, fields: Mapping[str, str]) -> None:
        channel = self.channels.get(fields["channel"])
        self._answer(session, fields, Response="Success" if channel else "Error")
        if channel:
            self._end(channel, int(fields.get("cause", "16")))

    def _show(self, session: Session, fields: Mapping[str, str]) -> None:
        id = fields["actionid"]
        session.say({"Response": "Success", "ActionID": id, "EventList": "start"})
        for channel in self.channels.values():
            if channel.call:
                about = {"Uniqueid": channel.id, "ChannelStateDesc": channel.phase}
                session.say({"Event": "CoreShowChannel", "ActionID": id, **about})
        session.say({"Event": "CoreShowChannelsComplete", "ActionID": id, "EventList": "Complete"})

    def _tell_variable(self, session: Session, fields: Mapping[str, str]) -> None:
        channel = self.channels.get(fields["channel"])
        if channel:
            self._answer(session, fields, Variable=fields["variable"], Value="1" if channel.served else "")
        else:
            self._answer(session, fields, Response="Error", Message="No such channel")

    def _event(self, name: str, channel_id: str, **fields: str) -> None:
        if self.world.chance(self.deaf_p):
            return
        for session in self.session:
            session.say({"Event": name, "Uniqueid": channel_id, **fields})
            if self.world.chance(self.deaf_p):
                session.say({"Event": name, "Uniqueid": channel_id, **fields})

    def _after(self, channel: Channel, delay_s: float, act: Callable[[], None]) -> None:
        self.world.after(delay_s, lambda: None if channel.gone else act())
