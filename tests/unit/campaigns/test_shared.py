"""Many who want to know the same make the work of two at most, and nobody is told old news."""

import asyncio

import pytest
from evendial_campaigns.shared import Shared

pytestmark = pytest.mark.unit


class Work:
    """Counts how often it is done; each time it ends when it is let go."""

    def __init__(self) -> None:
        self.begun = 0
        self.let_go = asyncio.Event()

    async def find_out(self, key: str) -> str:
        self.begun += 1
        mine = self.begun
        await self.let_go.wait()
        if key == "broken":
            raise ConnectionError("gone")
        return f"{key} {mine}"


async def begun(asking: list[asyncio.Task[str]]) -> None:
    """Every task has come to where it waits."""
    for _ in range(3):
        await asyncio.wait(asking, timeout=0)


async def test_who_comes_later_shares_what_begins_after_they_came() -> None:
    work = Work()
    shared = Shared(work.find_out)
    first = asyncio.create_task(shared.get("a"))
    await begun([first])
    later = [asyncio.create_task(shared.get("a")) for _ in range(20)]
    await begun(later)
    assert work.begun == 1
    work.let_go.set()
    assert await first == "a 1"
    assert set(await asyncio.gather(*later)) == {"a 2"}
    assert await shared.get("a") == "a 3"


async def test_keys_do_not_wait_for_each_other() -> None:
    work = Work()
    work.let_go.set()
    shared = Shared(work.find_out)
    assert [*await asyncio.gather(shared.get("a"), shared.get("b"))] == ["a 1", "b 2"]


async def test_a_failure_is_everybodys_and_the_next_may_succeed() -> None:
    work = Work()
    work.let_go.set()
    shared = Shared(work.find_out)
    for _ in range(2):
        answers = await asyncio.gather(*(shared.get("broken") for _ in range(3)), return_exceptions=True)
        assert [type(each) for each in answers] == [ConnectionError] * 3


async def test_one_who_leaves_takes_nothing_from_the_others() -> None:
    work = Work()
    shared = Shared(work.find_out)
    one, other = (asyncio.create_task(shared.get("a")) for _ in range(2))
    await begun([one, other])
    one.cancel()
    await begun([other])
    work.let_go.set()
    assert await other == "a 2"
    assert one.cancelled()
