from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.processes import ProcessFailed
from deploy.local.services import SERVICES
from deploy.local.stack import Stack, local_stack

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
async def stack(asterisk_build: AsteriskBuild) -> AsyncIterator[Stack]:
    async with local_stack(asterisk_build) as stack:
        yield stack


async def who_am_i(stack: Stack, key: str) -> str:
    async with httpx.AsyncClient(base_url=stack.api.url) as client:
        answer = await client.get("/v1/me", headers={"Authorization": f"Bearer {key}"})
    role: str = answer.json()["role"]
    return role


async def test_the_keys_are_those_of_an_admin_and_a_user(stack: Stack) -> None:
    assert await who_am_i(stack, stack.api.admin_key) == "admin"
    assert await who_am_i(stack, stack.api.user_key) == "user"


@pytest.mark.parametrize("service", SERVICES)
async def test_a_killed_service_is_noticed_and_starts_again(stack: Stack, service: str) -> None:
    stack.parts.process(service).kill()
    with pytest.raises(ProcessFailed, match=f"{service} ended"):
        stack.parts.check()

    await stack.start(service)
    stack.parts.check()


async def test_everything_ends_with_the_stack(asterisk_build: AsteriskBuild) -> None:
    async with local_stack(asterisk_build) as stack:
        pids = [
            stack.parts.process(name).pid for name in ("nats", "postgres", "dialer", "carrier", *SERVICES)
        ]
        folder = stack.folder
    assert left(pids, folder) == []


def left(pids: list[int], folder: Path) -> list[Path]:
    return [path for path in (folder, *(Path(f"/proc/{pid}") for pid in pids)) if path.exists()]
