"""Run as a process of its own: takes a sound file, gives a line of JSON and then 8 kHz mono u-law.

Sound files are parsed by C code and come from users, so this process has limits on CPU time and memory, can
open no file and no connection, and has nothing to lose. Exit status 3: the file cannot be used, and standard
error says why.
"""

import io
import resource
import sys

import msgspec
import numpy as np
import soundfile
import soxr

from evendial_campaigns import prompt_loudness
from evendial_campaigns.prompt_converter import (
    DURATION_MAX_S,
    DURATION_MIN_S,
    EXIT_UNUSABLE,
    RATE_HZ,
    Measures,
)
from evendial_campaigns.prompt_loudness import Samples

CHANNELS_MAX = 8
BLOCK_FRAMES = 65536
CPU_LIMIT_S = 20
MEMORY_LIMIT_BYTES = 1 << 30
FORMATS = {"WAV", "WAVEX", "RF64", "MP3", "OGG", "FLAC"}
MP3_SYNC = 0xFFE0


class Unusable(Exception):
    """The file cannot become a prompt; the message says why."""


def main() -> None:
    """Converts, or ends with status 3 and one line that says why not."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT_S, CPU_LIMIT_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    try:
        measures, audio = convert(sys.stdin.buffer.read())
    except Unusable as problem:
        print(problem, file=sys.stderr)
        sys.exit(EXIT_UNUSABLE)
    sys.stdout.buffer.write(msgspec.json.encode(measures) + b"\n" + audio)


def convert(file: bytes) -> tuple[Measures, bytes]:
    """What was measured of a sound file and its G.711 u-law bytes, channels mixed; raises `Unusable`."""
    if not _is_known(file):
        raise Unusable("not a WAV, MP3, OGG or FLAC file")
    try:
        with soundfile.SoundFile(io.BytesIO(file)) as sound:
            _check(sound)
            samples, cut_off_share = _read(sound)
    except (soundfile.SoundFileError, ValueError) as error:
        raise Unusable("damaged, or in a format that is not supported") from error
    level = prompt_loudness.speech_dbfs(samples)
    if level < prompt_loudness.INAUDIBLE_DBFS:
        raise Unusable("silent, or so quiet that nobody would hear it")
    warning = prompt_loudness.warning(level, cut_off_share)
    if level < prompt_loudness.QUIET_DBFS:
        samples = prompt_loudness.raised(samples)
    measures = Measures(
        loudness_dbfs=round(prompt_loudness.speech_dbfs(samples), 1),
        peak_dbfs=round(prompt_loudness.peak_dbfs(samples), 1),
        warning=warning,
    )
    return measures, _ulaw(samples)


def _is_known(file: bytes) -> bool:
    """By its first bytes: libsndfile would try two dozen other formats."""
    is_wav = file[:4] in (b"RIFF", b"RIFX", b"RF64") and file[8:12] == b"WAVE"
    is_mp3 = file[:3] == b"ID3" or int.from_bytes(file[:2]) & MP3_SYNC == MP3_SYNC
    return is_wav or is_mp3 or file[:4] in (b"OggS", b"fLaC")


def _check(sound: soundfile.SoundFile) -> None:
    if sound.format not in FORMATS:
        raise Unusable("not a WAV, MP3, OGG or FLAC file")
    if not 1000 <= sound.samplerate <= 384_000:
        raise Unusable("the sample rate must be 1 to 384 kHz")
    if sound.channels > CHANNELS_MAX:
        raise Unusable(f"more than {CHANNELS_MAX} channels")


def _read(sound: soundfile.SoundFile) -> tuple[Samples, float]:
    """At 8 kHz, and the share that was cut off; stops at the longest length, whatever the header says."""
    resampler = soxr.ResampleStream(sound.samplerate, RATE_HZ, 1, dtype="float32")
    frames, cut_off, blocks = 0, 0, []
    while len(block := sound.read(BLOCK_FRAMES, dtype="float32", always_2d=True)):
        frames += len(block)
        if frames > DURATION_MAX_S * sound.samplerate:
            raise Unusable(f"longer than {DURATION_MAX_S // 60} minutes")
        mono = np.nan_to_num(block.mean(axis=1))
        cut_off += prompt_loudness.cut_off(mono)
        blocks.append(resampler.resample_chunk(mono.clip(-1.0, 1.0)))
    if frames < DURATION_MIN_S * sound.samplerate:
        raise Unusable(f"shorter than {DURATION_MIN_S:g} s")
    blocks.append(resampler.resample_chunk(np.zeros(0, dtype="float32"), last=True))
    return np.concatenate(blocks).clip(-1.0, 1.0), cut_off / frames


def _ulaw(samples: Samples) -> bytes:
    output = io.BytesIO()
    with soundfile.SoundFile(output, "w", RATE_HZ, 1, subtype="ULAW", format="RAW") as ulaw:
        ulaw.write(samples)
    return output.getvalue()


if __name__ == "__main__":
    main()
