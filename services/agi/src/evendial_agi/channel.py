"""AGI commands on the connection of one call, with typed answers. One command at a time."""

import asyncio

from evendial_agi.core.command import dialplan_exists, encode
from evendial_agi.core.reply import HANGUP_LINE, Code, Garbled, Reply, closes_block, opens_block, parse

ANSWER_DEADLINE_S = 5.0
"""For a command that Asterisk answers at once; one that lasts gets its own length on top."""

MAX_ANSWER_LINES = 200
"""Asterisk's longest usage text has some 60 lines."""

NO_APPLICATION = -2
"""What EXEC answers when no module offers the application."""

STATE_UP = 6
"""Asterisk's `ast_channel_state`: the line is up."""


class ChannelGone(Exception):
    """No further command can have an effect."""


class HungUp(ChannelGone):
    """The callee has hung up (or Asterisk ended the call); then our dialplan closes the connection."""


class Disconnected(ChannelGone):
    """The connection is lost, silent or out of step: nothing more is known of the channel."""


class Refused(Exception):
    """Asterisk did not take a command; the message is its answer."""


class Channel:
    """Asterisk's leg of one call. Every command has a deadline and raises ChannelGone or Refused."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._in_step = True
        self.hung_up = False

    @property
    def usable(self) -> bool:
        """Whether commands can still be sent."""
        return self._in_step

    async def is_up(self) -> bool:
        """Whether the callee is on the line."""
        return (await self._command("CHANNEL STATUS")).result == STATE_UP

    async def stream_file(self, name: str, *, duration_s: float) -> bool:
        """Plays a sound, named without its extension, to its end; False when Asterisk cannot play it."""
        reply = await self._command("STREAM FILE", name, "", lasts_s=duration_s)
        return reply.result != -1 or await self._lost_or_failed()

    async def wait_for_digit(self, milliseconds: int) -> str | None:
        """Says nothing until a key is pressed or the time is over (None). Ends at once on hangup."""
        reply = await self._command("WAIT FOR DIGIT", milliseconds, lasts_s=milliseconds / 1000)
        if reply.result == -1:
            await self._lost_or_failed()
            raise Refused("WAIT FOR DIGIT failed on a channel that is up")
        return chr(reply.result) if reply.result else None

    async def context_exists(self, context: str, extension: str, priority: int) -> bool | None:
        """Whether the dialplan has that place; None when this Asterisk cannot say (no func_dialplan)."""
        reply = await self._command("GET FULL VARIABLE", dialplan_exists(context, extension, priority))
        return reply.value == "1" if reply.value else None

    async def continue_at(self, context: str, extension: str, priority: int) -> None:
        """Sets where the dialplan goes on once the connection is closed; AGI there behaves as usual again."""
        await self.set_variable("AGIEXITONHANGUP", "no")
        await self._command("SET CONTEXT", context)
        await self._command("SET EXTENSION", extension)
        await self._command("SET PRIORITY", priority)

    async def set_variable(self, name: str, value: str) -> None:
        """Sets a channel variable; works on a hung-up channel too."""
        await self._command("SET VARIABLE", name, value)

    async def run_application(self, application: str, argument: str) -> None:
        """Runs a dialplan application on the channel, to its end."""
        if (await self._command(f"EXEC {application}", argument)).result == NO_APPLICATION:
            raise Refused(f"this Asterisk has no {application}")

    async def hang_up(self) -> None:
        """Ends the call."""
        await self._command("HANGUP")

    async def _lost_or_failed(self) -> bool:
        """Asterisk says -1 of a hangup as of a failure: only then is the channel still up. Always False."""
        if not await self.is_up():
            self.hung_up = True
            raise HungUp
        return False

    async def _command(self, verb: str, *arguments: str | int, lasts_s: float = 0) -> Reply:
        line = encode(verb, *arguments)
        if not self._in_step:
            raise (HungUp if self.hung_up else Disconnected)("an earlier command had no answer")
        # Out of step until the answer is read: after a command that was given up nothing can follow, because
        # Asterisk drops the answer of a command that the next one interrupts.
        self._in_step = False
        try:
            async with asyncio.timeout(ANSWER_DEADLINE_S + lasts_s):
                self._writer.write(line)
                await self._writer.drain()
                reply = await self._reply()
        except TimeoutError as error:
            raise Disconnected(f"{verb}: no answer in time") from error
        except (OSError, EOFError, asyncio.LimitOverrunError, Garbled) as error:
            raise (HungUp if self.hung_up else Disconnected)(f"{verb}: {error!r}") from error
        self._in_step = True
        return self._checked(verb, reply)

    def _checked(self, verb: str, reply: Reply) -> Reply:
        match reply.code:
            case Code.OK:
                return reply
            case Code.DEAD_CHANNEL:
                self.hung_up = True
                raise HungUp(verb)
            case _:
                raise Refused(f"{verb}: {reply.code} {reply.data}")

    async def _reply(self) -> Reply:
        while True:
            line = await self._line()
            if line == HANGUP_LINE:
                self.hung_up = True
                continue
            if opens_block(line):
                await self._rest_of_block()
            reply = parse(line)
            if reply.code != Code.TRYING:
                return reply

    async def _rest_of_block(self) -> None:
        for _ in range(MAX_ANSWER_LINES):
            if closes_block(await self._line()):
                return
        raise Garbled("an answer without end")

    async def _line(self) -> str:
        line = await self._reader.readuntil(b"\n")
        return line.decode(errors="replace").rstrip("\r\n")
