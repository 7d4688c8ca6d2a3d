"""The sample campaign: which numbers it calls, and what the carrier will do with each of them."""

import io
import math
import struct
import wave
from dataclasses import dataclass

from evendial_contracts.calls import Disposition

CALLS_PER_MINUTE = 240
MAX_RETRIES = 1
RETRY_DELAY_S = 2
RING_TIMEOUT_S = 10
PROMPT_S = 1.5


@dataclass(frozen=True, kw_only=True)
class Callees:
    """Numbers that behave alike; `prefix` picks the behaviour (see `etc/carrier/extensions.conf`)."""

    behaviour: str
    prefix: str
    count: int
    ends_as: Disposition

    @property
    def numbers(self) -> list[str]:
        """Numbers of Berlin as far as anybody can tell: the carrier looks at the ten digits after 4930."""
        return [f"4930{self.prefix}{n:0{10 - len(self.prefix)}d}" for n in range(1, self.count + 1)]


PLAN = (
    Callees(behaviour="rings out", prefix="30", count=3, ends_as=Disposition.NO_ANSWER),
    Callees(behaviour="busy, then answers", prefix="13", count=2, ends_as=Disposition.ANSWERED),
    Callees(behaviour="congestion", prefix="21", count=2, ends_as=Disposition.CONGESTION),
    Callees(behaviour="busy", prefix="20", count=5, ends_as=Disposition.BUSY),
    Callees(behaviour="unallocated number", prefix="22", count=4, ends_as=Disposition.INVALID_NUMBER),
    Callees(behaviour="rejects", prefix="24", count=2, ends_as=Disposition.REJECTED),
    Callees(behaviour="hangs up early", prefix="14", count=5, ends_as=Disposition.ANSWERED),
    Callees(behaviour="hangs up after 1 s", prefix="111", count=5, ends_as=Disposition.ANSWERED),
    Callees(behaviour="listens to the end", prefix="12", count=16, ends_as=Disposition.ANSWERED),
)
"""Those that take longest come first."""


def number_list() -> list[str]:
    """The list, in the order in which it is called."""
    return [number for callees in PLAN for number in callees.numbers]


def prompt_wav(seconds: float = PROMPT_S) -> bytes:
    """A tone of 440 Hz, as 16-bit mono WAV at 8 kHz."""
    rate = 8000
    samples = (int(8000 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(int(rate * seconds)))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return file.getvalue()
