"""P2 under load: slot errors while others call, a million numbers come in and somebody watches."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID

from bench import bare, imports, report
from bench.dialled import finished, invites, late_ms, slots
from bench.report import Measure
from deploy.local.sample_plan import prompt_wav
from deploy.local.stack import Stack
from deploy.local.user import User, user_of

NAME = "under load, 10/s"
SECONDS = 60
CALLS_PER_MINUTE = 600
OTHERS = 20
OTHERS_CALLS_PER_MINUTE = 30
LINES = 1_000_000
BUSY = "493016"
GOAL = "<= 30, never early"


async def measure(stack: Stack) -> list[Measure]:
    """Ours and the bare timer's, in the same minute."""
    count = SECONDS * CALLS_PER_MINUTE // 60
    ours, others = _numbers("90", count), _numbers("91", count)
    async with user_of(stack.api) as user, _others_dial(user), _imports(stack, user):
        campaign = await user.campaign(ours, prompt=prompt_wav(), calls_per_minute=CALLS_PER_MINUTE)
        async with _watched(user, campaign) as seen:
            await user.activate(campaign)
            bare_slots = await bare.dial(stack, others, CALLS_PER_MINUTE)
            await finished(user, campaign, 60)
        planned = await slots(user, campaign)
        assert seen, "nothing came over the live feed"
    record = invites(stack)
    runs = (("Evendial", planned, GOAL), ("bare timer + AMI", bare_slots, ""))
    measures = [
        Measure(name=NAME, run=run, values_ms=late_ms(record, due), slots=count, goal=goal)
        for run, due, goal in runs
    ]
    for each in measures:
        report.say(each)
    return measures


@asynccontextmanager
async def _others_dial(user: User) -> AsyncIterator[None]:
    campaigns = []
    for n in range(OTHERS):
        numbers = _numbers(f"{70 + n}", OTHERS_CALLS_PER_MINUTE * 4)
        campaigns.append(
            await user.campaign(numbers, prompt=prompt_wav(), calls_per_minute=OTHERS_CALLS_PER_MINUTE)
        )
    for campaign in campaigns:
        await user.activate(campaign)
    yield
    for campaign in campaigns:
        await user.stop(campaign)


@asynccontextmanager
async def _imports(stack: Stack, user: User) -> AsyncIterator[None]:
    """One import after the other; the last is waited for."""
    path, ended = stack.folder / "load.text", asyncio.Event()
    await asyncio.to_thread(imports.write_list, path, LINES, "text")
    importing = asyncio.create_task(_import_until(stack, user, path, ended))
    yield
    ended.set()
    await importing
    path.unlink()


async def _import_until(stack: Stack, user: User, path: Path, ended: asyncio.Event) -> None:
    while not ended.is_set():
        campaign = await user.ask("POST", "/v1/campaigns", json={"name": "a million"})
        await asyncio.to_thread(imports.send, stack, campaign["campaign_id"], path, "text")


@asynccontextmanager
async def _watched(user: User, campaign: UUID) -> AsyncIterator[list[str]]:
    """The lines that come over the live feed meanwhile."""
    lines: list[str] = []

    async def watch() -> None:
        async with user.http.stream("GET", f"/v1/campaigns/{campaign}/live", timeout=None) as feed:
            async for line in feed.aiter_lines():
                lines.append(line)

    watching = asyncio.create_task(watch())
    yield lines
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


def _numbers(tag: str, count: int) -> Sequence[str]:
    return [f"{BUSY}{tag}{n:06d}" for n in range(count)]
