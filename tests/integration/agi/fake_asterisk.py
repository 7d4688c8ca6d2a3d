"""Plays Asterisk's part of FastAGI on a real socket: answers as Asterisk 22.10 was seen to answer."""

import asyncio
import shlex
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.integration.agi.line import Callee, Ended

BYTES_PER_S = 8000
DEAD = "511 Command Not Permitted on a dead channel or intercept routine"
USAGE = "520-Invalid command syntax.  Proper usage follows:\nusage text\n\n520 End of proper usage."


def header(token: str, *, address: str = "127.0.0.1") -> bytes:
    """What Asterisk sends first."""
    lines = [
        "agi_network: yes",
        "agi_network_script: call",
        f"agi_request: agi://{address}/call",
        "agi_channel: PJSIP/carrier-00000001",
        "agi_language: en",
        "agi_type: PJSIP",
        f"agi_uniqueid: {uuid4()}",
        "agi_version: 22.10.1",
        "agi_callerid: unknown",
        "agi_context: evendial",
        "agi_extension: s",
        "agi_priority: 2",
        "agi_enhanced: 0.0",
        "agi_accountcode: ",
        f"agi_arg_1: {token}",
    ]
    return "\n".join([*lines, "", ""]).encode()


class FakeCall:
    """One channel, as the commands see it."""

    def __init__(self, callee: Callee, contexts: frozenset[str], writer: asyncio.StreamWriter) -> None:
        self._callee = callee
        self._contexts = contexts
        self._writer = writer
        self._gone = asyncio.Event()
        self.variables: dict[str, str] = {}
        self.user_events: list[str] = []
        self.context: str | None = None
        self.hung_up_by_server = False
        self.told = False
        if callee.hangs_up_after_s is not None:
            asyncio.get_running_loop().call_later(callee.hangs_up_after_s, self._gone.set)

    async def answer(self, line: str) -> None:
        """Answers one command, and says HANGUP once, out of turn, when the callee has gone."""
        dead = self._gone.is_set() and not line.startswith("SET VARIABLE")
        if dead:
            self._tell_hangup()
        self._say(DEAD if dead else await self._perform(shlex.split(line)))
        if self._gone.is_set():
            self._tell_hangup()

    def _tell_hangup(self) -> None:
        """As with AGIEXITONHANGUP: says so once, and closes."""
        if not self.told and not self.hung_up_by_server:
            self._say("HANGUP")
            self._writer.close()
        self.told = True

    async def _perform(self, words: list[str]) -> str:  # noqa: C901 - one arm per command
        match words:
            case ["CHANNEL", "STATUS"]:
                return "200 result=6"
            case ["STREAM", "FILE", name, ""]:
                return await self._stream(_samples(Path(f"{name}.ulaw")))
            case ["WAIT", "FOR", "DIGIT", milliseconds]:
                return await self._wait(int(milliseconds) / 1000)
            case ["EXEC", "UserEvent", name]:
                self.user_events.append(name)
                return "200 result=0"
            case ["SET", "VARIABLE", name, value]:
                self.variables[name] = value
                return "200 result=1"
            case ["SET", "CONTEXT", context]:
                self.context = context
                return "200 result=0"
            case ["SET", "EXTENSION" | "PRIORITY", _]:
                return "200 result=0"
            case ["GET", "FULL", "VARIABLE", question]:
                known = any(question == f"${{DIALPLAN_EXISTS({each},s,1)}}" for each in self._contexts)
                return f"200 result=1 ({int(known)})"
            case ["HANGUP"]:
                self.hung_up_by_server = True
                self._gone.set()
                return "200 result=1"
            case ["STREAM" | "WAIT" | "SET" | "GET", *_]:
                return USAGE
            case _:
                return "510 Invalid or unknown command"

    async def _stream(self, samples: int | None) -> str:
        if samples is None:
            return "200 result=-1 endpos=0"
        if await self._gone_within(samples / BYTES_PER_S):
            return "200 result=-1 endpos=160"
        return f"200 result=0 endpos={samples}"

    async def _wait(self, seconds: float) -> str:
        if self._callee.presses_key:
            self._callee = replace(self._callee, presses_key=False)
            return f"200 result={ord('1')}"
        return "200 result=-1" if await self._gone_within(seconds) else "200 result=0"

    async def _gone_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._gone.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _say(self, answer: str) -> None:
        self._writer.write(f"{answer}\n".encode())


class FakeAsterisk:
    """Calls the server at `port`; its dialplan has the context `ivr-demo`."""

    contexts = frozenset({"ivr-demo"})

    def __init__(self, port: int) -> None:
        self._port = port

    async def call(self, token: str, callee: Callee) -> Ended:
        """One answered call, until the connection is closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        call = FakeCall(callee, self.contexts, writer)
        try:
            writer.write(header(token))
            await _obey(reader, call.answer)
        finally:
            writer.close()
        callee_left = call.told and not call.hung_up_by_server
        marked = callee_left or call.variables.get("EVENDIAL_DONE") == "1"
        handed_over = call.context if not call.hung_up_by_server else None
        return Ended(marked=marked, context=handed_over)


def _samples(path: Path) -> int | None:
    return path.stat().st_size if path.exists() else None


async def _obey(reader: asyncio.StreamReader, answer: Callable[[str], Coroutine[Any, Any, None]]) -> None:
    """Command by command; the next one, or the end of the connection, cuts off one that still runs."""
    line = await _line(reader)
    while line:
        performing = asyncio.create_task(answer(line))
        coming = asyncio.create_task(_line(reader))
        await asyncio.wait({performing, coming}, return_when=asyncio.FIRST_COMPLETED)
        if performing.done():
            performing.result()
        line = await coming
        performing.cancel()


async def _line(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readline()).decode().rstrip("\n")
    except ConnectionError:
        return ""
