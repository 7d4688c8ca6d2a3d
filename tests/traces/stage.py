"""One Asterisk, an originator before it and all kinds of callees behind it: here a row is lived through."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from evendial_contracts.call_token import TOKEN_LENGTH
from evendial_contracts.calls import CallAnswered, CallEnded
from evendial_contracts.dialing import DialNumber, NumberDialVoided, VoidReason
from evendial_contracts.message import AttemptFact
from evendial_originator.ami_session import Address
from evendial_originator.asterisk import Asterisk, Reply
from evendial_originator.core.call import Ended
from evendial_originator.core.originate import CONTEXT, channel_id, originate

from deploy.local.ami import AmiSession
from deploy.local.asterisk import AsteriskInstance
from deploy.local.processes import Process
from tests.integration.originator.world import World
from tests.traces.replay import outcome
from tests.traces.row import Act, Row
from tests.traces.rows import digits_of
from tests.traces.tap import Tap
from tests.traces.trace import Said, Trace
from tests.unit.originator.samples import CHANNEL, COMMAND
from tests.waiting import until

ENDPOINT = """
[{name}]
type = aor
{aor}
[{name}]
type = endpoint
transport = udp
context = {context}
disallow = all
allow = ulaw
aors = {name}
direct_media = no
"""
FORWARDING = """
[forwarding]
exten => _X.,1,Dial(PJSIP/${EXTEN}@callee)
"""
LISTENER = """
[listener]
secret = listener
read = system,call,user
write = call,reporting
"""


def furnish(dialer: AsteriskInstance, *, callee_port: int, dead_port: int) -> None:
    """Gives a dialer that is not started yet the trunks and the AMI user that the rows need besides."""
    callee, nowhere = f"contact = sip:127.0.0.1:{callee_port}", "no-incoming-calls"
    dead = f"contact = sip:127.0.0.1:{dead_port}\nqualify_frequency = 1\nqualify_timeout = 0.3"
    trunks = [
        ENDPOINT.format(name="callee", aor=callee, context=nowhere),
        ENDPOINT.format(name="redirecting", aor=callee, context="forwarding"),
        ENDPOINT.format(name="qualified", aor=dead, context=nowhere),
        ENDPOINT.format(name="unregistered", aor="max_contacts = 1", context=nowhere),
    ]
    for name, text in {"pjsip": "".join(trunks), "extensions": FORWARDING, "manager": LISTENER}.items():
        with (dialer.folder / f"etc/{name}.conf").open("a") as file:
            file.write(text)


@dataclass(frozen=True, kw_only=True)
class Played:
    """What became of a row: what we said at its end, and what AMI had said."""

    row: Row
    ended: CallEnded | Ended
    trace: Trace


class Stage:
    """`process` is the dialer's; the acts of some rows end it and start it again."""

    def __init__(self, *, world: World, tap: Tap, dialer: AsteriskInstance, process: Process) -> None:
        self.process = process
        self._world = world
        self._tap = tap
        self._dialer = dialer

    async def until_the_trunks_are_known(self) -> None:
        """Asterisk takes a trunk for reachable until a first qualify has failed."""

        async def known() -> bool:
            return "Unavail" in await self._dialer.cli("pjsip show contacts")

        await until(known, every=0.2)

    async def play(self, rows: Sequence[Row]) -> list[Played]:
        """The rows, all at once: one slot each, 50 ms apart."""
        campaign = await self._world.activated()
        plays = [self._play(row, campaign_id=campaign, due_in_s=0.5 + n / 20) for n, row in enumerate(rows)]
        return list(await asyncio.gather(*plays))

    async def play_through(self, rows: Sequence[Row]) -> list[Played]:
        """Rows whose act ends the Asterisk under all of them, once each has come to its middle."""
        middle = asyncio.Barrier(len(rows) + 1)
        campaign = await self._world.activated()
        plays = [self._play(row, middle, campaign_id=campaign, due_in_s=0.5) for row in rows]
        playing = asyncio.gather(*plays)
        await asyncio.wait_for(middle.wait(), 20)
        await self._end_asterisk(rows[0].act)
        self.process = await self._dialer.start()
        return list(await playing)

    async def reply_to_a_listener(self) -> Reply:
        """What our own client makes of it when its AMI user may not originate."""
        ami = self._dialer.ami
        asterisk = Asterisk(Address(host=ami.host, port=ami.port, username="listener", secret="listener"))
        running = asyncio.create_task(asterisk.run())
        await until(lambda: asterisk.trouble() is None)
        reply = await asterisk.originate(originate(COMMAND, "A" * TOKEN_LENGTH))
        asterisk.close()
        await running
        return reply

    async def refused(self, row: Row) -> Played:
        """An originate that AMI answers with an error."""
        forbidden = row.act is Act.FORBIDDEN
        access = (
            replace(self._dialer.ami, user="listener", secret="listener") if forbidden else self._dialer.ami
        )
        application = {"Application": "System", "Data": "true"}
        context = {"Context": "nowhere" if row.act is Act.NOWHERE else CONTEXT, "Exten": "s", "Priority": "1"}
        to = application if row.act is Act.APPLICATION else context
        ami = await AmiSession.open(access)
        ids = {"ActionID": CHANNEL, "ChannelId": CHANNEL, "Async": "true"}
        answer = await ami.ask("Originate", Channel=f"PJSIP/{digits_of(row)}@{row.trunk}", **to, **ids)
        await ami.close()
        trace = (Said(0.0, "\n".join(f"{name}: {value}" for name, value in answer.items())),)
        return Played(row=row, ended=outcome(row, trace), trace=trace)

    async def _play(self, row: Row, middle: asyncio.Barrier | None = None, **fields: object) -> Played:
        command = await self._dialled(row, **fields)
        if middle:
            await self._in_its_middle(row, command)
            await middle.wait()
        elif row.act:
            await self._do(row.act, command)
        ended = await self._world.ended(command, within_s=row.ring_timeout_s + 20)
        return Played(row=row, ended=ended, trace=self._tap.trace(command))

    async def _dialled(self, row: Row, **fields: object) -> DialNumber:
        """A command that was sent: on a busy machine one may come too late, and is void."""
        for _ in range(5):
            command = await self._world.command(
                digits=digits_of(row),
                endpoint=row.trunk,
                ring_timeout_s=row.ring_timeout_s,
                max_call_s=row.max_call_s,
                **fields,  # type: ignore[arg-type]
            )
            if not await self._was_voided(command):
                return command
        raise AssertionError("this machine is too busy to dial on time")

    async def _was_voided(self, command: DialNumber) -> bool:
        def voids() -> list[AttemptFact]:
            return self._world.facts(command, NumberDialVoided)

        await until(lambda: self._tap.knows(command) or voids(), every=0.05)
        for void in voids():
            assert isinstance(void, NumberDialVoided)
            assert void.reason in (VoidReason.EXPIRED, VoidReason.OVERLOADED)
        return bool(voids())

    async def _in_its_middle(self, row: Row, command: DialNumber) -> None:
        if row.script:
            await until(lambda: channel_id(command.command_id) in self._tap.ringing)
        else:
            await until(lambda: self._world.facts(command, CallAnswered))

    async def _do(self, act: Act, command: DialNumber) -> None:
        channel = channel_id(command.command_id)
        ami = await AmiSession.open(self._dialer.ami)
        if act is Act.HANG_UP:
            await until(lambda: channel_id(command.command_id) in self._tap.ringing)
            await ami.ask("Hangup", Channel=channel, Cause="16")
        else:
            await until(lambda: self._world.facts(command, CallAnswered))
            same = {"ActionID": channel, "ChannelId": channel, "Async": "true"}
            to = {"Channel": f"PJSIP/{command.e164}@carrier", "Context": "evendial", "Exten": "s"}
            await ami.ask("Originate", **to, **same, Priority="1")
            await ami.receive(lambda message: message.get("Event") == "OriginateResponse")
        await ami.close()

    async def _end_asterisk(self, act: Act | None) -> None:
        if act is Act.KILL:
            self.process.kill()
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._dialer.cli("core restart now"), 5)
        await until(lambda: self.process.exit_code is not None)
