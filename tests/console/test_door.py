"""The way in: first start, signing in and out, and what a browser loads for that."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, Response, expect

from deploy.local.stack import Stack, local_stack
from deploy.local.user import User, user_of
from tests.console import house as houses
from tests.console.axe import accessible
from tests.console.conftest import OpenPage
from tests.console.house import PASSWORD, House, enter
from tests.console.watch import Watch
from tests.waiting import until

pytestmark = pytest.mark.console

FIRST_LOAD_BYTES = 300_000


@pytest.fixture
async def unclaimed() -> AsyncIterator[tuple[Stack, User]]:
    """A service that nobody has a key to yet."""
    async with (
        local_stack(None, services=("campaigns",), unclaimed=True) as stack,
        user_of(stack.api) as user,
    ):
        yield stack, user


async def test_first_start_makes_an_admin_who_signs_out_and_in_again(
    browser: Browser, unclaimed: tuple[Stack, User]
) -> None:
    stack, user = unclaimed
    token = re.search(r"token=(\S{43})", stack.log("campaigns").read_text())
    assert token
    house, watch = House(stack=stack, user=user, people={}), Watch(stack.api.url)
    async with houses.opened(browser, house, watch) as page:
        await page.goto("/")
        await expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
        await accessible(page)
        await page.get_by_label("Token").fill(token[1])
        await page.get_by_label("Name").fill("mira")
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.get_by_label("Password once more").fill("seven lamps")
        await page.get_by_role("button", name="Make the admin").click()
        await expect(page.get_by_text("The two are not the same.")).to_be_visible()
        await page.get_by_label("Password once more").fill(PASSWORD)
        await page.get_by_role("button", name="Make the admin").click()
        await expect(page.get_by_role("heading", name="Campaigns", level=1)).to_be_visible()
        await page.get_by_role("button", name="mira, signed in as admin").click()
        await page.get_by_role("menuitem", name="Sign out").click()
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        await enter(page, "mira", PASSWORD)
        await expect(page.get_by_role("heading", name="Campaigns", level=1)).to_be_visible()
    watch.check()


async def test_a_wrong_password_is_said_and_nothing_is_lost(page: Page, house: House, watch: Watch) -> None:
    watch.expect(401, "POST", "/v1/session")
    await page.goto("/")
    await enter(page, house.people["user"].name, "eight lamps by the harbour")
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("Name")).to_have_value(house.people["user"].name)
    await accessible(page)
    await enter(page, house.people["user"].name, PASSWORD)
    await expect(page.get_by_role("heading", name="Campaigns", level=1)).to_be_visible()


async def test_one_comes_where_one_wanted_to_go(page: Page, house: House) -> None:
    campaign = await house.campaign(["4930140000001"], name="A linked one")
    await page.goto(f"/#/campaigns/{campaign}")
    await enter(page, house.people["user"].name, PASSWORD)
    await expect(page.get_by_role("heading", name="A linked one")).to_be_visible()


async def test_a_session_that_ends_under_a_half_written_form_loses_nothing(
    open_page: OpenPage, house: House, watch: Watch
) -> None:
    watch.expect(401, "POST", "/v1/campaigns")
    page = await open_page("user")
    await page.goto("/#/campaigns/new")
    await page.get_by_label("Name", exact=True).fill("Half written")
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Make the campaign").click()
    await expect(page.get_by_role("dialog", name="Please sign in again")).to_be_visible()
    await accessible(page)
    await page.get_by_role("dialog").get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Half written", level=1)).to_be_visible()


async def test_keys_alone_are_enough_to_sign_in(page: Page, house: House) -> None:
    await page.goto("/")
    await expect(page.get_by_label("Name")).to_be_focused()
    await page.keyboard.type(house.people["user"].name)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Campaigns", level=1)).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Shift+Tab")
    assert await page.evaluate("() => document.activeElement !== document.body")


async def test_a_theme_is_kept(open_page: OpenPage) -> None:
    page = await open_page("user")
    await page.goto("/")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    await page.get_by_role("heading", name="Campaigns", level=1).wait_for()
    light = await page.evaluate(ground)

    async def other_than(colour: str) -> str | None:
        now = str(await page.evaluate(ground))
        return now if now != colour else None

    await page.get_by_role("button", name="Theme").click()
    await page.get_by_role("menuitemradio", name="Dark").click()
    dark = await until(lambda: other_than(light))
    await page.reload()
    assert await page.evaluate(ground) == dark


async def test_the_first_load_is_small(page: Page, house: House) -> None:
    loaded: dict[str, int] = {}

    async def weigh(response: Response) -> None:
        loaded[response.url] = len(await response.body())

    page.on("response", weigh)
    await page.goto("/")
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    await enter(page, house.people["user"].name, PASSWORD)
    await expect(page.get_by_role("heading", name="Campaigns", level=1)).to_be_visible()
    await page.wait_for_load_state("networkidle")
    assert sum(loaded.values()) < FIRST_LOAD_BYTES, loaded
