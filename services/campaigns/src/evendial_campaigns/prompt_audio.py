"""Run as a process of its own: a sound file on standard input, 8 kHz mono u-law on standard output.

Sound files are parsed by C code and come from users, so this process has limits on CPU time and memory, and
nothing to lose. Exit status 3: the file cannot be used, standard error says why.
"""

import io
import resource
import sys

import numpy as np
import soundfile
import soxr

from evendial_campaigns.prompt_converter import DURATION_MAX_S, EXIT_UNUSABLE, RATE_HZ

CHANNELS_MAX = 8
BLOCK_FRAMES = 65536
CPU_LIMIT_S = 20
MEMORY_LIMIT_BYTES = 1 << 30


class Unusable(Exception):
    """The file cannot become a prompt; the message says why."""


def main() -> None:
    """Converts, or ends with status 3 and one line that says why not."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT_S, CPU_LIMIT_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        audio = convert(sys.stdin.buffer.read())
    except Unusable as problem:
        print(problem, file=sys.stderr)
        sys.exit(EXIT_UNUSABLE)
    sys.stdout.buffer.write(audio)


def convert(wav: bytes) -> bytes:
    """G.711 u-law bytes of a WAV file, its channels mixed; raises `Unusable`."""
    if wav[:4] not in (b"RIFF", b"RIFX", b"RF64") or wav[8:12] != b"WAVE":
        raise Unusable("not a WAV file")
    try:
        with soundfile.SoundFile(io.BytesIO(wav)) as sound:
            _check(sound)
            return _converted(sound)
    except (soundfile.SoundFileError, ValueError) as error:
        raise Unusable("damaged, or in a format that is not supported") from error


def _check(sound: soundfile.SoundFile) -> None:
    if not 1000 <= sound.samplerate <= 384_000:
        raise Unusable("the sample rate must be 1 to 384 kHz")
    if sound.channels > CHANNELS_MAX:
        raise Unusable(f"more than {CHANNELS_MAX} channels")
    if sound.frames / sound.samplerate > DURATION_MAX_S:
        raise Unusable(f"longer than {DURATION_MAX_S // 60} minutes")


def _converted(sound: soundfile.SoundFile) -> bytes:
    resampler = soxr.ResampleStream(sound.samplerate, RATE_HZ, 1, dtype="float32")
    output = io.BytesIO()
    with soundfile.SoundFile(output, "w", RATE_HZ, 1, subtype="ULAW", format="RAW") as ulaw:
        while len(block := sound.read(BLOCK_FRAMES, dtype="float32", always_2d=True)):
            mono = np.nan_to_num(block.mean(axis=1)).clip(-1.0, 1.0)
            ulaw.write(resampler.resample_chunk(mono))
        ulaw.write(resampler.resample_chunk(np.zeros(0, dtype="float32"), last=True))
    audio = output.getvalue()
    if not audio:
        raise Unusable("no sound in it")
    return audio


if __name__ == "__main__":
    main()
