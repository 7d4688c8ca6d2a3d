"""From a WAV file to what Asterisk plays."""

import hashlib
import io

import numpy as np
import pytest
import soundfile
from evendial_chassis.objects import Objects
from evendial_contracts.subjects import PROMPT_BUCKET

from tests.integration.campaigns.conftest import Running, made, wav
from tests.waiting import until

pytestmark = pytest.mark.integration

PUBLISHED = "select bool_and(published) from prompt where sha256 = $1"


def heard(ulaw: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The samples that Asterisk would play."""
    samples, _ = soundfile.read(
        io.BytesIO(ulaw), format="RAW", subtype="ULAW", samplerate=8000, channels=1, dtype="float64"
    )
    return np.asarray(samples)


def loudest_hz(samples: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.fft.rfftfreq(len(samples), 1 / 8000)[spectrum.argmax()])


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16000, 1), (44100, 2), (48000, 6), (96000, 1)])
async def test_a_prompt_sounds_the_same_at_8_khz(service: Running, rate: int, channels: int) -> None:
    prompt = made(await service.user.post("/v1/prompts?name=hello", content=wav(0.5, rate, channels)))
    assert prompt["duration_ms"] == pytest.approx(500, abs=2)
    objects = Objects(service.bus, PROMPT_BUCKET)
    name = f"{prompt['owner_id']}/{prompt['sha256']}"
    audio = await until(lambda: objects.get(name)) or b""
    assert hashlib.sha256(audio).hexdigest() == prompt["sha256"]
    samples = heard(audio)
    assert loudest_hz(samples) == pytest.approx(440, abs=4)
    assert np.abs(samples).max() == pytest.approx(0.3, abs=0.03)


async def test_a_prompt_that_could_not_be_stored_is_stored_later(service: Running) -> None:
    """As after an outage of NATS, or a service that was killed right after its answer."""
    prompt = made(await service.user.post("/v1/prompts?name=hello", content=wav(0.2)))
    objects = Objects(service.bus, PROMPT_BUCKET)
    name = f"{prompt['owner_id']}/{prompt['sha256']}"
    await until(lambda: service.pool.fetchval(PUBLISHED, prompt["sha256"]))
    await (await service.bus.objects(PROMPT_BUCKET)).delete(name)
    assert await objects.get(name) is None
    done = "update prompt set published = false where sha256 = $1"
    await service.pool.execute(done, prompt["sha256"])
    assert await until(lambda: objects.get(name))


async def test_prompts_are_listed_oldest_first(fresh: Running) -> None:
    for name in ("one", "two"):
        made(await fresh.user.post(f"/v1/prompts?name={name}", content=wav(0.1)))
    page = (await fresh.user.get("/v1/prompts")).json()
    assert [prompt["name"] for prompt in page["items"]] == ["one", "two"]


async def test_the_same_sound_is_put_into_the_bucket_once(service: Running) -> None:
    """To replace an object would cut off an agi service that is reading it."""
    sound = wav(0.3)
    first = made(await service.user.post("/v1/prompts?name=one", content=sound))
    objects = await service.bus.objects(PROMPT_BUCKET)
    name = f"{first['owner_id']}/{first['sha256']}"
    await until(lambda: service.pool.fetchval(PUBLISHED, first["sha256"]))
    before = await objects.get_info(name)
    second = made(await service.user.post("/v1/prompts?name=two", content=sound))
    assert (second["sha256"], second["name"]) == (first["sha256"], "two")
    third = made(await service.user.post("/v1/prompts?name=other", content=wav(0.4)))
    await until(lambda: service.pool.fetchval(PUBLISHED, third["sha256"]))
    assert (await objects.get_info(name)).nuid == before.nuid
