"""FastAGI connections to the agi service, one per answered channel."""

import asyncio
from contextlib import suppress
from pathlib import Path

from deploy.pbx.core import agi
from deploy.pbx.core.effects import AgiOpen
from deploy.pbx.machine import Machine

CONNECT_S = 2.0
"""Asterisk's own fixed deadline; it does not wait for an answer after that at all."""
_BYTES_PER_S = {".ulaw": 8000, ".alaw": 8000, ".gsm": 1650, ".sln": 16000}


class AgiClient:
    """Hands calls over, and back to the dialplan when a connection ends."""

    def __init__(self, host: str, port: int, sounds: Path) -> None:
        self._host = host
        self._port = port
        self._sounds = sounds
        self._writers: dict[str, asyncio.StreamWriter] = {}
        self._unsent: dict[str, list[str]] = {}
        self._over: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, machine: Machine, opened: AgiOpen) -> None:
        """Connect, in the background."""
        self._unsent[opened.channel_id] = []
        task = asyncio.create_task(self._serve(machine, opened))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def say(self, channel_id: str, text: str) -> None:
        """Send a line now, or once the connection stands."""
        if writer := self._writers.get(channel_id):
            writer.write(f"{text}\n".encode())
        elif channel_id in self._unsent:
            self._unsent[channel_id].append(text)

    def hang_up(self, channel_id: str) -> None:
        """End one connection, once everything is sent; its channel is gone."""
        if writer := self._writers.pop(channel_id, None):
            writer.close()
        elif channel_id in self._unsent:
            self._over.add(channel_id)

    async def close(self) -> None:
        """End every connection; the calls are gone."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _serve(self, machine: Machine, opened: AgiOpen) -> None:
        channel_id = opened.channel_id
        try:
            async with asyncio.timeout(CONNECT_S):
                reader, writer = await asyncio.open_connection(self._host, self._port)
        except (OSError, TimeoutError):
            self._over.discard(channel_id)
            del self._unsent[channel_id]
            machine.put_to(channel_id, agi.unreachable)
            return
        try:
            header = "".join(f"{name}: {value}\n" for name, value in opened.header)
            writer.write(f"{header}\n".encode())
            writer.writelines(f"{text}\n".encode() for text in self._unsent.pop(channel_id))
            if channel_id in self._over:
                self._over.discard(channel_id)
                return
            self._writers[channel_id] = writer
            with suppress(OSError, ValueError):
                while line := await reader.readline():
                    self._said(machine, channel_id, line.decode(errors="replace").rstrip("\r\n"))
        finally:
            ours = self._writers.pop(channel_id, None) is None
            writer.close()
        if not ours:
            machine.put_to(channel_id, agi.closed)

    def _said(self, machine: Machine, channel_id: str, line: str) -> None:
        sound = agi.sound_of(line)
        sound_s = self._length(sound) if sound else None
        machine.put_to(channel_id, lambda pbx, channel, now: agi.said(pbx, channel, line, now, sound_s))

    def _length(self, name: str) -> float | None:
        """Seconds; None where there is no such sound. A full path stands for itself, as with Asterisk."""
        for suffix, rate in _BYTES_PER_S.items():
            with suppress(OSError, ValueError):
                return (self._sounds / f"{name}{suffix}").stat().st_size / rate
        return None
