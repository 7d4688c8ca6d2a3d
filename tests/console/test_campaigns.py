"""Campaigns as people run them: made, found, changed, started and stopped, put away."""

import re
from uuid import UUID, uuid4

import pytest
from playwright.async_api import Locator, Page, expect

from tests.console.axe import accessible
from tests.console.conftest import OpenPage
from tests.console.house import House
from tests.console.watch import Watch

pytestmark = pytest.mark.console

LOCAL = "4930140000001"
NEVER = {"start": "09:00", "stop": "20:00", "weekdays": [1], "last_day": "2020-01-01"}


def some_name(what: str) -> str:
    return f"{what} {uuid4().hex[:6]}"


async def draft(house: House, name: str, **rules: object) -> UUID:
    made = await house.user.ask("POST", "/v1/campaigns", json={"name": name} | rules)
    return UUID(made["campaign_id"])


async def row_of(page: Page, name: str) -> Locator:
    """The row of a campaign in the list."""
    await page.goto("/#/campaigns")
    row = page.get_by_role("row").filter(has_text=name)
    await row.wait_for()
    return row


async def test_a_campaign_is_made_in_a_form_that_explains_and_checks(user_page: Page, house: House) -> None:
    await house.user.device()
    name = some_name("Spring")
    await user_page.goto("/#/campaigns")
    await user_page.get_by_role("link", name="New campaign").click()
    await expect(user_page.get_by_label("Name")).to_be_focused()
    words = user_page.get_by_label("In words")
    await expect(words).to_contain_text("One call every 6 s. 1,000 numbers take about 1 h 40 min, done by")
    await user_page.get_by_label("Calls a minute").fill("0")
    await user_page.get_by_role("button", name="Make the campaign").click()
    await expect(user_page.get_by_text("Give it a name.")).to_be_visible()
    await expect(user_page.get_by_text("Enter 1 to 30,000 calls a minute.")).to_be_visible()
    await expect(user_page.get_by_label("Name")).to_be_focused()
    await accessible(user_page)
    await user_page.get_by_label("Name").fill(name)
    await user_page.get_by_label("Calls a minute").fill("120")
    await expect(words).to_contain_text("2 calls a second. 1,000 numbers take about 8 min 20 s")
    await user_page.get_by_label("Device", exact=True).select_option("Desk")
    await user_page.get_by_label("Caller id").select_option("3705550100")
    await user_page.get_by_label("Sat").check()
    await expect(words).to_contain_text("Mon to Sat, 09:00 to 20:00 in Europe/Berlin.")
    await user_page.get_by_text("Otherwise for some outcomes").click()
    await user_page.get_by_label("Busy", exact=True).check()
    await user_page.get_by_label("Busy: delays in minutes").fill("5, 30")
    await expect(
        user_page.get_by_text("called again after 5 min, then after 30 min each time.")
    ).to_be_visible()
    await user_page.get_by_role("button", name="Make the campaign").click()
    await expect(user_page.get_by_role("heading", name=name)).to_be_visible()
    await expect(user_page.get_by_text("Busy: after 5 min, then after 30 min each time")).to_be_visible()
    (made,) = (await house.user.ask("GET", "/v1/campaigns", params={"q": name}))["items"]
    assert (made["calls_per_minute"], made["caller_id"]) == (120, "3705550100")
    assert made["retry_policy"]["busy"]["delays_s"] == [300, 1800]
    assert made["window"]["weekdays"] == [1, 2, 3, 4, 5, 6]


async def test_what_the_service_refuses_stands_at_its_field(user_page: Page, watch: Watch) -> None:
    watch.expect(400, "POST", "/v1/campaigns")
    await user_page.goto("/#/campaigns/new")
    await user_page.get_by_label("Name").fill(some_name("Refused"))
    region = user_page.get_by_label("Country of national numbers")
    await region.fill("XX")
    await user_page.get_by_role("button", name="Make the campaign").click()
    await expect(user_page.get_by_text("must be a country code")).to_be_visible()
    await expect(region).to_be_focused()
    await expect(region).to_have_attribute("aria-invalid", "true")
    await expect(region).to_have_value("XX")
    await region.fill("DE")
    await expect(user_page.get_by_text("must be a country code")).to_be_hidden()
    await user_page.get_by_role("button", name="Make the campaign").click()
    await expect(user_page.get_by_role("heading", name="Refused")).to_be_visible()


