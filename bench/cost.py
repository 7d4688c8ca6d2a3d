"""P5 and P12: the CPU time and the AMI bytes that a call costs, and where the time goes."""

import asyncio
import os
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import httpx

from bench import audio, bare_calls, cpu, goals, report
from bench.audio import STAYS, Window
from bench.spool import dialer_of
from bench.summary import Score
from deploy.local.ami import AmiAccess
from deploy.local.asterisk_fetch import find_asterisk
from deploy.local.stack import Stack, local_stack
from deploy.local.user import User, user_of

CALLS_PER_SECOND = 20
WARM_S = 5
SECONDS = 120 if os.environ.get("EVENDIAL_BENCH_LONG") else 60
IDLE_S = 10
UNFILTERED_S = 15
SETTLED_S = 3
TITLE = "P5: CPU per call"
TEXT = f"""{CALLS_PER_SECOND} calls/s for {SECONDS} s; each answers, hears a second of a prompt by FastAGI
and is ended; all facts are stored and projected. CPU time, user and system, of each part with all its
children (/proc/<pid>/stat), divided by the calls that ended at the carrier meanwhile; idle is what the
part uses while nothing is called, and is contained in it. The bare client originates, plays the same
sound and counts the ends, no more. The Asterisks are told beside it: they cost the same whoever dials.

| part | ms per call | idle, ms per s |
|---|---|---|
"""
WIRE_TITLE = "P12: AMI bytes per call"
WIRE_TEXT = """In the run of P5, both directions, all that our session carries: originates, pings and their
answers, and the events that the filter of `deploy/asterisk/evendial-manager.conf` lets through. Beside it
what a user with all read rights and without a filter is sent in the same run.

| session | bytes per call | messages per call |
|---|---|---|
"""
_sample = re.compile(r'^(evendial_ami_\w+_total)(?:\{direction="(\w+)"\})? (\S+)$', re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Per call, but for `idle`."""

    cpu_ms: Mapping[str, float]
    idle_ms_per_s: Mapping[str, float]
    bare_ms: float
    wire: tuple[float, float]
    """Bytes and messages of our session."""
    unfiltered: tuple[float, float]

    @property
    def ours_ms(self) -> float:
        """All but the Asterisks."""
        return sum(self.cpu_ms[part] for part in cpu.OURS)


async def measure() -> None:
    """One run, printed and written as two sections."""
    async with local_stack(find_asterisk(progress=print), rtp_ports=400) as stack:
        cost = await _take(stack)
    rows, wire_rows = _rows(cost), _wire_rows(cost)
    print(rows + wire_rows, end="", flush=True)
    score = Score(goal=goals.CPU, ours=cost.ours_ms, against="bare client", baseline=cost.bare_ms)
    report.write(TITLE, TEXT + rows, scores=[score])
    wire = Score(
        goal=goals.AMI_BYTES,
        ours=cost.wire[0] / 1000,
        against="unfiltered user",
        baseline=cost.unfiltered[0] / 1000,
    )
    report.write(WIRE_TITLE, WIRE_TEXT + wire_rows, scores=[wire])


async def _take(stack: Stack) -> Cost:
    parts = (*cpu.OURS, *cpu.ASTERISKS)
    async with user_of(stack.api) as user:
        campaign = await _campaign(user, stack)
        before = cpu.seconds_of(stack, parts)
        await asyncio.sleep(IDLE_S)
        idle = cpu.spent(before, cpu.seconds_of(stack, parts))
        await user.activate(campaign)
        await asyncio.sleep(WARM_S)
        before, wire_before, since = cpu.seconds_of(stack, parts), await _wire(stack), time.time()
        await asyncio.sleep(SECONDS)
        used, wire_after = cpu.spent(before, cpu.seconds_of(stack, parts)), await _wire(stack)
        window = Window(since=since, until=time.time())
        unfiltered = await _unfiltered(stack)
        await user.stop(campaign)
        await asyncio.sleep(SETTLED_S)
    calls = len(window.ended(stack, f"{STAYS}1"))
    audio.end_services(stack)
    bare = await bare_calls.run(
        audio.bare_job(stack, f"{STAYS}2", calls_per_second=CALLS_PER_SECOND, seconds=SECONDS / 2)
    )
    return Cost(
        cpu_ms={part: seconds * 1000 / calls for part, seconds in used.items()},
        idle_ms_per_s={part: seconds * 1000 / IDLE_S for part, seconds in idle.items()},
        bare_ms=bare.cpu_s * 1000 / bare.ended,
        wire=((wire_after[0] - wire_before[0]) / calls, (wire_after[1] - wire_before[1]) / calls),
        unfiltered=unfiltered,
    )


async def _campaign(user: User, stack: Stack) -> UUID:
    count = CALLS_PER_SECOND * (WARM_S + SECONDS + UNFILTERED_S + 10)
    numbers = [f"{STAYS}1{n:06d}" for n in range(count)]
    return await audio.campaign(user, numbers, calls_per_minute=CALLS_PER_SECOND * 60)


async def _wire(stack: Stack) -> tuple[float, float]:
    """Bytes and messages of the originator's AMI session so far."""
    port = stack.wiring.health_ports["originator"]
    async with httpx.AsyncClient() as client:
        told = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
    samples = {(name, direction): float(value) for name, direction, value in _sample.findall(told)}
    counted = sum(value for (name, _), value in samples.items() if name == "evendial_ami_bytes_total")
    return counted, samples["evendial_ami_messages_total", ""]


async def _unfiltered(stack: Stack) -> tuple[float, float]:
    """Bytes and messages per call that a user without a filter is sent."""
    dialer, secret = dialer_of(stack), secrets.token_hex(16)
    manager = dialer.folder / "etc/manager.conf"
    with manager.open("a") as file:
        file.write(f"\n[everything]\nsecret = {secret}\nread = all\n")
    await dialer.cli("manager reload")
    access = AmiAccess(host=dialer.ami.host, port=dialer.ami.port, user="everything", secret=secret)
    since = time.time()
    sent = await _listen(access, UNFILTERED_S)
    window = Window(since=since, until=time.time())
    await asyncio.sleep(SETTLED_S)
    calls = len(window.ended(stack, f"{STAYS}1"))
    return len(sent) / calls, sent.count(b"\r\n\r\n") / calls


async def _listen(access: AmiAccess, seconds: float) -> bytes:
    """All that a session is sent in so many seconds."""
    reader, writer = await asyncio.open_connection(access.host, access.port)
    writer.write(f"Action: Login\r\nUsername: {access.user}\r\nSecret: {access.secret}\r\n\r\n".encode())
    heard = bytearray()

    async def hear() -> None:
        while chunk := await reader.read(1 << 16):
            heard.extend(chunk)

    hearing = asyncio.create_task(hear())
    await asyncio.sleep(seconds)
    hearing.cancel()
    writer.close()
    return bytes(heard)


def _rows(cost: Cost) -> str:
    def row(part: str) -> str:
        return f"| {part} | {cost.cpu_ms[part]:.2f} | {cost.idle_ms_per_s[part]:.1f} |\n"

    idle = sum(cost.idle_ms_per_s[part] for part in cpu.OURS)
    return (
        "".join(map(row, cpu.OURS))
        + f"| **ours, all** | **{cost.ours_ms:.2f}** | {idle:.1f} |\n"
        + f"| bare client | {cost.bare_ms:.2f} | |\n"
        + "".join(map(row, cpu.ASTERISKS))
    )


def _wire_rows(cost: Cost) -> str:
    return "".join(
        f"| {name} | {counted[0]:,.0f} | {counted[1]:.1f} |\n"
        for name, counted in (("ours", cost.wire), ("everything, no filter", cost.unfiltered))
    )
