"""The whole way on a service that nobody has used yet, on a real Asterisk: from first start to redial."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.sample_plan import prompt_wav
from deploy.local.stack import Stack, local_stack
from deploy.local.user import CALLER_ID, user_of
from tests.console import house as houses
from tests.console.house import PASSWORD, House
from tests.console.watch import Watch

pytestmark = pytest.mark.console

DIAL_S = 60_000
FAILING, STAYING = 2, 400
LIST = "".join(
    ["phone;reference\n"]
    + [f"+49 30 22{n:08d};gone-{n}\n" for n in range(FAILING)]
    + [f"+49 30 12{n:08d};here-{n}\n" for n in range(STAYING)]
    + [f"+49 30 12{0:08d};twice\n", "12;too short\n", "nobody;no number\n"]
)
"""Numbers that the carrier does not know, then people who listen to the end."""


@dataclass(frozen=True)
class Town:
    """A stack with browsers of its own; `watch` sees what goes wrong in any of them."""

    house: House
    watch: Watch
    browser: Browser
    open_ones: AsyncExitStack

    async def page(self) -> Page:
        """A page of somebody who is not signed in."""
        opened = houses.opened(self.browser, self.house, self.watch, traced=False)
        return await self.open_ones.enter_async_context(opened)

    async def page_of(self, name: str) -> Page:
        """A page of somebody who has come through the door."""
        page = await self.page()
        await houses.come_in(page, name)
        return page


@pytest.fixture(scope="module")
async def town(browser: Browser, asterisk_build: AsteriskBuild) -> AsyncIterator[Town]:
    """After its first start: the admin mira, the users tom and ann, and a device of mira and of tom each."""
    async with (
        local_stack(asterisk_build, unclaimed=True) as stack,
        user_of(stack.api) as user,
        AsyncExitStack() as open_ones,
    ):
        house, watch = House(stack=stack, user=user, people={}), Watch(stack.api.url)
        town = Town(house, watch, browser, open_ones)
        page = await town.page()
        await first_start(page, stack)
        await equip(page)
        yield town


async def first_start(page: Page, stack: Stack) -> None:
    """By the address that the service prints."""
    address = re.search(r"http://\S+/#/first-start\?token=\S+", stack.log("campaigns").read_text())
    assert address
    await page.goto(address[0])
    await page.get_by_label("Name").fill("mira")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("Password once more").fill(PASSWORD)
    await page.get_by_role("button", name="Make the admin").click()
    await expect(page.get_by_role("heading", name="Campaigns", level=1)).to_be_visible()


async def equip(page: Page) -> None:
    """What an admin makes before anybody can call."""
    for name in ("tom", "ann"):
        await make_user(page, name)
    await administer(page, "Trunks")
    await page.get_by_role("link", name="New trunk").first.click()
    await page.get_by_label("Name", exact=True).fill("Carrier")
    await page.get_by_label("PJSIP endpoint").fill("carrier")
    await page.get_by_role("button", name="Make the trunk").click()
    await expect(page.get_by_role("row", name="Carrier")).to_be_visible()
    for name in ("mira", "tom"):
        await make_device(page, name)


async def administer(page: Page, label: str) -> None:
    await page.get_by_role("button", name="Administration", exact=True).click()
    await page.get_by_role("menuitem", name=label).click()


async def make_user(page: Page, name: str) -> None:
    await administer(page, "Users")
    await page.get_by_role("button", name="New user").click()
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Make the user").click()
    await expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


async def make_device(page: Page, owner: str) -> None:
    await page.get_by_role("link", name="Devices", exact=True).click()
    await page.get_by_role("link", name="New device").first.click()
    await page.get_by_label("Name", exact=True).fill(f"Desk of {owner}")
    await page.get_by_label("Owner").select_option(label=owner)
    await page.get_by_label("Trunk", exact=True).select_option(label="Carrier")
    await page.get_by_label("Account code").fill(owner)
    await page.get_by_label("Caller ids").fill(CALLER_ID)
    await page.get_by_role("button", name="Make the device").click()
    await expect(page.get_by_role("row", name=f"Desk of {owner}")).to_be_visible()


async def go(page: Page, tab: str) -> None:
    await page.get_by_role("navigation", name="Campaign").get_by_role("link", name=tab).click()
    await expect(page.get_by_role("link", name=tab, exact=True)).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize("name", ["mira", "tom"])
async def test_the_whole_way(town: Town, name: str) -> None:
    page = await town.page_of(name)
    campaign = f"Spring of {name}"
    await make(page, campaign, f"Desk of {name}")
    await import_list(page)
    await build_actions(page)
    await start_and_stop(page, campaign)
    await follow_a_number_and_redial(page)
    await nobody_else_sees_it(town, campaign, page.url)
    town.watch.check()


async def make(page: Page, campaign: str, device: str) -> None:
    await page.get_by_role("link", name="New campaign").first.click()
    await page.get_by_label("Name").fill(campaign)
    await page.get_by_label("Device", exact=True).select_option(device)
    await page.get_by_label("Caller id").select_option(CALLER_ID)
    await page.get_by_label("Calls a minute").fill("120")
    for day in ("Sat", "Sun"):
        await page.get_by_label(day).check()
    await page.get_by_label("All day").check()
    await page.get_by_role("button", name="Make the campaign").click()
    await expect(page.get_by_role("heading", name=campaign)).to_be_visible()
    await expect(page.get_by_text("The campaign cannot be activated")).to_be_visible()


async def import_list(page: Page) -> None:
    await go(page, "Numbers")
    file: FilePayload = {"name": "spring.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    await page.get_by_label("List of numbers").set_input_files(file)
    report = page.get_by_label("Report of the import")
    words = f"{FAILING + STAYING} numbers imported, 1 duplicate left out, 2 lines refused."
    await expect(report).to_contain_text(words)
    await expect(report.get_by_role("row", name="Too short")).to_be_visible()


async def build_actions(page: Page) -> None:
    await go(page, "Actions")
    await page.get_by_role("button", name="Add a prompt").click()
    sound: FilePayload = {"name": "greeting.wav", "mimeType": "audio/wav", "buffer": prompt_wav(1)}
    await page.get_by_label("Sound file").set_input_files(sound)
    await expect(page.get_by_role("combobox", name="Prompt")).to_contain_text("greeting")
    await page.get_by_role("button", name="Add a wait").click()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("All is saved.")).to_be_visible()


async def start_and_stop(page: Page, campaign: str) -> None:
    await go(page, "Overview")
    await expect(page.get_by_text("Everything is there: it can be started.")).to_be_visible()
    await page.get_by_role("button", name=f"Start {campaign}").click()
    await expect(page.get_by_text(re.compile("^Started"))).to_be_visible()
    await go(page, "Live")
    await it_moves(page)
    await page.get_by_role("button", name=f"Stop {campaign}").click()
    await expect(page.get_by_text("Stopped: no call follows.")).to_be_visible()


async def it_moves(page: Page) -> None:
    """Calls are in progress; how they end is counted as it happens: the failing ones first."""
    in_progress = page.locator(".figure", has_text="Calls in progress").locator(".figure-value")
    await expect(in_progress).not_to_have_text("0")
    ends = page.locator(".live-outcomes li")
    failed = ends.filter(has_text="Invalid number").locator("b")
    await expect(failed).to_have_text(str(FAILING), timeout=DIAL_S)
    await expect(ends.filter(has_text="Answered").locator("b")).not_to_have_text("0", timeout=DIAL_S)
    await expect(page.locator(".live-calls li").first).to_be_visible()


async def follow_a_number_and_redial(page: Page) -> None:
    await go(page, "Numbers")
    await page.get_by_role("link", name=f"Failed {FAILING}").click()
    await expect(page.get_by_role("row")).to_have_count(1 + FAILING)
    await page.get_by_role("link", name="+49302200000000").click()
    story = page.get_by_role("list", name=re.compile("Newest first"))
    await expect(story).to_contain_text("Attempt 1 ended: no valid number.")
    await expect(story).to_contain_text("A list was imported")
    await go(page, "Numbers")
    await page.get_by_role("button", name="Redial failed").click()
    await page.get_by_role("button", name=f"Redial {FAILING} numbers").click()
    await expect(page.get_by_text(f"{FAILING} numbers will be called once more.")).to_be_visible()


async def nobody_else_sees_it(town: Town, campaign: str, address: str) -> None:
    town.watch.expect(404, "GET", "/v1/campaigns/.*")
    ann = await town.page_of("ann")
    await expect(ann.get_by_text("No campaign yet")).to_be_visible()
    await ann.goto(address)
    await expect(ann.get_by_role("heading", name="The campaign cannot be shown")).to_be_visible()
    await expect(ann.get_by_text(campaign)).to_be_hidden()
