"""An Asterisk with its callees, simulated or real, as these tests use it."""

import asyncio
from itertools import count
from pathlib import Path
from uuid import uuid4

from deploy.local.ami import AmiSession, Message
from deploy.local.asterisk import AsteriskInstance
from deploy.local.carrier import CarrierCall, read_record
from deploy.local.processes import Process
from deploy.pbx.instance import SimulatedInstance
from tests.integration.pbx.agi_server import AgiServer
from tests.waiting import until

_tails = count(1)


def callee(behaviour: str) -> str:
    """A number that was never dialled before; its first digits pick what the callee does."""
    return f"4930{behaviour}{next(_tails):0{10 - len(behaviour)}d}"


class Phones:
    """The dialer under test, its carrier's record, and the agi service's end."""

    def __init__(
        self, dialer: AsteriskInstance | SimulatedInstance, record: Path, agi: AgiServer, *, major: int
    ) -> None:
        self.dialer = dialer
        self.agi = agi
        self.major = major
        self.process: Process
        self.events: list[Message] = []
        self._record = record
        self._session: AmiSession
        self._listening: asyncio.Task[None]
        self._replies: dict[str, list[Message]] = {}

    async def connect(self) -> None:
        """Log in and hear every event from now on."""
        self._session = await AmiSession.open(self.dialer.ami)
        self._listening = asyncio.create_task(self._listen(self._session))

    async def disconnect(self) -> None:
        """Hear no more."""
        self._listening.cancel()
        await asyncio.wait([self._listening])
        await self._session.close()

    async def until_cut(self) -> None:
        """Wait until Asterisk has ended the connection."""
        await asyncio.wait_for(asyncio.shield(self._listening), 8)

    async def ask(self, action: str, **fields: str) -> Message:
        """The response to an action."""
        [response, *_] = await self.ask_list(action, until_count=1, **fields)
        return response

    async def ask_list(self, action: str, *, until_count: int, **fields: str) -> list[Message]:
        """So many messages that carry the ActionID of this action."""
        action_id = fields.pop("ActionID", uuid4().hex)
        self._replies[action_id] = []
        self._session.send(action, ActionID=action_id, **fields)
        await until(lambda: len(self._replies[action_id]) >= until_count, timeout=5)
        return self._replies[action_id]

    async def dial(self, number: str, *, channel_id: str = "", trunk: str = "carrier", **more: str) -> str:
        """The channel id of an originate as Evendial sends it, which is taken."""
        channel_id = channel_id or f"ed-{uuid4().hex}"
        response = await self.originate(number, channel_id, trunk=trunk, **more)
        assert response["Response"] == "Success", response
        return channel_id

    async def originate(
        self, number: str, channel_id: str, *, trunk: str = "carrier", **more: str
    ) -> Message:
        """The response to an originate as Evendial sends it."""
        return await self.ask("Originate", **_originate(number, channel_id, trunk) | more)

    def send_originate(self, number: str, channel_id: str) -> None:
        """Send it and do not wait."""
        self._session.send("Originate", **_originate(number, channel_id, "carrier"))

    def replies(self, action_id: str) -> list[Message]:
        """The responses to an action so far."""
        return [each for each in self._replies.get(action_id, []) if "Event" not in each]

    def told(self, channel_id: str, name: str = "") -> list[Message]:
        """The events of a channel so far, or those of a name."""
        events = [
            each for each in self.events if channel_id in (each.get("Uniqueid"), each.get("DestUniqueid"))
        ]
        return [each for each in events if not name or each["Event"] == name]

    async def event(self, channel_id: str, name: str, *, timeout: float = 8.0) -> Message:
        """The first event of that name about the channel."""
        return (await until(lambda: self.told(channel_id, name), timeout=timeout))[0]

    async def over(self, channel_id: str) -> dict[str, Message]:
        """The events of a failed originate by name, once it is all told."""
        await self.event(channel_id, "OriginateResponse")
        if self.told(channel_id, "Newchannel"):
            await self.event(channel_id, "Hangup")
        return {each["Event"]: each for each in self.told(channel_id)}

    async def recorded(self, number: str, calls: int = 1) -> list[CarrierCall]:
        """The carrier's calls to a number, once there are so many."""

        def found() -> list[CarrierCall]:
            return [call for call in read_record(self._record) if call.number == number]

        await until(lambda: len(found()) >= calls)
        return found()

    def calls_to(self, number: str) -> int:
        """How many the carrier has written down so far."""
        return sum(call.number == number for call in read_record(self._record))

    async def start_again(self) -> None:
        """After its end: started, connected, and nothing heard yet."""
        await self.until_cut()
        await self.disconnect()
        await self.process.stop()
        self.process = await self.dialer.start()
        self.events.clear()
        await self.connect()

    async def _listen(self, session: AmiSession) -> None:
        while True:
            try:
                message = await session.receive(timeout=3600)
            except (EOFError, ConnectionError):
                return
            if action_id := message.get("ActionID", ""):
                self._replies.setdefault(action_id, []).append(message)
            if "Event" in message:
                self.events.append(message)


def _originate(number: str, channel_id: str, trunk: str) -> dict[str, str]:
    return {
        "ActionID": channel_id,
        "Async": "true",
        "Channel": f"PJSIP/{number}@{trunk}",
        "ChannelId": channel_id,
        "Context": "evendial",
        "Exten": "s",
        "Priority": "1",
        "Timeout": "20000",
        "Account": "desk",
        "CallerID": "4930123456",
        "Variable": f"EVENDIAL_CALL=token-{channel_id[-4:]}",
    }
