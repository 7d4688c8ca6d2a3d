"""A prompt as a file that any browser plays: 16-bit PCM in a WAV container, made from G.711 u-law."""

import struct

RATE_HZ = 8000
HEADER_BYTES = 44


def _linear(code: int) -> int:
    """The 16-bit value of a u-law byte (ITU-T G.711, table 2)."""
    code = ~code & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84 << (code >> 4 & 7)) - 0x84
    return -magnitude if code & 0x80 else magnitude


_LINEAR = struct.pack("<256h", *map(_linear, range(256)))
_LOW, _HIGH = _LINEAR[0::2], _LINEAR[1::2]


def wav_of(ulaw: bytes) -> bytes:
    """The whole file."""
    samples = bytearray(2 * len(ulaw))
    samples[0::2] = ulaw.translate(_LOW)
    samples[1::2] = ulaw.translate(_HIGH)
    size = len(samples)
    riff = struct.pack("<4sI4s", b"RIFF", HEADER_BYTES - 8 + size, b"WAVE")
    format_chunk = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE_HZ, 2 * RATE_HZ, 2, 16)
    return riff + format_chunk + struct.pack("<4sI", b"data", size) + bytes(samples)