async def test_the_row_says_why_not_and_where_to_go(user_page: Page, house: House, watch: Watch) -> None:
    watch.expect(409, "POST", "/v1/campaigns/.*/activate")
    name = some_name("Bare")
    await draft(house, name)
    row = await row_of(user_page, name)
    await row.get_by_role("button", name=f"Start {name}").click()
    await expect(row).to_contain_text(
        "The campaign cannot be activated: it has no free numbers, no actions and no device."
    )
    await accessible(user_page)
    await row.get_by_role("link", name="Add actions").click()
    await expect(user_page.get_by_text("No actions yet")).to_be_visible()


async def test_a_campaign_is_started_and_stopped_on_its_row(user_page: Page, house: House) -> None:
    name = some_name("Played")
    numbers = [f"493014{n:08d}" for n in range(200)]
    await house.campaign(numbers, name=name, calls_per_minute=60)
    row = await row_of(user_page, name)
    await row.get_by_role("button", name=f"Start {name}").click()
    await expect(row).to_contain_text("Started")
    await expect(row).to_contain_text("Active")
    await expect(row).to_contain_text("of 60/min")
    await row.get_by_role("button", name=f"Stop {name}").click()
    await expect(row).to_contain_text("Stopped: no call follows. Calls in progress go on to their end.")
    await expect(row.get_by_role("button", name=f"Start {name}")).to_be_visible()


async def test_a_campaign_that_does_not_call_says_why_in_its_row_and_on_its_page(
    user_page: Page, house: House
) -> None:
    name = some_name("Shut")
    campaign = await house.campaign([LOCAL], name=name, window=NEVER, time_zone="Europe/Vilnius")
    await house.user.activate(campaign)
    row = await row_of(user_page, name)
    await expect(row).to_contain_text("The window does not open any more (Europe/Vilnius).")
    await row.get_by_role("link", name=name).click()
    await expect(user_page.get_by_text("What its numbers are waiting for")).to_be_visible()
    await expect(user_page.get_by_text("The window does not open any more").first).to_be_visible()
    await accessible(user_page)
    await user_page.get_by_role("button", name=f"Stop {name}").click()
    await expect(user_page.get_by_text("If it were started now")).to_be_visible()


async def test_a_start_is_foreseen(user_page: Page, house: House) -> None:
    campaign = await house.campaign([LOCAL, "4930140000002"], name=some_name("Ready"), caller_id=None)
    await user_page.goto(f"/#/campaigns/{campaign}")
    await expect(user_page.get_by_text("Everything is there: it can be started.")).to_be_visible()
    await expect(user_page.get_by_text("The campaign shows no caller id.")).to_be_visible()
    await expect(user_page.get_by_text("2 numbers now, 2 in all")).to_be_visible()
    await accessible(user_page)


async def test_campaigns_are_found_filtered_and_sorted_by_an_address(user_page: Page, house: House) -> None:
    mark = uuid4().hex[:6]
    for name in ("Alpha", "Beta", "Gamma"):
        await draft(house, f"{name} {mark}")
    await user_page.goto("/#/campaigns")
    await user_page.get_by_label("Search by name").fill(mark)
    names = user_page.get_by_role("table").get_by_role("link")
    await expect(names).to_have_text([f"Gamma {mark}", f"Beta {mark}", f"Alpha {mark}"])
    await user_page.get_by_role("button", name="Name").click()
    await expect(names).to_have_text([f"Alpha {mark}", f"Beta {mark}", f"Gamma {mark}"])
    await user_page.reload()
    await expect(names).to_have_text([f"Alpha {mark}", f"Beta {mark}", f"Gamma {mark}"])
    await user_page.get_by_label("Status").select_option("Active")
    await expect(user_page.get_by_text("No campaign is like that")).to_be_visible()
    await accessible(user_page)
    await user_page.get_by_role("button", name="Show all").click()
    await expect(names.first).to_be_visible()


