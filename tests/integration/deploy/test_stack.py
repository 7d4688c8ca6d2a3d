from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.processes import ProcessFailed
from deploy.local.services import SERVICES
from deploy.local.stack import Stack, local_stack
from deploy.local.user import user_of

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


async def test_a_person_can_sign_in_as_either(stack: Stack) -> None:
    async with user_of(stack.api) as user:
        sign_ins = await user.sign_ins()
    assert set(sign_ins) == {"admin", "user"}
    for name, password in sign_ins.items():
        async with httpx.AsyncClient(base_url=stack.api.url) as browser:
            answer = await browser.post("/v1/session", json={"name": name, "password": password})
            assert (answer.status_code, answer.json()["role"]) == (201, name)


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
