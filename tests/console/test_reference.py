"""The reference of the API, which is a page of ours, too."""

import pytest
from playwright.async_api import Page, expect

pytestmark = pytest.mark.console


async def test_it_loads_within_its_own_policy(page: Page) -> None:
    await page.goto("/schema/docs")
    await expect(page.get_by_role("heading", name="Evendial")).to_be_visible()
    await page.get_by_role("button", name="get /v1/me", exact=True).click()
    await expect(page.get_by_role("button", name="Try it out")).to_be_visible()
