"""A prompt made into a file for browsers, and the part of it that one asks for."""

import io
import wave

import numpy as np
import pytest
import soundfile
from evendial_campaigns.core.byte_range import Unsatisfiable, asked_for
from evendial_campaigns.core.wav import wav_of

pytestmark = pytest.mark.unit

EVERY_CODE = bytes(range(256))


def test_every_ulaw_code_becomes_what_libsndfile_makes_of_it() -> None:
    expected, _ = soundfile.read(
        io.BytesIO(EVERY_CODE), format="RAW", subtype="ULAW", samplerate=8000, channels=1, dtype="int16"
    )
    with wave.open(io.BytesIO(wav_of(EVERY_CODE))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        samples = np.frombuffer(file.readframes(256), dtype="<i2")
    assert samples.tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-", range(100)),
        ("bytes=0-0", range(1)),
        ("bytes=10-19", range(10, 20)),
        ("bytes=90-1000", range(90, 100)),
        ("bytes=-5", range(95, 100)),
        ("bytes=-500", range(100)),
        ("bytes= 99-", range(99, 100)),
    ],
)
def test_a_range_is_what_was_asked_for(header: str, part: range) -> None:
    assert asked_for(header, 100) == part


@pytest.mark.parametrize(
    "header",
    [None, "", "bytes", "bytes=", "bytes=-", "bytes=9-1", "bytes=0-1,5-6", "lines=0-1", "bytes=a-b",
     "bytes=٣-", "bytes=0-" + "9" * 19],
)  # fmt: skip
def test_what_cannot_be_read_gets_the_whole(header: str | None) -> None:
    assert asked_for(header, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=999999999999999999-"])
def test_beyond_the_end_there_is_nothing(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        asked_for(header, 100)
