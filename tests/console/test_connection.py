"""A connection that drops: it is said, what was typed stays, and nothing is done twice."""

import pytest
from playwright.async_api import expect

from tests.console.axe import accessible
from tests.console.conftest import OpenPage
from tests.console.house import House
from tests.console.test_numbers import a_list, draft, show
from tests.console.watch import Watch

pytestmark = pytest.mark.console

LOST = "Connection lost."


async def test_what_is_typed_goes_on_when_the_connection_is_back(
    open_page: OpenPage, house: House, watch: Watch
) -> None:
    campaign = await draft(house)
    page = await open_page("user")
    await show(page, campaign)
    await page.get_by_role("button", name="Add a number").click()
    await page.get_by_label("Number", exact=True).fill("+49 30 140001")
    watch.offline = True
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Add the number").click()
    await expect(page.get_by_role("dialog").get_by_text(LOST)).to_be_visible()
    await expect(page.get_by_label("Number", exact=True)).to_have_value("+49 30 140001")
    await accessible(page)
    await page.context.set_offline(False)
    await expect(page.get_by_role("row", name="+4930140001")).to_be_visible()
    await expect(page.get_by_text(LOST)).to_have_count(0)
    assert (await house.user.progress(campaign))["numbers"] == 1


async def test_a_list_is_sent_again_and_taken_once(open_page: OpenPage, house: House, watch: Watch) -> None:
    campaign = await draft(house)
    page = await open_page("user")
    await show(page, campaign)
    watch.offline = True
    await page.context.set_offline(True)
    await page.get_by_label("List of numbers").set_input_files(a_list("a.txt", "4930140001\n4930140002\n"))
    await expect(page.get_by_text(LOST)).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.get_by_label("Report of the import")).to_contain_text("2 numbers imported.")
    imports = await house.user.ask("GET", f"/v1/campaigns/{campaign}/imports")
    assert len(imports["items"]) == 1
