"""What admins keep for everybody, and what a user keeps for themselves."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.console.axe import accessible
from tests.console.conftest import OpenPage
from tests.console.house import House
from tests.console.watch import Watch

pytestmark = pytest.mark.console


async def act(page: Page, menu: str, item: str) -> None:
    await page.get_by_role("button", name=menu, exact=True).click()
    await page.get_by_role("menuitem", name=item).click()


async def administer(page: Page, label: str) -> None:
    await page.goto("/")
    await act(page, "Administration", label)
    await expect(page.get_by_role("heading", level=1, name=label)).to_be_visible()


async def sure(page: Page, button: str) -> None:
    await page.get_by_role("dialog").get_by_role("button", name=button).click()


async def test_a_trunk_and_a_device_are_made_changed_and_deleted(
    open_page: OpenPage, house: House, watch: Watch
) -> None:
    watch.expect(409, "DELETE", "/v1/trunks/.*")
    watch.expect(412, "PATCH", "/v1/devices/.*")
    page = await open_page("admin")
    await administer(page, "Trunks")
    await page.get_by_role("link", name="New trunk").first.click()
    await page.get_by_label("Name", exact=True).fill("Nordic Voice")
    await page.get_by_role("button", name="Make the trunk").click()
    await expect(page.get_by_text("Enter 1 to 64 letters")).to_be_visible()
    await accessible(page)
    await page.get_by_label("PJSIP endpoint").fill("nordic-voice")
    await page.get_by_role("button", name="Make the trunk").click()
    await expect(page.get_by_role("row", name="Nordic Voice")).to_contain_text("Well")
    await accessible(page)

    await page.get_by_role("link", name="Devices", exact=True).click()
    await page.get_by_role("link", name="New device").first.click()
    await page.get_by_label("Name", exact=True).fill("Front desk")
    await page.get_by_label("Owner").select_option(label=house.people["user"].name)
    await page.get_by_label("Trunk", exact=True).select_option(label="Nordic Voice")
    await page.get_by_label("Account code").fill("desk-1")
    await page.get_by_label("Caller ids").fill("+49 30 1234-567\n12")
    await page.get_by_role("button", name="Make the device").click()
    await expect(page.get_by_text("a caller id has 3 to 15 digits")).to_be_visible()
    await accessible(page)
    await page.get_by_label("Caller ids").fill("+49 30 1234-567")
    await page.get_by_role("button", name="Make the device").click()
    row = page.get_by_role("row", name="Front desk")
    await expect(row).to_contain_text("+49301234567")
    await accessible(page)

    await row.get_by_role("link", name="Front desk").click()
    await expect(page.get_by_label("Account code")).to_have_value("desk-1")
    made = re.search(r"devices/([^/]+)/edit", page.url)
    assert made
    elsewhere = await house.user.admin.patch(f"/v1/devices/{made[1]}", json={"account_code": "desk-2"})
    assert elsewhere.is_success
    await page.get_by_label("Calls at once").fill("30")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Save mine").click()
    await expect(row).to_contain_text("desk-2")
    await expect(row).to_contain_text("30")

    user = await open_page("user", phone=True)
    await user.goto("/#/devices")
    await expect(user.get_by_role("row", name="Front desk")).to_contain_text("desk-2")
    await expect(user.get_by_role("link", name="New device")).to_have_count(0)
    await accessible(user)
    await user.goto("/#/trunks")
    await expect(user.get_by_role("heading", name="You are no admin")).to_be_visible()

    await administer(page, "Trunks")
    await act(page, "Acts on Nordic Voice", "Delete")
    await sure(page, "Delete the trunk")
    await expect(page.get_by_role("dialog")).to_contain_text("1 device calls through this trunk")
    await sure(page, "Cancel")
    await page.get_by_role("link", name="Devices", exact=True).click()
    await act(page, "Acts on Front desk", "Delete")
    await sure(page, "Delete the device")
    await expect(row).to_have_count(0)
