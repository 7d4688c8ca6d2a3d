"""The whole OpenAPI document against the running service: nothing undocumented, nothing that breaks."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.integration.campaigns.conftest import ADMIN_KEY, USER_KEY, Running, listing, made, wav

pytestmark = pytest.mark.integration

EXAMPLES = os.environ.get("EVENDIAL_TEST_EXAMPLES", "4")
"""Chance requests for each operation, beside those that schemathesis works out."""
CONFIGURATION = Path(__file__).parent / "schemathesis.toml"
AT_MOST_S = 300 + 10 * int(EXAMPLES)


@pytest.mark.parametrize(("role", "key"), [("user", USER_KEY), ("admin", ADMIN_KEY)])
async def test_every_answer_is_documented(fresh: Running, tmp_path: Path, role: str, key: str) -> None:
    campaign_id = await fresh.ready_campaign()
    made(
        await fresh.user.post("/v1/prompts?name=hello", content=wav(), headers={"Content-Type": "audio/wav"})
    )
    made(await fresh.import_list(campaign_id, listing(20)))
    environment = {
        **os.environ,
        "EVENDIAL_TEST_KEY": key,
        "EVENDIAL_TEST_CAMPAIGN_ID": campaign_id,
    }
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).parent / "schemathesis",
        f"--config-file={CONFIGURATION}",
        "run",
        f"{fresh.address}/schema/openapi.json",
        f"--max-examples={EXAMPLES}",
        env=environment,
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(AT_MOST_S):
        output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    async with fresh.client(key) as client:
        assert (await client.get("/v1/me")).json()["role"] == role