async def test_everybody_sees_what_is_theirs(open_page: OpenPage, house: House) -> None:
    name = some_name("Private")
    await draft(house, name)
    admin, stranger = await open_page("admin"), await open_page("stranger")
    row = await row_of(admin, name)
    await expect(row).to_contain_text(house.people["user"].name)
    await admin.get_by_label("Owner").select_option("tom")
    await expect(admin.get_by_text("No campaign is like that")).to_be_visible()
    await stranger.goto("/#/campaigns")
    await expect(stranger.get_by_text("No campaign yet")).to_be_visible()
    await expect(stranger.get_by_label("Owner")).to_be_hidden()
    await accessible(stranger)


async def test_a_campaign_is_cloned_archived_restored_and_deleted(user_page: Page, house: House) -> None:
    name = some_name("Old")
    campaign = await draft(house, name)
    await user_page.goto(f"/#/campaigns/{campaign}")

    async def act(what: str) -> None:
        await user_page.get_by_role("button", name=re.compile("^More about")).click()
        await user_page.get_by_role("menuitem", name=what).click()

    await act("Clone")
    await expect(user_page.get_by_label("Name of the copy")).to_have_value(f"Copy of {name}")
    await accessible(user_page)
    await user_page.get_by_label("Name of the copy").fill(f"New {name}")
    await user_page.get_by_role("button", name="Clone", exact=True).click()
    await expect(user_page.get_by_role("heading", name=f"Edit New {name}")).to_be_visible()
    await user_page.goto(f"/#/campaigns/{campaign}")
    await act("Archive")
    await expect(user_page.get_by_text("Archived", exact=True)).to_be_visible()
    await act("Restore")
    await expect(user_page.get_by_text("Archived", exact=True)).to_be_hidden()
    await act("Delete")
    await expect(user_page.get_by_text("This cannot be undone.")).to_be_visible()
    await accessible(user_page)
    await user_page.get_by_role("button", name="Delete the campaign").click()
    await expect(user_page.get_by_text("is deleted.")).to_be_visible()
    await expect(user_page.get_by_role("heading", name="Campaigns", level=1)).to_be_visible()


async def test_nobody_elses_edit_is_lost(user_page: Page, house: House, watch: Watch) -> None:
    watch.expect(412, "PATCH", "/v1/campaigns/.*")
    campaign = await draft(house, some_name("Shared"))
    await user_page.goto(f"/#/campaigns/{campaign}/edit")
    await user_page.get_by_label("Weight").fill("7")
    await house.user.ask("PATCH", f"/v1/campaigns/{campaign}", json={"max_retries": 4})
    await user_page.get_by_role("button", name="Save").click()
    await expect(user_page.get_by_text("Somebody else has changed the campaign meanwhile.")).to_be_visible()
    await user_page.get_by_role("button", name="Save mine").click()
    await expect(user_page.get_by_text("If it were started now")).to_be_visible()
    saved = await house.user.ask("GET", f"/v1/campaigns/{campaign}")
    assert (saved["weight"], saved["max_retries"]) == (7, 4)


async def test_an_admin_makes_a_campaign_for_a_user(admin_page: Page, house: House) -> None:
    name = some_name("Given")
    await admin_page.goto("/#/campaigns/new")
    await admin_page.get_by_label("Name").fill(name)
    await admin_page.get_by_label("Owner").select_option(house.people["user"].name)
    await admin_page.get_by_role("button", name="Make the campaign").click()
    await expect(admin_page.get_by_role("heading", name=name)).to_be_visible()
    assert len((await house.user.ask("GET", "/v1/campaigns", params={"q": name}))["items"]) == 1


async def test_a_phone_shows_campaigns_as_cards(open_page: OpenPage, house: House) -> None:
    name = some_name("Carried")
    await draft(house, name)
    page = await open_page("user", phone=True)
    await row_of(page, name)
    assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    await accessible(page)
    await page.get_by_role("button", name="Navigation").click()
    await expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    await accessible(page)
    await page.goto("/#/campaigns/new")
    await expect(page.get_by_label("Name")).to_be_visible()
    assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    await accessible(page)
