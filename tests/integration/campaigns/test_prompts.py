"""From a sound file to what Asterisk plays, and back to whoever wants to listen."""

import asyncio
import hashlib
import io
import struct
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import numpy as np
import pytest
import soundfile
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.prompt_publisher import PromptPublisher
from evendial_campaigns.prompt_store import Prompts
from evendial_campaigns.sound_store import Sounds
from evendial_chassis.objects import Objects
from evendial_chassis.run import Stop
from evendial_contracts.actions import Play
from evendial_contracts.subjects import PROMPT_BUCKET

from tests.integration.campaigns.conftest import Running, made, wav
from tests.waiting import until

pytestmark = pytest.mark.integration

Samples = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

WAITING = "select exists(select from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'prompt')"
STATE = "select state from sound where sha256 = $1"


def heard(ulaw: bytes) -> Samples:
    """The samples that Asterisk would play."""
    samples, _ = soundfile.read(
        io.BytesIO(ulaw), format="RAW", subtype="ULAW", samplerate=8000, channels=1, dtype="float64"
    )
    return np.asarray(samples)


def loudest_hz(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.fft.rfftfreq(len(samples), 1 / 8000)[spectrum.argmax()])


def sound(format: str, subtype: str | None = None, rate: int = 16000, amplitude: float = 0.3) -> bytes:
    """Half a second of 440 Hz."""
    tone = amplitude * np.sin(2 * np.pi * 440 * np.arange(rate // 2) / rate)
    out = io.BytesIO()
    soundfile.write(out, tone, rate, format=format, subtype=subtype)
    return out.getvalue()


def object_name(prompt: dict[str, Any]) -> str:
    return f"{prompt['owner_id']}/{prompt['sha256']}"


async def upload(service: Running, content: bytes, name: str = "hello", **headers: str) -> httpx.Response:
    return await service.user.post(f"/v1/prompts?name={name}", content=content, headers=headers)


async def published(service: Running, prompt: dict[str, Any]) -> None:
    await until(lambda: is_published(service, prompt))


async def is_published(service: Running, prompt: dict[str, Any]) -> bool:
    return bool(await service.pool.fetchval(STATE, prompt["sha256"]) == "published")


async def playing(service: Running, prompt: dict[str, Any]) -> str:
    """A campaign that plays it."""
    campaign_id = await service.campaign()
    actions = {"actions": [{"kind": "play", "prompt_id": prompt["prompt_id"]}]}
    assert (await service.user.put(f"/v1/campaigns/{campaign_id}/actions", json=actions)).is_success
    return campaign_id


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16000, 1), (44100, 2), (48000, 6), (96000, 1)])
async def test_a_prompt_sounds_the_same_at_8_khz(service: Running, rate: int, channels: int) -> None:
    prompt = made(await upload(service, wav(0.5, rate, channels)))
    assert prompt["duration_ms"] == pytest.approx(500, abs=2)
    objects = Objects(service.bus, PROMPT_BUCKET)
    audio = await until(lambda: objects.get(object_name(prompt))) or b""
    assert hashlib.sha256(audio).hexdigest() == prompt["sha256"]
    samples = heard(audio)
    assert loudest_hz(np.asarray(samples)) == pytest.approx(440, abs=4)
    assert np.abs(samples).max() == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize(
    ("format", "subtype", "rate"),
    [("MP3", None, 44100), ("MP3", None, 8000), ("OGG", "VORBIS", 32000), ("OGG", "OPUS", 48000),
     ("FLAC", "PCM_24", 96000), ("FLAC", "PCM_16", 11025), ("WAV", "FLOAT", 22050), ("WAV", "ULAW", 8000)],
)  # fmt: skip
async def test_the_usual_formats_are_taken(service: Running, format: str, subtype: str, rate: int) -> None:
    content = sound(format, subtype, rate)
    prompt = made(await upload(service, content, **{"Content-Type": "application/octet-stream"}))
    assert prompt["duration_ms"] == pytest.approx(500, abs=150)
    file = await service.user.get(f"/v1/prompts/{prompt['prompt_id']}/audio")
    samples, _ = soundfile.read(io.BytesIO(file.content), dtype="float64")
    assert loudest_hz(np.asarray(samples)) == pytest.approx(440, abs=4)


