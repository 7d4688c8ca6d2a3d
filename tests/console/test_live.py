"""A campaign as it calls: the live view moves, says what keeps it from calling, and goes on after a break."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.async_api import Locator, Page, expect

from tests.console.axe import accessible
from tests.console.conftest import OpenPage
from tests.console.house import House
from tests.console.scene import never_today, numbers
from tests.console.watch import Watch
from tests.waiting import until

pytestmark = pytest.mark.console

_KEPT_FEEDS = """() => {
    const Feed = EventSource;
    window.feeds = [];
    window.EventSource = class extends Feed {
        constructor(...given) { super(...given); window.feeds.push(this.url); }
    };
}"""


async def ready(house: House, count: int = 200, **rules: Any) -> UUID:
    rules = {"name": f"Live {uuid4().hex[:6]}", "time_zone": "Europe/Vilnius"} | rules
    return await house.campaign(numbers(count), **rules)


async def watch_it(page: Page, campaign: UUID) -> None:
    await page.goto(f"/#/campaigns/{campaign}/live")
    await expect(page.locator(".live-chart canvas")).to_be_visible()


def figure(page: Page, name: str) -> Locator:
    return page.locator(".figure", has_text=name).locator(".figure-value")


async def begun(page: Page) -> int:
    """Calls that the table tells of."""
    table = page.get_by_role("table")
    await expect(table).to_be_visible()
    cells = await table.locator("tbody td:nth-child(3)").all_inner_texts()
    return sum(int(cell) for cell in cells)


async def ink(page: Page) -> int:
    """Points of the strip that are painted."""
    script = """(canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
        .filter((value, at) => at % 4 === 3 && value > 0).length"""
    return int(await page.locator(".live-strip canvas").evaluate(script))


async def test_it_moves_while_the_campaign_dials(user_page: Page, house: House) -> None:
    campaign = await ready(house, calls_per_minute=300)
    await watch_it(user_page, campaign)
    await expect(user_page.get_by_text("never activated")).to_have_count(2)
    await accessible(user_page)
    still = await ink(user_page)
    await user_page.get_by_role("button", name="Start").click()
    await expect(user_page.get_by_text("It is calling: 5 calls a second.", exact=True)).to_be_visible()
    await expect(figure(user_page, "Calls in progress")).not_to_have_text("0")
    await user_page.get_by_text("The chart as a table").click()
    await until(lambda: _more(user_page, still), timeout=15, every=0.2)
    calls = user_page.locator(".live-calls li")
    await expect(calls).to_have_count(8, timeout=30_000)
    await expect(calls.first.get_by_role("link")).to_have_text(re.compile(r"^\+4930\d+$"))
    await until(lambda: _tells_of(user_page, 8), timeout=15, every=0.5)  # drawn more seldom than the list
    await accessible(user_page)
    await user_page.get_by_role("button", name="Stop").click()
    await expect(user_page.get_by_role("button", name="Start")).to_be_visible()
    await expect(user_page.locator(".live-top")).to_contain_text("stopped")


async def _went_on(house: House, campaign: UUID, calls: int) -> bool:
    return int((await house.user.progress(campaign))["attempts"]) >= calls


async def _tells_of(page: Page, calls: int) -> bool:
    return await begun(page) >= calls


async def _more(page: Page, than: int) -> bool:
    return await ink(page) > than


async def test_what_happened_before_is_there_at_once(user_page: Page, house: House) -> None:
    campaign = await ready(house, 12, calls_per_minute=600)
    await house.user.activate(campaign)

    async def is_through() -> bool:
        progress = await house.user.progress(campaign)
        return int(sum(progress["dispositions"].values())) >= 12

    await until(is_through, timeout=30, every=0.2)
    await watch_it(user_page, campaign)
    await user_page.get_by_text("The chart as a table").click()
    assert await begun(user_page) == 12
    await expect(user_page.locator(".live-calls li")).to_have_count(8)


async def test_what_keeps_it_from_calling_stands_above_all(user_page: Page, house: House) -> None:
    campaign = await ready(house, 5, window=never_today())
    await house.user.activate(campaign)
    await watch_it(user_page, campaign)
    await expect(user_page.locator(".live-top")).to_contain_text("closed until 21:00 Europe/Vilnius")
    await expect(user_page.get_by_role("status").filter(has_text="closed until 21:00")).to_contain_text(
        "0 of 5 numbers done, 5 left."
    )
    await accessible(user_page)


async def test_it_goes_on_where_the_connection_broke(open_page: OpenPage, house: House, watch: Watch) -> None:
    campaign = await ready(house, 400, calls_per_minute=600)
    page = await open_page("user")
    await page.add_init_script(f"({_KEPT_FEEDS})()")
    await watch_it(page, campaign)
    await house.user.activate(campaign)
    await expect(figure(page, "Calls in progress")).not_to_have_text("0")
    watch.offline = True
    await page.context.set_offline(True)
    mark = page.locator(".live-mark")
    await expect(mark).to_have_text("Connection lost. Trying again …")
    await accessible(page)
    before = (await house.user.progress(campaign))["attempts"]
    await until(lambda: _went_on(house, campaign, before + 10), timeout=20, every=0.5)
    await page.context.set_offline(False)
    await expect(mark).to_have_text("Live")
    await house.user.stop(campaign)
    await page.get_by_text("The chart as a table").click()

    async def as_many_as_there_were() -> bool:
        progress = await house.user.progress(campaign)
        return await begun(page) == int(progress["attempts"]) > 0

    await until(as_many_as_there_were, timeout=20, every=0.5)
    first, *others = await page.evaluate("window.feeds")
    assert others
    assert all("after=" in feed and feed != first for feed in others)


async def test_a_phone_need_not_scroll_sideways(open_page: OpenPage, house: House) -> None:
    page = await open_page("user", phone=True)
    await watch_it(page, await ready(house, 5))
    await accessible(page)
    width = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(width) == 0


async def test_a_stranger_sees_none_of_it(open_page: OpenPage, house: House, watch: Watch) -> None:
    watch.expect(404, "GET", "/v1/campaigns/.*")
    page = await open_page("stranger")
    await page.goto(f"/#/campaigns/{await ready(house, 1)}/live")
    await expect(page.get_by_role("heading", name="The campaign cannot be shown")).to_be_visible()
