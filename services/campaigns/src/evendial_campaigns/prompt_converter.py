"""A user's sound file made into a prompt, in a process that may fail."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from enum import StrEnum

import msgspec

from evendial_campaigns.core.rejected import Rejected

RATE_HZ = 8000
DURATION_MIN_S = 0.1
DURATION_MAX_S = 600
EXIT_UNUSABLE = 3
"""What the converting process ends with when the file is at fault."""
READ_TIMEOUT_S = 60.0
TIMEOUT_S = 30.0
AT_ONCE = 4

_slots = asyncio.Semaphore(AT_ONCE)


class PromptWarning(StrEnum):
    """What is not as it should be: quiet as it was sent (it was raised), or cut off where it was too loud."""

    VERY_QUIET = "very_quiet"
    CLIPPED = "clipped"


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """How loud a prompt is as it is played: on the whole, pauses left out, and at most."""

    loudness_dbfs: float
    peak_dbfs: float
    warning: PromptWarning | None


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """8 kHz mono u-law (ITU-T G.711) and its measures."""

    audio: bytes
    measures: Measures


async def convert(read: Callable[[], Awaitable[bytes]]) -> Sound:
    """What `read` gives, made into a prompt; raises `Rejected` when that cannot be used.

    It is read only when there is room for it: many large files at once would fill the memory.
    """
    async with _slots:
        file = await _in_time(read)
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
            output, complaint = await asyncio.wait_for(process.communicate(file), TIMEOUT_S)
        except TimeoutError:
            raise _unusable("it took too long to read") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode == EXIT_UNUSABLE:
        raise _unusable(complaint.decode(errors="replace").strip()[:200])
    measures, _, audio = output.partition(b"\n")
    if process.returncode != 0 or not audio:
        raise _unusable("it could not be read within the limits of memory and time")
    return Sound(audio=audio, measures=msgspec.json.decode(measures, type=Measures))


async def _in_time(read: Callable[[], Awaitable[bytes]]) -> bytes:
    try:
        return await asyncio.wait_for(read(), READ_TIMEOUT_S)
    except TimeoutError:
        raise Rejected("too_slow", "The file did not arrive in time; send it again.") from None


def duration_ms(audio: bytes) -> int:
    """Of 8 kHz u-law: one byte a sample."""
    return len(audio) * 1000 // RATE_HZ


def _unusable(why: str) -> Rejected:
    return Rejected(
        "unusable_audio",
        f"The file cannot be used: {why}. "
        f"Send a WAV, MP3, OGG or FLAC file of {DURATION_MIN_S:g} s to {DURATION_MAX_S // 60} minutes.",
    )