async def test_a_prompt_says_how_loud_it_is(service: Running) -> None:
    prompt = made(await upload(service, sound("WAV")))
    assert prompt["loudness_dbfs"] == pytest.approx(-13.5, abs=0.2)
    assert prompt["peak_dbfs"] == pytest.approx(-10.5, abs=0.2)
    assert prompt["warning"] is None
    assert (await service.user.get(f"/v1/prompts/{prompt['prompt_id']}")).json() == prompt


async def test_a_very_quiet_prompt_is_raised_and_says_so(service: Running) -> None:
    prompt = made(await upload(service, sound("WAV", "FLOAT", amplitude=0.006)))
    assert prompt["warning"] == "very_quiet"
    assert prompt["loudness_dbfs"] == pytest.approx(-26, abs=0.2)


async def test_a_clipped_prompt_is_taken_with_a_warning(service: Running) -> None:
    prompt = made(await upload(service, sound("WAV", "FLOAT", amplitude=3.0)))
    assert (prompt["warning"], prompt["peak_dbfs"]) == ("clipped", pytest.approx(0, abs=0.1))


def riff(claimed: int) -> bytes:
    """A WAV of 0.2 s whose header claims another length."""
    body = bytearray(sound("WAV"))
    body[40:44] = struct.pack("<I", claimed)
    return bytes(body)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (sound("WAV", amplitude=0.0), "silent"),
        (sound("WAV", "FLOAT", amplitude=0.002), "quiet"),
        (wav(0.05), "shorter than 0.1 s"),
        (wav(601, rate=8000), "longer than 10 minutes"),
        (sound("AIFF"), "not a WAV, MP3, OGG or FLAC"),
        (sound("AU"), "not a WAV, MP3, OGG or FLAC"),
        (b"fLaC" + bytes(500), "damaged"),
        (b"OggS" + bytes(500), "damaged"),
        (b"\xff\xfb\x90\x00" + bytes(500), "cannot be used"),
        (b"ID3" + b"\xff" * 500, "damaged"),
        (b"", "not a WAV"),
    ],
)  # fmt: skip
async def test_what_callees_would_not_hear_is_refused(service: Running, content: bytes, words: str) -> None:
    refused = await upload(service, content)
    assert (refused.status_code, refused.json()["type"]) == (422, "unusable_audio"), refused.text
    assert words in refused.json()["detail"]


async def test_a_small_file_of_many_hours_is_refused_in_time(service: Running) -> None:
    hours = io.BytesIO()
    with soundfile.SoundFile(hours, "w", 8000, 1, format="FLAC", subtype="PCM_16") as file:
        for _ in range(6):
            file.write(np.zeros(8000 * 3600, dtype="int16"))
    assert len(hours.getvalue()) < 1_000_000
    refused = await upload(service, hours.getvalue())
    assert (refused.status_code, "longer than 10 minutes" in refused.text) == (422, True)
    assert refused.elapsed.total_seconds() < 10


async def test_a_claimed_length_is_not_believed(service: Running) -> None:
    assert made(await upload(service, riff(0xFFFFFFF0)))["duration_ms"] == pytest.approx(500, abs=5)


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "video/mp4"])
async def test_another_media_type_is_refused(service: Running, media_type: str) -> None:
    refused = await upload(service, wav(), **{"Content-Type": media_type})
    assert (refused.status_code, refused.json()["type"]) == (415, "unsupported_media_type")


