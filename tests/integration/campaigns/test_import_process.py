"""Imports into a service that is killed in the middle, and what hostile lists cost it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from evendial_campaigns.settings import Settings
from evendial_contracts.campaigns import NumbersImported
from evendial_contracts.numbers import NumbersChunk

from tests.integration.campaigns.conftest import Listen, made
from tests.integration.campaigns.service_process import Starter, client
from tests.waiting import until

pytestmark = pytest.mark.integration

MEGABYTE = 1024
ROWS = 60_000
LIST = "phone;reference;note\n" + "".join(f'+49151{n:08d};c-{n};"a\nb"\n' for n in range(ROWS))


@pytest.fixture
async def starter(settings: Settings, tmp_path: Path) -> AsyncIterator[Starter]:
    starter = Starter(settings, tmp_path)
    yield starter
    starter.kill()


async def campaign_of(asking: httpx.AsyncClient) -> str:
    return str(made(await asking.post("/v1/campaigns", json={"name": "test"}))["campaign_id"])


@pytest.mark.parametrize("share", [0.0001, 0.3, 0.99])
async def test_a_list_that_a_kill_cut_off_can_simply_be_sent_again(
    starter: Starter, settings: Settings, listen: Listen, share: float
) -> None:
    process = await starter.ready()
    headers = {"Content-Type": "text/csv", "Idempotency-Key": str(uuid4())}
    async with client(settings) as asking:
        campaign_id = await campaign_of(asking)
        ear = await listen(campaign_id)
        url = f"/v1/campaigns/{campaign_id}/numbers/import"

        async def body() -> AsyncIterator[bytes]:
            yield LIST[: int(len(LIST) * share)].encode()
            process.kill()
            yield b"\n"

        with pytest.raises(httpx.TransportError):
            await asking.post(url, content=body(), headers=headers)

    await starter.ready()
    async with client(settings) as asking:
        assert (await asking.get(f"/v1/campaigns/{campaign_id}/progress")).json()["numbers"] == 0
        report = made(await asking.post(url, content=LIST, headers=headers))
        assert (report["accepted"], report["duplicates"], report["rejected"]) == (ROWS, 0, 0)
        assert made(await asking.post(url, content=LIST, headers=headers)) == report
        assert (await asking.get(f"/v1/campaigns/{campaign_id}/progress")).json()["numbers"] == ROWS

    await until(lambda: len(ear.of(NumbersChunk)) == report["accepted"] // 10_000)
    fed = [each for chunk in ear.of(NumbersChunk) for each in chunk.numbers]
    assert [(each.e164, each.reference) for each in fed] == [(f"49151{n:08d}", f"c-{n}") for n in range(ROWS)]
    assert len(ear.of(NumbersImported)) == 1


def row(cell: str, cells: int) -> str:
    return f"+4915100000001,{','.join([cell] * cells)}\n"


@pytest.mark.parametrize(
    "text",
    [
        'phone,note\n+4915100000001,"' + "open\n" * 1_000_000,
        "phone,note\n+4915100000001," + "x" * 30_000_000 + "\n",
        "phone," + ",".join(f"c{n}" for n in range(50)) + "\n" + row("v" * 990, 50) * 600,
        "phone\n" + "\x00\n" * 700_000,
        "phone,a,b\n" + 'x",",\n' * 500_000,
        ",".join(["phone"] * 200) + "\n" + row("v", 199) * 50_000,
    ],
    ids=["unclosed quote", "long line", "much in each row", "nuls", "quotes that open again", "200 columns"],
)
async def test_no_list_takes_much_memory(starter: Starter, settings: Settings, text: str) -> None:
    process = await starter.ready()
    async with client(settings) as asking:
        campaign_id = await campaign_of(asking)
        before = memory_kb(process.pid, "VmRSS")
        response = await asking.post(
            f"/v1/campaigns/{campaign_id}/numbers/import", content=text, headers={"Content-Type": "text/csv"}
        )
        assert response.status_code in (201, 422), response.text
    assert memory_kb(process.pid, "VmHWM") - before < 60 * MEGABYTE


def memory_kb(pid: int, name: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    match = re.search(rf"{name}:\s+(\d+) kB", status)
    assert match, status
    return int(match[1])
