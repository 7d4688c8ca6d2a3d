"""Clients that write without a pause, repeat what got no answer, and remember every answer."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from evendial_campaigns.settings import Settings

from tests.integration.campaigns.conftest import listing, wav
from tests.integration.campaigns.service_process import client
from tests.waiting import until

TEXT = {"Content-Type": "text/plain"}
SOUND = {"Content-Type": "audio/wav"}
WAIT = {"actions": [{"kind": "wait", "seconds": 1}]}
REPEATED = {409, 412, 429, 503}
"""Not now, or perhaps: the same request is sent again."""


@dataclass
class Written:
    """What a campaign must be like, by the answers."""

    campaign_id: str
    name: str
    status: str = "draft"
    numbers: int = 0
    imports: list[str] = field(default_factory=list)


class Writer:
    """One client; its campaigns and prompts are its own, so it knows what they must be like."""

    def __init__(self, settings: Settings, seed: int, device_id: str) -> None:
        self.answers = 0
        self.campaigns: list[Written] = []
        self.prompts: list[str] = []
        self.stopping = False
        self._settings = settings
        self._chance = random.Random(seed)
        self._seed = seed
        self._device_id = device_id

    async def run(self) -> None:
        """Until `stopping`."""
        async with client(self._settings) as asking:
            while not self.stopping:
                await self._step(asking)

    async def _step(self, asking: httpx.AsyncClient) -> None:
        if not self.campaigns or self._chance.random() < 0.15:
            await self._create(asking)
            return
        written = self._chance.choice(self.campaigns)
        url = f"/v1/campaigns/{written.campaign_id}"
        match self._chance.choice(["rename", "import", "activate", "stop", "prompt", "actions"]):
            case "rename":
                name = f"{self._seed}-{self._chance.random()}"
                await self._ask(asking, "PATCH", url, json={"name": name})
                written.name = name
            case "import":
                await self._import(asking, url, written)
            case "activate" if written.numbers:
                await self._ask(asking, "POST", f"{url}/activate")
                written.status = "active"
            case "stop" if written.status == "active":
                await self._ask(asking, "POST", f"{url}/stop")
                written.status = "stopped"
            case "prompt":
                content = wav(0.2 + self._chance.random() / 10)
                made = await self._ask(
                    asking, "POST", f"/v1/prompts?name={self._seed}", content=content, headers=SOUND
                )
                self.prompts.append(made["prompt_id"])
            case "actions":
                await self._ask(asking, "PUT", f"{url}/actions", json=WAIT)

    async def _create(self, asking: httpx.AsyncClient) -> None:
        name = f"{self._seed}-{self._chance.random()}"
        rules = {"name": name, "device_id": self._device_id, "caller_id": "15550001111"}
        made = await self._ask(asking, "POST", "/v1/campaigns", json=rules)
        written = Written(made["campaign_id"], name)
        await self._ask(asking, "PUT", f"/v1/campaigns/{written.campaign_id}/actions", json=WAIT)
        self.campaigns.append(written)

    async def _import(self, asking: httpx.AsyncClient, url: str, written: Written) -> None:
        count = self._chance.randint(1, 300)
        content = listing(count, first=4915500000000 + 1000 * self._chance.randrange(10**5))
        report = await self._ask(asking, "POST", f"{url}/numbers/import", content=content, headers=TEXT)
        written.numbers += report["accepted"]
        written.imports.append(report["import_id"])

    async def _ask(self, asking: httpx.AsyncClient, method: str, url: str, **what: Any) -> Any:
        """Repeats the request under one key until it has had its effect."""
        headers = what.pop("headers", {})
        if method == "POST":
            headers = headers | {"Idempotency-Key": str(UUID(int=self._chance.getrandbits(128)))}

        async def answered() -> httpx.Response | None:
            try:
                response = await asking.request(method, url, headers=headers, **what)
            except httpx.TransportError:
                return None
            assert response.is_success or response.status_code in REPEATED, response.text
            return response if response.is_success else None

        response = await until(answered, timeout=60)
        assert response is not None
        self.answers += 1
        return response.json()


async def all_there(settings: Settings, writers: list[Writer]) -> None:
    """Every effect that was answered is there, exactly as it was answered."""
    async with client(settings) as asking:
        for writer in writers:
            for written in writer.campaigns:
                await _is_there(asking, written)
            for prompt_id in writer.prompts:
                assert (await asking.get(f"/v1/prompts/{prompt_id}")).is_success
        listed = await _all_campaigns(asking)
    assert len(listed) == sum(len(writer.campaigns) for writer in writers), "nothing was made twice"


async def _is_there(asking: httpx.AsyncClient, written: Written) -> None:
    url = f"/v1/campaigns/{written.campaign_id}"
    found = (await asking.get(url)).json()
    assert (found["name"], found["status"]) == (written.name, written.status)
    assert found["numbers"] == written.numbers
    for import_id in written.imports:
        assert (await asking.get(f"/v1/imports/{import_id}")).json()["state"] == "finished"


async def _all_campaigns(asking: httpx.AsyncClient) -> list[str]:
    found: list[str] = []
    cursor = ""
    while True:
        page = (await asking.get(f"/v1/campaigns?limit=1000{cursor}")).json()
        found += [each["campaign_id"] for each in page["items"]]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


async def stopped(writers: list[Writer], tasks: list[asyncio.Task[None]]) -> None:
    """Each has had the answer to its last request."""
    for writer in writers:
        writer.stopping = True
    await asyncio.gather(*tasks)
