"""The live view of a fast campaign: how busy it keeps the page's main thread."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Page

from bench import audio, report
from deploy.local.chromium import find_chromium
from deploy.local.stack import local_stack
from deploy.local.user import user_of
from deploy.pbx.instance import Simulation
from tests.console.house import chromium, moved_in, opened
from tests.console.watch import Watch

TITLE = "Live view: how busy the page is"
CALLS_PER_SECOND = 50
WARM_S, COUNTED_S = 10, 30
LASTS_S = 180
GOAL = 0.20
PARTS = ("TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
CLOCKS = {"timeTicks": "the wall's", "threadTicks": "its core's"}
TEXT = f"""The live view in a headless Chromium while a campaign of {CALLS_PER_SECOND} calls/s dials on a
simulated Asterisk; the browser, the services, NATS and Postgres share the machine. `Performance.getMetrics`
of the DevTools protocol before and after {COUNTED_S} s: the share of that time in which the main thread ran
tasks, and what it was spent on. Its time on a core leaves out how long it waited for one. Goal: {GOAL:.0%}.

| clock | calls begun a second | facts a second | main thread busy | scripts | layout | styles | goal met? |
|---|---|---|---|---|---|---|---|
"""

_COUNT_FACTS = """(() => {
    const Feed = EventSource;
    window.facts = 0;
    window.EventSource = class extends Feed {
        constructor(...given) {
            super(...given);
            this.addEventListener("fact", () => { window.facts += 1; });
        }
    };
})()"""

Counts = dict[str, float]
CallsSoFar = Callable[[], Awaitable[float]]


async def measure() -> None:
    """Dials, watches, prints and writes the section."""
    found, rows = find_chromium(progress=print), ""
    async with local_stack(Simulation()) as stack, user_of(stack.api) as user:
        house = await moved_in(stack, user)
        numbers = [f"{audio.STAYS}{n:07d}" for n in range(CALLS_PER_SECOND * LASTS_S)]
        campaign = await audio.campaign(user, numbers, name="Fast", calls_per_minute=CALLS_PER_SECOND * 60)
        await user.activate(campaign)

        async def calls() -> float:
            return float((await user.progress(campaign))["attempts"])

        async with (
            chromium(found) as browser,
            opened(browser, house, Watch(house.url), who="user", traced=False) as page,
        ):
            await page.emulate_media(reduced_motion="no-preference")
            await page.add_init_script(_COUNT_FACTS)
            await page.goto(f"/#/campaigns/{campaign}/live")
            await page.locator(".live-chart canvas").wait_for()
            await asyncio.sleep(WARM_S)
            for domain, clock in CLOCKS.items():
                row = _row(clock, await _spent(page, domain, calls))
                print(row, end="", flush=True)
                rows += row
        await user.stop(campaign)
    report.write(TITLE, TEXT + rows)


async def _spent(page: Page, domain: str, calls: CallsSoFar) -> Counts:
    """Seconds that the main thread spent on what, by one clock; facts that came, calls that began."""
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": domain})

    async def counts() -> Counts:
        told: dict[str, Any] = await session.send("Performance.getMetrics")
        metrics = {each["name"]: float(each["value"]) for each in told["metrics"]}
        facts = float(await page.evaluate("window.facts"))
        return {name: metrics[name] for name in PARTS} | {"facts": facts, "calls": await calls()}

    before = await counts()
    await asyncio.sleep(COUNTED_S)
    after = await counts()
    await session.detach()
    return {name: after[name] - before[name] for name in before}


def _row(clock: str, spent: Counts) -> str:
    shares = [spent[name] / COUNTED_S for name in PARTS]
    cells = (
        clock,
        f"{spent['calls'] / COUNTED_S:.1f}",
        f"{spent['facts'] / COUNTED_S:.0f}",
        *(f"{share:.1%}" for share in shares),
        "yes" if shares[0] <= GOAL else "no",
    )
    return f"| {' | '.join(cells)} |\n"
