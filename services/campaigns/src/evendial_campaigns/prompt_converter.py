"""A user's sound file made into a prompt, in a process that may fail."""

import asyncio
import sys

from evendial_campaigns.core.rejected import Rejected

RATE_HZ = 8000
DURATION_MAX_S = 600
EXIT_UNUSABLE = 3
"""What the converting process ends with when the file is at fault."""
TIMEOUT_S = 30.0
AT_ONCE = 2

_slots = asyncio.Semaphore(AT_ONCE)


async def to_ulaw(wav: bytes) -> bytes:
    """8 kHz mono u-law; raises `Rejected` when the file cannot be used."""
    async with _slots:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "evendial_campaigns.prompt_audio",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={},
        )
        try:
            audio, complaint = await asyncio.wait_for(process.communicate(wav), TIMEOUT_S)
        except TimeoutError:
            raise _unusable("it took too long to read") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode == EXIT_UNUSABLE:
        raise _unusable(complaint.decode(errors="replace").strip()[:200])
    if process.returncode != 0 or not audio:
        raise _unusable("it could not be read within the limits of memory and time")
    return audio


def duration_ms(audio: bytes) -> int:
    """Of 8 kHz u-law: one byte a sample."""
    return len(audio) * 1000 // RATE_HZ


def _unusable(why: str) -> Rejected:
    return Rejected(
        "unusable_audio",
        f"The file cannot be used: {why}. Send a WAV file of up to {DURATION_MAX_S // 60} minutes.",
    )
