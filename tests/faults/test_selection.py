"""A few cells of the matrix in every test run; `make faults` runs them all."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.asterisk_build import AsteriskBuild
from tests.faults.cells import cells
from tests.faults.run import Runner

pytestmark = pytest.mark.e2e

SEED = "20261123"


@pytest.fixture(scope="module")
async def runner(asterisk_build: AsteriskBuild) -> AsyncIterator[Runner]:
    async with Runner(asterisk_build) as made:
        yield made


@pytest.mark.parametrize("name", ["kill originators", "cut originator>dialer"])
async def test_every_promise_is_kept(runner: Runner, name: str) -> None:
    cell = next(each for each in cells() if each.name == name)
    verdict = await runner.run(cell, f"{SEED} {name}")
    assert verdict.broken == {}
    assert verdict.calls > 30
