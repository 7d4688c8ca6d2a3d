"""A socket beside the simulated Asterisk by which a test makes it fail."""

import asyncio
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from deploy.pbx.core.faults import NONE, Faults
from deploy.pbx.exchange import SimulatedAsterisk

Seconds = Annotated[float, Meta(ge=0, le=3600)]


class Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of JSON. `faults` stand until the next order; the rest happens once."""

    faults: Faults = NONE
    stall_s: Seconds = 0.0
    """The whole process does nothing for so long, as if it were stopped."""
    power_cut_s: Seconds | None = None
    """Everything is lost at once; it boots again after so long."""
    kill: bool = False
    """SIGKILL to itself."""


async def listen(path: Path, simulated: SimulatedAsterisk) -> asyncio.Server:
    """Take orders at the Unix socket `path`; each is answered with `ok`, or with what is wrong with it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, ValueError):
            while line := await reader.readline():
                writer.write(f"{await _obey(line, simulated)}\n".encode())
        writer.close()

    return await asyncio.start_unix_server(serve, path)


async def order(path: Path, command: Order) -> None:
    """Give an order to the simulated Asterisk whose socket that is. Raises OSError, ValueError."""
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        writer.write(msgspec.json.encode(command) + b"\n")
        answer = (await reader.readline()).decode().strip()
    finally:
        writer.close()
    if answer != "ok" and not command.kill:
        raise ValueError(answer or "no answer")


async def _obey(line: bytes, simulated: SimulatedAsterisk) -> str:
    try:
        command = msgspec.json.decode(line, type=Order)
    except msgspec.DecodeError as error:
        return str(error)
    if command.kill:
        os.kill(os.getpid(), signal.SIGKILL)
    simulated.fail(command.faults)
    if command.stall_s:
        time.sleep(command.stall_s)  # noqa: ASYNC251 - to stand still is what it is for
    if command.power_cut_s is not None:
        await simulated.cut_power(command.power_cut_s)
    return "ok"
