"""The prompt folder against a real bucket."""

import asyncio
import stat
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import nats
import pytest
from evendial_agi import prompts as module
from evendial_agi.prompt_folder import BadPrompt, PromptFolder, Sound
from evendial_agi.prompts import Prompts
from evendial_chassis.bus import connect
from evendial_chassis.objects import Objects
from evendial_chassis.run import Stop

from tests.waiting import until

pytestmark = pytest.mark.integration

OWNER = UUID("018f3c1e-0000-7000-8000-000000000001")
AUDIO = b"\xff" * 4000
DIGEST = sha256(AUDIO).hexdigest()
NAME = f"{OWNER}/{DIGEST}"
SOUND = Sound(f"prompts/{NAME}", 0.5)

BAD_NAMES = [
    "",
    DIGEST,
    f"../{DIGEST}",
    f"{OWNER}/../{OWNER}/{DIGEST}",
    f"/{OWNER}/{DIGEST}",
    f"{OWNER}/{DIGEST}/x",
    f"{OWNER}/{DIGEST}.ulaw",
    f"{OWNER}/{DIGEST}\n",
    f"{OWNER}/{DIGEST.upper()}",
    f"{OWNER}/{DIGEST[:-1]}",
    f"{OWNER.hex}/{DIGEST}",
    "http://169.254.169.254/latest",
    f"{OWNER}\\{DIGEST}",
    f"{OWNER}/\0{DIGEST}",
]


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


class Bucket:
    """A bucket of one test, with what the chassis has no need for: taking objects out."""

    def __init__(self, objects: Objects, name: str, nats_url: str) -> None:
        self.objects = objects
        self._name = name
        self._nats_url = nats_url

    async def delete(self, name: str) -> None:
        client = await nats.connect(self._nats_url)
        await (await client.jetstream().object_store(self._name)).delete(name)
        await client.close()


@pytest.fixture
async def bucket(nats_url: str) -> AsyncIterator[Bucket]:
    name = f"TEST_{uuid4().hex}"
    async with connect(nats_url, "test", Stop()) as bus:
        assert bus
        yield Bucket(Objects(bus, name), name, nats_url)


@pytest.fixture
def folder(tmp_path: Path) -> PromptFolder:
    return PromptFolder(tmp_path, "prompts")


@pytest.fixture
async def prompts(bucket: Bucket, folder: PromptFolder) -> Prompts:
    return Prompts(bucket.objects, folder)


@pytest.fixture
async def in_step(prompts: Prompts) -> AsyncIterator[None]:
    """Its loop runs."""
    stop = Stop()
    running = asyncio.create_task(prompts.run(stop))
    yield
    stop.request()
    await running


async def test_what_is_in_the_bucket_at_start_comes(
    bucket: Bucket, folder: PromptFolder, prompts: Prompts, tmp_path: Path
) -> None:
    await bucket.objects.put(NAME, AUDIO)
    stop = Stop()
    running = asyncio.create_task(prompts.run(stop))
    assert await until(lambda: folder.sound(NAME)) == SOUND
    file = tmp_path / str(OWNER) / f"{DIGEST}.ulaw"
    assert file.read_bytes() == AUDIO
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o755
    assert list(file.parent.iterdir()) == [file]
    stop.request()
    await running


@pytest.mark.usefixtures("in_step")
async def test_what_is_stored_later_comes_and_goes(bucket: Bucket, folder: PromptFolder) -> None:
    await bucket.objects.put(NAME, AUDIO)
    await until(lambda: folder.sound(NAME))
    await bucket.delete(NAME)
    await until(lambda: folder.sound(NAME) is None)


@pytest.mark.usefixtures("in_step")
async def test_a_file_that_was_cut_short_is_fetched_again(
    bucket: Bucket, folder: PromptFolder, tmp_path: Path
) -> None:
    (tmp_path / str(OWNER)).mkdir()
    (tmp_path / str(OWNER) / f"{DIGEST}.ulaw").write_bytes(AUDIO[:100])
    await bucket.objects.put(NAME, AUDIO)
    await until(lambda: folder.sound(NAME) == SOUND)


@pytest.mark.usefixtures("in_step")
async def test_an_object_that_is_no_prompt_leaves_no_file(
    bucket: Bucket, folder: PromptFolder, tmp_path: Path
) -> None:
    wrong = f"{OWNER}/{sha256(b'other').hexdigest()}"
    for name in (wrong, "../escaped", f"{OWNER}/readme"):
        await bucket.objects.put(name, AUDIO)
    await bucket.objects.put(NAME, AUDIO)
    await until(lambda: folder.sound(NAME))
    assert files_in(tmp_path) == [f"{DIGEST}.ulaw"]
    assert "escaped.ulaw" not in files_in(tmp_path.parent)


async def test_a_call_fetches_what_is_not_here_yet(bucket: Bucket, prompts: Prompts) -> None:
    await bucket.objects.put(NAME, AUDIO)
    assert await asyncio.gather(*(prompts.find(OWNER, DIGEST) for _ in range(20))) == [SOUND] * 20


async def test_a_prompt_that_is_nowhere_is_none(prompts: Prompts) -> None:
    assert await prompts.find(OWNER, DIGEST) is None


async def test_a_call_waits_for_a_prompt_so_long_only(
    bucket: Bucket, folder: PromptFolder, prompts: Prompts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CALL_WAITS_S", 0.0)
    await bucket.objects.put(NAME, AUDIO)
    assert await prompts.find(OWNER, DIGEST) is None
    await until(lambda: folder.sound(NAME))


@pytest.mark.parametrize("name", BAD_NAMES)
def test_only_names_of_the_one_form_become_paths(folder: PromptFolder, tmp_path: Path, name: str) -> None:
    for use in (folder.sound, folder.remove, lambda name: folder.write(name, AUDIO)):
        with pytest.raises(BadPrompt, match="name"):
            use(name)
    assert list(tmp_path.iterdir()) == []


def test_content_that_is_not_what_the_name_says_is_refused(folder: PromptFolder, tmp_path: Path) -> None:
    with pytest.raises(BadPrompt, match="audio"):
        folder.write(NAME, AUDIO + b"x")
    assert list(tmp_path.rglob("*")) == []
