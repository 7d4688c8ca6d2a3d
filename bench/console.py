"""The console beside many campaigns and a long list: how long until its pages can be used."""

import time
from collections.abc import Awaitable, Callable
from statistics import median
from uuid import UUID

from playwright.async_api import Browser, Page, expect

from bench import history, rebuild, report
from deploy.local.chromium import find_chromium
from deploy.local.stack import local_stack
from deploy.local.user import User, user_of
from tests.console.house import House, chromium, moved_in, opened
from tests.console.watch import Watch

TITLE = "Console: until a page can be used"
CAMPAIGNS = 200
TIMES = 5
GOAL_S = 1.0
NEAR_THE_END = "+49151009999"

TEXT = f"""A headless Chromium on the machine of the service and Postgres; {CAMPAIGNS} campaigns, one with a
million numbers of which a fifth was called. Each page {TIMES} times in a browser that has loaded nothing
yet, from the address to the first row; each act from the key or the click to what it shows. Goal:
{GOAL_S:g} s.

| page or act | median s | longest s | goal met? |
|---|---|---|---|
"""

Act = Callable[[Page], Awaitable[None]]


async def measure() -> None:
    """Opens every page, prints and writes the section."""
    found, rows = find_chromium(progress=print), ""
    async with local_stack(None, services=("campaigns",)) as stack, user_of(stack.api) as user:
        campaign_id = await history.make(stack)
        await rebuild.run(stack)
        await _add_campaigns(user)
        house = await moved_in(stack, user)
        async with chromium(found) as browser:
            for name, path, act in _pages(campaign_id):
                waits = [await _take(browser, house, path, act) for _ in range(TIMES)]
                row = _row(name, waits)
                print(row, end="", flush=True)
                rows += row
    report.write(TITLE, TEXT + rows)


async def _add_campaigns(user: User) -> None:
    for n in range(1, CAMPAIGNS):
        made = await user.ask("POST", "/v1/campaigns", json={"name": f"Campaign {n}"})
        await user.import_numbers(UUID(made["campaign_id"]), [f"49301{n:03d}{k:04d}" for k in range(10)])


def _pages(campaign_id: UUID) -> list[tuple[str, str, Act | None]]:
    path = f"/#/campaigns/{campaign_id}"
    return [
        ("campaigns", "/#/campaigns", None),
        ("numbers", f"{path}/numbers", None),
        ("numbers, one state", f"{path}/numbers", _choose_state),
        ("numbers, the whole number of one near the end", f"{path}/numbers", _search),
        ("numbers, 100 more", f"{path}/numbers", _more),
        ("log", f"{path}/log", None),
    ]


async def _take(browser: Browser, house: House, path: str, act: Act | None) -> float:
    async with opened(browser, house, Watch(house.url), who="user", traced=False) as page:
        began = time.perf_counter()
        await page.goto(path, wait_until="commit")
        await page.locator("tbody tr, .timeline li").first.wait_for()
        if act is not None:
            await page.wait_for_load_state("networkidle")
            began = time.perf_counter()
            await act(page)
        return time.perf_counter() - began


async def _choose_state(page: Page) -> None:
    await page.get_by_role("link", name="To call").click()
    await expect(page.locator("tbody tr").first).to_contain_text("To call")


async def _search(page: Page) -> None:
    await page.get_by_label("Search for digits").fill(NEAR_THE_END)
    await expect(page.locator("tbody tr").first).to_contain_text(NEAR_THE_END)


async def _more(page: Page) -> None:
    await page.get_by_role("button", name="Show more numbers").click()
    await page.locator("tbody tr").nth(150).wait_for()


def _row(name: str, waits: list[float]) -> str:
    return (
        f"| {name} | {median(waits):.2f} | {max(waits):.2f} | {'yes' if max(waits) <= GOAL_S else 'no'} |\n"
    )