async def test_one_listens_in_parts_and_only_once(service: Running) -> None:
    prompt = made(await upload(service, wav(0.5)))
    path = f"/v1/prompts/{prompt['prompt_id']}/audio"
    whole = await service.user.get(path)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/wav")
    assert len(whole.content) == 44 + 2 * 8 * prompt["duration_ms"]
    assert whole.headers["cache-control"].startswith("private")
    etag = whole.headers["etag"]
    part = await service.user.get(path, headers={"Range": "bytes=44-99"})
    assert (part.status_code, part.content) == (206, whole.content[44:100])
    assert part.headers["content-range"] == f"bytes 44-99/{len(whole.content)}"
    stale = await service.user.get(path, headers={"Range": "bytes=44-99", "If-Range": '"other"'})
    assert (stale.status_code, stale.content) == (200, whole.content)
    beyond = await service.user.get(path, headers={"Range": "bytes=9999999-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole.content)}")
    again = await service.user.get(path, headers={"If-None-Match": f'W/"x", {etag}'})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_prompt_is_renamed_by_its_owner_and_an_admin_only(service: Running) -> None:
    prompt = made(await upload(service, wav()))
    path = f"/v1/prompts/{prompt['prompt_id']}"
    for client, status in ((service.user, 200), (service.admin, 200), (service.other, 404)):
        for answer in (await client.get(path), await client.get(f"{path}/audio")):
            assert answer.status_code == status
        renamed = await client.patch(path, json={"name": f"for {status} 📣"})
        assert renamed.status_code == status
    assert (await service.user.get(path)).json() == prompt | {"name": "for 200 📣"}
    assert (await service.other.delete(path)).status_code == 404
    assert (await service.user.patch(f"/v1/prompts/{uuid4()}", json={"name": "x"})).status_code == 404


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x00", "x" * 201, "\u202e", None, 5])
async def test_a_name_is_printable(service: Running, name: Any) -> None:
    prompt = made(await upload(service, wav()))
    refused = await service.user.patch(f"/v1/prompts/{prompt['prompt_id']}", json={"name": name})
    assert (refused.status_code, refused.json()["field"]) == (400, "name")


async def test_the_same_key_makes_one_prompt(service: Running) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = made(await upload(service, wav(0.21), **key))
    assert made(await upload(service, wav(0.21), **key)) == first
    listed = (await service.user.get("/v1/prompts?limit=1000")).json()["items"]
    assert [each["prompt_id"] for each in listed].count(first["prompt_id"]) == 1


async def test_a_prompt_that_a_campaign_plays_stays(service: Running) -> None:
    prompt = made(await upload(service, wav()))
    path = f"/v1/prompts/{prompt['prompt_id']}"
    campaigns = [await playing(service, prompt), await playing(service, prompt)]
    refused = await service.user.delete(path)
    assert (refused.status_code, refused.json()["type"]) == (409, "in_use")
    assert "2 campaigns" in refused.json()["detail"]
    silent = {"actions": [{"kind": "wait", "seconds": 1}]}
    assert (await service.user.put(f"/v1/campaigns/{campaigns[0]}/actions", json=silent)).is_success
    archived = "update campaign set state = state || '{\"archived\": true}' where campaign_id = $1::uuid"
    await service.pool.execute(archived, campaigns[1])
    assert (await service.user.delete(path)).status_code == 204
    for gone in (await service.user.get(path), await service.user.delete(path)):
        assert gone.status_code == 404


async def test_a_prompt_is_not_deleted_while_a_sequence_is_about_to_play_it(service: Running) -> None:
    prompt = made(await upload(service, wav()))
    campaign_id = await service.campaign()
    play = {"kind": "play", "prompt_id": prompt["prompt_id"], "sha256": prompt["sha256"], "duration_ms": 1}
    owner_id = await service.owner_id(campaign_id)
    async with service.pool.acquire() as connection, connection.transaction():
        await Prompts(service.pool).hold(connection, owner_id, [msgspec.convert(play, Play)])
        deleting = asyncio.ensure_future(service.user.delete(f"/v1/prompts/{prompt['prompt_id']}"))
        await until(lambda: service.pool.fetchval(WAITING))
        set_actions = "update campaign set state = jsonb_set(state, '{actions}', $2) where campaign_id = $1"
        await connection.execute(set_actions, UUID(campaign_id), [play])
    assert (await deleting).status_code == 409


async def test_a_sequence_that_plays_what_was_deleted_meanwhile_is_refused(service: Running) -> None:
    prompt = made(await upload(service, wav()))
    play = Play(prompt_id=UUID(prompt["prompt_id"]), sha256=prompt["sha256"], duration_ms=1)
    assert (await service.user.delete(f"/v1/prompts/{prompt['prompt_id']}")).status_code == 204
    async with service.pool.acquire() as connection, connection.transaction():
        with pytest.raises(Rejected, match="deleted"):
            await Prompts(service.pool).hold(connection, UUID(prompt["owner_id"]), [play])


async def test_a_sound_goes_when_nothing_needs_it_any_more(service: Running) -> None:
    content = wav(0.33)
    first, second = made(await upload(service, content, "one")), made(await upload(service, content, "two"))
    await published(service, first)
    objects, sounds = Objects(service.bus, PROMPT_BUCKET), Sounds(service.pool)
    for prompt in (first, second):
        await sounds.withdraw_unused(0)
        assert await is_published(service, first)
        assert (await service.user.delete(f"/v1/prompts/{prompt['prompt_id']}")).status_code == 204
    await sounds.withdraw_unused()
    assert await is_published(service, first), "a call may still play it"
    await sounds.withdraw_unused(0)
    await until(lambda: gone(service, first))
    assert await objects.get(object_name(first)) is None
    made(await upload(service, content, "again"))
    assert await until(lambda: objects.get(object_name(first)))


async def test_a_sound_that_an_archived_campaign_plays_stays(service: Running) -> None:
    """It may be taken out again, or copied."""
    prompt = made(await upload(service, wav(0.34)))
    campaign_id = await playing(service, prompt)
    archived = "update campaign set state = state || '{\"archived\": true}' where campaign_id = $1::uuid"
    await service.pool.execute(archived, campaign_id)
    await published(service, prompt)
    assert (await service.user.delete(f"/v1/prompts/{prompt['prompt_id']}")).status_code == 204
    sounds = Sounds(service.pool)
    await sounds.withdraw_unused(0)
    assert await is_published(service, prompt)
    deleted = "update campaign set state = state || '{\"deleted\": true}' where campaign_id = $1::uuid"
    await service.pool.execute(deleted, campaign_id)
    await sounds.withdraw_unused(0)
    await until(lambda: gone(service, prompt))


async def test_a_sound_that_is_sent_again_while_it_goes_stays(service: Running) -> None:
    content = wav(0.35)
    prompt = made(await upload(service, content))
    await published(service, prompt)
    assert (await service.user.delete(f"/v1/prompts/{prompt['prompt_id']}")).status_code == 204
    sounds = Sounds(service.pool)
    await service.pool.execute("update sound set state = 'withdrawn' where sha256 = $1", prompt["sha256"])
    moving = await sounds.next_to_move()
    made(await upload(service, content))
    if moving is not None:
        await sounds.forget(moving)
    objects = Objects(service.bus, PROMPT_BUCKET)
    await published(service, prompt)
    assert await objects.get(object_name(prompt))


async def test_prompts_that_the_bucket_lost_are_put_again(service: Running) -> None:
    """As after NATS has lost its disk."""
    prompt = made(await upload(service, wav(0.2)))
    objects, sounds = Objects(service.bus, PROMPT_BUCKET), Sounds(service.pool)
    await published(service, prompt)
    assert await sounds.missing(await objects.names()) == 0
    await objects.delete(object_name(prompt))
    assert await objects.get(object_name(prompt)) is None
    assert await sounds.missing(await objects.names()) == 1
    assert await until(lambda: objects.get(object_name(prompt)))


async def test_the_bucket_is_looked_after_at_the_start_and_later(service: Running) -> None:
    prompt = made(await upload(service, wav(0.2)))
    await published(service, prompt)
    objects, stop = Objects(service.bus, PROMPT_BUCKET), Stop()
    publisher = PromptPublisher(Sounds(service.pool), objects, compare_s=0)
    await objects.delete(object_name(prompt))
    looking_after = asyncio.ensure_future(publisher.run(stop))
    for _ in range(2):
        assert await until(lambda: objects.get(object_name(prompt)))
        await published(service, prompt)
        await objects.delete(object_name(prompt))
    assert await until(lambda: objects.get(object_name(prompt)))
    stop.request()
    await looking_after


async def test_prompts_are_listed_oldest_first(fresh: Running) -> None:
    for name in ("one", "two"):
        made(await upload(fresh, wav(0.1), name))
    page = (await fresh.user.get("/v1/prompts")).json()
    assert [prompt["name"] for prompt in page["items"]] == ["one", "two"]


async def test_the_same_sound_is_put_into_the_bucket_once(service: Running) -> None:
    """To replace an object would cut off an agi service that is reading it."""
    content = wav(0.3)
    first = made(await upload(service, content, "one"))
    objects = await service.bus.objects(PROMPT_BUCKET)
    await published(service, first)
    before = await objects.get_info(object_name(first))
    second = made(await upload(service, content, "two"))
    assert (second["sha256"], second["name"]) == (first["sha256"], "two")
    third = made(await upload(service, wav(0.4), "other"))
    await published(service, third)
    assert (await objects.get_info(object_name(first))).nuid == before.nuid


async def gone(service: Running, prompt: dict[str, Any]) -> bool:
    return await service.pool.fetchval(STATE, prompt["sha256"]) is None
